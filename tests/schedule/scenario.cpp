// SPDX-License-Identifier: BSL-1.0
#include "scenario.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "controlled/report.hpp"

namespace schedule {

std::vector<scenario>& scenarios() {
  static std::vector<scenario> all;
  return all;
}

void check(bool condition, const char* what) {
  if (!condition) {
    controlled::fail(std::string("check: ") + what);
  }
}

thread::thread(callable* c)
    : started_(&controlled::scheduler::get().start(
          [](void* p) {
            const std::unique_ptr<callable> body(static_cast<callable*>(p));
            try {
              body->call();
            } catch (const std::exception& e) {
              controlled::fail(std::string("an exception left a thread of the scenario: ") + e.what());
            } catch (...) {
              controlled::fail("an exception left a thread of the scenario");
            }
          },
          c, 0)) {
  controlled::step(controlled::action::scenario);
}

void thread::join() {
  if (controlled::thread* const t = std::exchange(started_, nullptr)) {
    controlled::step(controlled::action::scenario);
    controlled::scheduler::get().join(*t);
  }
}

void event::set() {
  controlled::step(controlled::action::scenario);
  set_ = true;
  controlled::scheduler::get().wake_all(this);
}

void event::wait() {
  controlled::step(controlled::action::scenario);
  while (!set_) {
    controlled::scheduler::get().block(this, "an event of the scenario");
  }
}

void meeting::arrive_and_wait() {
  controlled::step(controlled::action::scenario);
  if (--missing_ == 0) {
    controlled::scheduler::get().wake_all(this);
  }
  while (missing_ != 0) {
    controlled::scheduler::get().block(this, "others, to meet");
  }
}

void ledger::check_all_ran() const {
  check(called_ == made_, "every task was called, once");
  check(destroyed_ == made_, "every callable was destroyed, once");
}

void ledger::check_none_left() const {
  check(called_ <= made_, "no task was called twice");
  check(destroyed_ == made_, "every callable was destroyed, once");
}

filch::pool_options workers(std::size_t n) {
  filch::pool_options options;
  options.threads = n;
  options.idle = filch::idle_policy::frugal();
  options.max_spares = 4;
  return options;
}

void yield() { controlled::step(controlled::action::scenario); }

int fork_and_wait(bool (*in_child)(void*), void* argument) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(30);
    const bool right = in_child(argument);
    std::fflush(stdout);
    ::_exit(right ? 0 : 3);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

}  // namespace schedule
