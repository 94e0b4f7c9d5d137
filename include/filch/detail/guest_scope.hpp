// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/config.hpp>

namespace filch::inline v0::detail {

class fork_host;
class pool_state;
class worker;

/// While a thread that is no worker of the pool takes part in it: its forks can be stolen, and it helps where it waits.
class FILCH_EXPORT guest_scope {
 public:
  /// Throws pool_closed, usage_error in a fork child.
  explicit guest_scope(pool_state& pool);
  ~guest_scope();
  guest_scope(const guest_scope&) = delete;
  guest_scope& operator=(const guest_scope&) = delete;

  /// False if the pool has no place left; then the thread is what it was.
  [[nodiscard]] bool entered() const noexcept { return place_ != nullptr; }

 private:
  worker* place_;
  fork_host* outer_host_ = nullptr;
  pool_state* outer_pool_ = nullptr;
};

}  // namespace filch::inline v0::detail
