// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "settings.hpp"

#include <filch/thread_pool.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <vector>

namespace web_server {

struct counters {
  std::size_t requests = 0;    // complete ones; each was one pool.execute
  std::size_t refused = 0;     // no HTTP, or too long; answered by the I/O thread
  std::size_t timed_out = 0;   // no complete request before the deadline
  std::size_t left_early = 0;  // closed by the client before the request was complete
};

/// Accepts connections until a signal or the last request; those accepted by then are still answered.
class server {
 public:
  server(boost::asio::io_context& io, filch::thread_pool& pool, const settings& options);
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  void request_arrived();
  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  [[nodiscard]] const settings& options() const noexcept { return options_; }
  [[nodiscard]] filch::thread_pool& pool() noexcept { return pool_; }
  [[nodiscard]] counters& count() noexcept { return count_; }
  /// Where the I/O thread reads what nobody wants; shared, and large, as it may be much.
  [[nodiscard]] boost::asio::mutable_buffer waste() noexcept { return boost::asio::buffer(waste_); }

 private:
  void accept();
  void stop();

  filch::thread_pool& pool_;
  const settings options_;
  counters count_;
  std::vector<char> waste_ = std::vector<char>(1 << 18);
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer pause_;
};

}  // namespace web_server
