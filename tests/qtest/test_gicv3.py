# SPDX-License-Identifier: MIT
"""GICv3 with one Security state, ARM IHI 0069: distributor and redistributors.

The CPU interfaces are system registers, which no bus access reaches: tests/unit/test-gicv3.c."""

import pytest

from client import QTest, qom_path
from registers import Reg, check_absent, check_mask, check_read_only, check_reset, each

DIST, REDIST, STRIDE = 0x08000000, 0x080a0000, 0x20000
SGI_FRAME = 0x10000
CTLR, TYPER, IIDR = 0x000, 0x004, 0x008
IGROUPR, ISENABLER, ICENABLER, ISPENDR, ICPENDR, ISACTIVER, ICACTIVER = range(0x80, 0x400, 0x80)
IPRIORITYR, ITARGETSR, ICFGR, IGRPMODR, SGIR, IROUTER = 0x400, 0x800, 0xc00, 0xd00, 0xf00, 0x6000
R_CTLR, R_IIDR, R_TYPER, WAKER = 0, 4, 8, 0x14
NUM_IRQS = 288
MACHINE = ("-M", "virt,gic-version=3", "-cpu", "cortex-a57", "-m", "128M")
FIVE_BITS = 0xf8f8f8f8


def ids(part):
    values = (0x44, 0, 0, 0, part, 0xb4, 0x3b, 0, 0x0d, 0xf0, 0x05, 0xb1)
    return [Reg(f"PIDR{n}", 0xffd0 + 4 * n, value) for n, value in enumerate(values)]


# 12.9
DIST_REGS = [
    Reg("CTLR", CTLR, 0x50, 3),
    Reg("IGROUPR1", IGROUPR + 4, 0, 0xffffffff),
    Reg("IPRIORITYR8", IPRIORITYR + 32, 0, FIVE_BITS,
        differs="4.8: the distributor has the priority bits of the CPU interfaces, five"),
    Reg("ICFGR2", ICFGR + 8, 0, 0xaaaaaaaa),
    Reg("IROUTER32", IROUTER + 32 * 8, 0, 0x00ffffff,
        differs="12.9.22: IRM is RES0 when GICD_TYPER.No1N is one"),
    Reg("IROUTER32h", IROUTER + 32 * 8 + 4, 0, 0xff, differs="12.9.22: bits 63:40 are reserved"),
]
DIST_READ_ONLY = [Reg("TYPER", TYPER, 0x037a0008,
                      differs="12.9.38: ITLinesNumber counts all 256 shared interrupts"),
                  Reg("IIDR", IIDR, 0x43b), *ids(0x92)]
# 12.11
REDIST_REGS = [
    Reg("IGROUPR0", SGI_FRAME + IGROUPR, 0, 0xffffffff),
    Reg("IPRIORITYR0", SGI_FRAME + IPRIORITYR, 0, FIVE_BITS),
    Reg("IPRIORITYR7", SGI_FRAME + IPRIORITYR + 28, 0, FIVE_BITS),
    Reg("ICFGR1", SGI_FRAME + ICFGR + 4, 0, 0xaaaaaaaa),
]
REDIST_READ_ONLY = [
    Reg("IIDR", R_IIDR, 0x43b), Reg("TYPER", R_TYPER, 0x01000011), Reg("TYPERh", R_TYPER + 4),
    Reg("ICFGR0", SGI_FRAME + ICFGR, 0xaaaaaaaa), *ids(0x93)]


class GIC:
    """Registers by offset; bits of interrupts by INTID and, below 32, CPU."""

    def __init__(self, qts, *options):
        self.qts, self.path = qts, qom_path("arm-gicv3", *options, machine=MACHINE)

    def place(self, reg, intid, cpu=0):
        if intid < 32:
            return REDIST + cpu * STRIDE + SGI_FRAME + reg
        return DIST + reg + intid // 32 * 4

    def bit(self, reg, intid, cpu=0):
        return self.qts.readl(self.place(reg, intid, cpu)) >> intid % 32 & 1

    def set_bit(self, reg, intid, cpu=0):
        self.qts.writel(self.place(reg, intid, cpu), 1 << intid % 32)

    def line(self, intid, level, cpu=0):
        nspi = NUM_IRQS - 32
        self.qts.set_irq(self.path, intid - 32 if intid >= 32 else nspi + cpu * 32 + intid, level)


@pytest.fixture
def qts(start):
    return start(machine=MACHINE)


@pytest.fixture
def gic(qts):
    return GIC(qts)


def test_reset_values(qts):
    check_reset(qts, DIST, DIST_REGS)
    check_reset(qts, REDIST, REDIST_REGS)
    assert qts.readl(REDIST + WAKER) == 6
    for reg in (ISENABLER, ICENABLER, ISPENDR, ICPENDR, ISACTIVER, ICACTIVER):
        assert qts.readl(REDIST + SGI_FRAME + reg) == 0
        assert qts.readl(DIST + reg + 4) == 0


@pytest.mark.parametrize("reg", each(DIST_REGS))
def test_distributor_write_mask(qts, reg):
    check_mask(qts, DIST, reg)


@pytest.mark.parametrize("reg", each([reg for reg in REDIST_REGS]))
def test_redistributor_write_mask(qts, reg):
    if reg.mask == FIVE_BITS:
        for offset in range(4):
            qts.writeb(REDIST + reg.offset + offset, 0xf8)
        assert qts.readl(REDIST + reg.offset) == FIVE_BITS
    else:
        check_mask(qts, REDIST, reg)


