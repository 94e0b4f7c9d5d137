// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace filch_bench {

/// What the queues of plain pointers hold; `run` also frees the job.
struct job {
  explicit job(void (*run_and_free)(job*)) : run(run_and_free) {}
  job(const job&) = delete;
  job& operator=(const job&) = delete;

  void (*run)(job*);

 protected:
  ~job() = default;
};

}  // namespace filch_bench
