// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/context/detail/fcontext.hpp>
#include <cstddef>
#include <memory>

namespace filch_model {

/// A stack that runs a function in turns with the code that resumes it. It can be started anew at any time: the frames
/// of an unfinished function are then forgotten without being unwound. (Boost.Context's own fiber class unwinds by an
/// exception, which the scheduler's noexcept functions would not let through; hence its lower half.)
class fiber {
 public:
  using body = void (*)(void* argument);

  void start(body f, void* argument) {
    body_ = f;
    argument_ = argument;
    finished_ = false;
    context_ = boost::context::detail::make_fcontext(stack_.get() + stack_size, stack_size, &enter);
  }

  /// Runs it until it suspends itself or ends.
  void resume() { context_ = boost::context::detail::jump_fcontext(context_, this).fctx; }

  /// From inside: goes back to whoever resumed it.
  void suspend() { resumer_ = boost::context::detail::jump_fcontext(resumer_, nullptr).fctx; }

  [[nodiscard]] bool finished() const noexcept { return finished_; }

 private:
  static constexpr std::size_t stack_size = 128 * 1024;

  static void enter(boost::context::detail::transfer_t from) {
    auto* const self = static_cast<fiber*>(from.data);
    self->resumer_ = from.fctx;
    self->body_(self->argument_);
    self->finished_ = true;
    for (;;) {
      self->suspend();
    }
  }

  std::unique_ptr<std::byte[]> stack_{new std::byte[stack_size]};
  boost::context::detail::fcontext_t context_ = nullptr;
  boost::context::detail::fcontext_t resumer_ = nullptr;
  body body_ = nullptr;
  void* argument_ = nullptr;
  bool finished_ = true;
};

}  // namespace filch_model
