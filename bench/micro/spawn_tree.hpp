// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/measure.hpp"
#include "support/tally.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace filch_bench {

/// Each task submits two more, down to `depth`; nobody waits but the outside thread for the whole.
template <class Pool>
void spawn_tree(Pool& pool, tally& tasks, unsigned depth) {
  tasks.add(1);
  if (depth > 0) {
    pool.execute([&pool, &tasks, depth] { spawn_tree(pool, tasks, depth - 1); });
    pool.execute([&pool, &tasks, depth] { spawn_tree(pool, tasks, depth - 1); });
  }
}

template <class Pool>
void spawn_tree_and_wait(Pool& pool, tally& tasks, unsigned depth) {
  if constexpr (Pool::accepts_outside) {
    pool.execute([&pool, &tasks, depth] { spawn_tree(pool, tasks, depth); });
    pool.wait_idle();
  } else {
    pool.run([&] { spawn_tree(pool, tasks, depth); });
  }
}

template <class Pool>
void register_spawn_tree(const options& asked) {
  if constexpr (!Pool::is_serial) {
    for (const unsigned depth : {16U, 20U}) {
      add_cells<Pool>(asked, "spawn_tree_" + std::to_string(depth), oversubscribed::yes,
                      [depth](benchmark::State& state, std::size_t threads) {
                        const std::uint64_t expected = (std::uint64_t{2} << depth) - 1;
                        Pool pool(threads);
                        tally tasks;
                        std::uint64_t before = 0;
                        for (auto _ : state) {
                          spawn_tree_and_wait(pool, tasks, depth);
                          const std::uint64_t after = tasks.sum();
                          if (after - before != expected) {
                            fail(state, unless_equal("number of tasks", after - before, expected));
                            break;
                          }
                          before = after;
                        }
                        state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(expected));
                      });
    }
  }
}

}  // namespace filch_bench
