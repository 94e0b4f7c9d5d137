// SPDX-License-Identifier: BSL-1.0
#include "algorithms/rows.hpp"
#include "algorithms/serial_algorithms.hpp"
#include "pools/serial_pool.hpp"
#include "suite/all_workloads.hpp"
#include "suite/suite.hpp"

namespace filch_bench {
namespace {

const suite_member member(&register_all<serial_pool>);
const suite_member algorithms_member(&register_algorithms<serial_algorithms>);
const suite_member sorts_member(&register_algorithms<boost_sorts>);

}  // namespace
}  // namespace filch_bench
