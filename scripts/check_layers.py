#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Fails when an include points up the list of rooms, or a file lies in the wrong place.

A room is a folder: include/filch/detail/<room> for what a public header reaches, src/<room> for the rest.
docs/design/overview.md shows the rooms with their files, and is checked against the folders.
"""
import argparse
import collections
import pathlib
import re
import sys
import textwrap

# Lowest first. A file may include files of its own room and of those before it. Beside a room stand the public headers
# that count as part of it.
ROOMS = {
    "base": "config version errors hook shutdown",
    "os": "available_parallelism",
    "queues": "",
    "parking": "",
    "memory": "",
    "job": "",
    "worker": "blocking",
    "pool": "thread_pool pool_options join_handle join_all when_any metrics this_worker worker_local",
    "fork_join": "fork_join parallel_invoke pipeline task_graph task_group scope",
    "loop": "grain parallel_for parallel_reduce parallel_scan parallel_algorithm",
    "sort": "parallel_sort",
}
EVERYTHING = "include/filch/filch.hpp"
BOOST_ALLOWED = "include/filch/detail/sort/boost_sort.hpp"  # docs/adr/0013-boost-sort-for-one-header.md

# Rooms that must not meet although the arrow would point down.
STRANGERS = {("loop", "worker"), ("loop", "parking"), ("loop", "queues"), ("job", "queues"), ("memory", "parking"),
             ("parking", "queues")}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def room_of(path):
    """The height and the name of a file's room; None if it has none."""
    rooms = list(ROOMS)
    parts = path.split("/")
    if path == EVERYTHING:
        return len(rooms), "everything"
    name = parts[-2]
    if path.startswith("include/filch/") and len(parts) == 3:
        name = next((room for room, headers in ROOMS.items() if parts[-1].removesuffix(".hpp") in headers.split()),
                    None)
    elif parts[:-2] not in (["src"], ["include", "filch", "detail"]):
        name = None
    return (rooms.index(name), name) if name in rooms else None


def target_of(root, spelling):
    """The file of ours that an include names, as a path below the root, or None if it is not ours."""
    if spelling.startswith("filch/"):
        return "include/" + spelling
    return f"src/{spelling}" if (root / "src" / spelling).is_file() else None


def check_include(path, line, quote, spelling, target):
    """The complaint about one include, or None."""
    where = f"{path}:{line}: #include {spelling}"
    if path.startswith("include/") and spelling.startswith("boost/") and path != BOOST_ALLOWED:
        return f"{where}: Boost in a public header"
    if target is None:
        return f'{where}: not found; write "<room>/<file>"' if quote == '"' else None
    if path.startswith("include/") and target.startswith("src/"):
        return f"{where}: an installed header includes a file that is not installed"
    above, below = room_of(path), room_of(target)
    if above is None or below is None:
        return None  # the missing room is reported for the file itself
    if below > above:
        return f"{where}: points up from {above[1]} to {below[1]}"
    if (above[1], below[1]) in STRANGERS:
        return f"{where}: {above[1]} must not know {below[1]}"
    return None


def check_places(root, files, includes):
    """Complaints about files without a room, with the same name, or installed for nobody."""
    for path in files:
        if room_of(path) is None:
            yield f"{path}: has no room; the rooms are in scripts/check_layers.py"
    by_name = collections.defaultdict(list)
    for path in files:
        by_name[pathlib.PurePath(path).name].append(path)
    for name, paths in by_name.items():
        if len(paths) > 1:
            yield f"{name}: is the name of {' and of '.join(paths)}"
    reached = set()
    left = [path for path in files if path.startswith("include/") and "/detail/" not in path]
    while left:
        path = left.pop()
        if path not in reached:
            reached.add(path)
            left += includes[path]
    for path in files:
        if path.startswith("include/") and path not in reached:
            yield f"{path}: no public header reaches it; it belongs to src"
    for folder in sorted({pathlib.PurePath(path).parent for path in files if path.startswith("src/")}):
        if not (root / folder / "README.md").is_file():
            yield f"{folder}: has no README.md"


def list_of_rooms(files):
    """What docs/design/overview.md shows: the files of each room, the highest room first."""
    lines = []
    for room in reversed(ROOMS):
        lines.append(room)
        for kind, start in (("public", "include/filch/"), ("detail", "include/filch/detail/"), ("src", "src/")):
            names = sorted({pathlib.PurePath(path).stem for path in files if (room_of(path) or ("", ""))[1] == room
                            and path.startswith(start) and ("/detail/" in path) == (kind == "detail")})
            if names:
                lines.append(f"  {kind:<7} {' '.join(names)}")
    return lines


def check_page(root, files):
    page = root / "docs/design/overview.md"
    shown = re.search(r"^```rooms\n(.*?)^```", page.read_text() if page.is_file() else "", re.M | re.S)
    text = re.sub(r"\n {10,}", " ", shown.group(1)) if shown else ""  # a long line goes on below
    if text.splitlines() != list_of_rooms(files):
        yield "docs/design/overview.md: does not show the rooms as they are; scripts/check_layers.py --print shows them"


def check_named_files(root):
    """Complaints about files that a page of docs/design names by a room and that do not exist."""
    for page in sorted((root / "docs/design").glob("*.md")):
        for number, line in enumerate(page.read_text().splitlines(), 1):
            for name in re.findall(r"`([a-z_]+/[a-z_/]+\.[hc]pp)`", line):
                if not any((root / folder / name).is_file() for folder in ("", "src", "include/filch")):
                    yield f"docs/design/{page.name}:{number}: {name} does not exist"


def check(root):
    complaints, includes = [], collections.defaultdict(list)
    files = sorted(str(p.relative_to(root)) for top in ("include", "src") for p in (root / top).rglob("*.[hc]pp"))
    for path in files:
        for number, text in enumerate((root / path).read_text().splitlines(), 1):
            match = INCLUDE.match(text)
            if not match:
                continue
            target = target_of(root, match[2])
            if target is not None:
                includes[path].append(target)
            complaint = check_include(path, number, *match.groups(), target)
            if complaint:
                complaints.append(complaint)
    complaints += [*check_places(root, files, includes), *check_page(root, files), *check_named_files(root)]
    return complaints, files, sum(map(len, includes.values()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    parser.add_argument("--print", action="store_true", help="show the rooms as the page must show them")
    options = parser.parse_args()
    complaints, files, includes = check(options.root)
    if options.print:
        print(*(textwrap.fill(line, 120, subsequent_indent=" " * 10) for line in list_of_rooms(files)), sep="\n")
        return 0
    print(*complaints, sep="\n", end="\n" if complaints else "")
    print(f"check_layers: {len(files)} files, {includes} includes of our own, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
