# SPDX-License-Identifier: MIT
"""The test server itself: every command, its replies, and what is no command."""

import signal
import subprocess
import time

import pytest

from client import MACHINE, QTest, QTestError, command, qom_path

RAM = 0x40000000

# line, reply; in order, on one machine
GOOD = [
    ("endianness", "OK little"),
    ("memset 0x40000000 64 0", "OK"),
    ("writeb 0x40000000 0x1ff", "OK"),
    ("readb 0x40000000", "OK 0x00000000000000ff"),
    ("writew 0x40000002 0x12345", "OK"),
    ("readw 0x40000002", "OK 0x0000000000002345"),
    ("writel 0x40000004 0x123456789", "OK"),
    ("readl 0x40000004", "OK 0x0000000023456789"),
    ("writeq 0x40000008 0x1122334455667788", "OK"),
    ("readq 0x40000008", "OK 0x1122334455667788"),
    ("read 0x40000000 16", "OK 0xff0045238967452388776655443322" + "11"),
    ("b64read 0x40000000 16", "OK /wBFI4lnRSOId2ZVRDMiEQ=="),
    ("write 0x40000010 4 0xdeadBEEF", "OK"),
    ("read 0x40000010 4", "OK 0xdeadbeef"),
    ("write 0x40000010 8 0x1234", "OK"),
    ("read 0x40000010 8", "OK 0x1234000000000000"),
    ("write 0x40000010 1 0xaabbcc", "OK"),
    ("read 0x40000010 4", "OK 0xaa340000"),
    ("b64write 0x40000020 4 AQIDBA==", "OK"),
    ("read 0x40000020 4", "OK 0x01020304"),
    ("b64write 0x40000020 2 CQkJCQ==", "OK"),
    ("read 0x40000020 4", "OK 0x09090304"),
    ("memset 0x40000030 8 0x15a", "OK"),
    ("read 0x40000030 9", "OK 0x5a5a5a5a5a5a5a5a00"),
    ("memset 0x40000030 0 0", "OK"),
    ("writel 0x40000000 -1", "OK"),
    ("readl 1073741824", "OK 0x00000000ffffffff"),
    ("writel 0x40000000 077", "OK"),
    ("readl 0x40000000", "OK 0x000000000000003f"),
    ("inb 0x10", "OK 0x00ff"),
    ("inw 0x10", "OK 0xffff"),
    ("inl 0x10", "OK 0xffffffff"),
    ("outb 0x10 1", "OK"),
    ("outw 0x10 1", "OK"),
    ("outl 0x10 1", "OK"),
    ("readl 0xffffffff0000", "OK 0x0000000000000000"),
    ("writel 0xffffffff0000 1", "OK"),
    ("irq_intercept_out nobody", "FAIL Unknown device"),
    ("nonsense", "FAIL Unknown command 'nonsense'"),
    ("NONSENSE 1", "FAIL Unknown command 'NONSENSE'"),
]


@pytest.fixture(scope="module")
def server():
    with QTest() as qts:
        yield qts


def test_replies(server):
    for line, reply in GOOD:
        assert server.ask(line).startswith(reply), line


# Lines that make no sense; many of them end QEMU.
BAD = ["", " ", "readb", "readb 1 2", "writeb 1", "write 0x40000010 4", "clock_set", "set_irq_in",
       "irq_intercept_in", "readl xyz", "readl 0x", "readl 0x1x", "readl 0x10000000000000000",
       "read 0x40000000 -1", "read 0x40000000 0x7fffffffffffffff", "memset 0x40000000 x 0",
       "read 0xfffffffffffffff0 0x20", "write 0x40000000 2 0xzz", "write 0x40000000 2 0x1",
       "b64read 0x40000000 0x10000000", "memset 0x40000000 0xffffffffffff 1", "inb 0x10000",
       "clock_step x", "readl \x01\x02", "a b c d e f g h i", "write 0x40000000 4 0x"]


@pytest.mark.ours
@pytest.mark.parametrize("line", BAD)
def test_bad_lines(server, line):
    reply = server.ask(line)
    assert reply.startswith(("ERR ", "FAIL ")) and reply.isprintable()
    assert server.ask("endianness") == "OK little"


@pytest.mark.ours
def test_lines_cut_anywhere(server):
    for data in (b"read", b"l 0x400", b"00000\nendian", b"ness\r\n"):
        server.send(data)
    assert server.reply().startswith("OK 0x")
    assert server.reply() == "OK little"
    server.send(b"x" * 100 + b"\0y\n")
    assert server.reply().startswith("ERR")


def test_large_blocks(server):
    data = bytes(range(256)) * 4096
    server.write(RAM + 0x100000, data)
    assert server.read(RAM + 0x100000, len(data)) == data
    server.do("memset", RAM + 0x100000, 1 << 20, 0xa5)
    assert server.read(RAM + 0x100000, 1 << 20) == b"\xa5" * (1 << 20)


@pytest.mark.ours
def test_overlong_line(server):
    server.send(b"write 0x40000000 4 0x")
    for _ in range(130):
        server.send(b"00" * (1 << 19))
    server.send(b"\n")
    assert server.reply() == "ERR line too long"
    assert server.ask("endianness") == "OK little"


