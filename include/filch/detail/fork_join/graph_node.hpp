// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <filch/detail/base/invoke.hpp>
#include <filch/detail/fork_join/countdown.hpp>

namespace filch::inline v0::detail {

/// A node of a task_graph: what it calls, and what comes after it.
class graph_node {
 public:
  /// The number of the successor that comes next, as a condition says.
  static constexpr std::size_t no_choice = static_cast<std::size_t>(-1);

  graph_node(std::string name, bool is_condition) : name_(std::move(name)), is_condition_(is_condition) {}
  graph_node(const graph_node&) = delete;
  graph_node& operator=(const graph_node&) = delete;
  virtual ~graph_node() = default;

  /// Calls the user. Returns: what a condition has chosen. Throws: what the callable throws.
  virtual std::size_t call() = 0;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] bool is_condition() const noexcept { return is_condition_; }
  [[nodiscard]] const std::vector<graph_node*>& successors() const noexcept { return successors_; }
  void add_successor(graph_node& later) {
    successors_.push_back(&later);
    ++(is_condition_ ? later.choosers_ : later.predecessors_);
  }

  /// How many nodes come before this one, but for conditions.
  [[nodiscard]] std::size_t predecessors() const noexcept { return predecessors_; }
  /// How many conditions may choose this one.
  [[nodiscard]] std::size_t choosers() const noexcept { return choosers_; }

  /// From now on it waits for all its predecessors.
  void begin_wait() noexcept { unfinished_.begin(predecessors_); }
  /// One of them has ended. Returns: whether it was the last.
  [[nodiscard]] bool end_one() noexcept { return unfinished_.end_one(); }

 private:
  const std::string name_;
  const bool is_condition_;
  std::size_t predecessors_ = 0;
  std::size_t choosers_ = 0;
  std::vector<graph_node*> successors_;
  countdown unfinished_;
};

enum class node_kind : bool { plain, condition };

template <class F, node_kind Kind>
class graph_node_of final : public graph_node {
 public:
  template <class Callable>
  graph_node_of(std::string name, Callable&& f)
      : graph_node(std::move(name), Kind == node_kind::condition), f_(std::forward<Callable>(f)) {}

  std::size_t call() override {
    if constexpr (Kind == node_kind::condition) {
      return static_cast<std::size_t>(detail::invoke(f_));
    } else {
      static_cast<void>(detail::invoke(f_));
      return no_choice;
    }
  }

 private:
  F f_;
};

}  // namespace filch::inline v0::detail
