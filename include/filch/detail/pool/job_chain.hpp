// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <utility>

#include <filch/detail/job/job.hpp>
#include <filch/detail/pool/execute_job.hpp>
#include <filch/detail/pool/submit_guards.hpp>

namespace filch::inline v0::detail {

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

}  // namespace filch::inline v0::detail
