#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Fails when a command in the documentation names what does not exist.

Looked at in every tracked .md: a script of scripts/, a phase of scripts/test, a preset of CMake, the regex of
`--filter` (cells of the benchmark suite, by the rows and pools of bench/README.md), the regex of `ctest -R` (names of
tests) and of `ctest -L` (their labels).
"""
import argparse
import json
import pathlib
import re
import sys

OPTION = r"\s+'?\"?([^\s'\"`]+)"
SCRIPT = re.compile(r"(?<![\w/.])scripts/([\w./]*\w)")
PHASES = re.compile(r"scripts/test((?: [a-z][a-z-]*)+)(?=[`\n]|\s+#)")
PRESET = re.compile(r"--preset" + OPTION)
FILTER = re.compile(r"--filter" + OPTION)
NAMES = re.compile(r"\bctest\b[^`\n]*?\s-R" + OPTION)
LABELS = re.compile(r"\bctest\b[^`\n]*?\s-L" + OPTION)
ROW = re.compile(r"^\| (`\w+`(?: `_\w+`)*) \|", re.M)
POOL = re.compile(r"^\| `(\w+)` \|", re.M)


def cells(root):
    """Names of cells as scripts/bench has them, with one thread. The rows write `fib_27` `_35` for two cells."""
    readme = root / "bench/README.md"
    text = readme.read_text() if readme.exists() else ""
    _, _, text = text.partition("## The rows")
    rows, _, pools = text.partition("## The pools")
    found = []
    for cell in ROW.findall(rows):
        first, *others = re.findall(r"`(\w+)`", cell)
        found += [first] + [first[:first.rindex("_")] + suffix for suffix in others]
    return [f"{row}/{pool}/1" for row in found for pool in [*POOL.findall(pools.partition("\n## ")[0]), "serial"]]


def tests(root):
    """Names of tests and their labels, as far as the CMakeLists.txt show them; of `a_${b}` the fixed parts."""
    names, labels = set(), {"unit", "stress", "fault"}
    for part in ("unit", "stress", "fault", "model"):
        names |= {file.stem for file in (root / "tests" / part).glob("*_test.cpp")}
    for file in root.rglob("CMakeLists.txt"):
        if "build" not in file.relative_to(root).parts:
            text = file.read_text()
            names |= {re.sub(r"\$\{\w+\}", "", name) for name in re.findall(r"add_test\(NAME ([^\s)]+)", text)}
            names |= set(re.findall(r"filch_(?:add_schedule|example|e2e)_test\((\w+)", text))
            for group in re.findall(r"LABELS \"?([\w;]+)", text):
                labels |= set(group.split(";"))
    return names, labels


def phases(root):
    script = root / "scripts/test"
    found = re.search(r"^ *([^()]*)\) phases\+=", script.read_text(), re.M) if script.exists() else None
    return set(re.findall(r"[\w-]+", found.group(1))) if found else set()


def presets(root):
    file = root / "CMakePresets.json"
    kinds = json.loads(file.read_text()) if file.exists() else {}
    return {p["name"] for kind in ("configurePresets", "buildPresets", "testPresets") for p in kinds.get(kind, [])}


def complaints_of(text, known):
    for script in SCRIPT.findall(text):
        if not list(known["root"].glob(f"scripts/{script}*")):
            yield f"scripts/{script} does not exist"
    for words in PHASES.findall(text):
        yield from (f"scripts/test has no phase {word}" for word in words.split() if word not in known["phases"])
    for preset in PRESET.findall(text):
        if preset not in known["presets"]:
            yield f"CMakePresets.json has no {preset}"
    for pattern, kind, names in ((FILTER, "cell of the benchmark suite", known["cells"]),
                                 (NAMES, "test", known["names"]),
                                 (LABELS, "label of a test", known["labels"])):
        for regex in pattern.findall(text):
            if not any(re.search(regex, name) for name in names):
                yield f"{regex} matches no {kind}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    root = parser.parse_args().root
    names, labels = tests(root)
    known = {"root": root, "phases": phases(root), "presets": presets(root), "cells": cells(root), "names": names,
             "labels": labels}
    pages = [p for p in sorted(root.rglob("*.md")) if "build" not in p.relative_to(root).parts]
    complaints = []
    for page in pages:
        for number, line in enumerate(page.read_text().splitlines(keepends=True), 1):
            complaints += [f"{page.relative_to(root)}:{number}: {c}" for c in complaints_of(line, known)]
    print(*complaints, sep="\n", end="\n" if complaints else "")
    print(f"check_commands: {len(pages)} pages, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
