// SPDX-License-Identifier: BSL-1.0
// The snippets of docs/guides/exceptions.md.
#include <filch/fork_join.hpp>
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>

namespace {

void check(bool condition, const char* what) {
  if (!condition) {
    std::fprintf(stderr, "exceptions: %s\n", what);
    std::exit(1);
  }
}

void fetched() {
  filch::thread_pool pool{2};
  std::string message;
  // [snippet: fetched]
  auto handle = pool.spawn([]() -> int { throw std::runtime_error{"no data"}; });
  try {
    handle.join();
  } catch (const std::runtime_error& error) {
    message = error.what();
  }
  // [end]
  check(message == "no data", "join rethrows");
}

void unfetched() {
  std::atomic<int> calls{0};
  // [snippet: unfetched]
  filch::thread_pool pool{{
      .threads = 2,
      .on_unhandled_exception =
          [&calls](std::exception_ptr error) {
            calls.fetch_add(1, std::memory_order_relaxed);
            try {
              std::rethrow_exception(error);
            } catch (const std::exception& e) {
              std::fprintf(stderr, "a task failed: %s\n", e.what());
            }
          },
  }};
  pool.execute([] { throw std::runtime_error{"nobody waits for this"}; });
  pool.wait_idle();
  const auto lost = pool.metrics().unhandled_exceptions;  // counted with or without a hook
  // [end]
  check(lost == 1 && calls.load(std::memory_order_relaxed) == 1, "the hook and the counter see it");
}

void forked() {
  filch::thread_pool pool{2};
  std::atomic<bool> other_side{false};
  bool caught = false;
  // [snippet: forked]
  pool.invoke([&] {
    try {
      filch::fork_join([] { throw std::runtime_error{"left"}; },
                       [&] { other_side.store(true, std::memory_order_relaxed); });
    } catch (const std::runtime_error&) {
      caught = other_side.load(std::memory_order_relaxed);  // both sides have ended here
    }
  });
  // [end]
  check(caught, "both sides end before the exception goes on");
}

void grouped() {
  filch::thread_pool pool{2};
  std::size_t failures = 0;
  // [snippet: grouped]
  filch::task_group group{pool};
  for (int i = 0; i < 10; ++i) {
    group.run([i] {
      if (i % 2 == 1) {
        throw std::runtime_error{"odd"};
      }
    });
  }
  try {
    group.wait();  // rethrows the first one
  } catch (const std::runtime_error&) {
    failures = group.exceptions().size();  // all of them
  }
  // [end]
  check(failures == 5, "a group keeps all exceptions");
}

}  // namespace

int main() {
  fetched();
  unfetched();
  forked();
  grouped();
}
