/* SPDX-License-Identifier: MIT */
/*
 * LPIs of a GICv3 (IHI 0069, chapter 5) and the ITS, as bus masters and CPUs see them: messages
 * with a device's number, acknowledging, saved state. Two CPUs, whose IRQ lines are recorded as 0
 * and 1. What commands do is in tests/qtest/test_gicv3_its.py.
 */
#include "device-harness.h"

#include "hw/intc/arm_gicv3.h"
#include "hw/intc/arm_gicv3_its.h"
#include "hw/qdev-properties.h"
#include "migration/snapshot.h"
#include "qapi/error.h"
#include "qemu/units.h"
#include "system/address-spaces.h"
#include "target/arm/cpu.h"
#include "target/arm/sysregs.h"

enum { NCPU = 2, DEVICE_ID = 0x1234, NONE = 1023, FIRST = 8192 };
enum { GICD = 0x08000000, ITS = 0x08080000, GICR = 0x080a0000, GICR_STRIDE = 0x20000 };
enum { GICR_CTLR = 0, PROPBASER = 0x70, PENDBASER = 0x78 };
enum { GITS_CTLR = 0, CBASER = 0x80, CWRITER = 0x88, CREADR = 0x90, BASER = 0x100 };
enum {
    PMR = SYSREG(3, 0, 4, 6, 0),
    RPR = SYSREG(3, 0, 12, 11, 3),
    IAR1 = SYSREG(3, 0, 12, 12, 0),
    EOIR1 = SYSREG(3, 0, 12, 12, 1),
    HPPIR1 = SYSREG(3, 0, 12, 12, 2),
    IGRPEN1 = SYSREG(3, 0, 12, 12, 7),
};
enum { /* guest memory */
       RAM = 0x40000000,
       QUEUE = RAM,
       DEVICES = RAM + 0x10000,
       COLLECTIONS = RAM + 0x20000,
       ITT = RAM + 0x30000,
       CONFIG = RAM + 0x40000,
       PENDING = RAM + 0x60000, /* and the next 64 KiB for CPU 1 */
};
#define VALID (1ull << 63)

static DeviceState *gic, *its;
static ARMCPU *cpu[NCPU];
static uint32_t tail;

static uint64_t get(int n, uint16_t enc)
{
    const ARMSysReg *r = arm_find_sysreg(cpu[n], enc);

    return r->read(&cpu[n]->env, r);
}

static void put(int n, uint16_t enc, uint64_t value)
{
    const ARMSysReg *r = arm_find_sysreg(cpu[n], enc);

    r->write(&cpu[n]->env, r, value);
}

static void w64(hwaddr addr, uint64_t value)
{
    harness_write(addr, value, 8);
}

static void command(uint64_t dw0, uint64_t dw1, uint64_t dw2, uint64_t dw3)
{
    const uint64_t dw[] = { dw0, dw1, dw2, dw3 };

    for (int i = 0; i < 4; i++) {
        w64(QUEUE + tail + i * 8, dw[i]);
    }
    tail = (tail + 32) % 4096;
    w64(ITS + CWRITER, tail);
    g_assert_cmphex(harness_read(ITS + CREADR, 8), ==, tail);
}

static void map(unsigned event, unsigned intid, unsigned collection)
{
    command(0x0a | (uint64_t)DEVICE_ID << 32, (uint64_t)intid << 32 | event, collection, 0);
}

static void configure(unsigned intid, unsigned byte)
{
    harness_write(CONFIG + intid - FIRST, byte, 1);
}

static void message(unsigned device, unsigned event)
{
    MemTxAttrs attrs = { .requester_id = device };

    address_space_stl_le(&address_space_memory, ITS + GITS_TRANSLATER_OFFSET, event, attrs, NULL);
}

