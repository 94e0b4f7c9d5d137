// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace filch::inline v0::detail {

struct child_job;
struct fork_job;

/// What lies in a deque of forks: the second side of a fork, or a child of a group. The lowest bit says which.
class fork_item {
 public:
  fork_item() noexcept = default;
  explicit fork_item(fork_job& j) noexcept : bits_(reinterpret_cast<std::uintptr_t>(&j)) {}
  explicit fork_item(child_job& j) noexcept : bits_(reinterpret_cast<std::uintptr_t>(&j) | child_bit) {}

  [[nodiscard]] bool is_child() const noexcept { return (bits_ & child_bit) != 0; }
  [[nodiscard]] fork_job& fork() const noexcept { return *reinterpret_cast<fork_job*>(bits_); }
  [[nodiscard]] child_job& child() const noexcept { return *reinterpret_cast<child_job*>(bits_ & ~child_bit); }

 private:
  static constexpr std::uintptr_t child_bit = 1;

  std::uintptr_t bits_ = 0;
};

}  // namespace filch::inline v0::detail
