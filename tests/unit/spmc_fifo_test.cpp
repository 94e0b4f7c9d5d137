// SPDX-License-Identifier: BSL-1.0
#include "src/queues/spmc_fifo.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace filch::detail;

namespace {

using fifo = spmc_fifo<std::uint64_t>;

constexpr ring_index first_indices[] = {0, -2, std::numeric_limits<std::int64_t>::max() - 2,
                                        std::int64_t{std::numeric_limits<std::uint32_t>::max()} - 2};

}  // namespace

TEST_CASE("a fifo gives its items in order, and grows") {
  for (const ring_index first : first_indices) {
    fifo q(1, first);
    REQUIRE(q.empty());
    REQUIRE(q.take().status == steal_status::empty);
    for (std::uint64_t i = 0; i < 300; ++i) {
      q.push(i);
    }
    REQUIRE_FALSE(q.empty());
    for (std::uint64_t i = 0; i < 300; ++i) {
      const auto r = q.take();
      REQUIRE(r.status == steal_status::got);
      REQUIRE(r.item == i);
    }
    REQUIRE(q.empty());
  }
}

TEST_CASE("appended items are seen only after publish") {
  fifo q(2);
  for (std::size_t i = 0; i < 5; ++i) {
    q.append(i, i);
  }
  REQUIRE(q.empty());
  REQUIRE(q.take().status == steal_status::empty);
  q.publish(5);
  for (std::uint64_t i = 0; i < 5; ++i) {
    REQUIRE(q.take().item == i);
  }
}

TEST_CASE("take_half takes the older half, at least one, at most the limit") {
  fifo q(4, std::numeric_limits<std::int64_t>::max() - 2);
  for (std::uint64_t i = 0; i < 9; ++i) {
    q.push(i);
  }
  std::array<std::uint64_t, 8> out{};
  std::size_t taken = 0;
  REQUIRE(q.take_half(out.data(), out.size(), taken) == steal_status::got);
  REQUIRE(taken == 5);
  REQUIRE(out[0] == 0);
  REQUIRE(out[4] == 4);
  REQUIRE(q.take_half(out.data(), 1, taken) == steal_status::got);
  REQUIRE(taken == 1);
  REQUIRE(out[0] == 5);
  REQUIRE(q.take_half(out.data(), out.size(), taken) == steal_status::got);
  REQUIRE(taken == 2);
  REQUIRE(q.take_half(out.data(), out.size(), taken) == steal_status::got);
  REQUIRE(taken == 1);
  REQUIRE(out[0] == 8);
  REQUIRE(q.take_half(out.data(), out.size(), taken) == steal_status::empty);
}

TEST_CASE("stress: one pusher, two takers, each item once and in order for each taker") {
  constexpr std::uint64_t items = 200'000;
  for (const ring_index first : first_indices) {
    fifo q(1, first);
    std::atomic<bool> done{false};
    std::vector<std::vector<std::uint64_t>> taken(2);
    const auto run = [&](std::size_t me) {
      std::array<std::uint64_t, 8> out{};
      for (;;) {
        const bool last_round = done.load(std::memory_order_acquire);
        std::size_t n = 0;
        const steal_status s = q.take_half(out.data(), out.size(), n);
        if (s == steal_status::got) {
          taken[me].insert(taken[me].end(), out.begin(), out.begin() + static_cast<std::ptrdiff_t>(n));
        } else if (s == steal_status::empty && last_round) {
          return;
        }
      }
    };
    std::thread a(run, 0);
    std::thread b(run, 1);
    std::vector<std::uint64_t> own;
    for (std::uint64_t i = 0; i < items;) {
      const std::size_t batch = 1 + i % 7;
      std::size_t pending = 0;
      for (; pending < batch && i < items; ++pending, ++i) {
        q.append(i, pending);
      }
      q.publish(pending);
      if (i % 3 == 0) {
        const auto r = q.take();
        if (r.status == steal_status::got) {
          own.push_back(r.item);
        }
      }
    }
    done.store(true, std::memory_order_release);
    a.join();
    b.join();
    taken.push_back(own);
    std::vector<unsigned> seen(items);
    for (const auto& list : taken) {
      REQUIRE(std::is_sorted(list.begin(), list.end()));
      for (const std::uint64_t item : list) {
        REQUIRE(item < items);
        ++seen[item];
      }
    }
    REQUIRE(std::all_of(seen.begin(), seen.end(), [](unsigned n) { return n == 1; }));
  }
}
