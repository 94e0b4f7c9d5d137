// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>

namespace filch::inline v0::detail {

/// Memory for a copy of a range. It holds no objects at first; objects of a trivial type need not be made.
template <class T>
class sort_buffer {
 public:
  /// Throws: std::bad_alloc.
  explicit sort_buffer(std::size_t size) : size_(size), data_(std::allocator<T>().allocate(size)) {}
  ~sort_buffer() {
    if (has_objects_) {
      std::destroy_n(data_, size_);
    }
    std::allocator<T>().deallocate(data_, size_);
  }
  sort_buffer(const sort_buffer&) = delete;
  sort_buffer& operator=(const sort_buffer&) = delete;

  [[nodiscard]] T* data() const noexcept { return data_; }
  /// From now on there are `size` objects.
  void has_objects() noexcept { has_objects_ = !std::is_trivially_destructible_v<T>; }

 private:
  const std::size_t size_;
  T* const data_;
  bool has_objects_ = false;
};

}  // namespace filch::inline v0::detail
