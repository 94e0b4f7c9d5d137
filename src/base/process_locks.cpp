// SPDX-License-Identifier: BSL-1.0
#include "base/process_locks.hpp"

namespace filch::inline v0::detail {

constinit process_locks locks;

void process_locks::lock_all() noexcept {
  default_pool.lock();
  pools.lock();
  ending_pools.lock();
  submitters.lock();
  caches.lock();
  slabs.lock();
  parkers.lock();
  errors.lock();
  pool_errors.lock();
}

void process_locks::unlock_all() noexcept {
  pool_errors.unlock();
  errors.unlock();
  parkers.unlock();
  slabs.unlock();
  caches.unlock();
  submitters.unlock();
  ending_pools.unlock();
  pools.unlock();
  default_pool.unlock();
}

}  // namespace filch::inline v0::detail
