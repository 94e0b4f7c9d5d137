// SPDX-License-Identifier: BSL-1.0
// expect: the body of parallel_for is called with one index
#include <filch/parallel_for.hpp>

int main() {
#if defined(FILCH_FAULT)
  filch::parallel_for(0, 10, [n = 0](int i) mutable { n += i; });
#else
  filch::parallel_for(0, 10, [n = 0](int i) { static_cast<void>(n + i); });
#endif
}
