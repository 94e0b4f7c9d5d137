// SPDX-License-Identifier: BSL-1.0
// What a task takes is given back exactly once, to where it came from, on every way out: run, thrown, cancelled,
// discarded, refused, run in place, in another pool, by a thread that ends.
#include <filch/fork_join.hpp>
#include <filch/parallel_for.hpp>
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "src/memory/block_cache.hpp"
#include "support/catch.hpp"
#include "support/seed.hpp"

namespace {

using filch::detail::block_cache;

std::atomic<long> alive{0};

/// A callable of some size, of which the copies are counted.
template <std::size_t Bytes>
class payload {
 public:
  explicit payload(std::function<void()> f = [] {}) : f_(std::make_shared<std::function<void()>>(std::move(f))) {
    ++alive;
  }
  payload(const payload& other) : f_(other.f_) { ++alive; }
  payload(payload&& other) noexcept : f_(std::move(other.f_)) { ++alive; }
  payload& operator=(const payload&) = default;
  payload& operator=(payload&&) noexcept = default;
  ~payload() { --alive; }
  void operator()() const { (*f_)(); }

 private:
  std::shared_ptr<std::function<void()>> f_;
  std::array<std::byte, Bytes> bytes_{};
};

struct pools {
  filch::thread_pool plain{{.threads = 2, .on_unhandled_exception = [](std::exception_ptr) {}}};
  filch::thread_pool other{1};
  filch::thread_pool in_place{options(filch::on_full::run_in_caller)};
  filch::thread_pool rejecting{options(filch::on_full::reject)};
  filch::thread_pool closed{1};

  pools() { closed.close(); }

  static filch::pool_options options(filch::on_full on_full) {
    filch::pool_options o;
    o.threads = 1;
    o.max_pending = 2;
    o.on_full = on_full;
    return o;
  }
};

template <class F>
void ignore_errors(F f) {
  try {
    f();
  } catch (...) {
  }
}

// What the handles of some tasks go through.
template <std::size_t Bytes>
void use_handles(filch::thread_pool& pool, unsigned what) {
  auto handle = pool.spawn(payload<Bytes>([what] {
    if (what % 3 == 0) {
      throw what;
    }
  }));
  auto dropped = pool.spawn(payload<Bytes>());
  auto cancelled = pool.spawn(payload<Bytes>());
  static_cast<void>(cancelled.cancel());
  ignore_errors([&] { handle.join(); });
  ignore_errors([&] { cancelled.wait(); });
}

template <std::size_t Bytes>
void use_group(filch::thread_pool& pool, unsigned what) {
  filch::task_group group(pool);
  for (unsigned i = 0; i < 20; ++i) {
    group.run(payload<Bytes>([what, i] {
      if (what % 4 == 0 && i == 7) {
        throw i;
      }
    }));
    if (what % 5 == 0 && i == 10) {
      group.cancel();
    }
  }
  if (what % 2 == 0) {
    ignore_errors([&] { group.wait(); });
  }
}

template <std::size_t Bytes>
void operate(pools& p, unsigned what, int depth) {
  const auto inner = [&p, what, depth] {
    if (depth > 0) {
      operate<Bytes>(p, what / 12, depth - 1);
    }
  };
  ignore_errors([&] {
    switch (what % 12) {
      case 0: return p.plain.execute(payload<Bytes>(inner));
      case 1: return use_handles<Bytes>(p.plain, what / 12);
      case 2: return use_group<Bytes>(p.plain, what / 12);
      case 3: return p.in_place.execute(payload<Bytes>());
      case 4: return p.rejecting.execute(payload<Bytes>());
      case 5: return p.closed.execute(payload<Bytes>());
      case 6: return static_cast<void>(p.rejecting.try_execute(payload<Bytes>()));
      case 7: return p.plain.invoke([&] { p.other.execute(payload<Bytes>()); });
      case 8: return p.other.execute(payload<Bytes>([&p] { p.plain.execute(payload<Bytes>()); }));
      case 9: {
        std::vector<payload<Bytes>> many(20);
        return static_cast<void>((what % 2 == 0 ? p.plain : p.rejecting).execute_bulk(many.begin(), many.end()));
      }
      case 10: return filch::parallel_for(
          p.plain, 0, 30, [&](int) { p.other.execute(payload<Bytes>()); }, filch::grain{1});
      default: return std::thread([&] { p.plain.spawn(payload<Bytes>()).detach(); }).join();
    }
  });
}

void operate_often(pools& p, std::uint64_t seed, int operations) {
  std::mt19937 random(static_cast<std::mt19937::result_type>(seed));
  for (int i = 0; i < operations; ++i) {
    const auto what = static_cast<unsigned>(random());
    switch (what % 4) {
      case 0: operate<1>(p, what / 4, 3); break;
      case 1: operate<80>(p, what / 4, 3); break;
      case 2: operate<200>(p, what / 4, 3); break;
      default: operate<1000>(p, what / 4, 3); break;
    }
  }
}

// Shuts a pool down while it is full, in each way.
void discard_some(std::uint64_t seed) {
  filch::thread_pool pool(1);
  std::vector<filch::join_handle<void>> handles;
  filch::task_group group(pool);
  for (int i = 0; i < 200; ++i) {
    pool.execute(payload<1>([&pool] { ignore_errors([&] { pool.execute(payload<80>()); }); }));
    handles.push_back(pool.spawn(payload<80>()));
    group.run(payload<200>());
  }
  if (seed % 2 == 0) {
    pool.shutdown(filch::shutdown_mode::discard);
  } else {
    pool.shutdown_for(std::chrono::nanoseconds(0));
  }
  ignore_errors([&] { group.wait(); });
  for (std::size_t i = 0; i < handles.size(); i += 2) {
    ignore_errors([&] { handles[i].join(); });
  }
}

void require_all_back() {
  const block_cache::census all = block_cache::take_census();
  CHECK(all.is_consistent);
  CHECK(all.in_use == 0);
  CHECK(alive == 0);
}

}  // namespace

TEST_CASE("a census sees a block that is in use, and one that is back") {
  REQUIRE(block_cache::take_census().in_use == 0);
  void* const block = block_cache::mine().allocate(64);
  REQUIRE(block_cache::take_census().in_use == 1);
  std::thread([block] { block_cache::mine().release(block, 64); }).join();
  REQUIRE(block_cache::take_census().in_use == 0);
  void* const again = block_cache::mine().allocate(100);
  block_cache::send_home(again, 100);
  REQUIRE(block_cache::take_census().in_use == 0);
}

TEST_CASE("mixed operations of four threads give everything back") {
  constexpr int operations = 2500;
  const std::uint64_t seed = filch_test::seed();
  {
    pools p;
    std::vector<std::thread> threads;
    for (std::uint64_t t = 0; t < 4; ++t) {
      threads.emplace_back([&p, seed, t] { operate_often(p, seed + t, operations); });
    }
    for (std::thread& t : threads) {
      t.join();
    }
  }
  require_all_back();
}

TEST_CASE("pools that discard give everything back") {
  const std::uint64_t seed = filch_test::seed();
  for (std::uint64_t i = 0; i < 40; ++i) {
    discard_some(seed + i);
  }
  require_all_back();
}

TEST_CASE("trimmed caches give everything back") {
  const std::uint64_t seed = filch_test::seed();
  {
    pools p;
    std::atomic<bool> stop{false};
    std::thread trimmer([&] {
      while (!stop) {
        p.plain.trim();
        p.other.trim();
      }
    });
    operate_often(p, seed, 2500);
    stop = true;
    trimmer.join();
  }
  require_all_back();
}
