// SPDX-License-Identifier: BSL-1.0
// expect: the operation is called with two values of the type of `init`
#include <filch/parallel_reduce.hpp>

#include <string>
#include <vector>

int main() {
  const std::vector<int> v(3);
#if defined(FILCH_FAULT)
  return filch::parallel_reduce(v, 0, [](std::string a, std::string b) { return a + b; });
#else
  return filch::parallel_reduce(v, 0, [](int a, int b) { return a + b; });
#endif
}
