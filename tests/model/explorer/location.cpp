// SPDX-License-Identifier: BSL-1.0
#include "explorer/location.hpp"

#include <algorithm>

namespace filch_model {
namespace {

// The accesses that are coherence-ordered before a read of the store `index`, or before a store appended after it.
template <class Visit>
void for_each_before(const location& l, std::size_t index, Visit visit) {
  for (std::size_t i = 0; i <= index; ++i) {
    visit(l.stores[i]);
    if (i < index) {
      for (const access& r : l.stores[i].readers) {
        visit(r);
      }
    }
  }
}

}  // namespace

sc_order::set required_before(const location& l, std::size_t index, bool readers_of_last) {
  sc_order::set s;
  const auto take = [&s](const access& a) {
    add_id(s, a.sc);
    s |= a.fences_before;
  };
  for_each_before(l, index, take);
  if (readers_of_last) {
    std::for_each(l.stores[index].readers.begin(), l.stores[index].readers.end(), take);
  }
  return s;
}

sc_order::set required_after(const location& l, std::size_t index) {
  sc_order::set s;
  const auto take = [&s](const access& a) {
    add_id(s, a.sc);
    s |= a.fences_after;
  };
  for (std::size_t i = index + 1; i < l.size; ++i) {
    take(l.stores[i]);
    std::for_each(l.stores[i].readers.begin(), l.stores[i].readers.end(), take);
  }
  return s;
}

}  // namespace filch_model
