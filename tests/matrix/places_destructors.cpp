// SPDX-License-Identifier: BSL-1.0
// Places in destructors of what tasks consist of.
#include <chrono>
#include <exception>
#include <memory>

#include <filch/task_group.hpp>

#include "cell.hpp"

namespace matrix {
namespace {

/// As exceptions are copied at times, the last copy calls.
struct exception_with_last_words {
  explicit exception_with_last_words(cell& c) : words(std::make_shared<last_words>(c)) {}
  std::shared_ptr<last_words> words;
};

}  // namespace

void in_destructor_of_callable(cell& c) {
  c.make_pool({.threads = 1}).execute([words = last_words(c)] {});
  c.end();
}

void in_destructor_of_cancelled_callable(cell& c) {
  filch::thread_pool& pool = c.make_pool({.threads = 1});
  c.block_worker();
  auto handle = pool.spawn([words = last_words(c)] {});
  c.open_gate();
  static_cast<void>(handle.cancel());
  handle.detach();
  c.end();
}

void in_destructor_that_a_worker_discards(cell& c) {
  filch::thread_pool& pool = c.make_pool({.threads = 1});
  pool.wait_idle();
  std::latch queued(1);
  pool.execute([&] {
    queued.wait();
    pool.shutdown(filch::shutdown_mode::discard);
  });
  c.queue_task_to_join();
  pool.execute([words = last_words(c)] {});
  queued.count_down();
  c.end();
}

void in_destructor_that_shutdown_for_discards(cell& c) {
  filch::thread_pool& pool = c.make_pool({.threads = 1});
  c.block_worker();
  pool.execute([words = last_words(c)] {});
  pool.shutdown_for(std::chrono::seconds(0));
  c.end();
}

void in_destructor_of_result_on_worker(cell& c) {
  filch::thread_pool& pool = c.make_pool({.threads = 1});
  std::latch detached(1);
  pool.spawn([&] {
        detached.wait();
        return last_words(c);
      }).detach();
  detached.count_down();
  c.end();
}

void in_destructor_of_result_outside(cell& c) {
  auto handle = c.make_pool({.threads = 1}).spawn([&c] { return last_words(c); });
  c.pool().wait_idle();  // the handle has the last reference then
  handle.detach();
  c.end();
}

void in_destructor_of_exception_on_worker(cell& c) {
  c.make_pool({.threads = 1, .on_unhandled_exception = [](const std::exception_ptr&) {}}).execute([&c] {
    throw exception_with_last_words(c);
  });
  c.end();
}

void in_destructor_of_exception_outside(cell& c) {
  auto handle = c.make_pool({.threads = 1}).spawn([&c] { throw exception_with_last_words(c); });
  try {
    handle.join();
  } catch (const exception_with_last_words&) {
  }
  c.end();
}

}  // namespace matrix
