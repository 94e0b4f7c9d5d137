// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/placement.hpp"

#include <filch/fork_join.hpp>
#include <filch/parallel_for.hpp>
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>

#include <cstddef>
#include <utility>

namespace filch_bench {

class filch_pool {
 public:
  static constexpr const char* name = "filch";
  static constexpr bool is_serial = false;
  static constexpr bool accepts_outside = true;
  static constexpr bool forks = true;
  static constexpr bool frees_joined_forks = true;

  explicit filch_pool(std::size_t threads, filch::waiting waiting = filch::waiting::descendants)
      : pool_(filch::pool_options{
            .threads = threads,
            .waiting = waiting,
            .on_thread_start = [](std::size_t index) { place_thread(index + 1); },
        }) {}

  template <class F>
  void execute(F&& f) {
    pool_.execute(std::forward<F>(f));
  }

  void wait_idle() { pool_.wait_idle(); }

  template <class F>
  void run(F&& f) {
    pool_.invoke(std::forward<F>(f));
  }

  template <class F, class G>
  FILCH_INLINE void fork_join(F&& f, G&& g) {  // a program calls it without this call between
    filch::fork_join(std::forward<F>(f), std::forward<G>(g));
  }

  template <class F>
  void parallel_for(std::size_t first, std::size_t last, F&& f) {
    filch::parallel_for(pool_, first, last, std::forward<F>(f));
  }

  class group {
   public:
    explicit group(filch_pool& pool) : group_(pool.pool_) {}

    template <class F>
    void run(F&& f) {
      group_.run(std::forward<F>(f));
    }

    void wait() { group_.wait(); }

   private:
    filch::task_group group_;
  };

 protected:
  [[nodiscard]] filch::thread_pool& pool() noexcept { return pool_; }

 private:
  filch::thread_pool pool_;
};

/// The same, but a task that waits runs anything meanwhile, as in other pools.
class filch_any_pool : public filch_pool {
 public:
  static constexpr const char* name = "filch_any";

  explicit filch_any_pool(std::size_t threads) : filch_pool(threads, filch::waiting::any) {}
};

}  // namespace filch_bench
