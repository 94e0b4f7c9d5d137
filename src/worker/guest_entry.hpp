// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

namespace filch::inline v0::detail {

/// What became of a thread that wanted a place.
enum class guest_entry : unsigned char { let_in, no_place, refused };

/// How a thread that is no worker becomes a guest of a pool, and ceases to be one (docs/design/guests-and-spares.md,
/// "Guests"). The models run the same source. `Team` has basic_coordination's members, size() and is_closed(); `Places`
/// are basic_extra_places.
///
/// Sets `place` to one that the calling thread has alone from then on, made by `make(i)` if none is free.
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

/// It has joined all its forks.
template <class Team, class Places, class Place>
void leave_as_guest(Team& team, Places& places, Place& place) noexcept {
  team.leave(place);
  places.leave(place.index() - team.size());
}

/// The same for a thread that no place is left for: nobody else knows it. False: it is refused. Until `caller_leaves`.
template <class Team>
[[nodiscard]] bool enter_as_lone_guest(Team& team) noexcept {
  return !team.is_closed() && team.admit_caller();
}

}  // namespace filch::inline v0::detail
