// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "explorer/explorer.hpp"

namespace filch_model {

struct model {
  const char* name;
  std::function<void()> scenario;
};

/// Explores each and prints a line for it. Returns what went wrong; empty if every execution of every model was right
/// and none was left out.
[[nodiscard]] std::string explore_models(const std::vector<model>& models);

/// Makes each memory order of `files` that the models meet one step weaker, one at a time, and looks which model fails.
/// Prints a line for each. Returns those that no model noticed, as "label: order to order".
[[nodiscard]] std::vector<std::string> unnoticed_weakenings(const std::vector<model>& models,
                                                            const std::vector<std::string>& files);

/// Explores the models once more without reduction, the large ones in part. Returns those of which the reduction loses
/// an execution; or that none was compared.
[[nodiscard]] std::vector<std::string> models_that_reduction_harms(const std::vector<model>& models);

}  // namespace filch_model
