// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/config.hpp>

namespace filch::inline v0::detail {

/// For a loop of few elements, on a worker or guest. As long as it exists, and for a microsecond at most, workers that
/// search for work leave the forks of the calling thread alone: a theft takes longer than the loop if the elements are
/// small, and it hardly matters later if they are large. It is a hint. It does nothing if other forks of this thread
/// can be stolen already.
class FILCH_EXPORT held_forks {
 public:
  held_forks() noexcept;
  ~held_forks();
  held_forks(const held_forks&) = delete;
  held_forks& operator=(const held_forks&) = delete;

 private:
  bool holds_ = false;
};

}  // namespace filch::inline v0::detail
