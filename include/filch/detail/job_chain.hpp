// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <exception>
#include <iterator>
#include <type_traits>
#include <utility>
#include <variant>

#include <filch/detail/execute_job.hpp>
#include <filch/detail/job.hpp>
#include <filch/detail/submit.hpp>

namespace filch::inline v0::detail {

/// Leaves the place that an admission took, unless the task was queued.
class place_guard {
 public:
  place_guard(pool_state& pool, const ticket& t) noexcept : pool_(t.counted ? &pool : nullptr) {}
  ~place_guard() {
    if (pool_ != nullptr) {
      leave_place(*pool_);
    }
  }
  place_guard(const place_guard&) = delete;
  place_guard& operator=(const place_guard&) = delete;
  void keep() noexcept { pool_ = nullptr; }

 private:
  pool_state* pool_;
};

/// Destroys a job unless it was queued.
template <class Job>
class drop_guard {
 public:
  explicit drop_guard(Job& j) noexcept : job_(&j) {}
  ~drop_guard() {
    if (job_ != nullptr) {
      job_->drop();
    }
  }
  drop_guard(const drop_guard&) = delete;
  drop_guard& operator=(const drop_guard&) = delete;
  void keep() noexcept { job_ = nullptr; }
  [[nodiscard]] Job& job() const noexcept { return *job_; }

 private:
  Job* job_;
};

/// Queues `j`, which was made from `f`. If the pool refuses it, `f` gets its callable back and `j` is destroyed.
template <class Job, class F>
submit_status submit_or_give_back(pool_state& pool, Job& j, const ticket& t, place_guard& place, F&& f) {
  drop_guard<Job> guard(j);
  const submit_status s = submit(pool, j, t);
  if (s != submit_status::accepted) {
    give_back(std::forward<F>(f), j.callable());
    return s;
  }
  guard.keep();
  place.keep();
  return s;
}

/// Runs a copy of `f` on this thread, as a worker would.
template <class F>
void run_in_place(pool_state& pool, F&& f) {
  const in_place_scope running(pool);
  std::decay_t<F> callable(std::forward<F>(f));
  try {
    static_cast<void>(std::move(callable)());
  } catch (...) {
    report_unhandled(std::current_exception());
  }
}

/// Jobs built one by one and queued together.
template <class F>
class job_chain {
 public:
  static constexpr std::size_t limit = 256;

  job_chain() = default;
  job_chain(const job_chain&) = delete;
  job_chain& operator=(const job_chain&) = delete;
  ~job_chain() {
    while (first_ != nullptr) {
      pop_front().drop();
    }
  }

  template <class G>
  void add(G&& f) {
    job_type* const j = make_in_block<job_type>(std::forward<G>(f), false);
    (first_ == nullptr ? first_ : last_->next) = j;
    last_ = j;
    ++size_;
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Queues all; the chain is then empty. Or none.
  [[nodiscard]] submit_status submit_to(pool_state& pool, const ticket& t) {
    const submit_status s = size_ == 0 ? submit_status::accepted : submit_chain(pool, *first_, size_, t);
    if (s == submit_status::accepted) {
      first_ = nullptr;
    }
    return s;
  }

  /// Puts the callables back where they were moved from.
  template <class It>
  void give_back_to(It it) {
    for (; first_ != nullptr; ++it) {
      drop_guard<job_type> guard(pop_front());
      give_back(*it, guard.job().callable());
    }
  }

 private:
  using job_type = execute_job<F>;

  job_type& pop_front() noexcept {
    auto* const j = static_cast<job_type*>(first_);
    first_ = j->next;
    return *j;
  }

  job* first_ = nullptr;
  job* last_ = nullptr;
  std::size_t size_ = 0;
};

template <class It>
inline constexpr bool is_forward_by_category = requires {
  typename std::iterator_traits<It>::iterator_category;
  requires std::derived_from<typename std::iterator_traits<It>::iterator_category, std::forward_iterator_tag>;
};

// A copy of an iterator that can be gone back to, else nothing.
template <bool CanReturn, class It>
[[nodiscard]] auto start_of([[maybe_unused]] const It& it) {
  if constexpr (CanReturn) {
    return it;
  } else {
    return std::monostate{};
  }
}

/// thread_pool::execute_bulk. A bounded pool takes the elements `one_by_one`.
template <class It, class S, class OneByOne>
std::size_t submit_range(pool_state& pool, It first, S last, OneByOne one_by_one) {
  std::size_t accepted = 0;
  if (is_bounded(pool)) {
    for (; first != last && one_by_one(*first) == submit_status::accepted; ++first) {
      ++accepted;
    }
    return accepted;
  }
  while (first != last) {
    const ticket t = admit(pool, false);
    if (t.status != submit_status::accepted) {
      break;
    }
    job_chain<std::decay_t<std::iter_reference_t<It>>> chain;
    // A move_iterator is no forward_iterator of C++20, but its C++17 category tells.
    constexpr bool can_return = std::forward_iterator<It> || is_forward_by_category<It>;
    [[maybe_unused]] const std::conditional_t<can_return, It, std::monostate> chain_start = start_of<can_return>(first);
    const auto queue = [&] {
      const std::size_t n = chain.size();
      const bool taken = chain.submit_to(pool, t) == submit_status::accepted;
      if (taken) {
        accepted += n;
      } else if constexpr (can_return) {
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
      break;
    }
  }
  return accepted;
}

}  // namespace filch::inline v0::detail
