// SPDX-License-Identifier: BSL-1.0
#include "explorer/run.hpp"

#include <algorithm>
#include <utility>

#include "explorer/arena.hpp"

namespace filch_model {

void run::begin(const std::function<void()>& scenario) {
  current_ = this;
  arena::reset();
  memory_.reset();
  events_.clear();
  failure_.clear();
  last_barrier_ = none;
  steps_alone_ = 0;
  joining_ = false;
  refuses_barriers_ = false;
  for (thread& t : threads_) {
    // What it holds of an unfinished run lies in the arena and is forgotten with it.
    ::new (static_cast<void*>(&t.body)) std::function<void()>();
    t.now = state::unused;
    t.trace = {};
    t.last_event = none;
    t.woke_early = false;
  }
  ::new (static_cast<void*>(&on_point_)) std::function<void(filch::detail::test_point)>();
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

void run::on_point(std::function<void(filch::detail::test_point)> hook) {
  ::new (static_cast<void*>(&on_point_)) std::function<void(filch::detail::test_point)>(std::move(hook));
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

}  // namespace filch_model
