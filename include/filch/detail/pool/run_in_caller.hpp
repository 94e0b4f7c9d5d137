// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include <filch/detail/job/job.hpp>
#include <filch/detail/pool/guest_scope.hpp>
#include <filch/detail/pool/submit.hpp>

namespace filch::inline v0::detail {

/// Makes the calling thread a guest of `pool` that is to run one of its tasks as the caller. Null if the pool is
/// closed.
[[nodiscard]] FILCH_EXPORT std::unique_ptr<guest_scope> enter_as_caller(pool_state& pool);

/// Runs a copy of `f` on this thread, as a worker would.
template <class F>
FILCH_LOCAL submit_status run_in_caller(pool_state& pool, F&& f) {
  const std::unique_ptr<guest_scope> guest = enter_as_caller(pool);
  if (guest == nullptr) {
    return submit_status::closed;
  }
  [[maybe_unused]] const tsan_visit visit(*guest);
  union stored {  // call_and_destroy destroys it
    explicit stored(F&& g) : callable(std::forward<F>(g)) {}
    stored(const stored&) = delete;
    ~stored() {}
    std::decay_t<F> callable;
  } copy(std::forward<F>(f));
  call_and_destroy(copy.callable, [](std::decay_t<F>&& c) { static_cast<void>(std::move(c)()); }, &report_unhandled);
  return submit_status::accepted;
}

}  // namespace filch::inline v0::detail
