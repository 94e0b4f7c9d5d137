// SPDX-License-Identifier: BSL-1.0
#include "suite/suite.hpp"

#include <vector>

namespace filch_bench {
namespace {

std::vector<register_cells>& members() {
  static std::vector<register_cells> list;
  return list;
}

}  // namespace

suite_member::suite_member(register_cells cells) { members().push_back(cells); }

void register_members(const options& asked) {
  for (const register_cells cells : members()) {
    cells(asked);
  }
}

}  // namespace filch_bench
