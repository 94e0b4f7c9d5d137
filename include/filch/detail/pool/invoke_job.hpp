// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <exception>
#include <type_traits>
#include <utility>

#include <filch/detail/base/tsan.hpp>
#include <filch/detail/job/job.hpp>
#include <filch/detail/job/result_slot.hpp>
#include <filch/detail/parking/latch.hpp>
#include <filch/detail/pool/guest_scope.hpp>
#include <filch/detail/pool/submit.hpp>
#include <filch/errors.hpp>

namespace filch::inline v0::detail {

/// Queues a job that lies in the caller's frame, and blocks until its latch is set. Throws pool_closed or usage_error
/// if the job was not queued.
FILCH_EXPORT void submit_and_wait(pool_state& pool, job& j, latch& done);

/// Whether a thread that calls into the pool becomes a guest (pool_options::guests).
[[nodiscard]] FILCH_EXPORT bool takes_guests(const pool_state& pool) noexcept;

/// Whether the calling thread runs for the pool at this moment: it is inside and has entered no other pool since.
[[nodiscard]] FILCH_EXPORT bool is_current_host_of(const pool_state& pool) noexcept;

/// A call that a worker makes while this thread waits, because the pool takes no guests.
template <class F>
class FILCH_LOCAL invoke_job : public job {
 public:
  using result = std::invoke_result_t<F>;

  explicit invoke_job(F&& f) noexcept : job(&act_on), f_(std::forward<F>(f)) {}

  result run_in(pool_state& pool) {
    tsan_release(static_cast<job*>(this));
    submit_and_wait(pool, *this, done_);
    done_.tsan_see_set();
    if (error_) {
      std::rethrow_exception(error_);
    }
    if constexpr (!std::is_void_v<result>) {
      return result_.take();
    }
  }

 private:
  static void* act_on(job& j, job_op op) noexcept {
    tsan_acquire(&j);
    auto& self = static_cast<invoke_job&>(j);
    if (op == job_op::identify) {
      return nullptr;
    }
    if (op == job_op::hand_over) {
      return &j;
    }
    try {
      if (op == job_op::discard) {
        throw task_cancelled();
      }
      self.result_.fill([&self]() -> result { return std::forward<F>(self.f_)(); });
    } catch (...) {
      self.error_ = std::current_exception();
    }
    tsan_release_pool();
    self.done_.set();
    return nullptr;
  }

  F&& f_;
  result_slot<result> result_;
  std::exception_ptr error_;
  latch done_;
};

template <class F>
FILCH_LOCAL std::invoke_result_t<F> invoke_in(pool_state& pool, F&& f) {
  if (is_current_host_of(pool)) {
    return std::forward<F>(f)();
  }
  if (is_inside(pool) || takes_guests(pool)) {
    const guest_scope guest(pool);
    [[maybe_unused]] const tsan_visit visit(guest);
    return std::forward<F>(f)();
  }
  return invoke_job<F>(std::forward<F>(f)).run_in(pool);
}

}  // namespace filch::inline v0::detail
