// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "explorer/location.hpp"

namespace filch_model {

/// Where in the source an operation stands.
struct site {
  const char* file = "";
  int line = 0;
};

enum class action : unsigned char { load, store, exchange, compare_exchange, futex_wait, futex_wake, barrier };

/// What a thread wants to do next. Other threads' steps come between a request and the next of the same thread only.
struct request {
  action what = action::load;
  location* where = nullptr;
  std::memory_order order = std::memory_order_relaxed;
  std::memory_order failure = std::memory_order_relaxed;  ///< of a compare_exchange
  site at;
  std::uint64_t operand = 0;   ///< what is stored, or goes into `apply`
  std::uint64_t expected = 0;  ///< of a compare_exchange or a futex wait
  std::uint64_t (*apply)(std::uint64_t old, std::uint64_t operand) = nullptr;  ///< what an exchange stores
  bool timed = false;                                                          ///< of a futex wait
  bool all = false;                                                            ///< of a futex wake

  std::uint64_t value = 0;  ///< answer: what was read
  bool done = false;        ///< answer: the exchange happened; the wait was ended by a wake

  [[nodiscard]] bool reads() const noexcept {
    return what != action::store && what != action::futex_wake && what != action::barrier;
  }
  [[nodiscard]] bool is_futex_call() const noexcept { return what == action::futex_wait || what == action::futex_wake; }
};

/// One of the ways in which a request can turn out.
struct choice {
  std::size_t store = 0;  ///< which store is read; of a wake, which waiter is woken
  bool succeeds = false;  ///< a compare_exchange takes place
  bool early = false;     ///< a futex wait returns without being woken: for no reason, or because its time is over
};

}  // namespace filch_model
