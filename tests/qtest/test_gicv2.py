# SPDX-License-Identifier: MIT
"""GICv2 without the Security Extensions, ARM IHI 0048B: distributor and CPU interface of CPU 0."""

import pytest

from client import qom_path
from registers import Reg, check_absent, check_mask, check_read_only, check_reset, each

DIST, CPU = 0x08000000, 0x08010000
CTLR, TYPER, IIDR = 0x000, 0x004, 0x008
IGROUPR, ISENABLER, ICENABLER, ISPENDR, ICPENDR, ISACTIVER, ICACTIVER = range(0x80, 0x400, 0x80)
IPRIORITYR, ITARGETSR, ICFGR, NSACR, SGIR, CPENDSGIR, SPENDSGIR = \
    (0x400, 0x800, 0xc00, 0xe00, 0xf00, 0xf10, 0xf20)
C_CTLR, PMR, BPR, IAR, EOIR, RPR, HPPIR, ABPR, AIAR, AEOIR, AHPPIR = range(0, 0x2c, 4)
APR, NSAPR, C_IIDR, DIR = 0xd0, 0xe0, 0xfc, 0x1000
EN0, EN1, ACK_CTL, FIQ_EN, CBPR, EOIMODE = 1, 2, 4, 8, 0x10, 0x200
SPURIOUS, GROUP1_PENDING = 1023, 1022
NUM_IRQS = 288
WORDS = range(1, NUM_IRQS // 32)

# 4.3; registers of interrupts that do not exist follow in test_interrupts_that_do_not_exist
DIST_REGS = [
    Reg("CTLR", CTLR, 0, 3),
    Reg("IGROUPR0", IGROUPR, 0, 0xffffffff),
    Reg("IGROUPR1", IGROUPR + 4, 0, 0xffffffff),
    Reg("IPRIORITYR0", IPRIORITYR, 0, 0xffffffff),
    Reg("IPRIORITYR8", IPRIORITYR + 32, 0, 0xffffffff),
    Reg("ICFGR1", ICFGR + 4, 0, 0xaaaaaaaa),
    Reg("ICFGR2", ICFGR + 8, 0, 0xaaaaaaaa),
]
DIST_READ_ONLY = [
    Reg("TYPER", TYPER, 8), Reg("ICFGR0", ICFGR, 0xaaaaaaaa),
    *(Reg(f"PIDR{n}", 0xfd0 + 4 * n, value) for n, value in enumerate(
        (4, 0, 0, 0, 0x90, 0xb4, 0x2b, 0, 0x0d, 0xf0, 0x05, 0xb1))),
]
# 4.4
CPU_REGS = [
    Reg("CTLR", C_CTLR, 0, 0x21f),
    Reg("PMR", PMR, 0, 0xff),
    Reg("BPR", BPR, 0, 7),
]


@pytest.fixture(scope="module")
def gic_path():
    return qom_path("arm_gic")


class GIC:
    """Registers by offset, lines by INTID."""

    def __init__(self, qts, path):
        self.qts, self.path = qts, path

    def d(self, offset):
        return self.qts.readl(DIST + offset)

    def set_d(self, offset, value):
        self.qts.writel(DIST + offset, value)

    def c(self, offset):
        return self.qts.readl(CPU + offset)

    def set_c(self, offset, value):
        self.qts.writel(CPU + offset, value)

    def bit(self, reg, intid):
        return self.d(reg + intid // 32 * 4) >> intid % 32 & 1

    def set_bit(self, reg, intid):
        self.set_d(reg + intid // 32 * 4, 1 << intid % 32)

    def priority(self, intid, value):
        self.qts.writeb(DIST + IPRIORITYR + intid, value)

    def edge(self, intid):
        old = self.d(ICFGR + intid // 16 * 4)
        self.set_d(ICFGR + intid // 16 * 4, old | 2 << intid % 16 * 2)

    def line(self, intid, level):
        """A shared interrupt's input, or a PPI's of CPU 0."""
        nspi = NUM_IRQS - 32
        self.qts.set_irq(self.path, intid - 32 if intid >= 32 else nspi + intid, level)

    def group1(self, intid):
        old = self.d(IGROUPR + intid // 32 * 4)
        self.set_d(IGROUPR + intid // 32 * 4, old | 1 << intid % 32)

    def enable(self, *intids, dist=EN0, cpu=EN0, pmr=0xff):
        self.set_d(CTLR, dist)
        self.set_c(C_CTLR, cpu)
        self.set_c(PMR, pmr)
        for intid in intids:
            self.set_bit(ISENABLER, intid)


@pytest.fixture
def gic(qts, gic_path):
    return GIC(qts, gic_path)


# --- registers ---

def test_reset_values(gic):
    check_reset(gic.qts, DIST, DIST_REGS + DIST_READ_ONLY)
    check_reset(gic.qts, CPU, CPU_REGS)
    assert gic.c(RPR) == 0xff and gic.c(HPPIR) == SPURIOUS and gic.c(IAR) == SPURIOUS
    assert gic.d(ISENABLER) == gic.d(ICENABLER) == 0xffff, "SGIs are always enabled (4.3.5)"
    for reg in (ISENABLER, ICENABLER, ISPENDR, ICPENDR, ISACTIVER, ICACTIVER, IGROUPR):
        for word in WORDS:
            assert gic.d(reg + 4 * word) == 0


@pytest.mark.parametrize("reg", each(DIST_REGS))
def test_distributor_write_mask(gic, reg):
    check_mask(gic.qts, DIST, reg)


@pytest.mark.parametrize("reg", each(CPU_REGS))
def test_cpu_interface_write_mask(gic, reg):
    check_mask(gic.qts, CPU, reg)


def test_aliased_binary_point(gic):
    assert gic.c(ABPR) == 1
    gic.set_c(ABPR, 0)
    assert gic.c(ABPR) == 1
    gic.set_c(ABPR, 0xff)
    assert gic.c(ABPR) == 7


@pytest.mark.parametrize("reg", each(DIST_READ_ONLY))
def test_read_only(gic, reg):
    check_read_only(gic.qts, DIST, reg)


def test_identification(gic):
    """Architecture version 2 in bits 19:16; the implementer is Arm (4.4.15)."""
    assert gic.c(C_IIDR) & 0xf0fff == 0x2043b


def test_reserved(gic):
    check_absent(gic.qts, DIST, (0x0c, 0x20, 0x7c))
    check_absent(gic.qts, CPU, (0x2c, 0x3c, 0xc0))


def test_interrupts_that_do_not_exist(gic):
    """288 to 1019 read as zero and ignore writes (3.1.2)."""
    for reg in (IGROUPR, ISENABLER, ISPENDR, ISACTIVER):
        for word in (NUM_IRQS // 32, 20, 31):
            gic.set_d(reg + 4 * word, 0xffffffff)
            assert gic.d(reg + 4 * word) == 0
    for base, per in ((IPRIORITYR, 1), (ITARGETSR, 1), (ICFGR, 4)):
        for intid in (NUM_IRQS, 1008):
            gic.set_d(base + intid // per // 4 * 4, 0xffffffff)
            assert gic.d(base + intid // per // 4 * 4) == 0


@pytest.mark.parametrize("set_reg, clear_reg", [(ISENABLER, ICENABLER), (ISPENDR, ICPENDR),
                                                (ISACTIVER, ICACTIVER)])
def test_set_and_clear(gic, set_reg, clear_reg):
    """Ones act, zeros do nothing, and both registers read as the state (4.3.5 to 4.3.10)."""
    for word in (1, 8):
        s, c = set_reg + 4 * word, clear_reg + 4 * word
        gic.set_d(s, 0xf0f01234)
        gic.set_d(s, 0x00000001)
        assert gic.d(s) == gic.d(c) == 0xf0f01235
        gic.set_d(c, 0xf0000004)
        assert gic.d(s) == gic.d(c) == 0x00f01231
        gic.set_d(c, 0)
        assert gic.d(s) == 0x00f01231
        gic.qts.writeb(DIST + c, 0x01)
        gic.qts.writeb(DIST + s + 3, 0x80)
        assert gic.d(s) == 0x80f01230


@pytest.mark.parametrize("reg", [NSACR, NSACR + 4, NSACR + 0x44])
def test_nsacr_is_absent(gic, reg):
    """RAZ/WI without the Security Extensions (4.3.14)."""
    gic.set_d(reg, 0xffffffff)
    assert gic.d(reg) == 0


@pytest.mark.parametrize("reg", [ISENABLER, ISPENDR, ISACTIVER])
def test_bytes_of_bits(gic, reg):
    """Every byte and halfword of a word can be read and written alone (4.1.4)."""
    for byte, value in enumerate((0x12, 0x34, 0x56, 0x78)):
        gic.qts.writeb(DIST + reg + 4 + byte, value)
    assert gic.d(reg + 4) == 0x78563412
    assert [gic.qts.readb(DIST + reg + 4 + byte) for byte in range(4)] == [0x12, 0x34, 0x56, 0x78]
    assert gic.qts.readw(DIST + reg + 4) == 0x3412 and gic.qts.readw(DIST + reg + 6) == 0x7856
    gic.qts.writew(DIST + reg + 0x80 + 6, 0x7006)
    assert gic.d(reg + 4) == 0x08503412


def test_sgi_enables_are_fixed(gic):
    gic.set_d(ICENABLER, 0xffffffff)
    assert gic.d(ISENABLER) == 0xffff
    gic.set_d(ISENABLER, 0xffffffff)
    assert gic.d(ISENABLER) == 0xffffffff
    gic.set_d(ICENABLER, 0xffffffff)


def test_sgi_pending_is_fixed(gic):
    """SGIs are made pending by SGIR and SPENDSGIR alone (4.3.7)."""
    gic.set_d(ISPENDR, 0xffffffff)
    assert gic.d(ISPENDR) == 0xffff0000


def test_bytes_of_priorities(gic):
    gic.qts.writeb(DIST + IPRIORITYR + 33, 0x5a)
    gic.qts.writew(DIST + IPRIORITYR + 34, 0x1234)
    assert gic.d(IPRIORITYR + 32) == 0x12345a00
    assert gic.qts.readb(DIST + IPRIORITYR + 35) == 0x12


def test_targets_of_one_cpu(gic):
    """RAZ/WI on a uniprocessor (4.3.12)."""
    for offset in (0, 32, 284):
        gic.set_d(ITARGETSR + offset, 0xffffffff)
        assert gic.d(ITARGETSR + offset) == 0


@pytest.mark.ours
def test_targets_of_four_cpus(start):
    gic = GIC(start("-smp", "4"), None)
    assert gic.d(TYPER) == 8 | 3 << 5
    assert gic.d(ITARGETSR) == 0x01010101, "the reading CPU's own bit (4.3.12)"
    gic.set_d(ITARGETSR, 0)
    assert gic.d(ITARGETSR) == 0x01010101
    assert gic.d(ITARGETSR + 32) == 0
    gic.set_d(ITARGETSR + 32, 0xff060302)
    assert gic.d(ITARGETSR + 32) == 0x0f060302, "CPUs that are not there have no bit"
    gic.qts.writeb(DIST + ITARGETSR + 33, 1)
    assert gic.d(ITARGETSR + 32) == 0x0f060102


# --- pending, active, inputs ---

def test_level_input(gic):
    gic.line(40, 1)
    assert gic.bit(ISPENDR, 40) == 1
    gic.set_bit(ICPENDR, 40)
    assert gic.bit(ISPENDR, 40) == 1, "the level holds it (4.3.8)"
    gic.line(40, 0)
    assert gic.bit(ISPENDR, 40) == 0


def test_level_and_latch(gic):
    """ISPENDR of a level-sensitive interrupt holds until ICPENDR (4.3.7)."""
    gic.set_bit(ISPENDR, 40)
    gic.line(40, 1)
    gic.line(40, 0)
    assert gic.bit(ISPENDR, 40) == 1
    gic.set_bit(ICPENDR, 40)
    assert gic.bit(ISPENDR, 40) == 0


def test_edge_input(gic):
    gic.edge(40)
    gic.line(40, 1)
    gic.line(40, 0)
    assert gic.bit(ISPENDR, 40) == 1
    gic.set_bit(ICPENDR, 40)
    assert gic.bit(ISPENDR, 40) == 0
    gic.line(40, 1)
    gic.line(40, 1)
    gic.set_bit(ICPENDR, 40)
    gic.line(40, 1)
    assert gic.bit(ISPENDR, 40) == 0, "no edge, nothing pending"


def test_ppi_input(gic):
    gic.line(27, 1)
    assert gic.d(ISPENDR) == 1 << 27
    gic.line(27, 0)
    assert gic.d(ISPENDR) == 0


@pytest.mark.parametrize("intid", [32, 287, 16, 31])
def test_first_and_last(gic, intid):
    gic.enable(intid)
    gic.line(intid, 1)
    assert gic.c(HPPIR) == intid
    assert gic.c(IAR) == intid
    gic.line(intid, 0)
    gic.set_c(EOIR, intid)
    assert gic.c(HPPIR) == SPURIOUS


# --- acknowledge and end ---

def test_cycle(gic):
    gic.enable(40)
    gic.priority(40, 0x80)
    gic.line(40, 1)
    assert gic.c(IAR) == 40
    assert gic.bit(ISACTIVER, 40) == 1 and gic.bit(ISPENDR, 40) == 1, "active and pending"
    assert gic.c(RPR) == 0x80 and gic.c(IAR) == SPURIOUS
    gic.set_c(EOIR, 40)
    assert gic.bit(ISACTIVER, 40) == 0 and gic.c(RPR) == 0xff
    assert gic.c(IAR) == 40, "the level is still there"
    gic.line(40, 0)
    gic.set_c(EOIR, 40)
    assert gic.c(IAR) == SPURIOUS


def test_edge_cycle(gic):
    gic.enable(40)
    gic.edge(40)
    gic.line(40, 1)
    assert gic.c(IAR) == 40
    assert gic.bit(ISPENDR, 40) == 0
    gic.line(40, 0)
    gic.line(40, 1)
    assert gic.bit(ISPENDR, 40) == 1
    gic.set_c(EOIR, 40)
    assert gic.c(IAR) == 40
    gic.set_c(EOIR, 40)
    assert gic.c(IAR) == SPURIOUS


def test_disabled_somewhere(gic):
    gic.enable()
    gic.line(40, 1)
    assert gic.c(IAR) == SPURIOUS, "not enabled"
    gic.set_bit(ISENABLER, 40)
    gic.set_d(CTLR, 0)
    assert gic.c(IAR) == SPURIOUS, "the distributor is off"
    gic.set_d(CTLR, EN0)
    gic.set_c(C_CTLR, 0)
    assert gic.c(IAR) == SPURIOUS, "the interface is off"
    gic.set_c(C_CTLR, EN0)
    assert gic.c(IAR) == 40


def test_priority_mask(gic):
    """Only a priority higher than PMR (a lower number) is signalled (3.3.2)."""
    gic.enable(40, pmr=0x80)
    gic.priority(40, 0x80)
    gic.line(40, 1)
    assert gic.c(IAR) == SPURIOUS
    gic.set_c(PMR, 0x81)
    assert gic.c(IAR) == 40


def test_order(gic):
    """By priority, then by number (3.3.1)."""
    gic.enable(40, 41, 42, 200)
    for intid, priority in ((40, 0x80), (41, 0x40), (42, 0x40), (200, 0x20)):
        gic.priority(intid, priority)
        gic.edge(intid)
        gic.line(intid, 1)
    got = []
    for _ in range(4):
        got.append(gic.c(IAR))
        gic.set_c(EOIR, got[-1])
    assert got == [200, 41, 42, 40]


def test_preemption_nests(gic):
    gic.enable(40, 41, 42)
    for intid, priority in ((40, 0x80), (41, 0x60), (42, 0x70)):
        gic.priority(intid, priority)
        gic.edge(intid)
    gic.line(40, 1)
    assert gic.c(IAR) == 40
    gic.line(41, 1)
    assert gic.c(IAR) == 41 and gic.c(RPR) == 0x60
    gic.line(42, 1)
    assert gic.c(IAR) == SPURIOUS and gic.c(HPPIR) == 42
    gic.set_c(EOIR, 41)
    assert gic.c(RPR) == 0x80
    assert gic.c(IAR) == 42
    gic.set_c(EOIR, 42)
    gic.set_c(EOIR, 40)
    assert gic.c(RPR) == 0xff


@pytest.mark.parametrize("bpr, group_mask", [(n, 0xff & 0xfe << n) for n in range(8)])
def test_binary_point(gic, bpr, group_mask):
    """Only the group priority preempts; all of it orders (3.3.3, table 3-2)."""
    gic.enable(40, 41)
    gic.set_c(BPR, bpr)
    gic.priority(40, 0x80)
    gic.priority(41, 0x80 - 2)
    gic.line(40, 1)
    assert gic.c(IAR) == 40
    assert gic.c(RPR) == 0x80 & group_mask
    gic.line(41, 1)
    preempts = 0x7e & group_mask < 0x80 & group_mask
    assert gic.c(IAR) == (41 if preempts else SPURIOUS)


def test_eoi_mode(gic):
    """Priority drop by EOIR, deactivation by DIR (3.2.1)."""
    gic.enable(40, cpu=EN0 | EOIMODE)
    gic.line(40, 1)
    assert gic.c(IAR) == 40
    gic.set_c(EOIR, 40)
    assert gic.c(RPR) == 0xff and gic.bit(ISACTIVER, 40) == 1
    assert gic.c(IAR) == SPURIOUS, "active: not again"
    gic.line(40, 0)
    gic.set_c(DIR, 40)
    assert gic.bit(ISACTIVER, 40) == 0


def test_eoi_of_nothing(gic):
    gic.enable(40)
    for value in (SPURIOUS, GROUP1_PENDING, 40, 500, 0xffffffff):
        gic.set_c(EOIR, value)
        gic.set_c(DIR, value)
    gic.line(40, 1)
    assert gic.c(IAR) == 40


def test_active_by_hand(gic):
    """ISACTIVER as for a state restored: pending stays back (4.3.9)."""
    gic.enable(40)
    gic.set_bit(ISACTIVER, 40)
    gic.line(40, 1)
    assert gic.c(IAR) == SPURIOUS
    gic.set_bit(ICACTIVER, 40)
    assert gic.c(IAR) == 40


# --- groups ---

@pytest.mark.differs("4.4.9 to 4.4.11: AIAR, AEOIR and AHPPIR exist in GICv2")
def test_group1_through_the_alias(gic):
    gic.enable(40, 41, dist=EN0 | EN1, cpu=EN0 | EN1)
    gic.group1(40)
    gic.line(40, 1)
    assert gic.c(HPPIR) == GROUP1_PENDING and gic.c(AHPPIR) == 40
    assert gic.c(IAR) == GROUP1_PENDING, "it is not acknowledged so (4.4.4)"
    assert gic.bit(ISACTIVER, 40) == 0
    assert gic.c(AIAR) == 40
    gic.line(40, 0)
    gic.set_c(AEOIR, 40)
    assert gic.bit(ISACTIVER, 40) == 0
    gic.line(41, 1)
    assert gic.c(AIAR) == SPURIOUS and gic.c(AHPPIR) == SPURIOUS
    assert gic.c(IAR) == 41


def test_ack_ctl(gic):
    gic.enable(40, dist=EN0 | EN1, cpu=EN0 | EN1 | ACK_CTL)
    gic.group1(40)
    gic.line(40, 1)
    assert gic.c(IAR) == 40
    gic.line(40, 0)
    gic.set_c(EOIR, 40)
    assert gic.bit(ISACTIVER, 40) == 0


@pytest.mark.differs("4.4.9 to 4.4.11: AIAR, AEOIR and AHPPIR exist in GICv2")
@pytest.mark.parametrize("dist, cpu, seen", [(EN0, EN0 | EN1, False), (EN1, EN0, False),
                                             (EN1, EN1, True), (EN0 | EN1, EN1, True)])
def test_group1_enables(gic, dist, cpu, seen):
    gic.enable(40, dist=dist, cpu=cpu)
    gic.group1(40)
    gic.line(40, 1)
    assert gic.c(AIAR) == (40 if seen else SPURIOUS)


@pytest.mark.differs("4.4.9 to 4.4.11: AIAR, AEOIR and AHPPIR exist in GICv2")
def test_active_priorities_by_group(gic):
    gic.enable(40, 41, dist=EN0 | EN1, cpu=EN0 | EN1)
    gic.group1(40)
    gic.priority(40, 0x80)
    gic.priority(41, 0x40)
    gic.line(40, 1)
    assert gic.c(AIAR) == 40
    gic.line(41, 1)
    assert gic.c(IAR) == 41
    assert gic.c(APR + 4) == 1 << 0 and gic.c(NSAPR + 8) == 1 << 0, "level 0x40 and 0x80 of 128"


# --- software-generated interrupts ---

def test_sgi_to_self(gic):
    gic.enable()
    gic.set_d(SGIR, 2 << 24 | 5)
    assert gic.d(ISPENDR) == 1 << 5
    assert gic.d(CPENDSGIR + 4) == 1 << 8, "from CPU 0"
    assert gic.c(IAR) == 5
    assert gic.d(ISPENDR) == 0
    gic.set_c(EOIR, 5)


@pytest.mark.parametrize("value, mine", [(0x00010003, True), (0x00020003, False),
                                         (0x01000003, False), (0x02000003, True)])
def test_sgi_target_filter(gic, value, mine):
    """By list, all but the sender, the sender (4.3.15)."""
    gic.set_d(SGIR, value)
    assert gic.d(ISPENDR) == (1 << 3 if mine else 0)


def test_sgi_pending_registers(gic):
    gic.qts.writeb(DIST + SPENDSGIR + 7, 1)
    assert gic.d(ISPENDR) == 1 << 7
    assert gic.qts.readb(DIST + SPENDSGIR + 7) == gic.qts.readb(DIST + CPENDSGIR + 7) == 1
    gic.qts.writeb(DIST + CPENDSGIR + 7, 1)
    assert gic.d(ISPENDR) == 0


@pytest.mark.ours
def test_sgi_senders_are_told_apart(start):
    """Each sender's is acknowledged on its own, with the number of the sender (4.4.4)."""
    gic = GIC(start("-smp", "4"), None)
    gic.enable()
    gic.qts.writeb(DIST + SPENDSGIR + 7, 0b1010)
    assert gic.c(IAR) == 1 << 10 | 7
    assert gic.d(ISPENDR) == 1 << 7, "CPU 3's is still pending"
    gic.set_c(EOIR, 1 << 10 | 7)
    assert gic.c(IAR) == 3 << 10 | 7
    gic.set_c(EOIR, 3 << 10 | 7)
    assert gic.c(IAR) == SPURIOUS


# --- outputs ---

@pytest.mark.ours
def test_outputs(qts, gic_path):
    """IRQ is line 0 and FIQ line 1 of CPU 0's; FIQEn sends group 0 to FIQ (4.4.1)."""
    gic = GIC(qts, gic_path)
    qts.intercept_out(gic_path, "sysbus-irq")
    gic.enable(40)
    gic.line(40, 1)
    assert qts.irqs == {0: True}
    gic.c(IAR)
    assert qts.irqs == {0: False}
    gic.set_c(EOIR, 40)
    assert qts.irqs == {0: True}
    gic.set_c(C_CTLR, EN0 | FIQ_EN)
    assert qts.irqs == {0: False, 1: True}
    gic.set_c(PMR, 0)
    assert not any(qts.irqs.values())
