// SPDX-License-Identifier: BSL-1.0
#define CATCH_CONFIG_RUNNER  // for Catch2 2.13, where this file holds the framework; 3.x ignores it
#include "support/catch.hpp"

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

}  // namespace

int main(int argc, char** argv) {
  filch_test::watchdog::start();
  return Catch::Session().run(argc, argv);
}
