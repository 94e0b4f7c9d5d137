// SPDX-License-Identifier: BSL-1.0
#include "src/queues/chase_lev_deque.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace filch::detail;

namespace {

using deque = chase_lev_deque<std::uint64_t>;
using restless_deque = chase_lev_deque<std::uint64_t, native_policy, 1>;  // lowers its fence as soon as it may

constexpr ring_index first_indices[] = {0, -2, std::numeric_limits<std::int64_t>::max() - 2,
                                        std::int64_t{std::numeric_limits<std::uint32_t>::max()} - 2,
                                        std::numeric_limits<std::int64_t>::min()};

// Every item 0..n-1 was taken exactly once.
bool exactly_once(const std::vector<std::vector<std::uint64_t>>& taken, std::uint64_t n) {
  std::vector<unsigned> seen(n);
  for (const auto& list : taken) {
    for (const std::uint64_t item : list) {
      if (item >= n || ++seen[item] != 1) {
        return false;
      }
    }
  }
  return std::accumulate(seen.begin(), seen.end(), std::uint64_t{0}) == n;
}

template <class Deque>
std::vector<std::uint64_t> steal_until(Deque& d, const std::atomic<bool>& done) {
  std::vector<std::uint64_t> mine;
  for (;;) {
    const bool last_round = done.load(std::memory_order_acquire);
    const auto r = d.thief().steal();
    if (r.status == steal_status::got) {
      mine.push_back(r.item);
    } else if (r.status == steal_status::empty && last_round) {
      return mine;
    }
  }
}

// One owner runs `work(owner, mine)` against two thieves.
template <class Deque, class Work>
bool owner_against_thieves(Deque& d, std::uint64_t items, Work work) {
  std::vector<std::vector<std::uint64_t>> taken(3);
  std::atomic<bool> done{false};
  std::thread first([&] { taken[1] = steal_until(d, done); });
  std::thread second([&] { taken[2] = steal_until(d, done); });
  work(d.owner(), taken[0]);
  done.store(true, std::memory_order_release);
  first.join();
  second.join();
  return exactly_once(taken, items);
}

}  // namespace

TEST_CASE("pop as the first operation finds nothing") {
  for (const ring_index first : first_indices) {
    deque d(2, first);
    std::uint64_t item = 77;
    REQUIRE_FALSE(d.owner().pop(item));
    REQUIRE_FALSE(d.owner().pop(item));
    REQUIRE(item == 77);
    REQUIRE(d.owner().size() == 0);
    REQUIRE(d.thief().steal().status == steal_status::empty);
    d.owner().push(5);
    REQUIRE(d.owner().pop(item));
    REQUIRE(item == 5);
  }
}

TEST_CASE("the owner pops the newest, a thief steals the oldest") {
  for (const ring_index first : first_indices) {
    deque d(4, first);
    for (std::uint64_t i = 0; i < 4; ++i) {
      d.owner().push(i);
    }
    REQUIRE(d.owner().size() == 4);
    REQUIRE_FALSE(d.thief().empty());
    const auto stolen = d.thief().steal();
    REQUIRE(stolen.status == steal_status::got);
    REQUIRE(stolen.item == 0);
    std::uint64_t item = 0;
    REQUIRE(d.owner().pop(item));
    REQUIRE(item == 3);
    REQUIRE(d.thief().steal().item == 1);
    REQUIRE(d.owner().pop(item));
    REQUIRE(item == 2);
    REQUIRE_FALSE(d.owner().pop(item));
    REQUIRE(d.thief().empty());
  }
}

TEST_CASE("a ring of capacity 1 or 2 grows and keeps order and content") {
  for (const std::size_t capacity : {std::size_t{1}, std::size_t{2}}) {
    for (const ring_index first : first_indices) {
      deque d(capacity, first);
      for (std::uint64_t i = 0; i < 1000; ++i) {
        d.owner().push(i);
      }
      for (std::uint64_t i = 0; i < 500; ++i) {
        REQUIRE(d.thief().steal().item == i);
      }
      for (std::uint64_t i = 1000; i-- > 500;) {
        std::uint64_t item = 0;
        REQUIRE(d.owner().pop(item));
        REQUIRE(item == i);
      }
      REQUIRE(d.thief().empty());
    }
  }
}

