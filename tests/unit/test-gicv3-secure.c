/* SPDX-License-Identifier: MIT */
/*
 * GICv3 with two Security states: what CPUs with EL3 are told agrees with a search of all
 * interrupts, whatever was done, and wherever they run. The line of CPU n is recorded as n (IRQ)
 * and NCPU + n (FIQ). What single registers do, tests/system/bare/gic3sec.c shows.
 */
#include "device-harness.h"

#include "hw/intc/arm_gicv3.h"
#include "hw/qdev-properties.h"
#include "target/arm/internals.h"
#include "target/arm/sysregs.h"

enum { NCPU = 2, NIRQ = 96 };
enum { GICD = 0x08000000, GICR = 0x080a0000, GICR_STRIDE = 0x20000, SGI_FRAME = 0x10000 };
enum {
    IGROUPR = 0x80,
    ISENABLER = 0x100,
    ICENABLER = 0x180,
    ISPENDR = 0x200,
    ICPENDR = 0x280,
    ISACTIVER = 0x300,
    ICACTIVER = 0x380,
    IPRIORITYR = 0x400,
    IGRPMODR = 0xd00,
    IROUTER = 0x6000,
};
enum {
    PMR = SYSREG(3, 0, 4, 6, 0),
    IAR0 = SYSREG(3, 0, 12, 8, 0),
    EOIR0 = SYSREG(3, 0, 12, 8, 1),
    HPPIR0 = SYSREG(3, 0, 12, 8, 2),
    RPR = SYSREG(3, 0, 12, 11, 3),
    IAR1 = SYSREG(3, 0, 12, 12, 0),
    EOIR1 = SYSREG(3, 0, 12, 12, 1),
    HPPIR1 = SYSREG(3, 0, 12, 12, 2),
    IGRPEN0 = SYSREG(3, 0, 12, 12, 6),
    IGRPEN1_EL3 = SYSREG(3, 6, 12, 12, 7),
};
enum { G0, G1NS, G1S, NGROUPS };
enum { NONSECURE, SECURE, MONITOR };
enum { NONE = 1023 };

static DeviceState *gic;
static ARMCPU *cpu[NCPU];

/* Of EL3, wherever the CPU is. */
static void run_in(int n, int world)
{
    CPUARMState *env = &cpu[n]->env;

    env->sys.scr = (env->sys.scr & ~SCR_NS) | (world == NONSECURE ? SCR_NS : 0);
    pstate_write(env, PSTATE_ELh(world == MONITOR ? 3 : 1) | PSTATE_DAIF);
}

static int world_of(int n)
{
    CPUARMState *env = &cpu[n]->env;

    return arm_current_el(env) == 3 ? MONITOR : env->sys.scr & SCR_NS ? NONSECURE : SECURE;
}

static uint64_t get(int n, uint16_t enc)
{
    const ARMSysReg *r = arm_find_sysreg(cpu[n], enc);
    int world = world_of(n);
    uint64_t value;

    run_in(n, MONITOR);
    value = r->read(&cpu[n]->env, r);
    run_in(n, world);
    return value;
}

static void put(int n, uint16_t enc, uint64_t value)
{
    const ARMSysReg *r = arm_find_sysreg(cpu[n], enc);
    int world = world_of(n);

    run_in(n, MONITOR);
    r->write(&cpu[n]->env, r, value);
    run_in(n, world);
}

static uint64_t secure_read(hwaddr addr, unsigned size)
{
    uint64_t value = 0;

    address_space_read(&address_space_memory, addr, (MemTxAttrs){ .secure = 1 }, &value, size);
    return value;
}

static void secure_write(hwaddr addr, uint64_t value, unsigned size)
{
    address_space_write(&address_space_memory, addr, (MemTxAttrs){ .secure = 1 }, &value, size);
}

/* The word with interrupt @intid of a register with a bit for each. */
static hwaddr place(int n, int reg, int intid)
{
    return intid < 32 ? GICR + n * GICR_STRIDE + SGI_FRAME + reg : GICD + reg + intid / 32 * 4;
}

static hwaddr priority(int n, int intid)
{
    return (intid < 32 ? GICR + n * GICR_STRIDE + SGI_FRAME : GICD) + IPRIORITYR + intid;
}

static bool bit(int n, int reg, int intid)
{
    return secure_read(place(n, reg, intid), 4) >> intid % 32 & 1;
}

static int group_of(int n, int intid)
{
    return bit(n, IGROUPR, intid) ? G1NS : bit(n, IGRPMODR, intid) ? G1S : G0;
}

