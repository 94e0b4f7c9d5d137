// SPDX-License-Identifier: BSL-1.0
// A user's program, in parts: program <part>. It is compiled with -fsanitize=thread and linked with a library that is
// not.
#include "program.hpp"

#include <atomic>
#include <chrono>
#include <exception>
#include <iterator>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <tuple>
#include <utility>

namespace {

void group_outside(filch::thread_pool& pool) {
  for (int r = 0; r < rounds; ++r) {
    filch::task_group group(pool);
    for (std::size_t i = 0; i < 10; ++i) {
      group.run([i] { ++data[i]; });
    }
    group.wait();
    touch();
    group.run([] { touch(); });
  }  // the destructor waits
  touch();
}

void group_inside(filch::thread_pool& pool) {
  for (int r = 0; r < rounds; ++r) {
    pool.invoke([] {
      filch::task_group group;
      for (std::size_t i = 0; i < 10; ++i) {
        group.run([i, s = std::string(30, 'g')] { data[i] += static_cast<int>(s.size()); });
      }
      group.wait();
      touch();
      group.run([] { throw std::runtime_error("task"); });
      try {
        group.wait();
      } catch (const std::runtime_error& e) {
        expect(std::string_view(e.what()) == "task");
      }
    });
  }
}

void group_elsewhere(filch::thread_pool& pool) {
  for (int r = 0; r < rounds; ++r) {
    filch::task_group group(pool);
    pool.spawn([&] {
          for (std::size_t i = 0; i < 10; ++i) {
            group.run([&group, i] {
              ++data[i];
              group.run([i] { ++data[i + 10]; });
            });
          }
        })
        .join();
    group.wait();
    touch();
  }
}

void loops(filch::thread_pool& pool) {
  for (int r = 0; r < rounds; ++r) {
    filch::parallel_for(pool, data, [](int& x) { x += 1; }, filch::grain{4});
    touch();
    filch::parallel_for_blocks(
        pool, std::size_t{0}, data.size(), [](std::size_t lo, std::size_t hi) { data[lo] = data[hi - 1]; },
        filch::grain{8});
    touch();
  }
}

int sum(const int* first, const int* last) {
  if (last - first < 8) {
    return std::accumulate(first, last, 0);
  }
  const int* const middle = first + (last - first) / 2;
  const auto [a, b] = filch::fork_join([=] { return sum(first, middle); }, [=] { return sum(middle, last); });
  return a + b;
}

void forks(filch::thread_pool& pool) {
  for (int r = 0; r < rounds; ++r) {
    std::iota(data.begin(), data.end(), r);
    static_cast<void>(pool.invoke([] { return sum(data.data(), data.data() + data.size()); }));
    touch();
    const auto results = pool.invoke([] {
      return filch::parallel_invoke([] { return std::string(50, 'a'); }, [] { ++data[1]; }, [] { return ++data[2]; });
    });
    expect(std::get<0>(results).size() == 50);
    try {
      pool.invoke([] { filch::fork_join([] { touch(); }, []() -> int { throw std::runtime_error("second"); }); });
    } catch (const std::runtime_error& e) {
      expect(std::string_view(e.what()) == "second");
    }
  }
}

void many_guests(filch::thread_pool& pool) {
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 8; ++t) {
    threads.emplace_back([&pool, t] {
      for (int r = 0; r < rounds / 4; ++r) {
        pool.invoke([&] { filch::fork_join([&] { ++data[t]; }, [&] { ++data[t + 10]; }); });
        pool.execute([s = std::make_unique<std::size_t>(t)] { expect(*s < 8); });
      }
    });
  }
  for (std::thread& t : threads) {
    t.join();
  }
  pool.trim();
  touch();
}

