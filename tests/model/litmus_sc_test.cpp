// SPDX-License-Identifier: BSL-1.0
// The explorer itself: the single total order of seq_cst operations.
#include "litmus.hpp"

namespace litmus {
namespace {

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

}  // namespace
}  // namespace litmus
