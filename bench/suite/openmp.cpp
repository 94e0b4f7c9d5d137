// SPDX-License-Identifier: BSL-1.0
#include "algorithms/openmp_algorithms.hpp"
#include "algorithms/rows.hpp"
#include "pools/openmp_pool.hpp"
#include "suite/all_workloads.hpp"
#include "suite/suite.hpp"

namespace filch_bench {
namespace {

const suite_member member(&register_all<openmp_pool>);
const suite_member algorithms_member(&register_algorithms<openmp_algorithms>);

}  // namespace
}  // namespace filch_bench
