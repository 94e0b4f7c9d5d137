// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/fork_join/group_errors.hpp>

#include <exception>
#include <vector>

#include <filch/detail/base/inside_scope.hpp>
#include <filch/thread_pool.hpp>

#include "support/catch.hpp"

using namespace filch::detail;

namespace {

int number_of(const std::exception_ptr& e) {
  try {
    std::rethrow_exception(e);
  } catch (int n) {
    return n;
  }
}

// A pool whose hook notes what it gets, and this thread acting for it.
struct reporting_pool {
  std::vector<int> reported;
  filch::thread_pool pool{{.threads = 1, .on_unhandled_exception = [this](const std::exception_ptr& e) {
                             reported.push_back(number_of(e));
                           }}};
  inside_scope acting{pool.state(), nullptr};

  std::vector<int> report(group_errors& errors) {
    reported.clear();
    errors.report_unfetched();
    return reported;
  }
};

void keep(group_errors& errors, std::vector<int> list) {
  for (const int n : list) {
    errors.keep(std::make_exception_ptr(n));
  }
}

}  // namespace

TEST_CASE("nothing kept, nothing fetched, nothing reported") {
  reporting_pool pool;
  group_errors errors;
  REQUIRE_FALSE(errors.end_round());
  REQUIRE(errors.all().empty());
  REQUIRE(pool.report(errors).empty());
}

TEST_CASE("what nobody fetched is reported, in order") {
  reporting_pool pool;
  group_errors errors;
  keep(errors, {1, 2, 3});
  REQUIRE(pool.report(errors) == std::vector{1, 2, 3});
  REQUIRE(pool.report(errors).empty());
}

TEST_CASE("the first is taken once and then not reported") {
  reporting_pool pool;
  group_errors errors;
  keep(errors, {1, 2, 3});
  REQUIRE(number_of(errors.end_round()) == 1);
  REQUIRE_FALSE(errors.end_round());
  REQUIRE(pool.report(errors) == std::vector{2, 3});
}

TEST_CASE("all counts as fetched, those that come later do not") {
  reporting_pool pool;
  group_errors errors;
  keep(errors, {1, 2});
  const auto seen = errors.all();
  REQUIRE(seen.size() == 2);
  REQUIRE(number_of(seen[1]) == 2);
  keep(errors, {3});
  REQUIRE(pool.report(errors) == std::vector{3});
  keep(errors, {4});
  REQUIRE(number_of(errors.end_round()) == 4);
}

TEST_CASE("what was kept before a wait is forgotten when the next round begins") {
  reporting_pool pool;
  group_errors errors;
  keep(errors, {1, 2});
  errors.begin_round();  // of the same round still
  REQUIRE(pool.reported.empty());
  REQUIRE(number_of(errors.end_round()) == 1);
  errors.begin_round();
  REQUIRE(pool.reported == std::vector{2});
  REQUIRE(errors.all().empty());
}

TEST_CASE("what nobody fetched is reported after the end of the pool") {
  std::vector<int> reported;
  group_errors errors;
  {
    const filch::thread_pool pool{{.threads = 1, .on_unhandled_exception = [&](const std::exception_ptr& e) {
                                     reported.push_back(number_of(e));
                                   }}};
    const inside_scope acting(pool.state(), nullptr);
    keep(errors, {1, 2});
  }
  errors.report_unfetched();
  REQUIRE(reported == std::vector{1, 2});
}
