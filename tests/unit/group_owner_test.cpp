// SPDX-License-Identifier: BSL-1.0
// Groups whose children lie among the forks of the thread that made them, used in every order.
#include <array>
#include <atomic>
#include <cstddef>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include <filch/filch.hpp>

#include "support/catch.hpp"
#include "support/on_worker.hpp"

using filch_test::on_worker;

namespace {

// One worker: nobody steals. Two: somebody may.
template <class Body>
void on_one_and_two_workers(Body body) {
  for (const std::size_t workers : {std::size_t{1}, std::size_t{2}}) {
    filch::thread_pool pool(workers);
    for (int i = 0; i < 200; ++i) {
      on_worker(pool, [&] { body(pool); });
      pool.invoke([&] { body(pool); });
    }
  }
}

void must(bool right) {
  if (!right) {
    throw std::logic_error("wrong");
  }
}

}  // namespace

TEST_CASE("children run newest first on their group's owner, if nobody takes them") {
  filch::thread_pool pool(1);
  std::vector<int> order;
  on_worker(pool, [&] {
    filch::task_group group;
    for (int i = 0; i < 5; ++i) {
      group.run([&, i] { order.push_back(i); });
    }
    group.wait();
  });
  REQUIRE(order == std::vector<int>{4, 3, 2, 1, 0});
  pool.wait_idle();
  REQUIRE(pool.metrics().tasks_completed == 6);
}

TEST_CASE("two groups whose children are mixed, waited for in both orders") {
  on_one_and_two_workers([](filch::thread_pool&) {
    std::atomic<int> a{0};
    std::atomic<int> b{0};
    filch::task_group first;
    filch::task_group second;
    for (int i = 0; i < 10; ++i) {
      first.run([&] { a.fetch_add(1); });
      second.run([&] { b.fetch_add(1); });
    }
    first.wait();
    must(a == 10);
    second.wait();
    must(b == 10);
    second.run([&] { b.fetch_add(1); });
    first.run([&] { a.fetch_add(1); });
    second.wait();
    must(b == 11);
    first.wait();
    must(a == 11);
  });
}

TEST_CASE("a group that is waited for within the first side of a younger fork") {
  on_one_and_two_workers([](filch::thread_pool&) {
    std::atomic<int> ran{0};
    filch::task_group group;
    group.run([&] { ran.fetch_add(1); });
    const auto [left, right] = filch::fork_join(
        [&] {
          group.wait();
          return ran.load();
        },
        [] { return filch::fork_join([] { return 2; }, [] { return 3; }); });
    must(left == 1 && right.first + right.second == 5);
  });
}

TEST_CASE("a group that outlives the first side in which it was made") {
  on_one_and_two_workers([](filch::thread_pool&) {
    std::atomic<int> ran{0};
    const auto made = filch::fork_join(
        [&] {
          auto group = std::make_unique<filch::task_group>();
          for (int i = 0; i < 3; ++i) {
            group->run([&] { ran.fetch_add(1); });
          }
          return group;
        },
        [] { return 7; });
    must(made.second == 7);
    made.first->wait();
    must(ran == 3);
  });
}

TEST_CASE("a group that outlives the task in which it was made") {
  on_one_and_two_workers([](filch::thread_pool& pool) {
    std::atomic<int> ran{0};
    auto handle = pool.spawn([&] {
      auto group = std::make_unique<filch::task_group>();
      for (int i = 0; i < 3; ++i) {
        group->run([&] { ran.fetch_add(1); });
      }
      return group;
    });
    handle.join()->wait();
    must(ran == 3);
  });
}

TEST_CASE("another thread waits while the owner still adds and runs") {
  for (const std::size_t workers : {std::size_t{1}, std::size_t{2}}) {
    filch::thread_pool pool(workers);
    for (int round = 0; round < 300; ++round) {
      std::atomic<int> ran{0};
      std::promise<filch::task_group*> given;
      std::promise<void> waited;
      std::unique_ptr<filch::task_group> group;
      auto handle = pool.spawn([&] {
        group = std::make_unique<filch::task_group>();
        group->run([&] {
          for (int i = 0; i < 5; ++i) {
            group->run([&] { ran.fetch_add(1); });
          }
          ran.fetch_add(1);
        });
        filch::task_group other;
        other.run([&] { ran.fetch_add(0); });
        given.set_value(group.get());
        other.wait();
      });
      filch::task_group* const seen = given.get_future().get();
      seen->wait();
      REQUIRE(ran.load() == 6);
      handle.join();
    }
  }
}

