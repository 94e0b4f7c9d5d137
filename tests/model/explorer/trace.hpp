// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <iosfwd>
#include <set>
#include <string>
#include <vector>

#include "explorer/run.hpp"

namespace filch_model {

/// A line for each step: thread, operation, value, and where it stands in the source, with its label.
[[nodiscard]] std::string readable_trace(const run& r);

/// The choices of an execution as text, and back: `thread:store`, with `s` for an exchange that succeeded and `e` for a
/// futex wait that ended early.
[[nodiscard]] std::string schedule_of(const std::vector<event>& events);
[[nodiscard]] bool read_step(std::istream& in, thread_id& t, choice& c);

/// The same text for equal executions, whatever their traces, and for no others: which store each load read, and the
/// order of the stores to each object.
[[nodiscard]] std::string identity_of(const run& r);

/// The label of the operation at a place in the source, from the comment above it; the last one there if `last`. Empty
/// if there is none, or no such file.
[[nodiscard]] std::string label_at(const site& at, bool last);

/// All labels that a source file gives.
[[nodiscard]] std::set<std::string> labels_in(const std::string& file);

[[nodiscard]] const char* name_of(std::memory_order order);

}  // namespace filch_model
