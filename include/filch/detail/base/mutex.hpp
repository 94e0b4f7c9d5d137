// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <mutex>

#include <filch/config.hpp>

#if FILCH_CONTROLLED
#include <controlled/primitives.hpp>
#endif

namespace filch::inline v0::detail {

// The mutex of the slow paths; see atomic.hpp.
#if FILCH_CONTROLLED
using controlled::mutex;
#elif defined(_WIN32)
// On Windows some standard libraries construct a std::mutex at run time and destroy it at the end of the process. The
// mutexes of the process must exist before that and after it.
class FILCH_EXPORT mutex {
 public:
  constexpr mutex() noexcept = default;
  mutex(const mutex&) = delete;
  mutex& operator=(const mutex&) = delete;

  void lock() noexcept;
  void unlock() noexcept;
  [[nodiscard]] bool try_lock() noexcept;

 private:
  void* word_ = nullptr;  // an SRWLOCK
};
#else
using mutex = std::mutex;
#endif

}  // namespace filch::inline v0::detail
