// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/queues/inbox.hpp>

#include <array>
#include <cstddef>
#include <functional>

#include "explorer/policy.hpp"
#include "last_look.hpp"
#include "models.hpp"
#include "src/pool/pending_bound.hpp"
#include "src/queues/inboxes.hpp"
#include "support/catch.hpp"

namespace {

using filch::detail::inbox_push;
using filch_model::check;
using filch_model::join_all;
using filch_model::last_look;
using filch_model::model;
using filch_model::policy;
using filch_model::start;

struct alignas(8) node {
  node* next = nullptr;
  policy::plain<int> payload{0};
  std::size_t number = 0;
};

class world {
 public:
  world() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      nodes_[i].number = i;
    }
  }

  inbox_push push(std::size_t n) {
    nodes_[n].payload.set(1);
    const inbox_push answer = inbox_.push(&nodes_[n]);
    accepted_[n] = answer == inbox_push::accepted;
    return answer;
  }

  void push_two(std::size_t older, std::size_t newer) {
    nodes_[older].payload.set(1);
    nodes_[newer].payload.set(1);
    nodes_[newer].next = &nodes_[older];
    accepted_[older] = accepted_[newer] = inbox_.push_chain(&nodes_[newer], &nodes_[older]) == inbox_push::accepted;
  }

  std::size_t drain() {
    std::size_t count = 0;
    for (node* n = inbox_.drain(); n != nullptr; n = n->next) {
      check(n->payload.get() == 1, "a node is taken twice");
      n->payload.set(2);
      ++count;
    }
    return count;
  }

  void close() { inbox_.close(); }
  bool looks_empty() { return inbox_.empty(); }

  void finish() {
    drain();
    for (node& n : nodes_) {
      check(n.payload.get() == 2 || !accepted_[n.number], "an accepted node is lost");
      check(n.payload.get() != 2 || accepted_[n.number], "a refused node is taken");
    }
  }

 private:
  filch::detail::inbox<node, policy> inbox_;
  std::array<node, 4> nodes_;
  std::array<bool, 4> accepted_{};
};

void pushes_against_drains() {
  world w;
  start("pusher 1", [&] {
    w.push(0);
    w.push(1);
  });
  start("pusher 2", [&] { w.push(2); });
  start("drainer", [&] {
    w.drain();
    w.drain();
  });
  join_all();
  w.finish();
}

void drains_against_each_other() {
  world w;
  w.push(0);
  start("pusher", [&] { w.push_two(1, 2); });
  start("drainer 1", [&] { w.drain(); });
  start("drainer 2", [&] { w.drain(); });
  join_all();
  w.finish();
}

void close_against_pushes() {
  world w;
  bool refused = false;
  start("pusher 1", [&] {
    refused = w.push(0) == inbox_push::closed;
    check(!refused || w.push(1) == inbox_push::closed, "open again after it was closed");
  });
  start("pusher 2", [&] { w.push(2); });
  start("closer", [&] {
    w.close();
    w.drain();
    check(w.push(3) == inbox_push::closed, "the closer's own push is accepted");
  });
  join_all();
  w.finish();
}

// What was accepted before the close is seen by a look after it.
void look_after_close() {
  world w;
  policy::atomic<bool> closed{false};
  bool accepted = false;
  bool looked = false;
  bool empty = false;
  start("pusher", [&] { accepted = w.push(0) == inbox_push::accepted; });
  start("closer", [&] {
    w.close();
    closed.store(true, std::memory_order_seq_cst);
  });
  start("collector", [&] {
    if (closed.load(std::memory_order_seq_cst)) {
      looked = true;
      empty = w.looks_empty();
    }
  });
  join_all();
  check(!looked || !empty || !accepted, "the look after the close missed an accepted push");
  w.finish();
}

void push_and_last_look() {
  world w;
  const last_look looks([&] { w.push(0); }, [&] { return w.looks_empty(); });
  join_all();
  check(looks.one_saw_the_other(), "submitter and sleeper missed each other");
  w.finish();
}

// Whoever finds the inbox drained sees what its drainer did before.
void drained_and_busy() {
  world w;
  w.push(0);
  policy::atomic<int> busy{0};
  start("drainer", [&] {
    busy.store(1, std::memory_order_seq_cst);
    w.drain();
  });
  start("collector", [&] {
    if (w.looks_empty()) {
      check(busy.load(std::memory_order_seq_cst) == 1, "drained by nobody");
    }
  });
  join_all();
}

