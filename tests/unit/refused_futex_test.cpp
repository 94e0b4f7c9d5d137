// SPDX-License-Identifier: BSL-1.0
#include <filch/config.hpp>

#if defined(__linux__) && !FILCH_PORTABLE_PARKER
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>

#include "src/parking/parker.hpp"
#include "support/catch.hpp"
#include "support/refuse.hpp"

TEST_CASE("a system that refuses futex ends the program with a sentence, not with a spin") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGABRT, SIG_DFL);
    ::alarm(20);
    ::dup2(ends[1], STDERR_FILENO);
    if (!filch_test::refuse_system_call(SYS_futex, ENOSYS)) {
      ::_exit(3);
    }
    filch::detail::native_parker().park();
    ::_exit(4);
  }
  ::close(ends[1]);
  std::string text;
  std::array<char, 200> part{};
  for (ssize_t n = 0; (n = ::read(ends[0], part.data(), part.size())) > 0;) {
    text.append(part.data(), static_cast<std::size_t>(n));
  }
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 3) {
    std::puts("SKIPPED: the system lets nobody refuse system calls");  // ctest shows it as skipped
    return;
  }
  INFO(text);
  REQUIRE(WIFSIGNALED(status));
  REQUIRE(WTERMSIG(status) == SIGABRT);
  REQUIRE(text.find("filch: the system refuses futex") == 0);
}
#endif
