// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "parking/parker.hpp"

namespace filch::inline v0::detail {

/// The parker of one thread, for waits that end with a latch. Parkers are used again and never freed, so a late unpark
/// touches memory that is alive. The thread that has the parker by then gets a token for nothing, and checks its
/// condition again.
class thread_parker : public native_parker {
 public:
  /// The calling thread's own. Not while its thread_local objects are destroyed.
  [[nodiscard]] static thread_parker& mine();

  /// A parker for an object that lives shorter or longer than a thread. Throws std::bad_alloc.
  [[nodiscard]] static thread_parker& acquire();
  static void release(thread_parker& p) noexcept;

 private:
  friend class parker_registry;
  thread_parker* next_free_ = nullptr;
};

/// The calling thread's parker for one wait: its own, or a borrowed one while its thread_local objects are destroyed.
class parker_for_wait {
 public:
  /// Throws std::bad_alloc.
  parker_for_wait();
  ~parker_for_wait();
  parker_for_wait(const parker_for_wait&) = delete;
  parker_for_wait& operator=(const parker_for_wait&) = delete;

  [[nodiscard]] thread_parker& get() const noexcept { return parker_; }

 private:
  const bool is_borrowed_;
  thread_parker& parker_;
};

}  // namespace filch::inline v0::detail
