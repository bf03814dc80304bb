# SPDX-License-Identifier: MIT
"""The memory model, by bare/litmus.c: what barriers forbid is not seen, and is without barriers."""

import re
import struct
from pathlib import Path

import pytest

WORDS = Path(__file__).resolve().parent / "bare/litmus.words"
ROUNDS_MARK = 0xC0FFEE00
BEFORE_IRIW = 12  # lines; that needs four host CPUs to be quick, and is left to `make accept`


def litmus_image(path, rounds):
    """The program, to run each test ROUNDS * 512 times."""
    words = [int(w, 16) for w in WORDS.read_text().split()]
    assert words.count(ROUNDS_MARK) == 1
    words[words.index(ROUNDS_MARK)] = rounds
    path.write_bytes(struct.pack(f"<{len(words)}I", *words))
    return path


def outcomes(start, image, lines, *options, seconds=120):
    """{"SB dmb": how often what sequential consistency forbids was seen}, SECONDS at most a test"""
    machine = start(["-M", "virt", "-cpu", "cortex-a57", "-smp", "4", "-m", "128M", "-nographic",
                     "-device", f"loader,file={image},addr=0x40080000,cpu-num=0", *options])
    found = {}
    while len(found) < lines:
        match = machine.expect(r"(\S+ (?:plain|dmb|acqrel)) (\d+) \d+\n", seconds)
        found[match[1]] = int(match[2])
    return found


def test_forbidden_outcomes(start, tmp_path):
    image = litmus_image(tmp_path / "litmus.bin", 60)
    found = outcomes(start, image, BEFORE_IRIW)
    assert not [name for name, n in found.items() if n and not re.search("plain", name)]


def test_barriers_are_what_forbids_them(start, tmp_path):
    image = litmus_image(tmp_path / "litmus.bin", 60)
    found = outcomes(start, image, 6, "-accel", "tcg,barriers=off")
    if not found["SB dmb"] + found["SB acqrel"]:
        pytest.skip("the host hardly ran two vCPUs at the same time")
    assert found["MP dmb"] == 0  # the host's own order
