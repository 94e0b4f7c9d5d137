# SPDX-License-Identifier: BSL-1.0
"""Mistakes that no memory order is about, as changes to the source: (what, file, old text, new text, model test).

Each is one that schedulers have shipped or a reader of the code would fear. scripts/mutants makes them one at a time.
"""

DEQUE = "include/filch/detail/chase_lev_deque.hpp"
FENCE = "include/filch/detail/pop_fence.hpp"
RING = "include/filch/detail/growing_ring.hpp"
LANE = "include/filch/detail/fifo_lane.hpp"
INBOX = "include/filch/detail/inbox.hpp"
LATCH = "include/filch/detail/latch.hpp"
PARKER = "src/parking/parker.hpp"
SLEEPERS = "src/parking/sleepers.hpp"
EVENTS = "src/parking/event_count.hpp"
QUEUES = "src/queues.hpp"
INBOXES = "src/inboxes.hpp"
COORDINATION = "src/coordination.hpp"
IDLENESS = "src/idleness.hpp"
PLACES = "src/extra_places.hpp"
GROUP = "include/filch/detail/group_counter.hpp"
CLAIM = "include/filch/detail/claim.hpp"
FORKS = "include/filch/detail/fork_deque.hpp"
LINEAGE = "src/lineage.hpp"
WORD = "include/filch/detail/sleep_word.hpp"
LIFE = "include/filch/detail/task_life.hpp"
BOUND = "src/pending_bound.hpp"

READING = "src/reading_mark.hpp"
HAZARD = "src/hazard.hpp"
MEMORY = "src/idle_memory.hpp"
LOOP = "src/worker_loop.hpp"
GUESTS = "src/guest_entry.hpp"

