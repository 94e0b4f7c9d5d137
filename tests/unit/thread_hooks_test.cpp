// SPDX-License-Identifier: BSL-1.0
// What on_thread_start and on_thread_stop may do.
#include <atomic>
#include <cstddef>
#include <future>
#include <memory>
#include <thread>

#include <filch/filch.hpp>

#include "support/catch.hpp"

TEST_CASE("a group that on_thread_start begins may outlive the hook") {
  std::atomic<int> ran{0};
  std::unique_ptr<filch::task_group> group;
  std::promise<void> begun;
  filch::thread_pool pool({.threads = 1, .on_thread_start = [&](std::size_t) {
                             group = std::make_unique<filch::task_group>();  // of this pool: a hook is inside
                             for (int i = 0; i < 3; ++i) {
                               group->run([&] { ran.fetch_add(1); });
                             }
                             begun.set_value();
                           }});
  begun.get_future().wait();
  group->wait();
  REQUIRE(ran == 3);
  pool.wait_idle();
}

TEST_CASE("a group that on_thread_stop begins may outlive the hook") {
  std::atomic<int> ran{0};
  std::unique_ptr<filch::task_group> group;
  {
    const filch::thread_pool pool({.threads = 1, .on_thread_stop = [&](std::size_t) {
                                     group = std::make_unique<filch::task_group>();
                                     for (int i = 0; i < 3; ++i) {
                                       group->run([&] { ran.fetch_add(1); });
                                     }
                                   }});
  }
  REQUIRE(ran == 3);
  group->wait();
}

// For ThreadSanitizer: a hook's queues are its own while others trim.
TEST_CASE("hooks submit tasks while another thread trims") {
  std::atomic<int> ran{0};
  std::atomic<filch::thread_pool*> current{nullptr};
  constexpr int tasks = 300;  // more than the queues begin with
  for (int round = 0; round < 50; ++round) {
    current = nullptr;
    const auto submit = [&](std::size_t) {
      while (current.load() == nullptr) {
        std::this_thread::yield();
      }
      for (int i = 0; i < tasks; ++i) {
        current.load()->execute([&] { ran.fetch_add(1); });
      }
    };
    filch::thread_pool pool({.threads = 2, .on_thread_start = submit, .on_thread_stop = submit});
    std::atomic<bool> stop{false};
    std::thread trimmer([&] {
      while (!stop) {
        pool.trim();
      }
    });
    current = &pool;
    pool.shutdown();
    stop = true;
    trimmer.join();
  }
  REQUIRE(ran == 50 * 2 * 2 * tasks);
}
