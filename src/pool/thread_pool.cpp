// SPDX-License-Identifier: BSL-1.0
#include <filch/thread_pool.hpp>

#include <new>
#include <optional>
#include <stdexcept>
#include <utility>

#include "pool/pool_error.hpp"
#include "pool/pool_state.hpp"

namespace filch::inline v0 {
namespace {

pool_options with_threads(std::size_t n) {
  pool_options options;
  options.threads = n;
  return options;
}

}  // namespace

thread_pool::thread_pool() : thread_pool(pool_options{}) {}

thread_pool::thread_pool(std::size_t threads) : thread_pool(with_threads(threads)) {}

thread_pool::thread_pool(pool_options options) { detail::pool_state::start(*this, std::move(options)); }

thread_pool::~thread_pool() { state_->abandon(); }

std::unique_ptr<thread_pool> thread_pool::build(pool_options options, std::error_code& ec) {
  ec.clear();
  try {
    return std::make_unique<thread_pool>(std::move(options));
  } catch (const std::system_error& e) {
    ec = detail::pool_error(e.what(), e.code().default_error_condition());
  } catch (const std::invalid_argument& e) {
    ec = detail::pool_error(e.what(), std::make_error_condition(std::errc::invalid_argument));
  } catch (const std::bad_alloc&) {
    ec = std::make_error_code(std::errc::not_enough_memory);
  }
  return nullptr;
}

void thread_pool::wait_until_idle() { static_cast<void>(state_->wait_idle(std::nullopt)); }

bool thread_pool::wait_until_idle(detail::steady_clock::time_point deadline) { return state_->wait_idle(deadline); }

void thread_pool::close() {
  if (state_->is_default) {
    throw usage_error("filch: close() was called on default_pool(), which cannot be closed");
  }
  state_->close();
}

shutdown_report thread_pool::shutdown(shutdown_mode mode) { return state_->shutdown(mode); }

shutdown_report thread_pool::shutdown_until(detail::steady_clock::time_point deadline) {
  return state_->shutdown_until(deadline);
}

void thread_pool::trim() { state_->trim(); }

void thread_pool::set_idle_policy(idle_policy idle) noexcept { state_->team().set_spin(idle.spin); }

std::size_t thread_pool::pending() const {
  if (!state_->bound().active()) {
    throw usage_error("filch: pending() was called on a pool without max_pending, which does not count its tasks");
  }
  return state_->bound().taken();
}

std::size_t thread_pool::thread_count() const noexcept { return state_->team().size(); }

pool_metrics thread_pool::metrics() const { return state_->metrics(); }

std::string thread_pool::describe() const { return state_->reason(); }

}  // namespace filch::inline v0
