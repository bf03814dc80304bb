/* SPDX-License-Identifier: MIT */
/*
 * GICv2 through the registers of distributor and CPU interfaces, with two CPUs. The line of CPU n
 * is recorded as n (IRQ) and 2 + n (FIQ).
 */
#include "device-harness.h"

#include "hw/intc/arm_gic.h"
#include "hw/qdev-properties.h"

enum { NCPU = 2, NIRQ = 288 };
enum { GICD = 0x08000000, GICC0 = 0x08020000, GICC1 = 0x08030000, GICC_CURRENT = 0x08010000 };
enum {
    CTLR = 0x0,
    PMR = 0x4,
    BPR = 0x8,
    IAR = 0xc,
    EOIR = 0x10,
    RPR = 0x14,
    HPPIR = 0x18,
    ABPR = 0x1c,
    AIAR = 0x20,
    AEOIR = 0x24,
    APR0 = 0xd0,
    IIDR = 0xfc,
    DEACTIVATE = 0x1000,
};
enum {
    TYPER = 0x4,
    IGROUPR = 0x80,
    ISENABLER = 0x100,
    ICENABLER = 0x180,
    ISPENDR = 0x200,
    ICPENDR = 0x280,
    ISACTIVER = 0x300,
    ICACTIVER = 0x380,
    IPRIORITYR = 0x400,
    ITARGETSR = 0x800,
    ICFGR = 0xc00,
    SGIR = 0xf00,
    CPENDSGIR = 0xf10,
    SPENDSGIR = 0xf20,
};

static DeviceState *gic;

static void set_line(int spi, int level)
{
    qemu_set_irq(qdev_get_gpio_in(gic, spi - 32), level);
}

static void set_ppi(int cpu, int ppi, int level)
{
    qemu_set_irq(qdev_get_gpio_in(gic, NIRQ - 32 + cpu * 32 + ppi), level);
}

static void enable(int irq, int prio, int cpus)
{
    w32(GICD + ISENABLER + irq / 32 * 4, 1u << irq % 32);
    harness_write(GICD + IPRIORITYR + irq, prio, 1);
    harness_write(GICD + ITARGETSR + irq, cpus, 1);
}

static bool bit(int reg, int irq)
{
    return r32(GICD + reg + irq / 32 * 4) >> irq % 32 & 1;
}

static void setup(void)
{
    device_cold_reset(gic);
    w32(GICD + CTLR, 1);
    for (int i = 0; i < NCPU; i++) {
        hwaddr gicc = i ? GICC1 : GICC0;

        w32(gicc + CTLR, 1);
        w32(gicc + PMR, 0xf0);
    }
}

static void test_id(void)
{
    setup();
    g_assert_cmphex(r32(GICD + TYPER), ==, (NIRQ / 32 - 1) | (NCPU - 1) << 5);
    g_assert_cmphex(r32(GICC0 + IIDR), ==, 0x0002043b);
    g_assert_cmphex(r32(GICD + 0xfe8), ==, 0x2b);
    g_assert_cmphex(r32(GICD + 0xffc), ==, 0xb1);
    g_assert_cmphex(r32(GICD + ISENABLER), ==, 0xffff);
    g_assert_cmphex(r32(GICD + ICFGR), ==, 0xaaaaaaaa);
    g_assert_cmphex(r32(GICD + ITARGETSR), ==, 0x01010101);
    g_assert_cmphex(r32(GICC0 + RPR), ==, 0xff);
    g_assert_cmphex(r32(GICC0 + IAR), ==, 1023);
    g_assert_cmphex(r32(GICC_CURRENT + CTLR), ==, 1); /* outside of any CPU: CPU 0 */
}

static void test_level(void)
{
    setup();
    enable(33, 0x80, 1);
    set_line(33, 1);
    g_assert_true(harness_level[0]);
    g_assert_false(harness_level[1]);
    g_assert_cmpint(r32(GICC0 + HPPIR), ==, 33);
    g_assert_cmpint(r32(GICC0 + IAR), ==, 33);
    g_assert_false(harness_level[0]); /* active: not signalled again */
    g_assert_true(bit(ISACTIVER, 33));
    g_assert_true(bit(ISPENDR, 33)); /* the line is still high */
    g_assert_cmphex(r32(GICC0 + RPR), ==, 0x80);
    w32(GICC0 + EOIR, 33);
    g_assert_true(harness_level[0]); /* still high: pending anew */
    g_assert_cmpint(r32(GICC0 + IAR), ==, 33);
    set_line(33, 0);
    w32(GICC0 + EOIR, 33);
    g_assert_false(harness_level[0]);
    g_assert_false(bit(ISPENDR, 33));
    g_assert_cmpint(r32(GICC0 + IAR), ==, 1023);
    w32(GICD + ISPENDR + 4, 2); /* by software, until acknowledged */
    g_assert_true(harness_level[0]);
    w32(GICD + ICPENDR + 4, 2);
    g_assert_false(harness_level[0]);
}

