// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <vector>

#include "explorer/request.hpp"
#include "explorer/run.hpp"
#include "explorer/vector_clock.hpp"

namespace filch_model {

/// The executions of a scenario as a tree, walked depth first: a node for each step, a branch for each thread that must
/// be tried there and for each outcome of its request. Executions that differ in nothing but the order of independent
/// steps are equal, and one of each kind is enough (docs/design/model-checking.md, "Reduction").
class tree {
 public:
  /// Without `reduce` it tries every thread at every node.
  explicit tree(bool reduce) : reduce_(reduce) {}

  /// Takes all steps of one run. False if the run turned out equal to one that was seen, and was given up.
  bool walk(run& r);

  /// Moves to the next branch. False when all have been taken.
  [[nodiscard]] bool next();

 private:
  using threads = std::bitset<max_threads>;

  // A thread sleeps at a node while everything that its request could come to has been tried elsewhere: what reads a
  // store older than `from`, and if it reads nothing, all of it.
  struct sleeper {
    bool asleep = false;
    std::size_t from = 0;
  };

  struct node {
    threads able;  ///< those that ask for something and can get what has not been tried elsewhere
    threads to_try;
    threads tried;
    std::array<sleeper, max_threads> sleepers;
    std::array<std::size_t, max_threads> stores;  ///< of the location that each thread asks for, on arrival here
    thread_id thread = 0;
    std::vector<choice> choices;
    std::size_t taken = 0;
  };

  [[nodiscard]] node arrive(const run& r, const event* last) const;
  [[nodiscard]] std::array<sleeper, max_threads> inherit(const run& r, const event& last) const;
  [[nodiscard]] bool pick(node& n, run& r);
  void reverse(const run& r, const race& found, std::size_t newest);

  bool reduce_;
  std::vector<node> path_;
};

}  // namespace filch_model
