# SPDX-License-Identifier: MIT
"""GICv2's Virtualization Extensions, ARM IHI 0048B, chapter 5: GICH lists, GICV takes and ends."""

import pytest

from client import qom_path
from registers import Reg, check_absent, check_mask, check_read_only, check_reset, each

DIST, CPU, HYP, VCPU = 0x08000000, 0x08010000, 0x08030000, 0x08040000
MACHINE = ("-M", "virt,gic-version=2,virtualization=on", "-cpu", "cortex-a57", "-m", "128M")
HCR, VTR, VMCR, MISR, EISR, ELRSR, APR, LR = 0, 4, 8, 0x10, 0x20, 0x30, 0xf0, 0x100
(CTLR, PMR, BPR, IAR, EOIR, RPR, HPPIR, ABPR, AIAR, AEOIR, AHPPIR) = range(0, 0x2c, 4)
V_APR, IIDR, DIR = 0xd0, 0xfc, 0x1000
ISENABLER, ISPENDR, ISACTIVER = 0x100, 0x200, 0x300
EN, UIE, LRENPIE, NPIE, G0E, G0D, G1E, G1D = (1 << n for n in range(8))
G0, G1, ACK_CTL, FIQ_EN, CBPR, EOIMODE = 1, 2, 4, 8, 16, 1 << 9
NONE, GROUP1_PENDING = 1023, 1022

ALIASES = "5.5: GICV_AIAR, AEOIR and AHPPIR exist"

HYP_REGS = [Reg("HCR", HCR, 0, 0xf80000ff), Reg("APR", APR, 0, 0xffffffff),
            Reg("LR0", LR, 0, 0xff8fffff), Reg("LR3", LR + 12, 0, 0xff8fffff)]
HYP_READ_ONLY = [Reg("VTR", VTR, 0x90000003), Reg("MISR", MISR), Reg("EISR0", EISR),
                 Reg("EISR1", EISR + 4), Reg("ELRSR0", ELRSR, 0xf), Reg("ELRSR1", ELRSR + 4)]
VCPU_REGS = [Reg("CTLR", CTLR, 0, 0x21f), Reg("PMR", PMR, 0, 0xf8),
             Reg("APR0", V_APR, 0, 0xffffffff)]
VCPU_READ_ONLY = [Reg("IAR", IAR, NONE), Reg("RPR", RPR, 0xff), Reg("HPPIR", HPPIR, NONE),
                  Reg("AIAR", AIAR, NONE, differs=ALIASES),
                  Reg("AHPPIR", AHPPIR, NONE, differs=ALIASES)]


def pending(intid, prio, group=0, *, hw=None, eoi=0, cpu=0, active=0):
    source = hw if hw is not None else eoi << 9 | cpu
    return (intid | source << 10 | prio >> 3 << 23 | (2 if active else 1) << 28 | group << 30 |
            (hw is not None) << 31)


class Virtual:
    def __init__(self, qts, ctlr=G0 | G1, hcr=EN, pmr=0xf8):
        self.qts = qts
        self.set_h(HCR, hcr)
        self.set_v(CTLR, ctlr)
        self.set_v(PMR, pmr)

    def h(self, reg):
        return self.qts.readl(HYP + reg)

    def set_h(self, reg, value):
        self.qts.writel(HYP + reg, value)

    def v(self, reg):
        return self.qts.readl(VCPU + reg)

    def set_v(self, reg, value):
        self.qts.writel(VCPU + reg, value)

    def list(self, *values):
        for n in range(4):
            self.set_h(LR + 4 * n, values[n] if n < len(values) else 0)

    def states(self):
        return [self.h(LR + 4 * n) >> 28 & 3 for n in range(4)]


@pytest.fixture
def qts(start):
    return start(machine=MACHINE)


@pytest.fixture
def virtual(qts):
    return Virtual(qts)


# --- registers ---

def test_reset_values(qts):
    check_reset(qts, HYP, HYP_REGS + HYP_READ_ONLY)
    check_reset(qts, VCPU, VCPU_REGS + VCPU_READ_ONLY[:3])
    assert qts.readl(VCPU + BPR) in (0, 2) and qts.readl(VCPU + ABPR) in (0, 3)


