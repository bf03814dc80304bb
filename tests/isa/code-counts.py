#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The quality of translated code, as a file that a change shows in its diff.

  tests/isa/code-counts.py --run BUILD/tests/isa/code-count [--write] [FILE]

code-counts.txt has guest sequences, and how many host instructions each becomes. Without
--write the counts must agree with the build's. With it the file is made anew: assembler text
without a count gets one (that needs aarch64-linux-gnu-as), and the totals are printed, bytes too.
"""

import argparse
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROW = re.compile(r"^ *(?:(\d+)  )?(\S.*?)(?:  \| ([0-9a-f ]+))?$")
WIDTH = 68  # of the assembler text; the words follow


class Row:
    def __init__(self, line):
        self.line, self.asm, self.words = line, None, None
        if line and not line.startswith("#"):
            count, asm, self.words = ROW.match(line).groups()
            self.asm = asm.strip()
            self.was = int(count) if count else None
            self.now = self.size = None

    def text(self):
        if not self.asm:
            return self.line
        asm = f"{self.asm:{WIDTH}}"
        return f"{self.now:4}  {asm}  | {self.words}"


def assemble(rows):
    """Machine words for the rows' text; each stands at the page offset that code-count uses."""
    source = [".arch armv8.6-a+crypto+fp16+sha3+sm4", ".text"]
    for number, row in enumerate(rows):
        source += [".balign 4096", ".skip 0x100", f"s{number}: {row.asm}", f"e{number}:"]
    source += [".section .bounds"] + [f".quad s{n}, e{n}" for n in range(len(rows))]
    with tempfile.TemporaryDirectory() as tmp:
        done = subprocess.run(["aarch64-linux-gnu-as", "-o", f"{tmp}/o", "-"], text=True,
                              input="\n".join(source) + "\n", check=False)
        if done.returncode:
            sys.exit("code-counts: the assembler refuses")
        for cmd in (["ld", "-Ttext=0", "-e", "0", "-o", f"{tmp}/elf", f"{tmp}/o"],
                    ["objcopy", "-O", "binary", "-j", ".text", f"{tmp}/elf", f"{tmp}/text"],
                    ["objcopy", "-O", "binary", "-j", ".bounds", "--set-section-flags",
                     ".bounds=alloc", f"{tmp}/elf", f"{tmp}/bounds"]):
            subprocess.run(["aarch64-linux-gnu-" + cmd[0], *cmd[1:]], check=True)
        text = Path(f"{tmp}/text").read_bytes()
        bounds = struct.iter_unpack("<QQ", Path(f"{tmp}/bounds").read_bytes())
    for row, (start, end) in zip(rows, bounds):
        row.words = " ".join(f"{w:08x}" for w, in struct.iter_unpack("<I", text[start:end]))


def measure(rows, program):
    done = subprocess.run([program], input="".join(r.words + "\n" for r in rows), text=True,
                          stdout=subprocess.PIPE, check=False)
    if done.returncode:
        sys.exit(done.returncode)
    for row, line in zip(rows, done.stdout.splitlines(), strict=True):
        row.now, row.size = map(int, line.split())


def check(rows, file, program):
    for row in rows:
        if not row.words or row.was is None:
            sys.exit(f"code-counts: '{row.asm}' has no counts yet; run with --write")
    changed = [r for r in rows if r.was != r.now]
    for r in changed:
        print(f"{r.was:4} -> {r.now:<4} {r.asm}")
    if changed:
        print(f"{len(changed)} of {len(rows)} sequences have other code than {file} says. If that "
              f"is meant:\n  tests/isa/code-counts.py --run {program} --write")
        sys.exit(1)
    print(f"{len(rows)} sequences as expected")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True, metavar="PROGRAM")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("file", nargs="?", type=Path, default=HERE / "code-counts.txt")
    args = parser.parse_args()
    lines = [Row(line) for line in args.file.read_text(encoding="utf-8").splitlines()]
    rows = [r for r in lines if r.asm]
    if args.write:
        assemble(rows)
    if all(r.words for r in rows):
        measure(rows, args.run)
    if not args.write:
        check(rows, args.file, args.run)
        return
    args.file.write_text("".join(r.text() + "\n" for r in lines), encoding="utf-8")
    before = sum(r.was for r in rows if r.was)
    print(f"{len(rows)} sequences, {sum(len(r.words.split()) for r in rows)} guest instructions: "
          f"{before} -> {sum(r.now for r in rows)} host instructions of "
          f"{sum(r.size for r in rows)} bytes")


if __name__ == "__main__":
    main()
