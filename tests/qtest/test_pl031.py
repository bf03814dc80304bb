# SPDX-License-Identifier: MIT
"""PL031 real time clock, ARM DDI 0224 (r1p3). The interrupt is looked at in the GIC, as SPI 2."""

import time

import pytest

from client import SLOW
from registers import Reg, check_absent, check_mask, check_read_only, check_reset, each, \
    primecell_ids

BASE = 0x09010000
GICD_ISPENDR1 = 0x08000204
DR, MR, LR, CR, IMSC, RIS, MIS, ICR = range(0, 0x20, 4)

READ_ONLY = [Reg("RIS", RIS), Reg("MIS", MIS), *primecell_ids((0x31, 0x10, 0x14, 0x00))]
PLAIN = [Reg("MR", MR, 0, 0xffffffff), Reg("IMSC", IMSC, 0, 1)]


def get(qts, offset):
    return qts.readl(BASE + offset)


def put(qts, offset, value):
    qts.writel(BASE + offset, value)


def line(qts):
    return bool(qts.readl(GICD_ISPENDR1) & 1 << 2)


def wait_match(qts):
    deadline = time.monotonic() + 5 * SLOW
    while not get(qts, RIS) and time.monotonic() < deadline:
        time.sleep(0.02)
    return get(qts, RIS)


def test_reset_values(qts):
    check_reset(qts, BASE, READ_ONLY + PLAIN + [Reg("CR", CR, 1)])


@pytest.mark.parametrize("reg", each(PLAIN))
def test_write_mask(qts, reg):
    check_mask(qts, BASE, reg)


@pytest.mark.parametrize("reg", each(READ_ONLY[2:]))
def test_read_only(qts, reg):
    check_read_only(qts, BASE, reg)


def test_nothing_between(qts):
    check_absent(qts, BASE, (0x20, 0x7c, 0x80, 0x8c, 0xfdc))


def test_counts_host_seconds(qts):
    before = int(time.time())
    assert before <= get(qts, DR) <= int(time.time())


def test_data_is_read_only(qts):
    put(qts, DR, 5)
    assert abs(get(qts, DR) - time.time()) < 60


def test_load(qts):
    """RTCLR sets the counter, and reads as what was written last (3.3.3)."""
    for value in (0, 1000000, 0xffffff00):
        put(qts, LR, value)
        assert 0 <= get(qts, DR) - value < 60
        assert get(qts, LR) == value


def test_counts_on(qts):
    put(qts, LR, 100)
    deadline = time.monotonic() + 5 * SLOW
    while get(qts, DR) == 100 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert get(qts, DR) > 100


def test_enable_can_not_be_cleared(qts):
    """Once set, only a reset clears RTCCR (3.3.4)."""
    put(qts, CR, 1)
    put(qts, CR, 0)
    assert get(qts, CR) == 1


def test_match_of_now(qts):
    """Loaded first, so that the match is not by chance a second past."""
    put(qts, IMSC, 0)
    put(qts, LR, 1000)
    put(qts, MR, get(qts, DR))
    assert wait_match(qts) == 1
    assert get(qts, MIS) == 0 and not line(qts)
    put(qts, IMSC, 1)
    assert get(qts, MIS) == 1 and line(qts)
    put(qts, ICR, 0)
    assert line(qts)
    put(qts, ICR, 1)
    assert get(qts, RIS) == 0 and get(qts, MIS) == 0 and not line(qts)


@pytest.mark.ours
def test_match_to_come(qts):
    put(qts, LR, 1000)
    put(qts, IMSC, 1)
    put(qts, MR, 1001)
    assert wait_match(qts) == 1 and line(qts)
    assert get(qts, DR) >= 1001


def test_match_that_has_passed(qts):
    """The counter must go once around."""
    put(qts, LR, 1000)
    put(qts, MR, 900)
    time.sleep(0.1)
    assert get(qts, RIS) == 0


def test_load_moves_the_match(qts):
    put(qts, MR, 5000)
    put(qts, LR, 5000)
    assert wait_match(qts) == 1


# --- by the virtual clock, which the test moves ---

@pytest.fixture
def stepped(start):
    return start("-rtc", "base=2020-01-01T00:00:00,clock=vm")


@pytest.mark.ours
def test_follows_the_clock(stepped):
    assert get(stepped, DR) == 1577836800
    stepped.clock_step(999_999_999)
    assert get(stepped, DR) == 1577836800
    stepped.clock_step(1)
    assert get(stepped, DR) == 1577836801
    stepped.clock_step(10**9 * 86400 * 365)
    assert get(stepped, DR) == 1577836801 + 86400 * 365


@pytest.mark.ours
def test_match_comes_at_its_second(stepped):
    put(stepped, IMSC, 1)
    put(stepped, MR, get(stepped, DR) + 100)
    stepped.clock_step(100 * 10**9 - 1)
    assert get(stepped, RIS) == 0 and not line(stepped)
    stepped.clock_step(1)
    assert get(stepped, RIS) == 1 and line(stepped)
    put(stepped, ICR, 1)
    stepped.clock_step(10**9 * 1000)
    assert get(stepped, RIS) == 0, "once"


@pytest.mark.ours
def test_match_in_the_middle_of_a_second(stepped):
    stepped.clock_step(500_000_000)
    put(stepped, MR, get(stepped, DR) + 1)
    stepped.clock_step(499_999_999)
    assert get(stepped, RIS) == 0
    stepped.clock_step(1)
    assert get(stepped, RIS) == 1


@pytest.mark.ours
def test_next_deadline(stepped):
    """clock_step without a time goes to the match."""
    put(stepped, MR, get(stepped, DR) + 3600)
    assert stepped.clock_step() == 3600 * 10**9
    assert get(stepped, RIS) == 1


@pytest.mark.ours
def test_counter_wraps(stepped):
    """A match that lies behind comes after the counter has gone once around."""
    put(stepped, LR, 0xfffffff0)
    put(stepped, MR, 5)
    stepped.clock_step(20 * 10**9)
    assert get(stepped, DR) == 4 and get(stepped, RIS) == 0
    stepped.clock_step(10**9)
    assert get(stepped, DR) == 5 and get(stepped, RIS) == 1


@pytest.mark.ours
def test_rewritten_match(stepped):
    put(stepped, MR, get(stepped, DR) + 10)
    put(stepped, MR, get(stepped, DR) + 20)
    stepped.clock_step(19 * 10**9)
    assert get(stepped, RIS) == 0
    stepped.clock_step(10**9)
    assert get(stepped, RIS) == 1
