// SPDX-License-Identifier: BSL-1.0
#include "explorer/run.hpp"

#include <algorithm>
#include <utility>

#include "explorer/arena.hpp"

namespace filch_model {

run::run() { current_ = nullptr; }

void run::begin(const std::function<void()>& scenario) {
  current_ = this;
  arena::reset();
  memory_.reset();
  events_.clear();
  failure_.clear();
  last_barrier_ = none;
  steps_alone_ = 0;
  joining_ = false;
  for (thread& t : threads_) {
    // What it holds of an unfinished run lies in the arena and is forgotten with it.
    ::new (static_cast<void*>(&t.body)) std::function<void()>();
    t.now = state::unused;
    t.trace = {};
    t.last_event = none;
    t.woke_early = false;
  }
  ::new (static_cast<void*>(&on_point_)) std::function<void(filch::detail::point)>();
  count_ = 1;
  threads_[0].name = "main";
  arena::open();
  ::new (static_cast<void*>(&threads_[0].body)) std::function<void()>(scenario);
  arena::close();
  threads_[0].now = state::runnable;
  threads_[0].stack.start(&enter, &threads_[0]);
}

void run::enter(void* self) { static_cast<thread*>(self)->body(); }

void run::resume(thread_id t) {
  active_ = t;
  arena::open();
  threads_[t].stack.resume();
  arena::close();
  if (threads_[t].stack.finished()) {
    threads_[t].now = state::finished;
  }
}

bool run::all_others_finished() const {
  return std::all_of(threads_.begin() + 1, threads_.begin() + static_cast<std::ptrdiff_t>(count_),
                     [](const thread& t) { return t.now == state::finished; });
}

bool run::settle() {
  for (;;) {
    bool moved = false;
    for (thread_id t = 0; t < count_ && !failed(); ++t) {
      if (threads_[t].now == state::runnable) {
        resume(t);
        moved = true;
      }
    }
    if (failed()) {
      return false;
    }
    if (joining_ && all_others_finished()) {
      joining_ = false;
      for (thread_id t = 1; t < count_; ++t) {
        memory_.step(t);  // its last non-atomic accesses
        memory_.join(0, t);
      }
      threads_[0].now = state::runnable;
      moved = true;
    }
    if (!moved) {
      break;
    }
  }
  if (threads_[0].now == state::finished) {
    if (!all_others_finished()) {
      set_failure("the scenario ended before its threads: it must call join_all()");
    }
    return false;
  }
  for (thread_id t = 0; t < count_; ++t) {
    if (threads_[t].now == state::asks) {
      return true;
    }
  }
  std::string sleepers;
  for (thread_id t = 1; t < count_; ++t) {
    if (threads_[t].now == state::sleeps) {
      sleepers += " " + threads_[t].name;
    }
  }
  set_failure("deadlock: nobody will wake" + sleepers);
  return false;
}

void run::start(std::string name, std::function<void()> body) {
  if (active_ != 0 || count_ == max_threads || joining_) {
    fail("only the scenario itself starts threads, at most " + std::to_string(max_threads - 1));
  }
  const thread_id t = count_++;
  ::new (static_cast<void*>(&threads_[t].name)) std::string(std::move(name));
  ::new (static_cast<void*>(&threads_[t].body)) std::function<void()>(std::move(body));
}

void run::on_point(std::function<void(filch::detail::point)> hook) {
  ::new (static_cast<void*>(&on_point_)) std::function<void(filch::detail::point)>(std::move(hook));
}

void run::join_all() {
  if (count_ > 1) {
    memory_.step(0);  // non-atomic accesses up to here
    for (thread_id t = 1; t < count_; ++t) {
      memory_.start(t, 0);
      threads_[t].now = state::runnable;
      threads_[t].stack.start(&enter, &threads_[t]);
    }
    joining_ = true;
    threads_[0].now = state::sleeps;
    threads_[0].stack.suspend();
  }
}

void run::fail(const std::string& text) {
  arena::close();
  if (failure_.empty()) {
    failure_ = threads_[active_].name + ": " + text;
  }
  arena::open();
  for (;;) {
    threads_[active_].stack.suspend();
  }
}

location& run::make(std::uint64_t value) {
  arena::close();
  location& l = memory_.make(active_);
  memory_.write(active_, l, value, std::memory_order_relaxed, none);
  arena::open();
  return l;
}

void run::destroy(location& l) {
  if (l.destroyed) {
    fail("an atomic object is destroyed twice");
  }
  for (thread_id t = 0; t < max_threads; ++t) {
    if (!l.seen[t].empty() && !memory_.happened(active_).knows(t, l.seen[t].back().first)) {
      fail("an atomic object is destroyed while " + threads_[t].name + " still uses it");
    }
  }
  l.destroyed = true;
}

void run::check_alive(const location& l) {
  if (l.destroyed) {
    fail("an atomic object is used after its destruction");
  }
  if (!memory_.happened(active_).knows(l.maker, l.made) && l.maker != active_) {
    fail("an atomic object is used before its construction is seen");
  }
}

void run::fence(std::memory_order order) {
  arena::close();
  memory_.fence(active_, order);
  arena::open();
}

// Called by a thread. The scheduler answers when it is this thread's turn.
void run::perform(request& r) {
  if (r.where != nullptr && r.what != action::futex_wake) {
    check_alive(*r.where);
  }
  if (active_ == 0) {
    if (++steps_alone_ == most_steps) {
      fail("the scenario does not end");
    }
    arena::close();
    perform_alone(r);
    arena::open();
    return;
  }
  thread& me = threads_[active_];
  me.asked = r;
  me.answer = &r;
  me.now = state::asks;
  me.stack.suspend();
  if (r.where != nullptr && r.what != action::futex_wake) {
    check_alive(*r.where);  // somebody may have destroyed it meanwhile
  }
}

// The scenario's own thread works only while no other exists: there is nothing to choose.
void run::perform_alone(request& r) {
  choice c;
  if (r.where != nullptr) {
    c.store = r.where->size - 1;
    c.succeeds = r.where->stores[c.store].value == r.expected;
  }
  thread& me = threads_[0];
  me.asked = r;
  me.answer = &r;
  if (r.what == action::futex_wait) {
    if (c.succeeds) {
      set_failure("the scenario's own thread would sleep for ever");
    }
    return;
  }
  if (r.what != action::futex_wake && r.what != action::barrier) {
    apply(0, c);
  }
}

void run::read_choices(thread_id t, const request& r, std::size_t first, std::vector<choice>& out) {
  const location& l = *r.where;
  const bool cas = r.what == action::compare_exchange;
  const std::memory_order order = cas ? r.failure : r.order;
  memory_.readable(t, l, order, first, r.what == action::futex_wait ? l.futex_happened : vector_clock(), readable_);
  for (auto at = readable_.rbegin(); at != readable_.rend(); ++at) {
    const std::size_t i = *at;
    const bool equal = l.stores[i].value == r.expected;
    if (!cas || !equal) {
      out.push_back({.store = i});
    } else if (i + 1 == l.size) {
      out.push_back({.store = i, .succeeds = true});
    }
    if (r.what == action::futex_wait && equal && (r.timed || !threads_[t].woke_early)) {
      out.push_back({.store = i, .early = true});
    }
  }
}

void run::choices(thread_id t, std::size_t first, std::vector<choice>& out) {
  out.clear();
  const request& r = threads_[t].asked;
  switch (r.what) {
    case action::load:
    case action::compare_exchange:
    case action::futex_wait:
      read_choices(t, r, first, out);
      break;
    case action::exchange:
      if (r.where->size > first) {
        out.push_back({.store = r.where->size - 1});
      }
      break;
    case action::futex_wake:
      for (std::size_t i = 0; i < (r.all ? 1 : std::max<std::size_t>(1, r.where->waiters.size())); ++i) {
        out.push_back({.store = i});
      }
      break;
    case action::store:
    case action::barrier:
      out.push_back({});
      break;
  }
}

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
// last call on the same futex word, and on barriers. A load and a later store do not depend on each other: with the load
// last, and reading the same old store, the execution is the same. What the load then misses is the later store.
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
