// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace filch_model::arena {

/// While it is open, operator new takes from an arena whose memory is never handed out twice before `reset`, so that
/// the use of a freed object is found instead of hidden.
void open() noexcept;
void close() noexcept;
/// Forgets everything that was allocated in it.
void reset() noexcept;

}  // namespace filch_model::arena
