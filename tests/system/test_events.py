# SPDX-License-Identifier: MIT
"""WFE sleeps, and SEV, SEVL, the event stream, interrupts and stores to a marked word end it."""

import struct
import time
from pathlib import Path

import pytest

BARE = Path(__file__).resolve().parent / "bare"
TESTS = ["sevl", "rising", "falling", "interrupt", "masked", "unmasked", "return", "second CPU"]


MODES = [("-accel", "tcg,thread=multi"), ("-accel", "tcg,thread=single"),
         ("-accel", "tcg,interp=on"), ("-icount", "shift=0"), ("-icount", "shift=3,sleep=off")]


def make_image(name, tmp_path):
    image = tmp_path / f"{name}.bin"
    words = [int(w, 16) for w in (BARE / f"{name}.words").read_text().split()]
    image.write_bytes(struct.pack(f"<{len(words)}I", *words))
    return image


@pytest.mark.smoke
@pytest.mark.parametrize("options", MODES)
def test_wait_for_event(start, tmp_path, options):
    image = make_image("events", tmp_path)
    machine = start(["-M", "virt,gic-version=2", "-cpu", "cortex-a57", "-smp", "2", "-m", "128M",
                     "-nographic", "-device", f"loader,file={image},addr=0x40080000,cpu-num=0",
                     *options])
    for name in TESTS:
        assert machine.expect(r"([\w ]+) (ok|FAILED \d+)\n").groups() == (name, "ok")
    machine.expect("asleep\n")
    if "sleep=off" not in options[1]:
        time.sleep(0.2)
        begin = machine.cpu_seconds()
        time.sleep(1)
        assert machine.cpu_seconds() - begin < 0.2
        answer = machine.monitor("x-state-roundtrip 1", 60)
        assert "the same after loading" in answer, answer
    machine.expect("awake\n")
    assert machine.wait() == 0


@pytest.mark.smoke
@pytest.mark.parametrize("options", MODES)
def test_timed_waits(start, tmp_path, options):
    image = make_image("timed-waits", tmp_path)
    machine = start(["-M", "virt,gic-version=2", "-cpu", "max", "-m", "128M", "-nographic",
                     "-device", f"loader,file={image},addr=0x40080000,cpu-num=0", *options])
    assert machine.expect(r"([a-z!]+)\.\n").group(1) == "abcdefghijk"
    assert machine.wait() == 0
