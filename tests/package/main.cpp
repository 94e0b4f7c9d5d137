// SPDX-License-Identifier: BSL-1.0
// The program of every package test: it uses the library as a stranger would and says whether the sums are right.
#include <filch/filch.hpp>

#include <atomic>
#include <cstdio>

namespace {

long fib(int n) {
  if (n < 2) return n;
  const auto [a, b] = filch::fork_join([n] { return fib(n - 1); }, [n] { return fib(n - 2); });
  return a + b;
}

}  // namespace

int main() {
  std::atomic<int> count{0};
  filch::thread_pool pool(2);
  for (int i = 0; i < 100; ++i) {
    pool.execute([&count] { count.fetch_add(1, std::memory_order_relaxed); });
  }
  auto handle = pool.spawn([] { return 42; });
  const int answer = handle.join();
  const long fibonacci = pool.invoke([] { return fib(15); });
  pool.wait_idle();
  const bool right = count.load(std::memory_order_relaxed) == 100 && answer == 42 && fibonacci == 610;
  std::printf("filch %s: %s\n", FILCH_VERSION_STRING, right ? "right" : "WRONG");
  return right ? 0 : 1;
}
