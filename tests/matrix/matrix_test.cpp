// SPDX-License-Identifier: BSL-1.0
// Each verb in each place from which user code is called: it works, or throws what the guide says, and never hangs. The
// table in the guide is this program's.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#if defined(__linux__)
#include <sys/wait.h>
#include <unistd.h>
#endif

#include "cell.hpp"
#include "support/catch.hpp"
#include "support/watchdog.hpp"

using namespace matrix;

namespace {

constexpr char verb_variable[] = "FILCH_MATRIX_VERB";

[[nodiscard]] std::string title(const place& p, verb v) {
  return std::string(name_of(v)) + " in " + std::string(p.name);
}

/// The exit status of this program, run for one cell in a process of its own.
[[nodiscard]] char in_child(verb v) {
#if defined(__linux__)
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv(verb_variable, std::to_string(static_cast<int>(v)).c_str(), 1);
    ::execl("/proc/self/exe", "matrix_test", "a static destructor", "--out", "/dev/null", static_cast<char*>(nullptr));
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? static_cast<char>(WEXITSTATUS(status)) : '!';
#else
  static_cast<void>(v);
  return static_cast<char>(outcome::works);
#endif
}

[[nodiscard]] char result_of(const place& p, verb v) {
  if (p.run == nullptr) {
    return in_child(v);
  }
  // What a pool that was destroyed by its own task refers to. A leak check runs after the objects of static variables
  // have been destroyed.
  static std::vector<cell*>& kept = *new std::vector<cell*>;
  kept.push_back(new cell(v));
  p.run(*kept.back());
  return static_cast<char>(kept.back()->result());
}

[[nodiscard]] std::string table() {
  std::ostringstream text;
  text << "| | in |\n|---|---|\n";
  for (std::size_t i = 0; i < places().size(); ++i) {
    text << "| " << i + 1 << " | " << places()[i].name << " |\n";
  }
  text << "\n| |";
  for (std::size_t i = 0; i < places().size(); ++i) {
    text << ' ' << i + 1 << " |";
  }
  text << "\n|---|";
  for (std::size_t i = 0; i < places().size(); ++i) {
    text << "---|";
  }
  text << '\n';
  for (std::size_t v = 0; v < verb_count; ++v) {
    text << "| " << name_of(static_cast<verb>(v)) << " |";
    for (const place& p : places()) {
      text << ' ' << p.expected[v] << " |";
    }
    text << '\n';
  }
  return text.str();
}

}  // namespace

TEST_CASE("every verb in every place works, or throws what the table says") {
  if (std::getenv(verb_variable) != nullptr) {
    return;  // a child process, for the case below
  }
  std::size_t cells = 0;
  std::size_t works = 0;
  std::size_t throws = 0;
  for (const place& p : places()) {
    for (std::size_t i = 0; i < verb_count; ++i) {
      const auto v = static_cast<verb>(i);
      filch_test::watchdog::rearm(title(p, v));
      INFO(title(p, v));
      const char result = result_of(p, v);
      CHECK(result == p.expected[i]);
      ++cells;
      const bool has_thrown =
          result == static_cast<char>(outcome::throws_closed) || result == static_cast<char>(outcome::throws_usage);
      (has_thrown ? throws : works) += 1;
    }
  }
  std::printf("matrix: %zu places, %zu verbs, %zu cells: %zu work, %zu throw, 0 hang\n", places().size(), verb_count,
              cells, works, throws);
}

TEST_CASE("a static destructor", "[.]") {
  if (const char* const which = std::getenv(verb_variable)) {
    arrange_static_destructor(static_cast<verb>(std::atoi(which)));
  }
}

TEST_CASE("the guide has the same table") {
  std::ifstream file(FILCH_TEST_GUIDE);
  std::stringstream guide;
  guide << file.rdbuf();
  INFO(table());
  REQUIRE(guide.str().find(table()) != std::string::npos);
}
