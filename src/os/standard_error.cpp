// SPDX-License-Identifier: BSL-1.0
#include "os/standard_error.hpp"

#include <cerrno>

#if defined(_WIN32)
#include <io.h>
#else
#include <unistd.h>
#endif

namespace filch::inline v0::detail {

void write_to_standard_error(std::string_view text) noexcept {
  const int before = errno;  // a task may look at it after the call in which filch reports something
#if defined(_WIN32)
  static_cast<void>(::_write(2, text.data(), static_cast<unsigned>(text.size())));
#else
  const auto written = ::write(STDERR_FILENO, text.data(), text.size());
  static_cast<void>(written);
#endif
  errno = before;
}

}  // namespace filch::inline v0::detail
