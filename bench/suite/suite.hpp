// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/options.hpp"

namespace filch_bench {

using register_cells = void (*)(const options&);

/// A pool takes part in the suite by a namespace-scope object of this type in its file in suite/,
/// so that main() needs no list of the pools that were configured.
class suite_member {
 public:
  explicit suite_member(register_cells cells);
};

/// Registers the cells of every member.
void register_members(const options& asked);

}  // namespace filch_bench