@pytest.mark.parametrize("reg", each(HYP_REGS))
def test_control_write_mask(qts, reg):
    if reg.offset < LR:
        check_mask(qts, HYP, reg)
    else:  # bits 19:10 of software's interrupts: EOI and the sender
        for value in (0xffffffff, 0x80000000, 0xa5a5a5a5, 0):
            qts.writel(HYP + reg.offset, value)
            assert qts.readl(HYP + reg.offset) == value & reg.mask


@pytest.mark.parametrize("reg", each(HYP_READ_ONLY))
def test_control_read_only(qts, reg):
    check_read_only(qts, HYP, reg)


@pytest.mark.parametrize("reg", each(VCPU_REGS))
def test_interface_write_mask(qts, reg):
    check_mask(qts, VCPU, reg)


@pytest.mark.parametrize("reg", each(VCPU_READ_ONLY))
def test_interface_read_only(qts, reg):
    check_read_only(qts, VCPU, reg)


def test_identification(qts):
    assert qts.readl(VCPU + IIDR) & 0xf0fff == 0x2043b


def test_nothing_between(qts):
    check_absent(qts, HYP, (0xc, 0x14, 0x40, 0xf4))


@pytest.mark.parametrize("value", [0, 0x1f, 0x21f, 0xf8000000, 0x00dc0003, 0xffffffff])
def test_vmcr_is_the_interface(virtual, value):
    """GICH_VMCR shows what GICV_CTLR, PMR, BPR and ABPR hold (5.3.3)."""
    virtual.set_h(VMCR, value)
    assert virtual.v(CTLR) == value & 0x21f
    assert virtual.v(PMR) == value >> 24 & 0xf8
    assert virtual.v(BPR) == max(value >> 21 & 7, 2)
    assert virtual.v(ABPR) == max(value >> 18 & 7, 3)


@pytest.mark.parametrize("bpr, abpr", [
    pytest.param(0, 0, marks=pytest.mark.differs("3.3.3: of five bits, the lowest ABPR is 3")),
    (2, 3), (5, 6), (7, 7)])
def test_vmcr_follows(virtual, bpr, abpr):
    virtual.set_v(CTLR, G1 | CBPR)
    virtual.set_v(PMR, 0xa8)
    virtual.set_v(BPR, bpr)
    virtual.set_v(ABPR, abpr)
    assert virtual.h(VMCR) == (G1 | CBPR | max(abpr, 3) << 18 | max(bpr, 2) << 21 | 0xa8 << 24)


# --- acknowledge and end ---

def test_cycle(virtual):
    virtual.list(pending(40, 0x80))
    assert virtual.v(HPPIR) == 40 and virtual.v(RPR) == 0xff
    assert virtual.v(IAR) == 40
    assert virtual.states() == [2, 0, 0, 0] and virtual.v(RPR) == 0x80
    assert virtual.h(APR) == virtual.v(V_APR) == 1 << 16
    assert virtual.v(IAR) == NONE
    virtual.set_v(EOIR, 40)
    assert virtual.states() == [0, 0, 0, 0] and virtual.v(RPR) == 0xff
    assert virtual.h(ELRSR) == 0xf and virtual.h(EISR) == 0


def test_order_and_preemption(virtual):
    virtual.list(pending(40, 0x80), pending(41, 0x40), pending(42, 0xa0))
    assert virtual.v(IAR) == 41
    assert virtual.v(IAR) == NONE and virtual.v(HPPIR) == 40
    virtual.set_h(LR + 12, pending(43, 0x20))
    assert virtual.v(IAR) == 43 and virtual.h(APR) == 1 << 4 | 1 << 8
    virtual.set_v(EOIR, 43)
    assert virtual.v(RPR) == 0x40
    virtual.set_v(EOIR, 41)
    assert virtual.v(IAR) == 40
    virtual.set_v(EOIR, 40)
    assert virtual.v(IAR) == 42


