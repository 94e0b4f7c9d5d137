// SPDX-License-Identifier: BSL-1.0
// expect: is one a mutable lambda
#include <filch/pipeline.hpp>

#include <optional>

int main() {
#if defined(FILCH_FAULT)
  constexpr auto mode = filch::parallel;
#else
  constexpr auto mode = filch::serial;
#endif
  filch::parallel_pipeline(4, filch::stage{filch::serial, [] { return std::optional<int>(); }},
                           filch::stage{mode, [n = 0](int i) mutable { n += i; }});
}
