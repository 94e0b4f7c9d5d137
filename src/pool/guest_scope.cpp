// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/pool/guest_scope.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

#include <filch/detail/pool/invoke_job.hpp>
#include <filch/detail/pool/run_in_caller.hpp>
#include <filch/detail/pool/submit.hpp>
#include <filch/detail/worker/fork_host.hpp>

#include "os/topology.hpp"
#include "pool/pool_state.hpp"
#include "worker/current.hpp"
#include "worker/guest_entry.hpp"

// Threads that take part in a pool for a time: docs/design/guests-and-spares.md, "Guests".

namespace filch::inline v0::detail {

namespace {

// No other thread knows a lone guest, so it is counted like a thread that discards.
worker& enter_lone_guest(pool_state& pool) {
  std::unique_ptr<worker> lone;
  try {
    lone = std::make_unique<worker>(pool, pool.team(), 0, role::lone_guest);
  } catch (...) {
    pool.drop_reference();
    throw;
  }
  if (!enter_as_lone_guest(pool.team())) {
    lone.reset();
    pool.drop_reference();
    throw_refused(submit_status::closed);
  }
  return *lone.release();
}

}  // namespace

worker& pool_state::enter_guest() {
  if (is_forked()) {
    throw_refused(submit_status::forked);
  }
  add_reference();  // for its own task may destroy the pool
  const auto make = [this](std::size_t i) {
    return std::make_unique<worker>(*this, team_, static_cast<std::uint32_t>(team_.size() + i), role::guest);
  };
  worker* slot = nullptr;
  switch (enter_as_guest(team_, team_.extra(), make, slot)) {
    case guest_entry::no_slot:
      return enter_lone_guest(*this);
    case guest_entry::refused:
      drop_reference();
      throw_refused(submit_status::closed);
    case guest_entry::let_in:
      break;
  }
  team_.cpu_of_guest().come(current_cpu());
  return *slot;
}

void pool_state::leave_guest(worker& slot) noexcept {
  if (slot.is_listed()) {
    team_.cpu_of_guest().leave();
    leave_as_guest(team_, team_.extra(), slot);
  } else {
    counts_.add_lone_guest(slot.counters());
    delete &slot;
    team_.caller_leaves();
  }
  drop_reference();
}

guest_scope::guest_scope(pool_state& pool)
    : slot_(host_in(pool) != nullptr ? nullptr : &pool.enter_guest()),
      inside_(pool, slot_ != nullptr ? slot_.get() : host_in(pool)) {
  if (slot_ != nullptr) {
    slot_->begin_visit(this);
  }
}

guest_scope::~guest_scope() {
  if (slot_ != nullptr) {
    slot_->end_visit();
  }
}

void guest_scope::leaver::operator()(worker* slot) const noexcept { slot->pool().leave_guest(*slot); }

bool guest_scope::is_listed() const noexcept { return static_cast<worker*>(inside_.host())->is_listed(); }

bool is_current_host_of(const pool_state& pool) noexcept {
  const worker* const mine = current_worker();
  return mine != nullptr && mine->member_of() == &pool;
}

std::unique_ptr<guest_scope> enter_as_caller(pool_state& pool) {
  try {
    return std::make_unique<guest_scope>(pool);
  } catch (const pool_closed&) {
    return nullptr;
  }
}

bool takes_guests(const pool_state& pool) noexcept { return pool.options().guests; }

}  // namespace filch::inline v0::detail
