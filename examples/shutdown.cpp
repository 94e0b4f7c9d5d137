// SPDX-License-Identifier: BSL-1.0
// The snippets of docs/guides/shutdown.md.
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stop_token>

namespace {

void check(bool condition, const char* what) {
  if (!condition) {
    std::fprintf(stderr, "shutdown: %s\n", what);
    std::exit(1);
  }
}

void destructor() {
  std::atomic<int> done{0};
  // [snippet: destructor]
  {
    filch::thread_pool pool{2};
    for (int i = 0; i < 100; ++i) {
      pool.execute([&done] { done.fetch_add(1, std::memory_order_relaxed); });
    }
  }  // runs all hundred, then joins
  // [end]
  check(done.load(std::memory_order_relaxed) == 100, "the destructor drains");
}

void discard() {
  // [snippet: discard]
  filch::thread_pool pool{1};
  auto queued = pool.spawn([] { return 1; });
  const filch::shutdown_report report = pool.shutdown(filch::shutdown_mode::discard);
  std::printf("%zu ran, %zu discarded\n", report.completed, report.discarded);
  try {
    queued.join();
  } catch (const filch::task_cancelled&) {
    std::puts("it had not started");
  }
  // [end]
  check(report.completed + report.discarded == 1 && report.running == 0 && report.joined,
        "every task is accounted for");
}

void limit() {
  using namespace std::chrono_literals;
  // [snippet: limit]
  std::stop_source stop;
  filch::thread_pool pool{2};
  pool.execute([token = stop.get_token()] {
    while (!token.stop_requested()) {
      // ... a step of endless work
    }
  });
  filch::shutdown_report report = pool.shutdown_for(100ms);
  if (report.running > 0) {
    stop.request_stop();       // no thread is ever killed: tell the task
    report = pool.shutdown();  // waits for it and joins
  }
  // [end]
  check(report.running == 0 && report.joined, "the second shutdown joins");
}

void cancel() {
  filch::thread_pool pool{2};
  // [snippet: cancel]
  filch::task_group group{pool};
  for (int i = 0; i < 1000; ++i) {
    group.run([token = group.get_stop_token()] {
      if (!token.stop_requested()) {
        // ... work that may be given up
      }
    });
  }
  group.cancel();  // what has not started never will
  group.wait();    // for what runs; does not throw for the cancel
  // [end]
}

void closed() {
  // [snippet: closed]
  filch::thread_pool pool{2};
  pool.close();
  const auto status = pool.try_execute([] {});  // execute would throw filch::pool_closed
  // [end]
  check(status == filch::submit_status::closed, "a closed pool refuses");
}

}  // namespace

int main() {
  destructor();
  discard();
  limit();
  cancel();
  closed();
}
