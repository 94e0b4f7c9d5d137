// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the tests of the explorer itself have in common: small programs whose allowed and forbidden outcomes under C++20
// are known. "Lahav" is Lahav, Vafeiadis, Kang, Hur, Dreyer: Repairing Sequential Consistency in C/C++11 (PLDI 2017);
// "Alglave" is Alglave, Maranget, Tautschnig: Herding Cats (TOPLAS 2014); "Batty" is Batty, Owens, Sarkar, Sewell,
// Weber: Mathematizing C++ Concurrency (POPL 2011); [atomics.order] and [intro.races] are clauses of C++20.

#include <cstddef>
#include <functional>
#include <string>

#include "explorer/explorer.hpp"
#include "explorer/policy.hpp"
#include "outcomes.hpp"
#include "support/catch.hpp"

namespace litmus {

using filch_model::check;
using filch_model::explore;
using filch_model::fence;
using filch_model::join_all;
using filch_model::outcomes;
using filch_model::report;
using filch_model::start;
using atomic = filch_model::policy::atomic<int>;
using plain = filch_model::policy::plain<int>;

inline constexpr auto relaxed = std::memory_order_relaxed;
inline constexpr auto acquire = std::memory_order_acquire;
inline constexpr auto release = std::memory_order_release;
inline constexpr auto acq_rel = std::memory_order_acq_rel;
inline constexpr auto seq_cst = std::memory_order_seq_cst;

// Explores; the scenario must be right in every execution, and as many executions must differ.
inline void explore_all(const std::function<void()>& scenario, std::size_t executions = 0) {
  const report r = explore(scenario);
  INFO(r.failure << "\n" << r.trace);
  REQUIRE(r.failure.empty());
  REQUIRE(r.complete);
  if (executions != 0) {
    REQUIRE(r.executions == executions);
  }
}

inline std::string failure_of(const std::function<void()>& scenario) { return explore(scenario).failure; }

}  // namespace litmus
