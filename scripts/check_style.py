#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Fails on what the style guide in CONTRIBUTING.md forbids and a machine can see in one file.

First line SPDX, #pragma once, lengths, forbidden standard headers, TODO without an issue, the ABI namespace; and that
the vcpkg port has the version of version.hpp.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys

LINES_WISHED = 300  # above: listed
COLUMNS = 120
# Rows that cannot be broken: of the tables of pages, and lists of source lines.
MAY_BE_LONG = re.compile(r"structural_mutants\.py$|unreached_sites\.txt$|\.(json|svg)$")
LINES_ALLOWED = 400  # above: an ADR must name the file

CODE = {".hpp", ".cpp"}
SCRIPTS = {".py", ".sh", ".cmake", ".in"}
LICENCE = "SPDX-License-Identifier: BSL-1.0"

# Public headers that may use one of these have an ADR.
FORBIDDEN_HEADERS = re.compile(r"^\s*#\s*include\s*<(iostream|functional|future|regex)>", re.M)
FORBIDDEN_ALLOWED = {"include/filch/detail/sort/ordering.hpp": 13}  # path -> ADR

# What threads share is named in one place each, so that the tests can put a scheduler there. Only the files that call
# the system itself may use the originals.
RAW_PRIMITIVES = re.compile(
    r"\bstd::(atomic\s*<|atomic_ref|atomic_flag|mutex|shared_mutex|recursive_mutex|condition_variable|thread\b|jthread|"
    r"this_thread|chrono::(?:steady|system|high_resolution)_clock|call_once|counting_semaphore|latch|barrier)"
    r"|\bpthread_(?:create|join|detach|mutex|cond)\w*")
RAW_ALLOWED = {
    "include/filch/detail/base/atomic.hpp", "include/filch/detail/base/mutex.hpp", "src/os/futex.cpp",
    "src/os/futex_portable.cpp", "src/os/futex_windows.cpp", "src/os/thread_setup.cpp", "src/os/thread_setup.hpp",
    "src/os/topology.cpp",
}

TODO = re.compile(r"\b(TODO|FIXME|XXX)\b(?!\(#\d+\))")
OPENS_NAMESPACE = re.compile(r"^\s*namespace\s+filch\b(?!_)([^{;=]*)\{", re.M)
VERSION = re.compile(r'^#define FILCH_VERSION_STRING "([0-9.]+)"', re.M)
ABI_VERSION = re.compile(r"^#define FILCH_ABI_VERSION (\d+)", re.M)


def tracked_files(root):
    """Files that git tracks or would add; every file where there is no git."""
    command = ["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode == 0 and (root / ".git").exists():
        names = answer.stdout.splitlines()
    else:
        names = [str(p.relative_to(root)) for p in root.rglob("*")]
    return sorted(name for name in set(names) if (root / name).is_file())


def is_script(path, text):
    return pathlib.PurePath(path).suffix in SCRIPTS or path.endswith("CMakeLists.txt") or text.startswith("#!")


def check_file(path, text, abi_version, adrs):
    complaints = []
    lines = text.splitlines()
    suffix = pathlib.PurePath(path).suffix
    if suffix in CODE:
        if not lines or lines[0] != f"// {LICENCE}":
            complaints.append(f"{path}:1: the first line is not // {LICENCE}")
        if suffix == ".hpp" and "#pragma once" not in lines:
            complaints.append(f"{path}: no #pragma once")
    elif is_script(path, text) and suffix != ".in":
        if not any(line == f"# {LICENCE}" for line in lines[:2]):
            complaints.append(f"{path}:1: no # {LICENCE} in the first two lines")
    if len(lines) > LINES_ALLOWED and path not in adrs:
        complaints.append(f"{path}: {len(lines)} lines; above {LINES_ALLOWED} an ADR in docs/adr must name the file")
    if path != "scripts/check_style.py" and not path.startswith("tests/lint/"):
        for number, line in enumerate(lines, 1):
            if TODO.search(line):
                complaints.append(f"{path}:{number}: {TODO.search(line).group(1)} without an issue: write TODO(#12)")
    if path.startswith("include/"):
        for match in FORBIDDEN_HEADERS.finditer(text):
            if path not in FORBIDDEN_ALLOWED:
                complaints.append(f"{path}: <{match.group(1)}> in a public header")
    if path.startswith(("include/", "src/")) and suffix in CODE:
        for number, line in enumerate(lines, 1):
            raw = RAW_PRIMITIVES.search(line.split("//")[0])
            if raw and path not in RAW_ALLOWED:
                complaints.append(f"{path}:{number}: {raw.group()}: use the name in detail/base/atomic.hpp or "
                                  "detail/base/mutex.hpp, which the controlled scheduler can replace")
        for match in OPENS_NAMESPACE.finditer(text):
            if not match.group(1).startswith(f"::inline v{abi_version}"):
                complaints.append(f"{path}: namespace filch is opened without ::inline v{abi_version} "
                                  "(FILCH_ABI_VERSION)")
    return complaints


def check_columns(path, text):
    if MAY_BE_LONG.search(path):
        return []
    is_page = path.endswith(".md")
    return [f"{path}:{number}: {len(line)} columns; at most {COLUMNS}"
            for number, line in enumerate(text.splitlines(), 1)
            if len(line) > COLUMNS and not (is_page and line.startswith("|"))]


def check_port(root, version):
    port = root / "ports/filch/vcpkg.json"
    if not port.is_file():
        return []
    found = json.loads(port.read_text()).get("version")
    return [] if found == version else [f"ports/filch/vcpkg.json: version {found}, but version.hpp says {version}"]


def check(root):
    header = (root / "include/filch/version.hpp").read_text()
    abi, version = ABI_VERSION.search(header), VERSION.search(header)
    if not abi or not version:
        return ["include/filch/version.hpp: no FILCH_ABI_VERSION or no FILCH_VERSION_STRING"], {}
    adrs = "\n".join(p.read_text() for p in (root / "docs" / "adr").glob("*.md"))
    complaints, lengths = check_port(root, version.group(1)), {}
    for path in tracked_files(root):
        try:
            text = (root / path).read_text()
        except UnicodeDecodeError:
            continue
        complaints += check_columns(path, text)
        if pathlib.PurePath(path).suffix in CODE | SCRIPTS | {".txt"} or text.startswith("#!"):
            lengths[path] = len(text.splitlines())
            complaints += check_file(path, text, abi.group(1), adrs)
    return complaints, lengths


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    complaints, lengths = check(parser.parse_args().root)
    print(*complaints, sep="\n", end="\n" if complaints else "")
    for path in sorted((p for p in lengths if lengths[p] > LINES_WISHED), key=lengths.get, reverse=True):
        print(f"note: {path} has {lengths[path]} lines")
    longest = max(lengths, key=lengths.get, default="none")
    above = sum(length > LINES_WISHED for length in lengths.values())
    print(f"check_style: {len(lengths)} files, longest {longest} ({lengths.get(longest, 0)} lines), "
          f"{above} above {LINES_WISHED} lines, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
