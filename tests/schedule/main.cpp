// SPDX-License-Identifier: BSL-1.0
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "controlled/coverage.hpp"
#include "controlled/faults.hpp"
#include "controlled/report.hpp"
#include "controlled/scheduler.hpp"
#include "controlled/strategy.hpp"
#include "scenario.hpp"

// Runs the scenarios, each under several strategies, in child processes: what a schedule leaves behind when it fails
// cannot be cleared away.

namespace {

struct settings {
  std::uint64_t schedules = 500;  // for each scenario and strategy
  std::uint64_t seed = 1;
  std::vector<std::string> strategies{"walk20", "walk100", "pct2", "pct3"};
  std::string only;           // part of a scenario's name
  std::size_t searches = 0;   // how often each failure is searched for, for the median
  bool one_process_each = false;
  int cpu = 0;                // which of those that the process may use
  std::size_t part = 0;       // of the scenarios, when several processes share them
  std::size_t parts = 1;
  std::string sites_file;
};

[[noreturn]] void usage() {
  std::puts(
      "usage: schedule_test [--scenario PART-OF-NAME] [--strategy NAME] [--schedules N] [--seed N]\n"
      "                     [--find TIMES] [--each-alone] [--cpu N] [--part K N] [--sites FILE] [--list]\n"
      "Runs the scenarios under walk20, walk100, pct2 and pct3, N schedules each (500).\n"
      "--strategy also knows pct1, pct4 and dfs2, which enumerates the schedules with two preemptions.\n"
      "--find prints after how many schedules a failure is found: the median of TIMES searches of at most "
      "N schedules.\n"
      "--each-alone runs each schedule in a process of its own.\n"
      "--cpu runs on the Nth CPU (0): threads that hand the baton to each other are faster on one.\n"
      "--part runs every Nth scenario, from the Kth on (K below N).\n"
      "--sites writes the addresses that made a step, and whether another thread went on there.");
  std::exit(2);
}

settings parse(int count, char** arguments) {
  settings s;
  for (int i = 1; i < count; ++i) {
    const std::string name = arguments[i];
    const auto value = [&]() -> std::string {
      if (i + 1 == count) {
        usage();
      }
      return arguments[++i];
    };
    if (name == "--scenario") {
      s.only = value();
    } else if (name == "--strategy") {
      s.strategies = {value()};
      if (controlled::make_strategy(s.strategies[0]) == nullptr) {
        usage();
      }
    } else if (name == "--schedules") {
      s.schedules = std::strtoull(value().c_str(), nullptr, 10);
    } else if (name == "--seed") {
      s.seed = std::strtoull(value().c_str(), nullptr, 10);
    } else if (name == "--find") {
      s.searches = static_cast<std::size_t>(std::atoi(value().c_str()));
    } else if (name == "--each-alone") {
      s.one_process_each = true;
    } else if (name == "--cpu") {
      s.cpu = std::atoi(value().c_str());
    } else if (name == "--part") {
      s.part = std::strtoull(value().c_str(), nullptr, 10);
      s.parts = std::max<std::size_t>(1, std::strtoull(value().c_str(), nullptr, 10));
    } else if (name == "--sites") {
      s.sites_file = value();
    } else if (name == "--list") {
      for (const auto& scenario : schedule::scenarios()) {
        std::puts(scenario.name);
      }
      std::exit(0);
    } else {
      usage();
    }
  }
  return s;
}

// Shared with the child processes.
struct progress {
  std::uint64_t schedules;  // of the batch that runs, begun
};
progress* shared_progress = nullptr;

void call_body(void* scenario) {
  try {
    static_cast<const schedule::scenario*>(scenario)->body();
  } catch (const std::exception& e) {
    controlled::fail(std::string("an exception left the scenario: ") + e.what());
  } catch (...) {
    controlled::fail("an exception left the scenario");
  }
}

void run_one(const schedule::scenario& scenario, controlled::strategy& chooses) {
  controlled::faults() = {};
  controlled::scheduler::get().run(chooses, &call_body, const_cast<schedule::scenario*>(&scenario));
}

// In a child process.
[[noreturn]] void run_batch(const schedule::scenario& scenario, const std::string& name, std::uint64_t first_seed,
                            std::uint64_t schedules) {
  controlled::watch(static_cast<unsigned>(60 + schedules / 50));
  const auto chooses = controlled::make_strategy(name);
  const auto first = controlled::make_strategy("walk100");
  const auto replay = [&](const std::string& strategy, std::uint64_t seed) {
    controlled::set_replay_line(std::string("schedule_test --scenario ") + scenario.name + " --strategy " + strategy +
                                " --seed " + std::to_string(seed) + " --schedules 1");
  };
  // The first run makes what lives as long as the process, and tells how long a schedule is.
  replay("walk100", 0);
  first->begin(0);
  shared_progress->schedules = 1;
  run_one(scenario, *first);
  chooses->expect_steps(controlled::scheduler::get().steps());
  for (std::uint64_t i = 0; i < schedules; ++i) {
    replay(name, first_seed + i);
    if (!chooses->begin(first_seed + i)) {
      break;
    }
    ++shared_progress->schedules;
    run_one(scenario, *chooses);
  }
  std::fflush(stdout);
  std::_Exit(0);
}

struct outcome {
  bool failed;
  std::uint64_t schedules;
};

// `quiet`: the report of a failure is not wanted.
outcome in_child(const schedule::scenario& scenario, const std::string& strategy, std::uint64_t seed,
                 std::uint64_t schedules, bool quiet) {
  std::fflush(stdout);
  shared_progress->schedules = 0;
  const pid_t child = ::fork();
  if (child == 0) {
    if (quiet) {
      controlled::be_silent();
    }
    run_batch(scenario, strategy, seed, schedules);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return {status != 0, shared_progress->schedules};
}

outcome run_batches(const schedule::scenario& scenario, const std::string& strategy, const settings& s,
                    std::uint64_t seed, bool quiet) {
  if (!s.one_process_each) {
    return in_child(scenario, strategy, seed, s.schedules, quiet);
  }
  for (std::uint64_t i = 0; i < s.schedules; ++i) {
    if (in_child(scenario, strategy, seed + i, 1, quiet).failed) {
      return {true, i + 1};
    }
  }
  return {false, s.schedules};
}

// After how many schedules the failure is found, by the median of several searches.
void print_search(const schedule::scenario& scenario, const settings& s) {
  std::printf("%-60s", scenario.name);
  for (const std::string& strategy : s.strategies) {
    std::vector<std::uint64_t> found;
    std::size_t times = 0;
    for (std::size_t i = 0; i < s.searches; ++i) {
      const outcome o = run_batches(scenario, strategy, s, s.seed + i * 1'000'003, true);
      times += o.failed ? 1 : 0;
      found.push_back(o.failed ? o.schedules : ~std::uint64_t{0});
    }
    std::sort(found.begin(), found.end());
    if (times * 2 > s.searches) {
      std::printf(" %8llu", static_cast<unsigned long long>(found[found.size() / 2]));
    } else {
      std::printf("  -(%zu/%zu)", times, s.searches);
    }
  }
  std::puts("");
}

// True if it is as it should be.
bool run_scenario(const schedule::scenario& scenario, settings s) {
  if (scenario.expected != nullptr) {
    s.schedules = std::max<std::uint64_t>(s.schedules, 500);  // short ones, whose failure must be found in any case
  }
  bool found = false;
  std::uint64_t schedules = 0;
  for (const std::string& strategy : s.strategies) {
    const outcome o = run_batches(scenario, strategy, s, s.seed, scenario.expected != nullptr);
    schedules += o.schedules;
    if (o.failed && scenario.expected == nullptr) {
      std::printf("FAILED: %s under %s, schedule %llu\n", scenario.name, strategy.c_str(),
                  static_cast<unsigned long long>(o.schedules));
      return false;
    }
    found = found || o.failed;
  }
  if (scenario.expected != nullptr && !found) {
    std::printf("FAILED: %s: \"%s\" was not found in %llu schedules\n", scenario.name, scenario.expected,
                static_cast<unsigned long long>(schedules));
    return false;
  }
  return true;
}

void write_sites(const std::string& path) {
  std::ofstream file(path);
  const controlled::coverage& c = *controlled::shared_coverage();
  for (std::size_t i = 0; i < controlled::coverage::size; ++i) {
    if (const std::uintptr_t site = c.sites[i].load()) {
      file << std::hex << site << (c.switched[i].load() ? " switched" : " reached") << '\n';
    }
  }
}

// Threads that hand the baton to each other are faster on one CPU.
void stay_on_one_cpu(int which) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) != 0 || CPU_COUNT(&allowed) == 0) {
    return;
  }
  which %= CPU_COUNT(&allowed);
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &allowed) && which-- == 0) {
      CPU_ZERO(&allowed);
      CPU_SET(cpu, &allowed);
      ::sched_setaffinity(0, sizeof(allowed), &allowed);
      return;
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  const settings s = parse(count, arguments);
  controlled::share_coverage();
  shared_progress = static_cast<progress*>(
      ::mmap(nullptr, sizeof(progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  stay_on_one_cpu(s.cpu);
  std::size_t run = 0;
  std::size_t failed = 0;
  std::size_t wanted = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (const schedule::scenario& scenario : schedule::scenarios()) {
    if (std::strstr(scenario.name, s.only.c_str()) == nullptr || wanted++ % s.parts != s.part) {
      continue;
    }
    ++run;
    if (s.searches != 0) {
      print_search(scenario, s);
    } else if (!run_scenario(scenario, s)) {
      ++failed;
    } else {
      std::printf("  %s\n", scenario.name);
    }
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const auto schedules = static_cast<double>(controlled::shared_coverage()->schedules.load());
  std::printf("%zu scenarios, %.0f schedules, %.0f steps a schedule, %.0f schedules/s, %zu failed\n", run, schedules,
              static_cast<double>(controlled::shared_coverage()->steps.load()) / std::max(1.0, schedules),
              schedules / seconds, failed);
  if (!s.sites_file.empty()) {
    write_sites(s.sites_file);
  }
  if (run == 0) {
    std::puts("no scenario has that name; --list shows them");
    return 2;
  }
  return failed == 0 ? 0 : 1;
}
