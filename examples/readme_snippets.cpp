// SPDX-License-Identifier: BSL-1.0
// The snippets of README.md; what each promises is checked.
#include <filch/fork_join.hpp>
#include <filch/parallel_for.hpp>
#include <filch/scope.hpp>
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace {

void check(bool condition, const char* what) {
  if (!condition) {
    std::fprintf(stderr, "readme_snippets: %s\n", what);
    std::exit(1);
  }
}

void save(const std::string& text) { check(text == "report", "save"); }

void execute() {
  // [snippet: execute]
  filch::thread_pool pool{4};
  auto report = std::make_unique<std::string>("report");
  pool.execute([report = std::move(report)] { save(*report); });  // move-only captures are fine
  pool.wait_idle();                                               // every task has run and is destroyed
  // [end]
}

void spawn() {
  filch::thread_pool pool{2};
  // [snippet: spawn]
  filch::join_handle<double> root = pool.spawn([] { return std::sqrt(2.0); });
  const double value = root.join();  // waits, returns the result or rethrows the task's exception
  // [end]
  check(value > 1.41 && value < 1.42, "spawn");
}

// [snippet: fork_join]
void quicksort(int* first, int* last) {
  if (last - first < 1000) {
    return std::sort(first, last);
  }
  const int pivot = first[(last - first) / 2];
  int* const middle = std::partition(first, last, [pivot](int x) { return x < pivot; });
  int* const right = std::partition(middle, last, [pivot](int x) { return x == pivot; });
  filch::fork_join([=] { quicksort(first, middle); }, [=] { quicksort(right, last); });
}
// [end]

void fork_join() {
  filch::thread_pool pool{2};
  std::vector<int> numbers(100'000);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    numbers[i] = static_cast<int>(i * 7919 % 100'003);
  }
  pool.invoke([&] { quicksort(numbers.data(), numbers.data() + numbers.size()); });
  check(std::is_sorted(numbers.begin(), numbers.end()), "fork_join");
}

void parallel_for() {
  filch::thread_pool pool{2};
  // [snippet: parallel_for]
  std::vector<double> roots(1'000'000);
  filch::parallel_for(pool, std::size_t{0}, roots.size(),
                      [&](std::size_t i) { roots[i] = std::sqrt(static_cast<double>(i)); });
  // [end]
  for (std::size_t i = 0; i < roots.size(); ++i) {
    check(roots[i] == std::sqrt(static_cast<double>(i)), "parallel_for");
  }
}

void scope() {
  filch::thread_pool pool{2};
  const std::vector<std::string> words{"work", "stealing", "task", "scheduler"};
  // [snippet: scope]
  std::vector<std::size_t> lengths(words.size());
  filch::scope(pool, [&](filch::task_group& group) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      group.run([&, i] { lengths[i] = words[i].size(); });  // tasks may borrow locals:
    }
  });  // all of them have ended here, also when one throws
  // [end]
  check(std::accumulate(lengths.begin(), lengths.end(), std::size_t{0}) == 25, "scope");
}

}  // namespace

int main() {
  execute();
  spawn();
  fork_join();
  parallel_for();
  scope();
}
