#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""House rules that a program can check: sizes, width, left-over marks, licence lines, stray names.

Files: 1200 lines at most, a warning over 800. Functions: 100 lines at most, except the flat
switches in LONG_FUNCTIONS. Lines: 100 columns.
"""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

MAX_FILE, WARN_FILE, MAX_FUNCTION, MAX_WIDTH = 1200, 800, 100, 100

# file: function -> why it may be long. Only flat switches over a table belong here.
LONG_FUNCTIONS = {}
# Tables and verbatim texts: neither their length nor their width says anything.
TABLES = ("*.decode", "*.rules", "LICENSE", "*-digests.h", "*-counts.txt")
CODE = (".c", ".h", ".py", ".sh")

# Put together here so that this file passes its own check.
MARKS = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")) + r")\b")
OUTSIDE = re.compile(r"\.\./" + r"shared\b|(?<![\w./])/" + r"work/")
LICENCE = "SPDX-License-Identifier: "


def c_functions(lines):
    """(name, first line number, length) of each function in clang-format's Linux brace style."""
    start = name = None
    for number, line in enumerate(lines, 1):
        if line == "{" and start is None:
            start, name = number, function_name(lines[:number - 1])
        elif line.startswith("}") and start is not None:
            if line == "}" and name:
                yield name, start, number - start + 1
            start = None


def function_name(before):
    """The name in the declarator that ends just above an opening brace, or None."""
    head = []
    for line in reversed(before[-12:]):
        if not line or line.startswith(("}", "#", "/", " *")) or line.endswith(";"):
            break
        head.insert(0, line)
    match = re.search(r"(\w+)\s*\(", " ".join(head))
    return match and match[1]


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node.lineno, node.end_lineno - node.lineno + 1


def is_python(path, text):
    return path.endswith(".py") or text.startswith("#!/usr/bin/python3")


def check_lengths(path, text, lines):
    if len(lines) > MAX_FILE:
        yield f"{path}: {len(lines)} lines, {MAX_FILE} at most: split it"
    functions = []
    if path.endswith((".c", ".h")):
        functions = c_functions(lines)
    elif is_python(path, text):
        functions = python_functions(text)
    for name, line, length in functions:
        if length > MAX_FUNCTION and f"{path}: {name}" not in LONG_FUNCTIONS:
            yield f"{path}:{line}: {name} has {length} lines, {MAX_FUNCTION} at most"


def check_lines(path, lines, wide_ok):
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_WIDTH and not wide_ok:
            yield f"{path}:{number}: {len(line)} columns, {MAX_WIDTH} at most"
        for pattern, what in ((MARKS, "left-over mark"), (OUTSIDE, "name outside the repository")):
            match = pattern.search(line)
            if match:
                yield f"{path}:{number}: {what}: {match[0]}"


def check(path):
    data = Path(path).read_bytes()
    if b"\0" in data:
        return
    text = data.decode()
    lines = text.splitlines()
    table = any(Path(path).match(pattern) for pattern in TABLES)
    if not table:
        yield from check_lengths(path, text, lines)
    yield from check_lines(path, lines, table or path.endswith(".md"))
    if path.endswith(CODE) and not any(LICENCE in line for line in lines[:3]):
        yield f"{path}:1: no licence line ({LICENCE}MIT)"


def main():
    os.chdir(Path(__file__).resolve().parent.parent)
    listing = subprocess.run(["git", "ls-files", "-z"], check=True, stdout=subprocess.PIPE).stdout
    paths = [p for p in listing.decode().split("\0") if p and os.path.isfile(p)]
    problems = [problem for path in sorted(paths) for problem in check(path)]
    for path in paths:
        count = len(Path(path).read_bytes().splitlines())
        if WARN_FILE < count <= MAX_FILE and path.endswith(CODE):
            print(f"warning: {path}: {count} lines; reconsider at {WARN_FILE}")
    print("\n".join(problems) if problems else f"{len(paths)} files keep the house rules")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
