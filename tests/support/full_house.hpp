// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <memory>
#include <vector>

#include <filch/detail/guest_scope.hpp>

namespace filch_test {

/// Makes the calling thread all the guests that `pool` has places for.
class full_house {
 public:
  explicit full_house(filch::detail::pool_state& pool) {
    do {
      guests_.push_back(std::make_unique<filch::detail::guest_scope>(pool));
    } while (guests_.back()->is_listed());
  }
  ~full_house() {
    while (!guests_.empty()) {
      guests_.pop_back();
    }
  }
  full_house(const full_house&) = delete;
  full_house& operator=(const full_house&) = delete;

 private:
  std::vector<std::unique_ptr<filch::detail::guest_scope>> guests_;
};

}  // namespace filch_test
