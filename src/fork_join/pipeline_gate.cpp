// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/fork_join/pipeline_gate.hpp>

#include <mutex>
#include <utility>

namespace filch::inline v0::detail {

void pipeline_entrance::add(pipeline_item& item) noexcept { item.next_free = std::exchange(free_, &item); }

pipeline_item* pipeline_entrance::take() noexcept {
  const std::lock_guard lock(mutex_);
  if (is_closed_) {
    return nullptr;
  }
  if (free_ == nullptr) {
    call_is_owed_ = true;
    return nullptr;
  }
  return std::exchange(free_, free_->next_free);
}

void pipeline_entrance::admit(pipeline_item& item) noexcept {
  const std::lock_guard lock(mutex_);
  item.number = admitted_++;
}

pipeline_item* pipeline_entrance::end_item(pipeline_item& item) noexcept {
  const std::lock_guard lock(mutex_);
  if (call_is_owed_ && !is_closed_) {
    call_is_owed_ = false;
    return &item;
  }
  item.next_free = std::exchange(free_, &item);
  return nullptr;
}

void pipeline_entrance::close() noexcept {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
}

bool pipeline_gate::enter(pipeline_item& item) noexcept {
  const std::lock_guard lock(mutex_);
  const std::size_t its_turn = order_ == order::of_numbers ? item.number : arrived_++;
  if (its_turn == turn_ && !is_taken_) {
    is_taken_ = true;
    return true;
  }
  waiting_[its_turn % room_] = &item;
  return false;
}

pipeline_item* pipeline_gate::leave() noexcept {
  const std::lock_guard lock(mutex_);
  ++turn_;
  pipeline_item* const next = std::exchange(waiting_[turn_ % room_], nullptr);
  is_taken_ = next != nullptr;
  return next;
}

}  // namespace filch::inline v0::detail
