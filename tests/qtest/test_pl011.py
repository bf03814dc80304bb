# SPDX-License-Identifier: MIT
"""PL011 UART, ARM DDI 0183 (r1p5). The interrupt is looked at in the GIC, as SPI 1."""

import socket
import time

import pytest

from client import SLOW, qom_path
from registers import Reg, check_absent, check_mask, check_read_only, check_reset, each, \
    primecell_ids

BASE = 0x09000000
GICD_ISPENDR1 = 0x08000204
DR, RSR, FR, ILPR, IBRD, FBRD, LCR_H, CR, IFLS, IMSC, RIS, MIS, ICR, DMACR = \
    (0x00, 0x04, 0x18, 0x20, 0x24, 0x28, 0x2c, 0x30, 0x34, 0x38, 0x3c, 0x40, 0x44, 0x48)
FR_CTS, FR_DSR, FR_DCD, FR_RXFE, FR_TXFF, FR_RXFF, FR_TXFE, FR_RI = \
    (1, 2, 4, 0x10, 0x20, 0x40, 0x80, 0x100)
CR_UARTEN, CR_LBE, CR_TXE, CR_RXE, CR_DTR, CR_RTS, CR_OUT1, CR_OUT2 = \
    (1, 0x80, 0x100, 0x200, 0x400, 0x800, 0x1000, 0x2000)
LCR_FEN = 0x10
INT_RI, INT_CTS, INT_DCD, INT_DSR, INT_RX, INT_TX, INT_RT, INT_FE, INT_PE, INT_BE, INT_OE = \
    (1 << n for n in range(11))
LOOP = CR_UARTEN | CR_LBE | CR_TXE | CR_RXE

# DDI 0183, table 3-1
PLAIN = [
    Reg("ILPR", ILPR, 0, 0xff, differs="3.3.4: bits 31:8 are reserved"),
    Reg("IBRD", IBRD, 0, 0xffff, differs="3.3.5: bits 31:16 are reserved"),
    Reg("FBRD", FBRD, 0, 0x3f, differs="3.3.6: bits 31:6 are reserved"),
    Reg("LCR_H", LCR_H, 0, 0xff, differs="3.3.7: bits 31:8 are reserved"),
    Reg("CR", CR, 0x300, 0xff87, differs="3.3.8: bits 31:16 and 6:3 are reserved"),
    Reg("IFLS", IFLS, 0x12, 0x3f, differs="3.3.9: bits 31:6 are reserved"),
    Reg("IMSC", IMSC, 0, 0x7ff, differs="3.3.10: bits 31:11 are reserved"),
    Reg("DMACR", DMACR, 0, 0x7, differs="3.3.14: bits 31:3 are reserved"),
]
READ_ONLY = [Reg("FR", FR, 0x90), Reg("RIS", RIS), Reg("MIS", MIS), Reg("DR", DR),
             Reg("RSR", RSR), *primecell_ids((0x11, 0x10, 0x14, 0x00))]


@pytest.fixture
def uart(start):
    """A machine with a UART whose other end takes everything."""
    return start("-serial", "null")


def get(qts, offset):
    return qts.readl(BASE + offset)


def put(qts, offset, value):
    qts.writel(BASE + offset, value)


def line(qts):
    """The combined interrupt output."""
    return bool(qts.readl(GICD_ISPENDR1) & 1 << 1)


def test_reset_values(uart):
    check_reset(uart, BASE, PLAIN + READ_ONLY)


@pytest.mark.parametrize("reg", each(PLAIN))
def test_write_mask(uart, reg):
    check_mask(uart, BASE, reg)


@pytest.mark.parametrize("reg", each([reg for reg in READ_ONLY if reg.name != "DR"]))
def test_read_only(uart, reg):
    check_read_only(uart, BASE, reg)


def test_nothing_between(uart):
    check_absent(uart, BASE, (0x08, 0x0c, 0x14, 0x1c, 0x4c, 0x7c, 0x80, 0x8c, 0x90, 0xfcc, 0xfdc))


def test_narrow_accesses(uart):
    """The bus is 16 bits wide: software reads and writes halves and bytes, too (2.2)."""
    uart.writew(BASE + IBRD, 0x1234)
    assert uart.readw(BASE + IBRD) == 0x1234
    assert uart.readb(BASE + IBRD) == 0x34
    uart.writeb(BASE + IMSC, 0x50)
    assert get(uart, IMSC) == 0x50


