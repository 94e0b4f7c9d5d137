// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <filch/detail/base/test_point.hpp>

#include "explorer/fiber.hpp"
#include "explorer/memory.hpp"
#include "explorer/request.hpp"
#include "explorer/vector_clock.hpp"

namespace filch_model {

/// One step that a thread took.
struct event {
  thread_id thread = 0;
  request asked;
  choice chosen;
  bool wrote = false;
  std::size_t stores_then = 0;     ///< stores of the location before it
  std::uint32_t futex_number = 0;  ///< of a call on a futex word, among all on that word
  vector_clock trace;              ///< the steps that must precede it in every equal execution, and itself
};

/// An earlier step whose order with the newest one might have been the other way round, and what the newest one depends
/// on without it.
struct race {
  std::size_t earlier;
  vector_clock without;
};

/// One execution of a scenario. Its threads are fibers; each stops before every step on an atomic object and waits for
/// its turn. Everything else runs in between, unseen.
class run {
 public:
  enum class state : unsigned char { unused, runnable, asks, sleeps, finished };

  run() = default;
  run(const run&) = delete;
  run& operator=(const run&) = delete;
  ~run() { current_ = nullptr; }

  /// The one that is under way. Null outside of scenarios.
  static run* current() noexcept { return current_; }

  // For the explorer.

  void begin(const std::function<void()>& scenario);
  /// Lets every thread that can go on go on until it asks for something. False when the run is over.
  bool settle();
  [[nodiscard]] bool asks(thread_id t) const noexcept { return threads_[t].now == state::asks; }
  [[nodiscard]] const request& asked(thread_id t) const noexcept { return threads_[t].asked; }
  [[nodiscard]] std::size_t thread_count() const noexcept { return count_; }
  /// What may come of the request of `t`, of loads only from the store `first` on; the newest store comes first.
  void choices(thread_id t, std::size_t first, std::vector<choice>& out);
  /// Takes the step. `races` gets the earlier steps that it might have come before.
  void execute(thread_id t, const choice& c, std::vector<race>& races);
  [[nodiscard]] const std::vector<event>& events() const noexcept { return events_; }
  [[nodiscard]] bool failed() const noexcept { return !failure_.empty(); }
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }
  void set_failure(std::string text) { failure_ = std::move(text); }
  [[nodiscard]] const std::string& name(thread_id t) const noexcept { return threads_[t].name; }

  // For the scenario and its objects.

  void start(std::string name, std::function<void()> body);
  /// Calls `hook` at every point of the policy, in the thread that comes there.
  void on_point(std::function<void(filch::detail::test_point)> hook);
  void at(filch::detail::test_point where) {
    if (on_point_) {
      on_point_(where);
    }
  }
  void join_all();
  /// From now on the policy says that the system has none. They work on: they only are slow.
  void refuse_barriers() noexcept { refuses_barriers_ = true; }
  [[nodiscard]] bool refuses_barriers() const noexcept { return refuses_barriers_; }
  [[noreturn]] void fail(const std::string& text);

  [[nodiscard]] location& make(std::uint64_t value);
  void destroy(location& l);
  void perform(request& r);
  void fence(std::memory_order order);
  [[nodiscard]] thread_id active() const noexcept { return active_; }
  [[nodiscard]] memory& shared() noexcept { return memory_; }

 private:
  struct thread {
    fiber stack;
    std::string name;
    std::function<void()> body;
    state now = state::unused;
    request asked;
    request* answer = nullptr;
    vector_clock trace;
    std::size_t last_event = none;
    bool woke_early = false;  ///< has had a futex wait that ended for no reason: one is enough
  };

  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  static constexpr std::size_t most_steps = 2000;

  static void enter(void* self);
  void resume(thread_id t);
  void perform_alone(request& r);
  void check_alive(const location& l);
  [[nodiscard]] bool all_others_finished() const;
  void read_choices(thread_id t, const request& r, std::size_t first, std::vector<choice>& out);
  void apply(thread_id t, const choice& c);
  void wake(thread_id t, const choice& c);
  void find_races(const event& e, const vector_clock& before, std::vector<race>& races);

  static inline run* current_ = nullptr;

  memory memory_;
  std::array<thread, max_threads> threads_;
  std::size_t count_ = 0;
  thread_id active_ = 0;
  std::size_t steps_alone_ = 0;
  bool joining_ = false;
  std::vector<event> events_;
  std::vector<std::size_t> readable_;
  std::size_t last_barrier_ = none;
  std::string failure_;
  std::function<void(filch::detail::test_point)> on_point_;
  bool refuses_barriers_ = false;
};

}  // namespace filch_model
