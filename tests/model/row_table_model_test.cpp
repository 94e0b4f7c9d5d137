// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/pool/row_table.hpp>

#include <string>
#include <vector>

#include "explorer/policy.hpp"
#include "models.hpp"
#include "support/catch.hpp"

// Threads ask for rows of a table, which are made when the first of them asks.

namespace {

using filch_model::check;
using filch_model::join_all;
using filch_model::model;
using filch_model::policy;
using filch_model::start;

// A row is a plain variable: a use of it that does not happen after it was made is a race.
struct row {
  policy::plain<int> value{0};
};
using table = filch::detail::basic_row_table<row, policy>;

void use(table& t, std::size_t index) {
  row& mine = t.at(index);
  check(mine.value.get() == 0, "somebody else's row");
  mine.value.set(1);
}

void two_threads_make_the_same_group() {
  table t(16);
  start("one", [&] { use(t, 0); });
  start("two", [&] { use(t, 1); });
  join_all();
  int used = 0;
  t.for_each([&](row& r) { used += r.value.get(); });
  check(used == 2, "both rows");
}

const std::vector<model> models = {
    {"two threads make the same group", two_threads_make_the_same_group},
};

TEST_CASE("row table: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("row table: every weaker order is caught") {
  REQUIRE(filch_model::unnoticed_weakenings(models, {"row_table.hpp"}) == std::vector<std::string>{});
}

}  // namespace
