// SPDX-License-Identifier: BSL-1.0
// Sleeping, waking, idleness and stopping of whole small pools: the shipped protocol over the shipped queues.
#include "coordination.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <filch/detail/chase_lev_deque.hpp>
#include <filch/detail/fifo_lane.hpp>
#include <filch/detail/inbox.hpp>
#include <filch/detail/sleep_word.hpp>

#include "explorer/policy.hpp"
#include "models.hpp"
#include "parking/parker.hpp"
#include "support/catch.hpp"

namespace {

using filch::detail::steal_status;
using filch_model::check;
using filch_model::join_all;
using filch_model::model;
using filch_model::policy;
using filch_model::start;

struct alignas(8) task {
  task* next = nullptr;
  policy::plain<int> runs{0};
};

enum class queue : unsigned char { forks, tasks, lane, inbox };

/// With one kind of queue: the others are empty in all that is modelled here, and looking at them makes explorations long.
class small_worker {
 public:
  small_worker(std::uint32_t index, queue kind) : index_(index) {
    switch (kind) {
      case queue::forks:
        forks_.emplace(2);
        break;
      case queue::tasks:
        tasks_.emplace(2);
        break;
      case queue::lane:
        lane_.emplace(2);
        break;
      case queue::inbox:
        inbox_.emplace();
        break;
    }
  }

  [[nodiscard]] std::uint32_t index() const noexcept { return index_; }
  [[nodiscard]] filch::detail::basic_activity<policy>& activity_word() noexcept { return activity_; }
  void park() noexcept { sleep_.park(); }
  void wake() noexcept { sleep_.unpark(); }
  [[nodiscard]] bool has_work() noexcept {
    return (forks_ && !forks_->thief().empty()) || (tasks_ && !tasks_->thief().empty()) || (lane_ && !lane_->empty()) ||
           (inbox_ && !inbox_->empty());
  }

  /// As its owner, or from outside into the inbox. False if that is closed.
  bool put(task& t) {
    if (forks_) {
      forks_->owner().push(&t);
    } else if (tasks_) {
      tasks_->owner().push_announced(&t);
    } else if (lane_) {
      lane_->push(&t);
    } else {
      return inbox_->push(&t) == filch::detail::inbox_push::accepted;
    }
    return true;
  }

  /// From any thread: the next task, or all of an inbox, linked.
  [[nodiscard]] task* take() {
    if (inbox_) {
      return inbox_->drain();
    }
    const auto r = forks_ ? forks_->thief().steal() : tasks_ ? tasks_->thief().steal() : lane_->take();
    return r.status == steal_status::got ? r.item : nullptr;
  }

  void close() { inbox_->close(); }

