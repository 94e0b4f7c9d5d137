// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/measure.hpp"
#include "workloads/loops/loops.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace filch_bench {

/// Ranges of this many elements in all are worked on in one run: one range of them, or many short ones.
inline constexpr std::size_t elements_a_run = 100'000;

/// A size as the names of the rows have it: "1e5", or "128".
[[nodiscard]] inline std::string size_text(std::size_t size) {
  std::size_t zeros = 0;
  std::size_t rest = size;
  for (; rest % 10 == 0; rest /= 10) {
    ++zeros;
  }
  return rest == 1 && zeros != 0 ? "1e" + std::to_string(zeros) : std::to_string(size);
}

/// Ranges of `size` elements, side by side.
template <class T>
class ranges {
 public:
  template <class Make>
  ranges(std::size_t size, Make make) : size_(size), elements_(std::max<std::size_t>(1, elements_a_run / size) * size) {
    for (T& element : elements_) {
      element = make();
    }
  }

  /// Calls `f(first, last)` for each.
  template <class F>
  void for_each(F f) {
    const auto step = static_cast<std::ptrdiff_t>(size_);
    for (auto first = elements_.begin(); first != elements_.end(); first += step) {
      f(first, first + step);
    }
  }
  [[nodiscard]] std::vector<T>& all() noexcept { return elements_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  std::size_t size_;
  std::vector<T> elements_;
};

template <class T>
[[nodiscard]] ranges<T> random_ranges(std::size_t size) {
  std::mt19937_64 random(7);
  return ranges<T>(size, [&] { return static_cast<T>(random() >> 11U); });
}

template <class Pool>
void register_for_each(const options& asked, std::size_t size) {
  add_cells<Pool>(
      asked, "for_each_" + size_text(size), oversubscribed::yes, [size](benchmark::State& state, std::size_t threads) {
        auto data = ranges<std::uint64_t>(size, [n = std::uint64_t{0}]() mutable { return n++; });
        std::uint64_t expected = 0;
        for (const std::uint64_t x : data.all()) {
          expected += loop_step(x);
        }
        const std::vector<std::uint64_t> before = data.all();
        measure<Pool>(
            state, threads,
            [&](Pool& pool) {
              data.for_each([&](auto first, auto last) {
                pool.for_each(first, last, [](std::uint64_t& x) { x = loop_step(x); });
              });
              return 0;
            },
            [&](int) {
              const std::uint64_t sum = std::accumulate(data.all().begin(), data.all().end(), std::uint64_t{0});
              data.all() = before;
              return unless_equal("sum", sum, expected);
            });
      });
}

/// The element lies anywhere in its range.
template <class Pool>
void register_find(const options& asked, std::size_t size) {
  add_cells<Pool>(asked, "find_" + size_text(size), oversubscribed::yes,
                  [size](benchmark::State& state, std::size_t threads) {
                    auto data = ranges<std::uint64_t>(size, [n = std::uint64_t{0}]() mutable { return n++; });
                    std::mt19937_64 random(11);
                    std::vector<std::uint64_t> wanted;
                    data.for_each([&](auto first, auto) { wanted.push_back(*first + random() % size); });
                    measure<Pool>(
                        state, threads,
                        [&](Pool& pool) {
                          std::size_t range = 0;
                          std::size_t found = 0;
                          data.for_each([&](auto first, auto last) {
                            const auto at = pool.find(first, last, wanted[range]);
                            found += at != last && *at == wanted[range] ? 1 : 0;
                            ++range;
                          });
                          return found;
                        },
                        [&](std::size_t found) { return unless_equal("found", found, wanted.size()); });
                  });
}

template <class Pool>
void register_reduce(const options& asked, std::size_t size) {
  add_cells<Pool>(
      asked, "reduce_" + size_text(size), oversubscribed::yes, [size](benchmark::State& state, std::size_t threads) {
        auto data = random_ranges<double>(size);
        const double expected = std::accumulate(data.all().begin(), data.all().end(), 0.0);
        measure<Pool>(
            state, threads,
            [&](Pool& pool) {
              double sum = 0;
              data.for_each([&](auto first, auto last) { sum += pool.reduce(first, last, 0.0); });
              return sum;
            },
            [&](double sum) {
              return std::abs(sum - expected) <= 1e-9 * expected ? std::string() : unless_equal("sum", sum, expected);
            });
      });
}

template <class Pool>
void register_inclusive_scan(const options& asked, std::size_t size) {
  add_cells<Pool>(asked, "inclusive_scan_" + size_text(size), oversubscribed::yes,
                  [size](benchmark::State& state, std::size_t threads) {
                    auto data = random_ranges<double>(size);
                    std::vector<double> out(data.all().size());
                    const double expected =
                        std::accumulate(data.all().end() - static_cast<std::ptrdiff_t>(size), data.all().end(), 0.0);
                    measure<Pool>(
                        state, threads,
                        [&](Pool& pool) {
                          data.for_each([&](auto first, auto last) {
                            pool.inclusive_scan(first, last, out.begin() + (first - data.all().begin()));
                          });
                          return out.back();
                        },
                        [&](double last) {
                          out.back() = 0;
                          return std::abs(last - expected) <= 1e-9 * expected
                                     ? std::string()
                                     : unless_equal("last sum", last, expected);
                        });
                  });
}

/// Half of the elements are copied, which half nobody can foresee.
template <class Pool>
void register_copy_if(const options& asked, std::size_t size) {
  add_cells<Pool>(asked, "copy_if_" + size_text(size), oversubscribed::yes,
                  [size](benchmark::State& state, std::size_t threads) {
                    auto data = random_ranges<std::uint64_t>(size);
                    std::vector<std::uint64_t> out(data.all().size());
                    const auto is_wanted = [](std::uint64_t x) { return x % 2 == 0; };
                    const auto expected =
                        static_cast<std::ptrdiff_t>(std::count_if(data.all().begin(), data.all().end(), is_wanted));
                    measure<Pool>(
                        state, threads,
                        [&](Pool& pool) {
                          std::ptrdiff_t copied = 0;
                          data.for_each([&](auto first, auto last) {
                            const auto begin = out.begin() + (first - data.all().begin());
                            copied += pool.copy_if(first, last, begin, is_wanted) - begin;
                          });
                          return copied;
                        },
                        [&](std::ptrdiff_t copied) { return unless_equal("copied", copied, expected); });
                  });
}

enum class sorts { sort, stable_sort };

/// `make()` makes the unsorted ranges.
template <class Pool, sorts Which, class Make>
void register_sort(const options& asked, const std::string& name, Make make) {
  add_cells<Pool>(asked, name, oversubscribed::yes, [make](benchmark::State& state, std::size_t threads) {
    const auto unsorted = make();
    auto data = unsorted;
    measure<Pool>(
        state, threads,
        [&](Pool& pool) {
          data.for_each([&](auto first, auto last) {
            if constexpr (Which == sorts::sort) {
              pool.sort(first, last);
            } else {
              pool.stable_sort(first, last);
            }
          });
          return 0;
        },
        [&](int) {
          bool sorted = true;
          data.for_each([&](auto first, auto last) { sorted = sorted && std::is_sorted(first, last); });
          data = unsorted;
          return sorted ? std::string() : "it is not sorted";
        });
  });
}

/// Loops of few elements of about 2 ns, one after the other: 10^6 elements in all.
template <class Pool>
void register_loop_small(const options& asked, std::size_t size) {
  add_cells<Pool>(asked, "loop_small_" + size_text(size), oversubscribed::yes,
                  [size](benchmark::State& state, std::size_t threads) {
                    std::vector<std::uint64_t> results(size);
                    std::uint64_t expected = 0;
                    for (std::size_t i = 0; i < size; ++i) {
                      expected += loop_step(i);
                    }
                    measure<Pool>(
                        state, threads,
                        [&](Pool& pool) {
                          for (std::size_t n = 0; n < 1'000'000 / size; ++n) {
                            pool.parallel_for(0, size,
                                              [out = results.data()](std::size_t i) { out[i] = loop_step(i); });
                          }
                          return 0;
                        },
                        [&](int) {
                          const std::uint64_t sum = std::accumulate(results.begin(), results.end(), std::uint64_t{0});
                          results.assign(size, 0);
                          return unless_equal("sum", sum, expected);
                        });
                  });
}

/// 128 bodies that attract each other, 1,000 steps: two short loops a step.
template <class Pool>
void register_nbody(const options& asked) {
  add_cells<Pool>(asked, "nbody_128", oversubscribed::yes, [](benchmark::State& state, std::size_t threads) {
    struct body {
      double place;
      double speed;
    };
    constexpr std::size_t size = 128;
    constexpr int steps = 1000;
    const auto step = [](std::vector<body>& bodies, auto loop) {
      loop([&](std::size_t i) {
        double pull = 0;
        for (const body& other : bodies) {
          const double away = other.place - bodies[i].place;
          pull += away / (std::abs(away * away * away) + 1e-3);
        }
        bodies[i].speed += 1e-6 * pull;
      });
      loop([&](std::size_t i) { bodies[i].place += 1e-3 * bodies[i].speed; });
    };
    std::vector<body> start;
    for (std::size_t i = 0; i < size; ++i) {
      start.push_back({std::sin(static_cast<double>(i)), 0});
    }
    std::vector<body> expected = start;
    for (int n = 0; n < steps; ++n) {
      step(expected, [&](auto f) {
        for (std::size_t i = 0; i < size; ++i) {
          f(i);
        }
      });
    }
    std::vector<body> bodies = start;
    measure<Pool>(
        state, threads,
        [&](Pool& pool) {
          for (int n = 0; n < steps; ++n) {
            step(bodies, [&](auto f) { pool.parallel_for(0, size, f); });
          }
          return bodies[5].place;
        },
        [&](double place) {
          bodies = start;
          return unless_equal("place", place, expected[5].place);
        });
  });
}

/// Eight to sixteen characters, of which the first four are few.
[[nodiscard]] inline ranges<std::string> random_strings(std::size_t size) {
  std::mt19937_64 random(13);
  return ranges<std::string>(size, [&] {
    std::string s = "key" + std::to_string(random() % 4);
    for (std::size_t length = 8 + random() % 9; s.size() < length;) {
      s += static_cast<char>('a' + random() % 26);
    }
    return s;
  });
}

template <class Pool>
void register_sorts(const options& asked, std::size_t size) {
  using iterator = std::vector<std::uint64_t>::iterator;
  const auto numbers = [size] { return random_ranges<std::uint64_t>(size); };
  const auto strings = [] { return random_strings(400'000); };
  if constexpr (requires(Pool p, iterator it) { p.sort(it, it); }) {
    register_sort<Pool, sorts::sort>(asked, "sort_" + size_text(size), numbers);
    if (size == elements_a_run) {
      register_sort<Pool, sorts::sort>(asked, "sort_strings_4e5", strings);
    }
  }
  if constexpr (requires(Pool p, iterator it) { p.stable_sort(it, it); }) {
    register_sort<Pool, sorts::stable_sort>(asked, "stable_sort_" + size_text(size), numbers);
    if (size == elements_a_run) {
      register_sort<Pool, sorts::stable_sort>(asked, "stable_sort_strings_4e5", strings);
    }
  }
}

/// Every algorithm that the pool has, with 10 to 10^7 elements.
template <class Pool>
void register_algorithms(const options& asked) {
  using iterator = std::vector<std::uint64_t>::iterator;
  const auto function = [](std::uint64_t) { return true; };
  for (std::size_t size = 10; size <= 10'000'000; size *= 10) {
    if constexpr (requires(Pool p, iterator it) { p.for_each(it, it, function); }) {
      register_for_each<Pool>(asked, size);
    }
    if constexpr (requires(Pool p, iterator it) { p.find(it, it, 0); }) {
      register_find<Pool>(asked, size);
    }
    if constexpr (requires(Pool p, iterator it) { p.reduce(it, it, 0); }) {
      register_reduce<Pool>(asked, size);
    }
    if constexpr (requires(Pool p, iterator it) { p.inclusive_scan(it, it, it); }) {
      register_inclusive_scan<Pool>(asked, size);
    }
    if constexpr (requires(Pool p, iterator it) { p.copy_if(it, it, it, function); }) {
      register_copy_if<Pool>(asked, size);
    }
    register_sorts<Pool>(asked, size);
  }
  if constexpr (requires(Pool p) { p.parallel_for(0, 0, function); }) {
    for (const std::size_t size : {16U, 128U, 1000U, 10'000U, 100'000U}) {
      register_loop_small<Pool>(asked, size);
    }
    register_nbody<Pool>(asked);
  }
}

}  // namespace filch_bench
