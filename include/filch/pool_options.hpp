// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>

#include <filch/hook.hpp>

namespace filch::inline v0 {

/// What a submission does when `max_pending` outside tasks wait to be started.
/// A worker of any pool never blocks on a full one: under `block` it runs the task in place.
enum class on_full : unsigned char {
  block,          ///< waits for room
  reject,         ///< throws pool_full, or says `full`
  run_in_caller,  ///< runs the task on the submitting thread
};

/// Where worker threads are allowed to run.
enum class affinity : unsigned char {
  none,     ///< anywhere
  compact,  ///< worker k on the k-th allowed CPU, round and round
  spread,   ///< as far apart as the allowed CPUs permit
};

/// What may run on the stack of a task that waits (`fork_join`, `task_group::wait`, `join_handle::join`).
enum class waiting : unsigned char {
  descendants,  ///< only what it waits for: a lock may be held across the wait, and the stack stays shallow
  any,  ///< anything: no wait is idle while there is work, but a lock held across it may be wanted by what it runs
};

/// How long a worker that found nothing goes on looking before it sleeps. One whose last searches were all in vain
/// mostly gives up after a 64th of it.
struct idle_policy {
  std::chrono::nanoseconds spin{50'000};

  /// Sleeps after one look: least CPU time, slowest hand-over.
  [[nodiscard]] static constexpr idle_policy frugal() noexcept { return {std::chrono::nanoseconds{0}}; }
  [[nodiscard]] static constexpr idle_policy balanced() noexcept { return {std::chrono::microseconds{50}}; }
  /// Fast hand-over for work that comes in bursts, at the price of CPU time between them.
  [[nodiscard]] static constexpr idle_policy eager() noexcept { return {std::chrono::milliseconds{2}}; }
};

/// How a pool is made. An aggregate: `thread_pool pool{{.threads = 4, .name = "render"}};` Copies share the hooks.
struct pool_options {
  /// Number of workers. If absent: the environment variable FILCH_NUM_THREADS, else available_parallelism().
  std::optional<std::size_t> threads{};
  /// Workers are called "name-0", "name-1", … in debuggers. Linux shows 15 bytes: of a long name the beginning, and the
  /// number.
  std::string name = "filch";
  /// Bound on outside tasks that are accepted and not started; 0 means none.
  std::size_t max_pending = 0;
  filch::on_full on_full = filch::on_full::block;
  idle_policy idle = idle_policy::balanced();
  filch::affinity affinity = filch::affinity::none;
  filch::waiting waiting = filch::waiting::descendants;
  /// Most threads beyond `threads` that may be made to run in the place of tasks that wait and have nothing to run
  /// meanwhile. If absent: 4 times as many as workers, at least 256. At most 2,047, as `threads`.
  std::optional<std::size_t> max_spares{};
  /// Whether a thread that calls `invoke`, `fork_join` or a loop becomes a guest, which runs the call itself. If not, a
  /// worker runs the call while the caller waits.
  bool guests = true;
  /// Bytes of stack of a worker; 0 means the system's default.
  std::size_t stack_size = 0;
  /// Called on each worker and spare first and last, with its index. What it throws is counted and handed to the hook
  /// below.
  hook<void(std::size_t)> on_thread_start{};
  hook<void(std::size_t)> on_thread_stop{};
  /// Gets the exceptions of tasks that nobody waits for. Concurrent calls are possible. If absent, a line on the
  /// standard error stream has the pool's name and what() of each, written by one call. They are counted in any case.
  hook<void(std::exception_ptr)> on_unhandled_exception{};
};

}  // namespace filch::inline v0
