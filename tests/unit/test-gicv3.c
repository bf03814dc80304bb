/* SPDX-License-Identifier: MIT */
/*
 * GICv3: what no bus access reaches, the CPU interfaces (ICC_*_EL1), with three CPUs in two
 * clusters. The line of CPU n is recorded as n (IRQ) and 3 + n (FIQ).
 */
#include "device-harness.h"

#include "hw/intc/arm_gicv3.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "target/arm/cpu.h"
#include "target/arm/sysregs.h"

enum { NCPU = 3, NIRQ = 288, FIQ = NCPU };
enum { GICD = 0x08000000, GICR = 0x080a0000, GICR_STRIDE = 0x20000, SGI_FRAME = 0x10000 };
enum {
    CTLR = 0x0,
    IGROUPR = 0x80,
    ISENABLER = 0x100,
    ISPENDR = 0x200,
    ICPENDR = 0x280,
    ISACTIVER = 0x300,
    IPRIORITYR = 0x400,
    ICFGR = 0xc00,
    IROUTER = 0x6000,
};
enum { /* system registers */
       PMR = SYSREG(3, 0, 4, 6, 0),
       IAR0 = SYSREG(3, 0, 12, 8, 0),
       EOIR0 = SYSREG(3, 0, 12, 8, 1),
       HPPIR0 = SYSREG(3, 0, 12, 8, 2),
       BPR0 = SYSREG(3, 0, 12, 8, 3),
       AP0R0 = SYSREG(3, 0, 12, 8, 4),
       AP0R1 = SYSREG(3, 0, 12, 8, 5),
       AP1R0 = SYSREG(3, 0, 12, 9, 0),
       DEACTIVATE = SYSREG(3, 0, 12, 11, 1),
       RPR = SYSREG(3, 0, 12, 11, 3),
       SGI1R = SYSREG(3, 0, 12, 11, 5),
       ASGI1R = SYSREG(3, 0, 12, 11, 6),
       SGI0R = SYSREG(3, 0, 12, 11, 7),
       IAR1 = SYSREG(3, 0, 12, 12, 0),
       EOIR1 = SYSREG(3, 0, 12, 12, 1),
       HPPIR1 = SYSREG(3, 0, 12, 12, 2),
       BPR1 = SYSREG(3, 0, 12, 12, 3),
       ICC_CTLR = SYSREG(3, 0, 12, 12, 4),
       SRE = SYSREG(3, 0, 12, 12, 5),
       IGRPEN0 = SYSREG(3, 0, 12, 12, 6),
       IGRPEN1 = SYSREG(3, 0, 12, 12, 7),
};
enum { CBPR = 1, EOIMODE = 2, NONE = 1023 };

static DeviceState *gic;
static ARMCPU *cpu[NCPU];

static uint64_t get(int n, uint16_t enc)
{
    const ARMSysReg *r = arm_find_sysreg(cpu[n], enc);

    return r->read ? r->read(&cpu[n]->env, r) : r->value;
}

static void put(int n, uint16_t enc, uint64_t value)
{
    const ARMSysReg *r = arm_find_sysreg(cpu[n], enc);

    r->write(&cpu[n]->env, r, value);
}

/* The register of interrupt @intid, of those of CPU @n if it is a private one. */
static hwaddr place(int n, int reg, int intid)
{
    return intid < 32 ? GICR + n * GICR_STRIDE + SGI_FRAME + reg : GICD + reg + intid / 32 * 4;
}

static void set_gic_bit(int n, int reg, int intid)
{
    w32(place(n, reg, intid), r32(place(n, reg, intid)) | 1u << intid % 32);
}

static bool bit(int n, int reg, int intid)
{
    return r32(place(n, reg, intid)) >> intid % 32 & 1;
}

static void set_line(int n, int intid, int level)
{
    int line = intid < 32 ? NIRQ - 32 + n * 32 + intid : intid - 32;

    qemu_set_irq(qdev_get_gpio_in(gic, line), level);
}

