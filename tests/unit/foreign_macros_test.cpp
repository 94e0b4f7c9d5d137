// SPDX-License-Identifier: BSL-1.0
// The headers of the standard library come first, as they would not compile either.
#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cassert>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iterator>
#include <limits>
#include <memory>
#include <mutex>
#include <new>
#include <numeric>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "support/catch.hpp"

#undef CHECK  // Catch has one too
#include "support/foreign_macros.hpp"

#include <filch/filch.hpp>

namespace {

// The templates are expanded here, with the macros.
long use_everything() {
  filch::thread_pool pool(filch::pool_options{.threads = 2, .on_thread_start = [](std::size_t) {}});
  std::atomic<long> sum = 0;
  const auto add_one = [&] { sum.fetch_add(1); };
  pool.execute(add_one);
  auto handle = pool.spawn([] { return 5; });
  sum.fetch_add(handle.wait_for(std::chrono::hours(1)) ? handle.join() : 0);
  pool.invoke([&] { filch::fork_join(add_one, add_one); });
  filch::parallel_for(pool, 0, 10, [&](int i) { sum.fetch_add(i); }, filch::grain{2});
  filch::scope(pool, [&](filch::task_group& group) { group.run(add_one); });
  pool.wait_idle();
  return sum.load();
}

}  // namespace

TEST_CASE("filch's headers compile after headers whose macros are common words") {
  const long sum = use_everything();
  REQUIRE(sum == 1 + 5 + 2 + 45 + 1);
}
