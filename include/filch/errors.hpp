// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <stdexcept>

#include <filch/config.hpp>

namespace filch::inline v0 {

/// The pool takes no new work: it was closed, or is being destroyed.
class FILCH_EXPORT pool_closed : public std::runtime_error {
 public:
  pool_closed();
  ~pool_closed() override;
};

/// The bound `max_pending` is reached and `on_full` is `reject`.
class FILCH_EXPORT pool_full : public std::runtime_error {
 public:
  pool_full();
  ~pool_full() override;
};

/// The task was cancelled or discarded before it started.
class FILCH_EXPORT task_cancelled : public std::runtime_error {
 public:
  task_cancelled();
  ~task_cancelled() override;
};

namespace detail {
/// One to copy: that needs no memory for its text. Made at the first call, which throws std::bad_alloc if it cannot; a
/// pool's constructor calls it.
[[nodiscard]] FILCH_EXPORT const task_cancelled& task_cancelled_to_copy();
}  // namespace detail

/// A mistake of the caller, such as a second join or a wait for oneself. what() says which.
class FILCH_EXPORT usage_error : public std::logic_error {
 public:
  using std::logic_error::logic_error;
  ~usage_error() override;
};

/// What became of a submission.
enum class submit_status : unsigned char {
  accepted,  ///< it will run exactly once, unless it is discarded by a shutdown
  full,      ///< `max_pending` is reached
  closed,    ///< the pool takes no new work
  forked,    ///< this process is a child of fork(): it has no worker threads
};

}  // namespace filch::inline v0