static void enable(int n, int intid, int prio, int group)
{
    hwaddr prios = intid < 32 ? GICR + n * GICR_STRIDE + SGI_FRAME : GICD;

    w32(place(n, ISENABLER, intid), 1u << intid % 32);
    harness_write(prios + IPRIORITYR + intid, prio, 1);
    if (group) {
        set_gic_bit(n, IGROUPR, intid);
    }
}

static void setup(void)
{
    device_cold_reset(gic);
    w32(GICD + CTLR, 3);
    for (int n = 0; n < NCPU; n++) {
        put(n, PMR, 0xff);
        put(n, IGRPEN0, 1);
        put(n, IGRPEN1, 1);
    }
}

/* 12.2 */
static void test_registers(void)
{
    device_cold_reset(gic);
    g_assert_cmphex(get(0, ICC_CTLR), ==, 0x8400);
    put(0, ICC_CTLR, UINT64_MAX);
    g_assert_cmphex(get(0, ICC_CTLR), ==, 0x8403);
    g_assert_cmphex(get(0, SRE), ==, 7);
    g_assert_cmphex(get(0, PMR), ==, 0);
    put(0, PMR, UINT64_MAX);
    g_assert_cmphex(get(0, PMR), ==, 0xf8);
    put(0, ICC_CTLR, 0);
    g_assert_cmphex(get(0, BPR0), ==, 2);
    g_assert_cmphex(get(0, BPR1), ==, 3);
    put(0, BPR0, 0);
    put(0, BPR1, 0);
    g_assert_cmphex(get(0, BPR0), ==, 2);
    g_assert_cmphex(get(0, BPR1), ==, 3);
    put(0, BPR0, 0xff);
    put(0, BPR1, 0xff);
    g_assert_cmphex(get(0, BPR0), ==, 7);
    g_assert_cmphex(get(0, BPR1), ==, 7);
    g_assert_cmphex(get(0, IGRPEN0), ==, 0);
    put(0, IGRPEN0, UINT64_MAX);
    g_assert_cmphex(get(0, IGRPEN0), ==, 1);
    g_assert_cmphex(get(0, IGRPEN1), ==, 0);
    g_assert_cmphex(get(0, RPR), ==, 0xff);
    g_assert_cmphex(get(0, IAR0), ==, NONE);
    g_assert_cmphex(get(0, HPPIR1), ==, NONE);
    g_assert_null(arm_find_sysreg(cpu[0], AP0R1)); /* 32 levels: one register */
    g_assert_cmphex(isar_field(cpu[0]->env.isar.id_aa64pfr0, ID_AA64PFR0_GIC), ==, 1);
}

static void test_cycle(void)
{
    setup();
    enable(0, 40, 0x80, 1);
    set_line(0, 40, 1);
    g_assert_true(harness_level[0]);
    g_assert_false(harness_level[FIQ]);
    g_assert_cmpint(get(0, HPPIR1), ==, 40);
    g_assert_cmpint(get(0, HPPIR0), ==, NONE);
    g_assert_cmpint(get(0, IAR0), ==, NONE); /* of the other group */
    g_assert_cmpint(get(0, IAR1), ==, 40);
    g_assert_false(harness_level[0]);
    g_assert_true(bit(0, ISACTIVER, 40));
    g_assert_cmphex(get(0, RPR), ==, 0x80);
    g_assert_cmphex(get(0, AP1R0), ==, 1u << 16);
    g_assert_cmpint(get(0, IAR1), ==, NONE);
    put(0, EOIR1, 40);
    g_assert_cmphex(get(0, RPR), ==, 0xff);
    g_assert_true(harness_level[0]); /* the level is still there */
    set_line(0, 40, 0);
    g_assert_false(harness_level[0]);
    g_assert_false(bit(0, ISACTIVER, 40));
}