void bounded(filch::thread_pool&) {
  filch::thread_pool pool(
      filch::pool_options{.threads = 1, .max_pending = 2, .on_full = filch::on_full::run_in_caller});
  std::atomic<int> ran{0};
  for (int r = 0; r < rounds; ++r) {
    pool.execute([&ran, s = std::make_unique<int>(r)] { ran.fetch_add(*s >= 0 ? 1 : 0); });
    pool.spawn([s = std::string(20, 's')] { return s; }).join();
  }
  pool.wait_idle();
  expect(ran.load() == rounds);
}

void ends_of_pools(filch::thread_pool&) {
  for (int r = 0; r < 20; ++r) {
    {
      filch::thread_pool pool(2);
      pool.execute([r] { fill(r); });
    }
    touch();
    filch::thread_pool pool(2);
    pool.execute([r] { fill(r); });
    pool.shutdown();
    touch();
  }
}

void discarded(filch::thread_pool&) {
  for (int r = 0; r < 20; ++r) {
    filch::thread_pool pool(2);
    for (int i = 0; i < 50; ++i) {
      pool.execute([s = std::make_unique<int>(i)] { expect(*s < 50); });
    }
    pool.shutdown(filch::shutdown_mode::discard);
  }
}

void hooks(filch::thread_pool&) {
  for (int r = 0; r < 20; ++r) {
    std::vector<int> started(2);
    std::vector<std::string> errors;
    filch::pool_options options;
    options.threads = 2;
    options.on_thread_start = [&](std::size_t i) { started[i] = 1; };
    options.on_thread_stop = [&](std::size_t i) { started[i] += 1; };
    options.on_unhandled_exception = [&](std::exception_ptr) { errors.emplace_back("error"); };
    {
      filch::thread_pool pool(std::move(options));
      pool.execute([] { throw std::runtime_error("one"); });
      pool.wait_idle();
      expect(errors.size() == 1);
      errors.clear();
    }
    expect(started == std::vector{2, 2});
  }
}

void default_pool(filch::thread_pool&) {
  for (int r = 0; r < 20; ++r) {
    filch::parallel_for(data, [](int& x) { x += 1; });
    touch();
  }
}

// Nothing orders the two.
void race_between_tasks(filch::thread_pool& pool) {
  std::atomic<int> ready{0};
  const auto task = [&ready] {
    // relaxed: orders nothing; both tasks run at once.
    ready.fetch_add(1, std::memory_order_relaxed);
    while (ready.load(std::memory_order_relaxed) < 2) {
    }
    touch();
  };
  auto first = pool.spawn(task);
  auto second = pool.spawn(task);
  while (!first.wait_for(std::chrono::seconds(1)) || !second.wait_for(std::chrono::seconds(1))) {
  }
}

// The program does not wait for the task.
void race_with_a_task(filch::thread_pool& pool) {
  std::atomic<bool> ran{false};
  const auto handle = pool.spawn([&ran] {
    touch();
    ran.store(true, std::memory_order_relaxed);  // relaxed: orders nothing
  });
  while (!ran.load(std::memory_order_relaxed)) {
  }
  touch();
}

constexpr part parts[] = {
    {"group_outside", group_outside},
    {"group_inside", group_inside},
    {"group_elsewhere", group_elsewhere},
    {"loops", loops},
    {"forks", forks},
    {"many_guests", many_guests},
    {"bounded", bounded},
    {"ends_of_pools", ends_of_pools},
    {"discarded", discarded},
    {"hooks", hooks},
    {"default_pool", default_pool},
    {"race_between_tasks", race_between_tasks},
    {"race_with_a_task", race_with_a_task},
};

}  // namespace

int main(int count, char** arguments) {
  std::vector<part> all(task_parts().begin(), task_parts().end());
  all.insert(all.end(), std::begin(parts), std::end(parts));
  if (count != 2) {
    for (const part& p : all) {
      std::puts(p.name.data());
    }
    return 0;
  }
  filch::thread_pool pool(4);
  for (const part& p : all) {
    if (p.name == arguments[1]) {
      p.run(pool);
    }
  }
  return 0;
}
