// SPDX-License-Identifier: BSL-1.0
// A string of bytes is a program: its bytes choose calls of the whole API and their arguments. Programs run on the main
// thread and, in parts, within tasks. Every program is one that a user may write, so it has to end, and every callable
// that was made has to be destroyed, called at most once, and called exactly once if nobody cancelled, discarded or
// refused.
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <system_error>
#include <thread>
#include <vector>

#include <filch/filch.hpp>

#include "ledger.hpp"
#include "program.hpp"

namespace {

using filch_fuzz::check;
using filch_fuzz::ledger;
using filch_fuzz::program;
using filch_fuzz::token;
using namespace std::chrono_literals;

struct thrown {};

void run_inside(program p, ledger& l, filch::thread_pool& pool, int depth);

/// The callable of all verbs.
class task {
 public:
  task(ledger& l, filch::thread_pool& pool, program p, int depth)
      : token_(l), pool_(&pool), program_(p), depth_(depth) {}
  std::size_t operator()() {
    token_.call();
    run_inside(program_, token_.book(), *pool_, depth_);
    return 1;
  }

 private:
  token token_;
  filch::thread_pool* pool_;
  program program_;
  int depth_;
};

/// Calls what may be refused, and counts what was accepted.
template <class Verb>
void attempt(ledger& l, Verb verb) {
  try {
    l.accepted.fetch_add(static_cast<std::size_t>(verb()));
  } catch (const filch::pool_closed&) {
  } catch (const filch::pool_full&) {
  } catch (const filch::usage_error&) {
  } catch (const filch::task_cancelled&) {
    check(l.may_lose, "nothing is cancelled by itself");
  } catch (const thrown&) {
    l.may_lose = true;  // of a bulk, or of a loop, it is not known how many were accepted
  }
}

std::size_t loop(ledger& l, filch::thread_pool& pool, std::size_t n, std::size_t grain) {
  std::atomic<std::size_t> calls{0};
  filch::parallel_for(pool, std::size_t{0}, n, [&](std::size_t) { calls.fetch_add(1); }, filch::grain{grain + 1});
  check(calls.load() == n, "a loop calls for each index");
  static_cast<void>(l);
  return 0;
}

std::size_t bulk(ledger& l, filch::thread_pool& pool, program p, std::size_t n, int depth) {
  std::vector<task> tasks;
  for (std::size_t i = 0; i < n; ++i) {
    tasks.emplace_back(l, pool, p, depth);
  }
  return pool.execute_bulk(std::make_move_iterator(tasks.begin()), std::make_move_iterator(tasks.end()));
}

std::size_t spawned_and_joined(ledger& l, filch::thread_pool& pool, program p, int depth, std::size_t how) {
  auto handle = pool.spawn(task(l, pool, p, depth));
  l.accepted.fetch_add(1);
  if (how == 1) {
    static_cast<void>(handle.wait_for(0ns));
  } else if (how == 2 && handle.cancel()) {
    l.may_lose = true;
  } else if (how == 3) {
    return 0;  // detached
  }
  static_cast<void>(handle.is_finished());
  handle.wait();
  check(handle.join() == 1, "a result is the task's");
  return 0;
}

std::size_t grouped(ledger& l, filch::thread_pool& pool, program p, std::size_t n, int depth, std::size_t how) {
  filch::task_group group(pool);
  for (std::size_t i = 0; i < n; ++i) {
    group.run(task(l, pool, p, depth));
    l.accepted.fetch_add(1);
  }
  if (how == 1) {
    l.may_lose = true;
    group.cancel();
  } else if (how == 2) {
    return 0;  // its destructor waits
  }
  group.wait();
  return 0;
}

std::size_t forked(ledger& l, filch::thread_pool& pool, program p, int depth) {
  filch::fork_join([&] { run_inside(p, l, pool, depth); }, [&] { run_inside(p, l, pool, depth); });
  return 0;
}

// One call that any thread may make. False: the program says something else.
bool make_call(std::size_t which, program& p, ledger& l, filch::thread_pool& pool, int depth) {
  const std::size_t n = p.next(5);
  const program body = depth > 0 ? p.part() : program(nullptr, 0);
  const int below = depth - 1;
  switch (which) {
    case 0:
      attempt(l, [&] { return pool.execute(task(l, pool, body, below)), 1; });
      return true;
    case 1:
      attempt(l,
              [&] { return pool.try_execute(task(l, pool, body, below)) == filch::submit_status::accepted ? 1u : 0u; });
      return true;
    case 2:
      l.may_lose = true;  // those that a closed pool did not accept are not called
      attempt(l, [&] { return bulk(l, pool, body, n, below); });
      return true;
    case 3:
      attempt(l, [&] { return spawned_and_joined(l, pool, body, below, n); });
      return true;
    case 4:
      attempt(l, [&] { return grouped(l, pool, body, n, below, p.next(3)); });
      return true;
    case 5:
      attempt(l, [&] { return pool.invoke([&] { return forked(l, pool, body, below); }); });
      return true;
    case 6:
      attempt(l, [&] { return loop(l, pool, n * n * n, p.next(8)); });
      return true;
    case 7:
      pool.trim();
      return true;
    case 8:
      pool.set_idle_policy({std::chrono::microseconds(n == 4 ? -1 : static_cast<int>(n) * 20)});
      static_cast<void>(pool.metrics());
      static_cast<void>(pool.describe());
      return true;
    case 9:
      pool.close();
      return true;
    case 10:
      if (n == 0) {
        l.may_lose = true;
        pool.shutdown(filch::shutdown_mode::discard);
      } else if (n == 1) {
        l.may_lose = true;
        pool.shutdown_for(0ns);
      } else if (n == 2) {
        pool.shutdown_for(std::chrono::hours::max());
      } else {
        pool.shutdown();
      }
      return true;
    case 11:
      attempt(l, [&] { return pool.wait_idle(), 0; });
      return true;
    default:
      return false;
  }
}

// The body of a task.
void run_inside(program p, ledger& l, filch::thread_pool& pool, int depth) {
  for (int calls = 0; calls < 6 && !p.has_ended(); ++calls) {
    const std::size_t which = p.next(16);
    if (which < 12) {
      static_cast<void>(make_call(which, p, l, pool, depth > 0 ? depth : 0));
    } else if (which == 12) {
      throw thrown();
    } else if (which == 13) {
      std::this_thread::yield();
    }
  }
}

filch::pool_options options_from(program& p) {
  filch::pool_options o;
  o.threads = 1 + p.next(3);
  o.max_pending = p.next(4);
  o.on_full = static_cast<filch::on_full>(p.next(3));
  o.idle.spin = std::chrono::microseconds(p.next(3) * 25);
  o.waiting = static_cast<filch::waiting>(p.next(2));
  o.max_spares = p.next(4);
  if (p.next(2) == 1) {
    o.on_thread_start = [](std::size_t) {};
    o.on_thread_stop = [](std::size_t) { throw thrown(); };
  }
  o.on_unhandled_exception = [](std::exception_ptr) {};
  return o;
}

// What the main thread has beside pools.
struct kept {
  std::vector<filch::join_handle<std::size_t>> handles;
  std::vector<std::unique_ptr<filch::task_group>> groups;

