// SPDX-License-Identifier: BSL-1.0
#include <filch/fork_join.hpp>

#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <utility>
#include <variant>

#include <filch/filch.hpp>

#include "support/catch.hpp"
#include "support/on_worker.hpp"

using filch_test::on_worker;

namespace {

int fib(int n) {
  if (n < 2) {
    return n;
  }
  const auto [a, b] = filch::fork_join([n] { return fib(n - 1); }, [n] { return fib(n - 2); });
  return a + b;
}

void wait_for(const std::atomic<bool>& flag) {
  while (!flag.load()) {
    std::this_thread::yield();
  }
}

int count_leaves(int depth) {
  if (depth == 0) {
    return 1;
  }
  const auto [a, b] =
      filch::fork_join([&] { return count_leaves(depth - 1); }, [&] { return count_leaves(depth - 1); });
  return a + b;
}

struct hooked_pool {
  explicit hooked_pool(std::size_t n)
      : pool(filch::pool_options{.threads = n, .on_unhandled_exception = [this](std::exception_ptr e) {
                                   try {
                                     std::rethrow_exception(e);
                                   } catch (int number) {
                                     hooked.fetch_add(number);
                                   }
                                 }}) {}
  std::atomic<int> hooked{0};
  filch::thread_pool pool;
};

}  // namespace

TEST_CASE("both sides run, outside as inside, with 1, 2 and 8 workers") {
  REQUIRE(fib(16) == 987);
  for (const std::size_t threads : {1u, 2u, 8u}) {
    filch::thread_pool pool(threads);
    REQUIRE(on_worker(pool, [] { return fib(18); }) == 2584);
  }
}

TEST_CASE("results: values, references, move-only types, void") {
  filch::thread_pool pool(2);
  for (int i = 0; i < 200; ++i) {
    on_worker(pool, [] {
      int n = 1;
      const auto r = filch::fork_join([&]() -> int& { return n; }, [] { return std::make_unique<int>(2); });
      static_assert(std::is_same_v<decltype(r), const std::pair<int&, std::unique_ptr<int>>>);
      if (&r.first != &n || *r.second != 2) {
        throw std::logic_error("wrong result");
      }
      bool ran = false;
      const auto mixed = filch::fork_join([&] { ran = true; }, [] { return 3; });
      static_assert(std::is_same_v<decltype(mixed), const std::pair<std::monostate, int>>);
      if (!ran || mixed.second != 3) {
        throw std::logic_error("wrong result");
      }
      static_assert(std::is_void_v<decltype(filch::fork_join([] {}, [] {}))>);
    });
  }
}

TEST_CASE("the callables are used where they lie, as the caller gives them") {
  struct callable {
    int operator()() & { return 1; }
    int operator()() && { return 2; }
    callable() = default;
    callable(const callable&) = delete;
  };
  callable a;
  callable b;
  const auto r = filch::fork_join(a, std::move(b));
  REQUIRE(r.first == 1);
  REQUIRE(r.second == 2);
}

