// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/detail/base/mutex.hpp>

namespace filch::inline v0::detail {

struct job;
class peer;
class pool_state;

/// How a thread that is no worker of a pool discards its tasks. Their destructors are user code, which may use the
/// pool: the thread is inside of the pool meanwhile.
class discards {
 public:
  explicit discards(pool_state& pool) noexcept : pool_(pool) {}

  /// Discards what lies in the queues.
  void discard_queued() noexcept;
  /// For a thread that is inside already: discards jobs that are linked by `next`, and that nobody else has.
  void discard_chain(job* first) noexcept;

 private:
  void discard_all() noexcept;
  [[nodiscard]] job* take(peer& from) noexcept;

  pool_state& pool_;
  mutex one_at_a_time_;  // for the hazard flag that all such threads have in common
};

}  // namespace filch::inline v0::detail
