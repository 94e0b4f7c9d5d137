# SPDX-License-Identifier: BSL-1.0
"""Each lint passes on a small good tree and fails, with a telling message, on each kind of fault."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"
SPDX = "// SPDX-License-Identifier: BSL-1.0\n#pragma once\n"

LABELLED_PAIR = """
struct pair {
  // relaxed: only the owner writes it.
  int own() { return b.load(std::memory_order_relaxed); }
  void push() {
    // [D3] release: publishes. Pairs with [D6].
    b.store(1, std::memory_order_release);
  }
  int steal() {
    // [D6] acquire: sees it. Pairs with [D3].
    return b.load(
        std::memory_order_acquire);
  }
  std::atomic<int> b{0};
};
"""
ROWS = """
| label | file | operation | partner | what breaks | test |
|---|---|---|---|---|---|
| D3 | ring.hpp push | b.store release | D6 | lost | model |
| D6 | ring.hpp steal | b.load acquire | D3 | lost | model |
"""


class tree(unittest.TestCase):
    lint = ""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)
        self.write("include/filch/version.hpp",
                   SPDX + '#define FILCH_ABI_VERSION 0\n#define FILCH_VERSION_STRING "0.1.0"\n')

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def run_lint(self):
        command = [sys.executable, "-B", SCRIPTS / self.lint, "--root", self.root]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def passes(self):
        answer = self.run_lint()
        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)

    def fails(self, message):
        answer = self.run_lint()
        self.assertEqual(answer.returncode, 1, answer.stdout + answer.stderr)
        self.assertIn(message, answer.stdout)


class macros(tree):
    lint = "check_macros.py"

    def setUp(self):
        super().setUp()
        self.write("tests/support/foreign_macros.hpp",
                   SPDX + "#define near\n#define max(a, b) ((a) < (b) ? (b) : (a))\n")

    def header(self, line):
        self.write("include/filch/grain.hpp", SPDX + line + "\n")

    def test_other_names_pass(self):
        self.header("int nearest(int near_by, int maximum);")
        self.passes()

    def test_macro_as_a_name_fails(self):
        self.header("int f(int near);")
        self.fails("include/filch/grain.hpp:3: near is a macro in other headers")

    def test_macro_with_arguments_fails_only_before_a_parenthesis(self):
        self.header("int a = std::max<int>(1, 2); int b = (std::numeric_limits<int>::max)(); int max;")
        self.passes()
        self.header("int b = std::numeric_limits<int>::max ();")
        self.fails("max is a macro in other headers (tests/support/foreign_macros.hpp): "
                   "use another name, or write (max)(")

    def test_comments_strings_and_directives_pass(self):
        self.header('// near\n/* near\nnear */\n#include <filch/near.hpp>\n#define FILCH_X \\\n near\n'
                    'auto s = "near \\" near";')
        self.passes()

    def test_configured_header_is_read(self):
        self.write("cmake/config.hpp.in", SPDX + "inline int near = 1;\n")
        self.fails("cmake/config.hpp.in:3: near")


class orders(tree):
    lint = "check_orders.py"

    def both(self, code=LABELLED_PAIR, rows=ROWS):
        self.write("include/filch/detail/queues/ring.hpp", SPDX + code)
        self.write("docs/design/memory-orders.md", rows)

    def test_labelled_pair_passes(self):
        self.both()
        self.passes()

    def test_missing_order_fails(self):
        self.both(LABELLED_PAIR.replace("b.store(1, std::memory_order_release)", "b.store(1)"))
        self.fails("store names no memory_order")

    def test_operator_on_atomic_fails(self):
        self.both(LABELLED_PAIR + "void f() { ++b; }\n")
        self.fails("operator on the atomic b")

    def test_missing_label_fails(self):
        self.both(LABELLED_PAIR.replace("// [D6] acquire: sees it. Pairs with [D3].", ""))
        self.fails("load: a strong order without a label")

    def test_label_of_an_earlier_statement_does_not_count(self):
        self.both(LABELLED_PAIR.replace("b.store(1, std::memory_order_release);",
                                        "b.store(1, std::memory_order_release);\n"
                                        "    b.store(2, std::memory_order_release);"))
        self.fails("store: a strong order without a label")

    def test_label_for_both_statements_passes(self):
        self.both(LABELLED_PAIR.replace("release: publishes", "release, both: publish").replace(
            "b.store(1, std::memory_order_release);",
            "b.store(1, std::memory_order_release);\n"
                                        "    b.store(2, std::memory_order_release);"))
        self.passes()

    def test_label_without_partner_fails(self):
        self.both(LABELLED_PAIR.replace(" Pairs with [D6].", ""))
        self.fails("label D3 names no partner")

    def test_label_used_twice_fails(self):
        self.both(LABELLED_PAIR.replace("[D6] acquire", "[D3] acquire"))
        self.fails("label D3 is defined twice")

    def test_label_in_two_files_fails(self):
        self.both()
        self.write("src/worker/worker.cpp", SPDX + LABELLED_PAIR)
        self.fails("is also defined in")

    def test_missing_row_fails(self):
        self.both(rows="\n".join(line for line in ROWS.splitlines() if not line.startswith("| D6")))
        self.fails("label D6 has no row")

    def test_row_without_code_fails(self):
        self.both(rows=ROWS + "| D9 | ring.hpp | x | D9 | lost | model |\n")
        self.fails("row D9 has no label in the code")

    def test_one_sided_pair_fails(self):
        self.both(rows=ROWS.replace("b.load acquire | D3", "b.load acquire | D6"))
        self.fails("D3 names D6 as partner, but not the other way round")

    def test_comment_and_row_disagree_fails(self):
        self.both(LABELLED_PAIR.replace("Pairs with [D6]", "Pairs with [D3]"))
        self.fails("its row does not")

    def test_row_with_an_empty_cell_fails(self):
        self.both(rows=ROWS.replace("| D6 | lost | model |", "| D6 |  | model |"))
        self.fails("row D3 needs the cells")

    def test_row_naming_another_file_fails(self):
        self.both(rows=ROWS.replace("ring.hpp push", "job.hpp push"))
        self.fails("row D3 names job.hpp push")

    def test_fence_outside_its_home_fails(self):
        self.both(LABELLED_PAIR + "// [D7] fence: x. Pairs with [D7].\n"
                  "void f() { std::atomic_thread_fence(std::memory_order_seq_cst); }\n",
                  ROWS + "| D7 | ring.hpp f | fence | D7 | lost | model |\n")
        self.fails("fences live in")


class style(tree):
    lint = "check_style.py"
    header = SPDX + "namespace filch::inline v0::detail {\n}\n"

    def test_good_header_passes(self):
        self.write("include/filch/good.hpp", self.header)
        self.passes()

    def test_missing_spdx_fails(self):
        self.write("include/filch/bad.hpp", "#pragma once\n")
        self.fails("the first line is not // SPDX")

    def test_script_without_spdx_fails(self):
        self.write("scripts/bad", "#!/bin/sh\n")
        self.fails("scripts/bad:1: no # SPDX")

    def test_missing_pragma_once_fails(self):
        self.write("include/filch/bad.hpp", self.header.replace("#pragma once\n", ""))
        self.fails("no #pragma once")

    def test_forbidden_header_fails(self):
        self.write("include/filch/bad.hpp", self.header + "#include <functional>\n")
        self.fails("<functional> in a public header")

    def test_wrong_abi_namespace_fails(self):
        self.write("src/bad.cpp", self.header.replace("v0", "v1"))
        self.fails("without ::inline v0")

    def test_plain_namespace_fails(self):
        self.write("src/bad.cpp", self.header.replace("::inline v0::detail", ""))
        self.fails("without ::inline v0")

    def test_primitive_that_the_scheduler_cannot_replace_fails(self):
        for line in ("std::atomic<int> n;", "std::mutex m;", "auto t = std::chrono::steady_clock::now();",
                     "std::this_thread::yield();", "pthread_join(t, nullptr);"):
            with self.subTest(line):
                self.write("src/pool.cpp", SPDX + line + "\n")
                self.fails("which the controlled scheduler can replace")

    def test_primitive_in_its_home_or_a_comment_passes(self):
        self.write("include/filch/detail/base/mutex.hpp", SPDX + "using mutex = std::mutex;\n")
        self.write("src/pool.cpp", SPDX + "// not a std::mutex\n")
        self.passes()

    def test_todo_without_issue_fails(self):
        self.write("include/filch/bad.hpp", self.header + "// TODO: later\n")
        self.fails("TODO without an issue")
        self.write("include/filch/bad.hpp", self.header + "// TODO(#7): later\n")
        self.passes()

    def test_port_of_another_version_fails(self):
        self.write("ports/filch/vcpkg.json", '{"version": "0.1.0"}')
        self.passes()
        self.write("ports/filch/vcpkg.json", '{"version": "0.2.0"}')
        self.fails("version 0.2.0, but version.hpp says 0.1.0")

    def test_long_line_fails_but_for_a_row_of_a_table(self):
        self.write("docs/a.md", "| " + "x" * 130 + " |\n")
        self.passes()
        self.write("docs/a.md", "x" * 121 + "\n")
        self.fails("docs/a.md:1: 121 columns; at most 120")

    def test_long_file_needs_an_adr(self):
        self.write("src/long.cpp", self.header + "//\n" * 400)
        self.fails("404 lines; above 400 an ADR")
        self.write("docs/adr/0001-long.md", "src/long.cpp is long because")
        self.passes()


class header_cost(tree):
    lint = "check_header_cost.py"

    def test_budget(self):
        self.write("include/filch/thread_pool.hpp", SPDX + "#include <filch/big.hpp>\n")
        self.write("include/filch/big.hpp", SPDX + "int i;\n" * 1527)
        self.passes()
        self.write("include/filch/big.hpp", SPDX + "int i;\n" * 1528)
        self.fails("1531 lines of 1530")


class regressions(tree):
    lint = "check_regressions.py"

    PAGE = """
