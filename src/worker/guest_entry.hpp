// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace filch::inline v0::detail {

/// What became of a thread that wanted a slot.
enum class guest_entry : unsigned char { let_in, no_slot, refused };

/// How a thread that is no worker becomes a guest of a pool, and ceases to be one (docs/design/guests-and-spares.md,
/// "Guests"). The models run the same source. `Slots` are basic_extra_slots.
///
/// Sets `slot` to a slot that the calling thread has alone from then on. If no slot is free, `make(i)` makes one.
template <class Team, class Slots, class Slot, class Make>
[[nodiscard]] guest_entry enter_as_guest(Team& team, Slots& slots, Make make, Slot*& slot) noexcept {
  slot = slots.take(make);
  if (slot == nullptr) {
    return guest_entry::no_slot;
  }
  if (team.is_closed() || !team.enter(*slot)) {
    slots.leave(slot->index() - team.size());
    return guest_entry::refused;
  }
  return guest_entry::let_in;
}

/// The guest leaves. It has joined all its forks.
template <class Team, class Slots, class Slot>
void leave_as_guest(Team& team, Slots& slots, Slot& slot) noexcept {
  team.leave(slot);
  slots.leave(slot.index() - team.size());
}

/// The same for a thread for which no slot is left, so that no other thread knows it. False if it is refused.
/// Otherwise it is inside until `caller_leaves`.
template <class Team>
[[nodiscard]] bool enter_as_lone_guest(Team& team) noexcept {
  return !team.is_closed() && team.admit_caller();
}

}  // namespace filch::inline v0::detail
