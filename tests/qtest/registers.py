# SPDX-License-Identifier: MIT
"""A device's registers as a table, and what each must do: reset value, bits that can be written."""

from typing import NamedTuple

import pytest


class Reg(NamedTuple):
    name: str
    offset: int
    reset: int = 0
    mask: int = 0  # bits that keep what is written; the others stay as after reset
    differs: str = ""  # what the manual says where QEMU 7.2 does otherwise

    def written(self, value):
        return self.reset & ~self.mask | value & self.mask


def each(table):
    """Parameters of a test, one a register."""
    return [pytest.param(reg, id=reg.name,
                         marks=[pytest.mark.differs(reg.differs)] if reg.differs else [])
            for reg in table]


def check_reset(qts, base, table):
    """All registers after reset, by one look at each."""
    got = {reg.name: hex(qts.readl(base + reg.offset)) for reg in table}
    assert got == {reg.name: hex(reg.reset) for reg in table}


def check_mask(qts, base, reg):
    """Which bits of a plain register can be written."""
    for value in (0xffffffff, 0, 0xaaaaaaaa, 0x55555555, *(1 << n for n in range(32))):
        qts.writel(base + reg.offset, value)
        assert hex(qts.readl(base + reg.offset)) == hex(reg.written(value)), f"wrote {value:#x}"
    qts.writel(base + reg.offset, reg.reset)


def check_read_only(qts, base, reg):
    for value in (0xffffffff, 0):
        qts.writel(base + reg.offset, value)
        assert hex(qts.readl(base + reg.offset)) == hex(reg.reset)


def check_absent(qts, base, offsets):
    """Nothing is there: zero, and a write changes nothing that these tests see."""
    for offset in offsets:
        qts.writel(base + offset, 0xffffffff)
        assert qts.readl(base + offset) == 0, hex(offset)


def primecell_ids(periph, cell=(0x0d, 0xf0, 0x05, 0xb1)):
    """The identification registers at 0xfe0."""
    return [Reg(f"ID{n}", 0xfe0 + 4 * n, value) for n, value in enumerate((*periph, *cell))]
