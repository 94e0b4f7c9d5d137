#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Fails when an atomic operation does not name its order, or a strong order has no label, row or partner.

The rules are those of CONTRIBUTING.md, "Atomics". A label is defined in the comment above the operation by itself
and an order: // [D3] release: publishes the slot. Pairs with [D6]. One that says "both" holds for two statements.
Its row in docs/design/memory-orders.md: | D3 | file operation... | what | partner | what breaks | test |
"""
import argparse
import pathlib
import re
import sys

TABLE = "docs/design/memory-orders.md"
FENCE_HOME = "include/filch/detail/base/atomic.hpp"
COLUMNS = ["label", "file", "operation", "partner", "what breaks", "test"]

LABEL = r"[A-Z][0-9]+"
DEFINITION = re.compile(
    rf"\[({LABEL})\]\s+(?:(?:success|failure)\s+)?(?:acquire|release|acq_rel|seq_cst|relaxed|fence)\b")
PARTNERS = re.compile(rf"\b[Ww]ith\s+((?:\[{LABEL}\](?:,|\s|and|or)*)+)")
MENTION = re.compile(rf"\[({LABEL})\]")
OPERATION = re.compile(
    r"(?:\.|->)\s*(?:template\s+)?(load|store|exchange|compare_exchange_weak|compare_exchange_strong|"
    r"fetch_add|fetch_sub|fetch_and|fetch_or|fetch_xor|test_and_set)\s*\("
    r"|\b(atomic_thread_fence|atomic_signal_fence)\s*\(")
STRONG = re.compile(r"memory_order(?:_|::)(?:acquire|release|acq_rel|seq_cst|consume)")
DECLARATION = re.compile(r"\batomic\s*<[^;(){}]*>\s*(\w+)\s*(?:\{[^;]*\}|=[^;]*)?;")


def blank_comments_and_strings(text):
    """The same text with comments and literals as spaces, so that offsets and lines stay."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def arguments_at(code, opening):
    """The text between the parenthesis at `opening` and its partner."""
    depth = 0
    for position in range(opening, len(code)):
        depth += {"(": 1, ")": -1}.get(code[position], 0)
        if depth == 0:
            return code[opening + 1:position]
    return code[opening + 1:]


def statement_start(code_lines, number):
    """The first line of the statement that holds line `number` (from 0); comments are not part of it."""
    while number > 0:
        above = code_lines[number - 1].strip()
        if not above or above[-1] in ";{}:":
            break
        number -= 1
    return number


def comment_above(lines, number):
    """The comment that ends on the line above `number`, as one string."""
    first = number
    while first > 0 and lines[first - 1].strip().startswith("//"):
        first -= 1
    return " ".join(line.strip().lstrip("/") for line in lines[first:number])


class source:
    """One file: its complaints and the labels that it defines (label -> mentioned partners)."""

    def __init__(self, path, text):
        self.path, self.complaints, self.labels, self.operations = path, [], {}, 0
        self.lines = text.splitlines()
        self.code = blank_comments_and_strings(text)
        self.code_lines = self.code.splitlines()
        self.scan_labels()
        self.scan_operations()

    def complain(self, number, text):
        self.complaints.append(f"{self.path}:{number + 1}: {text}")

    def scan_labels(self):
        for number, line in enumerate(self.lines):
            begins = line.strip().startswith("//") and not (number and self.lines[number - 1].strip().startswith("//"))
            if not begins:
                continue
            end = number
            while end < len(self.lines) and self.lines[end].strip().startswith("//"):
                end += 1
            comment = comment_above(self.lines, end)
            definitions = list(DEFINITION.finditer(comment))
            ends = [match.start() for match in definitions[1:]] + [len(comment)]
            for match, stop in zip(definitions, ends):
                self.add_label(number, match.group(1), comment[match.end():stop])

    def add_label(self, number, label, reason):
        partners = {name for match in PARTNERS.finditer(reason) for name in MENTION.findall(match.group(1))}
        if label in self.labels:
            self.complain(number, f"label {label} is defined twice")
        if not partners:
            self.complain(number, f"label {label} names no partner (... with [X1])")
        self.labels[label] = partners

    def is_labelled(self, number):
        """Whether the statement at `number` has a label, or the one before it has one that says both."""
        start = statement_start(self.code_lines, number)
        inside = " ".join(re.findall(r"//(.*)", "\n".join(self.lines[start:number + 1])))
        if DEFINITION.search(comment_above(self.lines, start) + inside):
            return True
        if start == 0 or not self.code_lines[start - 1].strip():
            return False
        before = comment_above(self.lines, statement_start(self.code_lines, start - 1))
        return re.search(r"\bboth\b", before) is not None and DEFINITION.search(before) is not None

    def scan_operations(self):
        atomics = set(DECLARATION.findall(self.code))
        for number, line in enumerate(self.code_lines):
            for name in atomics:
                if re.search(rf"(?:\+\+|--)\s*{name}\b|\b{name}\s*(?:\+\+|--|[-+|&^]=|=(?!=))", line) \
                        and not DECLARATION.search(line):
                    self.complain(number, f"operator on the atomic {name}: name the operation and its order")
        for match in OPERATION.finditer(self.code):
            self.operations += 1
            number = self.code.count("\n", 0, match.start())
            arguments = arguments_at(self.code, match.end() - 1)
            name = match.group(1) or match.group(2)
            if match.group(2) and self.path != FENCE_HOME:
                self.complain(number, f"{name}: fences live in {FENCE_HOME} only")
            if "memory_order" not in arguments and not re.search(r"\b(order|success|failure)\b", arguments):
                self.complain(number, f"{name} names no memory_order")
            elif STRONG.search(arguments) and not self.is_labelled(number):
                self.complain(number, f"{name}: a strong order without a label on the line above")


