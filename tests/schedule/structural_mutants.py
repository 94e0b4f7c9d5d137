# SPDX-License-Identifier: BSL-1.0
"""Mistakes that a scenario of tests/schedule must find: (what, file, old text, new text, scenario, build).

Some bring a fault back that the library once had, some drop or swap a line. scripts/schedule_mutants makes them one at a time.
The build is "plain"; or "asan", for a mistake that only touches memory that is gone; or "caches", for the caches of blocks.
"""

ACTIVITY = "src/parking/activity.hpp"
BLOCKING = "src/worker/blocking_region.cpp"
BOUND = "src/pool/pending_bound.hpp"
CACHE = "src/memory/block_cache.cpp"
WAKEUPS = "src/parking/wakeups.hpp"
CURRENT = "src/worker/current.cpp"
ERRORS = "src/fork_join/group_errors.cpp"
GROUP = "src/fork_join/group_core.cpp"
GROUP_WAIT = "src/fork_join/group_wait.cpp"
GROUP_HEADER = "include/filch/detail/fork_join/group_core.hpp"
GATE = "src/fork_join/pipeline_gate.cpp"
GUESTS = "src/pool/guest_scope.cpp"
QUIESCENCE = "src/parking/quiescence.hpp"
LIFECYCLE = "src/pool/pool_lifecycle.cpp"
MEMORY = "src/worker/idle_memory.hpp"
LOCKS = "src/base/process_locks.cpp"
SLOTS = "src/worker/extra_slots.hpp"
PUSH = "src/worker/push_and_wake.hpp"
LOCAL = "src/worker/local_queues.hpp"
SLEEPERS = "src/parking/sleepers.hpp"
STATE = "src/pool/pool_state.cpp"
SUBMIT = "src/pool/submit.cpp"
TASK = "src/pool/task_state.cpp"
THREADS = "src/pool/pool_threads.cpp"
WAITS = "src/worker/waits.cpp"
WORKER = "src/worker/worker.cpp"

