// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <filch/config.hpp>
#include <filch/detail/base/cache_line.hpp>
#include <filch/detail/base/compiler.hpp>
#include <filch/detail/base/invoke.hpp>
#include <filch/detail/base/mutex.hpp>
#include <filch/detail/pool/row_table.hpp>
#include <filch/detail/worker/fork_host.hpp>
#include <filch/this_worker.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0 {

namespace detail {

/// Throws usage_error: a thread asked for its value and does not work for the pool.
[[noreturn]] FILCH_EXPORT void throw_no_value_here();

}  // namespace detail

/// A value for each thread of a pool: for sums, buffers and random numbers that would have to be locked otherwise.
///
/// A thread's value is made when the thread asks for it first. Workers, guests and spares have values of their own. A
/// guest or spare may find the value of one that has left before, so a value says what a thread has done, and not which
/// thread it was. A task that waits may meet its own worker's value changed by the task that ran meanwhile: do not keep
/// a reference over a wait.
///
/// Thread safety: `local` may be called by all threads of the pool at the same time. `for_each` and `combine` may be
/// called by one thread when no other uses a value, for example after the loop that used them. May outlive the pool.
template <class T>
class worker_local {
 public:
  /// Each value is `T()`.
  explicit worker_local(thread_pool& pool) requires std::default_initializable<T>
      : worker_local(pool, [] { return T(); }) {}
  /// Each value is a copy of `value`.
  worker_local(thread_pool& pool, T value) requires std::copy_constructible<T>
      : worker_local(pool, [value = std::move(value)] { return value; }) {}
  /// Each value is what `init()` returns. It is called as const, by several threads.
  template <class Init>
  requires(std::invocable<const Init&> && !std::same_as<Init, T>) worker_local(thread_pool& pool, Init init)
      : pool_(&pool),
        values_(this_worker::index_limit(pool)),
        init_(std::make_unique<maker_of<Init>>(std::move(init))) {}

  worker_local(const worker_local&) = delete;
  worker_local& operator=(const worker_local&) = delete;
  ~worker_local() = default;

  /// The value of the calling thread. Returns: a reference that is valid as long as this object. Throws: usage_error if
  /// the thread is neither a worker, a guest nor a spare of the pool; what making the value throws. Complexity: O(1);
  /// a guest beyond 64 at a time takes a lock.
  [[nodiscard]] FILCH_LOCAL T& local() {
    if (this_worker::pool() != pool_) {
      detail::throw_no_value_here();
    }
    const std::optional<std::size_t> index = this_worker::index();
    if (!index) {
      return value_of_unlisted();
    }
    owned& mine = values_.at(*index);
    if (mine == nullptr) {
      mine = std::make_unique<row>(*init_);
    }
    return mine->value;
  }

  /// Calls `f(value)` for every value that was made, in no order.
  template <class F>
  FILCH_LOCAL void for_each(const F& f) {
    static_assert(std::invocable<const F&, T&>, "filch: worker_local::for_each calls its argument with a value");
    values_.for_each([&f](owned& r) {
      if (r != nullptr) {
        static_cast<void>(detail::invoke(f, r->value));
      }
    });
    for (auto& [guest, r] : unlisted_) {
      static_cast<void>(detail::invoke(f, r->value));
    }
  }

  /// Combines copies of all values that were made by `op(T, T)`, in no order. Returns: a new value if none was made.
  template <class Op>
  [[nodiscard]] FILCH_LOCAL T combine(const Op& op) {
    static_assert(std::invocable<const Op&, T, T> && std::convertible_to<std::invoke_result_t<const Op&, T, T>, T>,
                  "filch: worker_local::combine calls its argument with two values, and expects a value");
    std::optional<T> all;
    for_each([&](const T& value) {
      if (all) {
        T combined = detail::invoke(op, *std::move(all), T(value));
        all.emplace(std::move(combined));
      } else {
        all.emplace(value);
      }
    });
    return all ? *std::move(all) : init_->make();
  }

 private:
  struct maker {
    maker() = default;
    maker(const maker&) = delete;
    maker& operator=(const maker&) = delete;
    virtual ~maker() = default;
    [[nodiscard]] virtual T make() const = 0;
  };
  struct alignas(detail::cache_line_size) row {
    explicit row(const maker& m) : value(m.make()) {}
    T value;
  };
  using owned = std::unique_ptr<row>;

  template <class Init>
  struct maker_of final : maker {
    explicit maker_of(Init&& i) : init(std::move(i)) {}
    [[nodiscard]] T make() const override { return detail::invoke(init); }
    Init init;
  };

  [[nodiscard]] T& value_of_unlisted() {
    const void* const me = detail::current_host();
    {
      const std::lock_guard lock(mutex_);
      for (auto& [guest, r] : unlisted_) {
        if (guest == me) {
          return r->value;
        }
      }
    }
    auto made = std::make_unique<row>(*init_);  // calls the user, so without the lock
    const std::lock_guard lock(mutex_);
    return unlisted_.emplace_back(me, std::move(made)).second->value;
  }

  const thread_pool* pool_;
  detail::row_table<owned> values_;
  std::unique_ptr<maker> init_;
  detail::mutex mutex_;
  std::vector<std::pair<const void*, owned>> unlisted_;  // of guests without an index
};

}  // namespace filch::inline v0
