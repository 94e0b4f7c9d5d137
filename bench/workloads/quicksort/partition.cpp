// SPDX-License-Identifier: BSL-1.0
#include "workloads/quicksort/quicksort.hpp"

namespace filch_bench {

std::size_t partition_around_median(std::span<std::uint32_t> values) {
  std::uint32_t& first = values.front();
  std::uint32_t& middle = values[values.size() / 2];
  std::uint32_t& last = values.back();
  const std::uint32_t pivot = std::max(std::min(first, middle), std::min(std::max(first, middle), last));

  // Hoare's partition: everything left of `low` is at most the pivot, everything from it on at least.
  std::size_t low = 0;
  std::size_t high = values.size() - 1;
  for (;;) {
    while (values[low] < pivot) {
      ++low;
    }
    while (values[high] > pivot) {
      --high;
    }
    if (low >= high) {
      return std::clamp<std::size_t>(high + 1, 1, values.size() - 1);
    }
    std::swap(values[low++], values[high--]);
  }
}

}  // namespace filch_bench
