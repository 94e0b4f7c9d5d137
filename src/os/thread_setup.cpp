// SPDX-License-Identifier: BSL-1.0
#include "os/thread_setup.hpp"

#include <algorithm>
#include <memory>
#include <system_error>
#include <utility>

#include <filch/detail/base/assert.hpp>

#include "base/thread_exit.hpp"

#if defined(__linux__)
#include <sched.h>
#elif defined(_WIN32)
#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <windows.h>

#include <process.h>

#include <cerrno>
#include <limits>
#endif

namespace filch::inline v0::detail {
namespace {

struct start_info {
  void (*body)(void*) noexcept;
  void* argument;
};

void check(int error, std::size_t stack_size) {
  if (error != 0) {
    std::string what = "filch: cannot start a worker thread";
    if (stack_size != 0) {
      what += " with pool_options.stack_size = " + std::to_string(stack_size);
    }
    throw std::system_error(error, std::generic_category(), what);
  }
}

}  // namespace

#if !defined(_WIN32)

namespace {

extern "C" void* filch_thread_main(void* p) {
  const own_thread_scope own_thread;
  const std::unique_ptr<start_info> info(static_cast<start_info*>(p));
  const start_info start = *info;
  start.body(start.argument);
  return nullptr;
}

class attributes {
 public:
  attributes() { check(pthread_attr_init(&value_), 0); }
  ~attributes() { pthread_attr_destroy(&value_); }
  attributes(const attributes&) = delete;
  attributes& operator=(const attributes&) = delete;
  [[nodiscard]] pthread_attr_t* get() noexcept { return &value_; }

 private:
  pthread_attr_t value_{};
};

}  // namespace

native_thread::native_thread(void (*body)(void*) noexcept, void* argument, std::size_t stack_size) {
  attributes a;
  if (stack_size != 0) {
    check(pthread_attr_setstacksize(a.get(), stack_size), stack_size);
  }
  auto info = std::make_unique<start_info>(start_info{body, argument});
  check(pthread_create(&thread_, a.get(), &filch_thread_main, info.get()), stack_size);
  static_cast<void>(info.release());
  joinable_ = true;
}

native_thread::native_thread(native_thread&& other) noexcept
    : thread_(other.thread_), joinable_(std::exchange(other.joinable_, false)) {}

native_thread::~native_thread() { FILCH_ASSERT(!joinable_); }

void native_thread::join() noexcept {
  pthread_join(thread_, nullptr);
  joinable_ = false;
}

void native_thread::detach() noexcept {
  pthread_detach(thread_);
  joinable_ = false;
}

#else

namespace {

unsigned __stdcall filch_thread_main(void* p) {
  const own_thread_scope own_thread;
  const std::unique_ptr<start_info> info(static_cast<start_info*>(p));
  const start_info start = *info;
  start.body(start.argument);
  return 0;
}

}  // namespace

native_thread::native_thread(void (*body)(void*) noexcept, void* argument, std::size_t stack_size) {
  check(stack_size > std::numeric_limits<unsigned>::max() ? EINVAL : 0, stack_size);
  auto info = std::make_unique<start_info>(start_info{body, argument});
  thread_ = reinterpret_cast<void*>(_beginthreadex(nullptr, static_cast<unsigned>(stack_size), &filch_thread_main,
                                                   info.get(), STACK_SIZE_PARAM_IS_A_RESERVATION, nullptr));
  check(thread_ == nullptr ? errno : 0, stack_size);
  static_cast<void>(info.release());
}

native_thread::native_thread(native_thread&& other) noexcept : thread_(std::exchange(other.thread_, nullptr)) {}

native_thread::~native_thread() { FILCH_ASSERT(thread_ == nullptr); }

void native_thread::join() noexcept {
  WaitForSingleObject(thread_, INFINITE);
  detach();
}

void native_thread::detach() noexcept { CloseHandle(std::exchange(thread_, nullptr)); }

#endif

void name_this_thread([[maybe_unused]] const std::string& name, [[maybe_unused]] const std::string& number) {
#if defined(__linux__)
  pthread_setname_np(pthread_self(), shortened(name, number, 15).c_str());
#elif defined(__APPLE__)
  pthread_setname_np(shortened(name, number, 63).c_str());
#endif
}

std::string shortened(const std::string& name, const std::string& number, std::size_t room) {
  std::size_t kept = std::min(name.size(), room - std::min(room, number.size()));
  const auto continues = [&name](std::size_t i) { return (static_cast<unsigned char>(name[i]) & 0xC0) == 0x80; };
  while (kept != 0 && kept < name.size() && continues(kept)) {
    --kept;
  }
  return name.substr(0, kept) + number.substr(0, room);
}

void bind_this_thread([[maybe_unused]] std::span<const int> cpus) noexcept {
#if defined(__linux__)
  const std::size_t n = static_cast<std::size_t>(*std::max_element(cpus.begin(), cpus.end())) + 1;
  if (cpu_set_t* const set = CPU_ALLOC(n)) {
    CPU_ZERO_S(CPU_ALLOC_SIZE(n), set);
    for (const int cpu : cpus) {
      CPU_SET_S(static_cast<std::size_t>(cpu), CPU_ALLOC_SIZE(n), set);
    }
    sched_setaffinity(0, CPU_ALLOC_SIZE(n), set);
    CPU_FREE(set);
  }
#endif
}

}  // namespace filch::inline v0::detail
