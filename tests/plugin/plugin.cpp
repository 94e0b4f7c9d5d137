// SPDX-License-Identifier: BSL-1.0
// Loaded and unloaded by host.cpp. With a static filch it has a copy of its own.
#include <filch/filch.hpp>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#define PLUGIN_EXPORT extern "C" __attribute__((visibility("default")))

/// Submits tasks of the plugin's to a pool of the program's.
PLUGIN_EXPORT void plugin_tasks(filch::thread_pool& pool, std::atomic<int>& ran) {
  for (int i = 0; i < 50; ++i) {
    pool.execute([&ran, text = std::string(100, 'x')] { ran.fetch_add(text.size() == 100 ? 1 : 0); });
    pool.spawn([&ran] { ran.fetch_add(1); }).detach();
  }
}

/// Leaves a pool behind, whose workers go on looking for work that never comes. Some of them have not even begun when
/// this function returns.
PLUGIN_EXPORT void plugin_living_pool(filch::thread_pool&, std::atomic<int>& ran) {
  static_cast<void>(new filch::thread_pool({.threads = 8, .idle = {std::chrono::hours(1)}}));
  ran.fetch_add(100);
}

/// Makes a pool that one of its own threads destroys. Nobody knows when its threads have ended.
PLUGIN_EXPORT void plugin_pool_ended_by_its_task(filch::thread_pool&, std::atomic<int>& ran) {
  std::atomic<bool> is_destroyed{false};
  auto* const pool = new filch::thread_pool(2);
  pool->execute([&is_destroyed, pool] {
    delete pool;
    is_destroyed = true;
  });
  while (!is_destroyed) {
    std::this_thread::yield();
  }
  ran.fetch_add(100);
}

/// Uses the default pool, which cannot be ended.
PLUGIN_EXPORT void plugin_default_pool(filch::thread_pool&, std::atomic<int>& ran) {
  filch::default_pool().set_idle_policy({std::chrono::hours(1)});
  filch::parallel_for(0, 100, [&ran](int) { ran.fetch_add(1); });
  filch::default_pool().wait_idle();
}
