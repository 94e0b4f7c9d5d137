#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Prints the table of a JSON that scripts/bench wrote: scripts/bench_report.py FILE"""

import json
import statistics
import sys
from pathlib import Path

POOL_ORDER = ("filch", "mutex", "lockfree", "asio", "tbb", "tbb_group", "openmp", "std_par", "gnu", "boost_sort",
              "serial")
ONE_THREAD = ("serial", "boost_sort")  # stand in all lines of their workload

# What a row shows if not the time of one run: the counter and its unit. Less is better in each.
COUNTERS = {"handover": ("p50_us", "us"), "wake": ("p50_us", "us"), "idle_cpu": ("idle_cpu_ms", "ms"),
            "queued_bytes": ("bytes_per_task", "B")}

# Rows added to a workload for a second counter of it.
EXTRA_ROWS = {"handover": [("handover p99", "p99_us", "us")],
              "wake": [("wake p99", "p99_us", "us"), ("wake CPU/task", "cpu_us_per_task", "us")]}

LEGEND = """\
Each pool's column: median of the repetitions, and the larger distance of their extremes from it.
M/s: million tasks a second, more is better; all other units (ms a run, us, B a task): less is better.
"x mutex", "x best": how many times better filch is than the mutex pool, and than the best of the others
(serial is not counted among them). Above 1 filch is ahead; rows where it is not are marked "behind".
CPU s: processor seconds of all threads in one run; MiB: peak memory of the process (full runs only).
"Library was built as DEBUG" in Google Benchmark's own output is about Debian's package of it: harmless."""


class Row:
    """One line: a workload, a number of threads, and a figure of each pool's repetitions."""

    def __init__(self, label, threads, unit, less_is_better, cells, figure):
        self.label, self.threads, self.unit, self.less_is_better = label, threads, unit, less_is_better
        self.cells = cells
        self.values = {pool: [figure(each) for each in cell] for pool, cell in cells.items()}

    def median(self, pool):
        return statistics.median(self.values[pool])

    def others(self):
        return [pool for pool in self.values if pool not in ("filch", "serial")]

    def best_other(self):
        pick = min if self.less_is_better else max
        return pick(self.others(), key=self.median) if self.others() else None

    def ratio(self, other):
        """How many times better filch is; None if one of the two is missing or nothing to compare."""
        if other not in self.values or "filch" not in self.values:
            return None
        mine, theirs = self.median("filch"), self.median(other)
        above, below = (theirs, mine) if self.less_is_better else (mine, theirs)
        return above / below if below > 0 else None

    def total(self, pool, key, scale):
        cell = self.cells.get(pool, [])
        if not cell or key not in cell[0]:
            return "-"
        return figure_text(statistics.median(each[key] for each in cell) * scale)


def figure_text(value):
    if value == 0:
        return "0"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:.{digits}f}"


def value_text(row, pool):
    if pool not in row.values:
        return "-"
    median = row.median(pool)
    text = figure_text(median)
    if len(row.values[pool]) > 1 and median > 0:
        away = max(max(row.values[pool]) - median, median - min(row.values[pool]))
        text += f" ±{100 * away / median:.0f}%".rjust(6)
    return text


def ratio_text(ratio):
    return "-" if ratio is None else f"{ratio:.2f}"


def rows_of(measured):
    by_row = {}
    one_thread = {}
    for cell in measured["cells"]:
        if cell["pool"] in ONE_THREAD:
            one_thread.setdefault(cell["workload"], {})[cell["pool"]] = cell["repetitions"]
        else:
            by_row.setdefault((cell["workload"], cell["threads"]), {})[cell["pool"]] = cell["repetitions"]
    for workload in one_thread:
        if not any(key[0] == workload for key in by_row):
            by_row[workload, 1] = {}
    order = list(dict.fromkeys(workload for workload, _ in sorted(by_row)))
    for workload, threads in sorted(by_row, key=lambda key: (order.index(key[0]), key[1])):
        cells = {**by_row[workload, threads], **one_thread.get(workload, {})}
        yield from rows_of_workload(workload, threads, cells)


def rows_of_workload(workload, threads, cells):
    first = next(iter(cells.values()))[0]
    if workload in COUNTERS:
        key, unit = COUNTERS[workload]
        label = workload + (" p50" if key == "p50_us" else "")
        yield Row(label, threads, unit, True, cells, lambda each: each[key])
    elif "items_per_second" in first:
        yield Row(workload, threads, "M/s", False, cells, lambda each: each["items_per_second"] / 1e6)
    else:
        yield Row(workload, threads, "ms", True, cells, lambda each: each["real_ms"])
    for label, key, unit in EXTRA_ROWS.get(workload, []):
        yield Row(label, threads, unit, True, cells, lambda each, key=key: each[key])


def table_of(rows, pools):
    memory = any("peak_bytes" in each for row in rows for cell in row.cells.values() for each in cell)
    head = ["workload", "thr", "unit", *pools, "x mutex", "x best", "(best)", "CPU s: filch", "mutex", "best"]
    head += ["MiB: filch", "mutex", "best"] if memory else []
    lines = [[*head, ""]]
    for row in rows:
        best = row.best_other()
        ratios = [row.ratio("mutex"), row.ratio(best)]
        line = [row.label, str(row.threads), row.unit, *(value_text(row, pool) for pool in pools),
                *map(ratio_text, ratios), best or "-",
                *(row.total(pool, "cpu_ms", 1e-3) for pool in ("filch", "mutex", best))]
        if memory:
            line += [row.total(pool, "peak_bytes", 2**-20) for pool in ("filch", "mutex", best)]
        behind = [name for name, ratio in zip(("mutex", best), ratios) if ratio is not None and ratio < 1]
        line.append("behind " + " and ".join(dict.fromkeys(behind)) if behind else "")
        lines.append(line)
    return lines


def print_aligned(lines):
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for number, line in enumerate(lines):
        fields = [field.ljust(width) if column == 0 or column == len(line) - 1 else field.rjust(width)
                  for column, (field, width) in enumerate(zip(line, widths))]
        print("  ".join(fields).rstrip())
        if number == 0:
            print("-" * (sum(widths) + 2 * (len(widths) - 1)))


def show(measured):
    host, options = measured["host"], measured["options"]
    print(f"{host['cpu']}, {host['cpus']} CPUs, {host['system']}; {measured['compiler']}; commit {measured['commit']}; "
          f"{'pinned' if options['pin'] else 'not pinned'}")
    print(LEGEND + "\n")
    rows = list(rows_of(measured))
    seen = {pool for row in rows for pool in row.values}
    pools = [pool for pool in POOL_ORDER if pool in seen] + sorted(seen - set(POOL_ORDER))
    print_aligned(table_of(rows, pools))
    for failure in measured["failures"]:
        print(f"FAILED: {failure}")


if __name__ == "__main__":
    show(json.loads(Path(sys.argv[1]).read_text()))
