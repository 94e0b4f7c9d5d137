// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/loop/bounds.hpp>

#include <filch/errors.hpp>

namespace filch::inline v0::detail {

void throw_bound_does_not_fit() {
  throw usage_error(
      "filch: the type that the bounds of a parallel loop have in common cannot hold one of them (is it negative, and "
      "the other of an unsigned type?), or the number of elements is no std::size_t");
}

}  // namespace filch::inline v0::detail
