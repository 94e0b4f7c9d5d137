// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <latch>
#include <memory>
#include <optional>
#include <string_view>

#include <filch/join_handle.hpp>
#include <filch/thread_pool.hpp>

// Where one may call what: each place, from which user code is called, with each verb (docs/guides/places.md).
namespace matrix {

/// What a call comes to. The values are the signs in the table.
enum class outcome : char {
  works = '+',
  throws_closed = 'c',
  throws_usage = 'u',
  returns_at_once = 'r',  ///< closes the pool and does not wait for its threads, of which the caller is one
  discarded = 'd',        ///< accepted, and discarded like what is queued
  wrong = '?',
};

enum class verb : unsigned char {
  execute,
  spawn,
  join,
  group,
  parallel_for,
  fork_join,
  invoke,
  wait_idle,
  shutdown,
  shutdown_for,
  close,
  trim,
  destroy,
  blocking,
  blocking_region,
  join_all,
  when_any,
  wait_idle_for,
  group_wait_for,
  run_and_wait,
  fork_join_in_pool,
  parallel_invoke_in_pool,
};
inline constexpr std::size_t verb_count = 22;
[[nodiscard]] std::string_view name_of(verb v);

/// One call of a verb in a place: the pool that it is about, and what comes of it. It stays until the program ends,
/// because a pool that its own task destroys goes on for a while.
class cell {
 public:
  explicit cell(verb v) : verb_(v) {}
  cell(const cell&) = delete;
  cell& operator=(const cell&) = delete;

  [[nodiscard]] verb what() const { return verb_; }

  /// For a place: makes the pool, and a task in it, the one that is joined.
  filch::thread_pool& make_pool(filch::pool_options options);
  [[nodiscard]] filch::thread_pool& pool() const { return *pool_; }
  /// In a hook that runs while the pool is being made: waits until it has been.
  void wait_until_made() { made_.wait(); }

  /// For a place: keeps the worker of a pool of one busy until the gate is open, and queues the task that is joined
  /// behind it.
  void block_worker();
  void queue_task_to_join();
  void open_gate() {
    if (!gate_is_open_.exchange(true)) {
      gate_.count_down();
    }
  }

  /// What the place does: calls the verb, the first time.
  void call() noexcept;
  [[nodiscard]] bool is_called() const { return called_; }
  /// For the place, after the call: ends what is left.
  void end();

  /// After `end`.
  [[nodiscard]] outcome result() const;

 private:
  [[nodiscard]] outcome submit(std::size_t tasks) const;
  [[nodiscard]] outcome dispatch();
  [[nodiscard]] outcome destroy();
  [[nodiscard]] auto task() {
    return [this] { ran_.fetch_add(1); };
  }

  const verb verb_;
  std::unique_ptr<filch::thread_pool> pool_;
  filch::join_handle<int> queued_;
  std::atomic<int> threads_begun_{0};
  std::atomic<int> threads_ended_{0};
  std::latch made_{1};
  std::latch gate_{1};
  std::atomic<bool> gate_is_open_{false};
  std::atomic<bool> called_{false};
  std::latch done_{1};
  outcome outcome_ = outcome::wrong;
  int expected_runs_ = 0;  // of the tasks that the verb submits
  std::atomic<int> ran_{0};
};

/// A place from which user code is called.
struct place {
  std::string_view name;      ///< as in the guide
  std::string_view expected;  ///< a sign for each verb
  void (*run)(cell&);         ///< has `cell.call()` called there; null: in a child process
};

[[nodiscard]] const std::array<place, 21>& places();

// One file each.
void in_task(cell&);
void in_place_outside(cell&);
void in_place_on_another_pools_worker(cell&);
void in_invoke(cell&);
void in_stop_callback_outside(cell&);
void in_stop_callback_in_task(cell&);
void in_thread_start_hook(cell&);
void in_thread_stop_hook(cell&);
void in_exception_hook_on_worker(cell&);
void in_exception_hook_outside(cell&);
void in_destructor_of_callable(cell&);
void in_destructor_of_cancelled_callable(cell&);
void in_destructor_that_a_worker_discards(cell&);
void in_destructor_that_shutdown_for_discards(cell&);
void in_destructor_of_result_on_worker(cell&);
void in_destructor_of_result_outside(cell&);
void in_destructor_of_exception_on_worker(cell&);
void in_destructor_of_exception_outside(cell&);
void in_thread_local_outside(cell&);
void in_thread_local_of_worker(cell&);
/// In a child process, which ends with the sign of the outcome as its exit status.
void arrange_static_destructor(verb v);

/// Calls the cell when it is destroyed, unless it was moved from.
class last_words {
 public:
  explicit last_words(cell& c) : cell_(&c) {}
  last_words(last_words&& other) noexcept : cell_(other.cell_) { other.cell_ = nullptr; }
  last_words(const last_words&) = delete;
  last_words& operator=(const last_words&) = delete;
  last_words& operator=(last_words&&) = delete;
  ~last_words() {
    if (cell_ != nullptr) {
      cell_->call();
    }
  }

 private:
  cell* cell_;
};

}  // namespace matrix
