// SPDX-License-Identifier: BSL-1.0
#include "workloads/uts/tree.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace filch_bench {
namespace {

constexpr std::size_t most_children = 100;  // but for the binomial root

void store_big_endian(std::uint32_t value, std::uint8_t* at) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    *at++ = static_cast<std::uint8_t>(value >> shift);
  }
}

/// The last four bytes of the state, without their sign bit, as a number in [0, 1).
double random_of(const uts_node& node) {
  const sha1_digest& state = node.state;
  const std::uint32_t bits = static_cast<std::uint32_t>(state[16] & 0x7F) << 24 |
                             static_cast<std::uint32_t>(state[17]) << 16 | static_cast<std::uint32_t>(state[18]) << 8 |
                             static_cast<std::uint32_t>(state[19]);
  return static_cast<double>(bits) / 2147483648.0;
}

std::size_t geometric_children(const uts_tree& tree, const uts_node& node) {
  if (node.depth >= tree.depth_limit) {
    return 0;
  }
  const double p = 1.0 / (1.0 + tree.branching);
  const double children = std::floor(std::log(1.0 - random_of(node)) / std::log(1.0 - p));
  return std::min(static_cast<std::size_t>(children), most_children);
}

std::size_t binomial_children(const uts_tree& tree, const uts_node& node) {
  if (node.depth == 0) {
    return static_cast<std::size_t>(tree.branching);
  }
  return random_of(node) < tree.inner_chance ? tree.inner_fanout : 0;
}

}  // namespace

uts_node uts_root(const uts_tree& tree) {
  std::array<std::uint8_t, 20> message{};
  store_big_endian(tree.root_seed, message.data() + 16);
  return {.state = sha1_of_short(message), .depth = 0};
}

std::size_t uts_children(const uts_tree& tree, const uts_node& node) {
  return tree.kind == uts_tree::shape::binomial ? binomial_children(tree, node) : geometric_children(tree, node);
}

uts_node uts_child(const uts_node& parent, std::size_t index) {
  std::array<std::uint8_t, 24> message;
  std::copy(parent.state.begin(), parent.state.end(), message.begin());
  store_big_endian(static_cast<std::uint32_t>(index), message.data() + 20);
  return {.state = sha1_of_short(message), .depth = parent.depth + 1};
}

}  // namespace filch_bench