static void test_edge(void)
{
    setup();
    w32(GICD + ICFGR + 8, 2 << 2); /* interrupt 33 */
    g_assert_cmphex(r32(GICD + ICFGR + 8), ==, 2 << 2);
    enable(33, 0x80, 2);
    set_line(33, 1);
    set_line(33, 0);
    g_assert_true(harness_level[1]);
    g_assert_cmpint(r32(GICC1 + IAR), ==, 33);
    g_assert_false(bit(ISPENDR, 33));
    set_line(33, 1); /* an edge while active is kept */
    g_assert_false(harness_level[1]);
    w32(GICC1 + EOIR, 33);
    g_assert_true(harness_level[1]);
    g_assert_cmpint(r32(GICC1 + IAR), ==, 33);
    w32(GICC1 + EOIR, 33);
    g_assert_false(harness_level[1]); /* the level itself means nothing */
    set_line(33, 0);
}

static void test_priority(void)
{
    setup();
    enable(40, 0xa0, 1);
    enable(41, 0x40, 1);
    enable(42, 0x40, 1);
    set_line(40, 1);
    g_assert_cmpint(r32(GICC0 + IAR), ==, 40);
    set_line(42, 1);
    set_line(41, 1);
    g_assert_true(harness_level[0]); /* preempts */
    g_assert_cmpint(r32(GICC0 + HPPIR), ==, 41);
    g_assert_cmpint(r32(GICC0 + IAR), ==, 41);
    g_assert_cmphex(r32(GICC0 + RPR), ==, 0x40);
    g_assert_cmphex(r32(GICC0 + APR0 + 0), ==, 0);
    g_assert_cmphex(r32(GICC0 + APR0 + 4), ==, 1u << (0x20 - 0x20));
    g_assert_cmphex(r32(GICC0 + APR0 + 8), ==, 1u << (0x50 - 0x40));
    g_assert_false(harness_level[0]); /* 42 has the same priority */
    g_assert_cmpint(r32(GICC0 + IAR), ==, 1023);
    set_line(41, 0);
    w32(GICC0 + EOIR, 41);
    g_assert_cmphex(r32(GICC0 + RPR), ==, 0xa0);
    g_assert_cmpint(r32(GICC0 + IAR), ==, 42);
    set_line(42, 0);
    w32(GICC0 + EOIR, 42);
    set_line(40, 0);
    w32(GICC0 + EOIR, 40);
    g_assert_cmphex(r32(GICC0 + RPR), ==, 0xff);
    enable(41, 0xf0, 1); /* not below the mask */
    set_line(41, 1);
    g_assert_false(harness_level[0]);
    w32(GICC0 + PMR, 0xff);
    g_assert_true(harness_level[0]);
    set_line(41, 0);
}

static void test_binary_point(void)
{
    setup();
    w32(GICC0 + BPR, 5); /* bits 7:6 are the group priority */
    g_assert_cmpint(r32(GICC0 + BPR), ==, 5);
    enable(40, 0x70, 1);
    enable(41, 0x40, 1);
    enable(42, 0x30, 1);
    set_line(40, 1);
    g_assert_cmpint(r32(GICC0 + IAR), ==, 40);
    g_assert_cmphex(r32(GICC0 + RPR), ==, 0x40);
    set_line(41, 1);
    g_assert_false(harness_level[0]);
    set_line(42, 1);
    g_assert_true(harness_level[0]);
    set_line(40, 0);
    set_line(41, 0);
    set_line(42, 0);
}

static void test_eoimode(void)
{
    setup();
    w32(GICC0 + CTLR, 0x201);
    enable(40, 0x80, 1);
    set_line(40, 1);
    g_assert_cmpint(r32(GICC0 + IAR), ==, 40);
    w32(GICC0 + EOIR, 40);
    g_assert_cmphex(r32(GICC0 + RPR), ==, 0xff); /* dropped, but not deactivated */
    g_assert_true(bit(ISACTIVER, 40));
    g_assert_false(harness_level[0]);
    w32(GICC0 + DEACTIVATE, 40);
    g_assert_false(bit(ISACTIVER, 40));
    g_assert_true(harness_level[0]);
    set_line(40, 0);
}

