// SPDX-License-Identifier: BSL-1.0
#include <filch/config.hpp>

#if FILCH_PORTABLE_PARKER || !(defined(__linux__) || defined(_WIN32))

#include <array>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <new>

#include <filch/detail/base/atomic.hpp>

#include "os/futex_fork.hpp"

namespace filch::inline v0::detail {
namespace {

// Waiters are found by the address of their word. Words that share a bucket wake each other for nothing.
struct bucket {
  std::mutex mutex;
  std::condition_variable changed;
};

std::array<bucket, 64>& buckets() noexcept {
  static auto& all = *new std::array<bucket, 64>;  // never destroyed: threads may wait at exit
  return all;
}

bucket& bucket_of(const native_futex::word* w) noexcept {
  return buckets()[(reinterpret_cast<std::uintptr_t>(w) >> 6) % buckets().size()];
}

// relaxed, in both waits: a waker changes the word before it takes the mutex, so the mutex orders the two.
bool unchanged(const native_futex::word& w, std::uint32_t expected) noexcept {
  return w.load(std::memory_order_relaxed) == expected;
}

}  // namespace

void native_futex::wait(const word& w, std::uint32_t expected) noexcept {
  bucket& b = bucket_of(&w);
  std::unique_lock lock(b.mutex);
  if (unchanged(w, expected)) {
    b.changed.wait(lock);
  }
}

bool native_futex::wait_until(const word& w, std::uint32_t expected, time_point deadline) noexcept {
  bucket& b = bucket_of(&w);
  std::unique_lock lock(b.mutex);
  return !unchanged(w, expected) || b.changed.wait_until(lock, deadline) == std::cv_status::no_timeout;
}

// notify_all in both: the bucket is shared, and glibc 2.36 loses a wake-up of notify_one now and then (BZ 25847).
void native_futex::wake_one(const word* w) noexcept { wake_all(w); }

void native_futex::wake_all(const word* w) noexcept {
  bucket& b = bucket_of(w);
  {
    const std::lock_guard lock(b.mutex);
  }
  b.changed.notify_all();
}

void prepare_futexes_for_fork() noexcept { static_cast<void>(buckets()); }

// A mutex may be locked by a thread of the parent, and a condition variable counts waiters that the child does not
// have. Their destructors would wait for these.
void renew_futexes_in_child() noexcept {
  for (bucket& b : buckets()) {
    ::new (&b) bucket;
  }
}

}  // namespace filch::inline v0::detail

#endif
