// SPDX-License-Identifier: BSL-1.0
// Runs a command under a system that refuses something:
//   refuse no-membarrier|late-membarrier|no-affinity COMMAND [ARGUMENT]...
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "refuse.hpp"

namespace {

bool refuse(const char* what) {
  if (std::strcmp(what, "no-membarrier") == 0) {
    return filch_test::refuse_system_call(SYS_membarrier, ENOSYS);
  }
  if (std::strcmp(what, "late-membarrier") == 0) {  // the registration succeeds, no barrier does
    constexpr std::uint32_t private_expedited = 8;
    return filch_test::refuse_system_call(SYS_membarrier, EPERM, private_expedited);
  }
  return std::strcmp(what, "no-affinity") == 0 && filch_test::refuse_system_call(SYS_sched_getaffinity, EPERM);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: refuse no-membarrier|late-membarrier|no-affinity COMMAND [ARGUMENT]...\n", stderr);
    return 2;
  }
  if (!refuse(argv[1])) {
    std::fprintf(stderr, "refuse: cannot refuse %s here\n", argv[1]);
    return 2;
  }
  ::execvp(argv[2], argv + 2);
  std::perror(argv[2]);
  return 127;
}
