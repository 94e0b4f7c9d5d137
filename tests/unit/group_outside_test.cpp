// SPDX-License-Identifier: BSL-1.0
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <thread>
#include <vector>

#include <filch/filch.hpp>

#include "support/catch.hpp"
#include "support/on_worker.hpp"

using filch_test::on_worker;

using namespace std::chrono_literals;

TEST_CASE("tasks come from outside while another thread waits for the group, again and again") {
  filch::thread_pool pool(2);
  filch::task_group group(pool);
  std::atomic<bool> stop{false};
  std::atomic<int> ran{0};
  int sent = 0;
  std::thread outside([&] {
    while (!stop) {
      group.run([&] { ran.fetch_add(1); });
      ++sent;
      while (ran.load() != sent) {
        std::this_thread::yield();
      }
    }
  });
  for (int i = 0; i < 20000; ++i) {
    group.wait();
  }
  stop = true;
  outside.join();
  group.wait();
  REQUIRE(ran.load() == sent);
}

TEST_CASE("a report never counts more tasks as running than there are workers") {
  filch::thread_pool pool(4);
  std::atomic<bool> stop{false};
  struct again {
    filch::thread_pool* pool;
    std::atomic<bool>* stop;
    void operator()() const {
      if (!stop->load()) {
        pool->execute(*this);
      }
    }
  };
  for (int i = 0; i < 8; ++i) {
    pool.execute(again{&pool, &stop});
  }
  const std::size_t most = on_worker(pool, [&] {
    std::size_t m = 0;
    for (int i = 0; i < 20000; ++i) {
      m = std::max(m, pool.shutdown().running);
    }
    stop = true;
    return m;
  });
  REQUIRE(most >= 1);
  REQUIRE(most <= pool.thread_count());
}

TEST_CASE("a group's task queued by a worker that waits for a fork, which waits for the group") {
  filch::thread_pool pool(2);
  for (int i = 0; i < 100; ++i) {
    filch::task_group group(pool);  // made outside, so it has no owner
    std::atomic<int> ran{0};
    on_worker(pool, [&] {
      std::atomic<bool> stolen{false};
      std::atomic<bool> queued{false};
      filch::fork_join(
          [&] {
            while (!stolen.load()) {
              std::this_thread::yield();
            }
            group.run([&] { ran.fetch_add(1); });
            queued = true;
          },
          [&] {
            stolen = true;
            while (!queued.load()) {
              std::this_thread::yield();
            }
            group.wait();
          });
    });
    REQUIRE(ran.load() == 1);
  }
}

TEST_CASE("a group whose tasks from outside have ended is destroyed without a wait, and with its proxies") {
  filch::thread_pool pool(1);
  filch::task_group waited(pool);
  for (int i = 0; i < 3; ++i) {
    filch::task_group group(pool);  // LeakSanitizer knows of what it leaves
    group.run([] {});
    pool.wait_idle();
  }
  REQUIRE_NOTHROW(waited.wait());
}

TEST_CASE("a task that is run beside the end of another thread's wait ends before the group") {
  filch::thread_pool pool(1);
  constexpr int rounds = 2000;
  for (int round = 0; round < rounds; ++round) {
    std::atomic<int> ended{0};
    std::atomic<bool> begins{false};
    {
      filch::task_group group(pool);
      std::thread waiter([&] {
        while (!begins) {
        }
        group.wait();
      });
      begins = true;
      for (int i = 0; i < round % 64; ++i) {
        static_cast<void>(begins.load());
      }
      group.run([&] {
        std::this_thread::yield();
        ended = 1;
      });
      waiter.join();
    }
    REQUIRE(ended == 1);
  }
}

TEST_CASE("a refused second wait may leave the scope of the group") {
  filch::thread_pool pool(2);
  std::atomic<bool> go{false};
  std::atomic<int> refused{0};
  std::vector<std::thread> threads;
  {
    filch::task_group group(pool);
    group.run([&] {
      while (!go) {
        std::this_thread::yield();
      }
    });
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([&] {
        try {
          group.wait();
        } catch (const filch::usage_error&) {
          ++refused;
        }
      });
    }
    while (refused == 0) {  // one of the two waits first
      std::this_thread::yield();
    }
    go = true;
  }  // waits for the thread that is in wait()
  for (std::thread& t : threads) {
    t.join();
  }
  REQUIRE(refused == 1);
}

TEST_CASE("wait_for takes the longest duration there is") {
  filch::thread_pool pool(1);
  const auto handle = pool.spawn([] { std::this_thread::yield(); });
  REQUIRE(handle.wait_for(std::chrono::nanoseconds::max()));
  REQUIRE(handle.wait_for(std::chrono::hours::max()));
}

TEST_CASE("execute_bulk gives move-only elements back when the pool closes in the middle") {
  struct element {
    filch::thread_pool* pool;
    std::unique_ptr<int> owned = std::make_unique<int>(1);
    bool closes;
    std::atomic<int>* ran;
    element(filch::thread_pool* p, bool c, std::atomic<int>* r) : pool(p), closes(c), ran(r) {}
    element(element&& o) noexcept : pool(o.pool), owned(std::move(o.owned)), closes(o.closes), ran(o.ran) {
      if (closes) {
        pool->close();
      }
    }
    void operator()() const { ran->fetch_add(1); }
  };
  std::atomic<int> ran{0};
  filch::thread_pool pool(1);
  std::vector<element> elements;
  elements.reserve(3);
  for (int i = 0; i < 3; ++i) {
    elements.emplace_back(&pool, i == 1, &ran);
  }
  std::size_t n = 0;
  try {
    n = pool.execute_bulk(std::make_move_iterator(elements.begin()), std::make_move_iterator(elements.end()));
  } catch (const filch::pool_closed&) {
    REQUIRE(n == 0);
  }
  pool.wait_idle();
  REQUIRE(n == static_cast<std::size_t>(ran.load()));
  for (std::size_t i = n; i < elements.size(); ++i) {
    REQUIRE(elements[i].owned != nullptr);
  }
}
