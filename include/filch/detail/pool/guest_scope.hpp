// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <memory>

#include <filch/config.hpp>
#include <filch/detail/base/inside_scope.hpp>
#include <filch/detail/base/tsan.hpp>
#include <filch/detail/pool/submit.hpp>

namespace filch::inline v0::detail {

class worker;

/// As long as it exists, a thread that is no worker of the pool takes part in it: its forks can be stolen, and it helps
/// where it waits. If the pool has as many guests as it has slots for, the thread becomes a lone guest, whose forks
/// nobody steals. A thread that is inside already, and has entered another pool since, goes on as what it is in this
/// pool.
class FILCH_EXPORT guest_scope {
 public:
  /// Throws pool_closed, std::bad_alloc, and usage_error in a child of fork().
  explicit guest_scope(pool_state& pool);
  ~guest_scope();  ///< what the thread leaves behind goes to the workers
  guest_scope(const guest_scope&) = delete;
  guest_scope& operator=(const guest_scope&) = delete;

  /// Whether others can steal from it.
  [[nodiscard]] bool is_listed() const noexcept;
  /// An object in the pool that only one thread has at a time.
  [[nodiscard]] const void* slot() const noexcept { return inside_.host(); }

 private:
  struct leaver {
    void operator()(worker* slot) const noexcept;
  };

  std::unique_ptr<worker, leaver> slot_;  // of a guest; left after the scope below
  const inside_scope inside_;
};

/// For ThreadSanitizer: a guest's visit, in a slot of the pool where others were guests before.
struct FILCH_LOCAL tsan_visit {
#if defined(FILCH_TSAN)
  explicit tsan_visit(const guest_scope& guest) noexcept : slot_(guest.slot()) { tsan_acquire(slot_); }
  ~tsan_visit() {
    tsan_release_pool();
    tsan_release(slot_);
  }
  const void* slot_;
#else
  explicit tsan_visit(const guest_scope& /*guest*/) noexcept {}
#endif
};

}  // namespace filch::inline v0::detail