/* Collections 0 and 1 are at CPUs 0 and 1; event n is LPI 8192 + n, at CPU 0. */
static void setup(void)
{
    device_cold_reset(gic);
    device_cold_reset(its);
    tail = 0;
    for (hwaddr addr = CONFIG; addr < PENDING + 0x20000; addr += 8) {
        w64(addr, addr < PENDING ? 0xa1a1a1a1a1a1a1a1ull : 0);
    }
    w32(GICD, 3);
    for (int n = 0; n < NCPU; n++) {
        hwaddr redist = GICR + n * GICR_STRIDE;

        w64(redist + PROPBASER, CONFIG | 15);
        w64(redist + PENDBASER, PENDING + n * 0x10000);
        w32(redist + GICR_CTLR, 1);
        put(n, PMR, 0xff);
        put(n, IGRPEN1, 1);
    }
    w64(ITS + BASER, VALID | DEVICES | 2 << 8);
    w64(ITS + BASER + 8, VALID | COLLECTIONS | 2 << 8);
    w64(ITS + CBASER, VALID | QUEUE);
    w32(ITS + GITS_CTLR, 1);
    command(0x09, 0, VALID | 0 << 16 | 0, 0);
    command(0x09, 0, VALID | 1 << 16 | 1, 0);
    command(0x08 | (uint64_t)DEVICE_ID << 32, 4, VALID | ITT, 0);
    for (int event = 0; event < 8; event++) {
        map(event, FIRST + event, 0);
    }
}

static void expect(int n, unsigned intid)
{
    g_assert_cmpint(harness_level[n], ==, intid != NONE);
    g_assert_cmpuint(get(n, IAR1), ==, intid);
    put(n, EOIR1, intid);
}

static void test_device_number(void)
{
    setup();
    message(DEVICE_ID, 3);
    expect(0, FIRST + 3);
    message(DEVICE_ID + 1, 3);
    message(0, 3);
    message(DEVICE_ID, 8);
    expect(0, NONE);
    expect(1, NONE);
}

static void test_order(void)
{
    setup();
    configure(FIRST + 2, 0x41);
    configure(FIRST + 5, 0x40); /* not enabled */
    for (int event = 0; event < 6; event += 1) {
        message(DEVICE_ID, event);
    }
    expect(0, FIRST + 2);
    expect(0, FIRST);
    expect(0, FIRST + 1);
    expect(0, FIRST + 3);
    expect(0, FIRST + 4);
    expect(0, NONE);
    configure(FIRST + 5, 0x41);
    command(0x0c | (uint64_t)DEVICE_ID << 32, 5, 0, 0); /* INV */
    expect(0, FIRST + 5);
}

/* All LPIs that there are, in three priorities: the search finds each once, in order. */
static void test_many(void)
{
    unsigned last = 0, count = 0;

    setup();
    w32(GICR, 0);
    for (unsigned intid = FIRST; intid < 65536; intid++) {
        configure(intid, (intid % 3) << 3 | 1);
    }
    for (unsigned n = FIRST / 8; n < 8192; n += 8) {
        w64(PENDING + n, n % 256 ? 0 : UINT64_MAX);
    }
    w32(GICR, 1);
    for (unsigned intid = get(0, IAR1); intid != NONE; intid = get(0, IAR1)) {
        g_assert_cmpuint(get(0, RPR), ==, intid % 3 << 3);
        g_assert_cmpuint(intid % 3 << 16 | intid, >, last);
        last = intid % 3 << 16 | intid;
        count++;
        put(0, EOIR1, intid);
    }
    g_assert_cmpuint(count, ==, (8192 - FIRST / 8) / 256 * 64);
    for (unsigned n = FIRST / 8; n < 8192; n += 8) {
        g_assert_cmphex(harness_read(PENDING + n, 8), ==, 0);
    }
}

/* What is pending is in guest memory: registers and that are the whole state. */
static void test_saved_state(void)
{
    g_autoptr(GRand) rng = g_rand_new_with_seed(1);

    setup();
    map(1, FIRST + 1, 1);
    message(DEVICE_ID, 0);
    message(DEVICE_ID, 1);
    message(DEVICE_ID, 2);
    for (int i = 0; i < 4; i++) {
        vmstate_roundtrip(DEVICE_GET_CLASS(gic)->vmsd, gic, rng, false, &error_abort);
        vmstate_roundtrip(DEVICE_GET_CLASS(its)->vmsd, its, rng, false, &error_abort);
    }
    expect(0, FIRST);
    expect(1, FIRST + 1);
    expect(0, FIRST + 2);
    expect(0, NONE);
    message(DEVICE_ID, 1);
    expect(1, FIRST + 1);
}

