// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/measure.hpp"
#include "support/opaque.hpp"
#include "workloads/uts/tree.hpp"

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

namespace filch_bench {

FILCH_BENCH_OPAQUE inline std::uint64_t uts_serial(const uts_tree& tree, const uts_node& node) {
  const std::size_t children = uts_children(tree, node);
  std::uint64_t nodes = 1;
  for (std::size_t i = 0; i < children; ++i) {
    nodes += uts_serial(tree, uts_child(node, i));
  }
  return nodes;
}

/// Counts the nodes; each is a task, which makes its own state.
template <class Pool>
std::uint64_t uts(Pool& pool, const uts_tree& tree, const uts_node& node) {
  if constexpr (Pool::is_serial) {
    return uts_serial(tree, node);
  } else {
    const std::size_t children = uts_children(tree, node);
    if (children == 0) {
      return 1;
    }
    std::vector<std::uint64_t> nodes(children);
    typename Pool::group searches(pool);
    for (std::size_t i = 0; i < children; ++i) {
      searches.run([&pool, &tree, &node, &count = nodes[i], i] { count = uts(pool, tree, uts_child(node, i)); });
    }
    searches.wait();
    return std::accumulate(nodes.begin(), nodes.end(), std::uint64_t{1});
  }
}

template <class Pool>
void register_uts(const options& asked) {
  for (const uts_tree* const tree : {&uts_t1, &uts_t3}) {
    add_cells<Pool>(asked, tree->name, oversubscribed::yes, [tree](benchmark::State& state, std::size_t threads) {
      measure<Pool>(
          state, threads,
          [&](Pool& pool) {
            std::uint64_t nodes = 0;
            pool.run([&] { nodes = uts(pool, *tree, uts_root(*tree)); });
            return nodes;
          },
          [&](std::uint64_t nodes) { return unless_equal("number of nodes", nodes, tree->nodes); });
    });
  }
}

}  // namespace filch_bench
