// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <exception>
#include <type_traits>
#include <utility>

#include <filch/config.hpp>
#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/tsan.hpp>
#include <filch/detail/job/job.hpp>
#include <filch/detail/job/result_slot.hpp>
#include <filch/detail/job/task_life.hpp>
#include <filch/detail/memory/block.hpp>
#include <filch/detail/pool/submit.hpp>

namespace filch::inline v0::detail {

class fork_host;
class unhandled_sink;

/// What a spawned task and its handle share. A handle may claim the task and run it itself. The queue entry then finds
/// the task claimed, and only drops its reference. The life of a task is in docs/design/lifetime.md.
class task_state : public job, public basic_task_life<task_state> {
 public:
  using clock = steady_clock;

  task_state(pool_state& pool, action a, void (*destroy)(task_state&) noexcept) noexcept
      : job(a), destroy_(destroy), pool_(&pool) {}

  /// Blocks until the task has finished. A worker of the task's pool runs it itself if nobody has started it.
  /// Throws usage_error if the task waits for itself.
  FILCH_EXPORT void wait();
  /// Blocks until the task has finished, or until `deadline`, and never claims the task. Returns whether it has
  /// finished. Throws as `wait`.
  [[nodiscard]] FILCH_EXPORT bool wait_until(clock::time_point deadline);

  /// After the task has finished: what it threw, if anything. The caller counts as the one who fetches it.
  /// For ThreadSanitizer, by a handle that knows that the task has finished.
  void tsan_see_end() noexcept {
    done().tsan_see_set();
    tsan_acquire(this);
  }

  [[nodiscard]] std::exception_ptr take_error() noexcept { return std::exchange(error_, nullptr); }
  [[nodiscard]] bool has_failed() const noexcept { return error_ != nullptr; }

  /// Blocks until one of several tasks has finished. Returns the index of the first that has. Throws usage_error as
  /// `wait` does, for any of them.
  [[nodiscard]] FILCH_EXPORT static std::size_t wait_for_any(task_state* const* tasks, std::size_t count);

 protected:
  /// For a task whose callable or result may throw when it is destroyed, by whom and when ever.
  FILCH_EXPORT void keep_sink(pool_state& pool) noexcept;
  FILCH_EXPORT static void report_to(unhandled_sink* sink, std::exception_ptr error) noexcept;
  /// Where that goes. It can be called when the task is gone already, before its last reference is.
  [[nodiscard]] auto reporter() const noexcept {
    return [sink = sink_](std::exception_ptr error) noexcept { report_to(sink, std::move(error)); };
  }
  FILCH_EXPORT void dispose() noexcept;

  /// What a queue entry does.
  FILCH_EXPORT static void* act_on(job& j, job_op op, permit pending) noexcept;

  // Calls the callable, keeps the result, destroys the callable. Or destroys it only.
  void (*run_body_)(task_state&) noexcept = nullptr;
  void (*drop_body_)(task_state&) noexcept = nullptr;

  std::exception_ptr error_;  // written before done() is set; afterwards the handle's

 private:
  friend class basic_task_life<task_state>;

  // Throws usage_error if the calling thread runs this task.
  void check_not_below() const;
  FILCH_EXPORT void run_body() noexcept;
  FILCH_EXPORT void drop_body() noexcept;
  FILCH_EXPORT void prepare_report() noexcept;
  FILCH_EXPORT void report() noexcept;

  void (*destroy_)(task_state&) noexcept;
  const pool_state* pool_;  // only compared: the pool may be gone
  atomic<const void*> runner_{nullptr};  // something that the thread that runs it is known by
  // Of its pool, with a reference. Null unless the task has failed, or may throw when it is destroyed.
  unhandled_sink* sink_ = nullptr;
};

/// With room for the result.
template <class R>
class result_state : public task_state {
 public:
  using task_state::task_state;
  [[nodiscard]] decltype(auto) take() { return result_.take(); }

 protected:
  result_slot<R> result_;
};

/// With the callable: the block that `spawn` makes.
template <class F, class R>
class FILCH_LOCAL spawn_state final : public result_state<R> {
 public:
  template <class G>
  spawn_state(pool_state& pool, G&& g, permit pending)
      : result_state<R>(pool, pending == permit::held ? &act<permit::held> : &act<permit::none>, &destroy) {
    ::new (static_cast<void*>(storage_)) F(std::forward<G>(g));
    this->run_body_ = &run_body;
    this->drop_body_ = [](task_state& s) noexcept {
      tsan_acquire(&s);
      auto& self = static_cast<spawn_state&>(s);
      destroy_reporting(self.callable(), self.reporter());
      tsan_release(&s);
    };
    if constexpr (!std::is_nothrow_destructible_v<F> || !std::is_nothrow_destructible_v<result_slot<R>>) {
      this->keep_sink(pool);
    }
    tsan_release(static_cast<task_state*>(this));
  }

  [[nodiscard]] F& callable() noexcept { return *std::launder(reinterpret_cast<F*>(storage_)); }

  /// Destroys a task that was never queued.
  void drop(pool_state& pool) noexcept {
    destroy_reporting_in(pool, callable());
    this->dispose();
  }

 private:
  template <permit Pending>
  static void* act(job& j, job_op op) noexcept {
    tsan_acquire(&j);
    void* const answer = task_state::act_on(j, op, Pending);
    tsan_release_pool();
    return answer;
  }

  static void run_body(task_state& s) noexcept {
    tsan_acquire(&s);
    auto& self = static_cast<spawn_state&>(s);
    call_and_destroy(
        self.callable(), [&self](F&& f) { self.result_.fill(std::forward<F>(f)); },
        [&self](std::exception_ptr error) { self.error_ = std::move(error); });
    tsan_release(&s);
  }

  static void destroy(task_state& s) noexcept {
    s.tsan_see_drops();
    tsan_acquire(&s);
    auto& self = static_cast<spawn_state&>(s);
    destroy_reporting(self, self.reporter());
    release_for<spawn_state>(&self);
  }

  alignas(F) std::byte storage_[sizeof(F)];
};

}  // namespace filch::inline v0::detail
