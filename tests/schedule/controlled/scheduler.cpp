// SPDX-License-Identifier: BSL-1.0
#include "controlled/scheduler.hpp"

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <new>
#include <system_error>

#include "controlled/report.hpp"

namespace controlled {
namespace {

thread_local thread* this_thread = nullptr;

void sleep_while(std::atomic<std::uint32_t>& word, std::uint32_t value) noexcept {
  while (word.load(std::memory_order_acquire) == value) {
    ::syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
  }
}

void set_and_wake(std::atomic<std::uint32_t>& word, std::uint32_t value) noexcept {
  word.store(value, std::memory_order_release);
  ::syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

constexpr std::size_t usual_stack_size = std::size_t{8} << 20;

// Each schedule uses the stacks of the one before: the system would make and clear them anew.
void* stack_of(std::size_t thread) {
  static auto& all = *new std::vector<void*>;
  while (all.size() <= thread) {
    void* const made =
        ::mmap(nullptr, usual_stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (made == MAP_FAILED) {
      throw std::bad_alloc();
    }
    ::mprotect(made, 4096, PROT_NONE);  // what overflows ends there
    all.push_back(made);
  }
  return all[thread];
}

}  // namespace

scheduler& scheduler::get() noexcept {
  static auto& only = *new scheduler;  // never destroyed: a failure ends the process from any thread
  return only;
}

thread* scheduler::current() noexcept { return this_thread; }

void scheduler::run(strategy& chooses, void (*body)(void*), void* argument) {
  if (!has_key_) {
    // The destructors of such keys run after those of thread_local objects: those are still part of the schedule.
    pthread_key_create(&at_end_, &on_thread_end);
    has_key_ = true;
  }
  threads_.clear();
  strategy_ = &chooses;
  now_ = time_point(std::chrono::hours(1));
  steps_ = in_a_row_ = 0;
  changes_ = 1;
  hash_ = 0xCBF29CE484222325U;
  over_.store(0, std::memory_order_relaxed);
  thread& first = start(body, argument, 0);
  hand_to(first);
  sleep_while(over_, 0);
  for (const auto& t : threads_) {
    if (t->system_thread != pthread_t{}) {
      pthread_join(t->system_thread, nullptr);
    }
  }
  if (coverage* const c = shared_coverage()) {
    c->schedules.fetch_add(1, std::memory_order_relaxed);
    c->steps.fetch_add(steps_, std::memory_order_relaxed);
  }
}

thread& scheduler::start(void (*body)(void*), void* argument, std::size_t stack_size) {
  auto made = std::make_unique<thread>();
  thread& t = *made;
  t.id = static_cast<std::uint32_t>(threads_.size());
  t.body = body;
  t.argument = argument;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  if (stack_size != 0) {
    pthread_attr_setstacksize(&attributes, stack_size);
  } else {
    pthread_attr_setstack(&attributes, stack_of(t.id), usual_stack_size);
  }
  const int error = pthread_create(&t.system_thread, &attributes, &thread_main, &t);
  pthread_attr_destroy(&attributes);
  if (error != 0) {
    throw std::system_error(error, std::generic_category(), "schedule: pthread_create");
  }
  threads_.push_back(std::move(made));
  strategy_->added(t);
  return t;
}

void* scheduler::thread_main(void* p) {
  auto& t = *static_cast<thread*>(p);
  pthread_setspecific(get().at_end_, &t);
  this_thread = &t;
  get().wait_for_baton(t);
  t.body(t.argument);
  return nullptr;
}

void scheduler::on_thread_end(void* t) noexcept { get().end_of(*static_cast<thread*>(t)); }

void scheduler::end_of(thread& self) noexcept {
  this_thread = nullptr;
  self.now = thread::state::ended;
  wake_all(&self);
  const bool any_left = std::any_of(threads_.begin(), threads_.end(), [](const auto& t) {
    return t->now == thread::state::runnable || t->now == thread::state::blocked;
  });
  if (any_left) {
    hand_to(*next(nullptr));
  } else {
    set_and_wake(over_, 1);
  }
}

void scheduler::hand_to(thread& t) noexcept {
  in_a_row_ = 0;
  set_and_wake(t.baton, 1);
}

void scheduler::wait_for_baton(thread& self) noexcept {
  for (;;) {
    sleep_while(self.baton, 0);
    self.baton.store(0, std::memory_order_relaxed);
    if (!self.shows_stack) {
      return;
    }
    self.shows_stack = false;
    print_stack();
    set_and_wake(over_, 2);
  }
}

void scheduler::show_stack(thread& t) noexcept {
  over_.store(0, std::memory_order_relaxed);
  t.shows_stack = true;
  set_and_wake(t.baton, 1);
  sleep_while(over_, 0);
}

void scheduler::switch_from(thread& self, thread& to) noexcept {
  if (&self != &to) {
    hand_to(to);
    wait_for_baton(self);
  }
}

void scheduler::find_runnable() noexcept {
  runnable_.clear();
  for (const auto& t : threads_) {
    if (t->now == thread::state::runnable) {
      runnable_.push_back(t.get());
    }
  }
}

// Who goes on. `self` asks and can, or it is null.
thread* scheduler::next(thread* self) noexcept {
  for (;;) {
    find_runnable();
    if (!runnable_.empty()) {
      return strategy_->next(self, runnable_, false);
    }
    if (!fire_deadline()) {
      fail_deadlock();
    }
  }
}

// Time goes on to the earliest deadline of those who wait for one.
bool scheduler::fire_deadline() noexcept {
  thread* earliest = nullptr;
  for (const auto& t : threads_) {
    if (t->now == thread::state::blocked && t->deadline &&
        (earliest == nullptr || *t->deadline < *earliest->deadline)) {
      earliest = t.get();
    }
  }
  if (earliest == nullptr) {
    return false;
  }
  now_ = std::max(now_, *earliest->deadline);
  earliest->timed_out = true;
  earliest->now = thread::state::runnable;
  return true;
}

void scheduler::note(const void* where, std::uint32_t id, action what) noexcept {
  trace_[steps_ % trace_size] = {where, id, what};
  ++steps_;
  hash_ = (hash_ ^ (id * 64 + static_cast<std::uint32_t>(what))) * 0x100000001B3U;
  if (steps_ > most_steps) {
    fail("too many steps: it goes on for ever, or nearly");
  }
}

void scheduler::step(action what, const void* where) noexcept {
  thread& self = *this_thread;
  note(where, self.id, what);
  if (what != action::load && what != action::clock) {
    ++changes_;
    self.paused_at = 0;
  }
  if (strategy_->once_in(256)) {
    static_cast<void>(fire_deadline());
  }
  if (++in_a_row_ > most_in_a_row) {
    self.paused_at = 0;
    return pause(where);
  }
  thread* const to = next(&self);
  if (coverage* const c = shared_coverage()) {
    c->reached(where, to != &self);
  }
  switch_from(self, *to);
}

void scheduler::pause(const void* where) noexcept {
  thread& self = *this_thread;
  note(where, self.id, action::pause);
  now_ += std::chrono::microseconds(5);
  find_runnable();
  if (runnable_.size() == 1 && fire_deadline()) {  // nobody else can end what it spins for
    find_runnable();
  }
  thread* const to = next_of_a_pause(self);
  if (coverage* const c = shared_coverage()) {
    c->reached(where, to != &self);
  }
  switch_from(self, *to);
}

// A thread that can do something else than spin goes first. If nothing has changed since all the others spun, each of
// them would only look once more at the same, so the caller need not give way.
thread* scheduler::next_of_a_pause(thread& self) noexcept {
  const bool spins_on = self.paused_at == changes_;
  self.paused_at = changes_;
  const auto others_spin = [&] {
    return std::all_of(runnable_.begin(), runnable_.end(), [&](const thread* t) { return t->paused_at == changes_; });
  };
  const bool must_yield = in_a_row_ > most_in_a_row || !spins_on || !others_spin();
  if (must_yield) {
    in_a_row_ = 0;
  }
  return strategy_->next(&self, runnable_, must_yield);
}

bool scheduler::block(const void* what, const char* why, std::optional<time_point> deadline) noexcept {
  thread& self = *this_thread;
  self.now = thread::state::blocked;
  self.waits_for = what;
  self.why = why;
  self.deadline = deadline;
  self.timed_out = false;
  switch_from(self, *next(nullptr));
  self.deadline.reset();
  return !self.timed_out;
}

void scheduler::wake_one(const void* what) noexcept {
  std::vector<thread*> waiting;
  for (const auto& t : threads_) {
    if (t->now == thread::state::blocked && t->waits_for == what) {
      waiting.push_back(t.get());
    }
  }
  if (!waiting.empty()) {
    waiting[strategy_->choose(waiting.size())]->now = thread::state::runnable;
  }
}

void scheduler::wake_all(const void* what) noexcept {
  for (const auto& t : threads_) {
    if (t->now == thread::state::blocked && t->waits_for == what) {
      t->now = thread::state::runnable;
    }
  }
}

void scheduler::join(thread& t) noexcept {
  while (t.now != thread::state::ended) {
    if (t.now == thread::state::gone) {
      block(&t, "the end of a thread that exists in the parent process only");
    } else {
      block(&t, "the end of a thread");
    }
  }
}

void scheduler::forked() noexcept {
  for (const auto& t : threads_) {
    if (t.get() != this_thread) {
      t->now = thread::state::gone;
      t->system_thread = pthread_t{};
    }
  }
}

std::vector<scheduler::event> scheduler::last_events() const {
  std::vector<event> events;
  const std::uint64_t n = std::min<std::uint64_t>(steps_, trace_size);
  for (std::uint64_t i = steps_ - n; i != steps_; ++i) {
    events.push_back(trace_[i % trace_size]);
  }
  return events;
}

namespace {

// Before the library's own handlers, which run in this order in the child: their steps need the other threads gone.
__attribute__((constructor(101))) void learn_of_forks() {
  ::pthread_atfork(nullptr, nullptr, [] {
    if (this_thread != nullptr) {
      scheduler::get().forked();
    }
  });
}

}  // namespace

}  // namespace controlled
