// SPDX-License-Identifier: BSL-1.0
// expect: the operation is called with two values of the type of `init`
#include <filch/parallel_scan.hpp>

#include <vector>

int main() {
  std::vector<int> v(3);
#if defined(FILCH_FAULT)
  filch::parallel_inclusive_scan(v, v.begin(), [n = 0](int a, int b) mutable { return n += a + b; });
#else
  filch::parallel_inclusive_scan(v, v.begin(), [](int a, int b) { return a + b; });
#endif
}
