// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/cache_line.hpp>
#include <filch/detail/queues/inbox.hpp>

namespace filch::inline v0::detail {

/// Where outside threads submit to one worker: a few inboxes, over which the threads are spread, so that fewer threads
/// push at the same place. A thread stays with one inbox, so its tasks stay in order. The inboxes are emptied in turn,
/// so that none waits longer than one round.
template <class Job, concurrency_policy Policy, std::size_t Count>
class basic_inboxes {
 public:
  using inbox_type = inbox<Job, Policy>;

  /// Any `which`; the same for the same thread.
  [[nodiscard]] inbox_type& of(std::size_t which) noexcept { return in_[which % Count]; }

  /// As inbox::drain, of the first after the one emptied last that has something. O(Count).
  [[nodiscard]] Job* drain() noexcept {
    // relaxed, this and the store: a hint.
    const std::size_t first = next_.load(std::memory_order_relaxed);
    for (std::size_t i = first; i != first + Count; ++i) {
      if (Job* const newest = of(i).drain()) {
        next_.store((i + 1) % Count, std::memory_order_relaxed);
        return newest;
      }
    }
    return nullptr;
  }

  /// As inbox::empty, of all.
  [[nodiscard]] bool empty() const noexcept {
    return std::all_of(in_.begin(), in_.end(), [](const inbox_type& in) { return in.empty(); });
  }

  /// Refuses pushes from now on. What was accepted before stays.
  void close() noexcept {
    for (inbox_type& in : in_) {
      in.close();
    }
  }

 private:
  std::array<inbox_type, Count> in_;
  alignas(cache_line_size) typename Policy::template atomic<std::size_t> next_{0};
};

}  // namespace filch::inline v0::detail
