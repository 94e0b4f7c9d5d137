// SPDX-License-Identifier: BSL-1.0
#include <filch/thread_pool.hpp>

#include <atomic>
#include <cstddef>
#include <latch>
#include <set>
#include <thread>
#include <vector>

#include "src/memory/block_cache.hpp"
#include "src/memory/slab.hpp"
#include "src/queues/chase_lev_deque.hpp"
#include "src/queues/spmc_fifo.hpp"
#include "support/blocker.hpp"
#include "support/catch.hpp"
#include "support/resident.hpp"

using namespace filch::detail;
using filch_test::memory_tells;
using filch_test::resident_kib;

namespace {

constexpr std::size_t burst = 1'000'000;

/// A pool of one worker that has nothing to give back, and how much memory the process has taken since. Says nothing,
/// and nothing fails, where memory does not tell.
class metered_pool {
 public:
  metered_pool() {
    pool_.execute([] {});
    pool_.wait_idle();
    pool_.trim();
    before_ = resident_kib();
  }

  [[nodiscard]] filch::thread_pool& get() { return pool_; }

  void require_bytes_a_task(double most, long in_memory) const {
    if (memory_tells && before_ > 0) {
      const double each = 1024.0 * static_cast<double>(in_memory - before_) / static_cast<double>(burst);
      INFO(each << " bytes a task");
      CHECK(each <= most);
    }
  }
  void require_growth(double most_mebibytes) const {
    if (memory_tells && before_ > 0) {
      const double growth = static_cast<double>(resident_kib() - before_) / 1024;
      INFO(growth << " MiB more than before");
      CHECK(growth <= most_mebibytes);
    }
  }

 private:
  filch::thread_pool pool_{1};
  long before_ = 0;
};

template <class Queue>
std::size_t slots_of(Queue& queue) {
  auto retired = queue.retire();
  return retired ? retired->capacity() : 0;
}

}  // namespace

TEST_CASE("a burst of outside tasks costs 80 bytes each, and trim gives them back") {
  metered_pool metered;
  filch::thread_pool& pool = metered.get();
  std::atomic<std::size_t> ran{0};
  {
    filch_test::blocker busy(pool);
    for (std::size_t i = 0; i < burst; ++i) {
      pool.execute(
          [&ran, a = i, b = i, c = i, d = i, e = i] { ran += a == b && b == c && c == d && d == e ? 1U : 0U; });
    }
    metered.require_bytes_a_task(80, resident_kib());
    busy.open();
    pool.wait_idle();
  }
  REQUIRE(ran == burst);
  pool.trim();
  metered.require_growth(2);
}

TEST_CASE("a burst from inside costs 96 bytes each, and trim gives them back") {
  metered_pool metered;
  filch::thread_pool& pool = metered.get();
  long full = 0;
  std::atomic<std::size_t> ran{0};
  pool.execute([&] {
    for (std::size_t i = 0; i < burst; ++i) {
      pool.execute([&ran] { ++ran; });
    }
    full = resident_kib();
  });
  pool.wait_idle();
  REQUIRE(ran == burst);
  metered.require_bytes_a_task(96, full);
  pool.trim();
  metered.require_growth(2);
}

TEST_CASE("a busy worker gives its memory back when it has ended its task") {
  metered_pool metered;
  filch::thread_pool& pool = metered.get();
  pool.execute([&pool] {
    for (std::size_t i = 0; i < burst; ++i) {
      pool.execute([] {});
    }
    pool.trim();
  });
  pool.wait_idle();
  metered.require_growth(2);
}

TEST_CASE("what a thread that has ended allocated is given back") {
  metered_pool metered;
  filch::thread_pool& pool = metered.get();
  filch_test::blocker busy(pool);
  std::thread([&pool] {
    for (std::size_t i = 0; i < burst; ++i) {
      pool.execute([] {});
    }
  }).join();
  busy.open();
  pool.wait_idle();
  pool.trim();
  metered.require_growth(2);
}

