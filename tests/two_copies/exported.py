#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""exported.py <source> <compiler> <option>...: functions of filch's headers that a module exports and that call filch.

Two modules of a program may have a static copy of filch each. An inline function that both export exists once for the
dynamic linker, so that one module calls the other's copy and meets its thread-local variables. Exported functions that
call nothing of the library do no harm.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

OURS = re.compile(r"_ZNK?5filch2v0|_ZTWN5filch|_ZTHN5filch")
# Their own copies are the same to all who catch them, whose handlers look for one type by its name.
EXCEPTIONS = re.compile(r"5filch2v0\d+(pool_closed|pool_full|task_cancelled|usage_error)[CD]")


def read(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def symbols_of(obj):
    """Name -> (binding, visibility, whether it is defined)."""
    found = {}
    for line in read("readelf", "-sW", obj).splitlines():
        fields = line.split()
        if len(fields) >= 8 and fields[0].rstrip(":").isdigit():
            found[fields[7]] = (fields[4], fields[5], fields[6] != "UND")
    return found


def references_of(obj):
    """Name of a function -> what it refers to. Each function has a section of its own."""
    found, current = {}, None
    for line in read("readelf", "-rW", obj).splitlines():
        section = re.match(r"Relocation section '\.rela\.text(?:\.unlikely)?\.(\S+)'", line)
        if line.startswith("Relocation section"):
            current = found.setdefault(section.group(1), set()) if section else None
        elif current is not None:
            fields = line.split()
            if len(fields) >= 5 and re.fullmatch(r"[0-9a-f]+", fields[0]):
                current.add(fields[4].split("@")[0])
    return found


def leading_into_the_library(symbols, references):
    reaches = {name for name,
               (_, _, defined) in symbols.items() if not defined and OURS.match(name) and not EXCEPTIONS.search(name)}
    grown = True
    while grown:
        new = {name for name, used in references.items() if name not in reaches and used & reaches}
        reaches |= new
        grown = bool(new)
    return reaches


def main():
    source, *command = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        obj = pathlib.Path(folder) / "module.o"
        subprocess.run([*command, "-O0", "-fPIC", "-ffunction-sections", "-c", source, "-o", obj], check=True)
        symbols, references = symbols_of(obj), references_of(obj)
    reaches = leading_into_the_library(symbols, references)
    exported = sorted(name for name in reaches if OURS.match(name) and symbols.get(name, ("", "", False)) == ("WEAK",
        "DEFAULT", True))
    names = subprocess.run(["c++filt"], input="\n".join(exported), capture_output=True, text=True, check=True).stdout
    if exported:
        print(names)
    print(f"{len(references)} functions, {len(reaches)} lead into the library, {len(exported)} of these are exported")
    return 1 if exported or not reaches else 0


if __name__ == "__main__":
    sys.exit(main())
