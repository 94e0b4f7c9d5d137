// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/detail/base/mutex.hpp>

namespace filch::inline v0::detail {

/// All mutexes that belong to no object, in the order in which a thread may take one while it holds another. The
/// handlers of fork() take all of them (pool_fork.cpp). So what they guard is whole in the child, and none is locked
/// there by a thread that the child does not have.
struct process_locks {
  mutex default_pool;
  mutex pools;
  mutex ending_pools;  // of those who wait for the submitters of a pool that ends
  mutex submitters;
  mutex caches;
  mutex slabs;
  mutex parkers;
  mutex errors;
  mutex pool_errors;

  void lock_all() noexcept;
  void unlock_all() noexcept;
};

extern constinit process_locks locks;

}  // namespace filch::inline v0::detail
