// SPDX-License-Identifier: BSL-1.0
#include "explorer/memory.hpp"

#include <algorithm>

namespace filch_model {
namespace {

bool acquires(std::memory_order o) {
  return o == std::memory_order_acquire || o == std::memory_order_acq_rel || o == std::memory_order_seq_cst;
}

bool releases(std::memory_order o) {
  return o == std::memory_order_release || o == std::memory_order_acq_rel || o == std::memory_order_seq_cst;
}

}  // namespace

void memory::reset() {
  used_ = 0;
  views_.fill({});
  order_.clear();
}

void memory::start(thread_id child, thread_id parent) {
  views_[child] = views_[parent];
  views_[child].loose = {};
  views_[child].has_fence = false;
  views_[child].inherited = views_[child].strongly;
}

void memory::join(thread_id parent, thread_id child) {
  view& p = views_[parent];
  const view& c = views_[child];
  p.happened.join(c.happened);
  p.strongly |= c.strongly;
  p.inherited |= c.strongly;
  p.fences |= c.fences;
}

location& memory::make(thread_id t) {
  if (used_ == locations_.size()) {
    locations_.emplace_back();
  }
  location& l = locations_[used_++];
  l.reset(t, plain_step(t));
  return l;
}

std::size_t memory::oldest_visible(const location& l, const vector_clock& clock) const {
  std::size_t oldest = 0;
  for (thread_id t = 0; t < max_threads; ++t) {
    const auto& seen = l.seen[t];
    for (auto at = seen.rbegin(); at != seen.rend(); ++at) {
      if (clock.knows(t, at->first)) {
        oldest = std::max(oldest, at->second);
        break;
      }
    }
  }
  return oldest;
}

bool memory::fits_sc_order(const view& v, const location& l, std::size_t index, bool sc) const {
  if (index + 1 == l.size || (!sc && v.fences.none())) {
    return true;
  }
  const sc_order::set after = required_after(l, index);
  if (after.none()) {
    return true;
  }
  if (sc && (order_.closure(v.strongly | required_before(l, index, false)) & after).any()) {
    return false;
  }
  return ((order_.closure(v.fences) | v.fences) & after).none();
}

void memory::readable(thread_id t, const location& l, std::memory_order order, std::size_t first,
                      const vector_clock& also, std::vector<std::size_t>& stores) const {
  stores.clear();
  const view& v = views_[t];
  vector_clock clock = v.happened;
  clock.join(also);
  for (std::size_t i = std::max(first, oldest_visible(l, clock)); i < l.size; ++i) {
    if (fits_sc_order(v, l, i, order == std::memory_order_seq_cst)) {
      stores.push_back(i);
    }
  }
}

access memory::note(thread_id t, location& l, std::size_t index, sc_order::id sc, std::size_t event) {
  const view& v = views_[t];
  auto& seen = l.seen[t];
  const std::size_t newest = seen.empty() ? index : std::max(seen.back().second, index);
  seen.emplace_back(v.happened.of(t), newest);
  access a;
  a.thread = t;
  a.step = v.happened.of(t);
  a.event = event;
  a.sc = sc;
  a.fences_before = v.fences;
  return a;
}

void memory::acquire(view& v, const store& s, bool now) {
  if (!s.releases) {
    return;
  }
  if (now) {
    v.happened.join(s.released.happened);
    v.fences |= s.released.fences;
  } else {
    v.loose.join(s.released);
  }
}

// After the step `own`: what was acquired in it strongly happens before the steps to come, not before the step itself.
void memory::finish(view& v, sc_order::id own, const sc_order::set& acquired) {
  v.inherited = v.strongly | acquired;
  v.strongly = v.inherited;
  add_id(v.strongly, own);
}

std::uint64_t memory::read(thread_id t, location& l, std::size_t index, std::memory_order order, std::size_t event) {
  view& v = views_[t];
  store& s = l.stores[index];
  v.happened.tick(t);
  const bool sc = order == std::memory_order_seq_cst;
  const sc_order::set after = required_after(l, index);
  sc_order::id id = sc_order::none;
  sc_order::set earlier;
  if (sc) {
    earlier = order_.closure(v.strongly | required_before(l, index, false));
    id = order_.add(earlier);
    earlier.set(id);
  }
  if (after.any()) {
    earlier |= order_.closure(v.fences) | v.fences;
    order_.put_before(earlier, after);
  }
  acquire(v, s, acquires(order));
  s.readers.push_back(note(t, l, index, id, event));
  finish(v, id, acquires(order) && s.releases ? s.released.strongly : sc_order::set());
  return s.value;
}

void memory::put_store(thread_id t, location& l, std::uint64_t value, std::memory_order order, std::size_t event,
                       bool reads) {
  view& v = views_[t];
  v.happened.tick(t);
  sc_order::id id = sc_order::none;
  if (order == std::memory_order_seq_cst) {
    sc_order::set before = v.strongly;
    if (l.size != 0) {
      before |= required_before(l, l.size - 1, true);
    }
    id = order_.add(order_.closure(before));
  }
  if (l.stores.size() == l.size) {
    l.stores.emplace_back();
  }
  sc_order::set acquired;
  message released;
  bool has_released = false;
  if (reads && l.stores[l.size - 1].releases) {
    const store& last = l.stores[l.size - 1];
    acquire(v, last, acquires(order));
    if (acquires(order)) {
      acquired = last.released.strongly;
    }
    // A read-modify-write goes on with the release sequence that it reads from; since C++20 a plain store does not.
    released = last.released;
    has_released = true;
  }
  if (releases(order)) {
    released.join({v.happened, v.strongly | acquired, v.fences});
    has_released = true;
  } else if (v.has_fence) {
    released.join(v.fenced);
    has_released = true;
  }
  store& s = l.stores[l.size];
  static_cast<access&>(s) = note(t, l, l.size, id, event);
  s.value = value;
  s.releases = has_released;
  s.released = released;
  s.readers.clear();
  ++l.size;
  finish(v, id, acquired);
}

void memory::write(thread_id t, location& l, std::uint64_t value, std::memory_order order, std::size_t event) {
  put_store(t, l, value, order, event, false);
}

void memory::exchange(thread_id t, location& l, std::uint64_t value, std::memory_order order, std::size_t event) {
  put_store(t, l, value, order, event, true);
}

void memory::fence(thread_id t, std::memory_order order) {
  view& v = views_[t];
  v.happened.tick(t);
  sc_order::set acquired;
  if (acquires(order)) {
    v.happened.join(v.loose.happened);
    v.fences |= v.loose.fences;
    acquired = v.loose.strongly;
  }
  sc_order::id id = sc_order::none;
  if (order == std::memory_order_seq_cst) {
    // [atomics.order] 4.2 and 4.4: what is coherence-ordered before something that happens before this fence.
    sc_order::set before = v.strongly;
    std::vector<access*> happened;
    for (std::size_t k = 0; k < used_; ++k) {
      location& l = locations_[k];
      for (std::size_t i = 0; i < l.size; ++i) {
        const auto look = [&](access& b, bool is_store) {
          if (v.happened.knows(b.thread, b.step)) {
            happened.push_back(&b);
            if (!is_store) {
              before |= required_before(l, i, false);
            } else if (i != 0) {
              before |= required_before(l, i - 1, true);
            }
          }
        };
        look(l.stores[i], true);
        for (access& r : l.stores[i].readers) {
          look(r, false);
        }
      }
    }
    id = order_.add(order_.closure(before));
    for (access* const b : happened) {
      b->fences_after.set(id);
    }
    v.fences.set(id);
  }
  if (releases(order)) {
    v.fenced = {v.happened, v.strongly | acquired, v.fences};
    v.has_fence = true;
  }
  finish(v, id, acquired);
}

void memory::fence_all(thread_id t, std::size_t count) {
  view& mine = views_[t];
  mine.happened.tick(t);
  const view before = mine;
  for (thread_id other = 0; other < count; ++other) {
    if (other == t) {
      continue;
    }
    view& theirs = views_[other];
    mine.happened.join(theirs.happened);
    mine.strongly |= theirs.strongly;
    mine.fences |= theirs.fences;
    theirs.happened.join(before.happened);
    theirs.strongly |= before.strongly;
    theirs.fences |= before.fences;
    theirs.inherited |= before.strongly;
  }
  mine.inherited = mine.strongly;
}

}  // namespace filch_model
