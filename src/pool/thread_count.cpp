// SPDX-License-Identifier: BSL-1.0
#include "pool/thread_count.hpp"

#include <filch/available_parallelism.hpp>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <stdexcept>

#include "os/topology.hpp"

namespace filch::inline v0::detail {
namespace {

constexpr const char* variable = "FILCH_NUM_THREADS";

// 0 if it is not set.
std::size_t from_environment() {
  const char* const text = std::getenv(variable);
  if (text == nullptr || *text == '\0') {
    return 0;
  }
  std::size_t n = 0;
  const char* const end = text + std::strlen(text);
  const auto [rest, error] = std::from_chars(text, end, n);
  if (error != std::errc{} || rest != end || n == 0) {
    throw std::invalid_argument(std::string("filch: the environment variable ") + variable + " is \"" + text +
                                "\"; it must be a whole number of threads, at least 1, or unset");
  }
  return n;
}

}  // namespace

thread_count resolve_thread_count(std::optional<std::size_t> requested) {
  if (requested == std::size_t{0}) {
    throw std::invalid_argument("filch: a pool needs at least 1 thread, not 0");
  }
  const std::size_t cpus = allowed_cpus().size();
  const std::optional<double> quota = cpu_quota();
  const std::size_t variable_says = requested ? 0 : from_environment();
  const std::size_t n = requested ? *requested : variable_says != 0 ? variable_says : available_parallelism();
  std::ostringstream reason;
  reason << n << (n == 1 ? " worker: " : " workers: ") << "mask ";
  if (cpus != 0) {
    reason << cpus;
  } else {
    reason << "unknown";
  }
  if (quota) {
    reason << ", quota " << *quota;
  }
  if (requested) {
    reason << ", asked for " << *requested;
  } else if (variable_says != 0) {
    reason << ", " << variable << '=' << variable_says;
  }
  return {n, reason.str()};
}

}  // namespace filch::inline v0::detail
