#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Runs the benchmark suite, writes its JSON and prints its table. Called by scripts/bench."""

import argparse
import json
import platform
import random
import signal
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bench_report

QUICK_WORKLOADS = ("submit_1p", "submit_4p", "spawn_tree_16", "fib_27", "nqueens_10", "loop_skewed")
QUICK_POOLS = ("filch", "mutex", "tbb", "asio", "serial")
LEAST_SECONDS = "0.05"
OWN_COUNTERS = ("items_per_second", "p50_us", "p99_us", "cpu_us_per_task", "idle_cpu_ms", "bytes_per_task")


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True, type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--pin", action="store_true")
    parser.add_argument("--filter", type=re.compile)
    parser.add_argument("--threads")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--cell-seconds", type=float, default=20)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if arguments.quick and arguments.full:
        parser.error("--quick or --full, not both")
    arguments.threads = arguments.threads or ("1,2" if arguments.quick else "1,2,16")
    arguments.json = arguments.json or arguments.binary.parent.parent / "bench.json"
    return arguments


def cell_of(name):
    """("fib_27", "filch", 2) of "fib_27/filch/2/process_time/real_time"."""
    workload, pool, threads = name.split("/")[:3]
    return workload, pool, int(threads)


def exactly(names):
    return "^(" + "|".join(re.escape(name) for name in names) + ")$"


class Suite:
    """The executable with the options that every call gets."""

    def __init__(self, arguments):
        self.command = [str(arguments.binary), f"--threads={arguments.threads}", f"--samples={arguments.samples}",
                        f"--benchmark_min_time={LEAST_SECONDS}"]
        if arguments.pin:
            self.command.append("--pin")

    def names(self):
        listing = subprocess.run([*self.command, "--benchmark_list_tests"], check=True, capture_output=True, text=True)
        return listing.stdout.split()

    def run(self, names, *more):
        """Google Benchmark's report, and the exit status: 0 if all results were right."""
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out.json"
            process = subprocess.run([*self.command, f"--benchmark_filter={exactly(names)}", f"--benchmark_out={out}",
                                      "--benchmark_out_format=json", *more], check=False, stdout=subprocess.DEVNULL,
                                     stderr=None if "--progress" in more else subprocess.DEVNULL)
            try:
                report = json.loads(out.read_text())
            except (FileNotFoundError, json.JSONDecodeError):  # it died before the end
                report = {"benchmarks": []}
            return report, process.returncode


class Results:
    """What was measured so far, by cell."""

    def __init__(self):
        self.context = {}
        self.cells = {}
        self.failures = []

    def add(self, names, report, status, own_process):
        self.context = self.context or report.get("context", {})
        complaints = []
        for run in report["benchmarks"]:
            if run.get("error_occurred") or run.get("skipped"):
                complaints.append(f"{run['name']}: {run.get('error_message') or run.get('skip_message', '')}")
            elif run.get("run_type") == "iteration":
                repetition = {"real_ms": run["real_time"], "cpu_ms": run["cpu_time"]}
                repetition.update({key: run[key] for key in OWN_COUNTERS if key in run})
                if own_process and run.get("peak_bytes"):
                    repetition["peak_bytes"] = run["peak_bytes"]
                self.cells.setdefault(cell_of(run["name"]), []).append(repetition)
        if status != 0 and not complaints:
            how = f"died of {signal.Signals(-status).name}" if status < 0 else f"ended with {status}"
            complaints.append(f"the suite {how} in one of: " + ", ".join(names))
        self.failures += [each for each in dict.fromkeys(complaints) if each not in self.failures]


def run_quick(suite, names, arguments):
    """All cells in one process, their repetitions interleaved."""
    results = Results()
    report, status = suite.run(names, "--progress", "--benchmark_enable_random_interleaving=true",
                                 f"--benchmark_repetitions={arguments.repetitions}")
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    results.add(names, report, status, own_process=False)
    return results


def run_full(suite, names, arguments):
    """Rounds over all cells in random order, each cell in a process of its own."""
    results = Results()
    spent = dict.fromkeys(names, 0.0)
    start = time.monotonic()
    for turn in range(1, arguments.repetitions + 1):
        due = [name for name in names if spent[name] < arguments.cell_seconds]
        random.shuffle(due)
        for number, name in enumerate(due, 1):
            if time.monotonic() - start > arguments.seconds:
                return results
            cell = "/".join(name.split("/")[:3])
            show(f"{time.monotonic() - start:7.0f} s  round {turn} of {arguments.repetitions}, "
                 f"cell {number} of {len(due)}: {cell}", number)
            before = time.monotonic()
            results.add([name], *suite.run([name]), own_process=True)
            spent[name] += time.monotonic() - before
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return results


def show(line, number):
    if sys.stderr.isatty():
        print("\r\033[K" + line, end="", file=sys.stderr, flush=True)
    elif number % 20 == 1:
        print(line, file=sys.stderr, flush=True)


def commit():
    described = subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=12"], capture_output=True,
                               text=True, check=False, cwd=Path(__file__).parent)
    return described.stdout.strip() or "unknown"


def cpu_model():
    try:
        found = re.search(r"^model name\s*:\s*(.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found.group(1) if found else platform.processor() or platform.machine()


def document(results, arguments):
    context = results.context
    options = {key: getattr(arguments, key) for key in ("quick", "pin", "threads", "repetitions", "cell_seconds",
                                                        "samples")}
    options["filter"] = arguments.filter.pattern if arguments.filter else None
    return {
        "host": {"cpu": cpu_model(), "cpus": context.get("cpus"), "system": platform.platform()},
        "compiler": context.get("compiler"),
        "commit": commit(),
        "date": context.get("date"),
        "options": options,
        "cells": [{"workload": workload, "pool": pool, "threads": threads, "repetitions": repetitions}
                  for (workload, pool, threads), repetitions in results.cells.items()],
        "failures": results.failures,
    }


def main():
    arguments = parse_arguments()
    suite = Suite(arguments)
    names = suite.names()
    if arguments.quick:
        names = [name for name in names if cell_of(name)[0] in QUICK_WORKLOADS and cell_of(name)[1] in QUICK_POOLS]
    if arguments.filter:
        names = [name for name in names if arguments.filter.search("/".join(name.split("/")[:3]))]
    if not names:
        sys.exit("bench: no cell matches")
    print(f"bench: {len(names)} cells, {arguments.repetitions} repetitions", file=sys.stderr)
    start = time.monotonic()
    results = (run_quick if arguments.quick else run_full)(suite, names, arguments)
    measured = document(results, arguments)
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps(measured, indent=1) + "\n")
    bench_report.show(measured)
    print(f"\nMeasured in {time.monotonic() - start:.0f} s; every figure is in {arguments.json}")
    if results.failures:
        sys.exit(1)


if __name__ == "__main__":
    main()
