// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace filch_fuzz {

/// Ends the process if not, which the fuzzer reports with the input.
inline void check(bool condition, const char* what) {
  if (!condition) {
    std::fprintf(stderr, "wrong: %s\n", what);
    std::abort();
  }
}

/// Of all callables of one input.
struct ledger {
  std::atomic<std::size_t> accepted{0};
  std::atomic<std::size_t> called{0};
  std::atomic<std::size_t> alive{0};
  std::atomic<bool> may_lose{false};  // something was cancelled or discarded, or thrown where others follow
};

/// Counts itself as alive until it is destroyed, or moved from.
class token {
 public:
  explicit token(ledger& l) : ledger_(&l) { l.alive.fetch_add(1); }
  token(token&& other) noexcept : ledger_(std::exchange(other.ledger_, nullptr)) {}
  token(const token&) = delete;
  token& operator=(const token&) = delete;
  token& operator=(token&&) = delete;
  ~token() {
    if (ledger_ != nullptr) {
      ledger_->alive.fetch_sub(1);
    }
  }
  void call() {
    check(ledger_ != nullptr && !std::exchange(called_, true), "a callable is called once, and where it lies");
    ledger_->called.fetch_add(1);
  }
  [[nodiscard]] ledger& book() const { return *ledger_; }

 private:
  ledger* ledger_;
  bool called_ = false;
};

}  // namespace filch_fuzz