TEST_CASE("temporaries of every kind are called once, also with a full deque") {
  struct large {
    int values[64];
    int operator()() && { return values[0]++ + values[63]; }
  };
  struct constant {
    int a;
    int b;
    int c;
    int operator()() const { return a + b + c; }
  };
  struct kept {  // can be assigned, but not be constructed from another
    int value[4];
    explicit kept(int v) : value{v, 0, 0, 0} {}
    kept(const kept&) = delete;
    kept& operator=(const kept&) = default;
    int operator()() const { return value[0]; }
  };
  const auto check = [] {
    large two{};
    two.values[0] = 2;
    const constant six{1, 2, 3};
    return filch::fork_join(large(two), constant(six)) == std::pair(2, 6) &&
           filch::fork_join(std::move(six), kept(4)) == std::pair(6, 4) &&
           filch::fork_join(kept(5), large(two)) == std::pair(5, 2);
  };
  filch::thread_pool pool(2);
  REQUIRE(pool.invoke(check));
  const auto deep = [&check](auto& self, int depth) -> bool {
    if (depth == 0) {
      return check();
    }
    int a = depth;
    int b = 0;
    bool right = false;
    filch::fork_join([&] { right = self(self, depth - 1); }, [&] { b = a; });
    return right && b == depth;
  };
  REQUIRE(pool.invoke([&] { return deep(deep, 3'000); }));
}

TEST_CASE("an exception of one side comes after the other side has ended") {
  for (const std::size_t threads : {1u, 2u}) {
    hooked_pool h(threads);
    on_worker(h.pool, [] {
      for (int i = 0; i < 500; ++i) {
        std::atomic<bool> other{false};
        bool caught = false;
        try {
          filch::fork_join([] { throw 1; }, [&] { other.store(true); });
        } catch (int n) {
          caught = n == 1 && other.load();
        }
        if (!caught) {
          throw std::logic_error("first side");
        }
        other.store(false);
        caught = false;
        try {
          filch::fork_join([&] { other.store(true); }, [] { throw 2; });
        } catch (int n) {
          caught = n == 2 && other.load();
        }
        if (!caught) {
          throw std::logic_error("second side");
        }
      }
    });
    REQUIRE(h.hooked.load() == 0);
  }
}

TEST_CASE("of two exceptions the first in time is thrown, the second goes to the hook") {
  hooked_pool h(2);
  const int thrown_when_second_is_first = on_worker(h.pool, [] {
    std::atomic<bool> thrown{false};
    struct mark {
      std::atomic<bool>& flag;
      ~mark() { flag.store(true); }
    };
    std::atomic<bool> started{false};
    try {
      filch::fork_join(
          [&] {
            wait_for(started);
            wait_for(thrown);
            throw 1;
          },
          [&] {
            started.store(true);
            const mark m{thrown};
            throw 20;
          });
    } catch (int n) {
      return n;
    }
    return 0;
  });
  // The mark is set while 20 is on its way, before it is recorded: either order is right, none is lost.
  REQUIRE((thrown_when_second_is_first == 20 || thrown_when_second_is_first == 1));
  REQUIRE(thrown_when_second_is_first + h.hooked.load() == 21);

  hooked_pool one(1);
  const int thrown = on_worker(one.pool, [] {
    try {
      filch::fork_join([] { throw 1; }, [] { throw 20; });
    } catch (int n) {
      return n;
    }
    return 0;
  });
  REQUIRE(thrown == 1);
  REQUIRE(one.hooked.load() == 20);
}

TEST_CASE("a mutex may be held across fork_join while all other tasks take it") {
  for (const std::size_t threads : {1u, 2u, 8u}) {
    filch::thread_pool pool(threads);
    std::mutex mutex;
    int sum = 0;
    for (int i = 0; i < 200; ++i) {
      pool.execute([&] {
        const std::lock_guard lock(mutex);
        sum += count_leaves(4);
      });
    }
    pool.wait_idle();
    REQUIRE(sum == 200 * 16);
  }
}

TEST_CASE("a mutex may be held across a nested fork_join and join of forked siblings") {
  for (const std::size_t threads : {1u, 2u, 8u}) {
    filch::thread_pool pool(threads);
    std::mutex mutex;
    int sum = 0;
    const auto locked = [&] {
      const std::lock_guard lock(mutex);
      sum += count_leaves(3);
    };
    on_worker(pool, [&] {
      for (int i = 0; i < 200; ++i) {
        filch::parallel_invoke(locked, locked, locked, locked);
      }
    });
    REQUIRE(sum == 200 * 4 * 8);
  }
}

TEST_CASE("a deep chain of forks, each first side the next") {
  struct deep {
    static int go(int n) {
      if (n == 0) {
        return 0;
      }
      const auto r = filch::fork_join([n] { return go(n - 1); }, [] { return 1; });
      return r.first + r.second;
    }
  };
  filch::thread_pool pool(2);
  REQUIRE(on_worker(pool, [] { return deep::go(1000); }) == 1000);
}

TEST_CASE("a parked waiter helps again when its thief forks") {
  filch::thread_pool pool(2);
  std::atomic<bool> taken{false};
  std::atomic<bool> helped{false};
  on_worker(pool, [&] {
    const auto waiter = filch::this_worker::index();
    filch::fork_join([&] { wait_for(taken); },
                     [&] {
                       taken.store(true);
                       while (pool.metrics().waits_parked == 0) {
                         std::this_thread::yield();
                       }
                       // One fork may miss the waiter, which is about to park. It goes on until one does not.
                       while (!helped.load()) {
                         std::atomic<bool> done{false};
                         filch::fork_join(
                             [&] {
                               for (int i = 0; i < 1000 && !done.load(); ++i) {
                                 std::this_thread::yield();
                               }
                             },
                             [&] {
                               helped.store(helped.load() || filch::this_worker::index() == waiter);
                               done.store(true);
                             });
                       }
                     });
  });
  REQUIRE(helped.load());
}

namespace {

std::atomic<int> named_calls{0};
void left() { named_calls.fetch_add(1); }
int right() noexcept { return 2; }

}  // namespace

TEST_CASE(
    "fork_join in a named pool: from outside, on its own worker, on another pool's worker, with and without guests") {
  for (const bool guests : {true, false}) {
    filch::thread_pool pool({.threads = 1, .guests = guests});
    filch::thread_pool other(1);
    const auto in_pool = [&pool] { return filch::this_worker::pool() == &pool; };
    const auto check = [&] {
      const auto [first, second] = filch::fork_join(pool, in_pool, [&] { return in_pool() ? 2 : 0; });
      return first && second == 2;
    };
    REQUIRE(check());
    REQUIRE(on_worker(pool, check));
    REQUIRE(pool.invoke(check));
    REQUIRE(on_worker(other, check));
    static_assert(std::is_void_v<decltype(filch::fork_join(pool, [] {}, [] {}))>);
    const std::thread::id mine = on_worker(pool, [] { return std::this_thread::get_id(); });
    REQUIRE(on_worker(pool, [&] {
              return filch::fork_join(
                         pool, [] { return std::this_thread::get_id(); }, [] {})
                  .first;
            }) == mine);
  }
}

TEST_CASE("fork_join in a closed pool throws pool_closed and calls neither side") {
  filch::thread_pool pool(1);
  pool.close();
  int called = 0;
  REQUIRE_THROWS_AS(filch::fork_join(pool, [&] { ++called; }, [&] { ++called; }), filch::pool_closed);
  REQUIRE(called == 0);
}

TEST_CASE("both sides may be functions by name") {
  filch::thread_pool pool(2);
  on_worker(pool, [] {
    filch::fork_join(left, left);
    named_calls.fetch_add(filch::fork_join(left, right).second - 2);
  });
  REQUIRE(std::get<1>(filch::parallel_invoke(left, right, &left)) == 2);
  pool.execute(left);
  pool.spawn(left).join();
  pool.invoke(left);
  filch::scope(pool, [](filch::task_group& g) { g.run(left); });
  pool.wait_idle();
  REQUIRE(named_calls.load() == 3 + 2 + 4);
}