static void test_reset(void)
{
    setup();
    message(DEVICE_ID, 0);
    g_assert_true(harness_level[0]);
    device_cold_reset(gic);
    g_assert_false(harness_level[0]);
    w32(GICR, 1); /* without tables */
    g_assert_false(harness_level[0]);
    g_assert_cmpuint(harness_read(PENDING + FIRST / 8, 1), ==, 1);
}

/* Commands of all kinds with numbers at random, the tables being random, too. */
static void test_hammer(void)
{
    g_autoptr(GRand) rng = g_rand_new_with_seed(7);

    for (int round = 0; round < 40; round++) {
        setup();
        for (int i = 0; i < 200; i++) {
            w64(DEVICES + g_rand_int_range(rng, 0, 0x4000) * 8,
                (uint64_t)g_rand_int(rng) << 32 | g_rand_int(rng));
        }
        for (int i = 0; i < 300; i++) {
            uint64_t dw[4];

            for (int n = 0; n < 4; n++) {
                dw[n] = (uint64_t)g_rand_int(rng) << 32 | g_rand_int(rng);
                dw[n] >>= g_rand_int_range(rng, 0, 64);
            }
            for (int n = 0; n < 4; n++) {
                w64(QUEUE + tail + n * 8, n ? dw[n] : (dw[n] & ~0xffull) | i % 16);
            }
            tail = (tail + 32) % 4096;
            w64(ITS + CWRITER, tail | 1);
            message(g_rand_int_range(rng, 0, 65536), g_rand_int_range(rng, 0, 64));
        }
        harness_hammer(ITS, 0x10000, 200, round);
    }
}

int main(int argc, char **argv)
{
    MemoryRegion *ram = g_new0(MemoryRegion, 1);

    harness_init(&argc, &argv);
    memory_region_init_ram(ram, NULL, "ram", 1 * MiB, &error_abort);
    memory_region_add_subregion(get_system_memory(), RAM, ram);
    for (int n = 0; n < NCPU; n++) {
        cpu[n] = ARM_CPU(object_new(ARM_CPU_TYPE_NAME("cortex-a57")));
        object_property_set_uint(OBJECT(cpu[n]), "mp-affinity", n, &error_abort);
        qdev_realize(DEVICE(cpu[n]), NULL, &error_abort);
    }
    gic = qdev_new(TYPE_ARM_GICV3);
    qdev_prop_set_uint32(gic, "num-cpu", NCPU);
    qdev_prop_set_uint32(gic, "num-irq", 64);
    qdev_prop_set_bit(gic, "has-lpi", true);
    object_property_set_link(OBJECT(gic), "sysmem", OBJECT(get_system_memory()), &error_abort);
    object_property_parse(OBJECT(gic), "redist-region-count", "2", &error_abort);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(gic), &error_abort);
    sysbus_mmio_map(SYS_BUS_DEVICE(gic), 0, GICD);
    sysbus_mmio_map(SYS_BUS_DEVICE(gic), 1, GICR);
    its = qdev_new(TYPE_ARM_GICV3_ITS);
    object_property_set_link(OBJECT(its), "parent-gicv3", OBJECT(gic), &error_abort);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(its), &error_abort);
    sysbus_mmio_map(SYS_BUS_DEVICE(its), 0, ITS);
    for (int n = 0; n < NCPU; n++) {
        sysbus_connect_irq(SYS_BUS_DEVICE(gic), n, harness_line(n));
    }
    g_test_add_func("/gicv3-lpi/device-number", test_device_number);
    g_test_add_func("/gicv3-lpi/order", test_order);
    g_test_add_func("/gicv3-lpi/many", test_many);
    g_test_add_func("/gicv3-lpi/saved-state", test_saved_state);
    g_test_add_func("/gicv3-lpi/reset", test_reset);
    g_test_add_func("/gicv3-lpi/hammer", test_hammer);
    return g_test_run();
}
