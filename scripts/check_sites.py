#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Fails when a place of the library makes a step that no scenario of tests/schedule ever reaches.

  scripts/check_sites.py PROGRAM SITES [PROGRAM SITES...]
PROGRAM is one of the schedule tests, SITES what its --sites has written. Places that are known not to be reached are in
tests/schedule/unreached_sites.txt, each with the reason. Needs objdump and addr2line.
"""
import argparse
import collections
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SEAM = "include/filch/detail/base/atomic.hpp"  # what calls it is the place
KNOWN = ROOT / "tests/schedule/unreached_sites.txt"

# What makes a step where it is called. An unlock is left out: it is reached whenever its lock is.
STEPS = re.compile(
    r"^(?:_ZN10controlled(?:4stepENS_6actionE|5pauseEv|5mutex(?:4lock|8try_lock)Ev|12steady_clock3nowEv)"
    r"|_ZN5filch\w*?6detail(?:12native_futex\w+|13native_policy13heavy_barrierEv|13native_threadC1EPF\w+"
    r"|13native_thread4joinEv))$")
CALL = re.compile(r"^\s*([0-9a-f]+):\s+(?:[0-9a-f]{2} )+\s+call\s+[0-9a-f]+ <([^>+]+)>")

site = collections.namedtuple("site", "file text")


def output_of(*command, text_in=None):
    return subprocess.run(command, input=text_in, capture_output=True, text=True, check=True).stdout


def calls_in(program):
    """Where a step is made, as the address to which the call returns."""
    found = []
    for line in output_of("objdump", "-d", "-j", ".text", program).splitlines():
        match = CALL.match(line)
        if match and STEPS.match(match.group(2)):
            found.append(int(match.group(1), 16) + len(re.findall(r"\b[0-9a-f]{2} ", line.split("\t")[1])))
    return found


def sites_of(program, addresses, lines):
    """address -> site, for those in include/ or src/: the innermost function there, of those inlined in each other."""
    asked = "".join(f"{address - 1:#x}\n" for address in addresses)  # one less than where it returns is the call
    found, address, function = {}, None, None
    for line in output_of("addr2line", "-Cafie", program, text_in=asked).splitlines():
        if re.fullmatch(r"0x[0-9a-f]+", line):
            address, function = int(line, 16) + 1, None
        elif function is None:
            function = line
        else:
            file, _, number = line.partition(" (")[0].rpartition(":")
            inside = re.search(r"(?:^|/)((?:include/filch|src)/[\w/.]+)$", file) if address not in found else None
            if inside and inside.group(1) != SEAM and number.isdigit() and int(number) != 0:
                found[address] = (site(inside.group(1), lines(inside.group(1), int(number))), int(number))
            function = None
    return found


class source_lines:
    """The text of a line, and which it is of those that say the same: no addition elsewhere changes that."""

    def __init__(self):
        self.files = {}

    def __call__(self, file, number):
        if file not in self.files:
            self.files[file] = [" ".join(line.split()) for line in (ROOT / file).read_text().splitlines()]
        text = self.files[file][number - 1]
        before = self.files[file][:number - 1].count(text)
        return text if before == 0 else f"{text} #{before + 1}"


def read_known():
    known = {}
    for number, line in enumerate(KNOWN.read_text().splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            cells = [cell.strip() for cell in line.split(" ¦ ")]
            if len(cells) != 3 or not all(cells):
                sys.exit(f"{KNOWN.relative_to(ROOT)}:{number}: wants file ¦ text of the line ¦ reason")
            known[site(*cells[:2])] = cells[2]
    return known


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--switched", action="store_true",
                        help="print the places where no other thread ever went on, too")
    parser.add_argument("files", nargs="+", metavar="PROGRAM SITES")
    arguments = parser.parse_args()
    if len(arguments.files) % 2 != 0:
        parser.error("each program wants its sites")

    lines, places, reached, switched = source_lines(), {}, set(), set()
    for program, sites_file in zip(arguments.files[::2], arguments.files[1::2]):
        seen = dict(line.split() for line in pathlib.Path(sites_file).read_text().splitlines())
        calls = sites_of(program, calls_in(program), lines)
        for address, (place, number) in calls.items():
            places[place] = number
            how = seen.get(f"{address:x}")
            if how:
                reached.add(place)
            if how == "switched":
                switched.add(place)
    if not reached:
        sys.exit("check_sites: no place was reached; the programs and what they have written do not belong together")

    known = read_known()
    never = {place for place in places if place not in reached}
    complaints = [f"{p.file}:{places[p]}: never reached: {p.text}" for p in sorted(never - set(known))]
    complaints += [f"{KNOWN.relative_to(ROOT)}: there is no step any more in {p.file}: {p.text}"
                   for p in sorted(set(known) - set(places))]
    print(*complaints, sep="\n", end="\n" if complaints else "")
    if arguments.switched:
        for p in sorted(reached - switched):
            print(f"{p.file}:{places[p]}: no other thread went on here: {p.text}")
    print(f"check_sites: {len(places)} places make a step, {len(reached)} are reached, "
          f"at {len(switched)} of them another thread went on; "
          f"{len(never & set(known))} are known not to be, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
