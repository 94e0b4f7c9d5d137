// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace filch::inline v0::detail {

struct child_job;
struct fork_job;

/// An item of a fork deque: the second side of a fork, or a child of a group. The lowest bit says which. The next bit
/// says of a child that the running job of the deque's owner does not end before the child has ended.
class fork_item {
 public:
  fork_item() noexcept = default;
  explicit fork_item(fork_job& j) noexcept : bits_(reinterpret_cast<std::uintptr_t>(&j)) {}
  fork_item(child_job& j, bool awaited) noexcept
      : bits_(reinterpret_cast<std::uintptr_t>(&j) | child_bit | (awaited ? awaited_bit : 0)) {}

  [[nodiscard]] bool is_child() const noexcept { return (bits_ & child_bit) != 0; }
  /// Whether the running job of the deque's owner waits for the item. It does so for every fork.
  [[nodiscard]] bool is_awaited() const noexcept { return (bits_ & (child_bit | awaited_bit)) != child_bit; }
  [[nodiscard]] fork_job& fork() const noexcept { return *reinterpret_cast<fork_job*>(bits_); }
  [[nodiscard]] child_job& child() const noexcept {
    return *reinterpret_cast<child_job*>(bits_ & ~(child_bit | awaited_bit));
  }

 private:
  static constexpr std::uintptr_t child_bit = 1;
  static constexpr std::uintptr_t awaited_bit = 2;

  std::uintptr_t bits_ = 0;
};

}  // namespace filch::inline v0::detail
