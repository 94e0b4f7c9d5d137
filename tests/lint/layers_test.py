# SPDX-License-Identifier: BSL-1.0
"""check_layers.py passes on a small good tree and fails, with a telling message, on each kind of fault."""
import subprocess
import sys
import unittest

from lint_test import SCRIPTS, SPDX, tree


class layers(tree):
    lint = "check_layers.py"

    def setUp(self):
        super().setUp()
        self.write("include/filch/thread_pool.hpp",
                   SPDX + "#include <filch/detail/queues/ring.hpp>\n#include <filch/detail/job/job.hpp>\n"
                   "#include <vector>\n")
        self.write("include/filch/detail/queues/ring.hpp", SPDX)
        self.write("include/filch/detail/job/job.hpp", SPDX)
        self.write("src/parking/parker.cpp", SPDX)
        for room in ("parking", "worker"):
            self.write(f"src/{room}/README.md", f"# {room}\n")
        self.show_rooms()

    def show_rooms(self):
        command = [sys.executable, "-B", SCRIPTS / self.lint, "--root", self.root, "--print"]
        rooms = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        self.write("docs/design/overview.md", f"# Rooms\n\n```rooms\n{rooms}```\n")

    def test_downward_include_passes(self):
        self.passes()

    def test_upward_include_fails(self):
        self.write("include/filch/detail/queues/ring.hpp", SPDX + "#include <filch/thread_pool.hpp>\n")
        self.fails("include/filch/detail/queues/ring.hpp:3: #include filch/thread_pool.hpp: "
                   "points up from queues to pool")

    def test_upward_include_of_a_source_fails(self):
        self.write("src/worker/worker.hpp", SPDX)
        self.write("src/parking/parker.cpp", SPDX + '#include "worker/worker.hpp"\n')
        self.fails("src/parking/parker.cpp:3: #include worker/worker.hpp: points up from parking to worker")

    def test_queues_know_no_jobs(self):
        self.write("include/filch/detail/queues/ring.hpp", SPDX + "#include <filch/detail/job/job.hpp>\n")
        self.fails("points up from queues to job")

    def test_loops_know_no_workers(self):
        self.write("include/filch/detail/worker/fork_host.hpp", SPDX)
        self.write("include/filch/parallel_for.hpp", SPDX + "#include <filch/detail/worker/fork_host.hpp>\n")
        self.fails("loop must not know worker")

    def test_header_including_src_fails(self):
        self.write("src/worker/worker.hpp", SPDX)
        self.write("include/filch/thread_pool.hpp", SPDX + '#include "worker/worker.hpp"\n')
        self.fails("includes a file that is not installed")

    def test_include_without_its_room_fails(self):
        self.write("src/worker/worker.hpp", SPDX)
        self.write("src/worker/worker.cpp", SPDX + '#include "worker.hpp"\n')
        self.fails("src/worker/worker.cpp:3: #include worker.hpp: not found")

    def test_boost_in_core_fails(self):
        self.write("include/filch/thread_pool.hpp", SPDX + "#include <boost/lockfree/queue.hpp>\n")
        self.fails("Boost in a public header")

    def test_file_without_room_fails(self):
        self.write("src/new_idea.cpp", SPDX)
        self.fails("src/new_idea.cpp: has no room")

    def test_public_header_without_room_fails(self):
        self.write("include/filch/new_idea.hpp", SPDX)
        self.fails("include/filch/new_idea.hpp: has no room")

    def test_two_files_with_one_name_fail(self):
        self.write("src/worker/ring.hpp", SPDX)
        self.fails("ring.hpp: is the name of include/filch/detail/queues/ring.hpp and of src/worker/ring.hpp")

    def test_header_installed_for_nobody_fails(self):
        self.write("include/filch/detail/queues/inbox.hpp", SPDX)
        self.fails("include/filch/detail/queues/inbox.hpp: no public header reaches it; it belongs to src")

    def test_room_without_readme_fails(self):
        self.write("src/base/random.hpp", SPDX)
        self.fails("src/base: has no README.md")

    def test_page_that_names_a_file_that_is_gone_fails(self):
        self.write("docs/design/parking.md", "`parking/parker.cpp` and `detail/job/job.hpp`\n")
        self.passes()
        self.write("docs/design/parking.md", "`parking/sleeper.hpp`\n")
        self.fails("docs/design/parking.md:1: parking/sleeper.hpp does not exist")

    def test_page_that_shows_other_rooms_fails(self):
        self.write("src/worker/worker.cpp", SPDX)
        self.fails("docs/design/overview.md: does not show the rooms as they are")


if __name__ == "__main__":
    unittest.main()