static void test_sgi(void)
{
    setup();
    harness_write(GICD + IPRIORITYR + 3, 0x20, 1);
    w32(GICD + SGIR, 2 << 16 | 3); /* from CPU 0 to CPU 1, whose banked priority is 0 */
    g_assert_false(harness_level[0]);
    g_assert_true(harness_level[1]);
    w32(GICD + SGIR, 1 << 24 | 4); /* to all but the sender */
    g_assert_cmphex(r32(GICC1 + IAR), ==, 3);
    w32(GICC1 + EOIR, 3);
    g_assert_cmphex(r32(GICC1 + IAR), ==, 4);
    w32(GICC1 + EOIR, 4);
    w32(GICD + SPENDSGIR, 2u << 24); /* SGI 3 of this CPU, as if sent by CPU 1 */
    g_assert_cmphex(r32(GICD + CPENDSGIR), ==, 2u << 24);
    g_assert_true(bit(ISPENDR, 3));
    w32(GICD + SGIR, 2 << 24 | 3);            /* and by itself */
    g_assert_cmphex(r32(GICC0 + IAR), ==, 3); /* the lower sender first */
    w32(GICC0 + EOIR, 3);
    g_assert_cmphex(r32(GICC0 + HPPIR), ==, 3 | 1 << 10);
    g_assert_cmphex(r32(GICC0 + IAR), ==, 3 | 1 << 10);
    w32(GICC0 + EOIR, 3 | 1 << 10);
    g_assert_cmphex(r32(GICC0 + IAR), ==, 1023);
    w32(GICD + SPENDSGIR, 3);
    w32(GICD + CPENDSGIR, 3);
    g_assert_false(bit(ISPENDR, 0));
    w32(GICD + ICENABLER, 0xffff); /* SGIs stay enabled */
    g_assert_cmphex(r32(GICD + ISENABLER), ==, 0xffff);
}

static void test_ppi(void)
{
    setup();
    enable(27, 0x60, 0);
    set_ppi(1, 27, 1);
    g_assert_false(harness_level[0]);
    g_assert_false(harness_level[1]); /* not enabled on CPU 1 */
    set_ppi(0, 27, 1);
    g_assert_true(harness_level[0]);
    g_assert_cmpint(r32(GICC0 + IAR), ==, 27);
    set_ppi(0, 27, 0);
    w32(GICC0 + EOIR, 27);
    g_assert_false(harness_level[0]);
    set_ppi(1, 27, 0);
}

static void test_groups(void)
{
    setup();
    w32(GICD + CTLR, 3);
    w32(GICC0 + CTLR, 0xb); /* both groups, group 0 as FIQ */
    w32(GICD + IGROUPR + 4, 1 << 8);
    enable(40, 0x40, 1); /* group 1 */
    enable(41, 0x40, 1); /* group 0 */
    set_line(40, 1);
    g_assert_true(harness_level[0]);
    g_assert_cmpint(r32(GICC0 + IAR), ==, 1022);
    g_assert_cmpint(r32(GICC0 + AIAR), ==, 40);
    g_assert_cmphex(r32(GICC0 + RPR), ==, 0x40);
    w32(GICC0 + EOIR, 40); /* the wrong register */
    g_assert_true(bit(ISACTIVER, 40));
    set_line(40, 0);
    w32(GICC0 + AEOIR, 40);
    g_assert_false(bit(ISACTIVER, 40));
    set_line(41, 1);
    g_assert_false(harness_level[0]);
    g_assert_true(harness_level[2]);
    g_assert_cmpint(r32(GICC0 + AIAR), ==, 1023);
    g_assert_cmpint(r32(GICC0 + IAR), ==, 41);
    set_line(41, 0);
    w32(GICC0 + EOIR, 41);
    w32(GICC0 + ABPR, 0);
    g_assert_cmpint(r32(GICC0 + ABPR), ==, 1);
}

static void test_narrow(void)
{
    setup();
    harness_write(GICD + ISENABLER + 5, 0x81, 1); /* interrupts 40 and 47 */
    g_assert_cmphex(r32(GICD + ISENABLER + 4), ==, 0x8100);
    g_assert_cmphex(harness_read(GICD + ISENABLER + 5, 1), ==, 0x81);
    harness_write(GICD + ICENABLER + 4, 0x8000, 2);
    g_assert_cmphex(r32(GICD + ICENABLER + 4), ==, 0x100);
    harness_write(GICD + IPRIORITYR + 42, 0xabcd, 2);
    g_assert_cmphex(r32(GICD + IPRIORITYR + 40), ==, 0xabcd0000);
    w32(GICD + ITARGETSR + 40, 0xff02ff01);
    g_assert_cmphex(r32(GICD + ITARGETSR + 40), ==, 0x03020301); /* two CPUs */
    w32(GICD + ISENABLER + 9 * 4, UINT32_MAX);                   /* beyond the last interrupt */
    g_assert_cmphex(r32(GICD + ISENABLER + 9 * 4), ==, 0);
    g_assert_cmphex(r32(GICD + IPRIORITYR + 288), ==, 0);
}

