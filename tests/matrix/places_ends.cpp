// SPDX-License-Identifier: BSL-1.0
// Places in destructors that run when a thread or the program ends.
#include <cstdlib>
#include <thread>

#include "cell.hpp"
#include "ends.hpp"

namespace matrix {
namespace {

struct called_at_the_end {
  cell* which = nullptr;
  ~called_at_the_end() {
    if (which != nullptr) {
      which->call();
    }
  }
};

thread_local called_at_the_end end_of_thread;

// The last to be destroyed of this file's, and the main thread's thread_local objects are gone by then.
struct ends_program {
  cell* which = nullptr;
  ~ends_program() {
    if (which != nullptr) {
      which->call();
      which->end();
      std::_Exit(static_cast<char>(which->result()));
    }
  }
};

ends_program end_of_program;

}  // namespace

void in_thread_local_outside(cell& c) {
  filch::thread_pool& pool = c.make_pool({.threads = 2});
  std::thread([&] {
    end_of_thread.which = &c;
    pool.spawn([] {}).join();
  }).join();
  c.end();
}

void in_thread_local_of_worker(cell& c) {
  filch::thread_pool& pool = c.make_pool({.threads = 2});
  pool.spawn([&c] { end_of_thread.which = &c; }).join();
  pool.wait_idle();
  end_workers(c);
  c.end();
}

void arrange_static_destructor(verb v) {
  auto* const c = new cell(v);
  c->make_pool({.threads = 2});
  end_of_program.which = c;
}

}  // namespace matrix
