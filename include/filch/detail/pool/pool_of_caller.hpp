// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/detail/base/compiler.hpp>
#include <filch/this_worker.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0::detail {

/// The pool that is used when none is named: the one that the calling thread is inside of, elsewhere default_pool().
[[nodiscard]] FILCH_LOCAL inline thread_pool& pool_of_caller() {
  thread_pool* const mine = this_worker::pool();
  return mine != nullptr ? *mine : default_pool();
}

}  // namespace filch::inline v0::detail
