#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Fails when an include points up the layer list, or between two layers that must not know each other.

LAYERS is the one table of files and layers; docs/design/overview.md explains it.
"""
import argparse
import pathlib
import re
import sys

# Lowest first. A pattern is matched against the whole path below the repository; the first match wins.
# Layers on one line are independent halves of the same height.
LAYERS = [
    [("base", [
        r"include/filch/(config|version|errors|hook|shutdown|available_parallelism|blocking)\.hpp",
        r"include/filch/detail/(cache_line|atomic|mutex|inside_scope|tsan|point|assert|compiler|latch|watch_slot|counters|trace_hook|invoke|deadline)\.hpp",
        r"src/(standard_error|unhandled_line|activity|callers|wait_spin|guest_cpu|guest_entry|hazard|oldest_turn|random|reading_mark|search_patience|spin_budget|victim_order)\.hpp",
        r"src/process_locks\.(hpp|cpp)",
        r"src/(mutex_windows|point|victim_order|deadline|standard_error|unhandled_line)\.cpp",
    ])],
    [
        ("deque", [r"include/filch/detail/(steal_result|ring|growing_ring|pop_fence|fork_deque|chase_lev_deque|fifo_lane|inbox)\.hpp"]),
        ("job", [
            r"include/filch/detail/([a-z_]*job|job_[a-z_]+|block|block_lists|claim|fate|result_slot|outcome|task_life|task_state|guest_scope|fork_item|submit)\.hpp",
        ]),
        ("parking", [r"include/filch/detail/sleep_word\.hpp", r"src/parking/[a-z_]+\.(hpp|cpp)"]),
    ],
    [("memory", [r"src/memory/[a-z_]+\.(hpp|cpp)"])],
    [("worker", [
        r"include/filch/detail/worker[a-z_]*\.hpp",
        r"src/(worker|worker_counters|worker_loop|current|submitter|blocking_region|queues|idle_memory|inboxes|lineage|extra_places|pending_bound|push_and_wake|unhandled_sink)\.hpp",
    ])],
    # The compiled halves of workers and jobs run inside a pool and see its state; nobody includes a .cpp.
    [("pool", [
        r"include/filch/(thread_pool|pool_options|join_handle|join_all|when_any|metrics|this_worker)\.hpp",
        r"include/filch/detail/handle_access\.hpp",
        r"src/(pool_|thread_|coordination|idleness|default_pool|topology|metrics|this_worker|join_)[a-z_]*\.(hpp|cpp)",
        r"src/(worker[a-z_]*|submitter|blocking_region|guest_scope|submit|task_state|current|errors)\.cpp",
    ])],
    [("fork-join", [
        r"include/filch/(fork_join|parallel_invoke|task_group|scope)\.hpp",
        r"include/filch/detail/(fork|group)_[a-z_]+\.hpp",
        r"src/(fork|task_group|group)[a-z_]*\.(hpp|cpp)",
    ])],
    [("algorithms", [
        r"include/filch/(grain|parallel_[a-z_]+)\.hpp",
        r"include/filch/detail/(splitter|grain)\.hpp",
        r"src/parallel_[a-z_]+\.cpp",
    ])],
    [("integrations", [
        r"include/filch/(asio|execution|eigen|channel|trace)\.hpp",
        r"include/filch/coro/[a-z_]+\.hpp",
        r"src/(channel|trace)\.(hpp|cpp)",
    ])],
    [("umbrella", [r"include/filch/filch\.hpp"])],
]

# Further pairs (who, whom) that must not meet although the arrow points down.
STRANGERS = {("algorithms", "worker"), ("algorithms", "deque"), ("algorithms", "parking")}

# Boost stays out of the public headers of the core.
BOOST_ALLOWED = {"include/filch/asio.hpp", "include/filch/channel.hpp"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def layer_of(path):
    for height, row in enumerate(LAYERS):
        for name, patterns in row:
            if any(re.fullmatch(pattern, path) for pattern in patterns):
                return height, name
    return None


def target_of(root, path, quote, spelling):
    """The file of ours that an include names, as a path below the root, or None if it is not ours."""
    if spelling.startswith("filch/"):
        return "include/" + spelling
    if quote == "<":
        return None
    for folder in ((root / path).parent, root / "src", root):
        if (folder / spelling).is_file():
            return str((folder / spelling).resolve().relative_to(root.resolve()))
    return None


def check_include(path, line, quote, spelling, target):
    """The complaint about one include, or None."""
    where = f"{path}:{line}: #include {spelling}"
    public = path.startswith("include/")
    if public and spelling.startswith("boost/") and path not in BOOST_ALLOWED:
        return f"{where}: Boost in a public header"
    if target is None:
        return f"{where}: not found" if quote == '"' else None
    if public and not target.startswith("include/"):
        return f"{where}: an installed header includes a file that is not installed"
    above, below = layer_of(path), layer_of(target)
    if above is None or below is None:
        return None  # the missing entry is reported for the file itself
    if below[0] > above[0]:
        return f"{where}: points up from {above[1]} to {below[1]}"
    if below[0] == above[0] and below[1] != above[1]:
        return f"{where}: {above[1]} and {below[1]} are independent of each other"
    if (above[1], below[1]) in STRANGERS:
        return f"{where}: {above[1]} must not know {below[1]}"
    return None


def check(root):
    complaints, includes = [], 0
    files = sorted(str(p.relative_to(root)) for top in ("include", "src") for p in (root / top).rglob("*.[hc]pp"))
    for path in files:
        if layer_of(path) is None:
            complaints.append(f"{path}: has no layer; add it to LAYERS in scripts/check_layers.py")
        for number, text in enumerate((root / path).read_text().splitlines(), 1):
            match = INCLUDE.match(text)
            if not match:
                continue
            target = target_of(root, path, *match.groups())
            includes += target is not None
            complaint = check_include(path, number, *match.groups(), target)
            if complaint:
                complaints.append(complaint)
    return complaints, len(files), includes


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    complaints, files, includes = check(parser.parse_args().root)
    print(*complaints, sep="\n", end="\n" if complaints else "")
    print(f"check_layers: {files} files, {includes} includes of our own, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
