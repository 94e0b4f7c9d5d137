#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Fails when a header pulls in more lines of our own than its budget.

Lines that are blank or hold only a // comment do not count: they cost a compiler nothing, and the guide wants them.
"""
import argparse
import pathlib
import re
import sys

BUDGETS = {"filch/thread_pool.hpp": 1530}

INCLUDE = re.compile(r"^\s*#\s*include\s*<(filch/[^>]+)>", re.M)


def find(root, header):
    if header == "filch/config.hpp":  # generated from this
        return root / "cmake/config.hpp.in"
    return root / "include" / header


def lines_of(root, header):
    """Every header of ours that `header` pulls in, itself included, with its lines."""
    lines, waiting = {}, [header]
    while waiting:
        name = waiting.pop()
        if name not in lines:
            text = find(root, name).read_text()
            lines[name] = sum(1 for line in text.splitlines() if line.strip() and not line.strip().startswith("//"))
            waiting += INCLUDE.findall(text)
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    root = parser.parse_args().root
    failures = 0
    for header, budget in BUDGETS.items():
        lines = lines_of(root, header)
        total = sum(lines.values())
        print(f"check_header_cost: <{header}> pulls {len(lines)} headers, {total} lines of {budget}")
        if total > budget:
            failures += 1
            for name in sorted(lines, key=lines.get, reverse=True):
                print(f"  {lines[name]:5} {name}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
