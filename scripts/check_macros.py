#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Fails when a header of ours uses a name that is a macro in another project's headers.

A program may include those first, and the macro then changes ours. The list is tests/support/foreign_macros.hpp.
"""
import argparse
import pathlib
import re
import sys

LIST = "tests/support/foreign_macros.hpp"
DEFINE = re.compile(r"^#define (\w+)(\(?)", re.M)
# What the preprocessor does not look at: comments, and strings and characters.
BLANK = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'", re.S)
# Directives, continued lines included. What `#define` of ours says is read where we use it.
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)
NAME = re.compile(r"\b[A-Za-z_]\w*\b(\s*\()?")


def blanked(text):
    """The text without what the preprocessor does not expand; each line stays where it is."""
    keep_lines = lambda match: "\n" * match.group().count("\n") or " "
    return DIRECTIVE.sub(keep_lines, BLANK.sub(keep_lines, text))


def read_macros(text):
    """Name -> whether it is replaced only before a parenthesis."""
    return {name: parenthesis == "(" for name, parenthesis in DEFINE.findall(text)}


def check_text(path, text, macros):
    complaints = []
    for number, line in enumerate(blanked(text).splitlines(), 1):
        for match in NAME.finditer(line):
            name = match.group().rstrip("( \t")
            if name in macros and (match.group(1) or not macros[name]):
                complaints.append(f"{path}:{number}: {name} is a macro in other headers ({LIST}): use another name"
                                  + (f", or write ({name})(" if macros[name] else ""))
    return complaints


def check(root):
    macros = read_macros((root / LIST).read_text())
    files = sorted(root.glob("include/**/*.hpp")) + sorted(root.glob("cmake/*.hpp.in"))
    complaints = []
    for file in files:
        complaints += check_text(str(file.relative_to(root)), file.read_text(), macros)
    return complaints, len(files), len(macros)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    complaints, files, macros = check(parser.parse_args().root)
    print(*complaints, sep="\n", end="\n" if complaints else "")
    print(f"check_macros: {files} headers, {macros} macros of others, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