TEST_CASE("trim of a pool that was shut down leaves alone who has the cache of its worker now") {
  filch::thread_pool pool(1);
  const block_cache* const workers = pool.spawn([] { return &block_cache::mine(); }).join();
  pool.shutdown();
  const block_cache* heirs = nullptr;
  void* newest = nullptr;
  void* next = nullptr;
  std::latch freed(1);
  std::latch trimmed(1);
  std::thread heir([&] {
    block_cache& mine = block_cache::mine();
    heirs = &mine;
    std::vector<void*> blocks(3 * slab::bytes / 64);
    for (void*& b : blocks) {
      b = mine.allocate(64);
    }
    newest = blocks.front();  // of a slab that trim would give away
    for (; !blocks.empty(); blocks.pop_back()) {
      mine.release(blocks.back(), 64);
    }
    freed.count_down();
    trimmed.wait();
    next = mine.allocate(64);
    mine.release(next, 64);
  });
  freed.wait();
  pool.trim();
  trimmed.count_down();
  heir.join();
  REQUIRE(heirs == workers);
  REQUIRE(next == newest);
}

TEST_CASE("trim while tasks are submitted, stolen and discarded loses nothing") {
  std::atomic<std::size_t> ran{0};
  std::atomic<bool> stop{false};
  constexpr std::size_t rounds = 200;
  constexpr std::size_t tasks = 500;
  {
    filch::thread_pool pool(3);
    std::thread trimmer([&] {
      while (!stop) {
        pool.trim();
      }
    });
    for (std::size_t round = 0; round < rounds; ++round) {
      pool.execute([&] {
        for (std::size_t i = 0; i < tasks; ++i) {
          pool.execute([&ran] { ++ran; });
        }
      });
      for (std::size_t i = 0; i < tasks; ++i) {
        pool.execute([&ran] { ++ran; });
      }
      if (round % 16 == 0) {
        pool.wait_idle();
      }
    }
    pool.wait_idle();
    stop = true;
    trimmer.join();
  }
  REQUIRE(ran == 2 * rounds * tasks);
}

TEST_CASE("a trimmed cache keeps the slabs of which a block is in use") {
  block_cache cache;
  const std::size_t count = 3 * slab::bytes / 64;
  std::vector<void*> blocks;
  for (std::size_t i = 0; i < count; ++i) {
    blocks.push_back(cache.allocate(64));
  }
  std::set<slab*> slabs;
  for (void* const b : blocks) {
    slabs.insert(&slab::of(b));
  }
  REQUIRE(slabs.size() == 4);
  void* const kept = blocks[count / 2];
  for (void* const b : blocks) {
    if (b != kept) {
      cache.release(b, 64);
    }
  }
  cache.trim();
  // The kept block's slab, and the newest, which was not cut to its end.
  std::set<slab*> left;
  for (std::size_t i = 0; i < 1022; ++i) {
    left.insert(&slab::of(cache.allocate(64)));
  }
  REQUIRE(left.size() <= 2);
  REQUIRE((left.contains(&slab::of(kept)) || left.contains(&slab::of(blocks.back()))));
}

TEST_CASE("an empty deque is trimmed to its first size and goes on") {
  chase_lev_deque<int> deque(2);
  auto mine = deque.owner();
  for (int i = 0; i < 9; ++i) {
    mine.push(i);
  }
  REQUIRE(slots_of(mine) == 8);  // outgrown; the one in use has 16
  int item = 0;
  while (mine.pop(item)) {
  }
  REQUIRE(slots_of(mine) == 16);
  REQUIRE(slots_of(mine) == 0);
  for (int i = 0; i < 9; ++i) {
    mine.push(i);
  }
  for (int i = 0; i < 9; ++i) {
    const auto stolen = deque.thief().steal();
    REQUIRE(stolen.status == steal_status::got);
    REQUIRE(stolen.item == i);
  }
}

TEST_CASE("an empty fifo is trimmed to its first size and goes on") {
  spmc_fifo<int> fifo(2);
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 9; ++i) {
      fifo.push(i);
    }
    REQUIRE(slots_of(fifo) == 8);
    for (int i = 0; i < 9; ++i) {
      const auto taken = fifo.take();
      REQUIRE(taken.status == steal_status::got);
      REQUIRE(taken.item == i);
    }
    REQUIRE(slots_of(fifo) == 16);
    REQUIRE(slots_of(fifo) == 0);
  }
}
