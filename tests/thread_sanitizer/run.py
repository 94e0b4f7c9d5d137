#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""run.py <source folder> <library> <include folder>... -- <compiler> [<option>...]

Compiles the sources with ThreadSanitizer, links them with a library that was built without, and runs each part: no
reports, but for the parts whose names begin with "race", which have one. 77: the compiler has no ThreadSanitizer.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

FOUND = 66  # what a program with reports exits with


def build(folder, compiler, sources, library, includes):
    program = folder / "program"
    command = [*compiler, "-std=c++20", "-O1", "-g", "-fsanitize=thread", *(f"-I{i}" for i in includes), *sources,
               library,
               f"-Wl,-rpath,{pathlib.Path(library).parent}", "-pthread", "-o", program]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        print(answer.stderr)
        return None
    return program


def has_sanitizer(folder, compiler):
    (folder / "empty.cpp").write_text("int main() {}\n")
    command = [*compiler, "-fsanitize=thread", folder / "empty.cpp", "-o", folder / "empty"]
    made = subprocess.run(command, capture_output=True, check=False).returncode == 0
    return made and subprocess.run([folder / "empty"], capture_output=True, check=False).returncode == 0


def run_part(program, part):
    """What is wrong, or None."""
    options = dict(os.environ, TSAN_OPTIONS=f"exitcode={FOUND}:halt_on_error=0")
    answer = subprocess.run([program, part], capture_output=True, text=True, check=False, timeout=300, env=options)
    expected = FOUND if part.startswith("race") else 0
    if answer.returncode == expected:
        return None
    return f"{part}: exit code {answer.returncode}, not {expected}\n{answer.stdout}{answer.stderr[:6000]}"


def main():
    split = sys.argv.index("--")
    source_folder, library, *includes = sys.argv[1:split]
    sources = sorted(pathlib.Path(source_folder).glob("*.cpp"))
    compiler = sys.argv[split + 1:]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if not has_sanitizer(folder, compiler):
            print(f"{compiler[0]} has no ThreadSanitizer that works here")
            return 77
        program = build(folder, compiler, sources, library, includes)
        if program is None:
            return 1
        parts = subprocess.run([program], capture_output=True, text=True, check=True).stdout.split()
        wrong = [fault for fault in (run_part(program, part) for part in parts) if fault]
    print(*wrong, sep="\n")
    print(f"{compiler[0]}: {len(parts)} parts, {len(wrong)} wrong")
    return 1 if wrong or not parts else 0


if __name__ == "__main__":
    sys.exit(main())
