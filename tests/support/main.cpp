// SPDX-License-Identifier: BSL-1.0
#define CATCH_CONFIG_RUNNER  // for Catch2 2.13, where this file holds the framework; 3.x ignores it
#include "support/catch.hpp"

#include <atomic>
#include <thread>

#include <filch/detail/base/atomic.hpp>

#include "support/watchdog.hpp"

namespace {

#if __has_include(<catch2/catch_all.hpp>)
using listener_base = Catch::EventListenerBase;
#else
using listener_base = Catch::TestEventListenerBase;
#endif

class rearm_watchdog : public listener_base {
 public:
  using listener_base::listener_base;

  void testCaseStarting(const Catch::TestCaseInfo& info) override {
    listener_base::testCaseStarting(info);
    filch_test::watchdog::rearm(info.name);
  }
};

CATCH_REGISTER_LISTENER(rearm_watchdog)

#if FILCH_POINTS
// Between two shared-memory steps, now and then, lets others go first.
void yield_at_times(filch::detail::test_point) noexcept {
  static std::atomic<unsigned> visits{0};
  // relaxed: a count; any value will do.
  if (visits.fetch_add(1, std::memory_order_relaxed) % 16 == 0) {
    std::this_thread::yield();
  }
}
#endif

}  // namespace

int main(int argc, char** argv) {
  filch_test::watchdog::start();
#if FILCH_POINTS
  filch::detail::installed_test_point_hook().store(&yield_at_times);
#endif
  return Catch::Session().run(argc, argv);
}
