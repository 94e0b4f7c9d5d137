// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include <filch/pool_options.hpp>

#include "controlled/primitives.hpp"
#include "controlled/scheduler.hpp"

// What a scenario is made of. A scenario is a short program over the shipped library; its threads, and what they wait
// for among themselves, come from here, so that the scheduler sees them.
namespace schedule {

struct scenario {
  const char* name;
  void (*body)();
  const char* expected = nullptr;  // the failure that must be found, for the tests of the scheduler itself
};

[[nodiscard]] std::vector<scenario>& scenarios();

struct registration {
  registration(const char* name, void (*body)(), const char* expected = nullptr) {
    scenarios().push_back({name, body, expected});
  }
};

/// Defines the scenario `name`, which says what is right.
#define SCENARIO(name)                                            \
  static void name();                                             \
  static const ::schedule::registration name##_entry(#name, &name); \
  static void name()

/// One in which the scheduler must find `failure`.
#define SCENARIO_THAT_FAILS(name, failure)                                 \
  static void name();                                                      \
  static const ::schedule::registration name##_entry(#name, &name, failure); \
  static void name()

/// Ends the schedule with a report unless `condition` holds.
void check(bool condition, const char* what);

/// A thread of the scenario, joined by its destructor.
class thread {
 public:
  template <std::invocable F>
  explicit thread(F f) : thread(new holder<F>(std::move(f))) {}
  thread(thread&& other) noexcept : started_(std::exchange(other.started_, nullptr)) {}
  thread(const thread&) = delete;
  thread& operator=(const thread&) = delete;
  thread& operator=(thread&&) = delete;
  ~thread() { join(); }

  void join();

 private:
  struct callable {
    callable() = default;
    callable(const callable&) = delete;
    callable& operator=(const callable&) = delete;
    virtual ~callable() = default;
    virtual void call() = 0;
  };
  template <class F>
  struct holder final : callable {
    explicit holder(F g) : f(std::move(g)) {}
    void call() override { f(); }
    F f;
  };
  explicit thread(callable* c);

  controlled::thread* started_;
};

/// Something that happens once.
class event {
 public:
  void set();
  void wait();
  [[nodiscard]] bool is_set() const { return set_; }

 private:
  bool set_ = false;
};

/// A place that all of `n` must reach before one of them goes on.
class meeting {
 public:
  explicit meeting(std::size_t n) : missing_(n) {}
  void arrive_and_wait();

 private:
  std::size_t missing_;
};

/// Counts what becomes of tasks: how many were made, were called, and were destroyed.
class ledger {
 public:
  /// A callable that calls `f`. It cannot be copied.
  template <class F>
  [[nodiscard]] auto task(F f) {
    ++made_;
    return counted<F>(*this, std::move(f));
  }
  [[nodiscard]] auto task() {
    return task([] {});
  }

  [[nodiscard]] std::size_t made() const { return made_; }
  [[nodiscard]] std::size_t called() const { return called_; }
  [[nodiscard]] std::size_t destroyed() const { return destroyed_; }
  /// All were called, once, and destroyed.
  void check_all_ran() const;
  /// All were destroyed, and none was called twice.
  void check_none_left() const;

 private:
  template <class F>
  class counted {
   public:
    counted(ledger& l, F f) : ledger_(&l), f_(std::move(f)) {}
    counted(counted&& other) noexcept : ledger_(std::exchange(other.ledger_, nullptr)), f_(std::move(other.f_)) {}
    counted(const counted&) = delete;
    counted& operator=(const counted&) = delete;
    ~counted() {
      if (ledger_ != nullptr) {
        ++ledger_->destroyed_;
      }
    }
    void operator()() {
      ++ledger_->called_;
      f_();
    }

   private:
    ledger* ledger_;
    F f_;
  };

  std::size_t made_ = 0;
  std::size_t called_ = 0;
  std::size_t destroyed_ = 0;
};

/// A pool's options: workers that sleep at once, because every turn of a spin would be a step.
[[nodiscard]] filch::pool_options workers(std::size_t n);

/// Lets another thread go on, if there is one.
void yield();

/// Runs `in_child` in a child process, which has this thread only, and `check`s that it returns true.
template <class F>
void in_fork(F in_child);
[[nodiscard]] int fork_and_wait(bool (*in_child)(void*), void* argument);

template <class F>
void in_fork(F in_child) {
#if defined(__SANITIZE_ADDRESS__)
  // A thread that begins or ends holds locks of AddressSanitizer's outside of the scheduler, and the child has them
  // locked.
  static_cast<void>(in_child);
  return;
#endif
  const int status = fork_and_wait([](void* f) { return (*static_cast<F*>(f))(); }, &in_child);
  check(status == 0, "what ran in a child of fork() was right");
}

}  // namespace schedule
