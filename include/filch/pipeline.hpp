// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <stop_token>
#include <tuple>
#include <type_traits>
#include <utility>

#include <filch/config.hpp>
#include <filch/detail/base/compiler.hpp>
#include <filch/detail/fork_join/pipeline_run.hpp>
#include <filch/detail/fork_join/pipeline_values.hpp>
#include <filch/detail/pool/pool_of_caller.hpp>
#include <filch/errors.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0 {

/// How many threads may be in a stage of a pipeline, and in which order the values come to it.
enum class stage_mode {
  serial_in_order,  ///< one at a time, in the order in which the values came out of the first stage
  serial,           ///< one at a time, in any order
  parallel          ///< any number, in any order
};

template <stage_mode Mode>
using stage_mode_constant = std::integral_constant<stage_mode, Mode>;

inline constexpr stage_mode_constant<stage_mode::serial_in_order> serial_in_order{};
inline constexpr stage_mode_constant<stage_mode::serial> serial{};
inline constexpr stage_mode_constant<stage_mode::parallel> parallel{};

/// A stage of a pipeline: `stage{serial_in_order, f}`, `stage{serial, f}` or `stage{parallel, f}`. It calls `f` as by
/// std::invoke, and as const if it is parallel, because several threads share it then.
template <stage_mode Mode, class F>
struct stage {
  using callable = std::conditional_t<Mode == stage_mode::parallel, const F, F>;
  static constexpr bool is_parallel = Mode == stage_mode::parallel;
  static constexpr bool is_in_order = Mode == stage_mode::serial_in_order;

  FILCH_LOCAL constexpr stage(stage_mode_constant<Mode>, F f) : function(std::move(f)) {}

  F function;
};

namespace detail {

template <class T>
inline constexpr bool is_stage = false;
template <stage_mode Mode, class F>
inline constexpr bool is_stage<stage<Mode, F>> = true;

template <class T>
concept pipeline_argument = is_stage<T> || std::same_as<T, std::stop_token>;

template <class First, class... Others>
FILCH_LOCAL void run_pipeline(thread_pool& pool, std::size_t tokens, const std::stop_token& stop,
                              std::tuple<First, Others...> stages) {
  constexpr bool begins = gives_values<First>();
  static_assert(begins,
                "filch: the first stage of a pipeline is called without arguments and returns a std::optional, and as "
                "const if it is parallel: is it a mutable lambda?");
  if constexpr (begins) {
    constexpr bool fit = stages_fit<typename stage_result<First>::value_type, Others...>();
    static_assert(fit,
                  "filch: a stage of a pipeline is called with what the stage before it returned, as an rvalue, and as "
                  "const if it is parallel; only the last one may return void: is one a mutable lambda, or has it "
                  "another parameter?");
    if constexpr (fit) {
      if (tokens == 0) {
        throw usage_error("filch: a pipeline with 0 tokens can do nothing: let at least one value be on its way");
      }
      pool.invoke([&] { pipeline_run<First, Others...>(pool, tokens, stages, stop).run(); });
    }
  }
}

}  // namespace detail

/// Takes values through stages: the first makes one, each other one gets what the stage before it returned, as an
/// rvalue. Different values are in different stages at the same time, and in one parallel stage too.
///
/// The first stage returns a std::optional. The pipeline ends when it has returned an empty one and all values have
/// left the last stage. At most `tokens` values are on their way at once; as long as there are so many, the first stage
/// is not called. A few more than there are workers are enough, because a value that cannot go on waits in memory, and
/// not on a thread. Of a first stage that is parallel, others may be called still when one has returned an empty
/// std::optional.
///
/// The caller takes part, from outside as a guest of `pool`; if none is named, the pool is the one that the caller is
/// inside of, elsewhere default_pool(). The last argument may be a std::stop_token: when it is asked to stop, the first
/// stage is not called again, and what is on its way comes to its end.
///
/// Blocks until nothing is on its way. Throws: the exception of a stage that came first; after it no other stage is
/// called, and what is on its way is destroyed. usage_error if `tokens` is 0; std::bad_alloc; as thread_pool::invoke.
/// Memory ordering: what one call of a stage that is not parallel does happens before the next call of that stage, and
/// all of them before the return. Complexity: a task of a group for each value, a mutex for each stage that is not
/// parallel; memory for `tokens` values.
template <detail::pipeline_argument... Arguments>
requires((detail::is_stage<Arguments> + ... + 0) >= 2) FILCH_LOCAL
    void parallel_pipeline(thread_pool& pool, std::size_t tokens, Arguments... arguments) {
  constexpr std::size_t stages = (detail::is_stage<Arguments> + ... + 0U);
  std::tuple<Arguments..., std::stop_token> all(std::move(arguments)..., std::stop_token());
  static_assert(stages == sizeof...(Arguments) || (stages + 1 == sizeof...(Arguments) &&
                                                   !detail::is_stage<std::tuple_element_t<stages, decltype(all)>>),
                "filch: a pipeline has one std::stop_token at most, after its stages");
  [&]<std::size_t... Index>(std::index_sequence<Index...>) {
    detail::run_pipeline(pool, tokens, std::get<stages>(all), std::make_tuple(std::move(std::get<Index>(all))...));
  }
  (std::make_index_sequence<stages>());
}

template <detail::pipeline_argument... Arguments>
requires((detail::is_stage<Arguments> + ... + 0) >= 2) FILCH_LOCAL
    void parallel_pipeline(std::size_t tokens, Arguments... arguments) {
  parallel_pipeline(detail::pool_of_caller(), tokens, std::move(arguments)...);
}

}  // namespace filch::inline v0
