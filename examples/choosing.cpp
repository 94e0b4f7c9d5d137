// SPDX-License-Identifier: BSL-1.0
// The snippets of docs/guides/choosing.md.
#include <filch/blocking.hpp>
#include <filch/fork_join.hpp>
#include <filch/join_all.hpp>
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

namespace {

// [snippet: task_group]
struct node {
  int value = 0;
  std::vector<std::unique_ptr<node>> children;
};

void visit(const node& n, std::atomic<int>& sum, filch::task_group& group) {
  sum.fetch_add(n.value, std::memory_order_relaxed);
  for (const auto& child : n.children) {
    group.run([&] { visit(*child, sum, group); });
  }
}

int total(filch::thread_pool& pool, const node& root) {
  std::atomic<int> sum{0};
  filch::task_group group{pool};
  group.run([&] { visit(root, sum, group); });
  group.wait();  // for all of them, also those that tasks have added
  return sum.load(std::memory_order_relaxed);
}
// [end]

// [snippet: lock]
int locked_sum(std::mutex& mutex, int a, int b) {
  const std::lock_guard lock{mutex};  // safe: no other task runs on this stack while fork_join waits
  const auto [x, y] = filch::fork_join([a] { return a * a; }, [b] { return b * b; });
  return x + y;
}
// [end]

int chain(filch::thread_pool& pool) {
  // [snippet: nested wait]
  auto outer = pool.spawn([&pool] {
    auto inner = pool.spawn([] { return 20; });
    return 1 + inner.join();  // no deadlock, even with one worker: it runs the inner task itself
  });
  return outer.join();
  // [end]
}

// [snippet: join_all]
std::size_t count(filch::thread_pool& pool, const std::vector<std::string>& pages, const std::string& word) {
  std::vector<filch::join_handle<bool>> found;
  for (const std::string& page : pages) {
    found.push_back(pool.spawn([&] { return page.find(word) != std::string::npos; }));  // may borrow: see below
  }
  const std::vector<bool> all = filch::join_all(found);  // every task has ended here, also when one throws
  return static_cast<std::size_t>(std::count(all.begin(), all.end(), true));
}
// [end]

std::string read_slowly(const std::string& path) {
  std::this_thread::sleep_for(1ms);
  return path + std::string(100, '.');
}

// [snippet: blocking]
std::string load(filch::thread_pool& pool, const std::string& path) {
  auto page = pool.spawn([path] {
    const std::string text = filch::blocking([&] { return read_slowly(path); });  // other tasks run meanwhile
    return text.substr(0, 80);  // here this task counts as running again
  });
  return page.join();
}
// [end]

bool polled(filch::thread_pool& pool) {
  return pool.spawn([&pool] {
           auto inner = pool.spawn([] { return 20; });
           int rounds = 0;
           // [snippet: polling]
           while (!inner.wait_for(10ms)) {  // lends its core meanwhile; a loop over is_finished() would not
             ++rounds;                      // ... tell somebody that it takes long
           }
           // [end]
           return inner.join() == 20 && rounds >= 0;
         }).join();
}

bool bounded() {
  // [snippet: bounded]
  filch::thread_pool pool{{.threads = 2, .max_pending = 1000, .on_full = filch::on_full::reject}};
  auto task = [] { std::puts("a task"); };
  if (pool.try_execute(task) == filch::submit_status::full) {
    task();  // it was not taken: do it here, drop it, or try again later
  }
  // [end]
  return pool.shutdown().completed <= 1;
}

node sample_tree(int depth) {
  node result{depth, {}};
  for (int i = 0; i < depth; ++i) {
    result.children.push_back(std::make_unique<node>(sample_tree(depth - 1)));
  }
  return result;
}

int serial_total(const node& n) {
  int sum = n.value;
  for (const auto& child : n.children) {
    sum += serial_total(*child);
  }
  return sum;
}

}  // namespace

int main() {
  filch::thread_pool pool{2};
  std::mutex mutex;
  const node tree = sample_tree(6);
  const bool good = total(pool, tree) == serial_total(tree) &&
                    pool.invoke([&mutex] { return locked_sum(mutex, 3, 4); }) == 25 && chain(pool) == 21 && bounded() &&
                    count(pool, {"a word", "none"}, "word") == 1 && load(pool, "path").size() == 80 && polled(pool);
  return good ? 0 : 1;
}
