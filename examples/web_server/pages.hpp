// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "settings.hpp"

#include <boost/beast/http.hpp>

namespace web_server {

using request = boost::beast::http::request<boost::beast::http::string_body>;
using response = boost::beast::http::response<boost::beast::http::string_body>;

/// The answer to a complete request. Blocks for GET /sleep: it runs on a worker.
response answer(const request& asked, const settings& options);

/// The answer to something that is no request. Runs on the I/O thread.
response refusal(boost::beast::http::status status);

}  // namespace web_server