/* Group 0 is FIQ, group 1 IRQ; each is enabled in two places (4.6.2, 4.8.6). */
static void test_groups(void)
{
    setup();
    enable(0, 40, 0x80, 0);
    set_line(0, 40, 1);
    g_assert_true(harness_level[FIQ]);
    g_assert_false(harness_level[0]);
    put(0, IGRPEN0, 0);
    g_assert_false(harness_level[FIQ]);
    enable(0, 41, 0xf0, 1);
    set_line(0, 41, 1);
    g_assert_true(harness_level[0]); /* what is disabled does not hide it */
    put(0, IGRPEN0, 1);
    g_assert_false(harness_level[0]);
    g_assert_true(harness_level[FIQ]);
    w32(GICD + CTLR, 2);
    g_assert_true(harness_level[0]);
    w32(GICD + CTLR, 0);
    g_assert_false(harness_level[0]);
    w32(GICD + CTLR, 3);
    g_assert_cmpint(get(0, IAR0), ==, 40);
    put(0, EOIR1, 40); /* the wrong register: ignored */
    g_assert_cmphex(get(0, RPR), ==, 0x80);
    put(0, EOIR0, 40);
    g_assert_cmphex(get(0, RPR), ==, 0xff);
}

static void test_preemption(void)
{
    setup();
    for (int i = 0; i < 3; i++) {
        static const int prio[] = { 0x80, 0x40, 0x60 };

        w32(GICD + ICFGR + 8, 0xaaaaaaaa);
        enable(0, 40 + i, prio[i], 1);
    }
    set_line(0, 40, 1);
    g_assert_cmpint(get(0, IAR1), ==, 40);
    set_line(0, 41, 1);
    g_assert_cmpint(get(0, IAR1), ==, 41);
    set_line(0, 42, 1);
    g_assert_false(harness_level[0]);
    g_assert_cmpint(get(0, HPPIR1), ==, 42);
    g_assert_cmpint(get(0, IAR1), ==, NONE);
    g_assert_cmphex(get(0, AP1R0), ==, 1u << 8 | 1u << 16);
    put(0, EOIR1, 41);
    g_assert_cmphex(get(0, RPR), ==, 0x80);
    g_assert_cmpint(get(0, IAR1), ==, 42);
    put(0, EOIR1, 42);
    put(0, EOIR1, 40);
    g_assert_cmphex(get(0, RPR), ==, 0xff);
    put(0, PMR, 0x40);
    set_line(0, 41, 0);
    set_line(0, 41, 1);
    g_assert_cmpint(get(0, IAR1), ==, NONE); /* not higher than the mask */
    put(0, PMR, 0x48);
    g_assert_cmpint(get(0, IAR1), ==, 41);
}

/* BPR1 gives group 1 one bit less than BPR0 of the same value gives group 0 (4.8.3). */
static void test_binary_point(void)
{
    setup();
    enable(0, 40, 0x80, 1);
    enable(0, 41, 0x70, 1);
    put(0, BPR1, 7);
    set_line(0, 40, 1);
    g_assert_cmpint(get(0, IAR1), ==, 40);
    g_assert_cmphex(get(0, RPR), ==, 0x80);
    set_line(0, 41, 1);
    g_assert_true(harness_level[0]); /* group priorities 0x00 and 0x80 */
    put(0, BPR0, 7);
    put(0, ICC_CTLR, CBPR);
    g_assert_cmphex(get(0, BPR1), ==, 7);
    put(0, BPR0, 4);
    g_assert_cmphex(get(0, BPR1), ==, 5);
    put(0, BPR1, 7); /* ignored */
    g_assert_cmphex(get(0, BPR1), ==, 5);
    put(0, ICC_CTLR, 0);
    g_assert_cmphex(get(0, BPR1), ==, 7);
}

