// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <memory>

#include <filch/config.hpp>
#include <filch/detail/inside_scope.hpp>

namespace filch::inline v0::detail {

class worker;

/// While a thread that is no worker of the pool takes part in it: its forks can be stolen, and it helps where it waits. If the
/// pool has as many guests as it has places for, the thread becomes a lone guest, whose forks nobody steals.
class FILCH_EXPORT guest_scope {
 public:
  /// Throws pool_closed, usage_error in a fork child, std::bad_alloc.
  explicit guest_scope(pool_state& pool);
  ~guest_scope();  ///< what the thread leaves behind goes to the workers
  guest_scope(const guest_scope&) = delete;
  guest_scope& operator=(const guest_scope&) = delete;

  /// Whether others can steal from it.
  [[nodiscard]] bool is_listed() const noexcept;

 private:
  struct leaver {
    void operator()(worker* place) const noexcept;
  };

  std::unique_ptr<worker, leaver> place_;  // left after the scope below
  const inside_scope inside_;
};

}  // namespace filch::inline v0::detail
