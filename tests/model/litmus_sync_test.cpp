// SPDX-License-Identifier: BSL-1.0
// The explorer itself: release and acquire, coherence, read-modify-writes.
#include "litmus.hpp"

namespace litmus {
namespace {

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

}  // namespace
}  // namespace litmus
