// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

#include <filch/detail/job/job.hpp>
#include <filch/detail/pool/execute_job.hpp>
#include <filch/detail/pool/guest_scope.hpp>
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

/// Makes the calling thread a guest of `pool` that is to run one of its tasks as the caller. Null if the pool is
/// closed.
[[nodiscard]] FILCH_EXPORT std::unique_ptr<guest_scope> enter_as_caller(pool_state& pool);

/// Runs a copy of `f` on this thread, as a worker would.
template <class F>
FILCH_LOCAL submit_status run_in_caller(pool_state& pool, F&& f) {
  const std::unique_ptr<guest_scope> guest = enter_as_caller(pool);
  if (guest == nullptr) {
    return submit_status::closed;
  }
  [[maybe_unused]] const tsan_visit visit(*guest);
  union stored {  // call_and_destroy destroys it
    explicit stored(F&& g) : callable(std::forward<F>(g)) {}
    stored(const stored&) = delete;
    stored& operator=(const stored&) = delete;
    ~stored() {}
    std::decay_t<F> callable;
  } copy(std::forward<F>(f));
  call_and_destroy(copy.callable, [](std::decay_t<F>&& c) { static_cast<void>(std::move(c)()); }, &report_unhandled);
  return submit_status::accepted;
}

/// Jobs that are made one by one and queued together.
template <class F>
class FILCH_LOCAL job_chain {
 public:
  static constexpr std::size_t limit = 256;

  explicit job_chain(pool_state& pool) noexcept : pool_(pool) {}
  job_chain(const job_chain&) = delete;
  job_chain& operator=(const job_chain&) = delete;
  ~job_chain() {
    while (first_ != nullptr) {
      pop_front().drop(pool_);
    }
  }

  template <class G>
  void add(G&& f) {
    job_type* const j = make_in_block<job_type>(std::forward<G>(f), permit::none);
    if (first_ == nullptr) {
      first_ = j;
    } else {
      last_->next = j;
      tsan_release(last_);
    }
    last_ = j;
    ++size_;
  }

  /// The number of jobs that were added.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Queues all jobs, and the chain is empty then; or queues none.
  [[nodiscard]] submit_status submit(const admission& admitted) {
    const submit_status s = size_ == 0 ? submit_status::accepted : submit_chain(pool_, *first_, admitted);
    first_ = s == submit_status::accepted ? nullptr : first_;
    return s;
  }

  /// Moves the callables back to where they came from.
  template <class It>
  void give_back_to(It it) {
    for (; first_ != nullptr; ++it) {
      const drop_guard<job_type> front(&pop_front(), {&pool_});
      give_back(*it, front->callable());
    }
  }

 private:
  using job_type = execute_job<F>;

  job_type& pop_front() noexcept {
    auto* const j = static_cast<job_type*>(first_);
    first_ = j->next;
    return *j;
  }

  pool_state& pool_;
  job* first_ = nullptr;
  job* last_ = nullptr;
  std::size_t size_ = 0;
};

// Whether one can go back to where a copy of it is. A move_iterator is no forward_iterator of C++20, but its category
// tells.
template <class It>
concept returnable = std::forward_iterator<It> ||
                     std::derived_from<typename std::iterator_traits<It>::iterator_category, std::forward_iterator_tag>;

struct any_position {
  explicit any_position(const auto& /*it*/) noexcept {}
};

/// Returns `accepted`, or throws if that is 0, unless the pool was full.
FILCH_EXPORT std::size_t accepted_or_throw(std::size_t accepted, submit_status why);

/// thread_pool::execute_bulk. A bounded pool takes the elements `one_by_one`.
template <class It, class S, class OneByOne>
FILCH_LOCAL std::size_t submit_range(pool_state& pool, It first, S last, OneByOne one_by_one) {
  std::size_t accepted = 0;
  if (is_bounded(pool)) {
    for (; first != last; ++first, ++accepted) {
      if (const submit_status s = one_by_one(*first); s != submit_status::accepted) {
        return accepted_or_throw(accepted, s);
      }
    }
    return accepted;
  }
  while (first != last) {
    const admission admitted = admit(pool, when_full::give_up);
    if (admitted.status != submit_status::accepted) {
      return accepted_or_throw(accepted, admitted.status);
    }
    job_chain<std::decay_t<std::iter_reference_t<It>>> chain(pool);
    [[maybe_unused]] const std::conditional_t<returnable<It>, It, any_position> chain_start(first);
    const auto queue = [&] {
      const bool taken = chain.submit(admitted) == submit_status::accepted;
      if (taken) {
        accepted += chain.size();
      } else if constexpr (returnable<It>) {
        chain.give_back_to(chain_start);
      }
      return taken;
    };
    try {
      for (; first != last && chain.size() < chain.limit; ++first) {
        chain.add(*first);
      }
    } catch (...) {
      queue();
      throw;
    }
    if (!queue()) {
      return accepted_or_throw(accepted, submit_status::closed);
    }
  }
  return accepted;
}

}  // namespace filch::inline v0::detail
