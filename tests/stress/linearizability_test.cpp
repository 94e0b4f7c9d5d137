// SPDX-License-Identifier: BSL-1.0
// Short real runs of the deque, each checked against a sequential one: is there an order of its operations, agreeing
// with those that did not overlap in time, in which a plain deque gives the same answers? (Wing and Gong, Testing and
// Verifying Concurrent Objects, JPDC 1993.)
#include <array>
#include <atomic>
#include <barrier>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <functional>
#include <random>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "src/queues/chase_lev_deque.hpp"
#include "support/catch.hpp"
#include "support/seed.hpp"

namespace {

using filch::detail::steal_status;

enum class kind : unsigned char { push, pop, steal };

struct operation {
  kind what;
  int item;  ///< pushed or got; 0 for none
  std::uint64_t begin;
  std::uint64_t end;
};

using history = std::vector<operation>;

/// Whether `h` can be ordered. Operations are at most 32.
class checker {
 public:
  explicit checker(const history& h) : history_(h) {}

  [[nodiscard]] bool linearizable() { return extend(0); }

 private:
  bool extend(std::uint32_t done) {
    if (done == (std::uint32_t{1} << history_.size()) - 1) {
      return true;
    }
    if (!seen_.insert({done, state_}).second) {
      return false;
    }
    std::uint64_t first_end = ~std::uint64_t{0};
    for (std::size_t i = 0; i < history_.size(); ++i) {
      if ((done >> i & 1) == 0 && history_[i].end < first_end) {
        first_end = history_[i].end;
      }
    }
    for (std::size_t i = 0; i < history_.size(); ++i) {
      // What began after another one's end cannot come before it.
      if ((done >> i & 1) != 0 || history_[i].begin > first_end) {
        continue;
      }
      const std::deque<int> before = state_;
      if (apply(history_[i]) && extend(done | std::uint32_t{1} << i)) {
        return true;
      }
      state_ = before;
    }
    return false;
  }

  bool apply(const operation& o) {
    if (o.what == kind::push) {
      state_.push_back(o.item);
      return true;
    }
    if (state_.empty() || o.item == 0) {
      return state_.empty() && o.item == 0;
    }
    const int item = o.what == kind::pop ? state_.back() : state_.front();
    if (item != o.item) {
      return false;
    }
    o.what == kind::pop ? state_.pop_back() : state_.pop_front();
    return true;
  }

  const history& history_;
  std::deque<int> state_;
  std::set<std::pair<std::uint32_t, std::deque<int>>> seen_;
};

operation op(kind what, int item, std::uint64_t begin, std::uint64_t end) { return {what, item, begin, end}; }

TEST_CASE("the checker accepts what overlaps and refuses what cannot be") {
  const history overlap = {op(kind::push, 1, 0, 3), op(kind::steal, 1, 1, 2)};
  REQUIRE(checker(overlap).linearizable());
  const history too_early = {op(kind::steal, 1, 0, 1), op(kind::push, 1, 2, 3)};
  REQUIRE_FALSE(checker(too_early).linearizable());
  const history twice = {op(kind::push, 1, 0, 1), op(kind::steal, 1, 2, 5), op(kind::pop, 1, 3, 4)};
  REQUIRE_FALSE(checker(twice).linearizable());
  const history wrong_end = {op(kind::push, 1, 0, 1), op(kind::push, 2, 2, 3), op(kind::steal, 2, 4, 5)};
  REQUIRE_FALSE(checker(wrong_end).linearizable());
  const history not_empty = {op(kind::push, 1, 0, 1), op(kind::steal, 0, 2, 3), op(kind::pop, 1, 4, 5)};
  REQUIRE_FALSE(checker(not_empty).linearizable());
}

TEST_CASE("the deque is linearizable in short runs") {
  constexpr int rounds = 50'000;
  constexpr std::size_t thieves = 2;
  constexpr int steals = 3;
  std::atomic<std::uint64_t> clock{0};
  const auto now = [&clock] { return clock.fetch_add(1, std::memory_order_seq_cst); };
  filch::detail::chase_lev_deque<int> deque(1);
  std::barrier meet(static_cast<std::ptrdiff_t>(thieves + 1));
  std::array<history, thieves> stolen;
  std::atomic<bool> over{false};

  const auto steal_some = [&](history& h) {
    for (;;) {
      meet.arrive_and_wait();
      if (over.load()) {
        return;
      }
      for (int i = 0; i < steals; ++i) {
        const std::uint64_t begin = now();
        const auto r = deque.thief().steal();
        if (r.status != steal_status::lost) {  // which changes nothing and says nothing
          h.push_back({kind::steal, r.status == steal_status::got ? r.item : 0, begin, now()});
        }
      }
      meet.arrive_and_wait();
    }
  };
  std::vector<std::thread> threads;
  for (history& h : stolen) {
    threads.emplace_back(steal_some, std::ref(h));
  }

  std::mt19937_64 random(filch_test::seed());
  int wrong = 0;
  std::size_t thefts = 0;
  for (int round = 0; round < rounds; ++round) {
    history h;
    int next = 1;
    meet.arrive_and_wait();
    for (int i = 0; i < 8; ++i) {
      const std::uint64_t begin = now();
      if (random() % 2 == 0) {
        deque.owner().push(next);
        h.push_back({kind::push, next++, begin, now()});
      } else {
        int item = 0;
        const bool got = deque.owner().pop(item);
        h.push_back({kind::pop, got ? item : 0, begin, now()});
      }
    }
    meet.arrive_and_wait();
    for (history& s : stolen) {
      for (const operation& o : s) {
        thefts += o.item != 0 ? 1 : 0;
      }
      h.insert(h.end(), s.begin(), s.end());
      s.clear();
    }
    wrong += checker(h).linearizable() ? 0 : 1;
    for (int item = 0; deque.owner().pop(item);) {
    }
  }
  over.store(true);
  meet.arrive_and_wait();
  for (std::thread& t : threads) {
    t.join();
  }
  std::printf("linearizability: %d histories, %zu thefts, %d wrong\n", rounds, thefts, wrong);
  REQUIRE(wrong == 0);
  REQUIRE(thefts > 0);
}

}  // namespace
