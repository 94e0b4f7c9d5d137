// SPDX-License-Identifier: BSL-1.0
#include <filch/parallel_sort.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <memory>
#include <random>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <filch/filch.hpp>

#include "support/catch.hpp"
#include "support/seed.hpp"

namespace {

// Inputs that sorts are known to be bad at, and sizes around those of leaves.
std::vector<std::vector<int>> inputs() {
  std::mt19937_64 random(filch_test::seed());
  std::vector<std::vector<int>> all;
  for (const std::size_t n : {0U, 1U, 2U, 3U, 9U, 100U, 2049U, 5000U, 40'003U}) {
    const auto number = [n](std::size_t i) { return static_cast<int>(i % (n + 1)); };
    std::vector<int> v(n);
    all.push_back(v);  // all equal
    for (std::size_t i = 0; i < n; ++i) {
      v[i] = number(i);
    }
    all.push_back(v);  // in order
    all.emplace_back(v.rbegin(), v.rend());
    if (n > 2) {
      std::swap(v[n / 2], v[n - 1]);
      all.push_back(v);  // in order but for two
    }
    for (std::size_t i = 0; i < n; ++i) {
      v[i] = number(std::min(i, n - i));
    }
    all.push_back(v);  // organ pipe
    for (std::size_t i = 0; i < n; ++i) {
      v[i] = number(i * 1000 % (n + 1));
    }
    all.push_back(v);  // saw teeth
    std::generate(v.begin(), v.end(), [&] { return static_cast<int>(random()); });
    all.push_back(v);
    std::generate(v.begin(), v.end(), [&] { return static_cast<int>(random() % 4); });
    all.push_back(v);  // few keys
    std::generate(v.begin(), v.end(), [&] { return random() % 8 == 0 ? static_cast<int>(random()) : 7; });
    all.push_back(v);  // mostly one key
  }
  return all;
}

template <class Test>
void in_several_ways(Test test) {
  const std::vector<std::vector<int>> all = inputs();
  for (const std::size_t threads : {1U, 2U, 5U}) {
    filch::thread_pool pool(threads);
    for (const filch::grain g : {filch::grain{}, filch::grain{1}, filch::grain{1000}}) {
      for (const std::vector<int>& v : all) {
        CAPTURE(threads, g.elements, v.size());
        test(pool, g, v);
      }
    }
  }
}

struct row {
  int key;
  std::size_t place;
  bool operator==(const row&) const = default;
};

std::vector<row> rows_of(const std::vector<int>& v) {
  std::vector<row> rows;
  for (const int x : v) {
    rows.push_back({x % 100, rows.size()});
  }
  return rows;
}

bool by_key_and_place(const row& a, const row& b) { return a.key != b.key ? a.key < b.key : a.place < b.place; }

// Strings of a length that needs memory of its own.
std::vector<std::string> words_of(const std::vector<int>& v) {
  std::vector<std::string> words;
  for (const int x : v) {
    words.push_back("a word that is rather long: " + std::to_string(x));
  }
  return words;
}

}  // namespace

TEST_CASE("a sort of numbers is the serial one") {
  in_several_ways([](filch::thread_pool& pool, filch::grain g, const std::vector<int>& v) {
    std::vector<int> expected = v;
    std::sort(expected.begin(), expected.end());
    std::vector<int> sorted = v;
    filch::parallel_sort(pool, sorted.begin(), sorted.end(), g);
    REQUIRE(sorted == expected);
    sorted = v;
    filch::parallel_stable_sort(pool, sorted, g);
    REQUIRE(sorted == expected);

    std::reverse(expected.begin(), expected.end());
    sorted = v;
    filch::parallel_sort(pool, sorted, std::greater<>(), g);
    REQUIRE(sorted == expected);
    sorted = v;
    filch::parallel_stable_sort(
        pool, sorted.begin(), sorted.end(), [](int a, int b) { return a > b; }, g);
    REQUIRE(sorted == expected);
  });
}

TEST_CASE("a stable sort leaves equal elements in their order") {
  in_several_ways([](filch::thread_pool& pool, filch::grain g, const std::vector<int>& v) {
    std::vector<row> expected = rows_of(v);
    const auto by_key = [](const row& a, const row& b) { return a.key < b.key; };
    std::sort(expected.begin(), expected.end(), by_key_and_place);
    std::vector<row> sorted = rows_of(v);
    filch::parallel_stable_sort(pool, sorted, by_key, g);
    REQUIRE(sorted == expected);
    sorted = rows_of(v);
    filch::parallel_stable_sort(pool, sorted, std::less<>(), &row::key, g);
    REQUIRE(sorted == expected);
  });
}

TEST_CASE("strings are sorted, and none is lost") {
  filch::thread_pool pool(3);
  for (const std::vector<int>& v : inputs()) {
    std::vector<std::string> expected = words_of(v);
    std::sort(expected.begin(), expected.end());
    std::vector<std::string> sorted = words_of(v);
    filch::parallel_sort(pool, sorted);
    REQUIRE(sorted == expected);
    sorted = words_of(v);
    filch::parallel_stable_sort(pool, sorted, filch::grain{500});
    REQUIRE(sorted == expected);
  }
}

TEST_CASE("elements that can only be moved are sorted, also where they do not lie side by side") {
  filch::thread_pool pool(2);
  for (const std::size_t n : {10U, 20'000U}) {
    std::mt19937_64 random(filch_test::seed());
    std::deque<std::unique_ptr<std::uint64_t>> v;
    for (std::size_t i = 0; i < n; ++i) {
      v.push_back(std::make_unique<std::uint64_t>(random() % n));
    }
    const auto value = [](const std::unique_ptr<std::uint64_t>& p) { return *p; };
    filch::parallel_sort(pool, v, std::greater<>(), value);
    REQUIRE(std::is_sorted(v.begin(), v.end(), [](const auto& a, const auto& b) { return *a > *b; }));
    filch::parallel_stable_sort(pool, v, std::less<>(), value);
    REQUIRE(std::is_sorted(v.begin(), v.end(), [](const auto& a, const auto& b) { return *a < *b; }));
  }
}

TEST_CASE("elements whose moves may throw are sorted stably, by one thread") {
  struct slow {
    explicit slow(int k) : key(k) {}
    slow(slow&& other) noexcept(false) : key(other.key) {}
    slow& operator=(slow&& other) noexcept(false) {
      key = other.key;
      return *this;
    }
    int key;
  };
  filch::thread_pool pool(2);
  std::mt19937_64 random(filch_test::seed());
  std::vector<slow> v;
  for (int i = 0; i < 20'000; ++i) {
    v.emplace_back(static_cast<int>(random() % 100));
  }
  const std::thread::id caller = std::this_thread::get_id();
  std::atomic<bool> elsewhere{false};
  filch::parallel_stable_sort(pool, v, [&](const slow& a, const slow& b) {
    if (std::this_thread::get_id() != caller) {
      elsewhere = true;
    }
    return a.key < b.key;
  });
  REQUIRE(std::is_sorted(v.begin(), v.end(), [](const slow& a, const slow& b) { return a.key < b.key; }));
  REQUIRE_FALSE(elsewhere.load());
}

TEST_CASE("an exception of a comparison at any call is thrown to the caller of a sort") {
  filch::thread_pool pool(2);
  std::vector<int> v(600);
  std::mt19937_64 random(filch_test::seed());
  std::generate(v.begin(), v.end(), [&] { return static_cast<int>(random() % 1000); });
  const std::vector<std::string> words = words_of(v);
  const auto throws_at = [&](int at, const auto& sort) {
    std::atomic<int> calls{0};
    const auto less = [&](const std::string& a, const std::string& b) {
      if (calls.fetch_add(1) + 1 == at) {
        throw std::runtime_error("less");
      }
      return a < b;
    };
    std::vector<std::string> sorted = words;
    try {
      sort(sorted, less);
    } catch (const std::runtime_error&) {
      return true;
    }
    REQUIRE(std::is_sorted(sorted.begin(), sorted.end()));
    REQUIRE(calls.load() < at);
    return false;
  };
  int at = 1;
  while (throws_at(at, [&](auto& v2, const auto& less) { filch::parallel_sort(pool, v2, less, filch::grain{50}); })) {
    at += 7;
  }
  REQUIRE(at > 600);
  at = 1;
  while (throws_at(
      at, [&](auto& v2, const auto& less) { filch::parallel_stable_sort(pool, v2, less, filch::grain{50}); })) {
    at += 7;
  }
  REQUIRE(at > 600);
}

TEST_CASE("a sort that is asked to stop says so, and loses no element") {
  for (const std::size_t threads : {1U, 2U}) {
    filch::thread_pool pool(threads);
    std::vector<int> v(3000);
    std::mt19937_64 random(filch_test::seed());
    std::generate(v.begin(), v.end(), [&] { return static_cast<int>(random()); });
    std::vector<std::string> words = words_of(v);
    std::sort(words.begin(), words.end());
    for (const int at : {0, 1, 100, 5000, 15'000}) {
      std::stop_source source;
      std::atomic<int> calls{0};
      std::atomic<int> after{0};
      const auto less = [&](const std::string& a, const std::string& b) {
        after.fetch_add(source.stop_requested() ? 1 : 0);
        if (calls.fetch_add(1) == at) {
          source.request_stop();
        }
        return a < b;
      };
      std::vector<std::string> sorted = words_of(v);
      REQUIRE_THROWS_AS(filch::parallel_sort(pool, sorted, less, source.get_token(), filch::grain{100}),
                        filch::task_cancelled);
      REQUIRE(after.load() < 2 * 2000);
      std::sort(sorted.begin(), sorted.end());
      REQUIRE(sorted == words);

      source = std::stop_source();
      calls = 0;
      after = 0;
      sorted = words_of(v);
      REQUIRE_THROWS_AS(filch::parallel_stable_sort(pool, sorted, less, filch::grain{100}, source.get_token()),
                        filch::task_cancelled);
      REQUIRE(after.load() < 2 * 2000);
      std::sort(sorted.begin(), sorted.end());
      REQUIRE(sorted == words);
    }
  }
}

TEST_CASE("a merge is the serial one, and takes equal elements from the first range first") {
  in_several_ways([](filch::thread_pool& pool, filch::grain g, const std::vector<int>& v) {
    std::vector<row> a = rows_of(v);
    const auto by_key = [](const row& x, const row& y) { return x.key < y.key; };
    for (const std::size_t parts : {1U, 2U, 7U}) {
      const auto middle = a.begin() + static_cast<std::ptrdiff_t>(a.size() / parts);
      std::sort(a.begin(), middle, by_key_and_place);
      std::sort(middle, a.end(), by_key_and_place);
      std::vector<row> expected(a.size());
      std::merge(a.begin(), middle, middle, a.end(), expected.begin(), by_key);
      std::vector<row> out(a.size());
      REQUIRE(filch::parallel_merge(pool, a.begin(), middle, middle, a.end(), out.begin(), by_key, g) == out.end());
      REQUIRE(out == expected);
    }
  });
  const std::vector<int> odd{1, 3, 5};
  const std::deque<long> even{2, 4};
  std::vector<long> out(5);
  REQUIRE(filch::parallel_merge(odd, even, out.begin()) == out.end());
  REQUIRE(out == std::vector<long>{1, 2, 3, 4, 5});
}

TEST_CASE("few elements that are dear to compare are sorted by several threads") {
  filch::thread_pool pool(2);
  std::vector<int> v(64);
  std::mt19937_64 random(filch_test::seed());
  std::generate(v.begin(), v.end(), [&] { return static_cast<int>(random()); });
  const std::thread::id caller = std::this_thread::get_id();
  std::atomic<int> mine{0};
  std::atomic<int> others{0};
  filch::parallel_sort(pool, v, [&](int a, int b) {
    (std::this_thread::get_id() == caller ? mine : others).fetch_add(1);
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    return a < b;
  });
  REQUIRE(std::is_sorted(v.begin(), v.end()));
  REQUIRE(mine.load() > 0);
  REQUIRE(others.load() > 0);
}