@pytest.mark.parametrize("bpr", range(8))
def test_binary_point(virtual, bpr):
    virtual.set_v(BPR, bpr)
    virtual.list(pending(40, 0x80), pending(41, 0x78))
    virtual.set_h(LR + 4, 0)
    assert virtual.v(IAR) == 40
    virtual.set_h(LR + 4, pending(41, 0x78))
    mask = 0xff & 0xfe << max(bpr, 2)
    assert virtual.v(IAR) == (41 if 0x78 & mask < 0x80 & mask else NONE)


def test_priority_mask(virtual):
    virtual.set_v(PMR, 0x80)
    virtual.list(pending(40, 0x80))
    assert virtual.v(IAR) == NONE
    virtual.set_v(PMR, 0x88)
    assert virtual.v(IAR) == 40


@pytest.mark.differs(ALIASES)
def test_aliases(virtual):
    virtual.list(pending(40, 0x80, 1), pending(41, 0xa0, 0))
    assert virtual.v(HPPIR) == GROUP1_PENDING and virtual.v(AHPPIR) == 40
    assert virtual.v(IAR) == GROUP1_PENDING
    assert virtual.v(AIAR) == 40
    virtual.set_v(AEOIR, 40)
    assert virtual.v(AIAR) == NONE and virtual.v(IAR) == 41


def test_group_1(virtual):
    virtual.list(pending(42, 0x80, 1))
    assert virtual.v(HPPIR) == virtual.v(IAR) == GROUP1_PENDING
    virtual.set_v(CTLR, G0 | G1 | ACK_CTL)
    assert virtual.v(IAR) == 42
    virtual.set_v(EOIR, 42)
    assert virtual.states() == [0, 0, 0, 0]


@pytest.mark.parametrize("ctlr, group, seen", [
    (G0, 0, 1), (G1, 1, 1),
    *(pytest.param(*row, marks=pytest.mark.differs("5.2: a group that is off is not signalled"))
      for row in ((G0, 1, 0), (G1, 0, 0)))])
def test_group_enables(virtual, ctlr, group, seen):
    virtual.set_v(CTLR, ctlr | ACK_CTL)
    virtual.list(pending(40, 0x80, group))
    assert virtual.v(IAR) == (40 if seen else NONE)


def test_off(virtual):
    """With GICH_HCR.En clear nothing is signalled (5.3.1)."""
    virtual.list(pending(40, 0x80))
    virtual.set_h(HCR, 0)
    assert virtual.v(IAR) == NONE
    virtual.set_h(HCR, EN)
    assert virtual.v(IAR) == 40


def test_sender_of_an_sgi(virtual):
    virtual.list(pending(5, 0x80, cpu=3))
    assert virtual.v(IAR) == 3 << 10 | 5
    virtual.set_v(EOIR, 3 << 10 | 5)
    assert virtual.states() == [0, 0, 0, 0]


@pytest.mark.differs("5.5.7: GICV_HPPIR has the sender, too")
def test_sender_of_a_pending_sgi(virtual):
    virtual.list(pending(5, 0x80, cpu=3))
    assert virtual.v(HPPIR) == 3 << 10 | 5


def test_eoi_mode(virtual):
    virtual.set_v(CTLR, G0 | EOIMODE)
    virtual.list(pending(40, 0x80))
    assert virtual.v(IAR) == 40
    virtual.set_v(EOIR, 40)
    assert virtual.v(RPR) == 0xff and virtual.states() == [2, 0, 0, 0]
    virtual.set_v(DIR, 40)
    assert virtual.states() == [0, 0, 0, 0]


def test_end_without_list_register(virtual):
    """EOICount counts it (5.3.1)."""
    virtual.list(pending(40, 0x80))
    assert virtual.v(IAR) == 40
    virtual.list()
    virtual.set_v(EOIR, 40)
    assert virtual.h(HCR) == EN | 1 << 27 and virtual.v(RPR) == 0xff
    virtual.set_v(EOIR, NONE)
    assert virtual.h(HCR) == EN | 1 << 27


