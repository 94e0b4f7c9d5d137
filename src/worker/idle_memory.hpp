// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <mutex>

#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

/// Decides who may touch what a worker's thread keeps for later bursts: the thread itself while it is awake, and a
/// thread that trims the pool while the worker sleeps (docs/design/memory.md, "Trimming"). The cache of blocks belongs
/// to the thread. It is handed on to another thread when this one has ended, and from then on nobody trims it by way of
/// this worker. The models run the same source.
template <class Cache, class Mutex, concurrency_policy Policy = native_policy>
class basic_idle_memory {
  template <class T>
  using plain = typename Policy::template plain<T>;

 public:
  basic_idle_memory() = default;
  basic_idle_memory(const basic_idle_memory&) = delete;
  basic_idle_memory& operator=(const basic_idle_memory&) = delete;

  /// For the worker's thread: it begins to work; and it is about to end.
  void begin() noexcept { awake_.lock(); }
  void end() noexcept {
    cache_.set(nullptr);
    awake_.unlock();
  }

  /// For the worker's thread, before it sleeps. `mine` is its cache, or null. Calls `trim(cache)` if more trims have
  /// been asked for than at the last time.
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

  /// For any thread: calls `trim(cache)` if the worker sleeps. If the worker wakes up meanwhile it waits for the end of
  /// the trim.
  template <class Trim>
  void trim_if_asleep(std::uint32_t trims_asked, Trim trim) noexcept {
    if (const std::unique_lock asleep(awake_, std::try_to_lock); asleep) {
      trims_.set(trims_asked);
      trim(cache_.get());
    }
  }

 private:
  Mutex awake_;  // held by the worker's thread except while it sleeps; the holder may act as the owner
  // Guarded by awake_, as the next; from the thread's first sleep to the end of its loop.
  plain<Cache*> cache_{nullptr};
  plain<std::uint32_t> trims_{0};  // how many had been asked for when it was trimmed last
};

}  // namespace filch::inline v0::detail
