// SPDX-License-Identifier: BSL-1.0
// expect: the elements of a sort can be moved, and its comparison is called with two of them
#include <filch/parallel_sort.hpp>

#include <string>
#include <vector>

int main() {
  std::vector<int> v(3);
#if defined(FILCH_FAULT)
  filch::parallel_sort(v, [](const std::string& a, const std::string& b) { return a < b; });
#else
  filch::parallel_sort(v, [](int a, int b) { return a < b; });
#endif
}
