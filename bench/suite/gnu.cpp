// SPDX-License-Identifier: BSL-1.0
#include "algorithms/gnu_algorithms.hpp"
#include "algorithms/rows.hpp"
#include "suite/suite.hpp"

namespace filch_bench {
namespace {

const suite_member member(&register_algorithms<gnu_algorithms>);

}  // namespace
}  // namespace filch_bench
