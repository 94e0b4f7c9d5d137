// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "explorer/policy.hpp"

namespace filch_model {

/// Starts a submitter that publishes and then looks for sleepers, and a sleeper that announces itself and then looks
/// for work. The queue is right if one of them sees the other.
class last_look {
 public:
  template <class Publish, class LooksEmpty>
  last_look(Publish publish, LooksEmpty looks_empty) {
    start("submitter", [this, publish] {
      publish();
      woken_ = sleepers_.load(std::memory_order_seq_cst) != 0;
    });
    start("sleeper", [this, looks_empty] {
      sleepers_.fetch_add(1, std::memory_order_seq_cst);
      found_ = !looks_empty();
    });
  }
  last_look(const last_look&) = delete;
  last_look& operator=(const last_look&) = delete;

  /// After join_all().
  [[nodiscard]] bool one_saw_the_other() const { return woken_ || found_; }

 private:
  policy::atomic<int> sleepers_{0};
  bool woken_ = false;
  bool found_ = false;
};

}  // namespace filch_model
