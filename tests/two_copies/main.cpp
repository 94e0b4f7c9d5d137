// SPDX-License-Identifier: BSL-1.0
// The program and two modules of it have a static copy of filch each.
#include <filch/filch.hpp>

#include <cstdio>
#include <cstdlib>

extern "C" void* a_default_pool();
extern "C" void* b_default_pool();
extern "C" long a_sum(long n);
extern "C" long b_sum(long n);
extern "C" void a_execute_in(filch::thread_pool& pool);

namespace {

// What <module>_sum adds up.
constexpr long sum_of(long n) { return n * (n - 1) / 2 + 20 * 6; }

void expect(bool condition, const char* what) {
  if (!condition) {
    std::printf("not so: %s\n", what);
    std::exit(1);
  }
}

}  // namespace

int main() {
  void* const mine = &filch::default_pool();
  expect(mine != a_default_pool() && mine != b_default_pool() && a_default_pool() != b_default_pool(), "three pools");
  for (int i = 0; i < 20; ++i) {
    expect(a_sum(1000) == sum_of(1000) && b_sum(1000) == sum_of(1000), "the modules' sums");
    expect(filch::default_pool().spawn([] { return a_sum(100) + b_sum(100); }).join() == 2 * sum_of(100),
           "sums of both modules in a task of the program");
    const auto [a, b] = filch::fork_join([] { return a_sum(10); }, [] { return b_sum(10); });
    expect(a == sum_of(10) && b == sum_of(10), "sums of both modules in a fork of the program");
  }
  filch::thread_pool closed(1);
  closed.close();
  try {
    a_execute_in(closed);
    expect(false, "an exception");
  } catch (const filch::pool_closed&) {
    std::puts("three copies work side by side");
  }
}
