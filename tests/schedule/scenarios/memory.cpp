// SPDX-License-Identifier: BSL-1.0
#include <filch/fork_join.hpp>
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include <filch/detail/memory/block.hpp>

#include "scenario.hpp"

// Whose memory is whose. In schedule_caches_test the blocks of tasks come from the caches that the library ships.

namespace {

using schedule::check;
using schedule::thread;
using schedule::workers;

constexpr std::size_t block_bytes = 64;

/// A block of a task's size, full of what nobody else may change.
class written_block {
 public:
  explicit written_block(std::uint64_t value)
      : words_(static_cast<std::uint64_t*>(filch::detail::allocate_block(block_bytes))), value_(value) {
    for (std::size_t i = 0; i < count; ++i) {
      words_[i] = value_ + i;
    }
  }
  written_block(const written_block&) = delete;
  written_block& operator=(const written_block&) = delete;
  ~written_block() {
    for (std::size_t i = 0; i < count; ++i) {
      check(words_[i] == value_ + i, "nobody else writes into a block in use");
    }
    filch::detail::release_block(words_, block_bytes);
  }

 private:
  static constexpr std::size_t count = block_bytes / sizeof(std::uint64_t);

  std::uint64_t* words_;
  std::uint64_t value_;
};

/// Uses blocks as tasks do.
void use_blocks(std::uint64_t value, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    const written_block block(value);
    for (int turns = 0; turns < 10; ++turns) {
      schedule::yield();
    }
  }
}

/// A pool of one whose worker has freed a block of its own.
std::unique_ptr<filch::thread_pool> pool_with_free_blocks() {
  auto pool = std::make_unique<filch::thread_pool>(workers(1));
  pool->execute([&pool = *pool] { pool.execute([] {}); });
  pool->wait_idle();
  return pool;
}

SCENARIO(memory_trim_after_shutdown_leaves_the_caches_of_living_threads_alone) {
  const auto pool = pool_with_free_blocks();
  pool->shutdown();
  schedule::event trimmed;
  const thread heir([&] {
    use_blocks(1000, 5);
    const written_block block(2000);
    trimmed.wait();
  });
  for (int i = 0; i < 6; ++i) {
    pool->trim();
  }
  trimmed.set();
}

SCENARIO(memory_trim_beside_the_end_of_a_worker_leaves_the_cache_to_its_heir) {
  const auto pool = pool_with_free_blocks();
  schedule::event trimmed;
  const thread trimmer([&] {
    for (int i = 0; i < 6; ++i) {
      pool->trim();
    }
    trimmed.set();
  });
  pool->shutdown();
  const thread heir([&] {
    use_blocks(1000, 5);
    const written_block block(2000);
    trimmed.wait();
  });
}

SCENARIO(memory_trim_beside_a_worker_that_wakes_up) {
  const auto pool = pool_with_free_blocks();
  const thread trimmer([&] {
    pool->trim();
    pool->trim();
  });
  for (std::uint64_t i = 0; i < 3; ++i) {
    pool->execute([i] { use_blocks(1000 * i, 1); });
  }
  pool->wait_idle();
}

SCENARIO(memory_blocks_freed_by_a_thread_that_ends_at_once_come_home_whole) {
  std::array<void*, 3> blocks{};
  for (void*& b : blocks) {
    b = filch::detail::allocate_block(block_bytes);
  }
  const thread other([&] {
    for (void* const b : blocks) {
      filch::detail::release_block(b, block_bytes);
    }
  });
  use_blocks(5000, 4);
}

SCENARIO(memory_two_pools_that_end_and_begin_hand_their_caches_on) {
  const auto old_pool = pool_with_free_blocks();
  const thread ending([&] { old_pool->shutdown(); });
  filch::thread_pool young(workers(1));
  for (std::uint64_t i = 0; i < 3; ++i) {
    young.execute([i] { use_blocks(1000 * i, 1); });
  }
  old_pool->trim();
  young.wait_idle();
}

// ---- fork()

template <class Call>
[[nodiscard]] bool is_usage_error(Call call) {
  try {
    call();
  } catch (const filch::usage_error&) {
    return true;
  }
  return false;
}

/// In a child: a pool of its own works.
[[nodiscard]] bool own_pool_works() {
  filch::thread_pool pool(workers(1));
  filch::task_group group(pool);
  group.run([] { throw 1; });
  bool thrown = false;
  try {
    group.wait();
  } catch (int) {
    thrown = true;
  }
  pool.trim();
  return thrown && pool.spawn([] { return 5; }).join() == 5;
}

/// In a child: the pool of the parent takes nothing.
[[nodiscard]] bool is_refused_by(filch::thread_pool& pool) {
  return pool.try_execute([] {}) == filch::submit_status::forked && is_usage_error([&] { pool.execute([] {}); }) &&
         is_usage_error([&] { pool.spawn([] {}).detach(); }) && is_usage_error([&] { pool.invoke([] {}); }) &&
         is_usage_error([&] { pool.wait_idle(); }) && !pool.shutdown().joined;
}

SCENARIO(memory_fork_beside_errors_of_a_group) {
  filch::thread_pool pool(workers(1));
  const thread other([&] {
    filch::task_group group(pool);
    group.run([] { throw 1; });
    try {
      group.wait();
    } catch (int) {
    }
    static_cast<void>(group.exceptions());
  });
  schedule::in_fork(&own_pool_works);
}

SCENARIO(memory_fork_beside_trim_and_threads_that_end) {
  const auto pool = pool_with_free_blocks();
  const thread other([&] {
    use_blocks(1000, 1);
    pool->trim();
  });
  const thread ending([&] { pool->shutdown(); });
  schedule::in_fork(&own_pool_works);
}

SCENARIO(memory_fork_beside_a_pool_that_begins_and_ends) {
  const thread other([] { filch::thread_pool pool(workers(1)); });
  schedule::in_fork(&own_pool_works);
}

SCENARIO(memory_fork_in_a_task_makes_no_worker) {
  filch::thread_pool pool(workers(1));
  pool.spawn([&] { schedule::in_fork([&] { return is_refused_by(pool) && own_pool_works(); }); }).join();
}

SCENARIO(memory_fork_in_a_guest_makes_no_guest) {
  filch::thread_pool pool(workers(1));
  pool.invoke([&] {
    filch::fork_join([&] { schedule::in_fork([&] { return is_refused_by(pool); }); }, [] {});
    schedule::in_fork([&] { return is_refused_by(pool); });
  });
}

SCENARIO(memory_fork_leaves_pending_tasks_to_the_parent) {
  filch::thread_pool pool(workers(1));
  auto handle = pool.spawn([] { return 1; });
  filch::task_group group(pool);
  group.run([] {});
  schedule::in_fork([&] {
    const bool is_handle_right = handle.is_finished() || is_usage_error([&] { handle.join(); });
    try {
      group.wait();
    } catch (const filch::usage_error&) {
    }
    return is_handle_right && own_pool_works();
  });
  check(handle.join() == 1, "the parent's task runs in the parent");
  group.wait();
}

}  // namespace
