// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace filch::inline v0::detail {

/// A function that one of filch's own threads calls when it ends.
struct thread_exit_hook {
  void (*run)() noexcept;
  thread_exit_hook* next = nullptr;
  bool is_added = false;
};

/// Stands around everything that a thread of filch's own does. Its end runs the hooks, the latest first.
///
/// A thread_local object with a destructor would do the same, but to register one takes the lock of the dynamic loader.
/// A module that uses a pool in the initialisation of a static object, and is loaded by dlopen, holds that lock while
/// it waits for the pool's threads.
class own_thread_scope {
 public:
  own_thread_scope() noexcept;
  ~own_thread_scope();
  own_thread_scope(const own_thread_scope&) = delete;
  own_thread_scope& operator=(const own_thread_scope&) = delete;

  [[nodiscard]] static bool is_inside() noexcept;
  /// Does nothing if the hook was added before.
  static void add(thread_exit_hook& hook) noexcept;
};

template <void (*give_back)() noexcept>
struct thread_exit_object {
  ~thread_exit_object() { give_back(); }
};

/// Makes the calling thread call `give_back` once when it ends: a thread of filch's own before its thread_local objects
/// are destroyed, every other one among them. One that is no thread of filch's own keeps this module loaded until then.
template <void (*give_back)() noexcept>
void at_thread_exit() {
  if (own_thread_scope::is_inside()) {
    constinit thread_local thread_exit_hook hook{give_back};
    own_thread_scope::add(hook);
  } else {
    thread_local const thread_exit_object<give_back> object;
    static_cast<void>(object);
  }
}

}  // namespace filch::inline v0::detail
