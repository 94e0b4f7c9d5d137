// SPDX-License-Identifier: BSL-1.0
#include "algorithms/rows.hpp"
#include "algorithms/tbb_algorithms.hpp"
#include "pools/tbb_pool.hpp"
#include "suite/all_workloads.hpp"
#include "suite/suite.hpp"

namespace filch_bench {
namespace {

const suite_member member(&register_all<tbb_pool>);
const suite_member algorithms_member(&register_algorithms<tbb_algorithms>);

}  // namespace
}  // namespace filch_bench
