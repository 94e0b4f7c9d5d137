// SPDX-License-Identifier: BSL-1.0
// expect: a stage of a pipeline is called with what the stage before it returned
#include <filch/pipeline.hpp>

#include <optional>
#include <string>

int main() {
  filch::parallel_pipeline(4, filch::stage{filch::serial, [] { return std::optional<int>(); }},
#if defined(FILCH_FAULT)
                           filch::stage{filch::parallel, [](const std::string& s) { return s; }},
#else
                           filch::stage{filch::parallel, [](int i) { return std::to_string(i); }},
#endif
                           filch::stage{filch::serial_in_order, [](const std::string&) {}});
}
