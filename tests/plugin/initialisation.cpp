// SPDX-License-Identifier: BSL-1.0
// A module that uses pools while it is being loaded: in the initialisation of a static object, as a table is computed.
// The thread that loads it holds the lock of the dynamic loader meanwhile.
#include <filch/filch.hpp>

#include <atomic>

namespace {

int computed() {
  std::atomic<int> n{0};
  filch::thread_pool pool(2);
  for (int i = 0; i < 30; ++i) {
    pool.execute([&] { n += 1; });
  }
  pool.wait_idle();
  n += pool.spawn([&pool] { return pool.spawn([] { return 20; }).join(); }).join();
  // Two that wait for each other need a thread more.
  std::atomic<bool> begun{false};
  auto second = pool.spawn([&] { return pool.spawn([&] { return begun = true; }).join() ? 10 : 0; });
  n += second.join();
  filch::parallel_for(pool, 0, 40, [&](int) { n += 1; });
  return n;
}

const int table = computed();

}  // namespace

extern "C" __attribute__((visibility("default"))) void plugin_initialisation(filch::thread_pool&,
                                                                             std::atomic<int>& ran) {
  ran.fetch_add(table);
}