  void end_groups(ledger& l) {
    for (auto& g : groups) {
      attempt(l, [&] { return g->wait(), 0; });
    }
    groups.clear();
  }
};

void run_main(program p, ledger& l) {
  constexpr int depth = 2;
  std::vector<std::unique_ptr<filch::thread_pool>> pools;
  kept have;
  for (int calls = 0; calls < 40 && !p.has_ended(); ++calls) {
    const std::size_t which = p.next(22);
    if (pools.empty() || (which == 12 && pools.size() < 2)) {
      pools.push_back(std::make_unique<filch::thread_pool>(options_from(p)));
      continue;
    }
    const std::size_t at = p.next(pools.size());
    filch::thread_pool& pool = *pools[at];
    if (which < 12) {
      static_cast<void>(make_call(which, p, l, pool, depth));
    } else if (which <= 14) {
      have.end_groups(l);
      auto owned = std::move(pools[at]);
      pools.erase(pools.begin() + static_cast<std::ptrdiff_t>(at));
      if (which == 13) {
        // By one of its own tasks, when no other one is left that would still use it.
        filch::thread_pool& self = *owned;
        self.wait_idle();
        attempt(l, [&] { return self.execute([owned = std::move(owned)]() mutable { owned.reset(); }), 0; });
      }
    } else if (which == 15 && have.handles.size() < 8) {
      attempt(l, [&] { return have.handles.push_back(pool.spawn(task(l, pool, p.part(), depth - 1))), 1; });
    } else if (which == 16 && !have.handles.empty()) {
      auto handle = std::move(have.handles.back());
      have.handles.pop_back();
      if (p.next(2) == 1 && handle.cancel()) {
        l.may_lose = true;
      }
      attempt(l, [&] { return handle.join() - 1; });
    } else if (which == 17 && have.groups.size() < 4) {
      have.groups.push_back(std::make_unique<filch::task_group>(pool));
      attempt(l, [&] { return have.groups.back()->run(task(l, pool, p.part(), depth - 1)), 1; });
    } else if (which == 18 && !have.groups.empty()) {
      attempt(l, [&] { return have.groups.back()->wait(), 0; });
      have.groups.pop_back();
    } else if (which == 19) {
      const program body = p.part();
      std::thread other([&pool, &l, body] { attempt(l, [&] { return run_inside(body, l, pool, depth - 1), 0; }); });
      other.join();
    }
  }
  have.end_groups(l);
  pools.clear();
  // Handles outlive their pools.
  for (auto& handle : have.handles) {
    attempt(l, [&] { return handle.join() - 1; });
  }
}

// Of this process; 0 where the system does not say.
std::size_t count_threads() {
  std::error_code none;
  std::size_t n = 0;
  for (auto it = std::filesystem::directory_iterator("/proc/self/task", none);
       it != std::filesystem::directory_iterator(); it.increment(none)) {
    ++n;
  }
  return n;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t n) {
  static const std::size_t threads_of_fuzzer = count_threads();
  ledger l;
  run_main(program(bytes, n), l);
  // Pools that were destroyed by their own tasks end by themselves.
  while (l.alive.load() != 0) {
    std::this_thread::yield();
  }
  // Whoever looks for leaks takes for one what a thread has that is about to end.
  while (count_threads() > threads_of_fuzzer) {
    std::this_thread::yield();
  }
  check(l.may_lose || l.called.load() == l.accepted.load(), "what was accepted was called");
  return 0;
}
