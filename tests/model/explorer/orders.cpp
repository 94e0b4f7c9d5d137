// SPDX-License-Identifier: BSL-1.0
#include "explorer/orders.hpp"

#include <map>
#include <tuple>

#include "explorer/arena.hpp"

namespace filch_model {
namespace {

using place = std::tuple<std::string, int, operand>;

struct order_met {
  std::memory_order order;
  action what;
};

const weakening* in_force = nullptr;
std::map<place, order_met>* noted = nullptr;

// What remains of seq_cst.
std::memory_order acquire_release_of(action what, operand which) {
  if (what == action::load || which == operand::failure) {
    return std::memory_order_acquire;
  }
  return what == action::store ? std::memory_order_release : std::memory_order_acq_rel;
}

}  // namespace

std::memory_order weakened(std::memory_order order, const site& at, action what, operand which) noexcept {
  if (noted != nullptr && order != std::memory_order_relaxed) {
    arena::close();
    noted->try_emplace({at.file, at.line, which}, order_met{order, what});
    arena::open();
  }
  if (in_force != nullptr && in_force->line == at.line && in_force->which == which && in_force->from == order &&
      in_force->file == at.file) {
    return in_force->to;
  }
  return order;
}

with_weakening::with_weakening(const weakening& w) { in_force = &w; }
with_weakening::~with_weakening() { in_force = nullptr; }

note_orders::note_orders() { noted = new std::map<place, order_met>; }

note_orders::~note_orders() {
  delete noted;
  noted = nullptr;
}

std::vector<weakening> note_orders::steps_down() const {
  std::vector<weakening> all;
  for (const auto& entry : *noted) {
    const order_met& met = entry.second;
    const operand which = std::get<operand>(entry.first);
    const auto add = [&](std::memory_order to) {
      all.push_back({std::get<0>(entry.first), std::get<1>(entry.first), which, met.order, to});
    };
    switch (met.order) {
      case std::memory_order_seq_cst:
        add(acquire_release_of(met.what, which));
        break;
      case std::memory_order_acq_rel:
        add(std::memory_order_acquire);
        add(std::memory_order_release);
        break;
      default:
        add(std::memory_order_relaxed);
        break;
    }
  }
  return all;
}

}  // namespace filch_model