/* The binary point of what is pending says which part of the running priority counts. */
static void test_binary_points(void)
{
    setup();
    enable(0, 40, 0xa0, 1);
    enable(0, 41, 0x98, 0);
    put(0, BPR0, 6);
    set_line(0, 40, 1);
    g_assert_cmpint(get(0, IAR1), ==, 40);
    set_line(0, 41, 1);
    g_assert_false(harness_level[FIQ]); /* group priorities 0x80 and 0x80 */
    g_assert_cmpint(get(0, IAR0), ==, NONE);
    put(0, BPR0, 2);
    g_assert_true(harness_level[FIQ]);
    g_assert_cmpint(get(0, IAR0), ==, 41);
}

static void test_eoimode(void)
{
    setup();
    put(0, ICC_CTLR, EOIMODE);
    enable(0, 40, 0x80, 1);
    set_line(0, 40, 1);
    g_assert_cmpint(get(0, IAR1), ==, 40);
    put(0, EOIR1, 40);
    g_assert_cmphex(get(0, RPR), ==, 0xff);
    g_assert_true(bit(0, ISACTIVER, 40));
    g_assert_false(harness_level[0]);
    put(0, DEACTIVATE, 40);
    g_assert_false(bit(0, ISACTIVER, 40));
    g_assert_true(harness_level[0]);
    put(0, ICC_CTLR, 0);
    put(0, DEACTIVATE, NONE); /* spurious numbers end nothing */
    put(0, EOIR1, NONE);
    put(0, EOIR0, 0xffffff);
}

static void test_routing(void)
{
    setup();
    enable(0, 40, 0x80, 1);
    set_line(0, 40, 1);
    g_assert_true(harness_level[0]);
    harness_write(GICD + IROUTER + 40 * 8, 0x100, 8); /* CPU 2, in the other cluster */
    g_assert_false(harness_level[0]);
    g_assert_true(harness_level[2]);
    harness_write(GICD + IROUTER + 40 * 8, 0x0a0b0c, 8); /* nobody */
    g_assert_false(harness_level[2]);
    harness_write(GICD + IROUTER + 40 * 8, 1, 4);
    g_assert_true(harness_level[1]);
    g_assert_cmpint(get(1, IAR1), ==, 40);
    set_line(0, 40, 0);
    put(1, EOIR1, 40);
    g_assert_false(bit(0, ISACTIVER, 40));
}

/* @sent: the CPUs that the value reaches, a bit each. */
static void check_sgi(uint16_t reg, int group, uint64_t value, unsigned sent)
{
    setup();
    for (int n = 0; n < NCPU; n++) {
        enable(n, 5, 0x80, group);
    }
    put(0, reg, value | 5u << 24);
    for (int n = 0; n < NCPU; n++) {
        g_assert_cmpint(bit(n, ISPENDR, 5), ==, sent >> n & 1);
        g_assert_cmpint(harness_level[(group ? 0 : FIQ) + n], ==, sent >> n & 1);
    }
}

static void test_sgi(void)
{
    static const uint64_t others = 1ull << 40;

    check_sgi(SGI1R, 1, 0x1, 1);
    check_sgi(SGI1R, 1, 0x3, 3);
    check_sgi(SGI1R, 1, 0xfffc, 0);
    check_sgi(SGI1R, 1, 0x1 | 1u << 16, 4); /* Aff1 */
    check_sgi(SGI1R, 1, 0x1 | 1ull << 32, 0);
    check_sgi(SGI1R, 1, 0x1 | 1ull << 48, 0);
    check_sgi(SGI1R, 1, 0x1 | 1ull << 44, 0); /* Aff0 16 to 31 */
    check_sgi(SGI1R, 1, others, 6);
    check_sgi(SGI1R, 0, others, 6); /* of either group */
    check_sgi(SGI0R, 0, others, 6);
    check_sgi(SGI0R, 1, others, 0);
    check_sgi(ASGI1R, 0, others, 6); /* there is no other Security state's group 1 */
    check_sgi(ASGI1R, 1, others, 0);
    check_sgi(SGI1R, 1, 0x2, 2);
    g_assert_cmpint(get(1, IAR1), ==, 5);
    g_assert_false(bit(1, ISPENDR, 5));
    put(1, EOIR1, 5);
    g_assert_false(harness_level[1]);
}

