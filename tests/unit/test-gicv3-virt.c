/* SPDX-License-Identifier: MIT */
/*
 * GICv3: the virtual CPU interface (IHI 0069, chapter 6), of one CPU with EL2. Its lines are
 * recorded as 0 IRQ, 1 FIQ, 2 virtual IRQ, 3 virtual FIQ, 4 maintenance.
 */
#include "device-harness.h"

#include "hw/intc/arm_gicv3.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "target/arm/cpu.h"
#include "target/arm/sysregs.h"

enum { VIRQ = 2, VFIQ, MAINTENANCE };
enum { GICD = 0x08000000, GICR = 0x080a0000 };
enum {
    PMR = SYSREG(3, 0, 4, 6, 0),
    IAR0 = SYSREG(3, 0, 12, 8, 0),
    EOIR0 = SYSREG(3, 0, 12, 8, 1),
    BPR0 = SYSREG(3, 0, 12, 8, 3),
    DEACTIVATE = SYSREG(3, 0, 12, 11, 1),
    RPR = SYSREG(3, 0, 12, 11, 3),
    IAR1 = SYSREG(3, 0, 12, 12, 0),
    EOIR1 = SYSREG(3, 0, 12, 12, 1),
    HPPIR1 = SYSREG(3, 0, 12, 12, 2),
    BPR1 = SYSREG(3, 0, 12, 12, 3),
    ICC_CTLR = SYSREG(3, 0, 12, 12, 4),
    IGRPEN0 = SYSREG(3, 0, 12, 12, 6),
    IGRPEN1 = SYSREG(3, 0, 12, 12, 7),
    ICH_AP0R0 = SYSREG(3, 4, 12, 8, 0),
    ICH_AP1R0 = SYSREG(3, 4, 12, 9, 0),
    SRE2 = SYSREG(3, 4, 12, 9, 5),
    ICH_HCR = SYSREG(3, 4, 12, 11, 0),
    ICH_VTR = SYSREG(3, 4, 12, 11, 1),
    ICH_MISR = SYSREG(3, 4, 12, 11, 2),
    ICH_EISR = SYSREG(3, 4, 12, 11, 3),
    ICH_ELRSR = SYSREG(3, 4, 12, 11, 5),
    ICH_VMCR = SYSREG(3, 4, 12, 11, 7),
    LR0 = SYSREG(3, 4, 12, 12, 0),
};
enum { EN = 1, UIE = 2, LRENPIE = 4, NPIE = 8 };
enum { EOIMODE = 2, NONE = 1023 };

#define PENDING (1ull << 62)
#define ACTIVE  (2ull << 62)
#define HW      (1ull << 61)
#define GROUP1  (1ull << 60)
#define EOI     (1ull << 41)
#define PRIO(p) ((uint64_t)(p) << 48)

static DeviceState *gic;
static ARMCPU *cpu;

static void at_el(unsigned el)
{
    cpu->env.pstate = (cpu->env.pstate & ~(uint64_t)PSTATE_EL) | el << 2;
}

static uint64_t read_reg(unsigned enc)
{
    const ARMSysReg *r = arm_find_sysreg(cpu, enc);

    return r->read ? r->read(&cpu->env, r) : r->value;
}

static void write_reg(unsigned enc, uint64_t value)
{
    const ARMSysReg *r = arm_find_sysreg(cpu, enc);

    r->write(&cpu->env, r, value);
}

/* By EL2, and by a virtual machine. */
static uint64_t get2(unsigned enc)
{
    at_el(2);
    return read_reg(enc);
}

static void put2(unsigned enc, uint64_t value)
{
    at_el(2);
    write_reg(enc, value);
}

static uint64_t get1(unsigned enc)
{
    at_el(1);
    return read_reg(enc);
}

static void put1(unsigned enc, uint64_t value)
{
    at_el(1);
    write_reg(enc, value);
}

static void setup(void)
{
    device_cold_reset(gic);
    cpu->env.sys.hcr = HCR_RW | HCR_IMO | HCR_FMO;
    put2(ICH_HCR, EN);
    put1(PMR, 0xf8);
    put1(IGRPEN0, 1);
    put1(IGRPEN1, 1);
}

static void test_registers(void)
{
    device_cold_reset(gic);
    g_assert_cmphex(get2(SRE2), ==, 15);
    g_assert_cmphex(get2(ICH_VTR) & 0x1f, ==, 3); /* four list registers */
    g_assert_cmphex(get2(ICH_VTR) >> 26, ==, 4 << 3 | 4);
    g_assert_cmphex(get2(ICH_ELRSR), ==, 15);
    put2(ICH_HCR, UINT64_MAX);
    g_assert_cmphex(get2(ICH_HCR), ==, 0xf8005cff);
    put2(LR0 + 3, UINT64_MAX);
    g_assert_cmphex(get2(LR0 + 3), ==, 0xf0f81fffffffffff);
    g_assert_cmphex(get2(ICH_ELRSR), ==, 7);
    put2(ICH_VMCR, 0);
    g_assert_cmphex(get2(ICH_VMCR), ==, 2u << 21 | 3u << 18 | 8);
    put2(ICH_VMCR, UINT32_MAX);
    g_assert_cmphex(get2(ICH_VMCR), ==, 0xf8fc021b);
}

