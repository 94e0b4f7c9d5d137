#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""run_case.py <case.cpp> <compiler> <option>...: the case compiles, and with FILCH_FAULT fails as it says itself."""
import re
import subprocess
import sys


def compile_case(command, source, *options):
    return subprocess.run([*command, *options, source], capture_output=True, text=True, check=False)


def main():
    source, command = sys.argv[1], sys.argv[2:]
    with open(source, encoding="utf-8") as file:
        text = file.read()
    expected = re.search(r"^// expect: (.*)$", text, re.M).group(1)
    options = re.search(r"^// options with the fault: (.*)$", text, re.M)
    control = compile_case(command, source)
    if control.returncode != 0:
        print(f"{source} does not compile even without the fault:\n{control.stderr}")
        return 1
    fault = compile_case(command, source, "-DFILCH_FAULT", *(options.group(1).split() if options else []))
    if fault.returncode == 0:
        print(f"{source} compiles with the fault in it")
        return 1
    errors = "\n".join(line for line in fault.stderr.splitlines() if re.search(r"error:|note:|required", line))
    if not re.search(expected, errors):
        print(f"{source} fails for another reason than {expected!r}:\n{fault.stderr}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
