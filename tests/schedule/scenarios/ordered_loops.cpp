// SPDX-License-Identifier: BSL-1.0
#include <filch/errors.hpp>
#include <filch/parallel_algorithm.hpp>
#include <filch/parallel_scan.hpp>
#include <filch/parallel_sort.hpp>
#include <filch/thread_pool.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "controlled/primitives.hpp"
#include "scenario.hpp"

// Algorithms whose results depend on the order of the elements: scans, filters, partitions, sorts and merges.

namespace {

using filch::grain;
using filch::thread_pool;
using schedule::check;
using schedule::workers;

int add(int a, int b) {
  controlled::pause();  // others may go on here
  return a + b;
}

bool is_odd(int x) {
  controlled::pause();
  return x % 2 != 0;
}

// 0, 7, 14, ... modulo n, which is no multiple of 7: each of 0 to n - 1 once.
std::vector<int> mixed(std::size_t n) {
  std::vector<int> v(n);
  for (std::size_t i = 0; i < n; ++i) {
    v[i] = static_cast<int>(7 * i % n);
  }
  return v;
}

std::vector<std::string> words(std::size_t n) {
  std::vector<std::string> v;
  for (const int x : mixed(n)) {
    v.push_back("a word that is rather long: " + std::to_string(100 + x));
  }
  return v;
}

template <class T>
bool has_all(std::vector<T> v, std::vector<T> all) {
  std::sort(v.begin(), v.end());
  std::sort(all.begin(), all.end());
  return v == all;
}

SCENARIO(a_scan_combines_all_elements_before_each) {
  thread_pool pool(workers(2));
  for (const grain g : {grain{}, grain{2}}) {
    std::array<int, 5> v{1, 1, 1, 1, 1};
    filch::parallel_inclusive_scan(pool, v, v.begin(), add, g);
    check(v == std::array<int, 5>{1, 2, 3, 4, 5}, "the sums");
    filch::parallel_exclusive_scan(pool, v, v.begin(), 10, add, g);
    check(v == std::array<int, 5>{10, 11, 13, 16, 20}, "the sums before each");
  }
}

SCENARIO(a_scan_whose_operation_throws_ends) {
  thread_pool pool(workers(2));
  const std::array<int, 6> v{1, 1, 1, 1, 1, 1};
  std::array<int, 6> out{};
  int calls = 0;
  bool thrown = false;
  const auto throws_at_third = [&](int a, int b) {
    if (++calls == 3) {
      throw a + b;
    }
    return add(a, b);
  };
  try {
    filch::parallel_inclusive_scan(pool, v, out.begin(), throws_at_third, grain{2});
  } catch (int) {
    thrown = true;
  }
  check(thrown, "the exception");
}

SCENARIO(filters_keep_each_wanted_element_once) {
  thread_pool pool(workers(2));
  for (const grain g : {grain{}, grain{2}}) {
    const std::array<int, 9> v{1, 2, 3, 5, 4, 6, 7, 9, 8};
    std::array<int, 5> odd{};
    check(filch::parallel_copy_if(pool, v, odd.begin(), is_odd, g) == odd.end(), "five");
    check(odd == std::array<int, 5>{1, 3, 5, 7, 9}, "the odd ones in their order");
    std::vector<std::unique_ptr<int>> owned;
    for (const int x : v) {
      owned.push_back(std::make_unique<int>(x));
    }
    owned.erase(filch::parallel_remove_if(
                    pool, owned, [](const auto& p) { return is_odd(*p); }, g),
                owned.end());
    check(owned.size() == 4 && *owned[0] == 2 && *owned[3] == 8, "the even ones in their order");
  }
}

SCENARIO(a_partition_loses_no_element) {
  thread_pool pool(workers(2));
  for (const grain g : {grain{}, grain{1}}) {
    std::vector<std::string> v = words(9);
    const auto is_left = [](const std::string& s) { return is_odd(s.back()); };
    const auto middle = filch::parallel_partition(pool, v, is_left, g);
    check(middle - v.begin() == 4, "four on the left");
    check(std::all_of(v.begin(), middle, is_left) && std::none_of(middle, v.end(), is_left), "each on its side");
    check(has_all(v, words(9)), "all elements");
  }
}

SCENARIO(sorts_sort) {
  thread_pool pool(workers(2));
  int calls = 0;
  const auto less = [&](const auto& a, const auto& b) {
    if (++calls % 8 == 0) {
      controlled::pause();
    }
    return a < b;
  };
  std::vector<int> numbers = mixed(24);
  filch::parallel_sort(pool, numbers, less, grain{8});
  check(std::is_sorted(numbers.begin(), numbers.end()) && has_all(numbers, mixed(24)), "the numbers");
  numbers = mixed(40);
  filch::parallel_stable_sort(pool, numbers, less, grain{8});
  check(std::is_sorted(numbers.begin(), numbers.end()) && has_all(numbers, mixed(40)), "the numbers, stable");
  std::vector<std::string> texts = words(24);
  filch::parallel_stable_sort(pool, texts, less);
  check(std::is_sorted(texts.begin(), texts.end()) && has_all(texts, words(24)), "the words");
}

SCENARIO(a_stable_sort_that_another_thread_stops_loses_no_element) {
  thread_pool pool(workers(1));
  std::vector<std::string> v = words(24);
  std::stop_source stop;
  const schedule::thread other([&] { stop.request_stop(); });
  bool stopped = false;
  const auto less = [](const std::string& a, const std::string& b) {
    controlled::pause();
    return a < b;
  };
  try {
    filch::parallel_stable_sort(pool, v, less, grain{8}, stop.get_token());
  } catch (const filch::task_cancelled&) {
    stopped = true;
  }
  check(stopped || std::is_sorted(v.begin(), v.end()), "sorted, or stopped");
  check(has_all(v, words(24)), "all elements");
}

SCENARIO(a_sort_whose_comparison_throws_ends) {
  thread_pool pool(workers(2));
  for (const int at : {3, 40}) {
    std::vector<std::string> v = words(24);
    int calls = 0;
    bool thrown = false;
    const auto less = [&](const std::string& a, const std::string& b) {
      if (++calls == at) {
        throw at;
      }
      controlled::pause();
      return a < b;
    };
    try {
      filch::parallel_stable_sort(pool, v, less, grain{8});
    } catch (int) {
      thrown = true;
    }
    check(thrown, "the exception");
  }
}

}  // namespace
