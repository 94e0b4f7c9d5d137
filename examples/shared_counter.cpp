// SPDX-License-Identifier: BSL-1.0
// Ten tasks add one to a counter that only a guard lets them reach; the guard unlocks itself.
#include <filch/thread_pool.hpp>

#include <boost/thread/synchronized_value.hpp>

#include <cstdio>
#include <mutex>

int main() {
  boost::synchronized_value<int, std::mutex> counter{0};
  filch::thread_pool pool{4};
  for (int i = 0; i < 10; ++i) {
    pool.execute([&counter] { ++*counter.synchronize(); });
  }
  pool.wait_idle();
  const int result = *counter.synchronize();
  std::printf("the counter is %d\n", result);
  return result == 10 ? 0 : 1;
}
