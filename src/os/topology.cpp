// SPDX-License-Identifier: BSL-1.0
#include "os/topology.hpp"

#include <filch/available_parallelism.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>

#if defined(__linux__)
#include <sched.h>
#endif

namespace filch::inline v0::detail {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// The number that a text begins with; 0 if it does not.
int number_in(const std::string& text) {
  int n = 0;
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}

std::optional<double> smaller(std::optional<double> a, std::optional<double> b) {
  return !a ? b : !b ? a : std::optional(std::min(*a, *b));
}

// A group's limit binds with those of all groups above it.
template <class Limit>
std::optional<double> along_path(const std::string& mount, std::string path, Limit limit) {
  std::optional<double> least;
  for (;;) {
    least = smaller(least, limit(mount + path));
    if (path.empty() || path == "/") {
      return least;
    }
    path.erase(path.rfind('/'));
  }
}

std::optional<double> v2_limit(const std::string& group) { return parse_cpu_max(read_file(group + "/cpu.max")); }

std::optional<double> v1_limit(const std::string& group) {
  const std::string quota = read_file(group + "/cpu.cfs_quota_us");
  return quota.empty() || quota[0] == '-' ? std::nullopt
                                          : parse_cpu_max(quota + " " + read_file(group + "/cpu.cfs_period_us"));
}

}  // namespace

std::optional<double> parse_cpu_max(const std::string& text) {
  std::istringstream in(text);
  double quota = 0;
  double period = 0;
  if (in >> quota >> period && quota > 0 && period > 0) {
    return quota / period;
  }
  return std::nullopt;
}

std::optional<double> cpu_quota() {
  std::optional<double> least;
  std::ifstream groups("/proc/self/cgroup");
  // Each line is "id:controllers:path". A line of cgroups version 2 names no controllers.
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) {
      continue;
    }
    std::string controllers = ",";
    controllers.append(line, first + 1, second - first - 1).append(",");
    const std::string path = line.substr(second + 1);
    if (controllers == ",,") {
      least = smaller(least, along_path("/sys/fs/cgroup", path, v2_limit));
    } else if (controllers.find(",cpu,") != std::string::npos) {
      least = smaller(least, along_path("/sys/fs/cgroup/cpu", path, v1_limit));
    }
  }
  return least;
}

std::vector<int> allowed_cpus() {
  std::vector<int> cpus;
#if defined(__linux__)
  // A mask of the kernel may be larger than cpu_set_t: grow until it fits.
  for (std::size_t n = 1024; n <= 1 << 20; n *= 2) {
    const std::unique_ptr<cpu_set_t, void (*)(cpu_set_t*)> owned(CPU_ALLOC(n), [](cpu_set_t* s) { CPU_FREE(s); });
    cpu_set_t* const set = owned.get();
    const std::size_t bytes = CPU_ALLOC_SIZE(n);
    const bool fits = set != nullptr && sched_getaffinity(0, bytes, set) == 0;
    for (std::size_t cpu = 0; fits && cpu < n; ++cpu) {
      if (CPU_ISSET_S(cpu, bytes, set)) {
        cpus.push_back(static_cast<int>(cpu));
      }
    }
    if (fits) {
      break;
    }
  }
#endif
  return cpus;
}

int only_allowed_cpu() noexcept {
  try {
    const std::vector<int> cpus = allowed_cpus();
    return cpus.size() == 1 ? cpus.front() : -1;
  } catch (...) {  // no memory for the list
    return -1;
  }
}

int current_cpu() noexcept {
#if defined(__linux__)
  return sched_getcpu();
#else
  return -1;
#endif
}

cpu_location location_of(int cpu, const std::string& root) {
  cpu_location location;
  const std::string description = root + "/cpu" + std::to_string(cpu);
  // Caches are numbered from the nearest on. The list of those who share one begins with the lowest: it gives its name.
  for (int level = 0;; ++level) {
    const std::string sharing = read_file(description + "/cache/index" + std::to_string(level) + "/shared_cpu_list");
    if (sharing.empty()) {
      break;
    }
    location.cache = number_in(sharing);
  }
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(description, none)) {
    const std::string name = entry.path().filename().string();
    if (name.rfind("node", 0) == 0) {
      location.node = number_in(name.substr(4));
    }
  }
  return location;
}

std::size_t parallelism_from(std::size_t cpus, std::optional<double> quota) noexcept {
  const double limit = quota ? std::min(std::ceil(*quota), static_cast<double>(cpus)) : static_cast<double>(cpus);
  return std::max<std::size_t>(1, static_cast<std::size_t>(limit));
}

}  // namespace filch::inline v0::detail

namespace filch::inline v0 {

std::size_t available_parallelism() noexcept {
  try {
    std::size_t cpus = detail::allowed_cpus().size();
    if (cpus == 0) {
      cpus = std::thread::hardware_concurrency();
    }
    return detail::parallelism_from(cpus, detail::cpu_quota());
  } catch (...) {  // no memory for the lists
    return std::max<std::size_t>(1, std::thread::hardware_concurrency());
  }
}

}  // namespace filch::inline v0
