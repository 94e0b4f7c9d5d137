// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace filch_bench {

/// Runs `submit` on this outside thread, which is about to execute() many tasks. A pool to which
/// each single submission would be costly (oneTBB enters an arena) has a member for it.
template <class Pool, class Submit>
void from_outside(Pool& pool, Submit submit) {
  if constexpr (requires { pool.from_outside(submit); }) {
    pool.from_outside(submit);
  } else {
    submit();
  }
}

}  // namespace filch_bench