static bool is_candidate(int n, int intid)
{
    uint64_t enabled[NGROUPS] = { get(n, IGRPEN0), get(n, IGRPEN1_EL3) & 1,
                                  get(n, IGRPEN1_EL3) >> 1 };
    int group = group_of(n, intid);
    bool mine = intid < 32 || secure_read(GICD + IROUTER + intid * 8, 8) == cpu[n]->mp_affinity;

    return mine && bit(n, ISENABLER, intid) && bit(n, ISPENDR, intid) &&
           !bit(n, ISACTIVER, intid) && enabled[group] && secure_read(GICD, 4) >> group & 1;
}

static void check(int n)
{
    static const int home[NGROUPS] = { [G0] = -1, [G1NS] = NONSECURE, [G1S] = SECURE };
    static const unsigned special[NGROUPS] = { [G0] = NONE, [G1NS] = 1021, [G1S] = 1020 };
    unsigned best = NONE, best_prio = 0x100, rpr = get(n, RPR);
    int group = G0;
    bool signal, is_irq;

    for (unsigned i = 0; i < NIRQ; i++) {
        unsigned prio = secure_read(priority(n, i), 1);

        if (prio < best_prio && is_candidate(n, i)) {
            best = i;
            best_prio = prio;
            group = group_of(n, i);
        }
    }
    g_assert_cmpint(get(n, HPPIR0), ==, group == G0 ? best : special[group]);
    g_assert_cmpint(get(n, HPPIR1), ==, group == G0 ? NONE : best);
    /* With the smallest binary points all five bits count. */
    signal = best_prio < get(n, PMR) && (rpr == 0xff || best_prio < rpr);
    is_irq = world_of(n) == home[group];
    g_assert_cmpint(harness_level[n], ==, signal && is_irq);
    g_assert_cmpint(harness_level[NCPU + n], ==, signal && !is_irq);
}

static void step(GRand *rng)
{
    static const int regs[] = { IGROUPR, IGRPMODR,  ISENABLER, ICENABLER, ISENABLER, ISPENDR,
                                ISPENDR, ISACTIVER, ICACTIVER, ICACTIVER, ICPENDR };
    static const uint64_t route[] = { 0, 1, 7 };
    int n = g_rand_int_range(rng, 0, NCPU), intid = g_rand_int_range(rng, 0, NIRQ);
    int reg = regs[g_rand_int_range(rng, 0, ARRAY_SIZE(regs))];
    uint32_t value = g_rand_int(rng) & g_rand_int(rng) & g_rand_int(rng);
    bool secure = g_rand_int_range(rng, 0, 4);

    switch (g_rand_int_range(rng, 0, 16)) {
    case 0:
    case 1:
    case 2:
        run_in(n, g_rand_int_range(rng, 0, 3));
        break;
    case 3:
        (secure ? secure_write : harness_write)(priority(n, intid), value, 1);
        break;
    case 4:
        secure_write(GICD + IROUTER + intid * 8, route[g_rand_int_range(rng, 0, 3)], 8);
        break;
    case 5:
        secure_write(GICD, g_rand_int(rng) & 7, 4);
        break;
    case 6:
        put(n, g_rand_boolean(rng) ? IGRPEN0 : IGRPEN1_EL3, g_rand_int(rng) & 3);
        break;
    case 7:
        put(n, PMR, g_rand_boolean(rng) ? 0xff : value & 0xff);
        break;
    case 8:
    case 9:
        put(n, EOIR0, get(n, IAR0));
        put(n, EOIR1, get(n, IAR1));
        break;
    default:
        (secure ? secure_write : harness_write)(place(n, reg, intid), value, 4);
        break;
    }
}

static void setup(void)
{
    device_cold_reset(gic);
    secure_write(GICD, 7, 4);
    for (int n = 0; n < NCPU; n++) {
        put(n, PMR, 0xff);
        put(n, IGRPEN0, 1);
        put(n, IGRPEN1_EL3, 3);
    }
}

/* All groups, all priorities, most interrupts enabled, few pending. */
static void setup_random(GRand *rng)
{
    static const int regs[] = { IGROUPR, IGRPMODR, ISENABLER };

    setup();
    for (int n = 0; n < NCPU; n++) {
        for (int intid = 0; intid < NIRQ; intid++) {
            secure_write(priority(n, intid), g_rand_int(rng), 1);
        }
        for (int i = 0; i < ARRAY_SIZE(regs); i++) {
            for (int intid = 0; intid < NIRQ; intid += 32) {
                secure_write(place(n, regs[i], intid), g_rand_int(rng), 4);
            }
        }
    }
}

static void test_random(void)
{
    GRand *rng = g_rand_new_with_seed(1);
    unsigned irqs = 0;

    for (int i = 0; i < 4000; i++) {
        if (i % 20 == 0) {
            setup_random(rng);
        }
        step(rng);
        for (int n = 0; n < NCPU; n++) {
            check(n);
            irqs += harness_level[n];
        }
    }
    g_assert_cmpuint(irqs, >, 100);
    g_rand_free(rng);
}

