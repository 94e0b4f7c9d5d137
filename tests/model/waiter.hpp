// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/detail/parking/latch.hpp>

#include "explorer/policy.hpp"
#include "src/parking/parker.hpp"

namespace filch_model {

using parker = filch::detail::basic_parker<policy>;

/// What a latch unparks.
struct waiter {
  using type = parker;
  static void unpark(type& p) noexcept { p.unpark(); }
};

using latch = filch::detail::basic_latch<policy, waiter>;

}  // namespace filch_model
