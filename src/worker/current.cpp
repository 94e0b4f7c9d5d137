// SPDX-License-Identifier: BSL-1.0
#include "worker/current.hpp"

#include <utility>


namespace filch::inline v0::detail {
constinit thread_local inside_scope* this_thread_scope = nullptr;
constinit thread_local fork_host* this_thread_host = nullptr;

#if !defined(__ELF__)
fork_host* current_host() noexcept { return this_thread_host; }
#endif

inside_scope::inside_scope(pool_state& pool, fork_host* host) noexcept
    : pool_(pool), host_(host), outer_host_(this_thread_host), outer_(std::exchange(this_thread_scope, this)) {
  if (host != nullptr) {
    this_thread_host = host;
  }
}

inside_scope::~inside_scope() {
  this_thread_host = outer_host_;
  this_thread_scope = outer_;
}

pool_state* acting_pool() noexcept { return this_thread_scope != nullptr ? &this_thread_scope->pool() : nullptr; }

worker* outer_host_in(const pool_state& pool) noexcept {
  for (const inside_scope* s = innermost_scope(); s != nullptr; s = s->outer()) {
    if (s->host() != nullptr && s->host()->member_of() == &pool) {
      return static_cast<worker*>(s->host());
    }
  }
  return nullptr;
}

}  // namespace filch::inline v0::detail
