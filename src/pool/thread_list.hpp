// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <filch/detail/base/mutex.hpp>

#include "os/module_pin.hpp"
#include "os/thread_setup.hpp"

namespace filch::inline v0::detail {

/// The threads of a pool. One of them may start another while somebody waits for all to end.
class thread_list {
 public:
  /// Starts one. Throws as native_thread, std::bad_alloc.
  void start(void (*body)(void*) noexcept, void* argument, std::size_t stack_size) {
    const std::lock_guard lock(mutex_);
    threads_.reserve(threads_.size() + 1);
    native_thread t(body, argument, stack_size);
    if (detached_) {
      t.detach();
    } else {
      threads_.push_back(std::move(t));
    }
  }

  /// Blocks until all threads have ended, also those that are started meanwhile.
  void join() noexcept {
    const std::lock_guard one_at_a_time(joining_);
    while (std::optional<native_thread> t = take()) {
      t->join();
    }
  }

  /// For a pool whose threads nobody will join. As nobody knows when they have ended, their module stays loaded.
  void detach() noexcept {
    module_.keep_for_good();
    {
      const std::lock_guard lock(mutex_);
      detached_ = true;
    }
    while (std::optional<native_thread> t = take()) {
      t->detach();
    }
  }

 private:
  [[nodiscard]] std::optional<native_thread> take() noexcept {
    const std::lock_guard lock(mutex_);
    if (threads_.empty()) {
      return std::nullopt;
    }
    std::optional<native_thread> t(std::move(threads_.back()));
    threads_.pop_back();
    return t;
  }

  module_pin module_;  // the threads' code lies in it
  mutex joining_;
  mutex mutex_;
  std::vector<native_thread> threads_;  // guarded by mutex_, as the next
  bool detached_ = false;
};

}  // namespace filch::inline v0::detail
