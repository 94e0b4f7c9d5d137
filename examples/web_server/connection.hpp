// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "pages.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>

#include <memory>

namespace web_server {

class server;

/// One accepted connection: reads one request, lets a worker answer it, writes the answer, closes.
/// Everything but `answer` runs on the I/O thread. Pending operations and the task keep it alive.
class connection : public std::enable_shared_from_this<connection> {
 public:
  connection(boost::asio::ip::tcp::socket socket, server& owner);
  void read();

 private:
  void refuse(boost::beast::error_code error);
  void submit();
  void write(response page);
  void close_gently();
  void discard_input();

  server& server_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  boost::beast::http::request_parser<boost::beast::http::string_body> parser_;
  response page_;
};

}  // namespace web_server
