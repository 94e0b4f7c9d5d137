// SPDX-License-Identifier: BSL-1.0
#include <pthread.h>

#include <filch/available_parallelism.hpp>
#include <filch/detail/base/atomic.hpp>

#include <cerrno>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include "controlled/faults.hpp"
#include "controlled/scheduler.hpp"
#include "src/os/futex_fork.hpp"
#include "src/os/module_pin.hpp"
#include "src/os/pages.hpp"
#include "src/os/standard_error.hpp"
#include "src/os/thread_setup.hpp"
#include "src/os/topology.hpp"

// What filch asks the system for, in place of src/parking/futex*.cpp, heavy_barrier.cpp, thread_setup.cpp,
// topology.cpp, standard_error.cpp and memory/pages.cpp.

namespace controlled {

system_faults& faults() noexcept {
  static constinit system_faults only;
  return only;
}

}  // namespace controlled

namespace filch::inline v0::detail {

using controlled::action;
using controlled::scheduler;

void native_futex::wait(const word& w, std::uint32_t expected) noexcept {
  controlled::step_at(action::futex_wait, __builtin_return_address(0));
  // The kernel's own look at the word, which is no step of its own: it holds a lock that the waker takes.
  if (controlled::once_in(64) || w.peek() != expected) {
    return;
  }
  scheduler::get().block(&w, "a futex");
}

bool native_futex::wait_until(const word& w, std::uint32_t expected, time_point deadline) noexcept {
  controlled::step_at(action::futex_wait, __builtin_return_address(0));
  if (scheduler::get().now() >= deadline) {
    return false;
  }
  if (controlled::once_in(64) || w.peek() != expected) {
    return true;
  }
  return scheduler::get().block(&w, "a futex, with a deadline", deadline);
}

void native_futex::wake_one(const word* w) noexcept {
  controlled::step_at(action::futex_wake, __builtin_return_address(0));
  if (scheduler::current() != nullptr) {
    scheduler::get().wake_one(w);
  }
}

void native_futex::wake_all(const word* w) noexcept {
  controlled::step_at(action::futex_wake, __builtin_return_address(0));
  if (scheduler::current() != nullptr) {
    scheduler::get().wake_all(w);
  }
}

bool native_policy::has_heavy_barrier() noexcept {
  return controlled::faults().has_barrier && !controlled::faults().knows_refusal;
}

bool native_policy::heavy_barrier() noexcept {
  controlled::step_at(action::barrier, __builtin_return_address(0));
  controlled::system_faults& f = controlled::faults();
  if (f.has_barrier && f.refuses_barrier) {
    f.knows_refusal = true;
    controlled::step(action::barrier);  // the wait that takes its place
  }
  return f.has_barrier;
}

bool pass_slow_barrier() noexcept {
  controlled::step_at(action::barrier, __builtin_return_address(0));
  return true;
}

native_thread::native_thread(void (*body)(void*) noexcept, void* argument, std::size_t stack_size) {
  controlled::step_at(action::start_thread, __builtin_return_address(0));
  if (controlled::faults().threads_left != 0 && --controlled::faults().threads_left == 0) {
    throw std::system_error(EAGAIN, std::generic_category(), "filch: cannot start a worker thread");
  }
  if (scheduler::current() == nullptr) {
    throw std::logic_error("schedule: a pool was made outside of a schedule");
  }
  controlled::thread& t = scheduler::get().start(reinterpret_cast<void (*)(void*)>(body), argument, stack_size);
  thread_ = reinterpret_cast<pthread_t>(&t);
  joinable_ = true;
}

native_thread::native_thread(native_thread&& other) noexcept
    : thread_(other.thread_), joinable_(std::exchange(other.joinable_, false)) {}

native_thread::~native_thread() = default;

void native_thread::join() noexcept {
  controlled::step_at(action::join_thread, __builtin_return_address(0));
  scheduler::get().join(*reinterpret_cast<controlled::thread*>(thread_));
  joinable_ = false;
}

void native_thread::detach() noexcept { joinable_ = false; }

module_pin::module_pin() noexcept = default;
module_pin::~module_pin() = default;
void module_pin::keep_for_good() noexcept {}

void name_this_thread(const std::string&, const std::string&) {}
void bind_this_thread(std::span<const int>) noexcept {}

void prepare_futexes_for_fork() noexcept {}
void renew_futexes_in_child() noexcept {}

void write_to_standard_error(std::string_view) noexcept {}  // scenarios throw in each of thousands of schedules

void give_back_pages(void*, std::size_t) noexcept {}
void give_back_heap() noexcept {}

std::vector<int> allowed_cpus() { return {0, 1, 2, 3}; }
int only_allowed_cpu() noexcept { return -1; }
int current_cpu() noexcept { return 0; }
cpu_location location_of(int, const std::string&) { return {}; }
std::optional<double> cpu_quota() { return std::nullopt; }
std::optional<double> parse_cpu_max(const std::string&) { return std::nullopt; }
std::size_t parallelism_from(std::size_t cpus, std::optional<double>) noexcept { return cpus; }

}  // namespace filch::inline v0::detail

namespace filch::inline v0 {

std::size_t available_parallelism() noexcept { return 4; }

}  // namespace filch::inline v0
