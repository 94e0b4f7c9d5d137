// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

#include <filch/config.hpp>

namespace filch::inline v0::detail {

class pool_state;

/// What a worker can ask of a queued job. After `run` and `discard` the job is gone.
enum class job_op : unsigned char {
  run,        ///< call it; returns null
  discard,    ///< destroy it uncalled; returns null
  identify,   ///< what a waiter would wait for that this job belongs to, or null
  hand_over,  ///< make it fit for a queue that its waiter does not look at; returns the job to queue there
  run_here,   ///< as run, but the end of a group's child is for the caller to count
};

/// The erased unit of detached work: a link for the intrusive queues, and one function that does all that `job_op`
/// lists. One function, and no table of several, saves each task a load.
struct job {
  using action = void* (*)(job&, job_op) noexcept;

  explicit job(action a) noexcept : act_(a) {}

  void run() noexcept { act_(*this, job_op::run); }
  void run_here() noexcept { act_(*this, job_op::run_here); }
  void discard() noexcept { act_(*this, job_op::discard); }
  [[nodiscard]] void* identity() noexcept { return act_(*this, job_op::identify); }
  [[nodiscard]] job& hand_over() noexcept { return *static_cast<job*>(act_(*this, job_op::hand_over)); }

  job* next = nullptr;

 private:
  action act_;
};

/// Gives an exception that nobody will fetch to the hook of the pool for which the calling thread acts, and counts it.
FILCH_EXPORT void report_unhandled(std::exception_ptr error) noexcept;
/// The same for `pool`. The calling thread need not act for that pool.
FILCH_EXPORT void report_unhandled_in(pool_state& pool, std::exception_ptr error) noexcept;

/// Calls `f` as an rvalue, and then destroys it. `keep` gets the exception of the call or, if the call threw none, that
/// of the destructor. A second exception is reported.
template <class F, class Call, class Keep>
FILCH_LOCAL void call_and_destroy(F& f, Call call, Keep keep) noexcept {
  bool failed = false;
  try {
    call(std::move(f));
  } catch (...) {
    failed = true;
    keep(std::current_exception());
  }
  if constexpr (std::is_nothrow_destructible_v<F>) {
    f.~F();
  } else {
    try {
      f.~F();
    } catch (...) {
      failed ? report_unhandled(std::current_exception()) : keep(std::current_exception());
    }
  }
}

/// Destroys `f`. An exception of its destructor goes to `report`.
template <class F, class Report = void (*)(std::exception_ptr) noexcept>
FILCH_LOCAL void destroy_reporting(F& f, Report report = &report_unhandled) noexcept {
  call_and_destroy(f, [](F&&) {}, report);
}
/// The same for `pool`. The calling thread need not act for that pool.
template <class F>
FILCH_LOCAL void destroy_reporting_in(pool_state& pool, F& f) noexcept {
  destroy_reporting(f, [&pool](std::exception_ptr error) { report_unhandled_in(pool, std::move(error)); });
}

/// After a submission was refused: moves the callable back to where it came from, if it can be moved without an
/// exception. A callable that was copied is left alone.
template <class F>
void give_back([[maybe_unused]] F&& original, [[maybe_unused]] std::decay_t<F>& stored) noexcept {
  using D = std::decay_t<F>;
  if constexpr (std::is_same_v<F, D>) {
    if constexpr (std::is_nothrow_move_constructible_v<D> && std::is_nothrow_destructible_v<D>) {
      std::destroy_at(std::addressof(original));
      std::construct_at(std::addressof(original), std::move(stored));
    }
  }
}

}  // namespace filch::inline v0::detail
