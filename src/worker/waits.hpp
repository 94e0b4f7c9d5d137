// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "parking/thread_parker.hpp"
#include "worker/awaited.hpp"

namespace filch::inline v0::detail {

struct fork_job;
class fork_host;
class team;
class worker;

/// How a worker, or a guest, waits within a task, and what it runs meanwhile (docs/design/waiting.md). Only the
/// worker's own thread uses it.
class waits {
 public:
  waits(worker& self, detail::team& team);
  ~waits();
  waits(const waits&) = delete;
  waits& operator=(const waits&) = delete;

  /// Waits until `a` is done, and meanwhile runs only what belongs to `a`.
  void wait_for(awaited& a) noexcept;
  /// The same for the second side of a fork that was stolen.
  void wait_for_fork(fork_job& j) noexcept;
  /// In a child of fork(), which has only this thread: runs the jobs of `a` that lie in the task deque. The other jobs
  /// are the parent's.
  void run_what_was_left_of(awaited& a) noexcept;
  /// The number of waits that are under way on this stack, each in a task that an outer wait runs.
  [[nodiscard]] std::uint32_t nested() const noexcept { return nested_; }

  /// Around a sleep: lends the core, and puts the jobs that the worker was to run itself where others find them
  /// (blocking_region).
  void begin_blocking() noexcept;
  void end_blocking() noexcept;
  /// Between these two: asks for a spare in its place, if there should be one. Returns whether the system refuses it
  /// for now.
  [[nodiscard]] bool ask_for_spare() noexcept;

 private:
  [[nodiscard]] bool run_anything() noexcept;
  [[nodiscard]] bool help_with(fork_job& j) noexcept;
  [[nodiscard]] bool help_with(awaited& a) noexcept;
  [[nodiscard]] bool run_descendant_of(const void* ancestor, std::optional<std::size_t> depth) noexcept;
  [[nodiscard]] bool run_own_of(awaited& a) noexcept;
  void park_for(awaited& a) noexcept;
  void park_for_fork(fork_job& j, fork_host* thief) noexcept;
  void park() noexcept;

  worker& self_;
  detail::team& team_;
  thread_parker& parker_;  // made with the worker, so that a wait cannot fail
  std::uint32_t nested_ = 0;
  std::uint32_t blocking_ = 0;  // regions that the thread is in
};

}  // namespace filch::inline v0::detail
