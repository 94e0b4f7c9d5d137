// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <memory>
#include <utility>

#include <filch/detail/pool/invoke_job.hpp>
#include <filch/detail/pool/submit.hpp>

namespace filch::inline v0::detail {

struct FILCH_LOCAL permit_returner {
  void operator()(pool_state* pool) const noexcept { return_permit(*pool); }
};
/// Gives back the permit of max_pending that an admission took, unless the task was queued.
using permit_guard = std::unique_ptr<pool_state, permit_returner>;

template <class Job>
struct FILCH_LOCAL job_dropper {
  void operator()(Job* j) const noexcept { j->drop(*pool); }
  pool_state* pool;
};
/// Destroys a job unless it was queued.
template <class Job>
using drop_guard = std::unique_ptr<Job, job_dropper<Job>>;

/// Queues `j`, which was made from `f`. If the pool refuses it, `f` gets its callable back and `j` is destroyed.
template <class Job, class F>
FILCH_LOCAL submit_status submit_or_give_back(pool_state& pool, Job& j, const admission& a, permit_guard& held, F&& f) {
  drop_guard<Job> guard(&j, {&pool});
  const submit_status s = submit(pool, j, a);
  if (s != submit_status::accepted) {
    give_back(std::forward<F>(f), j.callable());
    return s;
  }
  static_cast<void>(guard.release());
  static_cast<void>(held.release());
  return s;
}

}  // namespace filch::inline v0::detail
