// SPDX-License-Identifier: BSL-1.0
#include "algorithms/rows.hpp"
#include "algorithms/std_par_algorithms.hpp"
#include "suite/suite.hpp"

namespace filch_bench {
namespace {

const suite_member member(&register_algorithms<std_par_algorithms>);

}  // namespace
}  // namespace filch_bench