MUTANTS = [
    # ---- submission
    ("a submission wakes nobody", PUSH, "    pool.wake_one(me->patience());\n", "",
     "two_tasks_of_one_submitter_can_meet", "plain"),
    ("a submission from inside wakes nobody", PUSH, "  mine.team().wake_one_for(mine);\n", "",
     "a_task_can_meet_its_child", "plain"),
    ("a submitter does not say which pool it is in", PUSH, "  me->pool().protect(&pool);\n", "",
     "who_sees_a_task_run_may_destroy_the_pool", "asan"),
    ("a thread in a task in slot is outside", SUBMIT,
     "  admitted.past_close = innermost_scope() != nullptr && pool.is_inside();\n", "",
     "a_discarded_task_may_submit_to_its_pool", "plain"),
    ("a worker of another pool waits for room", SUBMIT, " || innermost_scope() != nullptr) {", ") {",
     "workers_of_two_full_pools_submit_to_each_other", "plain"),
    ("a submitter that waits for room does not look again", BOUND,
     "taken_.load(std::memory_order_seq_cst) < limit_ || ", "",
     "a_submitter_that_waits_for_room_gets_it", "plain"),
    ("a submitter that waits for room does not look for a close", BOUND, " < limit_ || give_up()) {", " < limit_) {",
     "a_close_alone_lets_go_a_submitter_that_waits_for_room", "plain"),
    ("a close wakes nobody who waits for room", LIFECYCLE, "  bound_.wake_waiters();\n", "",
     "a_close_alone_lets_go_a_submitter_that_waits_for_room", "plain"),
    ("a spawned task keeps its permit", TASK, "  if (pending == permit::held) {\n    return_permit();\n  }\n", "",
     "room_is_given_back_however_a_task_ends", "plain"),
    # ---- sleeping and waking
    ("a sleeper does not look again after it announced itself", WAKEUPS,
     "      wake_for_queued(searchers::not_relied_on);", "      ;",
     "two_tasks_from_outside_can_meet", "plain"),
    ("a search ends without a look for more work", WAKEUPS,
     "    sleepers_.stop_search();\n    wake_for_queued();\n", "    sleepers_.stop_search();\n",
     "two_tasks_of_one_submitter_can_meet", "plain"),
    ("a sleeper stays counted as a searcher", SLEEPERS, "(was == before_sleep::searching ? sleep_word::one_searching : 0);", "0;",
     "two_tasks_of_one_submitter_can_meet", "plain"),
    ("tasks move to a fifo and nobody is told", LOCAL,
        "      // While these jobs were between two queues, a sleeper may have looked and found neither.\n      team_.wake_one();\n", "",
     "three_tasks_of_one_submitter_can_meet", "plain"),
    ("a stop wakes one sleeper", QUIESCENCE, "    team().wake_all();\n", "    team().wake_one();\n",
     "two_threads_shut_a_pool_down", "plain"),
    ("the owner never takes its oldest task", WORKER, "oldest_turn_.is_due() ? local_.oldest() : nullptr", "nullptr",
     "a_task_that_submits_itself_does_not_starve_another", "plain"),
    ("a busy worker never looks at another's outside tasks", WORKER,
     "return j != nullptr ? j : search_.outside_task_elsewhere();", "return j;",
     "an_outside_task_that_lies_with_a_worker_in_a_long_one_starts", "plain"),
    # ---- idleness, drain and stop
    ("a worker that becomes idle tells nobody", WAKEUPS, "    on_idle();\n    w.park();\n", "    w.park();\n",
     "two_waits_for_idleness_beside_tasks_both_end", "plain"),
    ("a stopped worker stays busy", WAKEUPS,
        "    w.park();\n    if (stopping()) {\n      return false;  // idle for good\n    }\n    w.activity_word().set_busy();\n    return true;\n",
     "    w.park();\n    w.activity_word().set_busy();\n    return !stopping();\n",
     "wait_idle_after_a_shutdown_returns", "plain"),
    ("a collect does not look at the queues", QUIESCENCE,
     "before != busy && !any_task() && !any_own_work() && collect() == before",
     "before != busy && collect() == before", "idleness_is_not_reported_while_a_task_is_handed_on", "plain"),
    ("a guest that is refused tells nobody that it is idle again", QUIESCENCE,
     "    if (drains()) {\n      set_idle(slot);\n",
     "    if (drains()) {\n      slot.activity_word().set_idle();\n",
     "a_first_guest_beside_a_shutdown_is_let_in_or_refused", "plain"),
    ("a guest comes without a look at the drain", QUIESCENCE,
     "    if (drains()) {\n      set_idle(slot);\n      return false;\n    }\n", "",
     "a_guest_beside_a_shutdown_gets_its_child_run_or_is_refused", "plain"),
    ("a guest that leaves tells nobody", QUIESCENCE, "    slot.activity_word().set_idle();\n    on_idle();\n",
     "    slot.activity_word().set_idle();\n",
     "a_first_guest_beside_a_shutdown_is_let_in_or_refused", "plain"),
    ("a hook waits for a default pool that was given up", LIFECYCLE, "      give_up_default_pool();\n", "",
     "a_hook_that_asks_for_a_default_pool_whose_next_thread_is_refused_is_told_so", "plain"),
    ("a pool that cannot be made keeps its maker's core", LIFECYCLE, "    join_threads(*state);\n",
     "    state->threads_.join();\n",
     "a_pool_that_cannot_be_made_in_a_task_lends_its_core_while_hooks_end", "plain"),
    ("what a hook leaves behind is not run", THREADS, "      w.run_rest();\n", "", "hooks_may_use_the_pool", "plain"),
    # ---- waits
    ("a wait lends no core", WAITS, "    team_.begin_blocking();\n    team_.provide_sleeper();\n", "",
     "two_pools_of_one_join_each_others_tasks", "plain"),
    ("a wait lends the core of the innermost pool only", BLOCKING,
     "      static_cast<detail::worker*>(s->host())->waits().begin_blocking();\n",
     "      static_cast<detail::worker*>(s->host())->waits().begin_blocking();\n      return;\n",
     "a_task_waits_in_a_visit_for_a_task_that_its_own_pool_must_run", "plain"),
    ("a wait for idleness lends no core", QUIESCENCE,
     "      const Region region;\n      const std::optional<steady_clock::time_point> retry = region.retry_at();\n",
     "      const std::optional<steady_clock::time_point> retry;\n",
     "a_task_waits_until_another_pool_is_idle_that_waits_for_the_first", "plain"),
    ("a timed wait lends no core", TASK,
        "  const waiting_region others_run;\n  bool in_time = true;\n  while (in_time && !is_finished()) {\n    in_time = others_run.park_until(parker, deadline);\n",
     "  bool in_time = true;\n  while (in_time && !is_finished()) {\n    in_time = parker.park_until(deadline);\n",
     "a_task_polls_another_with_timed_waits", "plain"),
    ("a thread is inside of the innermost pool only", STATE,
     "  for (const inside_scope* s = innermost_scope(); s != nullptr; s = s->outer()) {\n    if (&s->pool()",
     "  for (const inside_scope* s = innermost_scope(); s != nullptr; s = nullptr) {\n    if (&s->pool()",
     "a_shutdown_by_a_task_that_is_a_guest_elsewhere_does_not_wait_for_itself", "plain"),
    ("a refused spare is not asked for again", BLOCKING, "  while (const auto retry = retry_at()) {\n",
     "  while (const auto retry = std::optional<steady_clock::time_point>()) {\n",
     "a_waiter_for_another_pool_asks_again_for_a_spare_that_was_refused", "plain"),
    ("a refused spare is not asked for again in a wait for idleness", QUIESCENCE,
     "if (retry && (!deadline || *retry < *deadline)) {", "if (false) {",
     "a_wait_for_idleness_of_another_pool_asks_again_for_a_spare_that_was_refused", "plain"),
    ("a refused spare is not asked for again while threads are joined", LIFECYCLE,
     "    static_cast<void>(pool.team().wait_until_stopped<waiting_region>(std::nullopt));\n", "",
     "a_shutdown_of_another_pool_asks_again_for_a_spare_that_was_refused", "plain"),
    ("claims nest without a bound", TASK, "return !insists_ && waiter_.waits().nested() > tuning::most_nested_waits;",
     "return false;",
     "a_long_chain_of_joins_nests_a_few_frames_only", "plain"),
    ("who holds back never insists", WAITS, "      if (a.holds_back() && team_.sleepers().needs_spare()) {",
     "      if (false) {",
     "a_long_chain_of_joins_ends_without_spares", "plain"),
    # ---- groups and caches
    ("a group is gone before its proxy is offered", GROUP,
        "  counter_.add();  // for this call: the group stays until the proxy is offered\n  const bool accepted = detail::submit(pool_, *proxy, admission) == submit_status::accepted;\n  if (accepted) {\n    offer(*proxy);\n  } else {\n    proxy->drop_reference();\n    proxy->drop_reference();\n    finish();\n  }\n  finish();\n",
     "  const bool accepted = detail::submit(pool_, *proxy, admission) == submit_status::accepted;\n  if (accepted) {\n    offer(*proxy);\n  } else {\n    proxy->drop_reference();\n    proxy->drop_reference();\n    finish();\n  }\n",
     "a_task_of_a_group_may_end_the_group_of_its_submitter", "asan"),
    ("a cancel does not end with the wait", GROUP_WAIT, "    cancelled_.store(false, std::memory_order_relaxed);\n", "",
     "a_cancel_ends_with_the_wait", "plain"),
    ("a discarded job of a group is not told to its waiter", GROUP,
     "errors_.keep(std::make_exception_ptr(task_cancelled_to_copy()));", "",
     "a_waiter_for_a_group_is_told_that_its_task_was_discarded", "plain"),
    ("a group's errors do not keep what they are reported to", ERRORS, "      sink_->add_reference();\n", "",
     "a_group_may_outlive_its_pool", "asan"),
    ("a group's owner counts for itself while another thread waits", GROUP_WAIT,
     "  } else if (owner_ != nullptr) {\n    counter_.revoke();\n  }\n", "  }\n",
     "another_thread_waits_for_a_group_of_a_task", "plain"),
    ("a worker keeps the cache of its thread after the loop", MEMORY, "    cache_.set(nullptr);\n", "",
     "memory_trim_after_shutdown_leaves_the_caches_of_living_threads_alone", "caches"),
    ("the collect is single", QUIESCENCE, "before != busy && !any_task() && !any_own_work() && collect() == before",
     "before != busy && !any_task() && !any_own_work()",
     "idleness_is_not_reported_while_a_task_is_handed_on", "plain", 20_000),
    ("a lone guest that is refused tells nobody that it has left", QUIESCENCE,
     "    if (drains()) {\n      caller_leaves();\n",
     "    if (drains()) {\n      callers_.leave();\n", "a_lone_guest_beside_a_shutdown_is_let_in_or_refused", "plain",
     20_000),
    ("a lone guest wakes nobody for its tasks", LOCAL,
     "push_chain<inbox_close::ignored>(newest, oldest));\n    team_.wake_one();\n",
     "push_chain<inbox_close::ignored>(newest, oldest));\n",
     "a_lone_guest_may_wait_for_the_end_of_a_wait_for_its_child", "plain"),
    ("a lone guest keeps its children where nobody sees them", LOCAL,
        "  void push_child(Job& j) noexcept {\n    if (role_ == role::lone_guest) {",
        "  void push_child(Job& j) noexcept {\n    if (false) {",
     "a_lone_guest_may_wait_for_the_end_of_a_wait_for_its_child", "plain"),
    ("two guests have one slot", SLOTS, "!slots_[i].taken.exchange(true, std::memory_order_acquire)",
     "!slots_[i].taken.load(std::memory_order_acquire)",
     "two_guests_fork_at_once", "plain"),
    ("a shutdown lends no core", LIFECYCLE, "  const blocking_region others_run;\n  pool.threads().join();\n",
     "  pool.threads().join();\n",
     "a_task_shuts_another_pool_down_whose_stop_hook_waits_for_the_first", "plain"),
    ("a spare does not count as busy", THREADS, "  spare->activity_word().set_busy();\n", "",
     "a_wait_for_idleness_is_also_for_what_a_spare_runs", "plain"),
    ("whoever destroys a group does not look at its counter", GROUP_HEADER,
     "return counter_.is_untouched() && proxies_.empty()", "return proxies_.empty()",
     "a_group_that_nobody_waits_for_is_destroyed_after_its_tasks", "plain"),
    ("whoever destroys a group does not wait for another's wait", GROUP_HEADER,
     " && !was_refused_.load(std::memory_order_relaxed)", "",
     "a_refused_second_wait_may_leave_the_scope_of_the_group", "asan", 3_000),
    ("whoever leaves a gate of a pipeline takes nobody along", GATE,
     "  return std::exchange(waiting_[turn_ % room_], nullptr);\n", "  return nullptr;\n",
     "a_pipeline_takes_all_values_through_in_order", "plain"),
    ("a gate of a pipeline does not look whose turn it is", GATE, "if (its_turn == turn_) {", "if (true) {",
     "a_pipeline_takes_all_values_through_in_order", "plain"),
    ("a serial first stage of a pipeline is called by two threads", GATE, "if (is_closed_ || is_called_ || free_",
     "if (is_closed_ || free_", "the_first_stage_of_a_pipeline_is_called_by_one_thread_at_a_time", "plain"),
]

