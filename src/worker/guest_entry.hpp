// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

namespace filch::inline v0::detail {

/// What became of a thread that wanted a place.
enum class guest_entry : unsigned char { let_in, no_place, refused };

/// How a thread that is no worker becomes a guest of a pool, and ceases to be one (docs/design/guests-and-spares.md,
/// "Guests"). The models run the same source. `Team` has basic_wakeups's members, size() and is_closed(); `Places`
/// are basic_extra_places.
///
/// Sets `place` to a place that the calling thread has alone from then on. If no place is free, `make(i)` makes one.
template <class Team, class Places, class Place, class Make>
[[nodiscard]] guest_entry enter_as_guest(Team& team, Places& places, Make make, Place*& place) noexcept {
  place = places.take(make);
  if (place == nullptr) {
    return guest_entry::no_place;
  }
  if (team.is_closed() || !team.enter(*place)) {
    places.leave(place->index() - team.size());
    return guest_entry::refused;
  }
  return guest_entry::let_in;
}

/// The guest leaves. It has joined all its forks.
template <class Team, class Places, class Place>
void leave_as_guest(Team& team, Places& places, Place& place) noexcept {
  team.leave(place);
  places.leave(place.index() - team.size());
}

/// The same for a thread for which no place is left, so that no other thread knows it. False if it is refused.
/// Otherwise it is inside until `caller_leaves`.
template <class Team>
[[nodiscard]] bool enter_as_lone_guest(Team& team) noexcept {
  return !team.is_closed() && team.admit_caller();
}

}  // namespace filch::inline v0::detail
