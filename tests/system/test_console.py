# SPDX-License-Identifier: MIT
"""The shared console with a guest behind it: nothing typed is lost, the monitor sees the guest."""

import hashlib
import random
import re

from machine import CTRL_A, PROMPT

CHUNK = 512


def test_paste_is_lossless(boot):
    """More than the guest's FIFO and the host's terminal buffer hold arrives whole."""
    machine = boot(append="quiet").wait_shell()
    pick = random.Random(3)
    text = "".join("".join(pick.choices("abcdefghijklmnop0123456789", k=60)) + "\n"
                   for _ in range(600))
    machine.check("stty -echo")
    machine.send("cat > /tmp/f <<'EOF'\r")
    for at in range(0, len(text), CHUNK):
        machine.send(text[at:at + CHUNK].replace("\n", "\r"))
        machine._read(0)
    machine.send("EOF\r")
    machine.expect(PROMPT)
    machine.send("sha256sum /tmp/f\r")
    match = machine.expect(r"([0-9a-f]{64})  /tmp/f", 60)
    assert match[1] == hashlib.sha256(text.encode()).hexdigest()


def test_break_reaches_the_guest(boot):
    """Ctrl-A B is a break, which the kernel takes for SysRq: h prints its help."""
    machine = boot().wait_shell()
    machine.check("echo 1 > /proc/sys/kernel/sysrq")
    machine.send(CTRL_A + "bh")
    machine.expect(r"sysrq: HELP", 20)


def test_monitor_looks_at_the_guest(boot):
    machine = boot().wait_shell()
    pc = re.search(r"PC=([0-9a-f]{16})", machine.monitor("info registers"))[1]
    assert re.search(r"0x[0-9a-f]+", machine.monitor("p $pc"))
    if int(pc, 16) >> 63:
        assert re.search(r": 0x[0-9a-f]{8} 0x[0-9a-f]{8}", machine.monitor(f"x/2x 0x{pc}"))
    assert "can not be read" in machine.monitor("x/x 0x7f0000000000")
    assert "0x580000c4" in machine.monitor("xp/x 0x40000000")  # the boot stub's first load
    assert "pl011" in machine.monitor("info qtree")
    assert "mach-virt.ram" in machine.monitor("info mtree")
    assert "can not be read" in machine.monitor("xp/x 0x3fffffff0000")


def test_stop_freezes_the_guest(boot):
    machine = boot().wait_shell()
    machine.monitor("stop")
    assert "paused" in machine.monitor("info status")
    before = machine.cpu_seconds()
    assert machine.monitor("p 1")
    assert machine.cpu_seconds() - before < 0.5
    machine.monitor("cont")
    assert "running" in machine.monitor("info status")
    assert machine.check("echo back") == "back"


def test_reset_from_the_monitor(boot):
    machine = boot(append="quiet").wait_shell()
    machine.monitor("system_reset")
    machine.wait_shell()
    assert machine.check("echo again") == "again"
