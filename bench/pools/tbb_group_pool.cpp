// SPDX-License-Identifier: BSL-1.0
#include "pools/tbb_group_pool.hpp"

#include <stdexcept>

namespace filch_bench {

tbb_group_pool::tbb_group_pool(std::size_t threads)
    : limit_(tbb::global_control::max_allowed_parallelism, threads + 1) {
  for (std::size_t i = 0; i < most_outside; ++i) {
    outside_.emplace_back(threads);
  }
}

tbb_group_pool::outside_arena& tbb_group_pool::take_outside_arena() {
  for (outside_arena& each : outside_) {
    // [BO2] acquire: comes after the last user. Pairs with [BO1].
    if (!each.taken.exchange(true, std::memory_order_acquire)) {
      return each;
    }
  }
  throw std::runtime_error("more outside threads than the TBB adapter has arenas");
}

}  // namespace filch_bench
