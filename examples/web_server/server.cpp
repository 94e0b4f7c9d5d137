// SPDX-License-Identifier: BSL-1.0
#include "server.hpp"

#include "connection.hpp"

#include <chrono>
#include <csignal>
#include <memory>
#include <utility>

namespace web_server {
namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

server::server(asio::io_context& io, filch::thread_pool& pool, const settings& options)
    : pool_{pool},
      options_{options},
      acceptor_{io, tcp::endpoint{asio::ip::address_v4::loopback(), options.port}},
      signals_{io, SIGINT, SIGTERM},
      pause_{io} {
  signals_.async_wait([this](error_code error, int) {
    if (!error) stop();
  });
  accept();
}

void server::accept() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (!error) std::make_shared<connection>(std::move(socket), *this)->read();
    if (!acceptor_.is_open()) return;
    if (!error) return accept();
    pause_.expires_after(std::chrono::milliseconds{50});  // out of descriptors, say: others will close
    pause_.async_wait([this](error_code) {
      if (acceptor_.is_open()) accept();
    });
  });
}

void server::request_arrived() {
  if (++count_.requests == options_.requests) stop();
}

void server::stop() {
  acceptor_.close();
  signals_.clear();  // a second signal kills
  signals_.cancel();
}

}  // namespace web_server
