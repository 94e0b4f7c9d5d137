// SPDX-License-Identifier: BSL-1.0
// The explorer itself: what it must find, and what its reduction must not lose.
#include <memory>
#include <optional>
#include <set>

#include "explorer/trace.hpp"
#include "litmus.hpp"

namespace litmus {
namespace {

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
  const report many =
      explore(scenario, {.reduce = false, .see = [&](const filch_model::run& r) { all.insert(identity_of(r)); }});
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
}  // namespace litmus
