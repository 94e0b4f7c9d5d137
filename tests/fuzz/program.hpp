// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace filch_fuzz {

/// What is left of a program.
class program {
 public:
  program(const std::uint8_t* bytes, std::size_t n) : at_(bytes), end_(bytes + n) {}
  [[nodiscard]] bool has_ended() const { return at_ == end_; }
  /// A number below `n`.
  std::size_t next(std::size_t n) { return has_ended() ? 0 : *at_++ % n; }
  /// The next bytes as a program of their own.
  program part() {
    const std::size_t wanted = next(24);
    const std::size_t left = static_cast<std::size_t>(end_ - at_);
    const program p(at_, wanted < left ? wanted : left);
    at_ = p.end_;
    return p;
  }

 private:
  const std::uint8_t* at_;
  const std::uint8_t* end_;
};

}  // namespace filch_fuzz
