// SPDX-License-Identifier: BSL-1.0
#include "pools/openmp_pool.hpp"

#include "support/placement.hpp"

#include <algorithm>

namespace filch_bench {

openmp_pool::openmp_pool(std::size_t threads) : threads_(static_cast<int>(threads)) {
#pragma omp parallel num_threads(threads_)
  place_thread(static_cast<std::size_t>(omp_get_thread_num()));
}

openmp_pool::~openmp_pool() {
  // Ends the runtime's threads, which would spin or sleep on while the other pools are measured.
  static_cast<void>(omp_pause_resource_all(omp_pause_hard));
}

int openmp_pool::chunk_of(std::size_t size) const {
  constexpr std::size_t chunks_per_thread = 32;
  return static_cast<int>(std::max<std::size_t>(1, size / (static_cast<std::size_t>(threads_) * chunks_per_thread)));
}

}  // namespace filch_bench
