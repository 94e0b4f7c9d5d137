// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/guest_scope.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include <filch/detail/submit.hpp>
#include <filch/detail/worker.hpp>

#include "current.hpp"
#include "pool_state.hpp"
#include "topology.hpp"

// Threads that take part in a pool for a time: docs/design/waiting.md, "Guests".

namespace filch::inline v0::detail {

worker* pool_state::enter_guest() {
  if (is_forked()) {
    throw_refused(submit_status::forked);
  }
  worker* const place = extra_places_.take([this](std::size_t i) {
    auto made = std::make_unique<worker>(*this, static_cast<std::uint32_t>(size() + i), role::guest);
    made->activity_word().set_idle();
    return made;
  });
  if (place == nullptr) {
    return nullptr;
  }
  references_.add();  // for its own task may destroy the pool
  if (at(0).in(0).closed() || !enter(*place)) {
    give_up_place(*place);
    throw_refused(submit_status::closed);
  }
  guest_cpu_.come(current_cpu());
  return place;
}

void pool_state::leave_guest(worker& place) noexcept {
  guest_cpu_.leave();
  leave(place);
  give_up_place(place);
}

void pool_state::give_up_place(worker& place) noexcept {
  extra_places_.leave(place.index() - size());
  drop_reference();
}

guest_scope::guest_scope(pool_state& pool) : place_(pool.enter_guest()) {
  if (place_ != nullptr) {
    place_->begin_visit(this);
    outer_host_ = std::exchange(this_thread_host, place_);
    outer_pool_ = set_acting_pool(nullptr);
  }
}

guest_scope::~guest_scope() {
  if (place_ != nullptr) {
    place_->end_visit();
    this_thread_host = outer_host_;
    set_acting_pool(outer_pool_);
    place_->pool().leave_guest(*place_);
  }
}

}  // namespace filch::inline v0::detail