/* The same names reach the physical interface at EL2, and at EL1 what HCR_EL2 gives it. */
static void test_two_interfaces(void)
{
    setup();
    put2(PMR, 0x80);
    g_assert_cmphex(get1(PMR), ==, 0xf8);
    g_assert_cmphex(get2(PMR), ==, 0x80);
    g_assert_cmphex(get2(IGRPEN1), ==, 0);
    g_assert_cmphex(get2(ICH_VMCR) & 3, ==, 3);
    cpu->env.sys.hcr = HCR_RW;
    g_assert_cmphex(get1(PMR), ==, 0x80);
    cpu->env.sys.hcr = HCR_RW | HCR_IMO; /* group 1 and what both share */
    g_assert_cmphex(get1(PMR), ==, 0xf8);
    g_assert_cmphex(get1(IGRPEN1), ==, 1);
    g_assert_cmphex(get1(IGRPEN0), ==, 0);
}

static void test_cycle(void)
{
    setup();
    put2(LR0 + 1, PENDING | GROUP1 | PRIO(0x80) | 40);
    g_assert_true(harness_level[VIRQ]);
    g_assert_false(harness_level[VFIQ]);
    g_assert_false(harness_level[0]);
    g_assert_cmphex(get1(HPPIR1), ==, 40);
    g_assert_cmphex(get1(IAR0), ==, NONE);
    g_assert_cmphex(get1(IAR1), ==, 40);
    g_assert_false(harness_level[VIRQ]);
    g_assert_cmphex(get2(LR0 + 1), ==, ACTIVE | GROUP1 | PRIO(0x80) | 40);
    g_assert_cmphex(get2(ICH_AP1R0), ==, 1u << 16);
    g_assert_cmphex(get1(RPR), ==, 0x80);
    put2(LR0, PENDING | GROUP1 | PRIO(0x40) | 41); /* preempts */
    g_assert_cmphex(get1(IAR1), ==, 41);
    put1(EOIR1, 41);
    g_assert_cmphex(get2(LR0) >> 62, ==, 0);
    g_assert_cmphex(get1(RPR), ==, 0x80);
    put1(EOIR1, 40);
    g_assert_cmphex(get1(RPR), ==, 0xff);
    g_assert_cmphex(get2(ICH_ELRSR), ==, 15);
}

static void test_groups_and_masks(void)
{
    setup();
    put2(LR0, PENDING | PRIO(0x80) | 40);
    g_assert_true(harness_level[VFIQ]);
    put1(IGRPEN0, 0);
    g_assert_false(harness_level[VFIQ]);
    put1(IGRPEN0, 1);
    put1(PMR, 0x80);
    g_assert_false(harness_level[VFIQ]);
    put1(PMR, 0x88);
    g_assert_true(harness_level[VFIQ]);
    put2(ICH_HCR, 0);
    g_assert_false(harness_level[VFIQ]);
    put2(ICH_HCR, EN);
    g_assert_cmphex(get1(IAR0), ==, 40);
    put1(EOIR1, 40); /* the wrong group */
    g_assert_cmphex(get1(RPR), ==, 0x80);
    put1(EOIR0, 40);
    g_assert_cmphex(get1(RPR), ==, 0xff);
}

/* An interrupt mapped to a physical one ends that one, too (6.4). */
static void test_hardware(void)
{
    const hwaddr active = GICR + 0x10000 + 0x300;

    setup();
    w32(active, 1u << 27);
    put2(LR0, PENDING | HW | GROUP1 | PRIO(0x80) | 27ull << 32 | 27);
    g_assert_cmphex(get1(IAR1), ==, 27);
    g_assert_cmphex(r32(active), ==, 1u << 27);
    put1(EOIR1, 27);
    g_assert_cmphex(r32(active), ==, 0);
}

static void test_eoimode(void)
{
    setup();
    put1(ICC_CTLR, EOIMODE);
    put2(LR0, PENDING | GROUP1 | PRIO(0x80) | 40);
    g_assert_cmphex(get1(IAR1), ==, 40);
    put1(EOIR1, 40);
    g_assert_cmphex(get1(RPR), ==, 0xff);
    g_assert_cmphex(get2(LR0) >> 62, ==, 2);
    put1(DEACTIVATE, 40);
    g_assert_cmphex(get2(LR0) >> 62, ==, 0);
    put1(DEACTIVATE, 41); /* not in a list register: counted */
    g_assert_cmphex(get2(ICH_HCR) >> 27, ==, 1);
    put1(DEACTIVATE, NONE); /* special INTIDs and LPIs are not */
    put1(DEACTIVATE, 1020);
    put1(DEACTIVATE, 8192);
    g_assert_cmphex(get2(ICH_HCR) >> 27, ==, 1);
}

