// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace controlled {

struct thread;

/// Decides who goes on, and everything else that chance decides. The same seed decides the same.
class strategy {
 public:
  virtual ~strategy() = default;

  /// Before each schedule. False: all schedules were run.
  virtual bool begin(std::uint64_t seed) = 0;
  /// How many steps a schedule has, about. Before the first.
  virtual void expect_steps(std::uint64_t /*steps*/) {}

  /// One of `runnable`, which has at least one. `self` asks and is one of them, or is null if it cannot go on. It
  /// `yields` if it only spins.
  [[nodiscard]] virtual thread* next(thread* self, std::span<thread* const> runnable, bool yields) = 0;
  virtual void added(thread& /*t*/) {}
  [[nodiscard]] virtual std::size_t choose(std::size_t n) = 0;
  /// Whether something rare happens here: a spurious wake-up, a deadline that comes early.
  [[nodiscard]] virtual bool once_in(std::size_t n) = 0;
};

/// By name: "walk20", "walk100", "pct2", "pct3", "dfs2". Null if there is none of that name.
///
/// A walk goes on with another thread once in so many steps. PCT (Burckhardt, Kothari, Musuvathi and Nagarakatte,
/// ASPLOS 2010) runs the thread with the highest of random priorities, and lowers that at one step less than its depth.
/// The depth-first search enumerates all schedules with at most so many preemptions.
[[nodiscard]] std::unique_ptr<strategy> make_strategy(const std::string& name);

}  // namespace controlled