# --- the clock ---

@pytest.mark.ours
def test_clock_stands_and_steps(qts):
    assert qts.clock_step(0) == 0
    assert qts.clock_step(5) == 5
    assert qts.clock_step(1_000_000_000) == 1_000_000_005
    assert qts.ask("clock_set 2000000000") == "OK 2000000000"
    assert qts.ask("clock_set 1000000000") == "FAIL 2000000000"
    assert qts.clock_step(0) == 2_000_000_000
    assert qts.ask("clock_step 0x7fffffffffffffff").startswith("ERR")
    # No timer is set: there is nothing to step to.
    assert qts.ask("clock_step") == "FAIL 2000000000"


@pytest.mark.ours
def test_vcpus_do_not_run(qts):
    """The code is an endless loop that counts in memory."""
    qts.writel(RAM + 0x1000, 0)
    before = qts.read(RAM, 64)
    qts.clock_step(10_000_000)
    assert qts.read(RAM, 64) == before


# --- lines ---

def test_set_irq_in_checks(server):
    gic = qom_path("arm_gic")
    assert server.ask(f"set_irq_in {gic} unnamed-gpio-in 1 1") == "OK"
    assert server.ask(f"set_irq_in {gic} unnamed-gpio-in 1 0") == "OK"
    assert server.ask("set_irq_in nobody unnamed-gpio-in 1 1").startswith("FAIL Unknown device")


@pytest.mark.ours
def test_lines_that_do_not_exist(server):
    gic = qom_path("arm_gic")
    for line in (f"set_irq_in {gic} unnamed-gpio-in 100000 1", f"set_irq_in {gic} other 0 1",
                 f"set_irq_in {gic} unnamed-gpio-in -1 1", "set_irq_in /machine x 0 1",
                 f"irq_intercept_out {gic} other", "irq_intercept_in /machine"):
        assert server.ask(line).startswith("FAIL"), line


def test_intercept_in(qts):
    cpu = qom_path("cortex-a57-arm-cpu")
    qts.intercept_in(cpu)
    qts.set_irq(cpu, 0, 1)
    qts.set_irq(cpu, 3, 1)
    assert qts.irqs == {0: True, 3: True}
    qts.set_irq(cpu, 0, 0)
    assert qts.irqs == {0: False, 3: True}
    qts.irqs.clear()
    qts.set_irq(cpu, 3, 1)
    assert qts.irqs == {}, "no event without a change"
    qts.intercept_in(cpu)
    assert qts.ask(f"irq_intercept_in {qom_path('pl011')}").startswith("FAIL")


@pytest.mark.ours
def test_intercept_out(qts):
    qts.intercept_out(qom_path("pl011"), "sysbus-irq")
    qts.writel(0x9000038, 0x7ff)
    assert qts.irqs == {}
    qts.writel(0x9000030, 0x301)
    qts.writel(0x9000000, ord("x"))
    assert qts.irqs == {0: True, 2: True}
    qts.writel(0x9000044, 0x7ff)
    assert qts.irqs == {0: False, 2: False}


# --- the process ---

def test_sigterm_is_a_good_end(qts):
    assert qts.ask("endianness") == "OK little"
    assert qts.end() == 0


def test_log(start, tmp_path):
    log = tmp_path / "log"
    qts = start("-qtest-log", log)
    qts.do("readl", RAM)
    qts.end()
    text = log.read_text()
    assert "OPENED" in text
    assert "[R +" in text and "readl 0x40000000" in text
    assert "[S +" in text and "] OK 0x" in text


@pytest.mark.ours
def test_log_that_can_not_be_opened():
    run = subprocess.run(command(*MACHINE, "-qtest", "stdio", "-qtest-log", "/no/such/log"),
                         stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=20)
    assert run.returncode == 1 and "/no/such/log" in run.stderr


@pytest.mark.ours
def test_beside_tcg(tmp_path):
    """A server beside a vCPU that counts in memory."""
    code = [0x10000000,  # adr x0, .
            0xb9500001,  # ldr w1, [x0, #0x1000]
            0x11000421,  # add w1, w1, #1
            0xb9100001,  # str w1, [x0, #0x1000]
            0x17fffffd]  # b to the load
    counter = RAM + 0x80000 + 0x1000
    kernel = tmp_path / "counter.bin"
    kernel.write_bytes(b"".join(word.to_bytes(4, "little") for word in code))
    with QTest("-kernel", kernel, machine=(*MACHINE, "-accel", "tcg")) as qts:
        deadline = time.monotonic() + 20
        while qts.readl(counter) < 1000 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert qts.readl(counter) >= 1000
        reply, ns = qts.ask("clock_step 1000000000000").split()
        assert reply == "FAIL" and int(ns) < 100 * 10**9, "time is the vCPUs'"
        assert qts.end() == 0


@pytest.mark.ours
def test_client_reports_an_end(qts):
    qts.proc.send_signal(signal.SIGKILL)
    with pytest.raises((QTestError, BrokenPipeError)):
        qts.ask("endianness")
        qts.ask("endianness")
