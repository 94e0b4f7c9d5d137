// SPDX-License-Identifier: BSL-1.0
#include "pool/pool_error.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <new>
#include <string>

#include "base/process_locks.hpp"

namespace filch::inline v0::detail {
namespace {

struct known_error {
  std::string text;
  std::error_condition condition;

  bool operator==(const known_error&) const = default;
};

// Code n is the error at n - 1, for 0 means none. Guarded by locks.pool_errors; an error that is in stays as it is.
constexpr std::size_t most_errors = 64;
constinit std::array<const known_error*, most_errors> known_errors{};

const known_error* find(int code) noexcept {
  const auto at = static_cast<std::size_t>(code) - 1;
  const std::lock_guard lock(locks.pool_errors);
  return at < most_errors ? known_errors[at] : nullptr;
}

// 0: there is no room.
int code_of(std::unique_ptr<const known_error> error) noexcept {
  const std::lock_guard lock(locks.pool_errors);
  for (std::size_t i = 0; i < most_errors; ++i) {
    if (known_errors[i] == nullptr) {
      known_errors[i] = error.release();
      return static_cast<int>(i) + 1;
    }
    if (*known_errors[i] == *error) {
      return static_cast<int>(i) + 1;
    }
  }
  return 0;
}

class error_category final : public std::error_category {
 public:
  constexpr error_category() noexcept = default;

  const char* name() const noexcept override { return "filch"; }
  std::string message(int code) const override {
    const known_error* const e = find(code);
    return e != nullptr ? e->text : "filch: no error of this number";
  }
  std::error_condition default_error_condition(int code) const noexcept override {
    const known_error* const e = find(code);
    return e != nullptr ? e->condition : std::error_condition(code, *this);
  }
};

// Never destroyed: codes may be looked at when the process ends.
union undestroyed_category {
  constexpr undestroyed_category() noexcept : category() {}
  ~undestroyed_category() {}
  error_category category;
};
constinit const undestroyed_category the;

}  // namespace

std::error_code pool_error(const char* text, const std::error_condition& condition) noexcept {
  int code = 0;
  try {
    code = code_of(std::make_unique<const known_error>(known_error{text, condition}));
  } catch (const std::bad_alloc&) {  // then without the text
  }
  return code != 0 ? std::error_code(code, the.category) : std::error_code(condition.value(), condition.category());
}

}  // namespace filch::inline v0::detail
