// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/placement.hpp"
#include "support/signal.hpp"

#include <cstddef>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace filch_bench {

/// Outside threads that do `produce(k)` together, the caller among them as 0. The others exist from
/// the start and sleep between two rounds.
template <class Produce>
class producers {
 public:
  producers(std::size_t count, Produce produce) : produce_(std::move(produce)) {
    for (std::size_t k = 1; k < count; ++k) {
      others_.push_back(std::make_unique<producer>());
    }
    for (std::size_t k = 1; k < count; ++k) {
      others_[k - 1]->thread = std::thread([this, k, &me = *others_[k - 1]] { serve(me, k); });
    }
  }
  producers(const producers&) = delete;
  producers& operator=(const producers&) = delete;
  ~producers() {
    ending_ = true;
    for (const auto& other : others_) {
      other->go.set();
      other->thread.join();
    }
  }

  /// One round; returns when all have produced.
  void produce() {
    for (const auto& other : others_) {
      other->go.set();
    }
    produce_(std::size_t{0});
    for (const auto& other : others_) {
      other->done.wait();
    }
  }

 private:
  struct producer {
    signal go;
    signal done;
    std::thread thread;
  };

  void serve(producer& me, std::size_t k) {
    place_thread(k);
    for (;;) {
      me.go.wait();
      if (ending_) {
        return;
      }
      produce_(k);
      me.done.set();
    }
  }

  Produce produce_;
  bool ending_ = false;  ///< written before the last go.set()
  std::vector<std::unique_ptr<producer>> others_;
};

}  // namespace filch_bench