| what is right | test | scenario |
|---|---|---|
| it ends | end_test "it ends" | it_ends |
| it begins | begin | - |
"""

    def good(self):
        self.write("docs/design/regressions.md", self.PAGE)
        self.write("tests/unit/end_test.cpp", 'TEST_CASE("it ends") {}')
        self.write("tests/schedule/scenarios/ends.cpp", "SCENARIO(it_ends) {}")
        self.write("tests/CMakeLists.txt", "add_test(NAME begin COMMAND begin)")

    def test_names_exist(self):
        self.good()
        self.passes()

    def test_unknown_names_fail(self):
        for path, text, complaint in (
                ("tests/unit/end_test.cpp", 'TEST_CASE("it never ends") {}', 'no test end_test "it ends"'),
                ("tests/schedule/scenarios/ends.cpp", "SCENARIO(it_never_ends) {}", "no scenario it_ends"),
                ("tests/CMakeLists.txt", "add_test(NAME end COMMAND end)", "no test begin")):
            self.good()
            self.write(path, text)
            self.fails(complaint)


class commands(tree):
    lint = "check_commands.py"

    def setUp(self):
        super().setUp()
        self.write("scripts/test", "    dev | \\\n      no-membarrier) phases+=(\"$1\") ;;\n")
        self.write("scripts/bench", "")
        self.write("CMakePresets.json", '{"configurePresets": [{"name": "dev"}]}')
        self.write("bench/README.md", "## The rows\n| `fib_27` `_35` | a | b |\n## The pools\n| `filch` | c |\n")
        self.write("tests/unit/latch_test.cpp", SPDX)
        self.write("tests/CMakeLists.txt",
                   "add_test(NAME copies_${module} COMMAND a)\nset_tests_properties(a PROPERTIES LABELS \"b;c\")\n")

    def test_commands_that_find_something_pass(self):
        self.write("docs/a.md",
                   "`scripts/test no-membarrier`, `scripts/bench --filter '^fib_35/filch'`, `cmake --preset dev`, "
                   "`ctest -R latch`, `ctest --test-dir build/dev -R copies_`, `ctest -L '^c$'`, "
                   "`scripts/check_*.py`\n")
        self.write("scripts/check_a.py", "")
        self.passes()

    def test_script_that_is_not_there_fails(self):
        self.write("docs/a.md", "scripts/gone")
        self.fails("docs/a.md:1: scripts/gone does not exist")

    def test_phase_that_is_not_there_fails(self):
        self.write("docs/a.md", "`scripts/test dev gone`\n")
        self.fails("scripts/test has no phase gone")

    def test_preset_that_is_not_there_fails(self):
        self.write("docs/a.md", "cmake --preset gone")
        self.fails("CMakePresets.json has no gone")

    def test_filters_that_match_nothing_fail(self):
        self.write("docs/a.md", "`scripts/bench --filter '^fib/'`")
        self.fails("^fib/ matches no cell of the benchmark suite")
        self.write("docs/a.md", "`ctest -R gone`")
        self.fails("gone matches no test")
        self.write("docs/a.md", "`ctest --test-dir build/dev -L gone`")
        self.fails("gone matches no label of a test")


if __name__ == "__main__":
    unittest.main()
