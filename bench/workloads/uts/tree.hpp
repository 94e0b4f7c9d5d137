// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "workloads/uts/sha1.hpp"

#include <cstddef>
#include <cstdint>

namespace filch_bench {

/// A tree of the Unbalanced Tree Search benchmark (Olivier et al., LCPC 2006): each node's SHA-1
/// state decides how many children it has.
struct uts_tree {
  enum class shape { geometric_fixed, binomial };

  const char* name;
  shape kind;
  unsigned root_seed;
  double branching;       ///< b: mean of the geometric one, children of the binomial one's root
  unsigned depth_limit;   ///< geometric: d
  double inner_chance;    ///< binomial: q
  unsigned inner_fanout;  ///< binomial: m
  std::uint64_t nodes;    ///< as published
};

inline constexpr uts_tree uts_t1{.name = "uts_t1",
                                 .kind = uts_tree::shape::geometric_fixed,
                                 .root_seed = 19,
                                 .branching = 4,
                                 .depth_limit = 10,
                                 .inner_chance = 0,
                                 .inner_fanout = 0,
                                 .nodes = 4'130'071};

inline constexpr uts_tree uts_t3{.name = "uts_t3",
                                 .kind = uts_tree::shape::binomial,
                                 .root_seed = 42,
                                 .branching = 2000,
                                 .depth_limit = 0,
                                 .inner_chance = 0.124875,
                                 .inner_fanout = 8,
                                 .nodes = 4'112'897};

struct uts_node {
  sha1_digest state;
  unsigned depth;
};

[[nodiscard]] uts_node uts_root(const uts_tree& tree);
[[nodiscard]] std::size_t uts_children(const uts_tree& tree, const uts_node& node);
[[nodiscard]] uts_node uts_child(const uts_node& parent, std::size_t index);

}  // namespace filch_bench
