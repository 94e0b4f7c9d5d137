#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Fails when docs/design/regressions.md names a test or a scenario that does not exist."""
import argparse
import pathlib
import re
import sys

PAGE = "docs/design/regressions.md"

NAMED_CASE = re.compile(r'(\w+) "(.+)"')
CASE = re.compile(r'TEST_CASE\("((?:[^"\\]|\\.)*)"')
SCENARIO = re.compile(r"SCENARIO\((\w+)\)")
CTEST = re.compile(r"NAME\s+([\w${}]+)")


def case_exists(root, stem, name):
    """A test case of the one source file, or folder, that has this stem."""
    files = list(root.glob(f"tests/*/{stem}.cpp"))
    return any(name in CASE.findall(path.read_text()) for path in files)


def ctest_exists(root, name):
    """An entry of a CMakeLists.txt; ${...} in it stands for anything."""
    names = set()
    for path in (root / "tests").rglob("CMakeLists.txt"):
        names.update(CTEST.findall(path.read_text()))
    return any(re.fullmatch(re.sub(r"\\\$\\\{\w+\\\}", r"\\w+", re.escape(entry)), name) for entry in names)


def check(root):
    scenarios = set()
    for path in (root / "tests/schedule/scenarios").glob("*.cpp"):
        scenarios.update(SCENARIO.findall(path.read_text()))
    complaints, rows = [], 0
    for number, line in enumerate((root / PAGE).read_text().splitlines(), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if not line.startswith("| ") or len(cells) != 3 or cells[1] == "test":
            continue
        rows += 1
        named = NAMED_CASE.fullmatch(cells[1])
        if not (case_exists(root, *named.groups()) if named else ctest_exists(root, cells[1])):
            complaints.append(f"{PAGE}:{number}: no test {cells[1]}")
        if cells[2] != "-" and cells[2] not in scenarios:
            complaints.append(f"{PAGE}:{number}: no scenario {cells[2]}")
    return complaints, rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    complaints, rows = check(parser.parse_args().root)
    print(*complaints, sep="\n", end="\n" if complaints else "")
    print(f"check_regressions: {rows} rows, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