@pytest.mark.parametrize("mode", [0, EOIMODE])
@pytest.mark.parametrize("intid", [27, 48])
def test_hardware_interrupt(virtual, intid, mode):
    """The end of the virtual interrupt is that of the physical one, which runs no more (5.2.2)."""
    qts, place, bit = virtual.qts, intid // 32 * 4, 1 << intid % 32
    for reg, value in ((DIST, 1), (CPU + PMR, 0xff), (CPU + CTLR, G0 | EOIMODE),
                       (DIST + ISENABLER + place, bit), (DIST + ISPENDR + place, bit)):
        qts.writel(reg, value)
    virtual.set_v(CTLR, G0 | mode)
    assert qts.readl(CPU + IAR) == intid
    qts.writel(CPU + EOIR, intid)
    virtual.list(pending(40, 0x80, hw=intid))
    assert virtual.v(IAR) == 40
    assert qts.readl(DIST + ISACTIVER + place) == bit
    virtual.set_v(EOIR, 40)
    if mode:
        assert qts.readl(DIST + ISACTIVER + place) == bit and virtual.states()[0] == 2
        virtual.set_v(DIR, 40)
    assert qts.readl(DIST + ISACTIVER + place) == 0
    assert virtual.states()[0] == 0 and virtual.h(EISR) == 0


def test_hardware_interrupt_that_does_not_exist(virtual):
    virtual.list(pending(40, 0x80, hw=1019))
    assert virtual.v(IAR) == 40
    virtual.set_v(EOIR, 40)
    assert virtual.states() == [0, 0, 0, 0]


# --- maintenance ---

def test_end_that_is_wanted(virtual):
    virtual.list(pending(40, 0x80, eoi=1))
    assert virtual.v(IAR) == 40
    assert virtual.h(EISR) == 0 and virtual.h(MISR) == 0
    virtual.set_v(EOIR, 40)
    assert virtual.h(EISR) == 1 and virtual.h(MISR) == 1 and virtual.h(ELRSR) == 0xe
    virtual.set_h(LR, 0)
    assert virtual.h(EISR) == 0 and virtual.h(MISR) == 0 and virtual.h(ELRSR) == 0xf


@pytest.mark.parametrize("hcr, lists, ctlr, misr", [
    (UIE, 2, 0, 0), (UIE, 1, 0, 2), (UIE, 0, 0, 2), (NPIE, 1, 0, 0), (NPIE, 0, 0, 8),
    (G0E, 0, G0, 0x10), (G0E, 0, 0, 0), (G0D, 0, 0, 0x20), (G0D, 0, G0, 0), (G1E, 0, G1, 0x40),
    (G1D, 0, 0, 0x80), (G1D, 0, G1, 0), (LRENPIE, 0, 0, 0), (LRENPIE | 1 << 27, 0, 0, 4)])
def test_causes(virtual, hcr, lists, ctlr, misr):
    """5.3.4"""
    virtual.list(*(pending(40 + n, 0x80) for n in range(lists)))
    virtual.set_v(CTLR, ctlr)
    virtual.set_h(HCR, EN | hcr)
    assert virtual.h(MISR) == misr


@pytest.mark.ours
def test_lines(qts):
    """Virtual IRQ is line 2, virtual FIQ 3, maintenance 4 of one CPU's; that is PPI 25."""
    qts.intercept_out(qom_path("arm_gic", machine=MACHINE), "sysbus-irq")
    virtual = Virtual(qts)
    virtual.list(pending(40, 0x80))
    assert qts.irqs == {2: True}
    virtual.set_v(CTLR, G0 | FIQ_EN)
    assert qts.irqs == {2: False, 3: True}
    assert virtual.v(IAR) == 40 and not qts.irq(3)
    virtual.set_h(HCR, EN | NPIE)
    assert qts.irq(4) and qts.readl(DIST + ISPENDR) == 1 << 25
    virtual.set_h(HCR, NPIE)
    assert not qts.irq(4) and qts.readl(DIST + ISPENDR) == 0


@pytest.mark.ours
def test_absent_without_virtualization(start):
    qts = start()
    for place in (HYP + VTR, VCPU + IIDR):
        assert qts.readl(place) == 0
