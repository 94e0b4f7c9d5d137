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
/// A task calls the first stage for an item and takes it through the other stages, until it has left the last one, or a
/// gate keeps it. Then the task does so with the next value. An item that a gate has kept is taken through that stage
/// by the task that is inside, and goes on in a task of its own. So no task waits for another one.
template <class First, class... Others>
class pipeline_run {
 public:
  /// Throws: std::bad_alloc.
  FILCH_LOCAL pipeline_run(thread_pool& pool, std::size_t tokens, std::tuple<First, Others...>& stages,
                           const std::stop_token& stop)
      : stages_(stages),
        stop_(stop),
        items_(new item[tokens]),
        entrance_(First::is_parallel),
        gates_{nullptr, gate_of<Others>(tokens)...},
        group_(pool) {
    for (std::size_t i = tokens; i != 0; --i) {
      entrance_.add(items_[i - 1]);
    }
  }

  FILCH_LOCAL void run() {
    offer_call();
    group_.wait();
  }

 private:
  using first_value = typename stage_result<First>::value_type;
  using values = typename stage_values<std::variant<std::monostate>, first_value, Others...>::type;
  static constexpr std::size_t stage_count = 1 + sizeof...(Others);
  template <std::size_t Index>
  using stage_at = std::tuple_element_t<Index, std::tuple<First, Others...>>;

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

  template <class F>
  FILCH_LOCAL void start(F f) {
    group_.run([this, f] {
      try {
        f();
      } catch (...) {
        // relaxed: a hint; whoever reads it late calls one stage more.
        has_failed_.store(true, std::memory_order_relaxed);
        entrance_.close();
        throw;
      }
    });
  }

  FILCH_LOCAL void offer_call() {
    start([this] { call_first_while(entrance_.begin_offered_call()); });
  }

  // Calls the first stage for the item, and takes the value as far as it gets; and so on, as long as there is a call.
  FILCH_LOCAL void call_first_while(pipeline_item* next) {
    while (next != nullptr) {
      auto& it = static_cast<item&>(*next);
      next = call_first(it) ? come_to<1>(it) : nullptr;
    }
  }

  // Returns: false if there are no more values.
  [[nodiscard]] FILCH_LOCAL bool call_first(item& it) {
    if (!stop_.stop_requested()) {
      if (auto made = detail::invoke(static_cast<typename First::callable&>(std::get<0>(stages_).function))) {
        it.value.template emplace<1>(*std::move(made));
        if (entrance_.end_call(it)) {
          offer_call();
        }
        return true;
      }
    }
    entrance_.close();
    return false;
  }

  // The item has come to stage Index. Returns: the item for which the first stage shall be called now, or null.
  template <std::size_t Index>
  [[nodiscard]] FILCH_LOCAL pipeline_item* come_to(item& it) {
    if constexpr (Index == stage_count) {
      it.value.template emplace<0>();
      return entrance_.end_item_and_begin_call(it);
    } else if constexpr (stage_at<Index>::is_parallel) {
      return call_stage<Index>(it) ? come_to<Index + 1>(it) : nullptr;
    } else {
      return gates_[Index]->enter(it) ? serve_gate<Index>(it) : entrance_.begin_call();
    }
  }

  // The item has passed the gate of stage Index. Other items that come to the gate meanwhile go through the stage at
  // once, and what comes after it is left to other tasks, because nobody else may enter. Returns: as come_to.
  template <std::size_t Index>
  [[nodiscard]] FILCH_LOCAL pipeline_item* serve_gate(item& it) {
    item* inside = &it;
    while (call_stage<Index>(*inside)) {
      pipeline_item* const next = gates_[Index]->leave();
      if (next == nullptr) {
        return come_to<Index + 1>(*inside);
      }
      if constexpr (Index + 1 == stage_count) {
        inside->value.template emplace<0>();
        if (entrance_.end_item(*inside)) {
          offer_call();
        }
      } else {
        start([this, inside] { call_first_while(come_to<Index + 1>(*inside)); });
      }
      inside = static_cast<item*>(next);
    }
    return nullptr;
  }

  // Returns: false if the pipeline has failed, and the item stays where it is.
  template <std::size_t Index>
  [[nodiscard]] FILCH_LOCAL bool call_stage(item& it) {
    // relaxed: a hint.
    if (has_failed_.load(std::memory_order_relaxed)) {
      return false;
    }
    auto& function = static_cast<typename stage_at<Index>::callable&>(std::get<Index>(stages_).function);
    auto& argument = std::get<Index>(it.value);
    if constexpr (Index + 1 == stage_count) {
      static_cast<void>(detail::invoke(function, std::move(argument)));
    } else {
      // The argument lives until the result is there, which may be a reference into it.
      stage_result<stage_at<Index>, std::variant_alternative_t<Index, values>> result =
          detail::invoke(function, std::move(argument));
      it.value.template emplace<Index + 1>(std::move(result));
    }
    return true;
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
