// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <filch/config.hpp>

namespace filch::inline v0 {

/// For code in a task that blocks on something else than filch: a device, a condition variable, another library. As
/// long as the object lives, every pool that the calling thread is inside of uses the thread's core for other tasks: a
/// sleeping worker takes it, or a spare thread, which is made if need be. What the thread has submitted and not begun
/// can be taken by others.
///
/// At most `pool_options::max_spares` threads are made. Beyond that the core stays idle, and queued tasks wait until a
/// thread comes free; if all threads of a pool block for what only a queued task would do, that task never starts. The
/// same holds if the system refuses the thread: a region does not ask twice. Another task that waits or blocks 10 ms
/// later or more asks for it again.
///
/// The thread may use filch meanwhile, and regions nest. When the object goes the thread goes on at once, also while a
/// spare runs. On a thread that is inside of no pool it does nothing.
///
/// An object belongs to the frame where it was made: it cannot be copied, moved or allocated.
class FILCH_EXPORT blocking_region {
 public:
  blocking_region() noexcept;
  ~blocking_region();
  blocking_region(const blocking_region&) = delete;
  blocking_region& operator=(const blocking_region&) = delete;
  static void* operator new(std::size_t) = delete;
  static void* operator new[](std::size_t) = delete;
};

/// Calls `f` in a blocking_region. Returns: what `f` returns. Throws: what `f` throws.
template <std::invocable F>
FILCH_LOCAL std::invoke_result_t<F> blocking(F&& f) {
  const blocking_region others_run;
  return std::forward<F>(f)();
}

}  // namespace filch::inline v0
