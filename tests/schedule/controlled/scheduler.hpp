// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controlled/coverage.hpp"
#include "controlled/primitives.hpp"
#include "controlled/strategy.hpp"

namespace controlled {

using time_point = steady_clock::time_point;

/// A thread of a schedule. It is a thread of the system, which runs only while it has the baton.
struct thread {
  enum class state : unsigned char { runnable, blocked, ended, gone };

  std::uint32_t id = 0;
  state now = state::runnable;
  const void* waits_for = nullptr;        // while it is blocked
  const char* why = "";                   // the same, for the report
  std::optional<time_point> deadline{};   // the same, if its wait has one
  bool timed_out = false;                 // how its last wait ended
  std::uint64_t paused_at = 0;  // how many changes there were when it spun last; 0: it has done something since
  bool shows_stack = false;               // it has the baton only to print its stack
  std::atomic<std::uint32_t> baton{0};    // 1: goes on
  void (*body)(void*) = nullptr;
  void* argument = nullptr;
  pthread_t system_thread{};
};

/// Runs one schedule after the other, in each of which one thread at a time runs.
class scheduler {
 public:
  [[nodiscard]] static scheduler& get() noexcept;

  /// Runs `body(argument)` on a thread of its own until it and all threads that it has started have ended. A failure
  /// ends the process (report.hpp).
  void run(strategy& chooses, void (*body)(void*), void* argument);

  // What follows is for threads of the schedule that runs.

  [[nodiscard]] static thread* current() noexcept;
  void step(action what, const void* where) noexcept;
  void pause(const void* where) noexcept;
  [[nodiscard]] strategy& chance() noexcept { return *strategy_; }

  /// Blocks until `wake` or `deadline`. False: the deadline came.
  bool block(const void* what, const char* why, std::optional<time_point> deadline = std::nullopt) noexcept;
  /// Lets one of those go on who block on `what`, or all.
  void wake_one(const void* what) noexcept;
  void wake_all(const void* what) noexcept;

  [[nodiscard]] thread& start(void (*body)(void*), void* argument, std::size_t stack_size);
  void join(thread& t) noexcept;

  /// After fork(), in the child: the other threads do not exist.
  void forked() noexcept;

  [[nodiscard]] time_point now() const noexcept { return now_; }
  void pass_time(std::chrono::nanoseconds by) noexcept { now_ += by; }

  /// Of the schedule that runs or ran last.
  [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }
  [[nodiscard]] std::uint64_t hash() const noexcept { return hash_; }
  [[nodiscard]] const std::vector<std::unique_ptr<thread>>& threads() const noexcept { return threads_; }

  struct event {
    const void* where;
    std::uint32_t thread;
    action what;
  };
  /// The last of them, oldest first.
  [[nodiscard]] std::vector<event> last_events() const;

  /// Lets a blocked thread print its stack.
  void show_stack(thread& t) noexcept;

 private:
  static void* thread_main(void* t);
  static void on_thread_end(void* t) noexcept;

  void find_runnable() noexcept;
  [[nodiscard]] thread* next_of_a_pause(thread& self) noexcept;
  [[nodiscard]] thread* next(thread* self) noexcept;
  void hand_to(thread& t) noexcept;
  void wait_for_baton(thread& self) noexcept;
  void switch_from(thread& self, thread& to) noexcept;
  [[nodiscard]] bool fire_deadline() noexcept;
  void end_of(thread& self) noexcept;
  void note(const void* where, std::uint32_t id, action what) noexcept;

  static constexpr std::size_t trace_size = 1 << 12;
  static constexpr std::uint64_t most_steps = 400'000;
  static constexpr std::uint64_t most_in_a_row = 3'000;

  std::vector<std::unique_ptr<thread>> threads_;
  std::vector<thread*> runnable_;
  strategy* strategy_ = nullptr;
  time_point now_{};
  std::uint64_t steps_ = 0;
  std::uint64_t changes_ = 1;  // steps that others may see
  std::uint64_t in_a_row_ = 0;
  std::uint64_t hash_ = 0;
  std::atomic<std::uint32_t> over_{0};
  std::vector<event> trace_ = std::vector<event>(trace_size);
  pthread_key_t at_end_{};
  bool has_key_ = false;
};

}  // namespace controlled
