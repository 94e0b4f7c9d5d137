// SPDX-License-Identifier: BSL-1.0
// The other half of run: taking a step, and which earlier steps it depends on or races with.
#include <vector>

#include "explorer/run.hpp"

namespace filch_model {

void run::wake(thread_id t, const choice& c) {
  location& l = *threads_[t].asked.where;
  memory_.step(t);
  std::vector<thread_id> woken;
  if (threads_[t].asked.all) {
    woken.swap(l.waiters);
  } else if (!l.waiters.empty()) {
    woken.push_back(l.waiters[c.store]);
    l.waiters.erase(l.waiters.begin() + static_cast<std::ptrdiff_t>(c.store));
  }
  l.futex_happened.join(memory_.happened(t));
  for (const thread_id w : woken) {
    threads_[w].now = state::runnable;
    threads_[w].trace.join(threads_[t].trace);
    threads_[w].answer->done = true;
  }
}

void run::apply(thread_id t, const choice& c) {
  thread& me = threads_[t];
  const request& r = me.asked;
  request& answer = *me.answer;
  const std::size_t number = t == 0 ? none : events_.size();
  switch (r.what) {
    case action::load:
      answer.value = memory_.read(t, *r.where, c.store, r.order, number);
      break;
    case action::store:
      memory_.write(t, *r.where, r.operand, r.order, number);
      break;
    case action::exchange:
      answer.value = r.where->stores[c.store].value;
      memory_.exchange(t, *r.where, r.apply(answer.value, r.operand), r.order, number);
      break;
    case action::compare_exchange:
      answer.done = c.succeeds;
      if (c.succeeds) {
        answer.value = r.expected;
        memory_.exchange(t, *r.where, r.operand, r.order, number);
      } else {
        answer.value = memory_.read(t, *r.where, c.store, r.failure, number);
      }
      break;
    case action::futex_wait:
      answer.value = memory_.read(t, *r.where, c.store, std::memory_order_relaxed, number);
      answer.done = false;
      break;
    case action::futex_wake:
      wake(t, c);
      break;
    case action::barrier:
      memory_.fence_all(t, count_);
      break;
  }
}

// In the trace, a step depends on the store that it reads, on the store that it follows in modification order, on the
// last call on the same futex word, and on barriers. A load and a later store do not depend on each other: with the
// load last, and reading the same old store, the execution is the same. What the load then misses is the later store.
void run::find_races(const event& e, const vector_clock& before, std::vector<race>& races) {
  struct dependency {
    std::size_t event;
    bool reversible;
  };
  std::vector<dependency> on;
  const auto depend = [&](std::size_t other, bool reversible) {
    if (other != none) {
      on.push_back({other, reversible});
    }
  };
  const request& r = e.asked;
  std::vector<std::size_t> missed;
  if (r.what == action::barrier) {
    for (thread_id t = 1; t < count_; ++t) {
      depend(threads_[t].last_event, true);
    }
  } else {
    depend(last_barrier_, true);
    location& l = *r.where;
    if (e.wrote) {
      depend(l.stores[e.stores_then - 1].event, true);
      for (std::size_t i = 0; i < e.stores_then; ++i) {
        for (const access& reader : l.stores[i].readers) {
          if (reader.event != none) {
            missed.push_back(reader.event);
          }
        }
      }
    } else if (r.reads()) {
      depend(l.stores[e.chosen.store].event, false);
    }
    if (r.is_futex_call()) {
      depend(l.futex_calls == 0 ? none : l.last_futex_event, true);
    }
  }
  const auto clock_without = [&](std::size_t left_out) {
    vector_clock clock = before;
    for (const dependency& d : on) {
      if (d.event != left_out) {
        clock.join(events_[d.event].trace);
      }
    }
    return clock;
  };
  const auto consider = [&](std::size_t other) {
    const event& o = events_[other];
    const vector_clock without = clock_without(other);
    if (o.thread != e.thread && !without.knows(o.thread, o.trace.of(o.thread))) {
      races.push_back({other, without});
    }
  };
  for (const dependency& d : on) {
    if (d.reversible) {
      consider(d.event);
    }
  }
  for (const std::size_t m : missed) {
    consider(m);
  }
  // Before the store that came between, this compare_exchange would have found what it expected.
  if (r.what == action::compare_exchange && !e.wrote) {
    const location& l = *r.where;
    for (std::size_t i = 0; i + 1 < e.stores_then; ++i) {
      const std::size_t next = l.stores[i + 1].event;
      if (l.stores[i].value == r.expected && next != none && events_[next].thread != e.thread &&
          !before.knows(events_[next].thread, events_[next].trace.of(events_[next].thread))) {
        races.push_back({next, before});
      }
    }
  }
}

void run::execute(thread_id t, const choice& c, std::vector<race>& races) {
  thread& me = threads_[t];
  event e;
  e.thread = t;
  e.asked = me.asked;
  e.chosen = c;
  const request& r = e.asked;
  e.wrote = r.what == action::store || r.what == action::exchange || (r.what == action::compare_exchange && c.succeeds);
  e.stores_then = r.where != nullptr ? r.where->size : 0;
  if (events_.size() == most_steps) {
    set_failure("the run does not end");
    return;
  }
  if (memory_.full()) {
    set_failure("the run is too long: too many seq_cst operations; make the scenario smaller");
    return;
  }
  races.clear();
  find_races(e, me.trace, races);

  me.trace.tick(t);
  if (r.what == action::barrier) {
    for (thread_id other = 1; other < count_; ++other) {
      me.trace.join(threads_[other].trace);
    }
  } else {
    if (last_barrier_ != none) {
      me.trace.join(events_[last_barrier_].trace);
    }
    const std::size_t source = e.wrote ? e.stores_then - 1 : c.store;
    if (e.wrote || r.reads()) {
      if (const std::size_t other = r.where->stores[source].event; other != none) {
        me.trace.join(events_[other].trace);
      }
    }
    if (r.is_futex_call()) {
      me.trace.join(r.where->futex_trace);
      r.where->futex_trace = me.trace;
      r.where->last_futex_event = events_.size();
      e.futex_number = ++r.where->futex_calls;
    }
  }
  e.trace = me.trace;
  me.now = state::runnable;
  apply(t, c);
  if (r.what == action::futex_wait && me.answer->value == r.expected && !c.early) {
    me.now = state::sleeps;
    r.where->waiters.push_back(t);
  }
  me.woke_early = me.woke_early || c.early;
  e.asked.value = me.answer->value;
  me.last_event = events_.size();
  if (r.what == action::barrier) {
    last_barrier_ = events_.size();
  }
  events_.push_back(e);
}

}  // namespace filch_model
