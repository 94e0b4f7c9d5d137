// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "pools/chunked_for.hpp"
#include "pools/claimed_group.hpp"
#include "support/completion_count.hpp"
#include "support/signal.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <cstddef>
#include <thread>
#include <utility>
#include <vector>

namespace filch_bench {

/// Boost.Asio. boost::asio::thread_pool is this: the same scheduler, run by n threads. The context
/// is used directly because thread_pool has no way for a waiting task to run others (poll_one), and
/// no hook to pin a thread.
class asio_pool {
 public:
  static constexpr const char* name = "asio";
  static constexpr bool is_serial = false;
  static constexpr bool accepts_outside = true;
  static constexpr bool forks = true;
  static constexpr bool frees_joined_forks = false;

  using group = claimed_group<asio_pool>;

  explicit asio_pool(std::size_t threads);
  asio_pool(const asio_pool&) = delete;
  asio_pool& operator=(const asio_pool&) = delete;
  ~asio_pool();

  template <class F>
  void execute(F&& f) {
    completions_.submitted();
    boost::asio::post(context_, [this, f = std::forward<F>(f)]() mutable {
      f();
      completions_.finished();
    });
  }

  void wait_idle() { completions_.wait_idle(); }

  template <class F>
  void run(F&& f) {
    signal finished;
    execute([&] {
      f();
      finished.set();
    });
    finished.wait();
  }

  template <class F, class G>
  void fork_join(F&& f, G&& g) {
    fork_join_claiming(*this, f, g);
  }

  template <class F>
  void parallel_for(std::size_t first, std::size_t last, F&& f) {
    chunked_for(*this, threads_.size(), first, last, f);
  }

  /// For claimed_group.
  void post(job* posted) {
    boost::asio::post(context_, [posted] { posted->run(posted); });
  }
  void wake_joiners() {}
  template <class Done>
  void help_until(Done done) {
    while (!done()) {
      if (context_.poll_one() == 0) {
        std::this_thread::yield();
      }
    }
  }

 private:
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> open_;
  completion_count completions_;
  std::vector<std::thread> threads_;
};

}  // namespace filch_bench
