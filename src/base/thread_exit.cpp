// SPDX-License-Identifier: BSL-1.0
#include "base/thread_exit.hpp"

#include <utility>

namespace filch::inline v0::detail {
namespace {

constinit thread_local thread_exit_hook* hooks = nullptr;
constinit thread_local bool is_own_thread = false;

}  // namespace

own_thread_scope::own_thread_scope() noexcept { is_own_thread = true; }

own_thread_scope::~own_thread_scope() {
  while (hooks != nullptr) {
    std::exchange(hooks, hooks->next)->run();
  }
  is_own_thread = false;
}

bool own_thread_scope::is_inside() noexcept { return is_own_thread; }

void own_thread_scope::add(thread_exit_hook& hook) noexcept {
  if (!std::exchange(hook.is_added, true)) {
    hook.next = std::exchange(hooks, &hook);
  }
}

}  // namespace filch::inline v0::detail
