// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/queues/inbox.hpp>

namespace filch::inline v0::detail {

/// What a thread from outside does between its admission and the end of its submission. The models run the same source.
///
/// A task that was pushed may bring the pool to its end at once. So the submitter's hazard protects the pool's memory
/// until the look for sleepers is over. `me` points to the submitter, which has pool(), a basic_hazard, and patience();
/// the pool has wake_one(patience). Nobody is woken for a chain that a closed inbox refuses.
template <inbox_close Close = inbox_close::respected, class Submitter, class Pool, class Inbox, class Job>
[[nodiscard]] FILCH_INLINE inbox_push push_and_wake(const Submitter& me, Pool& pool, Inbox& in, Job& newest,
                                                    Job& oldest) noexcept {
  me->pool().protect(&pool);
  const inbox_push pushed = in.template push_chain<Close>(&newest, &oldest);
  if (pushed == inbox_push::accepted) {
    pool.wake_one(me->patience());
  }
  me->pool().release();
  return pushed;
}

/// The same for a thread from inside, which is `mine`. It needs no hazard pointer, because a pool does not end before
/// its workers and guests have left.
template <class Worker, class Job>
FILCH_INLINE void push_inside_and_wake(Worker& mine, Job& j) noexcept {
  mine.local().push_task(j);
  mine.team().wake_one_for(mine);
}

/// The same for a task for which somebody will wait, who helps with it if nobody else does.
template <class Worker, class Job>
void push_child_and_wake(Worker& mine, Job& j) noexcept {
  mine.local().push_child(j);
  mine.team().wake_helper_for(mine);
}

}  // namespace filch::inline v0::detail
