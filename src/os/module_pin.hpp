// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace filch::inline v0::detail {

/// Keeps the module loaded that this code lies in: a program that calls dlclose() unloads it only afterwards. Does
/// nothing for the program itself, and where the system is not glibc's.
///
/// A pool has one as long as it may have threads. It is the pool that has it, and not each of its threads, because a
/// thread that has just been started may be late: the module must not go before the thread's first instruction.
class module_pin {
 public:
  module_pin() noexcept;
  /// The calling thread may be in this module's code, so the module stays until that thread ends too.
  ~module_pin();
  module_pin(const module_pin&) = delete;
  module_pin& operator=(const module_pin&) = delete;

  /// The module is not unloaded any more.
  void keep_for_good() noexcept;

 private:
  void* handle_ = nullptr;
};

}  // namespace filch::inline v0::detail
