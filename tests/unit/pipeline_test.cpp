// SPDX-License-Identifier: BSL-1.0
#include <filch/pipeline.hpp>

#include <atomic>
#include <cstddef>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <filch/filch.hpp>

#include "support/catch.hpp"

using filch::parallel;
using filch::parallel_pipeline;
using filch::serial;
using filch::serial_in_order;
using filch::stage;

namespace {

/// A first stage that gives 0, 1, ..., n - 1.
auto numbers_below(int n) {
  return [n, next = 0]() mutable { return next < n ? std::optional(next++) : std::nullopt; };
}

/// Counts the threads between its construction and its destruction.
class inside {
 public:
  inside(std::atomic<int>& now, std::atomic<int>& most) : now_(now) {
    const int n = now_.fetch_add(1) + 1;
    for (int seen = most.load(); seen < n && !most.compare_exchange_weak(seen, n);) {
    }
  }
  ~inside() { now_.fetch_sub(1); }
  inside(const inside&) = delete;
  inside& operator=(const inside&) = delete;

 private:
  std::atomic<int>& now_;
};

void work(int n) {
  [[maybe_unused]] volatile int sink = 0;
  for (int i = 0; i < n; ++i) {
    sink = i;
  }
}

}  // namespace

TEST_CASE("a pipeline takes every value through every stage, and in order where it shall be") {
  for (const std::size_t threads : {1U, 2U, 5U}) {
    filch::thread_pool pool(threads);
    for (const std::size_t tokens : {1U, 2U, 3U, 16U, 1000U}) {
      std::vector<int> out;
      int expected = 0;
      bool in_order = true;
      parallel_pipeline(pool, tokens, stage{serial_in_order, numbers_below(500)},
                        stage{parallel,
                              [](int n) {
                                work(n % 7 == 0 ? 2000 : 10);
                                return std::to_string(n);
                              }},
                        stage{serial_in_order,
                              [&](std::string s) {
                                in_order = in_order && s == std::to_string(expected++);
                                return s;
                              }},
                        stage{parallel, [](const std::string& s) { return std::stoi(s) * 2; }},
                        stage{serial_in_order, [&](int n) { out.push_back(n); }});
      INFO(threads << " threads, " << tokens << " tokens");
      REQUIRE(in_order);
      REQUIRE(out.size() == 500);
      for (int i = 0; i < 500; ++i) {
        REQUIRE(out[static_cast<std::size_t>(i)] == 2 * i);
      }
    }
  }
}

TEST_CASE("a stage that is not parallel runs one value at a time, and no more than the tokens are on their way") {
  filch::thread_pool pool(4);
  constexpr int tokens = 3;
  std::atomic<int> now[4] = {};
  std::atomic<int> most[4] = {};
  std::atomic<int> on_way{0};
  std::atomic<int> most_on_way{0};
  long sum = 0;
  int made = 0;
  parallel_pipeline(pool, tokens,
                    stage{serial,
                          [&]() -> std::optional<int> {
                            const inside here(now[0], most[0]);
                            if (made == 2000) {
                              return std::nullopt;
                            }
                            const int n = on_way.fetch_add(1) + 1;
                            for (int seen = most_on_way.load();
                                 seen < n && !most_on_way.compare_exchange_weak(seen, n);) {
                            }
                            return made++;
                          }},
                    stage{serial,
                          [&](int n) {
                            const inside here(now[1], most[1]);
                            work(20);
                            return n;
                          }},
                    stage{parallel,
                          [&](int n) {
                            const inside here(now[2], most[2]);
                            work(200);
                            return n;
                          }},
                    stage{serial, [&](int n) {
                            {
                              const inside here(now[3], most[3]);
                              sum += n;
                            }
                            on_way.fetch_sub(1);
                          }});
  REQUIRE(sum == 2000L * 1999 / 2);
  REQUIRE(most[0] == 1);
  REQUIRE(most[1] == 1);
  REQUIRE(most[3] == 1);
  REQUIRE(most_on_way <= tokens);
}

