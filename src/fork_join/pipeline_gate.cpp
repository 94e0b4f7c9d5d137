// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/fork_join/pipeline_gate.hpp>

#include <mutex>
#include <utility>

namespace filch::inline v0::detail {

void pipeline_entrance::add(pipeline_item& item) noexcept { item.next_free = std::exchange(free_, &item); }

pipeline_item* pipeline_entrance::begin_call() noexcept {
  const std::lock_guard lock(mutex_);
  return begin();
}

pipeline_item* pipeline_entrance::begin_offered_call() noexcept {
  const std::lock_guard lock(mutex_);
  is_offered_ = false;
  return begin();
}

bool pipeline_entrance::end_call(pipeline_item& item) noexcept {
  const std::lock_guard lock(mutex_);
  is_called_ = false;
  item.number = numbers_++;
  return offer();
}

pipeline_item* pipeline_entrance::end_item_and_begin_call(pipeline_item& item) noexcept {
  const std::lock_guard lock(mutex_);
  add(item);
  return begin();
}

bool pipeline_entrance::end_item(pipeline_item& item) noexcept {
  const std::lock_guard lock(mutex_);
  add(item);
  return offer();
}

void pipeline_entrance::close() noexcept {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
}

pipeline_item* pipeline_entrance::begin() noexcept {
  if (is_closed_ || is_called_ || free_ == nullptr) {
    return nullptr;
  }
  is_called_ = !is_parallel_;
  return std::exchange(free_, free_->next_free);
}

bool pipeline_entrance::offer() noexcept {
  return !is_closed_ && !is_called_ && free_ != nullptr && !std::exchange(is_offered_, true);
}

bool pipeline_gate::enter(pipeline_item& item) noexcept {
  const std::lock_guard lock(mutex_);
  const std::size_t its_turn = order_ == order::of_numbers ? item.number : arrived_++;
  if (its_turn == turn_) {
    return true;
  }
  waiting_[its_turn % room_] = &item;
  return false;
}

pipeline_item* pipeline_gate::leave() noexcept {
  const std::lock_guard lock(mutex_);
  ++turn_;
  return std::exchange(waiting_[turn_ % room_], nullptr);
}

}  // namespace filch::inline v0::detail
