// SPDX-License-Identifier: BSL-1.0
#pragma once

#if defined(__linux__)
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>

namespace filch_test {

/// From now on, and for good, a system call fails with `error` in all threads of this process and in those that it
/// starts. With `first_argument`, only calls with that one. False if the system does not let us.
[[nodiscard]] inline bool refuse_system_call(long number, int error, std::optional<std::uint32_t> first_argument = {}) {
  const auto refusal = static_cast<std::uint32_t>(SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error));
  const std::uint32_t argument = first_argument.value_or(0);
  const std::uint32_t skipped = first_argument ? 0 : 2;  // the look at the argument
  // Arguments are 64 bits; the lower half comes first on the machines that we test on.
  const sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0, 4),
      BPF_JUMP(BPF_JMP | BPF_JA, skipped, 0, 0),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, argument, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, refusal),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{static_cast<unsigned short>(std::size(program)), const_cast<sock_filter*>(program)};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter) == 0;
}

}  // namespace filch_test
#endif