TEST_CASE("a parked waiter's other children are run by their own waiter") {
  // The owner waits for a handle whose task waits for the group: only that waiter can run the child.
  filch::thread_pool pool(2);
  for (int round = 0; round < 300; ++round) {
    std::atomic<int> ran{0};
    on_worker(pool, [&] {
      filch::task_group group;
      group.run([&] { ran.fetch_add(1); });
      auto waiter = pool.spawn([&] { group.wait(); });
      waiter.join();
    });
    REQUIRE(ran.load() == 1);
  }
}

TEST_CASE("more children than the forks have room for") {
  on_one_and_two_workers([](filch::thread_pool&) {
    std::atomic<int> ran{0};
    filch::task_group group;
    for (int i = 0; i < 5000; ++i) {
      group.run([&] { ran.fetch_add(1); });
    }
    group.wait();
    must(ran == 5000);
  });
}

TEST_CASE("a child waits for its own group: usage_error, and the others run") {
  filch::thread_pool pool(1);
  std::atomic<int> ran{0};
  on_worker(pool, [&] {
    filch::task_group group;
    group.run([&] { ran.fetch_add(1); });
    group.run([&] {
      try {
        group.wait();
      } catch (const filch::usage_error&) {
        ran.fetch_add(10);
      }
    });
    group.wait();
  });
  REQUIRE(ran.load() == 11);
}

TEST_CASE("children are discarded where they lie") {
  filch::thread_pool pool(1);
  std::atomic<int> ran{0};
  auto handle = pool.spawn([&] {
    filch::task_group group;
    for (int i = 0; i < 3; ++i) {
      group.run([&] { ran.fetch_add(1); });
    }
    pool.shutdown(filch::shutdown_mode::discard);
    group.wait();
  });
  REQUIRE_THROWS_AS(handle.join(), filch::task_cancelled);
  REQUIRE(ran.load() == 0);
  REQUIRE(pool.shutdown().discarded == 3);
}

TEST_CASE("a child sleeps in a wait, for which the others are moved away, but for one that was stolen") {
  filch::thread_pool pool({.threads = 3, .max_spares = 0});
  for (int i = 0; i < 20; ++i) {
    std::array<std::atomic<int>, 4> ran{};
    std::atomic<bool> end{false};
    const auto until = [](const std::atomic<bool>& flag) {
      while (!flag) {
        std::this_thread::yield();
      }
    };
    std::atomic<bool> begun{false};
    auto other = pool.spawn([&] {
      begun = true;
      until(end);
    });
    until(begun);
    const auto parked = pool.metrics().waits_parked;
    std::atomic<bool> stolen{false};
    auto waiter = pool.spawn([&] {
      filch::task_group group(pool);
      for (std::size_t k = 0; k < ran.size(); ++k) {
        group.run([&, k] {
          ran[k].fetch_add(1);
          if (k == 0) {
            stolen = true;
            until(end);
          } else if (k == ran.size() - 1) {
            until(stolen);
            other.wait();
          }
        });
      }
      group.wait();
    });
    while (pool.metrics().waits_parked == parked) {
      std::this_thread::yield();
    }
    end = true;
    waiter.join();
    pool.wait_idle();
    for (const auto& times : ran) {
      REQUIRE(times.load() == 1);
    }
  }
}

TEST_CASE("children that add children of their own group run them on the owner") {
  filch::thread_pool pool(1);
  on_worker(pool, [&] {
    filch::task_group group(pool);
    int ran = 0;  // all on one thread
    struct visit {
      static void node(filch::task_group& group, int& ran, int depth) {
        ++ran;
        for (int k = 0; depth > 0 && k < 3; ++k) {
          group.run([&group, &ran, depth] { node(group, ran, depth - 1); });
        }
      }
    };
    visit::node(group, ran, 6);
    group.wait();
    REQUIRE(ran == 1093);
  });
  pool.wait_idle();
  // None was moved to where a wait would have to look for it. Without barriers no group has an owner.
  REQUIRE((pool.metrics().waits == 0 || !filch::detail::native_policy::has_heavy_barrier()));
}