static void test_ppi(void)
{
    setup();
    enable(1, 27, 0x80, 1);
    enable(2, 27, 0x80, 1);
    set_line(1, 27, 1);
    g_assert_true(harness_level[1]);
    g_assert_false(harness_level[2]);
    g_assert_cmpint(get(1, IAR1), ==, 27);
    set_line(1, 27, 0);
    put(1, EOIR1, 27);
    set_line(2, 5, 1); /* SGIs have no line */
    g_assert_false(bit(2, ISPENDR, 5));
}

/* As PSCI CPU_ON does it: the interface is the CPU's, the redistributor is not. */
static void test_reset_of_a_cpu(void)
{
    setup();
    enable(1, 27, 0x80, 1);
    set_line(1, 27, 1);
    g_assert_true(harness_level[1]);
    cpu_reset(CPU(cpu[1]));
    g_assert_false(harness_level[1]);
    g_assert_cmphex(get(1, PMR), ==, 0);
    g_assert_true(bit(1, ISPENDR, 27));
    put(1, PMR, 0xff);
    put(1, IGRPEN1, 1);
    g_assert_true(harness_level[1]);
}

/* What is signalled agrees with a search of all interrupts, whatever was done. */
static void check_best(int n)
{
    unsigned best = NONE, best_prio = 0x100;

    for (unsigned i = 0; i < NIRQ; i++) {
        hwaddr prios = i < 32 ? GICR + n * GICR_STRIDE + SGI_FRAME : GICD;
        unsigned prio = harness_read(prios + IPRIORITYR + i, 1);
        bool mine = i < 32 || harness_read(GICD + IROUTER + i * 8, 8) == cpu[n]->mp_affinity;

        if (mine && prio < best_prio && bit(n, ISENABLER, i) && bit(n, ISPENDR, i) &&
            !bit(n, ISACTIVER, i)) {
            best = i;
            best_prio = prio;
        }
    }
    g_assert_cmpint(MIN(get(n, HPPIR0), get(n, HPPIR1)), ==, best);
    bool signal = best_prio < get(n, PMR) && !(get(n, AP0R0) | get(n, AP1R0));
    g_assert_cmpint(harness_level[n] || harness_level[FIQ + n], ==, signal);
}

static void random_step(GRand *rng)
{
    int n = g_rand_int_range(rng, 0, NCPU), intid = g_rand_int_range(rng, 0, NIRQ);
    static const uint64_t route[] = { 0, 1, 0x100, 7 };

    switch (g_rand_int_range(rng, 0, 7)) {
    case 0:
        set_line(n, intid, g_rand_boolean(rng));
        break;
    case 1:
        enable(n, intid, g_rand_int_range(rng, 0, 256), g_rand_boolean(rng));
        break;
    case 2:
        set_gic_bit(n, ISPENDR, intid);
        break;
    case 3:
        w32(place(n, ICPENDR, intid), 1u << intid % 32);
        break;
    case 4:
        harness_write(GICD + IROUTER + intid * 8, route[g_rand_int_range(rng, 0, 4)], 8);
        break;
    case 5:
        put(n, PMR, g_rand_int_range(rng, 0, 256));
        break;
    default:
        put(n, EOIR1, get(n, IAR1));
        put(n, EOIR0, get(n, IAR0));
        break;
    }
}

static void test_random(void)
{
    GRand *rng = g_rand_new_with_seed(1);

    setup();
    for (int i = 0; i < 400; i++) {
        random_step(rng);
        for (int n = 0; n < NCPU; n++) {
            check_best(n);
        }
    }
    g_rand_free(rng);
}

