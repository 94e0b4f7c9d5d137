// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <filch/config.hpp>
#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/compiler.hpp>
#include <filch/detail/fork_join/graph_node.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0 {

/// Tasks that depend on each other. A graph is built once, from nodes that are put into an order, and run as often as
/// one likes.
///
/// A node begins when all nodes that precede it have ended. A condition is a node that chooses one of its successors.
/// It returns its number, in the order in which the successors were added, from 0 on. That successor begins at once,
/// whatever else precedes it; any other number ends this path. So a condition can make a loop, or leave a part of the
/// graph out.
///
/// Thread safety: one thread builds and runs a graph at a time. Its nodes may not change it while it runs.
class FILCH_EXPORT task_graph {
 public:
  /// A node of a graph: a handle that is cheap to copy, and valid as long as the graph.
  class node {
   public:
    /// This node ends before `later` begin. Throws: usage_error if one of them is of another graph, or if the graph
    /// runs; std::bad_alloc.
    template <std::same_as<node>... Nodes>
    FILCH_LOCAL node precede(Nodes... later) const {
      (graph_->connect(*this, later), ...);
      return *this;
    }
    /// This node begins after `earlier` have ended. Throws: as precede.
    template <std::same_as<node>... Nodes>
    FILCH_LOCAL node succeed(Nodes... earlier) const {
      (graph_->connect(earlier, *this), ...);
      return *this;
    }
    [[nodiscard]] FILCH_LOCAL std::string_view name() const noexcept { return node_->name(); }

   private:
    friend task_graph;
    FILCH_LOCAL node(task_graph& g, detail::graph_node& n) noexcept : graph_(&g), node_(&n) {}

    task_graph* graph_;
    detail::graph_node* node_;
  };

  task_graph();
  task_graph(const task_graph&) = delete;
  task_graph& operator=(const task_graph&) = delete;
  ~task_graph();

  /// A node that calls `f()`, as by std::invoke; `f` is decay-copied, and called by one thread at a time. The name
  /// stands in errors and in dot(). Throws: usage_error if the graph runs; std::bad_alloc; what the copy throws.
  template <class F>
  FILCH_LOCAL node add(std::string name, F&& f) {
    static_assert(std::invocable<std::decay_t<F>&>, "filch: the callable of a node takes no arguments");
    return add_node(std::make_unique<detail::graph_node_of<std::decay_t<F>, detail::node_kind::plain>>(
        std::move(name), std::forward<F>(f)));
  }
  /// A condition: `f()` returns the number of the successor that comes next. Throws: as add.
  template <class F>
  FILCH_LOCAL node add_condition(std::string name, F&& f) {
    static_assert(std::invocable<std::decay_t<F>&>, "filch: the callable of a node takes no arguments");
    static_assert(std::integral<std::invoke_result_t<std::decay_t<F>&>>,
                  "filch: a condition returns the number of a successor");
    return add_node(std::make_unique<detail::graph_node_of<std::decay_t<F>, detail::node_kind::condition>>(
        std::move(name), std::forward<F>(f)));
  }

  /// Runs the graph once: at first all nodes that nothing precedes. Blocks until no node runs. The caller takes part,
  /// from outside as a guest of `pool`. After an exception no further node begins. Throws: the exception of a node that
  /// came first; usage_error if nodes precede each other in a circle, which it names, if something precedes every node,
  /// or if the graph runs already; as thread_pool::invoke. Memory ordering: a node happens after what precedes it,
  /// and before the return. Complexity: O(nodes and edges); a node costs what a task of a group costs.
  void run(thread_pool& pool);
  FILCH_LOCAL void run() { run(default_pool()); }
  /// Runs it `n` times, one after the other. Throws: as run.
  void run_n(thread_pool& pool, std::size_t n);

  /// The graph in the language of Graphviz. What a condition chooses from is dashed, and has its number.
  [[nodiscard]] std::string dot() const;

  [[nodiscard]] std::size_t size() const noexcept { return nodes_.size(); }

 private:
  class execution;

  node add_node(std::unique_ptr<detail::graph_node> n);
  void connect(node earlier, node later);
  void check_idle() const;
  void check_order();

  std::vector<std::unique_ptr<detail::graph_node>> nodes_;
  std::vector<detail::graph_node*> first_;  // nothing precedes them
  bool is_checked_ = false;                 // since the last change
  detail::atomic<bool> runs_{false};
};

}  // namespace filch::inline v0