TEST_CASE("at its capacity the owner reuses slots that thieves have left") {
  deque d(4);
  std::uint64_t next = 0;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    d.owner().push(i);
    if (i >= 3) {
      REQUIRE(d.thief().steal().item == next++);
    }
  }
}

TEST_CASE("a thief raises the owner's fence, and a quiet time lowers it") {
  if (!native_policy::has_heavy_barrier()) {
    WARN("not tested: this system has no heavy barrier");
    return;
  }
  deque d;
  for (std::uint64_t i = 0; i < 4; ++i) {
    d.owner().push(i);
  }
  REQUIRE(d.thief().steal(steal_effort::cheap).status == steal_status::empty);
  REQUIRE(d.thief().steal(steal_effort::any).item == 0);
  REQUIRE(d.thief().steal(steal_effort::cheap).item == 1);
  std::uint64_t item = 0;
  for (int i = 0; i < 257; ++i) {  // the first sees the thefts
    REQUIRE(d.owner().pop(item));
    d.owner().push(item);
  }
  REQUIRE(d.thief().steal(steal_effort::cheap).status == steal_status::empty);
  REQUIRE(d.thief().steal(steal_effort::any).item == 2);
}

TEST_CASE("what the owner takes from the top itself is no theft: the fence is lowered all the same") {
  deque d(1024);
  for (std::uint64_t i = 0; i < 700; ++i) {
    d.owner().push(i);
  }
  REQUIRE((d.thief().steal(steal_effort::any).status == steal_status::got));
  std::uint64_t item = 0;
  for (int i = 0; i < 300; ++i) {
    REQUIRE(d.owner().pop(item));
    if (i % 60 == 0) {
      REQUIRE((d.owner().take_oldest().status == steal_status::got));
    }
  }
  // A cheap thief gets something only while the fence is up.
  REQUIRE((d.thief().steal(steal_effort::cheap).status ==
           (native_policy::has_heavy_barrier() ? steal_status::empty : steal_status::got)));
}

TEST_CASE("without a heavy barrier the fence stays up") {
  deque d(2, 0, false);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    d.owner().push(i);
  }
  std::uint64_t item = 0;
  for (int i = 0; i < 600; ++i) {
    REQUIRE(d.owner().pop(item));
  }
  REQUIRE(d.thief().steal(steal_effort::cheap).item == 0);
}

TEST_CASE("stress: growth under theft, each item once") {
  constexpr std::uint64_t items = 200'000;
  const auto push_and_sometimes_pop = [](auto owner, auto& mine) {
    for (std::uint64_t i = 0; i < items; ++i) {
      owner.push(i);
      std::uint64_t item = 0;
      if (i % 3 == 0 && owner.pop(item)) {
        mine.push_back(item);
      }
    }
  };
  for (const ring_index first : first_indices) {
    deque d(1, first);
    REQUIRE(owner_against_thieves(d, items, push_and_sometimes_pop));
    deque fenced(1, first, false);
    REQUIRE(owner_against_thieves(fenced, items, push_and_sometimes_pop));
  }
  restless_deque restless(1);
  REQUIRE(owner_against_thieves(restless, items, push_and_sometimes_pop));
}

TEST_CASE("stress: the fence goes up and down") {
  constexpr std::uint64_t items = 300'000;
  restless_deque d(4);
  REQUIRE(owner_against_thieves(d, items, [](restless_deque::owner_end owner, auto& mine) {
    std::uint64_t item = 0;
    for (std::uint64_t i = 0; i < items; ++i) {
      owner.push(i);
      if (i % 4 == 3) {
        while (owner.pop(item)) {
          mine.push_back(item);
        }
      }
    }
  }));
}

TEST_CASE("stress: the last item, push one and pop one") {
  constexpr std::uint64_t items = 300'000;
  deque d(2, -2);
  REQUIRE(owner_against_thieves(d, items, [](deque::owner_end owner, auto& mine) {
    for (std::uint64_t i = 0; i < items; ++i) {
      owner.push(i);
      std::uint64_t item = 0;
      if (owner.pop(item)) {
        mine.push_back(item);
      }
    }
  }));
}
