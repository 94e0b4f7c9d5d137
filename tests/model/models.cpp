// SPDX-License-Identifier: BSL-1.0
#include "models.hpp"

#include <algorithm>
#include <cstdio>
#include <set>

#include "explorer/orders.hpp"
#include "explorer/trace.hpp"

namespace filch_model {
namespace {

std::string file_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

std::string describe(const weakening& w) {
  const std::string label = label_at({w.file.c_str(), w.line}, w.which == operand::failure);
  return label + ": " + name_of(w.from) + " to " + name_of(w.to);
}

// The first model that fails with it; null if none does.
const model* who_notices(const weakening& w, const std::vector<model>& models) {
  const with_weakening weaker(w);
  const auto found =
      std::find_if(models.begin(), models.end(), [](const model& m) { return !explore(m.scenario).failure.empty(); });
  return found == models.end() ? nullptr : &*found;
}

}  // namespace

std::string explore_models(const std::vector<model>& models) {
  std::string problems;
  for (const model& m : models) {
    const report r = explore(m.scenario);
    std::printf("  %-58s %9zu executions (%zu cut), %s, %.2f s\n", m.name, r.executions, r.cut,
                !r.failure.empty() ? "FAILED"
                : r.complete       ? "complete"
                                   : "bounded",
                r.seconds);
    std::fflush(stdout);
    if (!r.failure.empty()) {
      problems += std::string(m.name) + ": " + r.failure + "\n" + r.trace + "replay: " + r.schedule + "\n";
    } else if (!r.complete) {
      problems += std::string(m.name) + ": not every execution was seen\n";
    }
  }
  return problems;
}

std::vector<std::string> unnoticed_weakenings(const std::vector<model>& models, const std::vector<std::string>& files) {
  std::vector<weakening> all;
  {
    const note_orders noting;
    for (const model& m : models) {
      static_cast<void>(explore(m.scenario));
    }
    all = noting.steps_down();
  }
  std::vector<std::string> unnoticed;
  std::size_t tried = 0;
  std::set<std::string> given;
  std::set<std::string> met;
  std::set<std::string> files_met;
  for (const weakening& w : all) {
    if (std::find(files.begin(), files.end(), file_name(w.file)) == files.end()) {
      continue;
    }
    ++tried;
    files_met.insert(file_name(w.file));
    given.merge(labels_in(w.file));
    met.insert(label_at({w.file.c_str(), w.line}, w.which == operand::failure));
    const model* const by = who_notices(w, models);
    std::printf("  %-30s %s:%d %s%s\n", describe(w).c_str(), file_name(w.file).c_str(), w.line,
                by != nullptr ? "caught by " : "NOT NOTICED", by != nullptr ? by->name : "");
    std::fflush(stdout);
    if (by == nullptr) {
      unnoticed.push_back(describe(w));
    }
  }
  for (const std::string& file : files) {
    if (files_met.count(file) == 0) {
      unnoticed.push_back(file + ": no model comes there");
    }
  }
  for (const std::string& label : given) {
    if (met.count(label) == 0) {
      unnoticed.push_back(label + ": no model comes there");
    }
  }
  std::printf("  weaker orders: %zu of %zu caught\n", tried - unnoticed.size(), tried);
  return unnoticed;
}

std::vector<std::string> models_that_reduction_harms(const std::vector<model>& models) {
  constexpr std::size_t most_executions = 20'000;
  std::vector<std::string> harmed;
  constexpr std::size_t most_large = 2;
  std::size_t large = 0;
  std::size_t compared = 0;
  std::size_t whole = 0;
  std::size_t traces = 0;
  for (const model& m : models) {
    std::set<std::string> seen;
    const report without = explore(m.scenario, {.executions = most_executions,
                                                .reduce = false,
                                                .see = [&seen](const run& r) { seen.insert(identity_of(r)); }});
    // Of a large model these are a part, of which the reduced exploration must meet each trace too. It takes long.
    if (!without.complete && large == most_large) {
      continue;
    }
    large += without.complete ? 0U : 1U;
    std::set<std::string> missed = seen;
    bool is_new = false;
    const report with = explore(m.scenario, {.see = [&](const run& r) {
                                  const std::string trace = identity_of(r);
                                  missed.erase(trace);
                                  is_new = is_new || seen.count(trace) == 0;
                                }});
    if (!with.complete) {
      continue;
    }
    ++compared;
    whole += without.complete ? 1U : 0U;
    traces += seen.size();
    if (!missed.empty() || (without.complete && is_new)) {
      harmed.emplace_back(m.name);
    }
  }
  if (compared == 0 || traces == 0) {
    harmed.emplace_back("no model was compared");
  }
  std::printf("  reduction: %zu of %zu models compared with %zu traces, %zu models with all of theirs\n", compared,
              models.size(), traces, whole);
  return harmed;
}

}  // namespace filch_model
