# SPDX-License-Identifier: MIT
"""Memory copy and set (FEAT_MOPS), accesses of 64 bytes (FEAT_LS64): bare/copies.c, bare/ls64.S."""

import struct
from pathlib import Path

import pytest

BARE = Path(__file__).resolve().parent / "bare"
TESTS = ["copy forwards", "copy", "set", "faults", "unprivileged", "mismatches", "interrupts"]


MODES = [("-accel", "tcg"), ("-accel", "tcg,host-isa=v3"), ("-accel", "tcg,interp=on"),
         ("-icount", "shift=0")]


def start_program(start, tmp_path, name, options):
    image = tmp_path / f"{name}.bin"
    words = [int(w, 16) for w in (BARE / f"{name}.words").read_text().split()]
    image.write_bytes(struct.pack(f"<{len(words)}I", *words))
    return start(["-M", "virt,gic-version=2", "-cpu", "max", "-m", "256M", "-nographic",
                  "-device", f"loader,file={image},addr=0x40080000,cpu-num=0", *options])


@pytest.mark.smoke
@pytest.mark.parametrize("options", MODES)
def test_copies(start, tmp_path, options):
    machine = start_program(start, tmp_path, "copies", options)
    for name in TESTS:
        assert machine.expect(r"([\w ]+) (ok|FAILED \d+)\n").groups() == (name, "ok")
    assert machine.wait() == 0


@pytest.mark.smoke
@pytest.mark.parametrize("options", MODES)
def test_64_bytes(start, tmp_path, options):
    machine = start_program(start, tmp_path, "ls64", options)
    assert machine.expect(r"([a-z!]+)\.\n").group(1) == "abcdefghijklmnopqrstuv"
    assert machine.wait() == 0
