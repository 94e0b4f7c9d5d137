// SPDX-License-Identifier: BSL-1.0
#include "connection.hpp"

#include "server.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace web_server {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace {

constexpr std::size_t header_limit = 16 * 1024;
constexpr std::size_t body_limit = 64 * 1024;

}  // namespace

connection::connection(asio::ip::tcp::socket socket, server& owner)
    : server_{owner}, stream_{std::move(socket)}, buffer_{header_limit + body_limit} {
  parser_.header_limit(header_limit);
  parser_.body_limit(body_limit);
}

void connection::read() {
  stream_.expires_after(server_.options().deadline);  // one deadline for the whole request, not one for each byte
  http::async_read(stream_, buffer_, parser_, [self = shared_from_this()](beast::error_code error, std::size_t) {
    error ? self->refuse(error) : self->submit();
  });
}

void connection::refuse(beast::error_code error) {
  auto& count = server_.count();
  if (error == beast::error::timeout) {
    ++count.timed_out;
  } else if (error == http::error::end_of_stream || error == http::error::partial_message) {
    ++count.left_early;
  } else if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    ++count.refused;
    write(refusal(http::status::request_header_fields_too_large));
  } else if (error == http::error::body_limit) {
    ++count.refused;
    write(refusal(http::status::payload_too_large));
  } else if (error.category() == http::make_error_code(http::error::bad_method).category()) {
    ++count.refused;
    write(refusal(http::status::bad_request));
  } else {
    ++count.left_early;
  }
}

void connection::submit() {
  server_.request_arrived();
  // The guard keeps the I/O thread running while no operation is pending; the answer returns to that thread.
  server_.pool().execute([self = shared_from_this(), guard = asio::make_work_guard(stream_.get_executor())]() mutable {
    auto page = answer(self->parser_.get(), self->server_.options());
    asio::post(guard.get_executor(),
               [self = std::move(self), page = std::move(page)]() mutable { self->write(std::move(page)); });
  });
}

void connection::write(response page) {
  page_ = std::move(page);
  stream_.expires_after(server_.options().deadline);
  http::async_write(stream_, page_, [self = shared_from_this()](beast::error_code error, std::size_t) {
    if (!error) self->close_gently();
  });
}

// Closing while input is unread resets the connection, and the client may lose the answer: read until it closes
// or the deadline of the answer is over.
void connection::close_gently() {
  beast::error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  discard_input();
}

void connection::discard_input() {
  stream_.async_read_some(server_.waste(), [self = shared_from_this()](beast::error_code error, std::size_t) {
    if (!error) self->discard_input();
  });
}

}  // namespace web_server
