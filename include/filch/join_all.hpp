// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <exception>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <filch/detail/job/result_slot.hpp>
#include <filch/detail/pool/handle_access.hpp>
#include <filch/join_handle.hpp>

namespace filch::inline v0 {

namespace detail {

/// The steps of join_all, each of which is made for every handle before the next one is made for any.
class FILCH_LOCAL joint_wait {
 public:
  /// Step 1.
  template <class T>
  void wait_for(const join_handle<T>& handle) noexcept {
    try {
      handle.wait();
    } catch (...) {
      if (refusal_ == nullptr) {
        refusal_ = std::current_exception();
      }
    }
  }

  /// Step 2, after a check whether a wait was refused: the handles are untouched.
  void throw_refusal() const {
    if (refusal_ != nullptr) {
      std::rethrow_exception(refusal_);
    }
  }
  template <class T>
  void look_at(const join_handle<T>& handle) {
    has_failed_ = has_failed_ || handle_access::task_of(handle).has_failed();
  }
  [[nodiscard]] bool has_failed() const noexcept { return has_failed_; }

  /// Step 3, if a task has failed: empties the handle. The exception of the first is kept; the others', and the
  /// results', are for the pool's hook.
  template <class T>
  void give_up(join_handle<T>& handle) noexcept {
    if (error_ != nullptr || !handle.joinable() || !handle_access::task_of(handle).has_failed()) {
      handle.detach();
      return;
    }
    try {
      static_cast<void>(handle.join());
    } catch (...) {
      error_ = std::current_exception();
    }
  }
  [[noreturn]] void throw_error() const { std::rethrow_exception(error_); }

  /// Step 3, if none has: what the task returned; void counts as std::monostate.
  template <class T>
  [[nodiscard]] static regular_result<T> fetch(join_handle<T>& handle) {
    if constexpr (std::is_void_v<T>) {
      handle.join();
      return {};
    } else {
      return handle.join();
    }
  }

 private:
  std::exception_ptr refusal_;
  std::exception_ptr error_;
  bool has_failed_ = false;
};

template <class Range>
using joined = decltype(std::declval<std::ranges::range_reference_t<Range>>().join());

}  // namespace detail

/// Waits for all tasks, whatever becomes of each, and takes their results; the handles are then empty. So the tasks may
/// use what lives as long as the call, where a loop of join() leaves it at the first exception while other tasks still
/// run.
///
/// Returns: std::tuple of the results, void counting as std::monostate; void if all are void.
/// Throws: the exception of the first handle whose task has failed or was cancelled; the others' go to
/// on_unhandled_exception. usage_error, as join(), if a handle is empty or cannot be waited for, after the wait for the
/// others; the handles are then as they were.
/// Blocks: as join() of each, in their order.
template <detail::any_join_handle... Handles>
  requires(sizeof...(Handles) > 0)
FILCH_LOCAL auto join_all(Handles&&... handles) {
  detail::joint_wait all;
  (all.wait_for(handles), ...);
  all.throw_refusal();
  (all.look_at(handles), ...);
  if (all.has_failed()) {
    (all.give_up(handles), ...);
    all.throw_error();
  }
  if constexpr ((std::is_void_v<decltype(handles.join())> && ...)) {
    (handles.join(), ...);
  } else {
    return std::tuple<detail::regular_result<decltype(handles.join())>...>{all.fetch(handles)...};
  }
}

/// The same for a range of handles. Returns: std::vector of the results; void if they are void.
template <std::ranges::forward_range Range>
  requires detail::any_join_handle<std::ranges::range_reference_t<Range>> &&
           (!std::is_reference_v<detail::joined<Range>>)
FILCH_LOCAL auto join_all(Range&& handles) {
  detail::joint_wait all;
  for (const auto& handle : handles) {
    all.wait_for(handle);
  }
  all.throw_refusal();
  for (const auto& handle : handles) {
    all.look_at(handle);
  }
  if (all.has_failed()) {
    for (auto&& handle : handles) {
      all.give_up(handle);
    }
    all.throw_error();
  }
  if constexpr (std::is_void_v<detail::joined<Range>>) {
    for (auto&& handle : handles) {
      handle.join();
    }
  } else {
    std::vector<detail::joined<Range>> results;
    results.reserve(static_cast<std::size_t>(std::ranges::distance(handles)));
    for (auto&& handle : handles) {
      results.push_back(handle.join());
    }
    return results;
  }
}

}  // namespace filch::inline v0
