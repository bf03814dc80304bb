# SPDX-License-Identifier: MIT
"""Memory copy and set (FEAT_MOPS) on a bare machine: bare/copies.c."""

import struct
from pathlib import Path

import pytest

WORDS = Path(__file__).resolve().parent / "bare/copies.words"
TESTS = ["copy forwards", "copy", "set", "faults", "unprivileged", "mismatches", "interrupts"]


@pytest.mark.smoke
@pytest.mark.parametrize("options", [
    ("-accel", "tcg"), ("-accel", "tcg,host-isa=v3"), ("-accel", "tcg,interp=on"),
    ("-icount", "shift=0")])
def test_copies(start, tmp_path, options):
    image = tmp_path / "copies.bin"
    words = [int(w, 16) for w in WORDS.read_text().split()]
    image.write_bytes(struct.pack(f"<{len(words)}I", *words))
    machine = start(["-M", "virt,gic-version=2", "-cpu", "max", "-m", "256M", "-nographic",
                     "-device", f"loader,file={image},addr=0x40080000,cpu-num=0", *options])
    for name in TESTS:
        assert machine.expect(r"([\w ]+) (ok|FAILED \d+)\n").groups() == (name, "ok")
    assert machine.wait() == 0
