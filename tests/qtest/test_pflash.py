# SPDX-License-Identifier: MIT
"""CFI flash (28FxxxJ3, JESD68.01) on virt: two banks, each of two 16-bit devices side by side."""

import pytest

BANK0, BANK1 = 0, 0x04000000
SIZE, SECTOR = 64 << 20, 256 << 10
READ_ARRAY, PROGRAM, ERASE, CLEAR, STATUS, READ_ID, QUERY, CONFIRM, BUFFER = \
    (0xff, 0x40, 0x20, 0x50, 0x70, 0x90, 0x98, 0xd0, 0xe8)
READY, ERASE_ERROR, PROGRAM_ERROR = 0x80, 0x20, 0x10


def both(value):
    """The same for the two devices of the bank."""
    return value << 16 | value


class Flash:
    def __init__(self, qts, base=BANK1):
        self.qts, self.base = qts, base

    def cmd(self, value, offset=0):
        self.qts.writel(self.base + offset, both(value))

    def get(self, offset=0):
        return self.qts.readl(self.base + offset)

    def status(self):
        self.cmd(STATUS)
        value = self.get()
        assert value >> 16 == value & 0xffff, "both devices answer alike"
        self.cmd(READ_ARRAY)
        return value & 0xffff

    def program(self, offset, value):
        self.cmd(PROGRAM, offset)
        self.qts.writel(self.base + offset, value)

    def erase(self, offset):
        self.cmd(ERASE, offset)
        self.cmd(CONFIRM, offset)


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "flash1"
    path.write_bytes(b"\xff" * SIZE)
    return path


@pytest.fixture
def flash(start, image):
    return Flash(start("-drive", f"if=pflash,unit=1,format=raw,file={image}"))


def test_array_after_reset(flash):
    assert flash.get() == 0xffffffff
    assert flash.qts.read(flash.base + SIZE - 16, 16) == b"\xff" * 16


def test_query(flash):
    """"QRY", command set 0001, 64 MiB of 256 KiB sectors (JESD68.01, tables 1 to 3)."""
    flash.cmd(QUERY, 0x55 * 4)
    got = [flash.get(4 * n) for n in range(0x10, 0x31)]
    assert all(value >> 16 == value & 0xffff for value in got)
    at = {0x10 + n: value & 0xff for n, value in enumerate(got)}
    assert bytes(at[n] for n in (0x10, 0x11, 0x12)) == b"QRY"
    assert at[0x13] | at[0x14] << 8 == 1
    assert 1 << at[0x27] == SIZE // 2, "of one device"
    assert at[0x2c] == 1
    assert (at[0x2d] | at[0x2e] << 8) + 1 == SIZE // SECTOR
    assert (at[0x2f] | at[0x30] << 8) * 256 == SECTOR // 2
    flash.cmd(READ_ARRAY)
    assert flash.get() == 0xffffffff


def test_identifier(flash):
    flash.cmd(READ_ID)
    assert flash.get(0) == both(0x89), "Intel"
    assert flash.get(4) == both(0x18)
    flash.cmd(READ_ARRAY)
    assert flash.get() == 0xffffffff


def test_status(flash):
    assert flash.status() == READY


def test_program_clears_bits_only(flash):
    """Ones become zeros; back they go by erasing alone."""
    flash.program(0x100, 0x12345678)
    flash.cmd(READ_ARRAY)
    assert flash.get(0x100) == 0x12345678 and flash.get(0x104) == 0xffffffff


def test_after_program_reads_give_status(flash):
    flash.program(0x100, 0)
    assert flash.get(0x100) == both(READY)


def test_erase(flash):
    for offset in (SECTOR - 4, SECTOR, 2 * SECTOR - 4, 2 * SECTOR):
        flash.program(offset, 0)
    flash.erase(SECTOR + 0x1234 * 4)
    assert flash.status() == READY
    assert [flash.get(offset) for offset in (SECTOR - 4, SECTOR, 2 * SECTOR - 4, 2 * SECTOR)] == \
        [0, 0xffffffff, 0xffffffff, 0]


def test_buffer(flash):
    """A buffered program: count, words, confirm."""
    flash.cmd(BUFFER, 0x400)
    assert flash.get(0x400) & 0x80
    flash.cmd(3, 0x400)
    for n in range(4):
        flash.qts.writel(flash.base + 0x400 + 4 * n, 0x11111111 * (n + 1))
    flash.cmd(CONFIRM, 0x400)
    assert flash.status() == READY
    assert [flash.get(0x400 + 4 * n) for n in range(5)] == \
        [0x11111111, 0x22222222, 0x33333333, 0x44444444, 0xffffffff]


@pytest.mark.differs("28FxxxJ3, Clear Status Register: SR.7, ready, is not cleared")
def test_wrong_sequence(flash):
    """Erase without its confirmation sets both error bits; they stay until cleared."""
    flash.cmd(ERASE)
    flash.cmd(0x55)
    flash.cmd(STATUS)
    flash.cmd(CLEAR)
    flash.cmd(READ_ARRAY)
    assert flash.get() == 0xffffffff and flash.status() == READY


def test_unknown_commands(flash):
    for value in range(256):
        flash.cmd(value)
        flash.cmd(READ_ARRAY)
        flash.cmd(CONFIRM)
        flash.cmd(READ_ARRAY)
    flash.cmd(READ_ARRAY)
    assert flash.status() == READY


def test_survives_a_restart(start, image):
    first = start("-drive", f"if=pflash,unit=1,format=raw,file={image}")
    flash = Flash(first)
    flash.program(0x3fffffc, 0xcafe0123)
    flash.cmd(READ_ARRAY)
    assert first.end() == 0
    assert image.read_bytes()[-4:] == bytes.fromhex("2301feca")
    again = Flash(start("-drive", f"if=pflash,unit=1,format=raw,file={image}"))
    assert again.get(0x3fffffc) == 0xcafe0123


def test_read_only(start, image):
    flash = Flash(start("-drive", f"if=pflash,unit=1,format=raw,readonly=on,file={image}"))
    flash.program(0, 0)
    flash.cmd(READ_ARRAY)
    assert flash.get() == 0xffffffff
    flash.erase(0)
    flash.cmd(READ_ARRAY)
    assert flash.get() == 0xffffffff
