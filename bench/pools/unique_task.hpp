// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstring>
#include <functional>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace filch_bench {

/// A move-only callable without arguments and result: small ones are stored inline, and those that
/// are trivially copyable move by copying their bytes.
class unique_task {
 public:
  unique_task() = default;

  template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, unique_task>)
  explicit unique_task(F&& f) {
    using callable = std::decay_t<F>;
    if constexpr (fits_inline<callable>) {
      ::new (static_cast<void*>(storage_)) callable(std::forward<F>(f));
      operations_ = &inline_operations<callable>;
    } else {
      ::new (static_cast<void*>(storage_)) callable*(new callable(std::forward<F>(f)));
      operations_ = &heap_operations<callable>;
    }
  }

  unique_task(unique_task&& other) noexcept { take(other); }
  unique_task& operator=(unique_task&& other) noexcept {
    if (this != &other) {
      destroy();
      take(other);
    }
    return *this;
  }
  ~unique_task() { destroy(); }

  void operator()() { operations_->call(storage_); }

 private:
  struct operations {
    void (*call)(void*);
    void (*relocate)(void* from, void* to) noexcept;  ///< null: copy the bytes
    void (*destroy)(void*) noexcept;                  ///< null: nothing to do
  };

  static constexpr std::size_t inline_size = 40;

  template <class F>
  static constexpr bool fits_inline =
      sizeof(F) <= inline_size && alignof(F) <= alignof(void*) && std::is_nothrow_move_constructible_v<F>;

  template <class F>
  static F* stored(void* at) {
    return std::launder(static_cast<F*>(at));
  }

  template <class F>
  static void relocate_inline(void* from, void* to) noexcept {
    ::new (to) F(std::move(*stored<F>(from)));
    std::destroy_at(stored<F>(from));
  }

  template <class F>
  static constexpr operations inline_operations{
      [](void* at) { std::invoke(std::move(*stored<F>(at))); },
      std::is_trivially_copyable_v<F> ? nullptr : &relocate_inline<F>,
      std::is_trivially_destructible_v<F> ? nullptr : +[](void* at) noexcept { std::destroy_at(stored<F>(at)); },
  };

  template <class F>
  static constexpr operations heap_operations{
      [](void* at) { std::invoke(std::move(**stored<F*>(at))); },
      nullptr,
      [](void* at) noexcept { delete *stored<F*>(at); },
  };

  void take(unique_task& other) noexcept {
    operations_ = std::exchange(other.operations_, nullptr);
    if (operations_ != nullptr && operations_->relocate != nullptr) {
      operations_->relocate(other.storage_, storage_);
    } else {
      std::memcpy(storage_, other.storage_, inline_size);
    }
  }

  void destroy() noexcept {
    if (operations_ != nullptr && operations_->destroy != nullptr) {
      operations_->destroy(storage_);
    }
  }

  alignas(void*) std::byte storage_[inline_size]{};
  const operations* operations_ = nullptr;
};

}  // namespace filch_bench
