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

// A model and the number of its executions.
struct sized_model {
  const model* what;
  std::size_t executions;
};

// The smallest model that fails with the weakening; null if none does. `models` has the small ones first: a large model
// takes seconds, and most weakenings are noticed by a small one.
const model* who_notices(const weakening& w, const std::vector<sized_model>& models) {
  const with_weakening weaker(w);
  const auto found = std::find_if(models.begin(), models.end(),
                                  [](const sized_model& m) { return !explore(m.what->scenario).failure.empty(); });
  return found == models.end() ? nullptr : found->what;
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
  std::vector<sized_model> small_first;
  {
    const note_orders noting;
    for (const model& m : models) {
      small_first.push_back({&m, explore(m.scenario).executions});
    }
    all = noting.steps_down();
  }
  std::sort(small_first.begin(), small_first.end(), [](const sized_model& a, const sized_model& b) {
    return a.executions != b.executions ? a.executions < b.executions : a.what < b.what;
  });
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
    const model* const by = who_notices(w, small_first);
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
  // Of a large model the executions without reduction are a part, of which the reduced exploration must meet each
  // trace. A model with too many executions even when they are reduced would take minutes, and is left out.
  constexpr std::size_t most_unreduced = 5'000;
  constexpr std::size_t most_reduced = 30'000;
  std::vector<std::string> harmed;
  std::size_t compared = 0;
  std::size_t whole = 0;
  std::size_t traces = 0;
  for (const model& m : models) {
    std::set<std::string> seen;
    const report without = explore(m.scenario, {.executions = most_unreduced,
                                                .reduce = false,
                                                .see = [&seen](const run& r) { seen.insert(identity_of(r)); }});
    std::set<std::string> missed = seen;
    bool is_new = false;
    const report with = explore(m.scenario, {.executions = most_reduced, .see = [&](const run& r) {
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