static void test_hammer(void)
{
    setup();
    harness_hammer(GICD, 0x10000, 30000, 1);
    harness_hammer(GICR, NCPU * GICR_STRIDE, 30000, 2);
    for (int i = 0; i < 1000; i++) {
        for (int n = 0; n < NCPU; n++) {
            put(n, EOIR1, get(n, IAR1));
            put(n, EOIR0, get(n, IAR0));
        }
    }
}

static void make_cpus(void)
{
    static const unsigned affinity[NCPU] = { 0, 1, 0x100 };

    for (int n = 0; n < NCPU; n++) {
        cpu[n] = ARM_CPU(object_new(ARM_CPU_TYPE_NAME("cortex-a57")));
        object_property_set_uint(OBJECT(cpu[n]), "mp-affinity", affinity[n], &error_abort);
        qdev_realize(DEVICE(cpu[n]), NULL, &error_abort);
    }
}

static void make_gic(void)
{
    SysBusDevice *sbd;

    gic = qdev_new(TYPE_ARM_GICV3);
    sbd = SYS_BUS_DEVICE(gic);
    qdev_prop_set_uint32(gic, "num-cpu", NCPU);
    qdev_prop_set_uint32(gic, "num-irq", NIRQ);
    object_property_parse(OBJECT(gic), "redist-region-count", "3", &error_abort);
    sysbus_realize_and_unref(sbd, &error_abort);
    sysbus_mmio_map(sbd, 0, GICD);
    sysbus_mmio_map(sbd, 1, GICR);
    for (int i = 0; i < 2 * NCPU; i++) {
        sysbus_connect_irq(sbd, i, harness_line(i));
    }
}

static void test_properties(void)
{
    static const struct {
        const char *name, *value, *words;
    } bad[] = {
        { "num-cpu", "0", "num-cpu 0" },
        { "num-cpu", "513", "num-cpu 513" },
        { "num-cpu", "4", "redist-region-count" },
        { "num-irq", "33", "num-irq 33" },
        { "num-irq", "1024", "num-irq 1024" },
        { "revision", "4", "only GICv3" },
        { "redist-region-count", "1,1", "redist-region-count" },
        { "redist-region-count", "1,1,1,0,0,0,0,0,0", "at most 8" },
    };

    for (int i = 0; i < ARRAY_SIZE(bad); i++) {
        DeviceState *dev = qdev_new(TYPE_ARM_GICV3);
        Error *err = NULL;

        qdev_prop_set_uint32(dev, "num-cpu", NCPU);
        object_property_parse(OBJECT(dev), "redist-region-count", "3", &error_abort);
        object_property_parse(OBJECT(dev), bad[i].name, bad[i].value, &error_abort);
        g_assert_false(sysbus_realize(SYS_BUS_DEVICE(dev), &err));
        g_assert_nonnull(strstr(error_get_pretty(err), bad[i].words));
        error_free(err);
        object_unref(OBJECT(dev));
    }
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    make_cpus();
    make_gic();
    g_test_add_func("/gicv3/registers", test_registers);
    g_test_add_func("/gicv3/cycle", test_cycle);
    g_test_add_func("/gicv3/groups", test_groups);
    g_test_add_func("/gicv3/preemption", test_preemption);
    g_test_add_func("/gicv3/binary-point", test_binary_point);
    g_test_add_func("/gicv3/binary-points", test_binary_points);
    g_test_add_func("/gicv3/eoimode", test_eoimode);
    g_test_add_func("/gicv3/routing", test_routing);
    g_test_add_func("/gicv3/sgi", test_sgi);
    g_test_add_func("/gicv3/ppi", test_ppi);
    g_test_add_func("/gicv3/reset-of-a-cpu", test_reset_of_a_cpu);
    g_test_add_func("/gicv3/random", test_random);
    g_test_add_func("/gicv3/hammer", test_hammer);
    g_test_add_func("/gicv3/properties", test_properties);
    return g_test_run();
}