TEST_CASE("the first stage may be parallel, and the stages after it still get every value") {
  filch::thread_pool pool(3);
  std::atomic<int> next{0};
  std::vector<int> seen;
  parallel_pipeline(pool, 8,
                    stage{parallel,
                          [&]() -> std::optional<int> {
                            const int n = next.fetch_add(1);
                            work(50);
                            return n < 1000 ? std::optional(n) : std::nullopt;
                          }},
                    stage{serial_in_order, [&](int n) { seen.push_back(n); }});
  std::vector<bool> there(1000);
  for (const int n : seen) {
    there[static_cast<std::size_t>(n)] = true;
  }
  REQUIRE(seen.size() == 1000);
  REQUIRE(there == std::vector<bool>(1000, true));
}

TEST_CASE(
    "the values of a pipeline may be of any type that can be moved, and a stage may return a reference into its "
    "argument") {
  struct pair_of {
    std::unique_ptr<int> first;
    std::string second;
  };
  filch::thread_pool pool(2);
  std::vector<int> out;
  int n = 0;
  parallel_pipeline(pool, 4,
                    stage{serial_in_order,
                          [&]() -> std::optional<pair_of> {
                            if (n == 100) {
                              return std::nullopt;
                            }
                            return pair_of{std::make_unique<int>(n++), "text"};
                          }},
                    stage{parallel, &pair_of::first},
                    stage{parallel, [](std::unique_ptr<int>&& p) -> std::unique_ptr<int>&& { return std::move(p); }},
                    stage{serial_in_order, [&](std::unique_ptr<int> p) {
                            out.push_back(*p);
                            return 7;  // of the last stage nobody wants it
                          }});
  REQUIRE(out.size() == 100);
  for (std::size_t i = 0; i < out.size(); ++i) {
    REQUIRE(out[i] == static_cast<int>(i));
  }
}

TEST_CASE("a pipeline runs in the pool that its caller is inside of, and pipelines may lie in each other") {
  filch::thread_pool pool(2);
  std::atomic<int> elsewhere{0};
  const auto sum_below = [&](int n) {
    long sum = 0;
    parallel_pipeline(3, stage{serial_in_order, numbers_below(n)},
                      stage{parallel,
                            [&](int i) {
                              elsewhere += filch::this_worker::pool() == &pool ? 0 : 1;
                              return i;
                            }},
                      stage{serial, [&](int i) { sum += i; }});
    return sum;
  };
  long sum = 0;
  pool.invoke([&] {
    parallel_pipeline(4, stage{serial_in_order, numbers_below(50)}, stage{parallel, sum_below},
                      stage{serial_in_order, [&](long s) { sum += s; }});
  });
  long expected = 0;
  for (long n = 0; n < 50; ++n) {
    expected += n * (n - 1) / 2;
  }
  REQUIRE(sum == expected);
  REQUIRE(elsewhere == 0);
}

TEST_CASE("a slow value keeps back those behind it at a stage in order, and no thread waits for it") {
  filch::thread_pool pool(2);
  std::promise<void> seven_others_are_through;
  std::atomic<int> through{0};
  std::vector<int> out;
  parallel_pipeline(pool, 8, stage{serial_in_order, numbers_below(50)},
                    stage{parallel,
                          [&](int n) {
                            if (n == 0) {
                              seven_others_are_through.get_future().wait();
                            } else if (through.fetch_add(1) + 1 == 7) {
                              seven_others_are_through.set_value();
                            }
                            return n;
                          }},
                    stage{serial_in_order, [&](int n) { out.push_back(n); }});
  REQUIRE(out.size() == 50);
  for (std::size_t i = 0; i < out.size(); ++i) {
    REQUIRE(out[i] == static_cast<int>(i));
  }
}
