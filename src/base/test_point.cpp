// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

#if FILCH_POINTS
atomic<test_point_hook>& installed_test_point_hook() noexcept {
  static constinit atomic<test_point_hook> hook{nullptr};
  return hook;
}
#endif

}  // namespace filch::inline v0::detail
