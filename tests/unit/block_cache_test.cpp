// SPDX-License-Identifier: BSL-1.0
#include "src/memory/block_cache.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <set>
#include <thread>
#include <vector>

#include <filch/detail/memory/block.hpp>

#include "src/memory/slab.hpp"
#include "support/catch.hpp"

using namespace filch::detail;

namespace {

bool is_aligned(const void* p, std::size_t n) { return reinterpret_cast<std::uintptr_t>(p) % n == 0; }

}  // namespace

TEST_CASE("a block that its thread frees is the next one it gets") {
  block_cache& mine = block_cache::mine();
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{64}, std::size_t{65}, std::size_t{256}}) {
    void* const first = mine.allocate(bytes);
    REQUIRE(is_aligned(first, block_alignment));
    std::memset(first, 0xAB, bytes);
    mine.release(first, bytes);
    void* const second = mine.allocate(bytes);
    REQUIRE(second == first);
    mine.release(second, bytes);
  }
}

TEST_CASE("blocks do not overlap, over several slabs") {
  block_cache& mine = block_cache::mine();
  for (const std::size_t bytes : {std::size_t{64}, std::size_t{128}, std::size_t{256}}) {
    const std::size_t count = 3 * slab::bytes / bytes;
    std::set<std::uintptr_t> addresses;
    std::vector<void*> blocks;
    for (std::size_t i = 0; i < count; ++i) {
      blocks.push_back(mine.allocate(bytes));
      addresses.insert(reinterpret_cast<std::uintptr_t>(blocks.back()));
    }
    REQUIRE(addresses.size() == count);
    bool apart = true;
    for (auto it = addresses.begin(); std::next(it) != addresses.end(); ++it) {
      apart = apart && *std::next(it) - *it >= bytes;
    }
    REQUIRE(apart);
    for (void* b : blocks) {
      mine.release(b, bytes);
    }
  }
}

TEST_CASE("blocks freed elsewhere come home in batches") {
  block_cache& home = block_cache::mine();
  std::vector<void*> drained;  // empties the cache of blocks that it has already
  std::set<void*> sent;
  for (int i = 0; i < 64; ++i) {
    sent.insert(home.allocate(64));
  }
  std::thread([&] {
    block_cache& other = block_cache::mine();
    for (void* b : sent) {
      other.release(b, 64);
    }
  }).join();
  std::set<void*> back;
  for (std::size_t i = 0; i < 4096 && back.size() < sent.size(); ++i) {
    void* const b = home.allocate(64);
    drained.push_back(b);
    if (sent.count(b) != 0) {
      back.insert(b);
    }
  }
  REQUIRE(back == sent);
  for (void* b : drained) {
    home.release(b, 64);
  }
}

TEST_CASE("an unfinished batch goes home by flush or at the thread's end") {
  block_cache& home = block_cache::mine();
  for (const bool flush : {true, false}) {
    void* const block = home.allocate(200);
    std::thread([&] {
      block_cache::mine().release(block, 200);
      if (flush) {
        block_cache::mine().flush();
      }
    }).join();
    std::vector<void*> drained;
    bool found = false;
    for (int i = 0; i < 2000 && !found; ++i) {
      drained.push_back(home.allocate(200));
      found = drained.back() == block;
    }
    REQUIRE(found);
    for (void* b : drained) {
      home.release(b, 200);
    }
  }
}

TEST_CASE("a thread's end hands its cache to the next new thread") {
  block_cache* first = nullptr;
  block_cache* second = nullptr;
  std::thread([&] { first = &block_cache::mine(); }).join();
  std::thread([&] { second = &block_cache::mine(); }).join();
  REQUIRE(first == second);
  REQUIRE(first != &block_cache::mine());
}

TEST_CASE("large and over-aligned objects come from the heap") {
  struct large {
    std::byte bytes[1000];
  };
  struct alignas(256) wide {
    int value;
  };
  auto* const l = static_cast<large*>(allocate_for<large>());
  REQUIRE(is_aligned(l, block_alignment));
  std::memset(static_cast<void*>(l), 1, sizeof(large));
  release_for<large>(l);
  void* const w = allocate_for<wide>();
  REQUIRE(is_aligned(w, 256));
  release_for<wide>(w);
}

TEST_CASE("make_in_block frees the block if the constructor throws") {
  struct bad {
    explicit bad(int n) { throw n; }
  };
  REQUIRE_THROWS_AS(make_in_block<bad>(3), int);
}

TEST_CASE("stress: blocks wander between threads and keep their content") {
  constexpr std::size_t rounds = 100'000;
  std::vector<std::atomic<std::uint64_t*>> mailbox(64);
  std::atomic<int> wrong{0};
  const auto run = [&](std::uint64_t me) {
    for (std::uint64_t i = 0; i < rounds; ++i) {
      auto* const b = static_cast<std::uint64_t*>(allocate_block(64));
      b[0] = me * rounds + i;
      b[7] = ~b[0];
      if (std::uint64_t* const other = mailbox[(i * 7 + me) % mailbox.size()].exchange(b)) {
        wrong.fetch_add(other[7] == ~other[0] ? 0 : 1);
        release_block(other, 64);
      }
    }
  };
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < 3; ++t) {
    threads.emplace_back(run, t);
  }
  for (auto& t : threads) {
    t.join();
  }
  for (auto& m : mailbox) {
    if (std::uint64_t* const b = m.load()) {
      release_block(b, 64);
    }
  }
  REQUIRE(wrong.load() == 0);
}
