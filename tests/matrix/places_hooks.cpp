// SPDX-License-Identifier: BSL-1.0
// Places in the hooks of a pool.
#include <exception>
#include <thread>

#include "cell.hpp"
#include "ends.hpp"

namespace matrix {

void in_thread_start_hook(cell& c) {
  c.make_pool({.threads = 2, .on_thread_start = [&c](std::size_t) {
                 c.wait_until_made();
                 c.call();
               }});
  c.end();
}

void in_thread_stop_hook(cell& c) {
  c.make_pool({.threads = 2, .on_thread_stop = [&c](std::size_t) { c.call(); }});
  end_workers(c);
  c.end();
}

void in_exception_hook_on_worker(cell& c) {
  c.make_pool({.threads = 1, .on_unhandled_exception = [&c](const std::exception_ptr&) { c.call(); }}).execute([] {
    throw 1;
  });
  c.end();
}

void in_exception_hook_outside(cell& c) {
  filch::thread_pool& pool =
      c.make_pool({.threads = 1, .on_unhandled_exception = [&c](const std::exception_ptr&) { c.call(); }});
  auto failed = pool.spawn([] { throw 1; });
  while (!failed.is_finished()) {
    std::this_thread::yield();
  }
  failed.detach();
  c.end();
}

}  // namespace matrix
