// SPDX-License-Identifier: BSL-1.0
// The explorer itself: small programs whose allowed and forbidden outcomes under C++20 are known. "Lahav" is Lahav,
// Vafeiadis, Kang, Hur, Dreyer: Repairing Sequential Consistency in C/C++11 (PLDI 2017); "Alglave" is Alglave, Maranget,
// Tautschnig: Herding Cats (TOPLAS 2014); "Batty" is Batty, Owens, Sarkar, Sewell, Weber: Mathematizing C++ Concurrency
// (POPL 2011); [atomics.order] and [intro.races] are clauses of C++20.
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "explorer/explorer.hpp"
#include "explorer/policy.hpp"
#include "explorer/trace.hpp"
#include "outcomes.hpp"
#include "support/catch.hpp"

namespace {

using filch_model::check;
using filch_model::explore;
using filch_model::fence;
using filch_model::join_all;
using filch_model::outcomes;
using filch_model::report;
using filch_model::start;
using atomic = filch_model::policy::atomic<int>;
using plain = filch_model::policy::plain<int>;

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto acq_rel = std::memory_order_acq_rel;
constexpr auto seq_cst = std::memory_order_seq_cst;

// Explores; the scenario must be right in every execution, and as many executions must differ.
void explore_all(const std::function<void()>& scenario, std::size_t executions = 0) {
  const report r = explore(scenario);
  INFO(r.failure << "\n" << r.trace);
  REQUIRE(r.failure.empty());
  REQUIRE(r.complete);
  if (executions != 0) {
    REQUIRE(r.executions == executions);
  }
}

std::string failure_of(const std::function<void()>& scenario) { return explore(scenario).failure; }

outcomes store_buffering(std::memory_order store, std::memory_order load, bool fences = false) {
  outcomes seen;
  explore_all(
      [&] {
        atomic x{0};
        atomic y{0};
        int a = 0;
        int b = 0;
        start("1", [&] {
          x.store(1, store);
          if (fences) {
            fence(seq_cst);
          }
          a = y.load(load);
        });
        start("2", [&] {
          y.store(1, store);
          if (fences) {
            fence(seq_cst);
          }
          b = x.load(load);
        });
        join_all();
        seen.add({a, b});
      },
      store == seq_cst || fences ? 3 : 4);
  return seen;
}

TEST_CASE("SB: store buffering is allowed without seq_cst (Alglave, table III)") {
  REQUIRE(store_buffering(relaxed, relaxed).has({0, 0}));
  REQUIRE(store_buffering(release, acquire).has({0, 0}));
}

TEST_CASE("SB with seq_cst accesses is forbidden ([atomics.order] 4)") {
  REQUIRE_FALSE(store_buffering(seq_cst, seq_cst).has({0, 0}));
}

TEST_CASE("SB with seq_cst fences is forbidden ([atomics.order] 4.4)") {
  REQUIRE_FALSE(store_buffering(relaxed, relaxed, true).has({0, 0}));
}

TEST_CASE("SB with a fence on one side and seq_cst accesses on the other is forbidden ([atomics.order] 4.2, 4.3)") {
  outcomes seen;
  explore_all([&] {
    atomic x{0};
    atomic y{0};
    int a = 0;
    int b = 0;
    start("1", [&] {
      x.store(1, relaxed);
      fence(seq_cst);
      a = y.load(relaxed);
    });
    start("2", [&] {
      y.store(1, seq_cst);
      b = x.load(seq_cst);
    });
    join_all();
    seen.add({a, b});
  });
  REQUIRE_FALSE(seen.has({0, 0}));
  REQUIRE(seen.size() == 3);
}

TEST_CASE("SB through an acq_rel read-modify-write is allowed: it is no fence (oneTBB issue 2136)") {
  outcomes seen;
  explore_all([&] {
    atomic x{0};
    atomic y{0};
    atomic z{0};
    int a = 0;
    int b = 0;
    start("1", [&] {
      x.store(1, relaxed);
      z.fetch_add(1, acq_rel);
      a = y.load(relaxed);
    });
    start("2", [&] {
      y.store(1, seq_cst);
      b = x.load(seq_cst);
    });
    join_all();
    seen.add({a, b});
  });
  REQUIRE(seen.has({0, 0}));
}

TEST_CASE("SB with a barrier in all threads on one side only is forbidden (membarrier(2))") {
  outcomes seen;
  explore_all([&] {
    atomic x{0};
    atomic y{0};
    int a = 0;
    int b = 0;
    start("1", [&] {
      x.store(1, relaxed);
      a = y.load(relaxed);
    });
    start("2", [&] {
      y.store(1, relaxed);
      filch_model::policy::heavy_barrier();
      b = x.load(relaxed);
    });
    join_all();
    seen.add({a, b});
  });
  REQUIRE_FALSE(seen.has({0, 0}));
  REQUIRE(seen.size() == 3);
}

outcomes message_passing(std::memory_order store, std::memory_order load) {
  outcomes seen;
  explore_all([&] {
    atomic data{0};
    atomic flag{0};
    int f = 0;
    int d = 0;
    start("1", [&] {
      data.store(1, relaxed);
      flag.store(1, store);
    });
    start("2", [&] {
      f = flag.load(load);
      d = data.load(relaxed);
    });
    join_all();
    seen.add({f, d});
  });
  return seen;
}

TEST_CASE("MP: message passing needs release and acquire (Batty, section 2)") {
  REQUIRE(message_passing(relaxed, relaxed).has({1, 0}));
  REQUIRE(message_passing(release, relaxed).has({1, 0}));
  REQUIRE(message_passing(relaxed, acquire).has({1, 0}));
  REQUIRE_FALSE(message_passing(release, acquire).has({1, 0}));
  REQUIRE(message_passing(release, acquire).size() == 3);
}

TEST_CASE("MP by fences around relaxed accesses ([atomics.fences] 2)") {
  outcomes seen;
  explore_all([&] {
    atomic data{0};
    atomic flag{0};
    int f = 0;
    int d = 0;
    start("1", [&] {
      data.store(1, relaxed);
      fence(release);
      flag.store(1, relaxed);
    });
    start("2", [&] {
      f = flag.load(relaxed);
      fence(acquire);
      d = data.load(relaxed);
    });
    join_all();
    seen.add({f, d});
  });
  REQUIRE_FALSE(seen.has({1, 0}));
}

TEST_CASE("LB: load buffering is allowed by C++20 and never shown here: a limit of this explorer") {
  outcomes seen;
  explore_all(
      [&] {
        atomic x{0};
        atomic y{0};
        int a = 0;
        int b = 0;
        start("1", [&] {
          a = x.load(relaxed);
          y.store(1, relaxed);
        });
        start("2", [&] {
          b = y.load(relaxed);
          x.store(1, relaxed);
        });
        join_all();
        seen.add({a, b});
      },
      3);
  REQUIRE_FALSE(seen.has({1, 1}));
}

outcomes independent_reads(std::memory_order store, std::memory_order first, std::memory_order second,
                           std::size_t executions) {
  outcomes seen;
  explore_all(
      [&] {
        atomic x{0};
        atomic y{0};
        int a = 0;
        int b = 0;
        int c = 0;
        int d = 0;
        start("w1", [&] { x.store(1, store); });
        start("w2", [&] { y.store(1, store); });
        start("r1", [&] {
          a = x.load(first);
          b = y.load(second);
        });
        start("r2", [&] {
          c = y.load(first);
          d = x.load(second);
        });
        join_all();
        seen.add({a, b, c, d});
      },
      executions);
  return seen;
}

TEST_CASE("IRIW: two readers may see two stores in different orders, but for seq_cst (Batty, section 4)") {
  REQUIRE(independent_reads(relaxed, relaxed, relaxed, 16).has({1, 0, 1, 0}));
  REQUIRE(independent_reads(release, acquire, acquire, 16).has({1, 0, 1, 0}));
  REQUIRE_FALSE(independent_reads(seq_cst, seq_cst, seq_cst, 15).has({1, 0, 1, 0}));
}

TEST_CASE("IRIW-acq-sc is allowed since C++20: the first reads are only acquire (Lahav, figure 2; P0668)") {
  REQUIRE(independent_reads(seq_cst, acquire, seq_cst, 16).has({1, 0, 1, 0}));
}

TEST_CASE("Z6.U is allowed since C++20 (Lahav, figure 1)") {
  outcomes seen;
  explore_all([&] {
    atomic x{0};
    atomic y{0};
    int a = 0;
    int b = 0;
    int c = 0;
    start("1", [&] {
      x.store(1, seq_cst);
      y.store(1, release);
    });
    start("2", [&] {
      b = y.fetch_add(1, seq_cst);
      c = y.load(relaxed);
    });
    start("3", [&] {
      y.store(3, seq_cst);
      a = x.load(seq_cst);
    });
    join_all();
    seen.add({a, b, c});
  });
  REQUIRE(seen.has({0, 1, 3}));
}

outcomes two_and_two_writes(std::memory_order order) {
  outcomes seen;
  explore_all([&] {
    atomic x{0};
    atomic y{0};
    start("1", [&] {
      x.store(1, order);
      y.store(2, order);
    });
    start("2", [&] {
      y.store(1, order);
      x.store(2, order);
    });
    join_all();
    seen.add({x.load(relaxed), y.load(relaxed)});
  });
  return seen;
}

TEST_CASE(
    "2+2W with seq_cst is forbidden; with less it is allowed and never shown here, a limit (Alglave, table III)") {
  REQUIRE_FALSE(two_and_two_writes(seq_cst).has({1, 1}));
  REQUIRE_FALSE(two_and_two_writes(relaxed).has({1, 1}));
  REQUIRE(two_and_two_writes(relaxed).size() == 3);
}

outcomes read_write_causality(std::memory_order store, std::memory_order load, bool fences) {
  outcomes seen;
  explore_all([&] {
    atomic x{0};
    atomic y{0};
    int a = 0;
    int b = 0;
    int c = 0;
    start("1", [&] { x.store(1, store); });
    start("2", [&] {
      a = x.load(load);
      if (fences) {
        fence(seq_cst);
      }
      b = y.load(load);
    });
    start("3", [&] {
      y.store(1, store);
      if (fences) {
        fence(seq_cst);
      }
      c = x.load(load);
    });
    join_all();
    seen.add({a, b, c});
  });
  return seen;
}

TEST_CASE("RWC is forbidden by seq_cst, and by seq_cst fences since C++20 (Lahav, figure 5: RWC+syncs)") {
  REQUIRE(read_write_causality(release, acquire, false).has({1, 0, 0}));
  REQUIRE_FALSE(read_write_causality(seq_cst, seq_cst, false).has({1, 0, 0}));
  REQUIRE_FALSE(read_write_causality(relaxed, relaxed, true).has({1, 0, 0}));
}

outcomes write_read_causality(std::memory_order store, std::memory_order load) {
  outcomes seen;
  explore_all([&] {
    atomic x{0};
    atomic y{0};
    int a = 0;
    int b = 0;
    int c = 0;
    start("1", [&] { x.store(1, store); });
    start("2", [&] {
      a = x.load(load);
      y.store(1, store);
    });
    start("3", [&] {
      b = y.load(load);
      c = x.load(relaxed);
    });
    join_all();
    seen.add({a, b, c});
  });
  return seen;
}

TEST_CASE("WRC: causality is transitive with release and acquire (Alglave, table III)") {
  REQUIRE(write_read_causality(relaxed, relaxed).has({1, 1, 0}));
  REQUIRE_FALSE(write_read_causality(release, acquire).has({1, 1, 0}));
}

TEST_CASE("ISA2: a chain of two releases and acquires (Alglave, table III)") {
  outcomes seen;
  explore_all([&] {
    plain data{0};
    atomic x{0};
    atomic y{0};
    start("1", [&] {
      data.set(1);
      x.store(1, release);
    });
    start("2", [&] {
      if (x.load(acquire) == 1) {
        y.store(1, release);
      }
    });
    start("3", [&] {
      if (y.load(acquire) == 1) {
        check(data.get() == 1, "the data has not arrived");
        seen.add({1});
      }
    });
    join_all();
  });
  REQUIRE(seen.size() == 1);
}

TEST_CASE("release sequence: a plain store by the same thread ends it since C++20 ([intro.races], P0982)") {
  const auto scenario = [] {
    plain data{0};
    atomic x{0};
    start("1", [&] {
      data.set(1);
      x.store(1, release);
      x.store(2, relaxed);
    });
    start("2", [&] {
      if (x.load(acquire) == 2) {
        static_cast<void>(data.get());
      }
    });
    join_all();
  };
  REQUIRE(failure_of(scenario).find("data race") != std::string::npos);
}

TEST_CASE("release sequence: a read-modify-write of another thread goes on with it ([intro.races] 5)") {
  explore_all([] {
    plain data{0};
    atomic x{0};
    start("1", [&] {
      data.set(1);
      x.store(1, release);
    });
    start("2", [&] { x.fetch_add(1, relaxed); });
    start("3", [&] {
      if (x.load(acquire) == 2) {
        check(data.get() == 1, "the data has not arrived");
      }
    });
    join_all();
  });
}

TEST_CASE("coherence: a thread's reads of one object never go back ([intro.races] 14 to 18)") {
  explore_all([] {
    atomic x{0};
    start("1", [&] {
      x.store(1, relaxed);
      x.store(2, relaxed);
    });
    start("2", [&] {
      const int a = x.load(relaxed);
      const int b = x.load(relaxed);
      check(a <= b, "an older value after a newer one");
    });
    join_all();
  });
}

TEST_CASE("S: a store after an acquire does not slip before what the acquire saw (Alglave, table III)") {
  explore_all([] {
    atomic x{0};
    atomic y{0};
    int a = 0;
    start("1", [&] {
      x.store(2, relaxed);
      y.store(1, release);
    });
    start("2", [&] {
      a = y.load(acquire);
      x.store(1, relaxed);
    });
    join_all();
    check(a == 0 || x.load(relaxed) == 1, "the store came first");
  });
}

TEST_CASE("read-modify-writes are atomic, and three of them have six orders") {
  explore_all(
      [] {
        atomic x{0};
        for (int i = 0; i < 3; ++i) {
          start("adder", [&] { x.fetch_add(1, relaxed); });
        }
        join_all();
        check(x.load(relaxed) == 3, "an increment was lost");
      },
      6);
}

TEST_CASE("a compare_exchange that fails may have read an old value") {
  outcomes seen;
  explore_all([&] {
    atomic x{0};
    atomic y{0};
    int expected = 1;
    int f = 0;
    start("1", [&] {
      x.store(1, relaxed);
      y.store(1, relaxed);
    });
    start("2", [&] {
      f = y.load(relaxed);
      x.compare_exchange_strong(expected, 2, relaxed, relaxed);
    });
    join_all();
    seen.add({f, expected});
  });
  REQUIRE(seen.has({1, 0}));
}

TEST_CASE("a data race is found, whichever side comes first") {
  REQUIRE(failure_of([] {
            plain data{0};
            start("1", [&] { data.set(1); });
            start("2", [&] { static_cast<void>(data.get()); });
            join_all();
          }).find("data race") != std::string::npos);
}

TEST_CASE("the use of an atomic object after its destruction is found") {
  REQUIRE(failure_of([] {
            auto x = std::make_unique<atomic>(0);
            atomic done{0};
            start("1", [&] {
              done.store(1, release);
              x->store(1, relaxed);
            });
            start("2", [&] {
              if (done.load(acquire) == 1) {
                x.reset();
              }
            });
            join_all();
          }).find("destr") != std::string::npos);
}

TEST_CASE("an object that was published without release is found") {
  REQUIRE(failure_of([] {
            filch_model::policy::atomic<atomic*> published{nullptr};
            std::optional<atomic> x;
            start("1", [&] {
              x.emplace(1);
              published.store(&*x, relaxed);
            });
            start("2", [&] {
              if (atomic* const p = published.load(relaxed)) {
                static_cast<void>(p->load(relaxed));
              }
            });
            join_all();
          }).find("construction") != std::string::npos);
}

TEST_CASE("a lost wake-up is a deadlock, and its schedule can be replayed") {
  const auto scenario = [] {
    filch_model::policy::futex::word word{0};
    start("sleeper", [&] { filch_model::policy::futex::wait(word, 0); });
    start("waker", [&] {
      filch_model::policy::futex::wake_one(&word);
      word.store(1, relaxed);
    });
    join_all();
  };
  const report found = explore(scenario);
  REQUIRE(found.failure.find("deadlock") != std::string::npos);
  const report again = filch_model::replay(scenario, found.schedule);
  REQUIRE(again.failure == found.failure);
  REQUIRE(again.trace == found.trace);
}

TEST_CASE("a futex wait compares: a value stored before the wake is not slept on (futex(2))") {
  explore_all([] {
    filch_model::policy::futex::word word{0};
    start("sleeper", [&] {
      while (word.load(relaxed) == 0) {
        filch_model::policy::futex::wait(word, 0);
      }
    });
    start("waker", [&] {
      word.store(1, relaxed);
      filch_model::policy::futex::wake_one(&word);
    });
    join_all();
  });
}

// Every execution that walking without reduction finds.
void require_same_executions(const std::function<void()>& scenario) {
  std::set<std::string> reduced;
  std::set<std::string> all;
  static_cast<void>(explore(scenario, {.see = [&](const filch_model::run& r) { reduced.insert(identity_of(r)); }}));
  const report many = explore(
      scenario, {.reduce = false, .see = [&](const filch_model::run& r) { all.insert(identity_of(r)); }});
  REQUIRE(many.complete);
  REQUIRE(reduced == all);
}

TEST_CASE("the reduction loses no execution: three threads on two objects") {
  require_same_executions([] {
    atomic x{0};
    atomic y{0};
    start("1", [&] {
      x.store(1, relaxed);
      y.fetch_add(1, acq_rel);
    });
    start("2", [&] {
      y.store(1, release);
      static_cast<void>(x.load(acquire));
    });
    start("3", [&] {
      int e = 1;
      y.compare_exchange_strong(e, 5, seq_cst, relaxed);
      x.store(2, relaxed);
    });
    join_all();
  });
}

TEST_CASE("the reduction loses no execution: seq_cst accesses and a fence") {
  require_same_executions([] {
    atomic x{0};
    atomic y{0};
    start("1", [&] {
      x.store(1, seq_cst);
      static_cast<void>(y.load(seq_cst));
    });
    start("2", [&] {
      y.store(1, relaxed);
      fence(seq_cst);
      static_cast<void>(x.load(relaxed));
    });
    start("3", [&] {
      static_cast<void>(x.load(seq_cst));
      static_cast<void>(y.load(seq_cst));
    });
    join_all();
  });
}

TEST_CASE("the reduction loses no execution: a compare_exchange loop") {
  require_same_executions([] {
    atomic x{0};
    for (int i = 0; i < 3; ++i) {
      start("adder", [&] {
        int n = x.load(relaxed);
        while (!x.compare_exchange_weak(n, n + 1, acq_rel, relaxed)) {
        }
      });
    }
    join_all();
  });
}

TEST_CASE("the reduction loses no execution: futex calls") {
  require_same_executions([] {
    filch_model::policy::futex::word word{0};
    for (int i = 0; i < 2; ++i) {
      start("sleeper", [&] {
        while (word.load(relaxed) == 0) {
          filch_model::policy::futex::wait(word, 0);
        }
      });
    }
    start("waker", [&] {
      word.store(1, relaxed);
      filch_model::policy::futex::wake_all(&word);
    });
    join_all();
  });
}

TEST_CASE("the reduction loses no execution: a barrier") {
  require_same_executions([] {
    atomic x{0};
    atomic y{0};
    start("1", [&] {
      x.store(1, relaxed);
      static_cast<void>(y.load(relaxed));
    });
    start("2", [&] {
      y.store(1, relaxed);
      filch_model::policy::heavy_barrier();
      static_cast<void>(x.load(relaxed));
    });
    join_all();
  });
}

}  // namespace
