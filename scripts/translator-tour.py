#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Checks or renews the listings of docs/translator-tour.md.

  scripts/translator-tour.py [--quern PROGRAM] [--write]

The page's first listing is a guest program: `address: word  text`. It is run as firmware with -d,
and what the log says of the loop in it takes the place of the listings that are marked
<!-- listing: NAME -->. Without --write a listing that would change is an error.
"""

import argparse
import re
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
PAGE = TOP / "docs/translator-tour.md"
LISTING = re.compile(r"(<!-- listing: (\S+) -->\n```\n)(.*?)(```\n)", re.S)
STAGES = {"guest": "IN:", "ir": "OP:", "optimized": "OP after", "host": "OUT:"}


def program(page):
    text = next(m[3] for m in LISTING.finditer(page) if m[2] == "program")
    rows = re.findall(r"^ *([0-9a-f]+): ([0-9a-f]{8})  (.*)$", text, re.M)
    code = b"".join(struct.pack("<I", int(word, 16)) for _, word, _ in rows)
    first = next(int(at, 16) for at, _, insn in rows if insn.startswith("loop:"))
    return code, first


def log_of(quern, code, first):
    """The log of the block at @first, once it is there."""
    with tempfile.TemporaryDirectory() as tmp:
        firmware, log = Path(tmp, "firmware"), Path(tmp, "log")
        firmware.write_bytes(code)
        args = [quern, "-M", "virt", "-cpu", "cortex-a57", "-display", "none", "-nodefaults",
                "-bios", firmware, "-accel", "tcg,host-isa=v3", "-D", log,
                "-d", "in_asm,op,op_opt,out_asm", "-dfilter", f"{first:#x}+4"]
        with subprocess.Popen(args) as proc:
            try:
                for _ in range(600):
                    time.sleep(0.05)
                    text = log.read_text() if log.exists() else ""
                    if re.search(r"^OUT:.*?\n\n", text, re.M | re.S):
                        return text
            finally:
                proc.terminate()
    sys.exit("translator-tour: the loop was not translated")


def stage(log, name):
    text = log[log.index(STAGES[name]):]
    text = text[:text.index("\n\n") + 1]
    return re.sub(r"0x[0-9a-f]{10,16}", "0x...", text)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quern", default=TOP / "build/quern-system-aarch64")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    page = PAGE.read_text(encoding="utf-8")
    log = log_of(args.quern, *program(page))
    renewed = LISTING.sub(
        lambda m: m[1] + (stage(log, m[2]) if m[2] in STAGES else m[3]) + m[4], page)
    if args.write:
        PAGE.write_text(renewed, encoding="utf-8")
    elif renewed != page:
        stale = [a[2] for a, b in zip(LISTING.finditer(page), LISTING.finditer(renewed))
                 if a[3] != b[3]]
        sys.exit(f"docs/translator-tour.md is out of date: {', '.join(stale)}. Read it against the "
                 f"new listings:\n  scripts/translator-tour.py --write; git diff docs")


if __name__ == "__main__":
    main()
