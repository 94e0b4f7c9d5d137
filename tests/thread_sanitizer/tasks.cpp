// SPDX-License-Identifier: BSL-1.0
#include "program.hpp"

#include <array>
#include <chrono>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

void spawn_join(filch::thread_pool& pool) {
  for (int r = 0; r < rounds; ++r) {
    pool.spawn([r] { fill(r); }).join();
    touch();
    auto text = pool.spawn([s = std::string(100, 'x')] { return s + "y"; });
    expect(text.join().size() == 101);
  }
}

void spawn_wait(filch::thread_pool& pool) {
  for (int r = 0; r < rounds; ++r) {
    auto handle = pool.spawn([r] { fill(r); });
    handle.wait();
    touch();
  }
}

void spawn_wait_for(filch::thread_pool& pool) {
  for (int r = 0; r < rounds; ++r) {
    const auto handle = pool.spawn([r] { fill(r); });
    while (!handle.wait_for(std::chrono::milliseconds(1))) {
    }
    touch();
  }
}

void spawn_is_finished(filch::thread_pool& pool) {
  for (int r = 0; r < rounds; ++r) {
    const auto handle = pool.spawn([r] { fill(r); });
    while (!handle.is_finished()) {
      std::this_thread::yield();
    }
    touch();
  }
}

void spawn_cancel(filch::thread_pool& pool) {
  for (int r = 0; r < rounds; ++r) {
    auto handle = pool.spawn([s = std::make_unique<int>(r)] { touch(); });
    if (!handle.cancel()) {
      handle.wait();
    }
    touch();
  }
}

void spawn_detach(filch::thread_pool& pool) {
  for (int r = 0; r < rounds; ++r) {
    pool.spawn([s = std::make_unique<int>(r)] { return *s; }).detach();
  }
}

void spawn_inside(filch::thread_pool& pool) {
  for (int r = 0; r < rounds; ++r) {
    pool.spawn([&] {
          auto inner = pool.spawn([r = 7] { fill(r); });
          inner.join();
          touch();
        })
        .join();
    touch();
  }
}

void spawn_throws(filch::thread_pool& pool) {
  for (int r = 0; r < rounds; ++r) {
    auto handle = pool.spawn([r]() -> int { throw std::runtime_error(std::to_string(r)); });
    try {
      handle.join();
    } catch (const std::runtime_error& e) {
      expect(e.what() == std::to_string(r));
    }
  }
}

void wait_idle(filch::thread_pool& pool) {
  for (int r = 0; r < rounds; ++r) {
    pool.execute([r] { fill(r); });
    pool.wait_idle();
    touch();
    pool.spawn([r] { fill(r); }).detach();
    pool.wait_idle();
    touch();
    std::thread guest([&] { pool.invoke([] { touch(); }); });
    pool.wait_idle();
    guest.join();
  }
}

void submitted_data(filch::thread_pool& pool) {
  for (int r = 0; r < 1000; ++r) {
    pool.execute([s = std::make_unique<std::string>(std::to_string(r))] { expect(!s->empty()); });
    pool.execute([big = std::array<int, 200>{}] { expect(big[7] == 0); });
  }
  pool.wait_idle();
}

void bulk(filch::thread_pool& pool) {
  for (int r = 0; r < rounds; ++r) {
    auto tasks = std::vector(300, [s = std::string(40, 'b')] { expect(s.size() == 40); });
    expect(pool.execute_bulk(std::move_iterator(tasks.begin()), std::move_iterator(tasks.end())) == 300);
  }
  pool.wait_idle();
}

constexpr part parts[] = {
    {"spawn_join", spawn_join},
    {"spawn_wait", spawn_wait},
    {"spawn_wait_for", spawn_wait_for},
    {"spawn_is_finished", spawn_is_finished},
    {"spawn_cancel", spawn_cancel},
    {"spawn_detach", spawn_detach},
    {"spawn_inside", spawn_inside},
    {"spawn_throws", spawn_throws},
    {"wait_idle", wait_idle},
    {"submitted_data", submitted_data},
    {"bulk", bulk},
};

}  // namespace

std::span<const part> task_parts() { return parts; }
