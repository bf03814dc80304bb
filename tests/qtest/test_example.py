# SPDX-License-Identifier: MIT
"""The example device (docs/add-a-device.md has its data sheet), first on the platform bus. Its
interrupt is SPI 112; the GIC is asked for the line."""

import os
import select
import socket

import pytest

from client import SLOW
from registers import Reg, check_mask, check_read_only, check_reset, each

pytestmark = pytest.mark.ours

BASE = 0x0c000000
ID, STATUS, IRQ_ENABLE, LOAD, DATA, FREQ = range(0, 0x18, 4)
TIMEOUT, RX = 1, 2
GICD_ISPENDR4 = 0x08000210  # INTID 144 = SPI 112 is bit 16
LINE = 1 << 16

READ_ONLY = [Reg("ID", ID, 0x45584d31), Reg("FREQ", FREQ, 1000000)]
PLAIN = [Reg("IRQ_ENABLE", IRQ_ENABLE, 0, 3), Reg("LOAD", LOAD, 0, 0xffffffff)]


class Example:
    """The device with a serial line: `.host` is the other end of it."""

    def __init__(self, start):
        self.host, theirs = socket.socketpair()
        fd = theirs.fileno()
        self.qts = start("-chardev", f"socket,id=c0,fd={fd}", "-device",
                         "example,clock-frequency=1000000,chardev=c0", pass_fds=[fd])
        theirs.close()

    def get(self, offset):
        return self.qts.readl(BASE + offset)

    def put(self, offset, value):
        self.qts.writel(BASE + offset, value)

    def line(self):
        return bool(self.qts.readl(GICD_ISPENDR4) & LINE)

    def until(self, condition):
        """The host's bytes come when its event loop runs: ask until they are there."""
        for _ in range(int(2000 * SLOW)):
            if condition():
                return True
            select.select([], [], [], 0.001)
        return False


@pytest.fixture
def dev(start):
    return Example(start)


def test_reset_values(dev):
    check_reset(dev.qts, BASE, READ_ONLY + PLAIN + [Reg("STATUS", STATUS), Reg("DATA", DATA)])


@pytest.mark.parametrize("reg", each(PLAIN))
def test_write_mask(dev, reg):
    check_mask(dev.qts, BASE, reg)


@pytest.mark.parametrize("reg", each(READ_ONLY))
def test_read_only(dev, reg):
    check_read_only(dev.qts, BASE, reg)


def test_timer(dev):
    """LOAD counts cycles of clock-frequency: 1 MHz here."""
    dev.put(IRQ_ENABLE, TIMEOUT)
    dev.put(LOAD, 250)
    dev.qts.clock_step(249_999)
    assert dev.get(STATUS) == 0 and not dev.line()
    dev.qts.clock_step(1)
    assert dev.get(STATUS) == TIMEOUT and dev.line()
    dev.put(STATUS, TIMEOUT)
    assert dev.get(STATUS) == 0 and not dev.line()
    dev.qts.clock_step(1_000_000)
    assert dev.get(STATUS) == 0


def test_masked_interrupt(dev):
    dev.put(LOAD, 1)
    dev.qts.clock_step(1000)
    assert dev.get(STATUS) == TIMEOUT and not dev.line()
    dev.put(IRQ_ENABLE, TIMEOUT)
    assert dev.line()
    dev.put(IRQ_ENABLE, RX)
    assert not dev.line()


def test_transmit(dev):
    for byte in b"hello":
        dev.put(DATA, byte)
    assert dev.host.recv(5, socket.MSG_WAITALL) == b"hello"


def test_receive(dev):
    """One byte at a time; the next comes when DATA was read, and none is lost."""
    dev.put(IRQ_ENABLE, RX)
    sent = os.urandom(64)
    dev.host.sendall(sent)
    got = bytearray()
    for _ in sent:
        assert dev.until(lambda: dev.get(STATUS) & RX)
        assert dev.line()
        got.append(dev.get(DATA))
    assert got == sent
    assert not dev.line() and dev.get(STATUS) == 0


def test_bad_access(dev):
    """Only aligned words; nothing behind the last register."""
    assert dev.qts.readb(BASE + ID) == 0
    assert dev.qts.readl(BASE + 0x18) == 0


def test_two(start):
    """Each gets the next page and the next interrupt."""
    qts = start("-device", "example", "-device", "example,clock-frequency=5")
    assert qts.readl(BASE + FREQ) == 24000000
    assert qts.readl(BASE + 0x1000 + FREQ) == 5
    qts.writel(BASE + 0x1000 + IRQ_ENABLE, TIMEOUT)
    qts.writel(BASE + 0x1000 + LOAD, 1)
    qts.clock_step(200_000_000)
    assert qts.readl(GICD_ISPENDR4) == LINE << 1
