// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/fork_join/held_forks.hpp>

#include <chrono>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/worker/fork_host.hpp>

#include "worker/peer.hpp"

namespace filch::inline v0::detail {
namespace {

constexpr std::chrono::microseconds longest_hold{1};

[[nodiscard]] peer& this_peer() noexcept { return *static_cast<peer*>(current_host()); }

}  // namespace

held_forks::held_forks() noexcept : holds_(this_peer().forks().thief().empty()) {
  if (holds_) {
    this_peer().hold_forks_until(steady_clock::now() + longest_hold);
  }
}

held_forks::~held_forks() {
  if (holds_) {
    this_peer().release_forks();
  }
}

}  // namespace filch::inline v0::detail
