// SPDX-License-Identifier: BSL-1.0
#include "pool/unhandled_sink.hpp"

#include <utility>

#include <filch/detail/job/job.hpp>

#include "pool/pool_state.hpp"
#include "worker/current.hpp"

namespace filch::inline v0::detail {

void report_unhandled_in(pool_state& pool, std::exception_ptr error) noexcept { pool.sink().report(std::move(error)); }

void report_unhandled(std::exception_ptr error) noexcept {
  if (pool_state* const pool = acting_pool()) {
    pool->sink().report(std::move(error));
  }
}

}  // namespace filch::inline v0::detail
