// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/cache_line.hpp>
#include <filch/detail/base/compiler.hpp>

#include "parking/hazard.hpp"
#include "parking/wake_patience.hpp"

namespace filch::inline v0::detail {

/// What a thread needs to submit from outside: its number, and its hazard pointer to the pool that it submits to. A
/// submitter is made in the first submission of a thread, and goes to another thread when this one has ended. It is
/// never freed, so that the thread that ends a pool can look at the submitters of all threads.
class alignas(cache_line_size) submitter {
 public:
  /// Tells apart the living threads that have a submitter. It is the smallest number that was free, as long as there
  /// are fewer than 64. So a few threads have small numbers, however many came and went before.
  [[nodiscard]] std::uint32_t number() const noexcept { return number_; }

  /// Names the pool while the thread has published a task and still touches the pool.
  [[nodiscard]] hazard& pool() noexcept { return pool_; }
  [[nodiscard]] wake_patience& patience() noexcept { return patience_; }

  /// In a child of fork(): the other threads are gone.
  static void forget_others() noexcept;

  /// Blocks until no thread touches `pool` any more because of a submission.
  static void wait_until_none_is_in(const void* pool) noexcept;

 private:
  friend class submitter_list;

  hazard pool_;
  wake_patience patience_;
  std::uint32_t number_ = 0;
  bool is_taken_ = false;     // guarded by the list's mutex
  submitter* next_ = nullptr;  // in the list of all
};

// Every submission reads it. It is null before the thread's first one, and again while the thread's last destructors
// run.
extern constinit thread_local submitter* this_thread_submitter FILCH_TLS_MODEL;

/// The submitter of the calling thread: its own, or a borrowed one while the last destructors of the thread run.
class this_submitter {
 public:
  /// Throws std::bad_alloc in a thread's first submission.
  this_submitter() : mine_(this_thread_submitter) {
    if (mine_ == nullptr) [[unlikely]] {
      mine_ = acquire();
      is_borrowed_ = this_thread_submitter == nullptr;
    }
  }
  ~this_submitter() {
    if (is_borrowed_) [[unlikely]] {
      give_back(*mine_);
    }
  }
  this_submitter(const this_submitter&) = delete;
  this_submitter& operator=(const this_submitter&) = delete;

  [[nodiscard]] submitter* operator->() const noexcept { return mine_; }

 private:
  // The thread's own from now on, or a borrowed one.
  [[nodiscard]] FILCH_COLD static submitter* acquire();
  FILCH_COLD static void give_back(submitter& borrowed) noexcept;

  submitter* mine_;
  bool is_borrowed_ = false;
};

}  // namespace filch::inline v0::detail