MUTANTS = [
    ("a sleeper that sees a task relies on a searcher", COORDINATION, "wake(sleepers_.wake_beside_searchers());", "wake(sleepers_.wake_one());", "sleep"),
    ("a trim passes no barrier", READING, "Policy::heavy_barrier() &&", "", "trim"),
    ("a trim does not look for readers", READING, "m.reading_.load(std::memory_order_acquire)", "m.reading_.load(std::memory_order_acquire) && false", "trim"),
    ("a trim leaves the large ring shared", RING, "    shared_.store(other.get(), std::memory_order_release);\n", "", "trim"),
    ("a trimmed ring is thought to begin elsewhere", RING, "        limit_.set(advance(end, signed_capacity()));\n", "", "trim"),
    ("growth frees the old ring", RING, "    newest_->keep(std::move(smaller));\n", "", "deque"),
    ("growth frees the old ring of a lane", RING, "    newest_->keep(std::move(smaller));\n", "", "lane"),
    ("growth shows the new ring to nobody", RING, "    shared_.store(other.get(), std::memory_order_release);\n", "", "deque"),
    ("growth shows the new ring before it copies", RING, "    auto bigger = std::make_unique<ring_type>(newest_->capacity() * 2);\n",
     "    auto bigger = std::make_unique<ring_type>(newest_->capacity() * 2);\n"
     "    shared_.store(bigger.get(), std::memory_order_release);\n", "deque"),
    ("growth leaves out the oldest item", RING, "for (ring_index i = known_top; i != end;",
     "for (ring_index i = advance(known_top, 1); distance(i, end) > 0;", "deque"),
    ("push fills one slot too many", RING, "return end == limit_.get();", "return end == advance(limit_.get(), 1);", "deque"),
    ("push publishes before it writes the slot", DEQUE, "    d_.ring_.put(b, item);\n",
     "    d_.bottom_.store(advance(b, 1), std::memory_order_release);\n    d_.ring_.put(b, item);\n", "deque"),
    ("steal reads the item after it took it", DEQUE, "    return {steal_status::got, item};\n",
     "    return {steal_status::got, d.ring_.shared().get(t)};\n", "deque"),
    ("a steal that lost says empty", DEQUE, "      return {steal_status::lost};\n", "      return {steal_status::empty};\n", "deque"),
    ("steal reads bottom before top", DEQUE, "    const ring_index t = d_.top_.load(std::memory_order_seq_cst);\n    if (!d_",
     "    const ring_index early = d_.bottom_.load(std::memory_order_seq_cst);\n"
     "    ring_index t = d_.top_.load(std::memory_order_seq_cst);\n"
     "    if (distance(t, early) > 0) {\n"
     "      const T first = d_.ring_.shared().get(t);\n"
     "      return d_.top_.compare_exchange_strong(t, advance(t, 1), std::memory_order_release, std::memory_order_relaxed)\n"
     "                 ? steal_result<T>{steal_status::got, first}\n"
     "                 : steal_result<T>{steal_status::lost};\n    }\n    if (!d_", "deque"),
    ("pop takes the last item without exchange", DEQUE, "    if (distance(t, b) <= 0) {\n", "    if (distance(t, b) < 0) {\n", "deque"),
    ("pop with a fence takes the last item without exchange", DEQUE, "    if (distance(t, b) > 0) {\n", "    if (distance(t, b) >= 0) {\n", "deque"),
    ("pop of an empty deque does not restore bottom", DEQUE,
     "    d.bottom_.store(advance(b, 1), std::memory_order_relaxed);\n", "", "deque"),
    ("pop does not look whether the fence is wanted", DEQUE, "    if (d_.fence_.is_wanted()) [[unlikely]] {\n",
     "    if (false && d_.fence_.is_wanted()) {\n", "deque"),
    ("who lowers the fence does not read top again", DEQUE,
     "      static_cast<void>(d_.top_.load(std::memory_order_seq_cst));\n", "", "deque"),
    ("a thief does not raise the fence", DEQUE, "!d.fence_.raise()) {\n", "false) {\n", "deque"),
    ("the fence is raised without a barrier", FENCE, "    if (!Policy::heavy_barrier()) {\n      return false;\n    }\n", "", "deque"),
    ("the fence is up before its barrier", FENCE, "  static constexpr word wanted = 1;", "  static constexpr word wanted = 2;", "deque"),
    ("a thief confirms the wish of a later time", FENCE, "store(w - state_of(w) + next_time,", "store(down,", "pop_fence"),
    ("a lane is published before it is turned round", LANE, "    ring_index lo = bottom_.load(std::memory_order_relaxed);\n",
     "    ring_index lo = bottom_.load(std::memory_order_relaxed);\n"
     "    bottom_.store(advance(lo, static_cast<std::int64_t>(count)), std::memory_order_seq_cst);\n"
     "    bottom_.store(lo, std::memory_order_seq_cst);\n", "lane"),
    ("a lane's taker takes one more than it read", LANE, "advance(t, static_cast<std::int64_t>(taken)), std::memory_order_release",
     "advance(t, static_cast<std::int64_t>(taken) + (n > 1 ? 1 : 0)), std::memory_order_release", "lane"),
    ("an inbox node is linked after it is published", INBOX, "      oldest->next = reinterpret_cast<Node*>(head & ~mask<Close>);\n", "", "inbox"),
    ("an inbox is drained in two steps", INBOX, "head_.fetch_and(closed_bit, std::memory_order_acq_rel);",
     "head_.load(std::memory_order_seq_cst);\n    head_.store(head & closed_bit, std::memory_order_seq_cst);", "inbox"),
    ("a drain reopens a closed inbox", INBOX, "head_.fetch_and(closed_bit, std::memory_order_acq_rel);",
     "head_.exchange(0, std::memory_order_acq_rel);", "inbox"),
    ("a push looks for the closed bit only once", INBOX, "      if (Close == inbox_close::respected && (head & closed_bit) != 0) {\n",
     "      if (Close == inbox_close::respected && oldest->next == nullptr && (head & closed_bit) != 0) {\n", "inbox"),
    ("a look sees one inbox only", INBOXES, "std::all_of(in_.begin(), in_.end(),", "std::all_of(in_.begin(), in_.begin() + 1,", "inbox"),
    ("a drain leaves out one inbox", INBOXES, "i != first + Count;", "i + 1 != first + Count;", "inbox"),
    ("a close leaves out one inbox", INBOXES, "      in.close();\n", "      in.close();\n      break;\n", "inbox"),
    ("a latch is touched after it was set", LATCH, "    if (old != unset) {\n      Policy::at(point::latch_set_before_unpark);\n",
     "    if (old != unset && word_.load(std::memory_order_relaxed) == set_value) {\n"
     "      Policy::at(point::latch_set_before_unpark);\n", "parker"),
    ("a latch is armed over a set one", LATCH,
     "    return word_.compare_exchange_strong(expected, reinterpret_cast<std::uintptr_t>(&waiter), std::memory_order_seq_cst,\n"
     "                                         std::memory_order_acquire);\n",
     "    return word_.exchange(reinterpret_cast<std::uintptr_t>(&waiter), std::memory_order_seq_cst) == expected;\n", "parker"),
    ("park looks for a token and says parked in two steps", PARKER,
     "    if (word_.fetch_sub(1, std::memory_order_acquire) == token) {\n      return;\n    }\n    Policy::at(point::parker_before_sleep);\n    do {\n      futex::wait(word_, parked);",
     "    if (word_.load(std::memory_order_acquire) == token) {\n      word_.store(empty, std::memory_order_relaxed);\n      return;\n    }\n"
     "    word_.store(parked, std::memory_order_relaxed);\n    Policy::at(point::parker_before_sleep);\n    do {\n      futex::wait(word_, parked);",
     "parker"),
    ("park trusts a wake-up without a token", PARKER, "    do {\n      futex::wait(word_, parked);\n    } while (!take_token());\n",
     "    futex::wait(word_, parked);\n    static_cast<void>(take_token());\n", "parker"),
    ("unpark wakes before it leaves the token", PARKER,
     "    if (word_.exchange(token, std::memory_order_release) == parked) {\n      futex::wake_one(&word_);\n    }\n",
     "    futex::wake_one(&word_);\n    word_.store(token, std::memory_order_release);\n", "parker"),
    ("a sleeper does not look again after it announced itself", COORDINATION,
     "    } else {\n      wake_for_queued();\n    }\n", "    }\n", "sleep"),
    ("the last look forgets the forks", COORDINATION, "    } else if (any_own_work()) {\n      wake_thief();\n    }\n", "    }\n",
     "sleep"),
    ("the last look forgets the tasks", QUEUES, " || (r != role::guest && !tasks.thief().empty())", "", "sleep"),
    ("the last look forgets the lane", QUEUES, "!lane.empty() || ", "", "sleep"),
    ("the last look forgets the inbox", QUEUES, " || !in.empty()", "", "sleep"),
    ("the last look forgets a guest's children", QUEUES, "return r == role::guest && !tasks.thief().empty();", "return false;", "sleep"),
    ("the last look wakes a worker for a guest's children without room", QUEUES, "(r != role::guest && !tasks", "(!tasks", "sleep"),
    ("a guest's child wakes a worker without room", SLEEPERS, "take_after_publication(sleep_word::wants_helper)",
     "take_after_publication(sleep_word::wants_wake)", "sleep"),
    ("a guest takes no room", SLEEPERS, "state_.fetch_add(sleep_word::one_guest, std::memory_order_relaxed)", "state_.load(std::memory_order_relaxed)", "sleep"),
    ("a sleeper keeps its share", SLEEPERS, "self + 1, one_epoch) + sleep_word::one_share", "self + 1, one_epoch)", "sleep"),
    ("who is woken takes no share", SLEEPERS, "next, one_epoch) - sleep_word::one_share", "next, one_epoch)", "sleep"),
    ("a guest leaves without a look for others' children", COORDINATION,
     "    if (sleepers_.remove_guest()) {\n      wake_for_any();\n", "    if (sleepers_.remove_guest()) {\n", "sleep"),
    ("a share is lent without a look for work", COORDINATION,
     "    if (sleepers_.lend_share()) {\n      wake_for_any();\n", "    if (sleepers_.lend_share()) {\n", "sleep"),
    ("a task wakes somebody without a share", WORD, " && shares(w) > 0; }", "; }", "sleep"),
    ("who takes a share is not counted", SLEEPERS,
     "    return sleep_word::top(state_.fetch_sub(sleep_word::one_share, std::memory_order_relaxed)) != 0;\n",
     "    return sleep_word::top(state_.load(std::memory_order_relaxed)) != 0;\n", "sleep"),
    ("a job's end leaves its name in the lineage", LINEAGE, "i < p.depth ? p.ids[i] : nullptr;",
     "i < p.depth ? p.ids[i] : ids_[i].load(std::memory_order_relaxed);", "lineage"),
    ("only the outermost ancestor is looked at", LINEAGE, "depth < max_depth && read(depth) == id", "depth < max_depth && read(0) != nullptr", "lineage"),
    ("a guest comes without a look for a drain", IDLENESS,
     "    if (drains()) {\n      set_idle(place);\n      return false;\n    }\n", "", "idle"),
    ("a lone guest comes without a look for a drain", IDLENESS,
     "    if (drains()) {\n      caller_leaves();\n      return false;\n    }\n", "", "idle"),
    ("a guest looks for a drain before it is busy", IDLENESS,
     "    place.activity_word().set_busy();\n    if (drains()) {\n      set_idle(place);\n      return false;\n    }\n",
     "    const bool draining = drains();\n    place.activity_word().set_busy();\n"
     "    if (draining) {\n      set_idle(place);\n      return false;\n    }\n", "idle"),
    ("a guest becomes idle and tells nobody", IDLENESS, "    place.activity_word().set_idle();\n    on_idle();\n",
     "    place.activity_word().set_idle();\n", "idle"),
    ("a place is taken in two steps", PLACES, "!slots_[i].taken.exchange(true, std::memory_order_acquire)) {\n",
     "!slots_[i].taken.load(std::memory_order_acquire)) {\n        slots_[i].taken.store(true, std::memory_order_relaxed);\n", "guest"),
    ("a place counts before it is made", PLACES, "    try {\n      s.place = make(n);\n",
     "    made_.store(n + 1, std::memory_order_seq_cst);\n    try {\n      s.place = make(n);\n", "guest"),
    ("a place is everybody's before its maker has it", PLACES, "    s.taken.store(true, std::memory_order_relaxed);\n", "", "guest"),
    ("a sleeper looks before it announces itself", COORDINATION,
     "    const bool was_last = sleepers_.enlist(w.index(), was_searching);\n    call_forkers();\n    if (!was_last) {\n      pass_heavy_barrier();\n    }\n    if (stopping()) {\n      wake_all();\n    } else {\n      wake_for_queued();\n    }\n",
     "    const bool found = any_task() || any_own_work();\n    const bool was_last = sleepers_.enlist(w.index(), was_searching);\n    call_forkers();\n    if (!was_last) {\n      pass_heavy_barrier();\n    }\n    if (stopping()) {\n      wake_all();\n    } else if (found) {\n      wake_one();\n    }\n",
     "sleep"),
    ("a search ends without a look for more work", COORDINATION, "    sleepers_.stop_search();\n    wake_for_queued();\n", "    sleepers_.stop_search();\n", "sleep"),
    ("a sleeper stays counted as a searcher", SLEEPERS, " - (was_searching ? sleep_word::one_searching : 0);", ";", "sleep"),
    ("stop wakes one only", IDLENESS, "    stopping_.store(true, std::memory_order_seq_cst);\n    team().wake_all();\n",
     "    stopping_.store(true, std::memory_order_seq_cst);\n    team().wake_one();\n", "sleep"),
    ("a collect does not look at the queues", IDLENESS, "before != busy && !any_task() && !any_own_work() && collect() == before",
     "before != busy && collect() == before", "idle"),
    ("the collect is single", IDLENESS, "before != busy && !any_task() && !any_own_work() && collect() == before", "before != busy && !any_task() && !any_own_work()",
     "idle"),
    ("a worker becomes idle and tells nobody", COORDINATION, "    on_idle();\n    w.park();\n", "    w.park();\n", "idle"),
    ("a notification leaves the epoch as it is", EVENTS, "    epoch_.fetch_add(1, std::memory_order_release);\n", "", "counters"),
    ("a notification wakes before the epoch changes", EVENTS,
     "    epoch_.fetch_add(1, std::memory_order_release);\n    futex::wake_all(&epoch_);\n",
     "    futex::wake_all(&epoch_);\n    epoch_.fetch_add(1, std::memory_order_release);\n", "counters"),
    ("a waiter does not announce itself", EVENTS, "    waiters_.fetch_add(1, std::memory_order_seq_cst);\n", "", "counters"),
    ("the home adds and does not look whether somebody waits elsewhere", GROUP,
     "return is_shared() ? settle().result : finished::not_last;", "return finished::not_last;", "group"),
    ("the home looks whether somebody waits elsewhere before it adds", GROUP,
     "    home_.store(at_home() + n, std::memory_order_relaxed);\n    return finish_at_home();\n",
     "    const bool shared = is_shared();\n    home_.store(at_home() + n, std::memory_order_relaxed);\n    return shared ? settle().result : finished::not_last;\n", "group"),
    ("a waiter elsewhere passes no barrier", GROUP, "    static_cast<void>(Policy::heavy_barrier());\n", "", "group"),
    ("a waiter elsewhere settles once", GROUP, "home_.load(std::memory_order_relaxed) != settled", "false && settled == 0", "group"),
    ("the home waits without settling", GROUP, "      static_cast<void>(settle());\n", "", "group"),
    ("a child leaves its home uncounted for a moment", GROUP, "    add();\n    static_cast<void>(step_at_home(~std::uint32_t{0}));\n",
     "    static_cast<void>(step_at_home(~std::uint32_t{0}));\n    add();\n", "group"),
    ("the last job leaves the waiter's bit", GROUP, "jobs(word) == 0 ? word & ~waiter_bit : word", "word",
     "group"),
    ("two may claim", CLAIM, "    return claimed_.exchange(what, std::memory_order_relaxed);\n",
     "    const claimed before = claimed_.load(std::memory_order_relaxed);\n"
     "    claimed_.store(what, std::memory_order_relaxed);\n    return before;\n", "counters"),
    ("a submitter does not look for room again", BOUND, "    if (taken_.load(std::memory_order_seq_cst) < limit_ || give_up()) {\n",
     "    if (give_up()) {\n", "counters"),
    ("a submitter that waits for room does not look for a close", BOUND, " < limit_ || give_up()) {", " < limit_) {", "inbox"),
    ("a submitter that was woken by a close waits again", BOUND, "      if (in.closed()) {  // whoever was woken by the close sees it\n        return false;\n      }\n",
     "", "inbox"),
    ("a task's entry lets go before it has run", LIFE, "    const claimed before = settle(what);\n    drop_reference();\n",
     "    drop_reference();\n    const claimed before = settle(what);\n", "join"),
    ("a task runs although it is claimed", LIFE, "    if (before != claimed::not_yet) {\n      return before;\n    }\n", "", "join"),
    ("a cancel hides that the task ran", LIFE, "    return !claim_.is_claimed() && settle", "    return settle", "join"),
    ("a task is finished before its failure has gone anywhere", LIFE, "      if (self().has_failed()) {\n",
     "      done_.set();\n      if (self().has_failed()) {\n", "join"),
    ("a task's failure is reported whoever comes first", LIFE, "        if (fate_.fail()) {\n",
     "        if (fate_.fail() || true) {\n", "join"),
    ("a task's handle frees it", LIFE, "      self().report();\n    }\n    drop_reference();\n",
     "      self().report();\n    }\n    self().dispose();\n", "join"),
    ("a thief of a fork takes it without a barrier", FORKS, "          !Policy::heavy_barrier()) {\n",
     "          false) {\n", "fork_deque"),
    ("a fork's owner tells of a top that it has not seen", FORKS, "      tell(d, t);\n", "      tell(d, advance(t, 1));\n", "fork_deque"),
    ("a fork's owner passes no fence where there is no barrier", FORKS, "    if (!passes_fences(d)) {\n      tell(d, t);\n",
     "    if (true) {\n      tell(d, t);\n", "fork_deque"),
    ("a thief of a fork relies on a fence that is not passed", FORKS, "    if (known == d_.unreachable_) {\n", "    if (true) {\n", "fork_deque"),
    ("a fork's owner pops the last one without exchange", FORKS, "    if (distance(b, t) >= 0) {\n", "    if (distance(b, t) > 0) {\n",
     "fork_deque"),
    ("a fork's owner does not restore bottom", FORKS, "    d.bottom_.store(end, std::memory_order_relaxed);\n", "",
     "fork_deque"),
    ("a fork's owner restores bottom below top", FORKS, "got ? advance(b, 1) : t;", "advance(b, 1);", "fork_deque"),
    ("a thief of a fork reads it after it took it", FORKS, "    return {steal_status::got, item};\n",
     "    return {steal_status::got, d_.slot(t).load(std::memory_order_relaxed)};\n", "fork_deque"),
    ("a waiter does not ask whether it wants the item", FORKS, "    if (!wanted(item)) {\n", "    if (false && !wanted(item)) {\n", "fork_deque"),
    ("a fork is published before it is written", FORKS, "    d_.slot(b).store(item, std::memory_order_relaxed);\n",
     "    d_.bottom_.store(advance(b, 1), std::memory_order_release);\n    d_.slot(b).store(item, std::memory_order_relaxed);\n", "fork_deque"),
    ("a full fork deque takes one more", FORKS, "return distance(b, limit) >= 0;", "return distance(b, limit) >= -1;", "fork_deque"),
    ("an answer forgets a call that comes meanwhile", FORKS, "    d_.limit_.exchange(limit, std::memory_order_acquire);\n",
     "    static_cast<void>(d_.limit_.load(std::memory_order_acquire));\n    d_.limit_.store(limit, std::memory_order_relaxed);\n", "fork_deque"),
    ("who is displaced stays counted as a searcher", COORDINATION, "sleepers_.enlist(sleeper, true)", "sleepers_.enlist(sleeper, false)", "sleep"),
    ("who is displaced does not go back", COORDINATION, "        static_cast<void>(sleepers_.enlist(sleeper, true));\n", "", "sleep"),
    ("who is displaced does not see the stop", COORDINATION,
     "        if (stopping()) {\n          wake_all();  // whoever stopped the pool may have looked while it was off the stack\n        }\n", "", "sleep"),
    ("the last sleeper forgets the guests", SLEEPERS, " && sleep_word::guests(next) == 0", "", "sleep"),
    ("every sleeper is the last", SLEEPERS, "    return sleep_word::shares(next) == all_shares_ && sleep_word::guests(next) == 0;\n",
     "    return true;\n", "sleep"),
    ("who takes a share back does not look for sleepers", COORDINATION, "      w.call_forker();\n", "", "sleep"),
    ("who passes a sleeper over passes no barrier", COORDINATION,
     "        pass_heavy_barrier();  // whoever submitted without a fence may have looked while it was off the stack\n", "", "spawn"),
    ("a sleeper passes no barrier", COORDINATION, "    if (!was_last) {\n      pass_heavy_barrier();\n    }\n", "", "spawn"),
    ("every sleeper is the last, against a task", SLEEPERS,
     "    return sleep_word::shares(next) == all_shares_ && sleep_word::guests(next) == 0;\n", "    return true;\n", "spawn"),
    ("the last sleeper forgets the guests, against a child", SLEEPERS, " && sleep_word::guests(next) == 0", "", "spawn"),
    ("a task is not announced though somebody sleeps", COORDINATION, "    w.announce_tasks();\n", "", "spawn"),
    ("a task is not announced where there is no barrier", COORDINATION, "announcing_.load(std::memory_order_relaxed) == announcing::to_sleepers && !sleepers_.any()", "!sleepers_.any()", "sleep"),
    ("a sleeper does not ask the forkers to look", COORDINATION, "    call_forkers();\n", "", "sleep"),
    ("a worker keeps its cache after the loop", MEMORY, "    cache_ = nullptr;\n", "", "idle_memory"),
    ("a trim does not ask whether the worker sleeps", MEMORY, "    if (const std::unique_lock asleep(awake_, std::try_to_lock); asleep) {\n", "    {\n", "idle_memory"),
    ("a worker wakes up and does not wait for who trims it", MEMORY, "void wake_up() noexcept { awake_.lock(); }",
     "void wake_up() noexcept { static_cast<void>(awake_.try_lock()); }", "idle_memory"),
    ("a guest gives its place away before it has left", GUESTS, "  team.leave(place);\n  places.leave(place.index() - team.size());\n",
     "  places.leave(place.index() - team.size());\n  team.leave(place);\n", "guest"),
    ("a lone guest is not counted", GUESTS, "!team.is_closed() && team.admit_caller()", "!team.is_closed()", "idle"),
    ("a worker sleeps as a searcher", LOOP, "team.sleep(worker, std::exchange(searching_, false))", "team.sleep(worker, false)", "loop"),
    ("a search has no last look", LOOP, "team.stopping() ? nothing() : self().steal_from_anyone(steal_effort::any)", "nothing()", "loop"),
    ("a submitter tells nobody that it has left a pool", HAZARD, "      reclaimer_.call();\n", "", "hazard"),
    ("who ends a pool passes no barrier before it sleeps", HAZARD, "!Policy::heavy_barrier()", "false", "hazard"),
    ("who ends a pool does not look again before it sleeps", HAZARD, "} else if (protects(object)) {", "} else {", "hazard"),
    ("who ends a pool waits for no submitter", HAZARD, "while (protects(object)) {", "while (false && protects(object)) {", "hazard"),
]
