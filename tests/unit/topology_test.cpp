// SPDX-License-Identifier: BSL-1.0
#include "src/os/topology.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include <unistd.h>

#include <filch/available_parallelism.hpp>

#include "support/catch.hpp"

using namespace filch::detail;

TEST_CASE("cpu.max of a control group") {
  REQUIRE(parse_cpu_max("50000 100000\n") == 0.5);
  REQUIRE(parse_cpu_max("350000 100000") == 3.5);
  for (const char* text : {"max 100000\n", "", "\n", "50000", "0 100000", "50000 0", "-1 100000", "x y"}) {
    INFO(text);
    REQUIRE_FALSE(parse_cpu_max(text));
  }
}

TEST_CASE("a quota is rounded up and bounded by the mask") {
  REQUIRE(parallelism_from(8, std::nullopt) == 8);
  REQUIRE(parallelism_from(8, 3.5) == 4);
  REQUIRE(parallelism_from(8, 3.0) == 3);
  REQUIRE(parallelism_from(8, 0.1) == 1);
  REQUIRE(parallelism_from(2, 16.0) == 2);
  REQUIRE(parallelism_from(0, std::nullopt) == 1);
  REQUIRE(parallelism_from(0, 0.5) == 1);
}

TEST_CASE("this machine") {
  REQUIRE(filch::available_parallelism() >= 1);
  const auto cpus = allowed_cpus();
  REQUIRE(std::is_sorted(cpus.begin(), cpus.end()));
#if defined(__linux__)
  REQUIRE_FALSE(cpus.empty());
  REQUIRE(filch::available_parallelism() <= cpus.size());
#endif
}

TEST_CASE("the location of a CPU is read from the system's description") {
  namespace fs = std::filesystem;
  const fs::path root = fs::temp_directory_path() / ("filch_topology_" + std::to_string(::getpid()));
  const auto describe = [&](const std::string& file, const std::string& text) {
    fs::create_directories((root / file).parent_path());
    std::ofstream(root / file) << text;
  };
  describe("cpu5/cache/index0/shared_cpu_list", "5\n");
  describe("cpu5/cache/index1/shared_cpu_list", "4-7,12-15\n");
  fs::create_directories(root / "cpu5/node1");
  const filch::detail::cpu_location location = filch::detail::location_of(5, root.string());
  const filch::detail::cpu_location unknown = filch::detail::location_of(6, root.string());
  fs::remove_all(root);
  REQUIRE(location.cache == 4);
  REQUIRE(location.node == 1);
  REQUIRE(unknown.cache == 0);
  REQUIRE(unknown.node == 0);
}