# --- transmission ---

def test_transmit(start, tmp_path):
    out = tmp_path / "out"
    qts = start("-serial", f"file:{out}")
    put(qts, CR, CR_UARTEN | CR_TXE)
    for char in b"Hello\n":
        qts.writeb(BASE + DR, char)
        assert get(qts, FR) & (FR_TXFE | FR_TXFF) == FR_TXFE
    assert qts.end() == 0
    assert out.read_bytes() == b"Hello\n"


def test_transmit_interrupt(uart):
    """It comes as the FIFO passes its level, goes by ICR, and shows by the mask (2.8.3)."""
    put(uart, CR, CR_UARTEN | CR_TXE)
    assert get(uart, RIS) == 0, "no data has passed the level after reset"
    put(uart, DR, ord("x"))
    assert get(uart, RIS) == INT_TX
    assert get(uart, MIS) == 0 and not line(uart)
    put(uart, IMSC, INT_TX)
    assert get(uart, MIS) == INT_TX and line(uart)
    put(uart, ICR, INT_TX)
    assert get(uart, RIS) == 0 and not line(uart)


def test_icr_clears_only_what_is_named(uart):
    put(uart, CR, CR_UARTEN | CR_TXE)
    put(uart, DR, 0)
    put(uart, ICR, 0x7ff & ~INT_TX)
    assert get(uart, RIS) == INT_TX
    assert get(uart, ICR) == 0, "write only"


# --- reception, by looping transmitted characters back (2.4.4) ---

@pytest.mark.differs("2.4.4: LBE connects the transmitter to the receiver")
def test_loopback_holding_register(uart):
    """Without FIFOs one character is all that is held (3.3.7)."""
    put(uart, CR, LOOP)
    put(uart, DR, 0x41)
    assert get(uart, FR) & (FR_RXFE | FR_RXFF) == FR_RXFF
    assert get(uart, RIS) & (INT_RX | INT_RT) == INT_RX
    put(uart, DR, 0x42)
    assert get(uart, RIS) & INT_OE
    assert get(uart, DR) & 0xff == 0x41
    assert get(uart, FR) & (FR_RXFE | FR_RXFF) == FR_RXFE
    assert get(uart, RIS) & (INT_RX | INT_RT) == 0
    put(uart, DR, 0x43)
    assert get(uart, DR) == 0x843, "the character after the overrun carries it (3.3.1)"
    assert get(uart, RSR) == 0x8
    put(uart, RSR, 0)
    assert get(uart, RSR) == 0


@pytest.mark.differs("2.4.4: LBE connects the transmitter to the receiver")
@pytest.mark.parametrize("ifls, trigger", [(0, 2), (1, 4), (2, 8), (3, 12), (4, 14)])
def test_receive_trigger_levels(uart, ifls, trigger):
    """RXIFLSEL (3.3.9), and the receive timeout for what stays below (2.8.4)."""
    put(uart, LCR_H, LCR_FEN)
    put(uart, IFLS, ifls << 3)
    put(uart, CR, LOOP)
    put(uart, IMSC, INT_RX)
    for n in range(1, trigger + 1):
        assert not line(uart)
        put(uart, DR, n)
    assert get(uart, RIS) & INT_RX and line(uart)
    assert get(uart, DR) == 1
    assert get(uart, RIS) & (INT_RX | INT_RT) == INT_RT and not line(uart)
    for n in range(2, trigger + 1):
        assert get(uart, DR) == n
    assert get(uart, RIS) & (INT_RX | INT_RT) == 0
    assert get(uart, FR) & FR_RXFE


@pytest.mark.differs("2.4.4: LBE connects the transmitter to the receiver")
def test_fifo_depth_and_order(uart):
    put(uart, LCR_H, LCR_FEN)
    put(uart, CR, LOOP)
    for n in range(16):
        assert not get(uart, FR) & FR_RXFF
        put(uart, DR, 0x30 + n)
    assert get(uart, FR) & FR_RXFF and not get(uart, RIS) & INT_OE
    put(uart, DR, 0x99)
    assert get(uart, RIS) & INT_OE
    assert bytes(get(uart, DR) & 0xff for _ in range(16)) == bytes(range(0x30, 0x40))
    assert get(uart, FR) & FR_RXFE


