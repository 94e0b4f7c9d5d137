// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <memory>

#include <filch/config.hpp>
#include <filch/detail/base/mutex.hpp>

namespace filch::inline v0::detail {

/// One item on its way through a pipeline, apart from its value. An item that has left the last stage is used again for
/// another value.
struct pipeline_item {
  std::size_t number = 0;              ///< how many values came out of the first stage before its own
  pipeline_item* next_free = nullptr;  // guarded by the mutex of the entrance
};

/// Where values come into a pipeline: it knows the items that are free, and whether the first stage may be called.
///
/// Whoever has nothing else to do for the pipeline asks for a call, and gets one if an item is free and, where the
/// first stage is serial, nobody is in it. So the first stage is called as often as there is somebody to do so. One
/// more task may be offered to threads that do nothing for the pipeline yet. There is one offer at a time, and whoever
/// takes it makes place for the next.
class FILCH_EXPORT pipeline_entrance {
 public:
  explicit pipeline_entrance(bool is_parallel) noexcept : is_parallel_(is_parallel) {}

  /// Adds a free item. Only before the pipeline begins.
  void add(pipeline_item& item) noexcept;
  /// Asks for a call. Returns: an item, for which the caller shall call the first stage now, or null.
  [[nodiscard]] pipeline_item* begin_call() noexcept;
  /// The same in a task that was offered.
  [[nodiscard]] pipeline_item* begin_offered_call() noexcept;
  /// The call has given a value to the item, which gets its number. Returns: whether to offer a task.
  [[nodiscard]] bool end_call(pipeline_item& item) noexcept;
  /// The item has left the last stage. Returns: as begin_call.
  [[nodiscard]] pipeline_item* end_item_and_begin_call(pipeline_item& item) noexcept;
  /// The same for one who has something else to do. Returns: whether to offer a task.
  [[nodiscard]] bool end_item(pipeline_item& item) noexcept;
  /// The first stage shall not be called any more.
  void close() noexcept;

 private:
  [[nodiscard]] pipeline_item* begin() noexcept;
  [[nodiscard]] bool offer() noexcept;

  const bool is_parallel_;
  mutex mutex_;  // guards the rest
  pipeline_item* free_ = nullptr;
  std::size_t numbers_ = 0;
  bool is_called_ = false;  // and not parallel
  bool is_offered_ = false;
  bool is_closed_ = false;
};

/// The door of a stage that is run by one thread at a time. An item that comes while another is inside, or before its
/// turn, stays here, and the one that leaves takes it along.
///
/// No more items may be on their way than `room`. So those that stay here have numbers less than `room` apart, and each
/// has a place of its own.
class FILCH_EXPORT pipeline_gate {
 public:
  enum class order { of_numbers, of_arrival };

  /// Throws: std::bad_alloc.
  pipeline_gate(order o, std::size_t room) : order_(o), room_(room), waiting_(new pipeline_item*[room]()) {}

  /// Returns: whether the item may enter; otherwise it stays, and its owner must not touch it any more.
  [[nodiscard]] bool enter(pipeline_item& item) noexcept;
  /// The item that was inside has left. Returns: the one that is inside now because of that, or null.
  [[nodiscard]] pipeline_item* leave() noexcept;

 private:
  const order order_;
  const std::size_t room_;
  mutex mutex_;  // guards the rest
  std::unique_ptr<pipeline_item*[]> waiting_;
  std::size_t arrived_ = 0;
  std::size_t turn_ = 0;  // of the item that is inside, or that may enter: how many have left
};

}  // namespace filch::inline v0::detail
