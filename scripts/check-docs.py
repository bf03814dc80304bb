#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Hold the documentation to the tree: links lead to files, every directory with C is in the code
map, and every file that a page names in code type with a directory exists."""

import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
CODE_MAP = "docs/code-map.md"
# Directories whose parent stands for them in the code map.
COVERED = ("include/", "tests/")
NAMED_FILE = re.compile(r"`([a-z][\w-]*(?:/[\w.-]+)+\.(?:c|h|py|md|decode|rules|sh))`")


def tracked(*patterns):
    # Files that are new and not added yet count too: the check runs before a commit.
    return subprocess.run(["git", "ls-files", "-co", "--exclude-standard", *patterns], cwd=TOP,
                          check=True, capture_output=True, text=True).stdout.split()


def check_page(page, problems):
    text = (TOP / page).read_text()
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        if not (TOP / page).parent.joinpath(target).exists():
            problems.append(f"{page}: the link to {target} leads nowhere")
    for name in NAMED_FILE.findall(text):
        if name.startswith("build/"):  # a clone that is not built yet has none
            continue
        if not (TOP / name).exists() and not (TOP / "include" / name).exists():
            problems.append(f"{page}: {name} does not exist")


def main():
    problems = []
    pages = tracked("*.md")
    for page in pages:
        check_page(page, problems)
    code_map = (TOP / CODE_MAP).read_text()
    directories = {name.rsplit("/", 1)[0] + "/" for name in tracked("*.c") if "/" in name}
    for directory in sorted(directories):
        if not directory.startswith(COVERED) and f"`{directory}`" not in code_map:
            problems.append(f"{CODE_MAP}: {directory} is missing")
    print("\n".join(problems) or f"{len(pages)} pages agree with the tree")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