/* Accesses of both states all over the registers. */
static void test_hammer(void)
{
    GRand *rng = g_rand_new_with_seed(2);

    setup();
    for (int i = 0; i < 30000; i++) {
        hwaddr base = g_rand_boolean(rng) ? GICD : GICR + SGI_FRAME;
        hwaddr addr = base + g_rand_int_range(rng, 0, 0x1000);

        if (addr / 4 != GICD / 4) { /* not one Security state */
            secure_write(addr, g_rand_int(rng), 1u << g_rand_int_range(rng, 0, 3));
        }
        harness_write(addr, g_rand_int(rng), 1u << g_rand_int_range(rng, 0, 3));
        secure_read(addr, 4);
        harness_read(addr, 4);
    }
    check(0);
    check(1);
    harness_roundtrip(gic, 20, 3);
    g_rand_free(rng);
}

/* Non-secure accesses neither see nor change anything of Secure interrupts. */
static void test_isolation(void)
{
    static const int regs[] = { IGROUPR, IGRPMODR, ISENABLER, ISPENDR, ISACTIVER };

    setup();
    for (int intid = 0; intid < NIRQ; intid++) {
        secure_write(priority(0, intid), 0x40, 1);
    }
    for (int i = 0; i < ARRAY_SIZE(regs); i++) {
        for (int intid = 0; intid < NIRQ; intid += 32) {
            secure_write(place(0, regs[i], intid), regs[i] == IGROUPR ? 0 : 0x5a5a5a5a, 4);
        }
    }
    for (hwaddr offset = 0x80; offset < 0xf00; offset += 4) {
        harness_write(GICD + offset, UINT32_MAX, 4);
        harness_write(GICR + SGI_FRAME + offset, UINT32_MAX, 4);
        g_assert_cmphex(harness_read(GICD + offset, 4), ==, 0);
        g_assert_cmphex(harness_read(GICR + SGI_FRAME + offset, 4), ==, 0);
    }
    for (int i = 1; i < ARRAY_SIZE(regs); i++) {
        for (int intid = 0; intid < NIRQ; intid += 32) {
            g_assert_cmphex(secure_read(place(0, regs[i], intid), 4), ==, 0x5a5a5a5a);
        }
    }
    g_assert_cmphex(secure_read(priority(0, 33), 1), ==, 0x40);
}

/* One Security state, until a reset. */
static void test_disabled(void)
{
    setup();
    secure_write(place(0, IGRPMODR, 40), 1 << 8, 4);
    secure_write(place(0, ISENABLER, 40), 1 << 8, 4);
    secure_write(place(0, ISPENDR, 40), 1 << 8, 4);
    g_assert_cmpint(get(0, HPPIR1), ==, 40);
    secure_write(GICD, 0x47, 4);
    g_assert_cmphex(harness_read(GICD, 4), ==, 0x53);
    g_assert_cmpint(get(0, HPPIR0), ==, 40); /* no Secure group 1 any more */
    g_assert_cmphex(harness_read(place(0, ISPENDR, 40), 4), ==, 1 << 8);
    secure_write(GICD, 0, 4);
    g_assert_cmphex(secure_read(GICD, 4), ==, 0x50);
    device_cold_reset(gic);
    g_assert_cmphex(secure_read(GICD, 4), ==, 0x30);
}

static void make_all(void)
{
    SysBusDevice *sbd;

    for (int n = 0; n < NCPU; n++) {
        cpu[n] = ARM_CPU(object_new(ARM_CPU_TYPE_NAME("cortex-a57")));
        object_property_set_uint(OBJECT(cpu[n]), "mp-affinity", n, &error_abort);
        object_property_set_bool(OBJECT(cpu[n]), "has_el3", true, &error_abort);
        qdev_realize(DEVICE(cpu[n]), NULL, &error_abort);
    }
    gic = qdev_new(TYPE_ARM_GICV3);
    sbd = SYS_BUS_DEVICE(gic);
    qdev_prop_set_uint32(gic, "num-cpu", NCPU);
    qdev_prop_set_uint32(gic, "num-irq", NIRQ);
    qdev_prop_set_bit(gic, "has-security-extensions", true);
    object_property_parse(OBJECT(gic), "redist-region-count", "2", &error_abort);
    sysbus_realize_and_unref(sbd, &error_abort);
    sysbus_mmio_map(sbd, 0, GICD);
    sysbus_mmio_map(sbd, 1, GICR);
    for (int i = 0; i < 2 * NCPU; i++) {
        sysbus_connect_irq(sbd, i, harness_line(i));
    }
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    make_all();
    g_test_add_func("/gicv3-secure/isolation", test_isolation);
    g_test_add_func("/gicv3-secure/disabled", test_disabled);
    g_test_add_func("/gicv3-secure/random", test_random);
    g_test_add_func("/gicv3-secure/hammer", test_hammer);
    return g_test_run();
}
