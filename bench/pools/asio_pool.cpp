// SPDX-License-Identifier: BSL-1.0
#include "pools/asio_pool.hpp"

#include "support/placement.hpp"

namespace filch_bench {

asio_pool::asio_pool(std::size_t threads)
    : context_(static_cast<int>(threads)), open_(boost::asio::make_work_guard(context_)) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this, i] {
      place_thread(i + 1);
      context_.run();
    });
  }
}

asio_pool::~asio_pool() {
  open_.reset();
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

}  // namespace filch_bench
