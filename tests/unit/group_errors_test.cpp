// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/group_errors.hpp>

#include <exception>
#include <vector>

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

std::vector<int> clear(group_errors& errors) {
  std::vector<int> reported;
  errors.clear(
      [](void* list, std::exception_ptr e) noexcept { static_cast<std::vector<int>*>(list)->push_back(number_of(e)); },
      &reported);
  return reported;
}

void keep(group_errors& errors, std::vector<int> list) {
  for (const int n : list) {
    errors.keep(std::make_exception_ptr(n));
  }
}

}  // namespace

TEST_CASE("nothing kept, nothing fetched, nothing reported") {
  group_errors errors;
  REQUIRE_FALSE(errors.take_first());
  REQUIRE(errors.all().empty());
  REQUIRE(clear(errors).empty());
}

TEST_CASE("what nobody fetched is reported, in order") {
  group_errors errors;
  keep(errors, {1, 2, 3});
  REQUIRE(clear(errors) == std::vector{1, 2, 3});
  REQUIRE(clear(errors).empty());
}

TEST_CASE("the first is taken once and then not reported") {
  group_errors errors;
  keep(errors, {1, 2, 3});
  REQUIRE(number_of(errors.take_first()) == 1);
  REQUIRE_FALSE(errors.take_first());
  REQUIRE(clear(errors) == std::vector{2, 3});
}

TEST_CASE("all counts as fetched, those that come later do not") {
  group_errors errors;
  keep(errors, {1, 2});
  const auto seen = errors.all();
  REQUIRE(seen.size() == 2);
  REQUIRE(number_of(seen[1]) == 2);
  keep(errors, {3});
  REQUIRE(clear(errors) == std::vector{3});
  keep(errors, {4});
  REQUIRE(number_of(errors.take_first()) == 4);
}
