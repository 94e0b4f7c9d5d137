// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <tuple>
#include <utility>
#include <variant>

#include <filch/config.hpp>
#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/compiler.hpp>
#include <filch/detail/base/invoke.hpp>
#include <filch/detail/fork_join/pipeline_gate.hpp>
#include <filch/detail/fork_join/pipeline_values.hpp>
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0::detail {

/// One call of parallel_pipeline.
///
/// A task calls the first stage for an item, and lets another task do so for the next item. Then it takes its own item
/// through the other stages, until a gate keeps it. An item that a gate lets in later goes on in a task of its own. So
/// no task waits for another one.
template <class First, class... Others>
class pipeline_run {
 public:
  /// Throws: std::bad_alloc.
  FILCH_LOCAL pipeline_run(thread_pool& pool, std::size_t tokens, std::tuple<First, Others...>& stages,
                           const std::stop_token& stop)
      : stages_(stages),
        stop_(stop),
        items_(new item[tokens]),
        gates_{nullptr, gate_of<Others>(tokens)...},
        group_(pool) {
    for (std::size_t i = tokens; i != 0; --i) {
      entrance_.add(items_[i - 1]);
    }
  }

  FILCH_LOCAL void run() {
    start_call();
    group_.wait();
  }

 private:
  using first_value = typename stage_result<First>::value_type;
  using values = typename stage_values<std::variant<std::monostate>, first_value, Others...>::type;
  static constexpr std::size_t stage_count = 1 + sizeof...(Others);

  struct item : pipeline_item {
    values value;  // alternative i is the argument of stage i, and 0 is none
  };

  template <class Stage>
  [[nodiscard]] FILCH_LOCAL static std::unique_ptr<pipeline_gate> gate_of(std::size_t tokens) {
    if constexpr (Stage::is_parallel) {
      return nullptr;
    } else {
      return std::make_unique<pipeline_gate>(
          Stage::is_in_order ? pipeline_gate::order::of_numbers : pipeline_gate::order::of_arrival, tokens);
    }
  }

  // Lets a task call the first stage, if it may be called and an item is free.
  FILCH_LOCAL void start_call() {
    if (pipeline_item* const next = entrance_.take()) {
      group_.run([this, next] { run_guarded([&] { return next; }); });
    }
  }

  // Calls `begin`, and the first stage for the item that it returns, and for every other one that comes of that.
  template <class F>
  FILCH_LOCAL void run_guarded(const F& begin) {
    try {
      pipeline_item* next = begin();
      while (next != nullptr) {
        next = call_first(static_cast<item&>(*next));
      }
    } catch (...) {
      // relaxed: a hint; whoever reads it late calls one stage more.
      has_failed_.store(true, std::memory_order_relaxed);
      entrance_.close();
      throw;
    }
  }

  // Takes a new value as far as it gets. Returns: the item for which the first stage shall be called now, or null.
  [[nodiscard]] FILCH_LOCAL pipeline_item* call_first(item& it) {
    if (stop_.stop_requested()) {
      entrance_.close();
      return nullptr;
    }
    if constexpr (First::is_parallel) {
      start_call();
    }
    auto made = detail::invoke(static_cast<typename First::callable&>(std::get<0>(stages_).function));
    if (!made.has_value()) {
      entrance_.close();
      return nullptr;
    }
    it.value.template emplace<1>(*std::move(made));
    entrance_.admit(it);
    if constexpr (!First::is_parallel) {
      start_call();
    }
    return come_to<1>(it);
  }

  // The item has come to stage Index. Returns: as call_first.
  template <std::size_t Index>
  [[nodiscard]] FILCH_LOCAL pipeline_item* come_to(item& it) {
    if constexpr (Index == stage_count) {
      it.value.template emplace<0>();
      return entrance_.end_item(it);
    } else {
      if (gates_[Index] != nullptr && !gates_[Index]->enter(it)) {
        return nullptr;
      }
      return call_stage<Index>(it);
    }
  }

  // The item has passed the gate of stage Index. Returns: as call_first.
  template <std::size_t Index>
  [[nodiscard]] FILCH_LOCAL pipeline_item* call_stage(item& it) {
    // relaxed: a hint.
    if (has_failed_.load(std::memory_order_relaxed)) {
      return nullptr;
    }
    using stage = std::tuple_element_t<Index, std::tuple<First, Others...>>;
    auto& function = static_cast<typename stage::callable&>(std::get<Index>(stages_).function);
    auto& argument = std::get<Index>(it.value);
    if constexpr (Index + 1 == stage_count) {
      static_cast<void>(detail::invoke(function, std::move(argument)));
    } else {
      // The argument lives until the result is there, which may be a reference into it.
      stage_result<stage, std::variant_alternative_t<Index, values>> result =
          detail::invoke(function, std::move(argument));
      it.value.template emplace<Index + 1>(std::move(result));
    }
    if (gates_[Index] != nullptr) {
      if (pipeline_item* const next = gates_[Index]->leave()) {
        group_.run([this, next] { run_guarded([&] { return call_stage<Index>(static_cast<item&>(*next)); }); });
      }
    }
    return come_to<Index + 1>(it);
  }

  std::tuple<First, Others...>& stages_;
  const std::stop_token& stop_;
  std::unique_ptr<item[]> items_;
  pipeline_entrance entrance_;
  std::array<std::unique_ptr<pipeline_gate>, stage_count> gates_;  // null if the stage is parallel, and for the first
  atomic<bool> has_failed_{false};
  task_group group_;  // the last: its tasks use the others
};

}  // namespace filch::inline v0::detail
