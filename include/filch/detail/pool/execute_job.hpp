// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <new>
#include <utility>

#include <filch/detail/base/tsan.hpp>
#include <filch/detail/job/job.hpp>
#include <filch/detail/memory/block.hpp>
#include <filch/detail/pool/submit.hpp>

namespace filch::inline v0::detail {

/// A task of `execute`: the callable lies in the job's own block.
template <class F>
class FILCH_LOCAL execute_job : public job {
 public:
  template <class G>
  execute_job(G&& g, permit pending) : job(pending == permit::held ? &act_on<permit::held> : &act_on<permit::none>) {
    ::new (static_cast<void*>(storage_)) F(std::forward<G>(g));
    tsan_release(this);
  }

  [[nodiscard]] F& callable() noexcept { return *std::launder(reinterpret_cast<F*>(storage_)); }

  /// Destroys a job of `pool` that was never queued.
  void drop(pool_state& pool) noexcept {
    destroy_reporting_in(pool, callable());
    release_for<execute_job>(this);
  }

 private:
  template <permit Pending>
  static void* act_on(job& j, job_op op) noexcept {
    tsan_acquire(&j);
    auto& self = static_cast<execute_job&>(j);
    if (op == job_op::identify || op == job_op::hand_over) {
      return op == job_op::hand_over ? &j : nullptr;  // nobody waits for it
    }
    if constexpr (Pending == permit::held) {
      return_permit();
    }
    if (op == job_op::discard) {
      destroy_reporting(self.callable());
      release_for<execute_job>(&self);
      tsan_release_pool();
      return nullptr;
    }
    call_and_destroy(self.callable(), [](F&& f) { static_cast<void>(std::move(f)()); }, &report_unhandled);
    release_for<execute_job>(&self);
    tsan_release_pool();
    return nullptr;
  }

  alignas(F) std::byte storage_[sizeof(F)];
};

}  // namespace filch::inline v0::detail