def test_fifo_flushed_by_disabling(uart):
    put(uart, LCR_H, LCR_FEN)
    put(uart, CR, LOOP)
    put(uart, DR, 1)
    put(uart, LCR_H, 0)
    assert not get(uart, FR) & FR_RXFF
    assert get(uart, FR) & FR_RXFE and get(uart, RIS) & (INT_RX | INT_RT) == 0


@pytest.mark.differs("2.4.4: LBE connects the modem outputs to the inputs")
@pytest.mark.parametrize("out, flag, intr", [
    (CR_DTR, FR_DSR, INT_DSR), (CR_RTS, FR_CTS, INT_CTS),
    (CR_OUT1, FR_DCD, INT_DCD), (CR_OUT2, FR_RI, INT_RI)])
def test_modem_loopback(uart, out, flag, intr):
    modem = FR_CTS | FR_DSR | FR_DCD | FR_RI
    put(uart, IMSC, intr)
    put(uart, CR, LOOP | out)
    assert get(uart, FR) & modem == flag
    assert get(uart, RIS) == intr and line(uart)
    put(uart, ICR, intr)
    assert not line(uart)
    put(uart, CR, LOOP)
    assert get(uart, FR) & modem == 0
    assert get(uart, RIS) == intr, "both edges count"


@pytest.mark.differs("2.4.4, 3.3.7: a break sent is received in loopback")
def test_break_loopback(uart):
    put(uart, CR, LOOP)
    put(uart, LCR_H, 1)
    assert get(uart, RIS) & (INT_BE | INT_FE | INT_RX) == INT_BE | INT_FE | INT_RX
    assert get(uart, DR) == 0x500
    assert get(uart, RSR) == 0x5


# --- outputs one by one ---

@pytest.mark.ours
def test_outputs_by_group(uart):
    """Combined, receive, transmit, timeout, modem, error (2.8)."""
    uart.intercept_out(qom_path("pl011"), "sysbus-irq")
    put(uart, IMSC, 0x7ff)
    put(uart, LCR_H, LCR_FEN)
    put(uart, CR, LOOP | CR_DTR)
    assert uart.irqs == {0: True, 4: True}
    put(uart, DR, 1)
    assert uart.irqs == {0: True, 2: True, 3: True, 4: True}
    for _ in range(7):
        put(uart, DR, 1)
    assert uart.irq(1)
    for _ in range(9):
        put(uart, DR, 1)
    assert uart.irq(5)
    put(uart, ICR, 0x7ff)
    assert not any(uart.irqs.values())


# --- reception from outside ---

@pytest.fixture
def wire(start, tmp_path):
    """(machine, the other end of its serial line)"""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "tty"))
        listener.listen(1)
        qts = start("-chardev", f"socket,path={tmp_path}/tty,id=tty", "-serial", "chardev:tty")
        end = listener.accept()[0]
    with end:
        yield qts, end


def wait_for(qts, mask, value):
    deadline = time.monotonic() + 10 * SLOW
    while get(qts, FR) & mask != value and time.monotonic() < deadline:
        time.sleep(0.005)
    assert get(qts, FR) & mask == value


def test_receive(wire):
    qts, end = wire
    put(qts, LCR_H, LCR_FEN)
    put(qts, CR, CR_UARTEN | CR_RXE)
    put(qts, IFLS, 0)
    put(qts, IMSC, INT_RX)
    end.sendall(b"ab")
    wait_for(qts, FR_RXFE, 0)
    assert line(qts)
    assert get(qts, DR) == ord("a") and get(qts, DR) == ord("b")
    assert get(qts, FR) & FR_RXFE and not line(qts)
    assert get(qts, DR) == 0, "nothing is left"


def test_no_byte_is_lost(wire):
    """The host waits while the FIFO is full (no overrun), and all bytes come in order."""
    qts, end = wire
    data = bytes(n * 7 & 0xff for n in range(2000))
    put(qts, LCR_H, LCR_FEN)
    put(qts, CR, CR_UARTEN | CR_RXE)
    end.sendall(data)
    wait_for(qts, FR_RXFF, FR_RXFF)
    got = bytearray()
    for _ in data:
        wait_for(qts, FR_RXFE, 0)
        got.append(get(qts, DR) & 0xff)
    assert got == data and not get(qts, RIS) & INT_OE