/* Both groups have a running interrupt of the same priority, says EL2: group 0's ends first. */
static void test_same_priority(void)
{
    setup();
    put2(ICH_AP0R0, 1u << 16);
    put2(ICH_AP1R0, 1u << 16);
    put1(EOIR1, 40);
    g_assert_cmphex(get2(ICH_AP1R0), ==, 1u << 16);
    put1(EOIR0, 40);
    g_assert_cmphex(get2(ICH_AP0R0), ==, 0);
    put1(EOIR1, 40);
    g_assert_cmphex(get1(RPR), ==, 0xff);
}

static void test_maintenance(void)
{
    setup();
    g_assert_false(harness_level[MAINTENANCE]);
    put2(ICH_HCR, EN | UIE);
    g_assert_cmphex(get2(ICH_MISR), ==, 2);
    g_assert_true(harness_level[MAINTENANCE]);
    put2(LR0, PENDING | GROUP1 | PRIO(0x80) | 40);
    put2(LR0 + 1, PENDING | GROUP1 | EOI | PRIO(0x40) | 41);
    g_assert_false(harness_level[MAINTENANCE]); /* two are valid */
    g_assert_cmphex(get1(IAR1), ==, 41);
    put2(ICH_HCR, EN);
    put1(EOIR1, 41);
    g_assert_cmphex(get2(ICH_EISR), ==, 2);
    g_assert_cmphex(get2(ICH_ELRSR), ==, 0xc);
    g_assert_cmphex(get2(ICH_MISR), ==, 1);
    g_assert_true(harness_level[MAINTENANCE]);
    put2(LR0 + 1, 0);
    g_assert_false(harness_level[MAINTENANCE]);
    put2(ICH_HCR, EN | NPIE);
    g_assert_cmphex(get2(ICH_MISR), ==, 0);
    get1(IAR1);
    g_assert_cmphex(get2(ICH_MISR), ==, 8);
    put2(ICH_HCR, EN | LRENPIE | 1u << 27);
    g_assert_cmphex(get2(ICH_MISR), ==, 4);
    put2(ICH_HCR, 0);
    g_assert_false(harness_level[MAINTENANCE]);
}

static void test_binary_point(void)
{
    setup();
    g_assert_cmphex(get1(BPR0), ==, 2);
    g_assert_cmphex(get1(BPR1), ==, 3);
    put1(BPR1, 6);
    g_assert_cmphex(get2(ICH_VMCR) >> 18 & 7, ==, 6);
    put2(LR0, PENDING | GROUP1 | PRIO(0x58) | 40);
    g_assert_cmphex(get1(IAR1), ==, 40);
    g_assert_cmphex(get1(RPR), ==, 0x40);
    put2(LR0 + 1, PENDING | GROUP1 | PRIO(0x40) | 41);
    g_assert_cmphex(get1(IAR1), ==, NONE); /* the same group priority */
}

/* The binary point of what is pending says which part of the running priority counts. */
static void test_binary_points(void)
{
    setup();
    put1(BPR0, 6);
    put2(LR0, PENDING | GROUP1 | PRIO(0xa0) | 40);
    g_assert_cmphex(get1(IAR1), ==, 40);
    put2(LR0 + 1, PENDING | PRIO(0x98) | 41);
    g_assert_false(harness_level[VFIQ]);
    put1(BPR0, 2);
    g_assert_true(harness_level[VFIQ]);
}

int main(int argc, char **argv)
{
    SysBusDevice *sbd;

    harness_init(&argc, &argv);
    cpu = ARM_CPU(object_new(ARM_CPU_TYPE_NAME("cortex-a57")));
    object_property_set_bool(OBJECT(cpu), "has_el2", true, &error_abort);
    qdev_realize(DEVICE(cpu), NULL, &error_abort);
    gic = qdev_new(TYPE_ARM_GICV3);
    sbd = SYS_BUS_DEVICE(gic);
    qdev_prop_set_uint32(gic, "num-cpu", 1);
    qdev_prop_set_uint32(gic, "num-irq", 64);
    object_property_parse(OBJECT(gic), "redist-region-count", "1", &error_abort);
    sysbus_realize_and_unref(sbd, &error_abort);
    sysbus_mmio_map(sbd, 0, GICD);
    sysbus_mmio_map(sbd, 1, GICR);
    for (int i = 0; i <= MAINTENANCE; i++) {
        sysbus_connect_irq(sbd, i, harness_line(i));
    }
    g_test_add_func("/gicv3-virt/registers", test_registers);
    g_test_add_func("/gicv3-virt/two-interfaces", test_two_interfaces);
    g_test_add_func("/gicv3-virt/cycle", test_cycle);
    g_test_add_func("/gicv3-virt/groups-and-masks", test_groups_and_masks);
    g_test_add_func("/gicv3-virt/hardware", test_hardware);
    g_test_add_func("/gicv3-virt/eoimode", test_eoimode);
    g_test_add_func("/gicv3-virt/maintenance", test_maintenance);
    g_test_add_func("/gicv3-virt/binary-point", test_binary_point);
    g_test_add_func("/gicv3-virt/binary-points", test_binary_points);
    g_test_add_func("/gicv3-virt/same-priority", test_same_priority);
    return g_test_run();
}
