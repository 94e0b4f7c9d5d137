// SPDX-License-Identifier: BSL-1.0
#include "pool/unhandled_line.hpp"

#include <array>
#include <cstddef>

#include "os/standard_error.hpp"

namespace filch::inline v0::detail {
namespace {

/// A line of at most 512 bytes.
class one_line {
 public:
  /// At most `most` bytes of `text`, and as many as there is room for.
  void add(std::string_view text, std::size_t most = room) noexcept {
    const std::size_t start = size_;
    for (const char c : text) {
      if (size_ - start == most || size_ == room) {
        cut_off(start);
        return;
      }
      const auto byte = static_cast<unsigned char>(c);
      bytes_[size_++] = byte < 0x20 || byte == 0x7F ? ' ' : c;
    }
  }

  void print() noexcept {
    bytes_[size_] = '\n';
    write_to_standard_error({bytes_.data(), size_ + 1});
  }

 private:
  static constexpr std::size_t room = 511;

  // In place of the last bytes comes an ellipsis, and of no character a half is left (UTF-8).
  void cut_off(std::size_t start) noexcept {
    constexpr std::string_view ellipsis = "...";
    size_ = size_ - start > ellipsis.size() ? size_ - ellipsis.size() : start;
    while (size_ != start && (static_cast<unsigned char>(bytes_[size_]) & 0xC0U) == 0x80U) {
      --size_;
    }
    for (const char c : ellipsis) {
      if (size_ != room) {
        bytes_[size_++] = c;
      }
    }
  }

  std::array<char, room + 1> bytes_{};
  std::size_t size_ = 0;
};

}  // namespace

void print_unhandled(std::string_view pool, const std::exception_ptr& error) noexcept {
  one_line line;
  line.add("filch: unhandled exception in pool \"");
  line.add(pool, 64);
  line.add("\": ");
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    const char* const what = e.what();
    line.add(what != nullptr ? what : "no text");
  } catch (...) {
    line.add("not a std::exception");
  }
  line.print();
}

}  // namespace filch::inline v0::detail
