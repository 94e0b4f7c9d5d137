// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/mutex.hpp>
#include <filch/pool_options.hpp>

#include "os/topology.hpp"
#include "pool/thread_list.hpp"
#include "worker/team.hpp"
#include "worker/worker.hpp"

namespace filch::inline v0::detail {

class pool_state;

/// The serial number of the pool whose worker the calling thread was, after the thread has left it. The address of the
/// pool is not enough, because another pool may have it by then.
extern constinit thread_local std::uint64_t serial_of_ended_loop;

/// The threads of a pool: those of its workers, and spares (docs/design/guests-and-spares.md, "Spares"). Each holds a
/// reference to the pool until it has ended.
class pool_threads final : private spare_source {
 public:
  /// `team` and `options` need not be complete yet.
  pool_threads(pool_state& pool, detail::team& team, const pool_options& options) noexcept
      : pool_(pool), team_(team), options_(options) {}

  [[nodiscard]] spare_source& spares() noexcept { return *this; }

  /// Chooses the CPUs of so many workers. Returns where these CPUs are, one for each worker, or nothing if the threads
  /// are not bound.
  [[nodiscard]] std::vector<cpu_location> choose_cpus(std::size_t workers);
  /// Starts a thread for each worker of the team. Throws as native_thread, std::bad_alloc; the workers that have no
  /// thread then are idle.
  void start_all();
  /// Blocks until all threads have ended, also those that are started meanwhile.
  void join() noexcept { threads_.join(); }
  /// For a pool whose threads nobody will join.
  void detach() noexcept { threads_.detach(); }

 private:
  /// Where the worker is bound.
  [[nodiscard]] int cpu_of(std::size_t index, std::size_t workers) const noexcept;
  void start(worker& w);
  static void thread_main(void* w) noexcept;
  void run(worker& w) noexcept;
  void set_up(std::uint32_t index) noexcept;
  template <class Hook>
  void call_hook(const Hook& h, std::size_t index) noexcept;
  bool provide_sleeper() noexcept override;
  [[nodiscard]] worker* unstarted_spare() noexcept;
  [[nodiscard]] bool is_spare_refused() const noexcept;

  pool_state& pool_;
  detail::team& team_;
  const pool_options& options_;
  std::vector<int> cpus_;  // empty if the threads are not bound
  thread_list threads_;
  mutex starting_spare_;
  worker* unstarted_spare_ = nullptr;  // guarded by starting_spare_: made, and has no thread
  detail::atomic<steady_clock::rep> spare_refused_until_{0};  // 0: the system has not refused the last one
};

}  // namespace filch::inline v0::detail
