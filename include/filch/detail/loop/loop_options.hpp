// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <stop_token>
#include <utility>

#include <filch/config.hpp>
#include <filch/grain.hpp>

namespace filch::inline v0::detail {

/// What may stand at the end of a call of an algorithm, each at most once and in any order.
template <class T>
concept loop_option = std::same_as<T, filch::grain> || std::same_as<T, std::stop_token>;

struct loop_options {
  template <loop_option... Options>
  explicit loop_options(const Options&... options) {
    static_assert((std::same_as<Options, filch::grain> + ... + 0) <= 1, "filch: an algorithm takes one grain");
    static_assert((std::same_as<Options, std::stop_token> + ... + 0) <= 1, "filch: an algorithm takes one stop_token");
    (set(options), ...);
  }

  filch::grain grain;
  std::stop_token stop;

 private:
  void set(filch::grain g) noexcept { grain = g; }
  void set(const std::stop_token& t) noexcept { stop = t; }
};

/// Throws task_cancelled: an algorithm was asked to stop, and has no result.
[[noreturn]] FILCH_EXPORT void throw_stopped();

}  // namespace filch::inline v0::detail
