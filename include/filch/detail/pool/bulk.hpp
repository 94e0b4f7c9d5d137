// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <type_traits>

#include <filch/detail/pool/job_chain.hpp>

namespace filch::inline v0::detail {

// Whether one can go back to where a copy of it is. A move_iterator is no forward_iterator of C++20, but its category
// tells.
template <class It>
concept returnable = std::forward_iterator<It> ||
                     std::derived_from<typename std::iterator_traits<It>::iterator_category, std::forward_iterator_tag>;

struct any_position {
  explicit any_position(const auto& /*it*/) noexcept {}
};

/// Returns `accepted`, or throws if that is 0, unless the pool was full.
FILCH_EXPORT std::size_t accepted_or_throw(std::size_t accepted, submit_status why);

/// thread_pool::execute_bulk. A bounded pool takes the elements `one_by_one`.
template <class It, class S, class OneByOne>
FILCH_LOCAL std::size_t submit_range(pool_state& pool, It first, S last, OneByOne one_by_one) {
  std::size_t accepted = 0;
  if (is_bounded(pool)) {
    for (; first != last; ++first, ++accepted) {
      if (const submit_status s = one_by_one(*first); s != submit_status::accepted) {
        return accepted_or_throw(accepted, s);
      }
    }
    return accepted;
  }
  while (first != last) {
    const admission admitted = admit(pool, when_full::give_up);
    if (admitted.status != submit_status::accepted) {
      return accepted_or_throw(accepted, admitted.status);
    }
    job_chain<std::decay_t<std::iter_reference_t<It>>> chain(pool);
    [[maybe_unused]] const std::conditional_t<returnable<It>, It, any_position> chain_start(first);
    const auto queue = [&] {
      const bool taken = chain.submit(admitted) == submit_status::accepted;
      if (taken) {
        accepted += chain.size();
      } else if constexpr (returnable<It>) {
        chain.give_back_to(chain_start);
      }
      return taken;
    };
    try {
      for (; first != last && chain.size() < chain.limit; ++first) {
        chain.add(*first);
      }
    } catch (...) {
      queue();
      throw;
    }
    if (!queue()) {
      return accepted_or_throw(accepted, submit_status::closed);
    }
  }
  return accepted;
}

}  // namespace filch::inline v0::detail
