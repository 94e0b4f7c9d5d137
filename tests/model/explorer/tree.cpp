// SPDX-License-Identifier: BSL-1.0
#include "explorer/tree.hpp"

#include <algorithm>
#include <utility>

namespace filch_model {
namespace {

// Whether the step `e` takes away that the request `r` of another thread was tried with everything that it could come
// to. New stores are not meant: they add to what a load may read, and leave the rest tried.
bool depends(const request& r, const event& e) {
  if (r.what == action::barrier || e.asked.what == action::barrier) {
    return true;
  }
  if (r.where != e.asked.where) {
    return false;
  }
  return (r.what == action::store && e.wrote) || (r.is_futex_call() && e.asked.is_futex_call());
}

}  // namespace

// The state in which `last` was taken is the newest node of the path.
std::array<tree::sleeper, max_threads> tree::inherit(const run& r, const event& last) const {
  const node& n = path_.back();
  std::array<sleeper, max_threads> sleepers{};
  for (thread_id t = 1; t < r.thread_count(); ++t) {
    if (t == last.thread || !r.asks(t) || depends(r.asked(t), last)) {
      continue;
    }
    if (n.tried.test(t)) {
      sleepers[t] = {true, n.stores[t]};
    } else {
      sleepers[t] = n.sleepers[t];
    }
  }
  return sleepers;
}

tree::node tree::arrive(const run& r, const event* last) const {
  node n;
  n.sleepers = {};
  n.stores = {};
  if (last != nullptr && reduce_) {
    n.sleepers = inherit(r, *last);
  }
  for (thread_id t = 1; t < r.thread_count(); ++t) {
    if (!r.asks(t)) {
      continue;
    }
    const request& asked = r.asked(t);
    n.stores[t] = asked.where != nullptr ? asked.where->size : 0;
    if (!n.sleepers[t].asleep || (asked.reads() && n.stores[t] > n.sleepers[t].from)) {
      n.able.set(t);
    }
  }
  if (!reduce_) {
    n.to_try = n.able;
  }
  // Going on with the same thread makes traces that are easy to read.
  const thread_id same = last != nullptr ? last->thread : 1;
  for (thread_id k = 0; k < max_threads && n.to_try.none(); ++k) {
    const thread_id t = (same + k) % max_threads;
    if (n.able.test(t)) {
      n.to_try.set(t);
    }
  }
  return n;
}

// Chooses the next thread of `n` to try. False if there is none.
bool tree::pick(node& n, run& r) {
  for (thread_id t = 1; t < max_threads; ++t) {
    if (!n.to_try.test(t) || n.tried.test(t) || !n.able.test(t)) {
      continue;
    }
    r.choices(t, n.sleepers[t].asleep ? n.sleepers[t].from : 0, n.choices);
    if (n.choices.empty()) {
      n.tried.set(t);
      continue;
    }
    n.thread = t;
    n.taken = 0;
    return true;
  }
  return false;
}

bool tree::walk(run& r) {
  std::vector<race> races;
  for (std::size_t depth = 0; r.settle(); ++depth) {
    if (depth == path_.size()) {
      node arrived = arrive(r, depth == 0 ? nullptr : &r.events().back());
      while (!pick(arrived, r)) {
        // The thread that was to go first can only do what has been tried; any other will do.
        const threads others = arrived.able & ~arrived.to_try;
        if (others.none()) {
          return false;
        }
        for (thread_id t = 1; t < max_threads; ++t) {
          if (others.test(t)) {
            arrived.to_try.set(t);
            break;
          }
        }
      }
      path_.push_back(std::move(arrived));
    } else if (path_[depth].choices.empty() && !pick(path_[depth], r)) {
      return false;
    }
    const node& here = path_[depth];
    r.execute(here.thread, here.choices[here.taken], races);
    for (const race& found : races) {
      reverse(r, found, depth);
    }
  }
  return true;
}

bool tree::next() {
  while (!path_.empty()) {
    node& n = path_.back();
    if (!n.choices.empty()) {
      if (n.taken + 1 < n.choices.size()) {
        ++n.taken;
        return true;
      }
      n.tried.set(n.thread);
      n.choices.clear();
    }
    if ((n.to_try & ~n.tried & n.able).any()) {
      return true;
    }
    path_.pop_back();
  }
  return false;
}

// The newest step might have come before an earlier one. Has the node of the earlier one a branch that leads there? If
// not, it gets one: a first step of what happened since without depending on the earlier one (Abdulla, Aronis, Jonsson,
// Sagonas, POPL 2014, "source sets").
void tree::reverse(const run& r, const race& found, std::size_t newest) {
  const std::vector<event>& events = r.events();
  const event& earlier = events[found.earlier];
  node& n = path_[found.earlier];
  std::vector<const event*> since;
  thread_id candidate = 0;
  const auto knows = [](const vector_clock& clock, const event& e) {
    return clock.knows(e.thread, e.trace.of(e.thread));
  };
  for (std::size_t k = found.earlier + 1; k <= newest; ++k) {
    const event& e = events[k];
    const vector_clock& clock = k == newest ? found.without : e.trace;
    if (k != newest && knows(clock, earlier)) {
      continue;
    }
    const bool first = std::none_of(since.begin(), since.end(), [&](const event* s) { return knows(clock, *s); });
    since.push_back(&e);
    if (!first) {
      continue;
    }
    const sleeper& s = n.sleepers[e.thread];
    const bool slept = s.asleep && (!e.asked.reads() || e.chosen.store < s.from);
    if (slept || n.to_try.test(e.thread)) {
      return;
    }
    if (candidate == 0) {
      candidate = e.thread;
    }
  }
  n.to_try.set(candidate);
}

}  // namespace filch_model
