// SPDX-License-Identifier: BSL-1.0
#include <atomic>
#include <cstddef>
#include <future>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <vector>

#include <filch/thread_pool.hpp>

#include "support/catch.hpp"
#include "support/on_worker.hpp"

using filch_test::on_worker;

namespace {

struct move_only {
  std::unique_ptr<int> value;
  std::atomic<int>* sum;
  void operator()() { sum->fetch_add(*value); }
};

struct throwing_copy {
  std::atomic<int>* ran;
  bool bad;
  throwing_copy(std::atomic<int>* r, bool b) : ran(r), bad(b) {}
  throwing_copy(const throwing_copy& o) : ran(o.ran), bad(o.bad) {
    if (bad) {
      throw std::runtime_error("copy");
    }
  }
  void operator()() const { ran->fetch_add(1); }
};

// Single pass: every copy of the iterator reads from the same source.
class task_source {
 public:
  struct task {
    std::atomic<int>* sum;
    int n;
    void operator()() const { sum->fetch_add(n); }
  };
  using iterator_concept = std::input_iterator_tag;
  using difference_type = std::ptrdiff_t;
  using value_type = task;

  task_source(std::atomic<int>& sum, int& next) : sum_(&sum), next_(&next) {}
  task operator*() const { return {sum_, *next_}; }
  task_source& operator++() {
    ++*next_;
    return *this;
  }
  void operator++(int) { ++*this; }
  friend bool operator==(const task_source& s, int end) { return *s.next_ == end; }

 private:
  std::atomic<int>* sum_;
  int* next_;
};

}  // namespace

TEST_CASE("move-only tasks come by move_iterator, more than fit one chain") {
  std::atomic<int> sum{0};
  filch::thread_pool pool(2);
  std::vector<move_only> tasks;
  for (int i = 1; i <= 1000; ++i) {
    tasks.push_back({std::make_unique<int>(i), &sum});
  }
  REQUIRE(pool.execute_bulk(std::make_move_iterator(tasks.begin()), std::make_move_iterator(tasks.end())) == 1000);
  pool.wait_idle();
  REQUIRE(sum.load() == 500500);
}

TEST_CASE("an input iterator is read once; an empty range is nothing") {
  std::atomic<int> sum{0};
  filch::thread_pool pool(2);
  int next = 1;
  REQUIRE(pool.execute_bulk(task_source(sum, next), 5) == 4);
  pool.wait_idle();
  REQUIRE(sum.load() == 10);
  std::vector<move_only> none;
  REQUIRE(pool.execute_bulk(std::make_move_iterator(none.begin()), std::make_move_iterator(none.end())) == 0);
}

TEST_CASE("a copy that throws in the middle leaves those before it accepted") {
  std::atomic<int> ran{0};
  filch::thread_pool pool(2);
  std::vector<throwing_copy> tasks;
  tasks.reserve(600);
  for (int i = 0; i < 600; ++i) {
    tasks.emplace_back(&ran, i == 500);
  }
  REQUIRE_THROWS_AS(pool.execute_bulk(tasks.begin(), tasks.end()), std::runtime_error);
  pool.wait_idle();
  REQUIRE(ran.load() == 500);
}

TEST_CASE("from outside, one worker starts them in order; from inside all run") {
  filch::thread_pool pool(1);
  std::vector<int> order;
  std::vector<int> expected;
  struct append {
    std::vector<int>* order;
    int n;
    void operator()() const { order->push_back(n); }
  };
  std::vector<append> tasks;
  for (int i = 0; i < 600; ++i) {
    tasks.push_back({&order, i});
  }
  REQUIRE(pool.execute_bulk(tasks.begin(), tasks.end()) == 600);
  pool.wait_idle();
  for (int i = 0; i < 600; ++i) {
    expected.push_back(i);
  }
  REQUIRE(order == expected);
  REQUIRE(on_worker(pool, [&] { return pool.execute_bulk(tasks.begin(), tasks.end()); }) == 600);
  pool.wait_idle();
  REQUIRE(order.size() == 1200);
}

TEST_CASE("a closed pool throws pool_closed and leaves the elements alone; of none it accepts all") {
  std::atomic<int> sum{0};
  filch::thread_pool pool(1);
  pool.close();
  std::vector<move_only> tasks;
  tasks.push_back({std::make_unique<int>(1), &sum});
  REQUIRE_THROWS_AS(pool.execute_bulk(std::make_move_iterator(tasks.begin()), std::make_move_iterator(tasks.end())),
                    filch::pool_closed);
  REQUIRE(tasks[0].value != nullptr);
  REQUIRE(pool.execute_bulk(std::make_move_iterator(tasks.end()), std::make_move_iterator(tasks.end())) == 0);
  filch::thread_pool bounded(filch::pool_options{.threads = 1, .max_pending = 3});
  bounded.close();
  REQUIRE_THROWS_AS(bounded.execute_bulk(std::make_move_iterator(tasks.begin()), std::make_move_iterator(tasks.end())),
                    filch::pool_closed);
  REQUIRE(tasks[0].value != nullptr);
}

TEST_CASE("a bounded pool that rejects takes what fits; one that blocks takes all") {
  std::atomic<int> sum{0};
  std::promise<void> gate;
  std::promise<void> started;
  filch::thread_pool pool(filch::pool_options{.threads = 1, .max_pending = 3, .on_full = filch::on_full::reject});
  pool.execute([&, open = gate.get_future()] {
    started.set_value();
    open.wait();
  });
  started.get_future().wait();
  std::vector<move_only> tasks;
  for (int i = 0; i < 5; ++i) {
    tasks.push_back({std::make_unique<int>(1), &sum});
  }
  REQUIRE(pool.execute_bulk(std::make_move_iterator(tasks.begin()), std::make_move_iterator(tasks.end())) == 3);
  REQUIRE(tasks[2].value == nullptr);
  REQUIRE(tasks[3].value != nullptr);
  gate.set_value();
  pool.wait_idle();
  REQUIRE(sum.load() == 3);

  filch::thread_pool blocking(filch::pool_options{.threads = 1, .max_pending = 2});
  const std::vector<task_source::task> many(500, {&sum, 1});
  REQUIRE(blocking.execute_bulk(many.begin(), many.end()) == 500);
  blocking.wait_idle();
  REQUIRE(sum.load() == 503);
}