 private:
  std::uint32_t index_;
  filch::detail::basic_activity<policy> activity_;
  filch::detail::basic_parker<policy> sleep_;
  std::optional<filch::detail::chase_lev_deque<task*, policy>> forks_;
  std::optional<filch::detail::chase_lev_deque<task*, policy>> tasks_;
  std::optional<filch::detail::fifo_lane<task*, policy>> lane_;
  std::optional<filch::detail::inbox<task, policy>> inbox_;
};

class small_pool : public filch::detail::basic_coordination<small_pool, policy> {
 public:
  explicit small_pool(std::size_t size, queue kind = queue::inbox)
      : basic_coordination(size), barrier_(kind == queue::forks ? policy::heavy_barrier : no_barrier), size_(size) {
    for (std::uint32_t i = 0; i < size; ++i) {
      workers_[i].emplace(i, kind);
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] small_worker& at(std::size_t i) const noexcept { return *workers_[i]; }

  bool submit(std::size_t to, task& t) {
    const bool accepted = at(to).put(t);
    if (accepted) {
      wake_one();
    }
    return accepted;
  }

  /// As fork_host::fork.
  void fork(std::size_t on, task& t) {
    at(on).put(t);
    if (filch::detail::sleep_word::wants_wake(sleepers().state().load(std::memory_order_relaxed))) {
      wake_one_unordered();
    }
  }

  /// One look at every queue; runs what it finds. Says whether it found something.
  bool look_once(std::size_t self) {
    for (std::size_t i = 0; i < size_; ++i) {
      if (task* t = at((self + i) % size_).take()) {
        for (; t != nullptr; t = t->next) {
          check(t->runs.get() == 0, "a task runs twice");
          t->runs.set(1);
        }
        return true;
      }
    }
    return false;
  }

  /// The loop of a worker: looks, and sleeps when it finds nothing.
  void work(std::size_t self) {
    bool searching = false;
    for (;;) {
      while (look_once(self)) {
        if (searching) {
          searching = false;
          end_search();
        }
      }
      if (!sleep(at(self), searching, barrier_)) {
        return;
      }
      searching = true;
    }
  }

  /// The same, but it sleeps once at most, without looking first.
  void sleep_once(std::size_t self) { static_cast<void>(sleep(at(self), false, barrier_)); }

 private:
  static void no_barrier() noexcept {}

  void (*barrier_)() noexcept;  // only forks may depend on one: some systems have none
  std::size_t size_;
  mutable std::array<std::optional<small_worker>, 2> workers_;
};

// A worker that goes to sleep with empty hands against a submission of each kind. If the submission is missed, the
// worker sleeps for ever.
std::function<void()> sleep_against(queue kind) {
  return [kind] {
    small_pool pool(1, kind);
    task t;
    start("sleeper", [&] {
      pool.sleep_once(0);
      check(pool.look_once(0), "woken for nothing");
    });
    start("submitter", [&] { pool.submit(0, t); });
    join_all();
  };
}

// With the heavy barrier a fork needs no fence.
void fork_against_sleep() {
  small_pool pool(1, queue::forks);
  task t;
  start("sleeper", [&] {
    pool.sleep_once(0);
    check(pool.look_once(0), "woken for nothing");
  });
  start("forker", [&] { pool.fork(0, t); });
  join_all();
}

// Two tasks, two sleepers, one of whom may be woken as a searcher for both.
void two_submissions_two_sleepers() {
  small_pool pool(2);
  std::array<task, 2> tasks;
  start("sleeper", [&] {
    pool.sleep_once(0);
    static_cast<void>(pool.look_once(0));
    pool.end_search();
  });
  start("submitter 1", [&] { pool.submit(0, tasks[0]); });
  start("submitter 2", [&] { pool.submit(1, tasks[1]); });
  join_all();
  // What the searcher left it saw in its last look, or its submitter saw nobody to wake: no sleeper is left.
  check(!pool.any_work() ||
            !filch::detail::sleep_word::wants_wake(pool.sleepers().state().load(std::memory_order_relaxed)),
        "work is left and a sleeper sleeps");
}

// A whole life: a task from outside, close, drain; the worker runs it and stops.
void drain_one_worker() {
  small_pool pool(1);
  task t;
  bool accepted = false;
  start("worker", [&] { pool.work(0); });
  start("user", [&] {
    accepted = pool.submit(0, t);
    pool.at(0).close();
    pool.begin_drain();
  });
  join_all();
  check(!accepted || t.runs.get() == 1, "an accepted task is lost");
}

void drain_against_a_submission() {
  small_pool pool(1);
  task t;
  bool accepted = false;
  start("worker", [&] { pool.work(0); });
  start("submitter", [&] { accepted = pool.submit(0, t); });
  start("closer", [&] {
    pool.at(0).close();
    pool.begin_drain();
  });
  join_all();
  check(!accepted || t.runs.get() == 1, "an accepted task is lost");
}

void stop_against_a_sleeper() {
  small_pool pool(1);
  start("sleeper", [&] { pool.sleep_once(0); });
  start("closer", [&] { pool.stop(); });
  join_all();
}

// A submitter relies on a searcher that has found something else, while another worker sleeps.
void search_ends_against_a_submission() {
  small_pool pool(2);
  task t;
  pool.sleepers().enlist(1, false);
  check(pool.sleepers().start_search(2), "no room for a searcher");
  start("searcher", [&] { pool.end_search(); });
  start("submitter", [&] { pool.submit(0, t); });
  join_all();
  pool.at(1).park();  // would never end without a token
}

// Every sleeper is taken off once; none is lost from the stack.
std::function<void()> sleepers_come_and_go(bool ordered) {
  return [ordered] {
    filch::detail::basic_sleepers<policy> sleepers(2);
    sleepers.enlist(0, false);
    policy::plain<int> woken{0};
    start("sleeper", [&] { sleepers.enlist(1, false); });
    start("waker", [&] {
      const auto first = ordered ? sleepers.wake_any() : sleepers.wake_one_unordered();
      woken.set(first ? 1 : 0);
    });
    join_all();
    int left = 0;
    while (sleepers.wake_any()) {
      ++left;
    }
    check(woken.get() + left == 2, "a sleeper is lost");
  };
}

// One sleeps already, the other is about to.
void stop_against_two_sleepers() {
  small_pool pool(2);
  pool.sleepers().enlist(1, false);
  start("sleeper", [&] { pool.sleep_once(0); });
  start("closer", [&] { pool.stop(); });
  join_all();
  pool.at(1).park();  // would never end without a token
}

// wait_idle returns at a moment without a queued or running task: what it waited for is seen.
void idle_after_a_task() {
  small_pool pool(1);
  task t;
  pool.submit(0, t);
  start("worker", [&] {
    static_cast<void>(pool.look_once(0));
    pool.at(0).activity_word().set_idle();
    pool.on_idle();
  });
  start("waiter", [&] {
    pool.wait_until_quiescent();
    check(t.runs.get() == 1, "idle before the task ran");
  });
  join_all();
}

// A task goes from one worker's queue to another's: at no moment does the pool look idle.
void idle_while_work_moves() {
  small_pool pool(2);
  task t;
  pool.submit(0, t);
  start("giver", [&] {
    if (task* const found = pool.at(0).take()) {
      pool.submit(1, *found);
    }
    pool.at(0).activity_word().set_idle();
  });
  start("taker", [&] {
    pool.at(1).activity_word().set_idle();
    pool.at(1).activity_word().set_busy();
    if (task* const found = pool.at(1).take()) {
      found->runs.set(1);
      pool.at(1).activity_word().set_idle();
    }
  });
  start("collector", [&] { check(!pool.quiescent() || t.runs.get() == 1, "idle while a task is on its way"); });
  join_all();
}

// A worker that was idle takes another one's task: when that one's queue looks empty, this one looks busy.
std::function<void()> idle_while_work_is_taken(queue kind) {
  return [kind] {
    small_pool pool(2, kind);
    task t;
    pool.at(0).put(t);
    pool.at(1).activity_word().set_idle();
    start("owner", [&] {
      static_cast<void>(pool.look_once(0));
      pool.at(0).activity_word().set_idle();
    });
    start("taker", [&] {
      pool.at(1).activity_word().set_busy();
      static_cast<void>(pool.look_once(1));
      pool.at(1).activity_word().set_idle();
    });
    start("collector", [&] { check(!pool.quiescent() || t.runs.get() == 1, "idle while a task is on its way"); });
    join_all();
  };
}

// As when queued tasks are discarded by whoever shuts the pool down.
void idle_while_a_caller_takes() {
  small_pool pool(1);
  task t;
  pool.at(0).put(t);
  pool.at(0).activity_word().set_idle();
  start("caller", [&] {
    pool.in_place().enter();
    static_cast<void>(pool.look_once(0));
    pool.in_place().leave();
    pool.on_idle();
  });
  start("waiter", [&] {
    pool.wait_until_quiescent();
    check(t.runs.get() == 1, "idle while a caller has the task");
  });
  join_all();
}

void idle_against_a_caller() {
  small_pool pool(1);
  policy::plain<int> work{0};
  policy::atomic<bool> begun{false};
  pool.at(0).activity_word().set_idle();
  start("caller", [&] {
    pool.in_place().enter();
    begun.store(true, std::memory_order_seq_cst);
    work.set(1);
    pool.in_place().leave();
    pool.on_idle();
  });
  start("waiter", [&] {
    if (begun.load(std::memory_order_seq_cst)) {
      pool.wait_until_quiescent();
      check(work.get() == 1, "idle while a caller works");
    }
  });
  join_all();
}

const std::vector<model> models = {
    {"sleep against a submission to an inbox", sleep_against(queue::inbox)},
    {"sleep against a spawned task", sleep_against(queue::tasks)},
    {"sleep against a task in a lane", sleep_against(queue::lane)},
    {"sleep against a fork, by the heavy barrier", fork_against_sleep},
    {"two submissions and a sleeper that searches", two_submissions_two_sleepers},
    {"the end of a search against a submission", search_ends_against_a_submission},
    {"a sleeper comes while another is woken", sleepers_come_and_go(true)},
    {"a sleeper comes while another is woken for a fork", sleepers_come_and_go(false)},
    {"stop against a sleeper", stop_against_a_sleeper},
    {"stop against two sleepers", stop_against_two_sleepers},
    {"drain of a worker with a task", drain_one_worker},
    {"drain against a submission", drain_against_a_submission},
    {"idle after a task", idle_after_a_task},
    {"idle while a task moves between workers", idle_while_work_moves},
    {"idle while a task is taken from an inbox", idle_while_work_is_taken(queue::inbox)},
    {"idle while a task is taken from a lane", idle_while_work_is_taken(queue::lane)},
    {"idle while a task is stolen", idle_while_work_is_taken(queue::tasks)},
    {"idle while a caller takes a task", idle_while_a_caller_takes},
    {"idle against a caller that runs a task", idle_against_a_caller},
};

TEST_CASE("coordination: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("coordination: every weaker order is caught") {
  REQUIRE(filch_model::unnoticed_weakenings(models, {"coordination.hpp", "sleepers.hpp", "activity.hpp",
                                                     "callers.hpp"}) == std::vector<std::string>{});
}

TEST_CASE("coordination: the reduction loses no execution") {
  REQUIRE(filch_model::models_that_reduction_harms(models) == std::vector<std::string>{});
}

}  // namespace
