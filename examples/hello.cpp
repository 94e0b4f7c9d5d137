// SPDX-License-Identifier: BSL-1.0
// [snippet: hello]
#include <filch/fork_join.hpp>
#include <filch/thread_pool.hpp>

#include <cstdio>

long fib(int n) {
  if (n < 2) {
    return n;
  }
  const auto [a, b] = filch::fork_join([n] { return fib(n - 1); }, [n] { return fib(n - 2); });
  return a + b;
}

int main() {
  filch::thread_pool pool;  // one worker for each core that this process may use
  pool.execute([] { std::puts("hello from a worker"); });
  std::printf("fib(30) = %ld\n", pool.invoke([] { return fib(30); }));
}  // runs what was accepted, then joins
// [end]
