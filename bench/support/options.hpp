// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <vector>

namespace filch_bench {

/// What the command line asks for, beyond Google Benchmark's own flags.
struct options {
  std::vector<std::size_t> threads{1, 2, 16};  ///< sizes of the pools
  bool pin = false;                            ///< main on CPU 0, k-th worker (from 1) on CPU k mod n
  bool progress = false;                       ///< names the running cell on stderr
  std::size_t samples = 200;                   ///< wake-ups per repetition of `wake`
};

/// Takes the suite's own flags out of argv; throws std::invalid_argument that names a bad one.
[[nodiscard]] options take_options(int& argc, char** argv);

}  // namespace filch_bench
