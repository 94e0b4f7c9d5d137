// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <utility>

namespace filch::inline v0::detail {

/// Reverses a chain of jobs that are linked by `next`. Returns its new first job.
template <class Job>
[[nodiscard]] Job* reverse_chain(Job* first) noexcept {
  Job* turned = nullptr;
  while (first != nullptr) {
    Job* const next = std::exchange(first->next, turned);
    turned = std::exchange(first, next);
  }
  return turned;
}

}  // namespace filch::inline v0::detail
