// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <future>
#include <memory>
#include <utility>

#include <filch/errors.hpp>
#include <filch/thread_pool.hpp>

namespace filch_test {

/// Callables of all worlds that are not destroyed.
inline std::atomic<int> alive{0};

/// A pool, and what became of its tasks.
class world {
 public:
  explicit world(filch::pool_options options) : pool(std::move(options)) {}

  filch::thread_pool pool;
  std::atomic<std::size_t> accepted{0};
  std::atomic<std::size_t> called{0};

  /// A callable that counts.
  template <class F>
  [[nodiscard]] auto task(F f) {
    return counted<F>(*this, std::move(f));
  }
  [[nodiscard]] auto task() {
    return task([] {});
  }

  /// Calls `submit`, which throws if it is refused.
  template <class Submit>
  bool attempt(Submit submit) {
    try {
      submit();
    } catch (const filch::pool_full&) {
      return false;
    }
    ++accepted;
    return true;
  }

  /// A task that has begun, and goes on when `open_gate` was called.
  void block_worker() {
    const auto begun = std::make_shared<std::promise<void>>();
    attempt([&] {
      // Owns what it uses: it may be delayed until the world is gone.
      pool.execute(task([begun, opened = gate_.get_future()] {
        begun->set_value();
        opened.wait();
      }));
    });
    begun->get_future().wait();
  }
  void open_gate() { gate_.set_value(); }

  template <class Wait>
  static void ignore_cancelled(Wait wait) {
    try {
      wait();
    } catch (const filch::task_cancelled&) {
    }
  }

 private:
  template <class F>
  class counted {
   public:
    counted(world& w, F f) : world_(&w), f_(std::move(f)) { ++alive; }
    counted(counted&& other) noexcept : world_(other.world_), f_(std::move(other.f_)) { ++alive; }
    counted(const counted&) = delete;
    counted& operator=(const counted&) = delete;
    counted& operator=(counted&&) = delete;
    ~counted() { --alive; }
    void operator()() {
      ++world_->called;
      f_();
    }

   private:
    world* world_;
    F f_;
  };

  std::promise<void> gate_;
};

/// Has a task run that waits until `meanwhile` has been called outside, and then calls `then`.
template <class Meanwhile, class Then>
void in_task(world& w, Meanwhile meanwhile, Then then) {
  // The task owns what it uses: it may be delayed until this function has returned.
  const auto ready = std::make_shared<std::promise<void>>();
  const auto done = std::make_shared<std::promise<void>>();
  w.attempt([&] {
    w.pool.execute(w.task([ready, done, &then] {
      ready->get_future().wait();
      then();
      done->set_value();
    }));
  });
  meanwhile();
  ready->set_value();
  done->get_future().wait();
}

}  // namespace filch_test
