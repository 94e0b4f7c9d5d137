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

/// Where items come into a pipeline: it knows the items that are free, and who may call the first stage.
///
/// Whoever is given an item by `take`, `begin` or `end_item` has the right to call the first stage, and owes it. If no
/// item is free the right is kept here, for the next item that becomes free. So a first stage that is called by one
/// thread at a time is called as long as it has something to give and an item is free, and nobody waits for that.
class FILCH_EXPORT pipeline_entrance {
 public:
  /// Adds a free item. Only before the pipeline begins.
  void add(pipeline_item& item) noexcept;
  /// The item for the next call of the first stage; null if none is free, or if there shall be no more.
  [[nodiscard]] pipeline_item* take() noexcept;
  /// Numbers an item that has got a value.
  void admit(pipeline_item& item) noexcept;
  /// An item has left the last stage. Returns: the item, if the first stage shall be called for it now.
  [[nodiscard]] pipeline_item* end_item(pipeline_item& item) noexcept;
  /// The first stage shall not be called any more.
  void close() noexcept;

 private:
  mutex mutex_;  // guards the rest
  pipeline_item* free_ = nullptr;
  std::size_t admitted_ = 0;
  bool call_is_owed_ = false;  // when an item becomes free
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
  std::size_t turn_ = 0;  // whose turn it is: how many have been inside
  bool is_taken_ = false;
};

}  // namespace filch::inline v0::detail
