// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "pools/job.hpp"

#include <atomic>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace filch_bench {

/// Fork-join on a queue that gives out the oldest task only. To run those while waiting would nest
/// the breadth of the tree on one stack, so a waiter first claims its own children, newest first,
/// and takes from the queue only while a claimed one runs elsewhere. The queue keeps an empty
/// entry of each claimed child until a worker meets it.
///
/// run() and wait() are for the thread that made the group. Pool has post(job*), help_until(done),
/// and wake_joiners().
template <class Pool>
class claimed_group {
 public:
  explicit claimed_group(Pool& pool) : pool_(pool) {}

  template <class F>
  void run(F&& f) {
    auto* const made = new child_of<std::decay_t<F>>(std::forward<F>(f), *this, newest_);
    newest_ = made;
    pool_.post(made);
  }

  void wait() {
    std::size_t elsewhere = 0;
    while (newest_ != nullptr) {
      child* const mine = std::exchange(newest_, newest_->older);
      if (mine->claim()) {
        mine->call(mine);
      } else {
        ++elsewhere;
      }
      mine->release();
    }
    // [BC1] seq_cst: sees what the children did elsewhere, and comes after a sleeper announced
    // itself. Pairs with [BC2].
    pool_.help_until([&] { return finished_.load(std::memory_order_seq_cst) == elsewhere; });
  }

 private:
  struct child : job {
    child(void (*run_queued)(job*), void (*call_callable)(child*), child* next_older)
        : job{run_queued}, call(call_callable), older(next_older) {}
    virtual ~child() = default;

    bool claim() {
      // relaxed: only who runs the callable is settled here; the queue published the callable.
      return !claimed.exchange(true, std::memory_order_relaxed);
    }
    void release() {
      // acq_rel: the last owner deletes after the other one's last use. Pairs with itself.
      if (owners.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        delete this;
      }
    }

    void (*call)(child*);
    child* older;
    std::atomic<bool> claimed{false};
    std::atomic<unsigned> owners{2};  ///< the queue and the group
  };

  template <class F>
  struct child_of final : child {
    template <class G>
    child_of(G&& g, claimed_group& group, child* next_older)
        : child(&run_queued, &call_callable, next_older), callable(std::forward<G>(g)), made_by(group) {}

    static void call_callable(child* base) { static_cast<child_of*>(base)->callable(); }

    static void run_queued(job* base) {
      auto* const self = static_cast<child_of*>(base);
      if (self->claim()) {
        self->callable();
        Pool& pool = self->made_by.pool_;
        // [BC2] seq_cst: publishes what the child did, and comes before the look at the sleepers.
        // The group may be gone right afterwards. Pairs with [BC1].
        self->made_by.finished_.fetch_add(1, std::memory_order_seq_cst);
        pool.wake_joiners();
      }
      self->release();
    }

    F callable;
    claimed_group& made_by;
  };

  Pool& pool_;
  child* newest_ = nullptr;
  std::atomic<std::size_t> finished_{0};  ///< children that ran elsewhere
};

/// fork_join() by such a group: `g` is queued, `f` runs here.
template <class Pool, class F, class G>
void fork_join_claiming(Pool& pool, F& f, G& g) {
  claimed_group<Pool> forked(pool);
  forked.run([&g] { g(); });
  f();
  forked.wait();
}

}  // namespace filch_bench
