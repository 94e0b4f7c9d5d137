// SPDX-License-Identifier: BSL-1.0
#include <filch/task_graph.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <filch/detail/base/atomic.hpp>
#include <filch/errors.hpp>
#include <filch/task_group.hpp>

namespace filch::inline v0 {

namespace {

using detail::graph_node;

// Nodes that precede each other, found by going back from a node that waits for ever: "a -> b -> a".
[[nodiscard]] std::string circle_through(const std::vector<graph_node*>& waiting) {
  std::unordered_map<const graph_node*, const graph_node*> before;
  for (graph_node* n : waiting) {
    for (graph_node* later : n->successors()) {
      before[later] = n;
    }
  }
  std::unordered_map<const graph_node*, bool> seen;
  const graph_node* n = waiting.front();
  while (!std::exchange(seen[n], true)) {
    n = before.at(n);
  }
  std::string text = n->name();
  for (const graph_node* at = before.at(n); at != n; at = before.at(at)) {
    text = at->name() + " -> " + text;
  }
  return n->name() + " -> " + text;
}

[[nodiscard]] std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') {
      text += '\\';
    }
    text += c;
  }
  return text + '"';
}

}  // namespace

/// One run of a graph.
class task_graph::execution {
 public:
  explicit execution(thread_pool& pool) : group_(pool) {}

  void run(const std::vector<std::unique_ptr<graph_node>>& nodes, const std::vector<graph_node*>& first) {
    for (const auto& n : nodes) {
      n->begin_wait();
    }
    for (graph_node* n : first) {
      start(*n);
    }
    group_.wait();
  }

 private:
  void start(graph_node& n) {
    group_.run([this, &n] { run_from(n); });
  }

  // Runs a node, and then one of those that are ready because of it; the others may be stolen.
  void run_from(graph_node& begin) {
    try {
      for (graph_node* n = &begin; n != nullptr && !is_stopped();) {
        n = run_one(*n);
      }
    } catch (...) {
      // relaxed: a hint; whoever reads it late begins one node more.
      stopped_.store(true, std::memory_order_relaxed);
      throw;
    }
  }

  graph_node* run_one(graph_node& n) {
    n.begin_wait();  // a condition may lead here once more
    const std::size_t choice = n.call();
    if (n.is_condition()) {
      return choice < n.successors().size() ? n.successors()[choice] : nullptr;
    }
    graph_node* next = nullptr;
    for (graph_node* later : n.successors()) {
      if (later->end_one()) {
        if (next != nullptr) {
          start(*next);
        }
        next = later;
      }
    }
    return next;
  }

  // relaxed: a hint.
  [[nodiscard]] bool is_stopped() const noexcept { return stopped_.load(std::memory_order_relaxed); }

  task_group group_;
  detail::atomic<bool> stopped_{false};
};

task_graph::task_graph() = default;
task_graph::~task_graph() = default;

task_graph::node task_graph::add_node(std::unique_ptr<graph_node> n) {
  check_idle();
  nodes_.push_back(std::move(n));
  is_checked_ = false;
  return node(*this, *nodes_.back());
}

void task_graph::connect(node earlier, node later) {
  if (earlier.graph_ != this || later.graph_ != this) {
    throw usage_error("filch: the nodes \"" + earlier.node_->name() + "\" and \"" + later.node_->name() +
                      "\" are of different graphs, so neither can precede the other");
  }
  check_idle();
  earlier.node_->add_successor(*later.node_);
  is_checked_ = false;
}

void task_graph::check_idle() const {
  // relaxed: finds a misuse, and no more.
  if (runs_.load(std::memory_order_relaxed)) {
    throw usage_error("filch: a task_graph is used while it runs: wait for run() first");
  }
}

// Removes one node after the other that waits for nothing; those that are left wait for each other.
void task_graph::check_order() {
  if (is_checked_) {
    return;
  }
  first_.clear();
  std::unordered_map<const graph_node*, std::size_t> left;
  for (const auto& n : nodes_) {
    left[n.get()] = n->predecessors();
    if (n->predecessors() == 0 && n->choosers() == 0) {
      first_.push_back(n.get());
    }
  }
  std::vector<graph_node*> free;
  for (const auto& n : nodes_) {
    if (n->predecessors() == 0) {
      free.push_back(n.get());
    }
  }
  for (std::size_t i = 0; i < free.size(); ++i) {
    if (!free[i]->is_condition()) {
      for (graph_node* later : free[i]->successors()) {
        if (--left[later] == 0) {
          free.push_back(later);
        }
      }
    }
  }
  if (free.size() != nodes_.size()) {
    std::vector<graph_node*> waiting;
    for (const auto& n : nodes_) {
      if (left[n.get()] != 0) {
        waiting.push_back(n.get());
      }
    }
    throw usage_error("filch: the nodes of a task_graph precede each other in a circle: " + circle_through(waiting));
  }
  if (first_.empty() && !nodes_.empty()) {
    throw usage_error("filch: something precedes every node of a task_graph, so none can begin");
  }
  is_checked_ = true;
}

void task_graph::run(thread_pool& pool) { run_n(pool, 1); }

void task_graph::run_n(thread_pool& pool, std::size_t n) {
  struct running {
    explicit running(detail::atomic<bool>& r) : runs(r) {}
    running(const running&) = delete;
    running& operator=(const running&) = delete;
    // relaxed: finds a misuse, and no more.
    ~running() { runs.store(false, std::memory_order_relaxed); }
    detail::atomic<bool>& runs;
  };
  check_idle();
  check_order();
  // relaxed: finds a misuse, and no more.
  runs_.store(true, std::memory_order_relaxed);
  const running until_the_end(runs_);
  pool.invoke([&] {
    for (; n != 0; --n) {
      execution(pool).run(nodes_, first_);
    }
  });
}

std::string task_graph::dot() const {
  std::string text = "digraph {\n";
  for (const auto& n : nodes_) {
    text += "  " + quoted(n->name()) + (n->is_condition() ? " [shape=diamond]" : "") + ";\n";
    for (std::size_t i = 0; i < n->successors().size(); ++i) {
      text += "  " + quoted(n->name()) + " -> " + quoted(n->successors()[i]->name());
      text += n->is_condition() ? " [style=dashed, label=" + std::to_string(i) + "];\n" : ";\n";
    }
  }
  return text + "}\n";
}

}  // namespace filch::inline v0
