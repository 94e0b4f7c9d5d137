// SPDX-License-Identifier: BSL-1.0
#include "pools/tbb_group_pool.hpp"
#include "suite/all_workloads.hpp"
#include "suite/suite.hpp"

namespace filch_bench {
namespace {

const suite_member member(&register_all<tbb_group_pool>);

}  // namespace
}  // namespace filch_bench
