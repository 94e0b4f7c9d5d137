// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <mutex>

#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

/// Who may touch what a worker's thread keeps for later bursts: the thread itself while it is awake, and whoever trims
/// the pool while the thread sleeps (docs/design/memory.md, "Trimming"). The cache of blocks is the thread's own: it is
/// handed on to another thread when this one has ended, and nobody trims it from here from then on. The models run the
/// same source.
template <class Cache, class Mutex, class Policy = native_policy>
class basic_idle_memory {
  template <class T>
  using plain = typename Policy::template plain<T>;

 public:
  basic_idle_memory() = default;
  basic_idle_memory(const basic_idle_memory&) = delete;
  basic_idle_memory& operator=(const basic_idle_memory&) = delete;

  /// Own thread: it begins to work, and is about to end.
  void begin() noexcept { awake_.lock(); }
  void end() noexcept {
    cache_.set(nullptr);
    awake_.unlock();
  }

  /// Own thread, before it sleeps: `mine` is its cache, or null. Calls `trim(cache)` if that is the first time that so
  /// many trims have been asked for.
  template <class Trim>
  void fall_asleep(Cache* mine, std::uint32_t trims_asked, Trim trim) noexcept {
    cache_.set(mine);
    if (trims_asked != trims_.get()) {
      trims_.set(trims_asked);
      trim(mine);
    }
    awake_.unlock();
  }
  void wake_up() noexcept { awake_.lock(); }

  /// Any thread: calls `trim(cache)` if the worker sleeps. The worker waits for that when it wakes up.
  template <class Trim>
  void trim_if_asleep(std::uint32_t trims_asked, Trim trim) noexcept {
    if (const std::unique_lock asleep(awake_, std::try_to_lock); asleep) {
      trims_.set(trims_asked);
      trim(cache_.get());
    }
  }

 private:
  Mutex awake_;  // held by the worker's thread except while it sleeps
  // Guarded by awake_, as the next; from the thread's first sleep to the end of its loop.
  plain<Cache*> cache_{nullptr};
  plain<std::uint32_t> trims_{0};  // how many had been asked for when it was trimmed last
};

}  // namespace filch::inline v0::detail
