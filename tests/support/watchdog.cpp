// SPDX-License-Identifier: BSL-1.0
#include "support/watchdog.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <thread>

#if defined(__linux__) && __has_include(<execinfo.h>)
#define FILCH_TEST_STACKS 1
#include <dirent.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>
#else
#define FILCH_TEST_STACKS 0
#endif

namespace filch_test::watchdog {
namespace {

using clock = std::chrono::steady_clock;

constexpr int exit_code = 124;  // that of timeout(1)

std::atomic<std::int64_t> deadline_ticks{0};
// Written by main only; read by the watchdog when main has not moved for the whole limit.
std::array<std::atomic<char>, 256> current_test{};

clock::time_point deadline() {
  return clock::time_point(clock::duration(deadline_ticks.load(std::memory_order_relaxed)));
}

void print_test_name() {
  std::fputs("watchdog: test \"", stderr);
  for (const auto& slot : current_test) {
    const char c = slot.load(std::memory_order_relaxed);
    if (c == '\0') break;
    std::fputc(c, stderr);
  }
  std::fprintf(stderr, "\" has run for more than %lld s\n", static_cast<long long>(limit().count()));
}

#if FILCH_TEST_STACKS

std::atomic<bool> stack_printed{false};

void print_own_stack(int) {
  std::array<void*, 64> frames{};
  const int count = ::backtrace(frames.data(), static_cast<int>(frames.size()));
  ::backtrace_symbols_fd(frames.data(), count, STDERR_FILENO);
  stack_printed.store(true, std::memory_order_release);
}

void print_thread_name(long thread) {
  std::array<char, 64> path{};
  std::snprintf(path.data(), path.size(), "/proc/self/task/%ld/comm", thread);
  std::array<char, 32> name{};
  if (const int file = ::open(path.data(), O_RDONLY | O_CLOEXEC); file >= 0) {
    const auto length = ::read(file, name.data(), name.size() - 1);
    if (length > 0) name[static_cast<std::size_t>(length) - 1] = '\0';  // drops the line end
    ::close(file);
  }
  std::fprintf(stderr, "watchdog: thread %ld %s\n", thread, name.data());
}

// Asks one thread after the other, so that their lines do not mix.
void print_stacks() {
  DIR* const tasks = ::opendir("/proc/self/task");
  if (tasks == nullptr) return;
  const long self = ::syscall(SYS_gettid);
  while (const dirent* const entry = ::readdir(tasks)) {
    const long thread = std::strtol(entry->d_name, nullptr, 10);
    if (thread <= 0 || thread == self) continue;
    print_thread_name(thread);
    stack_printed.store(false, std::memory_order_relaxed);
    if (::syscall(SYS_tgkill, ::getpid(), thread, SIGRTMAX - 1) != 0) continue;
    const auto patience = clock::now() + std::chrono::seconds(1);
    while (!stack_printed.load(std::memory_order_acquire)) {
      if (clock::now() > patience) {
        std::fputs("  (does not answer)\n", stderr);
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  ::closedir(tasks);
}

void install_handler() {
  // The first call loads libgcc, which a signal handler must not do.
  std::array<void*, 1> frame{};
  ::backtrace(frame.data(), 1);
  struct sigaction action{};
  action.sa_handler = print_own_stack;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGRTMAX - 1, &action, nullptr);
}

void name_and_block_signals() {
  ::pthread_setname_np(::pthread_self(), "watchdog");
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

#else

void print_stacks() { std::fputs("watchdog: no stacks on this system\n", stderr); }
void install_handler() {}
void name_and_block_signals() {}

#endif

void watch() {
  name_and_block_signals();
  while (clock::now() < deadline()) std::this_thread::sleep_until(deadline());
  print_test_name();
  print_stacks();
  std::_Exit(exit_code);
}

}  // namespace

std::chrono::seconds limit() {
  static const std::chrono::seconds value = [] {
    const char* const text = std::getenv("FILCH_TEST_TIMEOUT");
    return std::chrono::seconds(text == nullptr ? 120 : std::strtoll(text, nullptr, 10));
  }();
  return value;
}

void start() {
  if (limit().count() <= 0) return;
  rearm("(before the first test)");
  install_handler();
  std::thread(watch).detach();
}

void rearm(std::string_view test_name) {
  const auto length = std::min(test_name.size(), current_test.size() - 1);
  for (std::size_t i = 0; i < length; ++i) current_test[i].store(test_name[i], std::memory_order_relaxed);
  current_test[length].store('\0', std::memory_order_relaxed);
  deadline_ticks.store((clock::now() + limit()).time_since_epoch().count(), std::memory_order_relaxed);
}

}  // namespace filch_test::watchdog