// A worker's inboxes, of which a look sees all, whichever was pushed to.
std::function<void()> push_to_one_of_two(std::size_t which) {
  return [which] {
    filch::detail::basic_inboxes<node, policy, 2> inboxes;
    std::array<node, 2> nodes;
    static_cast<void>(inboxes.of(0).push(&nodes[0]));
    static_cast<void>(inboxes.drain());  // that one is emptied last from now on
    const last_look looks([&] { static_cast<void>(inboxes.of(which).push(&nodes[1])); },
                          [&] { return inboxes.empty(); });
    join_all();
    check(looks.one_saw_the_other(), "submitter and sleeper missed each other");
    check(inboxes.drain() == &nodes[1] && inboxes.drain() == nullptr, "a node is lost");
  };
}

// After the close each refuses, and what was accepted stays.
void close_two_against_pushes() {
  filch::detail::basic_inboxes<node, policy, 2> inboxes;
  std::array<node, 2> nodes;
  std::array<bool, 2> accepted{};
  for (std::size_t i : {std::size_t{0}, std::size_t{1}}) {
    start("pusher", [&, i] { accepted[i] = inboxes.of(i).push(&nodes[i]) == inbox_push::accepted; });
  }
  start("closer", [&] { inboxes.close(); });
  join_all();
  for (std::size_t i : {std::size_t{0}, std::size_t{1}}) {
    check(inboxes.of(i).closed() && inboxes.of(i).empty() != accepted[i], "closed wrongly");
  }
}

// The pool is closed while a submitter waits for room that nobody will make. As pool_state::close and admit do it.
std::function<void()> close_against_who_waits_for_room(std::size_t submitters) {
  return [submitters] {
    filch::detail::basic_pending_bound<policy> bound(1);
    filch::detail::basic_inboxes<node, policy, 2> inboxes;
    check(bound.try_acquire(), "an empty bound is full");
    for (std::size_t i = 0; i < submitters; ++i) {
      start("submitter", [&, i] { check(!bound.acquire_unless_closed(inboxes.of(i)), "room that nobody made"); });
    }
    start("closer", [&] {
      inboxes.close();
      bound.wake_waiters();
    });
    join_all();
  };
}

// Room may come as well: then the submitter gets it or is refused.
void close_and_room_against_who_waits() {
  filch::detail::basic_pending_bound<policy> bound(1);
  filch::detail::basic_inboxes<node, policy, 2> inboxes;
  check(bound.try_acquire(), "an empty bound is full");
  bool entered = false;
  start("submitter", [&] { entered = bound.acquire_unless_closed(inboxes.of(0)); });
  start("worker", [&] { bound.release(); });
  start("closer", [&] {
    inboxes.close();
    bound.wake_waiters();
  });
  join_all();
  check(bound.try_acquire() != entered, "a permit is lost, or there are two");
}

const std::vector<model> models = {
    {"two pushers against a drainer", pushes_against_drains},
    {"two drainers against a chain", drains_against_each_other},
    {"close against pushes and a drain", close_against_pushes},
    {"a look after the close", look_after_close},
    {"a drained inbox has a busy drainer", drained_and_busy},
    {"a push is announced to a sleeper", push_and_last_look},
    {"a push to the first of two is announced", push_to_one_of_two(0)},
    {"a push to the second of two is announced", push_to_one_of_two(1)},
    {"close of two against pushes", close_two_against_pushes},
    {"close against a submitter that waits for room", close_against_who_waits_for_room(1)},
    {"close against two submitters that wait for room", close_against_who_waits_for_room(2)},
    {"close and room against a submitter that waits", close_and_room_against_who_waits},
};

TEST_CASE("inbox: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("inbox: every weaker order is caught") {
  REQUIRE(filch_model::unnoticed_weakenings(models, {"inbox.hpp"}) == std::vector<std::string>{});
}

TEST_CASE("inbox: the reduction loses no execution") {
  REQUIRE(filch_model::models_that_reduction_harms(models) == std::vector<std::string>{});
}

}  // namespace