@pytest.mark.parametrize("reg", each(DIST_READ_ONLY))
def test_distributor_read_only(qts, reg):
    check_read_only(qts, DIST, reg)


@pytest.mark.parametrize("reg", each(REDIST_READ_ONLY))
def test_redistributor_read_only(qts, reg):
    check_read_only(qts, REDIST, reg)


def test_waker(qts):
    """ChildrenAsleep follows ProcessorSleep (12.11.33)."""
    qts.writel(REDIST + WAKER, 0)
    assert qts.readl(REDIST + WAKER) == 0
    qts.writel(REDIST + WAKER, 2)
    assert qts.readl(REDIST + WAKER) == 6


def test_affinity_routing_is_fixed(qts):
    """What the redistributors or nobody has reads as zero (12.9)."""
    check_absent(qts, DIST, (IGROUPR, ISENABLER, ISPENDR, ISACTIVER, IPRIORITYR, IPRIORITYR + 28,
                             ITARGETSR, ITARGETSR + 32, ICFGR, ICFGR + 4, IGRPMODR, IROUTER,
                             IROUTER + 31 * 8))


def test_interrupts_that_do_not_exist(qts):
    last = NUM_IRQS
    check_absent(qts, DIST, (IGROUPR + last // 8, ISENABLER + last // 8, ISPENDR + last // 8,
                             IPRIORITYR + last, ICFGR + last // 4, IGROUPR + 0x7c))
    assert qts.readq(DIST + IROUTER + last * 8) == 0


@pytest.mark.parametrize("intid", [0, 15, 16, 31, 32, 255])
@pytest.mark.parametrize("set_reg, clear_reg", [(ISENABLER, ICENABLER), (ISPENDR, ICPENDR),
                                                (ISACTIVER, ICACTIVER)])
def test_set_and_clear(gic, set_reg, clear_reg, intid):
    gic.set_bit(set_reg, intid)
    assert gic.bit(set_reg, intid) == gic.bit(clear_reg, intid) == 1
    gic.set_bit(clear_reg, intid ^ 1)
    assert gic.bit(set_reg, intid) == 1
    gic.set_bit(clear_reg, intid)
    assert gic.bit(set_reg, intid) == gic.bit(clear_reg, intid) == 0


@pytest.mark.parametrize("intid", [16, 27, 32, 255])
def test_level_input(gic, intid):
    gic.line(intid, 1)
    gic.set_bit(ICPENDR, intid)
    assert gic.bit(ISPENDR, intid) == 1
    gic.line(intid, 0)
    assert gic.bit(ISPENDR, intid) == 0


@pytest.mark.parametrize("intid", [16, 40])
def test_edge_input(gic, intid):
    place = (REDIST + SGI_FRAME if intid < 32 else DIST) + ICFGR + intid // 16 * 4
    gic.qts.writel(place, 2 << intid % 16 * 2)
    gic.line(intid, 1)
    gic.line(intid, 0)
    assert gic.bit(ISPENDR, intid) == 1
    gic.set_bit(ICPENDR, intid)
    assert gic.bit(ISPENDR, intid) == 0


def test_router_by_64_bits(qts):
    qts.writeq(DIST + IROUTER + 40 * 8, 0x0100020304)
    assert qts.readq(DIST + IROUTER + 40 * 8) == 0x0100020304
    assert qts.readl(DIST + IROUTER + 40 * 8) == 0x00020304
    assert qts.readl(DIST + IROUTER + 40 * 8 + 4) == 1


def test_typer_by_64_bits(qts):
    assert qts.readq(REDIST + R_TYPER) >> 32 == 0


@pytest.mark.ours
def test_redistributors_of_many_cpus(start):
    """Affinity in clusters of 16, the number, and Last at each region's end (12.11.31)."""
    qts = start("-smp", "130", machine=MACHINE)
    high = 256 << 30
    for n in (0, 1, 15, 16, 17, 121, 122, 123, 129):
        place = REDIST + n * STRIDE if n < 123 else high + (n - 123) * STRIDE
        last = n in (122, 129)
        assert qts.readq(place + R_TYPER) == (
            (n // 16 << 8 | n % 16) << 32 | 0x01000001 | n << 8 | last << 4)
    assert qts.readl(high + 7 * STRIDE + R_TYPER) == 0


@pytest.mark.ours
def test_ppi_of_each_cpu(start):
    gic = GIC(start("-smp", "4", machine=MACHINE), "-smp", "4")
    gic.line(27, 1, cpu=2)
    assert [gic.bit(ISPENDR, 27, cpu) for cpu in range(4)] == [0, 0, 1, 0]


@pytest.mark.ours
@pytest.mark.parametrize("options, version", [
    (("-smp", "1"), 2), (("-smp", "8"), 2), (("-smp", "9"), 3)])
def test_version_by_number_of_cpus(options, version):
    """PIDR2 tells: at 0xfe8 of a GICv2's distributor, at 0xffe8 of a GICv3's."""
    with QTest(*options) as qts:
        got = {2: qts.readl(DIST + 0xfe8) >> 4, 3: qts.readl(DIST + 0xffe8) >> 4}
        assert got[version] == version and got[5 - version] == 0
