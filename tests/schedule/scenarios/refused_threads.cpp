// SPDX-License-Identifier: BSL-1.0
#include <filch/thread_pool.hpp>

#include <cstddef>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "controlled/faults.hpp"
#include "scenario.hpp"

// Pools that cannot be made, because the system refuses a thread or the options are impossible.

namespace {

using filch::thread_pool;
using schedule::check;
using schedule::thread;
using schedule::workers;

SCENARIO(a_thread_that_cannot_start_leaves_no_other_behind) {
  for (std::size_t k = 1; k <= 3; ++k) {
    controlled::faults().threads_left = k;
    bool refused = false;
    try {
      const thread_pool pool(workers(3));
    } catch (const std::system_error&) {
      refused = true;
    }
    check(refused, "the constructor says so");
    controlled::faults().threads_left = 0;
  }
}

// The default pool that is made lives for ever, but one that cannot be made ends with its schedule.
SCENARIO(a_hook_that_asks_for_a_default_pool_whose_next_thread_is_refused_is_told_so) {
  int asked = 0;
  int told = 0;
  filch::pool_options options = workers(3);
  options.on_thread_start = [&](std::size_t) {
    ++asked;
    try {
      static_cast<void>(filch::default_pool());
    } catch (const std::system_error& e) {
      told += e.code() == std::errc::resource_unavailable_try_again ? 1 : 0;
    }
  };
  filch::set_default_pool_options(std::move(options));
  controlled::faults().threads_left = 3;
  bool refused = false;
  try {
    static_cast<void>(filch::default_pool());
  } catch (const std::system_error&) {
    refused = true;
  }
  controlled::faults().threads_left = 0;
  filch::set_default_pool_options({});
  check(refused, "the maker is told");
  check(asked == 2 && told == 2, "so are the hooks of the threads that were started");
}

SCENARIO(a_thread_that_waits_for_a_default_pool_that_cannot_be_made_is_told_or_tries_itself) {
  filch::set_default_pool_options({.max_spares = 1'000'000});  // impossible
  const auto ask = [] {
    bool refused = false;
    try {
      static_cast<void>(filch::default_pool());
    } catch (const std::invalid_argument&) {
      refused = true;
    }
    check(refused, "the caller is told");
  };
  {
    const thread other(ask);
    ask();
  }
  filch::set_default_pool_options({});
}

SCENARIO(a_pool_that_cannot_be_made_in_a_task_lends_its_core_while_hooks_end) {
  thread_pool outer(workers(1));
  int result = 0;
  filch::pool_options options = workers(2);
  options.on_thread_start = [&](std::size_t) { result = outer.spawn([] { return 42; }).join(); };
  outer.spawn([&] {
         controlled::faults().threads_left = 2;
         bool refused = false;
         try {
           const thread_pool pool(std::move(options));
         } catch (const std::system_error&) {
           refused = true;
         }
         controlled::faults().threads_left = 0;
         check(refused, "the constructor says so");
       }).join();
  check(result == 42, "the result");
}

}  // namespace
