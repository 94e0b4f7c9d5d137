// SPDX-License-Identifier: BSL-1.0
#include "cell.hpp"

#include <chrono>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <filch/blocking.hpp>
#include <filch/errors.hpp>
#include <filch/fork_join.hpp>
#include <filch/join_all.hpp>
#include <filch/parallel_for.hpp>
#include <filch/parallel_invoke.hpp>
#include <filch/task_group.hpp>
#include <filch/when_any.hpp>

namespace matrix {
namespace {

constexpr int answer = 42;

/// Counts the ends of threads, as late as a thread can.
struct end_counter {
  std::atomic<int>* ended = nullptr;
  ~end_counter() {
    if (ended != nullptr) {
      ended->fetch_add(1);
    }
  }
};

thread_local end_counter this_thread;

}  // namespace

std::string_view name_of(verb v) {
  static constexpr std::array<std::string_view, verb_count> names = {"execute",
                                                                     "spawn",
                                                                     "join",
                                                                     "task_group: run, wait",
                                                                     "parallel_for",
                                                                     "fork_join",
                                                                     "invoke",
                                                                     "wait_idle",
                                                                     "shutdown",
                                                                     "shutdown_for",
                                                                     "close",
                                                                     "trim",
                                                                     "the pool's destructor",
                                                                     "blocking",
                                                                     "blocking_region",
                                                                     "join_all",
                                                                     "when_any",
                                                                     "wait_idle_for",
                                                                     "task_group::wait_for",
                                                                     "task_group::run_and_wait",
                                                                     "fork_join in the pool",
                                                                     "parallel_invoke in the pool"};
  return names.at(static_cast<std::size_t>(v));
}

filch::thread_pool& cell::make_pool(filch::pool_options options) {
  options.on_thread_start = [this, user = options.on_thread_start](std::size_t index) {
    threads_begun_.fetch_add(1);
    this_thread.ended = &threads_ended_;
    if (user) {
      user(index);
    }
  };
  pool_ = std::make_unique<filch::thread_pool>(std::move(options));
  queue_task_to_join();
  filch::thread_pool& made = *pool_;
  made_.count_down();  // a hook that waits for this may destroy the pool
  return made;
}

void cell::block_worker() {
  pool_->wait_idle();
  std::latch begun(1);
  pool_->execute([this, &begun] {
    begun.count_down();
    gate_.wait();
  });
  begun.wait();
  queue_task_to_join();
}

void cell::queue_task_to_join() { queued_ = pool_->spawn([] { return answer; }); }

void cell::call() noexcept {
  if (called_.exchange(true)) {
    return;
  }
  try {
    outcome_ = dispatch();
  } catch (const filch::pool_closed&) {
    outcome_ = outcome::throws_closed;
  } catch (const filch::usage_error&) {
    outcome_ = outcome::throws_usage;
  } catch (const filch::task_cancelled&) {
    outcome_ = outcome::discarded;
  } catch (...) {
    outcome_ = outcome::wrong;
  }
  done_.count_down();
}

outcome cell::dispatch() {
  using namespace std::chrono_literals;
  const auto joined_or_not = [](const filch::shutdown_report& report) {
    return report.joined ? outcome::works : outcome::returns_at_once;
  };
  const auto ran = [this](int tasks) { return ran_ == tasks ? outcome::works : outcome::wrong; };
  switch (verb_) {
    case verb::execute:
      pool_->execute(task());
      expected_runs_ = 1;
      return outcome::works;
    case verb::spawn:
      pool_->spawn(task()).detach();
      expected_runs_ = 1;
      return outcome::works;
    case verb::join:
      return queued_.join() == answer ? outcome::works : outcome::wrong;
    case verb::group: {
      filch::task_group group(*pool_);
      group.run(task());
      group.wait();
      return ran(1);
    }
    case verb::parallel_for:
      filch::parallel_for(*pool_, 0, 10, [this](int) { ran_.fetch_add(1); }, filch::grain{1});
      return ran(10);
    case verb::fork_join:
      filch::fork_join(task(), task());
      return ran(2);
    case verb::invoke:
      pool_->invoke(task());
      return ran(1);
    case verb::wait_idle:
      pool_->wait_idle();
      return outcome::works;
    case verb::shutdown:
      return joined_or_not(pool_->shutdown());
    case verb::shutdown_for:
      return joined_or_not(pool_->shutdown_for(1h));
    case verb::close:
      pool_->close();
      return outcome::works;
    case verb::trim:
      pool_->trim();
      return outcome::works;
    case verb::destroy:
      return destroy();
    case verb::blocking:
      filch::blocking(task());
      return ran(1);
    case verb::blocking_region: {
      const filch::blocking_region others_run;
      task()();
      return ran(1);
    }
    case verb::join_all:
      return filch::join_all(std::move(queued_)) == std::tuple(answer) ? outcome::works : outcome::wrong;
    case verb::when_any: {
      std::vector<filch::join_handle<int>> handles;
      handles.push_back(std::move(queued_));
      const std::size_t finished = filch::when_any(handles);
      return handles.at(finished).join() == answer ? outcome::works : outcome::wrong;
    }
    case verb::wait_idle_for:
      return pool_->wait_idle_for(1h) ? outcome::works : outcome::wrong;
    case verb::group_wait_for: {
      filch::task_group group(*pool_);
      group.run(task());
      // It runs nothing itself, so in a pool whose workers are all busy it may be in vain.
      static_cast<void>(group.wait_for(1ms));
      group.wait();
      return ran(1);
    }
    case verb::run_and_wait: {
      filch::task_group group(*pool_);
      group.run(task());
      group.run_and_wait(task());
      return ran(2);
    }
    case verb::fork_join_in_pool:
      filch::fork_join(*pool_, task(), task());
      return ran(2);
    case verb::parallel_invoke_in_pool:
      filch::parallel_invoke(*pool_, task(), task(), task());
      return ran(3);
  }
  return outcome::wrong;
}

outcome cell::destroy() {
  pool_.reset();
  return threads_ended_ == threads_begun_ ? outcome::works : outcome::returns_at_once;
}

void cell::end() {
  done_.wait();
  open_gate();
  pool_.reset();
  // Threads of a pool that its own task destroyed end by themselves.
  while (threads_ended_ != threads_begun_) {
    std::this_thread::yield();
  }
}

outcome cell::result() const {
  if (outcome_ == outcome::works && expected_runs_ != 0) {
    return ran_ == expected_runs_ ? outcome::works : ran_ == 0 ? outcome::discarded : outcome::wrong;
  }
  return outcome_;
}

}  // namespace matrix