def read_table(text):
    """label -> dict of its row's cells; and complaints about the table's form."""
    rows, complaints = {}, []
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        label = cells[0].strip("`*[] ")
        if not line.strip().startswith("|") or not re.fullmatch(LABEL, label):
            continue
        if len(cells) != len(COLUMNS) or not all(cells):
            complaints.append(f"{TABLE}:{number}: row {label} needs the cells {' | '.join(COLUMNS)}")
            continue
        if label in rows:
            complaints.append(f"{TABLE}:{number}: label {label} has two rows")
        rows[label] = dict(zip(COLUMNS, cells))
        rows[label]["partners"] = set(re.findall(rf"\b({LABEL})\b", cells[COLUMNS.index("partner")]))
    return rows, complaints


def compare(defined, rows):
    """Labels of the code against rows of the table."""
    complaints = []
    for label, (path, partners) in sorted(defined.items()):
        if label not in rows:
            complaints.append(f"{path}: label {label} has no row in {TABLE}")
            continue
        row = rows[label]
        if pathlib.Path(path).name not in row["file"]:
            complaints.append(f"{TABLE}: row {label} names {row['file']}, the code has it in {path}")
        if not partners <= row["partners"]:
            missing = ", ".join(sorted(partners - row["partners"]))
            complaints.append(f"{path}: the comment of {label} names {missing} as partner, its row does not")
    for label, row in sorted(rows.items()):
        if label not in defined:
            complaints.append(f"{TABLE}: row {label} has no label in the code")
        for partner in sorted(row["partners"]):
            if partner not in rows:
                complaints.append(f"{TABLE}: row {label} names {partner}, which has no row")
            elif label not in rows[partner]["partners"]:
                complaints.append(f"{TABLE}: {label} names {partner} as partner, but not the other way round")
        if not row["partners"]:
            complaints.append(f"{TABLE}: row {label} names no partner")
    return complaints


def check(root):
    complaints, defined, operations = [], {}, 0
    for path in sorted(p for top in ("include", "src") for p in (root / top).rglob("*.[hc]pp")):
        file = source(str(path.relative_to(root)), path.read_text())
        complaints += file.complaints
        operations += file.operations
        for label, partners in file.labels.items():
            if label in defined:
                complaints.append(f"{file.path}: label {label} is also defined in {defined[label][0]}")
            defined[label] = (file.path, partners)
    table = root / TABLE
    rows, table_complaints = read_table(table.read_text() if table.is_file() else "")
    complaints += table_complaints + compare(defined, rows)
    return complaints, operations, len(defined), len(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    complaints, operations, labels, rows = check(parser.parse_args().root)
    print(*complaints, sep="\n", end="\n" if complaints else "")
    print(f"check_orders: {operations} atomic operations, {labels} labels, {rows} rows, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
