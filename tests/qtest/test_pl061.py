# SPDX-License-Identifier: MIT
"""PL061 GPIO, ARM DDI 0190 (r1p0). The interrupt is looked at in the GIC, as SPI 7."""

import socket

import pytest

from client import qom_path
from registers import Reg, check_absent, check_mask, check_read_only, check_reset, each, \
    primecell_ids

BASE = 0x09030000
GICD_ISPENDR1 = 0x08000204
ALL = 0x3fc  # address of GPIODATA with no line masked
DIR, IS, IBE, IEV, IE, RIS, MIS, IC, AFSEL = range(0x400, 0x424, 4)

PLAIN = [Reg(name, offset, 0, 0xff) for name, offset in (
    ("DIR", DIR), ("IS", IS), ("IBE", IBE), ("IEV", IEV), ("IE", IE), ("AFSEL", AFSEL))]
READ_ONLY = [Reg("RIS", RIS), Reg("MIS", MIS), *primecell_ids((0x61, 0x10, 0x04, 0x00))]


@pytest.fixture(scope="module")
def path():
    return qom_path("pl061")


class GPIO:
    def __init__(self, qts, path):
        self.qts, self.path = qts, path

    def get(self, offset):
        return self.qts.readl(BASE + offset)

    def put(self, offset, value):
        self.qts.writel(BASE + offset, value)

    def pin(self, n, level):
        self.qts.set_irq(self.path, n, level)

    def irq(self):
        return bool(self.qts.readl(GICD_ISPENDR1) & 1 << 7)


@pytest.fixture
def gpio(qts, path):
    return GPIO(qts, path)


def test_reset_values(gpio):
    check_reset(gpio.qts, BASE, PLAIN + READ_ONLY)
    assert gpio.get(ALL) == 0


@pytest.mark.parametrize("reg", each(PLAIN))
def test_write_mask(gpio, reg):
    check_mask(gpio.qts, BASE, reg)


@pytest.mark.parametrize("reg", each(READ_ONLY))
def test_read_only(gpio, reg):
    check_read_only(gpio.qts, BASE, reg)


def test_nothing_between(gpio):
    check_absent(gpio.qts, BASE, (0x5fc, 0x610, 0xfc0, 0xfdc))


def test_data_is_masked_by_the_address(gpio):
    """Bits 9:2 of the address say which lines an access is for (3.3.1)."""
    gpio.put(DIR, 0xff)
    gpio.put(ALL, 0xa5)
    assert gpio.get(ALL) == 0xa5
    gpio.put(0x0f << 2, 0x5a)
    assert gpio.get(ALL) == 0xaa
    assert gpio.get(0x33 << 2) == 0x22
    gpio.put(0, 0xff)
    assert gpio.get(ALL) == 0xaa and gpio.get(0) == 0


def test_direction(gpio):
    """Outputs read as written, inputs as driven; what is written to an input waits (3.3.2)."""
    gpio.pin(0, 1)
    gpio.pin(7, 1)
    gpio.put(DIR, 0xf0)
    gpio.put(ALL, 0x5f)
    assert gpio.get(ALL) == 0x51


@pytest.mark.parametrize("iev, ibe, edges", [(0, 0, "f"), (1, 0, "r"), (0, 1, "rf"),
                                             (1, 1, "rf")])
def test_edges(gpio, iev, ibe, edges):
    gpio.put(IEV, iev << 2)
    gpio.put(IBE, ibe << 2)
    gpio.put(IE, 1 << 2)
    for edge, level in (("r", 1), ("f", 0)):
        gpio.put(IC, 0xff)
        assert not gpio.irq()
        gpio.pin(2, level)
        assert gpio.get(RIS) == gpio.get(MIS) == (4 if edge in edges else 0)
        assert gpio.irq() == (edge in edges)
        gpio.pin(2, level)
    gpio.put(IC, 0xff)
    assert gpio.get(RIS) == 0 and not gpio.irq()


@pytest.mark.differs("2.2.2: a level-sensitive interrupt lasts as long as the level")
@pytest.mark.parametrize("iev", [0, 1])
def test_levels(gpio, iev):
    gpio.pin(5, 1 - iev)
    gpio.put(IEV, 0xff * iev)
    gpio.put(IS, 1 << 5)
    gpio.put(IE, 1 << 5)
    gpio.pin(5, iev)
    assert gpio.get(MIS) == 1 << 5 and gpio.irq()
    gpio.put(IC, 0xff)
    assert gpio.irq(), "the level holds it (3.3.9)"
    gpio.pin(5, 1 - iev)
    assert gpio.get(RIS) & 1 << 5 == 0 and not gpio.irq()


def test_mask(gpio):
    gpio.put(IEV, 0xff)
    gpio.pin(1, 1)
    assert gpio.get(RIS) == 2 and gpio.get(MIS) == 0 and not gpio.irq()
    gpio.put(IE, 2)
    assert gpio.get(MIS) == 2 and gpio.irq()
    gpio.put(IE, 0)
    assert gpio.get(RIS) == 2 and not gpio.irq()


def test_clear_only_what_is_named(gpio):
    gpio.put(IEV, 0xff)
    gpio.pin(1, 1)
    gpio.pin(6, 1)
    gpio.put(IC, 0x02)
    assert gpio.get(RIS) == 0x40
    assert gpio.get(IC) == 0, "write only"


@pytest.mark.ours
def test_outputs(qts, path):
    gpio = GPIO(qts, path)
    qts.intercept_out(path)
    gpio.put(DIR, 0x81)
    gpio.put(ALL, 0xff)
    assert {n for n, level in qts.irqs.items() if level} == {0, 7}
    gpio.put(ALL, 0)
    assert not any(qts.irqs.values())


@pytest.mark.ours
def test_power_button(start, tmp_path):
    """Line 3 is the board's power button: system_powerdown presses it for 100 ms."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "mon"))
        listener.listen(1)
        qts = start("-chardev", f"socket,path={tmp_path}/mon,id=m", "-mon", "chardev=m")
        monitor = listener.accept()[0]
    gpio = GPIO(qts, None)
    gpio.put(IEV, 0xff)
    gpio.put(IE, 1 << 3)
    with monitor:
        assert b"(qemu)" in monitor.recv(4096)
        monitor.sendall(b"system_powerdown\n")
        while not monitor.recv(4096).endswith(b"(qemu) "):
            pass
    qts.clock_step(0)
    assert gpio.get(ALL) == 8 and gpio.irq()
    qts.clock_step(200_000_000)
    assert gpio.get(ALL) == 0
