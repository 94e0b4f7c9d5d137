# SPDX-License-Identifier: BSL-1.0
"""usage: check_snippets.py ROOT

Every ```cpp block of README.md and docs/guides/*.md must be a region of a file in examples/, marked by
`// [snippet: name]` and `// [end]`; every region must be shown somewhere. CI builds and runs those files.
Every line of a ```cmake block must be a line of a consumer in tests/package."""
import pathlib
import re
import sys
import textwrap

root = pathlib.Path(sys.argv[1])
pages = [root / "README.md", *sorted((root / "docs/guides").glob("*.md"))]
complaints = []

regions = {}
for source in sorted((root / "examples").rglob("*.cpp")):
    name = None
    for line in source.read_text().splitlines():
        if match := re.fullmatch(r"\s*// \[snippet: (.+)\]", line):
            name = f"{source.relative_to(root)}: {match[1]}"
            regions[name] = []
        elif line.strip() == "// [end]":
            name = None
        elif name:
            regions[name].append(line)
    if name:
        complaints.append(f"{name}: no // [end]")
texts = {textwrap.dedent("\n".join(lines)): name for name, lines in regions.items()}

consumer_lines = {line.strip() for file in (root / "tests/package").rglob("CMakeLists.txt")
                  for line in file.read_text().splitlines()}
shown, blocks = set(), 0
for page in pages:
    for language, block in re.findall(r"^```(\w*)\n(.*?)\n```$", page.read_text(), re.M | re.S):
        blocks += 1
        where = f"{page.relative_to(root)}: the block that begins with '{block.splitlines()[0]}'"
        if language == "cpp":
            shown.add(texts.get(block))
            if block not in texts:
                complaints.append(f"{where} is no region of a file in examples/")
        elif language == "cmake":
            missing = [line for line in block.splitlines() if line.strip() not in consumer_lines]
            complaints += [f"{where}: '{line}' is in no consumer of tests/package" for line in missing]
        elif language != "sh":
            complaints.append(f"{where}: language '{language}' is not checked; use cpp, cmake or sh")
complaints += [f"{name} is shown on no page" for name in regions if name not in shown]

print(*complaints, sep="\n", end="\n" if complaints else "")
print(f"check_snippets: {len(pages)} pages, {blocks} blocks, {len(regions)} regions, {len(complaints)} complaints")
sys.exit(1 if complaints or not regions else 0)
