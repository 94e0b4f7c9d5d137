// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <utility>

#include <filch/join_handle.hpp>
#include <filch/thread_pool.hpp>

namespace filch_test {

/// Calls `f` on one of the pool's own threads, where `invoke` would call it on this one as a guest.
template <class F>
auto on_worker(filch::thread_pool& pool, F&& f) {
  return pool.spawn(std::forward<F>(f)).join();
}

}  // namespace filch_test
