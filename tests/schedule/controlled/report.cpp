// SPDX-License-Identifier: BSL-1.0
#include "controlled/report.hpp"

#include <execinfo.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <vector>

#include "controlled/scheduler.hpp"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace controlled {
namespace {

constexpr std::size_t shown_events = 60;

std::string replay_line;  // NOLINT: one a process
bool is_silent = false;   // NOLINT: the same

const char* name_of(action what) noexcept {
  constexpr std::array<const char*, 14> names{"load",   "store",      "modify",     "compare", "lock",
                                              "unlock", "futex wait", "futex wake", "barrier", "start",
                                              "join",   "pause",      "clock",      "scenario"};
  return names[static_cast<std::size_t>(what)];
}

// "file.cpp:12" for each address, by one call of addr2line. The programs of the tests lie where they are linked.
std::map<const void*, std::string> lines_of(const std::vector<const void*>& addresses) {
  std::array<char, 4096> self{};
  if (is_silent || ::readlink("/proc/self/exe", self.data(), self.size() - 1) <= 0) {
    return {};
  }
  std::string command = "addr2line -Casie '" + std::string(self.data()) + "'";
  for (const void* const a : addresses) {
    std::array<char, 32> text{};
    // The address after a call: one less is the call.
    std::snprintf(text.data(), text.size(), " %#llx",
                  static_cast<unsigned long long>(reinterpret_cast<std::uintptr_t>(a) - 1));
    command += text.data();
  }
  std::map<const void*, std::string> lines;
  if (FILE* const pipe = ::popen(command.c_str(), "r")) {
    std::array<char, 512> line{};
    // An address, then one line for each function that was inlined there, the innermost first. Those of the seam say
    // nothing.
    std::size_t next = 0;
    while (std::fgets(line.data(), static_cast<int>(line.size()), pipe) != nullptr) {
      std::string text(line.data());
      text.erase(text.find_last_not_of('\n') + 1);
      text.erase(std::min(text.size(), text.find(" (")));
      if (text.rfind("0x", 0) == 0) {
        ++next;
      } else if (std::string& found = lines[addresses[next - 1]];
                 found.empty() && text.rfind("primitives.hpp", 0) != 0) {
        found = text;
      }
    }
    ::pclose(pipe);
  }
  return lines;
}

void print_events() {
  const std::vector<scheduler::event> all = scheduler::get().last_events();
  const std::size_t first = all.size() > shown_events ? all.size() - shown_events : 0;
  std::vector<const void*> addresses;
  for (std::size_t i = first; i < all.size(); ++i) {
    addresses.push_back(all[i].where);
  }
  const auto lines = lines_of(addresses);
  std::printf("the last %zu of %llu steps:\n", addresses.size(),
              static_cast<unsigned long long>(scheduler::get().steps()));
  for (std::size_t i = first; i < all.size(); ++i) {
    const auto found = lines.find(all[i].where);
    std::printf("  T%u %-10s %s\n", all[i].thread, name_of(all[i].what),
                found != lines.end() ? found->second.c_str() : "?");
  }
}

[[noreturn]] void end_report() noexcept {
  print_events();
  std::printf("again: %s\n", replay_line.c_str());
  std::fflush(stdout);
  std::_Exit(1);
}

void on_signal(int number) {
  ::signal(number, SIG_DFL);
  if (number == SIGALRM) {
    std::printf(
        "FAILED: the schedule takes too long: a thread waits outside of the scheduler, or spins without a pause\n");
  } else {
    std::printf("FAILED: signal %d (%s)\n", number, strsignal(number));
    print_stack();
  }
  end_report();
}

#if defined(__SANITIZE_ADDRESS__)
void on_sanitizer_report() { end_report(); }
#endif

}  // namespace

void set_replay_line(const std::string& line) { replay_line = line; }

void be_silent() noexcept {
  static_cast<void>(std::freopen("/dev/null", "w", stdout));
  static_cast<void>(std::freopen("/dev/null", "w", stderr));
  is_silent = true;
}

void print_stack() noexcept {
  std::array<void*, 48> frames{};
  const int n = ::backtrace(frames.data(), static_cast<int>(frames.size()));
  const std::vector<const void*> addresses(frames.begin(), frames.begin() + n);
  const auto lines = lines_of(addresses);
  for (const void* const a : addresses) {
    const auto found = lines.find(a);
    const std::string line = found != lines.end() ? found->second : "?";
    if (line.rfind("??", 0) != 0 && line.rfind("scheduler.cpp", 0) != 0 && line.rfind("seam.cpp", 0) != 0 &&
        line.rfind("report.cpp", 0) != 0) {
      std::printf("    %s\n", line.c_str());
    }
  }
}

void fail(const std::string& what) noexcept {
  std::printf("FAILED: %s\n", what.c_str());
  if (scheduler::current() != nullptr) {
    print_stack();
  }
  end_report();
}

void fail_deadlock() noexcept {
  std::printf("FAILED: deadlock: no thread can go on\n");
  for (const auto& t : scheduler::get().threads()) {
    if (t->now != thread::state::blocked) {
      continue;
    }
    std::printf("  T%u waits for %s (%p):\n", t->id, t->why, t->waits_for);
    if (t.get() == scheduler::current()) {
      print_stack();
    } else {
      scheduler::get().show_stack(*t);
    }
  }
  end_report();
}

void watch(unsigned seconds) {
  for (const int number : {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGALRM}) {
    ::signal(number, &on_signal);
  }
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_set_death_callback(&on_sanitizer_report);
#endif
  ::alarm(seconds);
}

}  // namespace controlled
