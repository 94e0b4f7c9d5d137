// SPDX-License-Identifier: BSL-1.0
#include "controlled/coverage.hpp"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>

namespace controlled {
namespace {

coverage* the_coverage = nullptr;

}  // namespace

coverage* shared_coverage() noexcept { return the_coverage; }

void share_coverage() {
  void* const memory =
      ::mmap(nullptr, sizeof(coverage), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    std::perror("schedule: mmap");
    std::exit(2);
  }
  the_coverage = static_cast<coverage*>(memory);  // zeroed pages are a coverage without sites
}

}  // namespace controlled
