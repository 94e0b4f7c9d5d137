// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "cell.hpp"

namespace matrix {

/// Has the workers end while the pool object stays: by a thread that waits for them; or, so that the verb can destroy
/// the pool, by a task, for which nobody waits.
inline void end_workers(cell& c) {
  if (c.what() != verb::destroy) {
    c.pool().shutdown();
    return;
  }
  filch::thread_pool& pool = c.pool();
  pool.execute([&pool] { pool.shutdown(); });
}

}  // namespace matrix
