// SPDX-License-Identifier: BSL-1.0
#include "support/completion_count.hpp"

#include <chrono>
#include <thread>

namespace filch_bench {

void completion_count::wait_idle() const {
  using namespace std::chrono_literals;
  for (int looks = 0; looks < 16; ++looks) {
    if (idle()) {
      return;
    }
    std::this_thread::yield();
  }
  while (!idle()) {
    std::this_thread::sleep_for(10us);
  }
}

}  // namespace filch_bench
