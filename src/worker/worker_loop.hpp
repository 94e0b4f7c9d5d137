// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <filch/detail/queues/steal_result.hpp>

#include "base/tuning.hpp"
#include "parking/sleepers.hpp"
#include "parking/wakeups.hpp"

namespace filch::inline v0::detail {

/// Looks for work in the queues of others: whether that is allowed now; one cheap look where work came from before; one
/// look everywhere; for how long to go on; and what it learns from a search.
template <class T, class Work>
concept work_search = requires(T& search, steal_effort effort, bool has_found) {
  { search.is_allowed() } -> std::same_as<bool>;
  { search.await_batch() } -> std::same_as<Work>;
  { search.steal_from_anyone(effort) } -> std::same_as<Work>;
  { search.budget().spin() } -> std::same_as<bool>;
  search.note(has_found);
};

/// How the thread of a worker goes from one piece of work to the next: it takes what lies in its own queues, searches
/// in those of others, and sleeps (docs/design/parking.md, steps 4 to 8). The models run the same source.
///
/// `Self` derives from it, and has what `is_complete` asks for. Its team is a sleeping_team with search_cap(), and its
/// search is a work_search. Of its members, must_make_way() says whether the worker shall only sleep, next_task() is
/// null if its own queues are empty, and go_to_sleep() calls `sleep_in`.
template <class Self>
class basic_worker_loop {
 protected:
  /// Runs until the pool stops.
  void run_loop() noexcept {
    static_assert(is_complete());
    for (;;) {
      const bool makes_way = self().must_make_way();
      if (auto* const task = makes_way ? nullptr : self().next_task()) {
        if (searching_) {
          end_search();
        }
        self().run_task(*task);
      } else if (const auto w = makes_way ? nothing() : find_work()) {
        self().run(w);
      } else if (!self().go_to_sleep()) {
        return;
      }
    }
  }

  /// Sleeps until somebody wakes the worker, which is a searcher then. False if the pool stops.
  template <class Team, class Worker>
  [[nodiscard]] bool sleep_in(Team& team, Worker& worker) noexcept {
    const before_sleep was = std::exchange(searching_, false) ? before_sleep::searching : before_sleep::busy;
    const bool go_on = team.sleep(worker, was);
    searching_ = true;
    return go_on;
  }

 private:
  [[nodiscard]] static consteval bool is_complete() noexcept {
    return requires(Self& self, typename Self::work_type work) {
      requires sleeping_team<std::remove_reference_t<decltype(self.team())>>;
      requires work_search<std::remove_reference_t<decltype(self.search())>, typename Self::work_type>;
      { self.team().search_cap() } -> std::same_as<std::uint32_t>;
      { self.must_make_way() } -> std::same_as<bool>;
      { static_cast<bool>(work) } -> std::same_as<bool>;
      self.run_task(*self.next_task());
      self.run(work);
      { self.go_to_sleep() } -> std::same_as<bool>;
    };
  }

  [[nodiscard]] Self& self() noexcept { return static_cast<Self&>(*this); }
  [[nodiscard]] auto nothing() noexcept { return typename Self::work_type{}; }

  [[nodiscard]] auto find_work() noexcept {
    if (!self().search().is_allowed()) {
      return nothing();
    }
    const bool was_woken = searching_;
    // It matters only while somebody sleeps that a searcher is counted: that saves the submitters a wake-up. If nobody
    // sleeps, a worker that runs dry for a moment does not write the word that all submitters read.
    const bool somebody_sleeps = self().team().sleepers().any();
    if (somebody_sleeps && !become_searcher()) {
      return nothing();
    }
    auto w = self().search().await_batch();
    if (!w && become_searcher()) {
      w = scan();
      if (!was_woken) {  // a worker that was woken finds something in any case
        self().search().note(static_cast<bool>(w));
      }
    }
    if (w && searching_) {
      end_search();
    }
    return w;
  }

  [[nodiscard]] bool become_searcher() noexcept {
    searching_ = searching_ || self().team().sleepers().start_search(self().team().search_cap());
    return searching_;
  }

  // Looks at every queue of the pool until the spin budget is spent, or until somebody waits for the pool to be idle.
  [[nodiscard]] auto scan() noexcept {
    auto& team = self().team();
    auto budget = self().search().budget();
    bool go_on = true;
    int scans = 0;
    for (int pauses = 1; go_on && !team.stopping() && !team.quiescence_is_wanted();
         pauses = std::min(2 * pauses, tuning::pauses_per_look)) {
      // A guest runs in place of this worker. So forks, and tasks of guests, are left to threads that run already.
      const bool no_core_beside_guests = team.sleepers().oversubscribed_by_guests();
      const steal_effort effort = no_core_beside_guests     ? steal_effort::none
                                  : ++scans > tuning::patient_scans ? steal_effort::any
                                                            : steal_effort::cheap;
      if (const auto w = self().search().steal_from_anyone(effort)) {
        return w;
      }
      if (no_core_beside_guests) {
        return nothing();
      }
      // The looks get rarer, because each takes the cache lines of the queues from the threads that work with them.
      for (int i = 0; go_on && i < pauses; ++i) {
        go_on = budget.spin();
      }
    }
    // The last look may pass a barrier, however short the budget was. Otherwise the look before the sleep would see a
    // task that no search can take, and would wake this worker again and again.
    return team.stopping() ? nothing() : self().search().steal_from_anyone(steal_effort::any);
  }

  // The worker has work in hand.
  void end_search() noexcept {
    searching_ = false;
    self().team().end_search();
  }

  bool searching_ = false;  // counted among the searchers
};

}  // namespace filch::inline v0::detail
