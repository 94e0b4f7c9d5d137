// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <omp.h>

#include <cstddef>
#include <utility>

namespace filch_bench {

/// OpenMP tasks: a parallel region of n threads, the caller among them, is the pool; one of them
/// runs the root. A region takes no tasks from outside.
class openmp_pool {
 public:
  static constexpr const char* name = "openmp";
  static constexpr bool is_serial = false;
  static constexpr bool accepts_outside = false;
  static constexpr bool forks = true;
  static constexpr bool frees_joined_forks = true;

  explicit openmp_pool(std::size_t threads);
  openmp_pool(const openmp_pool&) = delete;
  openmp_pool& operator=(const openmp_pool&) = delete;
  ~openmp_pool();

  /// The region's end waits for all tasks.
  template <class F>
  void run(F&& f) {
#pragma omp parallel num_threads(threads_)
#pragma omp single nowait
    f();
  }

  /// Inside of run() only.
  template <class F>
  void execute(F&& f) {
    auto callable = std::forward<F>(f);
#pragma omp task firstprivate(callable)
    callable();
  }

  template <class F, class G>
  void fork_join(F&& f, G&& g) {
#pragma omp task shared(g)
    g();
    f();
#pragma omp taskwait
  }

  template <class F>
  void parallel_for(std::size_t first, std::size_t last, F&& f) {
    const int chunk = chunk_of(last - first);
#pragma omp parallel for num_threads(threads_) schedule(nonmonotonic : dynamic, chunk)
    for (std::size_t i = first; i < last; ++i) {
      f(i);
    }
  }

  class group {
   public:
    explicit group(openmp_pool& pool) : pool_(pool) {}

    template <class F>
    void run(F&& f) {
      pool_.execute(std::forward<F>(f));
    }

    void wait() {
#pragma omp taskwait
    }

   private:
    openmp_pool& pool_;
  };

 private:
  /// As many chunks a thread as the other pools make.
  [[nodiscard]] int chunk_of(std::size_t size) const;

  int threads_;
};

}  // namespace filch_bench
