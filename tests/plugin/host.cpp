// SPDX-License-Identifier: BSL-1.0
// host PLUGIN NAME: loads the plugin, calls its function plugin_<NAME>, waits until the pool is idle and unloads it,
// many times.
#include <filch/filch.hpp>

#include <dlfcn.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

namespace {

using function = void (*)(filch::thread_pool&, std::atomic<int>&);

int ran_in_one_life(const char* path, const std::string& name, filch::thread_pool& pool) {
  std::atomic<int> ran{0};
  void* const plugin = ::dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (plugin == nullptr) {
    std::puts(::dlerror());
    return -1;
  }
  const auto call = reinterpret_cast<function>(::dlsym(plugin, ("plugin_" + name).c_str()));
  // In a thread that ends: what the plugin's copy of filch keeps for a thread would keep the plugin loaded.
  std::thread([&] { call(pool, ran); }).join();
  pool.wait_idle();
  return ::dlclose(plugin) == 0 ? ran.load() : -1;
}

}  // namespace

int main(int, char** argv) {
  int unloaded = 0;
  for (int i = 0; i < 20; ++i) {
    {
      filch::thread_pool pool(2);
      if (const int ran = ran_in_one_life(argv[1], argv[2], pool); ran != 100) {
        std::printf("round %d: %d of 100 ran\n", i, ran);
        return 1;
      }
    }
    // What was kept for a thread's sake goes with the next dlclose.
    if (void* const kept = ::dlopen(argv[1], RTLD_NOW | RTLD_NOLOAD)) {
      ::dlclose(kept);
    }
    unloaded += ::dlopen(argv[1], RTLD_NOW | RTLD_NOLOAD) == nullptr ? 1 : 0;
  }
  // A worker that still ran what is not there any more would have time to show it.
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  std::printf("20 rounds; the plugin was gone after %d\n", unloaded);
  return argv[2] == std::string("tasks") && unloaded == 0 ? 1 : 0;
}
