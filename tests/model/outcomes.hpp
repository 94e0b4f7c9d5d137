// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <set>
#include <vector>

#include "explorer/arena.hpp"

namespace filch_model {

/// What the executions of a scenario came to. It outlives them.
class outcomes {
 public:
  void add(const std::vector<int>& values) {
    arena::close();
    seen_.insert(std::vector<int>(values.begin(), values.end()));
    arena::open();
  }

  [[nodiscard]] bool has(const std::vector<int>& values) const { return seen_.count(values) != 0; }
  [[nodiscard]] std::size_t size() const { return seen_.size(); }

 private:
  std::set<std::vector<int>> seen_;
};

}  // namespace filch_model
