// SPDX-License-Identifier: BSL-1.0
#include "algorithms/filch_algorithms.hpp"
#include "algorithms/rows.hpp"
#include "pools/filch_pool.hpp"
#include "suite/all_workloads.hpp"
#include "suite/suite.hpp"

namespace filch_bench {
namespace {

const suite_member member(&register_all<filch_pool>);
const suite_member any_member(&register_fork_join<filch_any_pool>);
const suite_member algorithms_member(&register_algorithms<filch_algorithms>);

}  // namespace
}  // namespace filch_bench
