// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/detail/base/compiler.hpp>
#include <filch/this_worker.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0::detail {

/// The pool that an algorithm uses when none is named.
[[nodiscard]] FILCH_LOCAL inline thread_pool& pool_for_loop() {
  thread_pool* const mine = this_worker::pool();
  return mine != nullptr ? *mine : default_pool();
}

}  // namespace filch::inline v0::detail
