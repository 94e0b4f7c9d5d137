// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <span>
#include <string>

#if !defined(_WIN32)
#include <pthread.h>
#endif

namespace filch::inline v0::detail {

/// A thread with a stack size, which std::thread does not offer.
class native_thread {
 public:
  /// Starts `body(argument)`. Throws std::system_error if the system refuses. `stack_size` 0 means the default.
  native_thread(void (*body)(void*) noexcept, void* argument, std::size_t stack_size);
  native_thread(native_thread&& other) noexcept;
  native_thread(const native_thread&) = delete;
  native_thread& operator=(const native_thread&) = delete;
  native_thread& operator=(native_thread&&) = delete;
  ~native_thread();  ///< the thread must have been joined or detached

  void join() noexcept;
  void detach() noexcept;

 private:
#if !defined(_WIN32)
  pthread_t thread_{};
  bool joinable_ = false;
#else
  void* thread_ = nullptr;  // a handle
#endif
};

/// Names the calling thread for debuggers, as far as the system can. Of a name that is too long the end of `name` is
/// cut off. Throws std::bad_alloc.
void name_this_thread(const std::string& name, const std::string& number);

/// What is left of the two in `room` bytes. Nothing is left of half a character (UTF-8).
[[nodiscard]] std::string shortened(const std::string& name, const std::string& number, std::size_t room);

/// Binds the calling thread to some CPUs, at least one; does nothing where the system cannot.
void bind_this_thread(std::span<const int> cpus) noexcept;

}  // namespace filch::inline v0::detail
