# SPDX-License-Identifier: MIT
"""GICv2m (Arm Server Base System Architecture, appendix E) on virt: SPIs 48 to 111."""

import pytest

from registers import Reg, check_absent, check_read_only, each

BASE = 0x08020000
GICD = 0x08000000
ISPENDR, ICPENDR, ICFGR = 0x200, 0x280, 0xc00
SETSPI = 0x40
FIRST, COUNT = 80, 64

READ_ONLY = [Reg("TYPER", 0x008, FIRST << 16 | COUNT), Reg("IIDR", 0xfcc, 0x05100000)]


def edge(qts, intid):
    reg = GICD + ICFGR + intid // 16 * 4
    qts.writel(reg, qts.readl(reg) | 2 << intid % 16 * 2)


def pending(qts):
    """All shared interrupts that are pending."""
    return {32 * word + bit for word in range(1, 9) for bit in range(32)
            if qts.readl(GICD + ISPENDR + 4 * word) >> bit & 1}


@pytest.mark.parametrize("reg", each(READ_ONLY))
def test_read_only(qts, reg):
    check_read_only(qts, BASE, reg)


def test_nothing_between(qts):
    check_absent(qts, BASE, (0, 4, 0xc, 0x3c, 0x44, 0xfc8, 0xfd0, 0xffc))


@pytest.mark.parametrize("intid", [FIRST, FIRST + 1, FIRST + COUNT - 1])
def test_a_message_is_an_edge(qts, intid):
    edge(qts, intid)
    qts.writel(BASE + SETSPI, intid)
    assert pending(qts) == {intid}
    qts.writel(GICD + ICPENDR + intid // 32 * 4, 1 << intid % 32)
    assert pending(qts) == set()
    qts.writel(BASE + SETSPI, intid)
    assert pending(qts) == {intid}


def test_numbers_of_others(qts):
    for word in range(1, 9):
        for half in range(2):
            qts.writel(GICD + ICFGR + 4 * (2 * word + half), 0xaaaaaaaa)
    for value in (0, 31, 32, FIRST - 1, FIRST + COUNT, 1023):
        qts.writel(BASE + SETSPI, value)
    assert pending(qts) == set()
    assert qts.readl(BASE + SETSPI) == 0, "write only"
