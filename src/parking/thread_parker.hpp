// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "parking/parker.hpp"

namespace filch::inline v0::detail {

/// The parker of one thread, for waits that end with a latch. Its memory is recycled but never freed, so a late unpark
/// touches live memory; the thread that has the parker by then sees a token for nothing and checks its condition again.
class thread_parker : public native_parker {
 public:
  /// The calling thread's own.
  [[nodiscard]] static thread_parker& mine();

  /// One for somebody who lives shorter or longer than a thread. Throws std::bad_alloc.
  [[nodiscard]] static thread_parker& acquire();
  static void release(thread_parker& p) noexcept;

 private:
  friend class parker_registry;
  thread_parker* next_free_ = nullptr;
};

}  // namespace filch::inline v0::detail
