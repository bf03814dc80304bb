# SPDX-License-Identifier: MIT
"""WFE sleeps, and SEV, SEVL, the event stream, interrupts and stores to a marked word end it."""

import struct
import time
from pathlib import Path

import pytest

WORDS = Path(__file__).resolve().parent / "bare/events.words"
TESTS = ["sevl", "rising", "falling", "interrupt", "masked", "unmasked", "return", "second CPU"]


@pytest.mark.smoke
@pytest.mark.parametrize("options", [
    ("-accel", "tcg,thread=multi"), ("-accel", "tcg,thread=single"), ("-accel", "tcg,interp=on"),
    ("-icount", "shift=0"), ("-icount", "shift=3,sleep=off")])
def test_wait_for_event(start, tmp_path, options):
    image = tmp_path / "events.bin"
    words = [int(w, 16) for w in WORDS.read_text().split()]
    image.write_bytes(struct.pack(f"<{len(words)}I", *words))
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