/* The best interrupt that a plain walk over everything finds. */
static int brute_force(int cpu)
{
    int best = 1023, best_prio = 0xf0;

    for (int irq = 32; irq < NIRQ; irq++) {
        int prio = harness_read(GICD + IPRIORITYR + irq, 1);

        if (prio < best_prio && bit(ISENABLER, irq) && bit(ISPENDR, irq) && !bit(ISACTIVER, irq) &&
            (harness_read(GICD + ITARGETSR + irq, 1) >> cpu & 1)) {
            best = irq;
            best_prio = prio;
        }
    }
    return best;
}

static void test_random(void)
{
    GRand *rng = g_rand_new_with_seed(3);

    setup();
    for (int i = 0; i < 4000; i++) {
        int irq = g_rand_int_range(rng, 32, NIRQ);
        static const int regs[] = { ISENABLER, ISENABLER, ICENABLER, ISPENDR,
                                    ICPENDR,   ISACTIVER, ICACTIVER };

        switch (g_rand_int_range(rng, 0, 4)) {
        case 0:
            set_line(irq, g_rand_boolean(rng));
            break;
        case 1:
            harness_write(GICD + IPRIORITYR + irq, g_rand_int(rng), 1);
            break;
        case 2:
            harness_write(GICD + ITARGETSR + irq, g_rand_int(rng), 1);
            break;
        default:
            w32(GICD + regs[g_rand_int_range(rng, 0, ARRAY_SIZE(regs))] + irq / 32 * 4,
                1u << irq % 32);
            break;
        }
        if (i % 16 == 0) {
            int want0 = brute_force(0), want1 = brute_force(1);

            g_assert_cmpint(harness_level[0], ==, want0 != 1023);
            g_assert_cmpint(harness_level[1], ==, want1 != 1023);
            if (want0 != 1023) {
                g_assert_cmpint(r32(GICC0 + HPPIR), ==, want0);
            }
            if (want1 != 1023) {
                g_assert_cmpint(r32(GICC1 + HPPIR), ==, want1);
            }
        }
    }
    g_rand_free(rng);
    for (int irq = 32; irq < NIRQ; irq++) {
        set_line(irq, 0);
    }
}

static void test_hammer(void)
{
    setup();
    harness_hammer(GICD, 0x1000, 30000, 4);
    harness_hammer(GICC0, 0x2000, 30000, 5);
    harness_hammer(GICC_CURRENT, 0x2000, 10000, 6);
}

int main(int argc, char **argv)
{
    SysBusDevice *sbd;

    harness_init(&argc, &argv);
    gic = qdev_new(TYPE_ARM_GIC);
    sbd = SYS_BUS_DEVICE(gic);
    qdev_prop_set_uint32(gic, "num-cpu", NCPU);
    qdev_prop_set_uint32(gic, "num-irq", NIRQ);
    qdev_prop_set_uint32(gic, "revision", 2);
    sysbus_realize_and_unref(sbd, &error_abort);
    sysbus_mmio_map(sbd, 0, GICD);
    sysbus_mmio_map(sbd, 1, GICC_CURRENT);
    sysbus_mmio_map(sbd, 2, GICC0);
    sysbus_mmio_map(sbd, 3, GICC1);
    for (int i = 0; i < 2 * NCPU; i++) {
        sysbus_connect_irq(sbd, i, harness_line(i));
    }
    g_test_add_func("/gic/id", test_id);
    g_test_add_func("/gic/level", test_level);
    g_test_add_func("/gic/edge", test_edge);
    g_test_add_func("/gic/priority", test_priority);
    g_test_add_func("/gic/binary-point", test_binary_point);
    g_test_add_func("/gic/eoimode", test_eoimode);
    g_test_add_func("/gic/sgi", test_sgi);
    g_test_add_func("/gic/ppi", test_ppi);
    g_test_add_func("/gic/groups", test_groups);
    g_test_add_func("/gic/narrow", test_narrow);
    g_test_add_func("/gic/random", test_random);
    g_test_add_func("/gic/hammer", test_hammer);
    return g_test_run();
}
