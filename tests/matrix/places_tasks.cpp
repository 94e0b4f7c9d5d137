// SPDX-License-Identifier: BSL-1.0
// Places in tasks: on a worker, in place, in a guest, and in callbacks of a group's stop token.
#include <stop_token>

#include <filch/task_group.hpp>

#include "cell.hpp"

namespace matrix {
namespace {

/// A pool of one whose worker is busy and in which one more outside task is one too many.
filch::thread_pool& make_full_pool(cell& c, filch::on_full on_full) {
  filch::thread_pool& pool = c.make_pool({.threads = 1, .max_pending = 1, .on_full = on_full});
  c.block_worker();
  return pool;
}

template <class Cancel>
void in_stop_callback(cell& c, Cancel cancel) {
  filch::thread_pool& pool = c.make_pool({.threads = 2});
  // Of a pool that outlives the one that the verb may destroy.
  filch::thread_pool groups_pool(1);
  filch::task_group group(groups_pool);
  const std::stop_callback callback(group.get_stop_token(), [&c] { c.call(); });
  cancel(pool, group);
  c.end();
}

}  // namespace

// Of a pool of one, so that nobody else can do what the task waits for.
void in_task(cell& c) {
  filch::thread_pool& pool = c.make_pool({.threads = 1});
  std::latch ready(1);
  pool.execute([&] {
    ready.wait();
    c.call();
  });
  c.queue_task_to_join();
  ready.count_down();
  c.end();
}

void in_place_outside(cell& c) {
  make_full_pool(c, filch::on_full::run_in_caller).execute([&c] { c.call(); });
  c.end();
}

void in_place_on_another_pools_worker(cell& c) {
  filch::thread_pool& pool = make_full_pool(c, filch::on_full::block);
  filch::thread_pool other(1);
  other.spawn([&] { pool.execute([&c] { c.call(); }); }).join();
  c.end();
}

void in_invoke(cell& c) {
  filch::thread_pool& pool = c.make_pool({.threads = 1});
  c.block_worker();
  pool.invoke([&c] { c.call(); });
  c.end();
}

void in_stop_callback_outside(cell& c) {
  in_stop_callback(c, [](filch::thread_pool&, filch::task_group& group) { group.cancel(); });
}

void in_stop_callback_in_task(cell& c) {
  in_stop_callback(c, [](filch::thread_pool& pool, filch::task_group& group) {
    std::latch cancelled(1);
    pool.execute([&] {
      group.cancel();
      cancelled.count_down();
    });
    cancelled.wait();
  });
}

}  // namespace matrix
