// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/cache_line.hpp>

#include "parking/wakeups.hpp"
#include "queues/hazard_flag.hpp"
#include "worker/extra_slots.hpp"
#include "worker/guest_cpu.hpp"
#include "worker/worker.hpp"

namespace filch::inline v0::detail {

/// Starts the threads of a team: its pool.
class spare_source {
 public:
  /// Starts a spare, if there is a core that nobody holds, and nobody sleeps who could take it. Returns: whether the
  /// system has refused one that is wanted. A thread that is about to sleep calls it again after `spare_retry`, for the
  /// system may give one then.
  virtual bool provide_sleeper() noexcept = 0;

 protected:
  ~spare_source() = default;
};

/// What the workers of a pool know of each other and of their pool: who there is, who sleeps, and what the pool wants
/// of them. It is a part of the pool's state, and lives as long.
class team : public basic_wakeups<team> {
 public:
  using extra_slots = basic_extra_slots<worker>;
  static_assert(extra_slots::max_guests <= sleep_word::max_guests);
  static constexpr std::chrono::milliseconds spare_retry{10};

  struct settings {
    std::size_t workers;
    std::size_t max_spares;
    std::chrono::nanoseconds spin;  ///< how long a worker without work searches
    bool takes_any;                 ///< whether a worker that waits runs any task, or only what it waits for
  };

  /// It has no workers yet: `add` them before the first thread starts.
  team(const settings& s, spare_source& spares);
  ~team();

  void add(std::unique_ptr<worker> w);

  /// The workers, with the indices below that.
  [[nodiscard]] std::size_t size() const noexcept { return workers_.size(); }
  /// The workers and the slots of guests and spares.
  [[nodiscard]] std::size_t slots() const noexcept { return size() + extra_slots_.made(); }
  [[nodiscard]] std::size_t max_slots() const noexcept { return size() + extra_slots_.max_count(); }
  [[nodiscard]] worker& at(std::size_t index) const noexcept {
    return index < size() ? *workers_[index] : extra_slots_.at(index - size());
  }
  [[nodiscard]] extra_slots& extra() noexcept { return extra_slots_; }

  /// Whether work from outside is refused.
  [[nodiscard]] bool is_closed() const noexcept { return at(0).in(0).closed(); }

  [[nodiscard]] guest_cpu& cpu_of_guest() noexcept { return guest_cpu_; }
  /// Whether a guest, or the caller, runs on the worker's only CPU.
  [[nodiscard]] bool is_displaced(std::size_t index) const noexcept {
    return guest_cpu_.is_taken_or_here(at(index).cpu());
  }
  /// For the worker's own thread: whether a guest runs on its only CPU, and not on that of the next sleeper, so that
  /// this one would be woken if the worker went to sleep.
  [[nodiscard]] bool should_be_replaced(std::size_t index) noexcept {
    if (!guest_cpu_.is_taken(at(index).cpu())) {
      return false;
    }
    const auto next = sleepers().next();
    return next && !guest_cpu_.is_taken(at(*next).cpu());
  }

  /// For a worker or spare: see spare_source.
  bool provide_sleeper() noexcept { return spares_.provide_sleeper(); }

  [[nodiscard]] std::uint32_t search_cap() const noexcept { return search_cap_; }
  [[nodiscard]] bool takes_any() const noexcept { return takes_any_; }

  // relaxed, both: each value stands alone.
  [[nodiscard]] std::chrono::nanoseconds spin() const noexcept {
    return std::chrono::nanoseconds{spin_.load(std::memory_order_relaxed)};
  }
  void set_spin(std::chrono::nanoseconds spin) noexcept { spin_.store(spin.count(), std::memory_order_relaxed); }

  // relaxed, both: each task is run or discarded by what its worker happens to read; one that is run a moment too late
  // is run as one of before.
  [[nodiscard]] bool discarding() const noexcept { return discarding_.load(std::memory_order_relaxed); }
  void begin_discarding() noexcept { discarding_.store(true, std::memory_order_relaxed); }

  /// Asks all workers to give memory of past bursts back: those that sleep now, the others before they sleep next.
  void ask_for_trim() noexcept;
  [[nodiscard]] std::uint32_t trims_asked() const noexcept {
    // relaxed: a worker that reads it late gives its memory back the next time.
    return trims_asked_.load(std::memory_order_relaxed);
  }

  /// Set while a thread from outside reads the queues to discard what lies there.
  [[nodiscard]] hazard_flag& discarder_reading() noexcept { return discarder_reading_; }
  /// Whether nobody reads a ring that was retired before the call. Makes sure of it by a heavy barrier.
  [[nodiscard]] bool nobody_reads_queues() noexcept;

 private:
  extra_slots extra_slots_;
  std::vector<std::unique_ptr<worker>> workers_;
  spare_source& spares_;
  detail::atomic<std::int64_t> spin_;
  detail::atomic<bool> discarding_{false};
  const bool takes_any_;
  detail::atomic<std::uint32_t> trims_asked_{0};
  const std::uint32_t search_cap_;
  hazard_flag discarder_reading_;
  // Guests write it, beside nothing that all others read.
  alignas(cache_line_size) guest_cpu guest_cpu_;
};

}  // namespace filch::inline v0::detail
