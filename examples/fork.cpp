// SPDX-License-Identifier: BSL-1.0
// The snippets of docs/guides/fork.md.
#include <filch/thread_pool.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <latch>

namespace {

void check_child(pid_t child, const char* what) {
  int status = -1;
  waitpid(child, &status, 0);
  if (status != 0) {
    std::fprintf(stderr, "fork: %s\n", what);
    std::exit(1);
  }
}

void own_pool() {
  // [snippet: own pool]
  filch::thread_pool pool{2};
  const pid_t child = fork();
  if (child == 0) {
    filch::thread_pool mine{2};  // `pool` has no threads here
    const int answer = mine.spawn([] { return 42; }).join();
    _exit(answer == 42 ? 0 : 1);
  }
  // [end]
  check_child(child, "a child makes a pool of its own");
}

void pending_handle() {
  filch::thread_pool pool{1};
  std::latch gate{1};
  // [snippet: pending]
  auto pending = pool.spawn([&gate] { gate.wait(); });
  const pid_t child = fork();
  if (child == 0) {
    try {
      pending.join();
    } catch (const filch::usage_error& e) {
      std::puts(e.what());  // only a thread of the parent could have run it
      std::fflush(stdout);
      _exit(0);
    }
    _exit(1);
  }
  // [end]
  check_child(child, "a pending handle throws in a child");
  gate.count_down();
  pending.join();
}

}  // namespace

int main() {
  own_pool();
  pending_handle();
}
