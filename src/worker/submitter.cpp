// SPDX-License-Identifier: BSL-1.0
#include "worker/submitter.hpp"

#include <atomic>
#include <bit>
#include <mutex>
#include <utility>

#include "base/process_locks.hpp"
#include "base/thread_exit.hpp"
#include "parking/thread_parker.hpp"

namespace filch::inline v0::detail {
namespace {

using set = std::uint64_t;

constexpr std::uint32_t in_set = 64;

constinit atomic<set> taken_numbers{0};
constinit atomic<std::uint32_t> others{0};

// relaxed, all: numbers to tell threads apart, which order nothing.
std::uint32_t take_number() noexcept {
  set old = taken_numbers.load(std::memory_order_relaxed);
  while (old != ~set{0}) {
    const auto smallest = static_cast<std::uint32_t>(std::countr_one(old));
    if (taken_numbers.compare_exchange_weak(old, old | set{1} << smallest, std::memory_order_relaxed,
                                            std::memory_order_relaxed)) {
      return smallest;
    }
  }
  return in_set + others.fetch_add(1, std::memory_order_relaxed) % in_set;
}

void give_number_back(std::uint32_t number) noexcept {
  if (number < in_set) {
    // relaxed: see take_number.
    taken_numbers.fetch_and(~(set{1} << number), std::memory_order_relaxed);
  }
}

}  // namespace

/// All submitters, with those that have no thread. A lock is fast enough, because it is taken once for each thread, and
/// once at the end of a pool.
class submitter_list {
 public:
  [[nodiscard]] static submitter& acquire() {
    const std::lock_guard lock(locks.submitters);
    submitter* mine = first;
    while (mine != nullptr && mine->is_taken_) {
      mine = mine->next_;
    }
    if (mine == nullptr) {
      mine = new submitter;
      mine->next_ = std::exchange(first, mine);
    }
    mine->is_taken_ = true;
    mine->number_ = take_number();
    return *mine;
  }

  static void release(submitter& s) noexcept {
    give_number_back(s.number_);
    const std::lock_guard lock(locks.submitters);
    s.is_taken_ = false;
  }

  /// In a child of fork(), with the locks held.
  static void give_back_all_but(const submitter* mine) noexcept {
    for (submitter* s = first; s != nullptr; s = s->next_) {
      if (s != mine && s->is_taken_) {
        give_number_back(s->number_);
        s->is_taken_ = false;
      }
    }
  }

  /// The links of those that are in the list never change.
  template <class F>
  static void for_each(F f) noexcept {
    submitter* s = nullptr;
    {
      const std::lock_guard lock(locks.submitters);
      s = first;
    }
    for (; s != nullptr; s = s->next_) {
      f(*s);
    }
  }

 private:
  static constinit submitter* first;  // guarded by locks.submitters
};

constinit submitter* submitter_list::first = nullptr;

constinit thread_local submitter* this_thread_submitter = nullptr;

namespace {

constinit thread_local bool is_over = false;  // the thread's own was given back

void give_back_at_thread_exit() noexcept {
  is_over = true;
  if (this_thread_submitter != nullptr) {
    submitter_list::release(*std::exchange(this_thread_submitter, nullptr));
  }
}

}  // namespace

submitter* this_submitter::acquire() {
  submitter& mine = submitter_list::acquire();
  if (!is_over) {
    at_thread_exit<&give_back_at_thread_exit>();
    this_thread_submitter = &mine;
  }
  return &mine;
}

void this_submitter::give_back(submitter& borrowed) noexcept { submitter_list::release(borrowed); }

void submitter::forget_others() noexcept {
  submitter_list::give_back_all_but(this_thread_submitter);
}

void submitter::wait_until_none_is_in(const void* pool) noexcept {
  submitter_list::for_each([pool](submitter& s) {
    if (s.pool_.protects(pool)) {
      const std::lock_guard one_at_a_time(locks.ending_pools);
      thread_parker& parker = thread_parker::acquire();
      s.pool_.wait_until_released(pool, parker);
      thread_parker::release(parker);
    }
  });
}

}  // namespace filch::inline v0::detail