# Of the same form, and not found yet: `scripts/schedule_mutants --untried` runs these too.
# For each the scenario is missing, or a reason below.
UNTRIED = [
    ("a guest leaves its children behind", WORKER, "  counters().tasks_completed.add();\n  hand_over_children();\n",
     "  counters().tasks_completed.add();\n",
     "a_group_outlives_the_visit_of_the_guest_that_filled_it", "plain"),
    ("a proxy is offered and the waiter is not told", GROUP,
     "  static_cast<void>(proxies_.push(&proxy));  // a group's list is never closed\n  done_.nudge();\n",
     "  static_cast<void>(proxies_.push(&proxy));  // a group's list is never closed\n",
     "an_outside_thread_runs_tasks_of_a_group_that_waits_without_spares", "plain"),
    ("fork() does not wait for who changes a group's errors", LOCKS, "  errors.lock();\n",
     "  static_cast<void>(errors.try_lock());\n", "memory_fork_beside_errors_of_a_group", "plain"),
    ("fork() does not wait for who changes the list of caches", LOCKS, "  caches.lock();\n",
     "  static_cast<void>(caches.try_lock());\n",
     "memory_fork_beside_trim_and_threads_that_end", "caches"),
]

# Mistakes that no scenario can find, and why: (what, file, old text, why).
UNSEEN = [
    ("a trim does not ask whether the worker sleeps", MEMORY,
     "    if (const std::unique_lock asleep(awake_, std::try_to_lock); asleep) {\n",
     "what a thread does to its cache has no steps, so nothing comes between; model/idle_memory_model_test finds it"),
    ("a worker goes to sleep without a look at the stop", WAKEUPS, "    if (stopping()) {\n      wake_all();\n",
     "each worker that becomes idle after that finds the pool drained and stops it again; model/sleep_model_test finds it"),
    ("a sleeper passes no barrier", WAKEUPS, "    if (!was_last) {\n      pass_heavy_barrier();\n    }\n",
     "a barrier orders what sequential consistency orders anyway; model/spawn_model_test finds it"),
    ("a task is not announced though somebody sleeps", WAKEUPS, "    w.announce_tasks();\n",
     "the same; model/spawn_model_test finds it"),
    ("a child of a group wakes nobody", PUSH, "  mine.team().wake_helper_for(mine);\n",
     "whoever waits for the group runs it; only time is lost"),
    ("a searcher is relied on for ever", SLEEPERS, "patience.is_over(w)",
     "a schedule lets a searcher go on at last; unit/searcher_test stops one"),
]
