// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <deque>
#include <iterator>
#include <memory>
#include <random>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <filch/filch.hpp>
#include <filch/parallel_algorithm.hpp>

#include "support/calls_after.hpp"
#include "support/catch.hpp"
#include "support/seed.hpp"

namespace {

// Values 0 to 99, in runs of about the same length, so that how many are kept differs from block to block.
std::vector<int> mixed(std::size_t n, std::size_t run) {
  std::mt19937_64 random(filch_test::seed());
  std::vector<int> v(n);
  int value = 0;
  for (int& x : v) {
    if (random() % run == 0) {
      value = static_cast<int>(random() % 100);
    }
    x = value;
  }
  return v;
}

// In pools of one, two and five threads, with a grain and without, for sizes around those of blocks.
template <class Test>
void in_several_ways(Test test) {
  for (const std::size_t threads : {1U, 2U, 5U}) {
    filch::thread_pool pool(threads);
    for (const filch::grain g :
         {filch::grain{}, filch::grain{1}, filch::grain{3}, filch::grain{64}, filch::grain{1000}}) {
      for (const std::size_t n : {0U, 1U, 2U, 63U, 64U, 65U, 1000U, 5000U, 100'001U}) {
        if (n <= 5000 || g.elements == 0 || g.elements == 1000) {
          for (const std::size_t run : {1U, 1000U}) {
            CAPTURE(threads, g.elements, n, run);
            test(pool, g, mixed(n, run));
          }
        }
      }
    }
  }
}

// True for about so many of a hundred.
auto below(int percent) {
  return [percent](int x) { return x < percent; };
}

}  // namespace

TEST_CASE("copy_if copies what the serial one copies, and asks once for each element") {
  in_several_ways([](filch::thread_pool& pool, filch::grain g, const std::vector<int>& v) {
    for (const int percent : {0, 3, 50, 97, 100}) {
      std::vector<int> expected;
      std::copy_if(v.begin(), v.end(), std::back_inserter(expected), below(percent));
      std::vector<int> out(v.size(), -1);
      std::atomic<std::size_t> calls{0};
      const auto keep = [&](int x) {
        calls.fetch_add(1, std::memory_order_relaxed);
        return x < percent;
      };
      out.erase(filch::parallel_copy_if(pool, v, out.begin(), keep, g), out.end());
      REQUIRE(out == expected);
      REQUIRE(calls.load() == v.size());
    }
  });
}

TEST_CASE("remove_if keeps what the serial one keeps") {
  in_several_ways([](filch::thread_pool& pool, filch::grain g, const std::vector<int>& v) {
    for (const int percent : {0, 3, 50, 97, 100}) {
      std::vector<int> expected = v;
      expected.erase(std::remove_if(expected.begin(), expected.end(), below(percent)), expected.end());
      std::vector<int> kept = v;
      kept.erase(filch::parallel_remove_if(pool, kept.begin(), kept.end(), below(percent), g), kept.end());
      REQUIRE(kept == expected);
    }
  });
}

TEST_CASE("unique keeps what the serial one keeps") {
  in_several_ways([](filch::thread_pool& pool, filch::grain g, const std::vector<int>& v) {
    std::vector<int> expected = v;
    expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
    std::vector<int> kept = v;
    kept.erase(filch::parallel_unique(pool, kept, g), kept.end());
    REQUIRE(kept == expected);

    const auto alike = [](int a, int b) { return a / 50 == b / 50; };
    expected = v;
    expected.erase(std::unique(expected.begin(), expected.end(), alike), expected.end());
    kept = v;
    kept.erase(filch::parallel_unique(pool, kept.begin(), kept.end(), alike, g), kept.end());
    REQUIRE(kept == expected);
  });
}

TEST_CASE("partition puts the elements for which it is true before the others, and asks once for each element") {
  in_several_ways([](filch::thread_pool& pool, filch::grain g, const std::vector<int>& v) {
    std::vector<int> all = v;
    std::sort(all.begin(), all.end());
    for (const int percent : {0, 3, 50, 97, 100}) {
      std::vector<int> parted = v;
      std::atomic<std::size_t> calls{0};
      const auto is_left = [&](int x) {
        calls.fetch_add(1, std::memory_order_relaxed);
        return x < percent;
      };
      const auto middle = filch::parallel_partition(pool, parted, is_left, g);
      REQUIRE(calls.load() == v.size());
      REQUIRE(std::all_of(parted.begin(), middle, below(percent)));
      REQUIRE(std::none_of(middle, parted.end(), below(percent)));
      std::sort(parted.begin(), parted.end());
      REQUIRE(parted == all);
    }
  });
}

TEST_CASE("elements that can only be moved are filtered in place") {
  filch::thread_pool pool(3);
  for (const std::size_t n : {10U, 5000U, 100'000U}) {
    std::deque<std::unique_ptr<std::string>> v;
    for (std::size_t i = 0; i < n; ++i) {
      v.push_back(std::make_unique<std::string>(std::to_string(i / 2)));
    }
    v.erase(filch::parallel_unique(pool, v.begin(), v.end(), [](const auto& a, const auto& b) { return *a == *b; }),
            v.end());
    REQUIRE(v.size() == n / 2);
    v.erase(filch::parallel_remove_if(pool, v, [](const auto& p) { return std::stoul(*p) % 3 == 0; }), v.end());
    std::size_t at = 0;
    for (std::size_t i = 0; i < n / 2; ++i) {
      if (i % 3 != 0) {
        REQUIRE(*v[at++] == std::to_string(i));
      }
    }
    REQUIRE(v.size() == at);
    const auto is_short = [](const auto& p) { return p->size() < 4; };
    const auto middle = filch::parallel_partition(pool, v.begin(), v.end(), is_short);
    REQUIRE(std::all_of(v.begin(), middle, is_short));
    REQUIRE(std::none_of(middle, v.end(), is_short));
  }
}

TEST_CASE("an exception of a predicate is thrown to the caller of a filter, and ends it") {
  filch::thread_pool pool(2);
  const std::vector<int> v(1000, 1);
  // The number of calls after the one that throws, in a filter that `run` starts with a predicate.
  const auto calls_after_the_throw = [](int at, auto run) {
    std::atomic<int> calls{0};
    filch_test::calls_after_a_throw after;
    const auto keep = [&](int) {
      if (calls.fetch_add(1) + 1 == at) {
        after.about_to_throw();
        throw std::runtime_error("keep");
      }
      after.called();
      return true;
    };
    REQUIRE_THROWS_AS(run(keep), std::runtime_error);
    return after.count();
  };
  for (const int at : {1, 2, 57, 500, 1000}) {
    std::vector<int> out(v.size());
    const auto copy = [&](auto keep) { filch::parallel_copy_if(pool, v, out.begin(), keep, filch::grain{10}); };
    REQUIRE(calls_after_the_throw(at, copy) <= 20);  // one block of each of two other threads
    std::vector<int> parted = v;
    const auto part = [&](auto keep) { filch::parallel_partition(pool, parted, keep, filch::grain{60}); };
    REQUIRE(calls_after_the_throw(at, part) <= 150);
    REQUIRE(parted == v);  // all equal: none is lost
  }
}

TEST_CASE("a filter that is asked to stop says so") {
  for (const std::size_t threads : {1U, 2U}) {
    filch::thread_pool pool(threads);
    std::stop_source source;
    std::vector<int> v(1000, 1);
    std::atomic<int> calls{0};
    std::atomic<int> after{0};
    const auto remove = [&](int) {
      after.fetch_add(source.stop_requested() ? 1 : 0);
      if (calls.fetch_add(1) == 100) {
        source.request_stop();
      }
      return false;
    };
    REQUIRE_THROWS_AS(filch::parallel_remove_if(pool, v, remove, source.get_token(), filch::grain{10}),
                      filch::task_cancelled);
    REQUIRE(after.load() <= 3 * 10);
    calls = 0;
    REQUIRE_THROWS_AS(filch::parallel_remove_if(pool, v, remove, source.get_token()), filch::task_cancelled);
    REQUIRE(calls.load() == 0);
  }
}
