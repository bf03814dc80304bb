/* SPDX-License-Identifier: MIT */
/* PL061 through its registers and lines, and the button that drives one. */
#include "device-harness.h"

#include "hw/gpio/gpio_key.h"
#include "hw/gpio/pl061.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "qemu/timer.h"
#include "system/cpu-timers.h"

enum {
    BASE = 0x09030000,
    DATA = BASE + 0x3fc, /* all lines */
    GPIODIR = BASE + 0x400,
    IS = BASE + 0x404,
    IBE = BASE + 0x408,
    IEV = BASE + 0x40c,
    IE = BASE + 0x410,
    RIS = BASE + 0x414,
    MIS = BASE + 0x418,
    IC = BASE + 0x41c,
    AFSEL = BASE + 0x420,
};

/* Recorded lines: 0 the interrupt, 8 to 15 the outputs, 16 the button. */
enum { LINE_IRQ = 0, OUT = 8, BUTTON = 16 };

static DeviceState *dev, *button;

static void set_in(int n, int level)
{
    qemu_set_irq(qdev_get_gpio_in(dev, n), level);
}

static void fresh(void)
{
    for (int n = 0; n < 8; n++) {
        set_in(n, 0);
    }
    device_cold_reset(dev);
}

static void test_reset_values(void)
{
    static const uint8_t id[] = { 0x61, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

    fresh();
    for (hwaddr addr = DATA; addr <= AFSEL; addr += 4) {
        g_assert_cmphex(r32(addr), ==, 0);
        w32(addr, UINT32_MAX);
    }
    g_assert_cmphex(r32(IEV), ==, 0xff); /* eight bits each */
    g_assert_cmphex(r32(AFSEL), ==, 0xff);
    g_assert_cmphex(r32(IC), ==, 0);
    device_cold_reset(dev);
    for (hwaddr addr = DATA; addr <= AFSEL; addr += 4) {
        g_assert_cmphex(r32(addr), ==, 0);
    }
    for (int n = 0; n < 8; n++) {
        g_assert_cmphex(r32(BASE + 0xfe0 + n * 4), ==, id[n]);
    }
}

static void test_data(void)
{
    fresh();
    w32(GPIODIR, 0x0f);
    w32(DATA, 0xa5); /* only outputs take it */
    g_assert_cmphex(r32(DATA), ==, 0x05);
    w32(BASE + (0x03 << 2), 0xfe); /* the mask is in the address */
    g_assert_cmphex(r32(DATA), ==, 0x06);
    set_in(7, 1);
    set_in(0, 1); /* an output has what it drives */
    g_assert_cmphex(r32(DATA), ==, 0x86);
    g_assert_cmphex(r32(BASE + (0x82 << 2)), ==, 0x82);
    g_assert_cmphex(r32(BASE), ==, 0);
    w32(GPIODIR, 0x0e);
    g_assert_cmphex(r32(DATA), ==, 0x87);
}

/* The harness has pull-ups on lines 6 and 7, pull-downs on the others. */
static void test_outputs(void)
{
    fresh();
    g_assert_cmpint(harness_level[OUT + 7], ==, 1);
    g_assert_cmpint(harness_level[OUT + 1], ==, 0);
    w32(DATA, 0xff);
    w32(GPIODIR, 0x82);
    g_assert_cmpint(harness_level[OUT + 7], ==, 0); /* inputs took no data */
    w32(DATA, 0xff);
    g_assert_cmpint(harness_level[OUT + 7], ==, 1);
    g_assert_cmpint(harness_level[OUT + 1], ==, 1);
    w32(GPIODIR, 0);
    g_assert_cmpint(harness_level[OUT + 7], ==, 1);
    g_assert_cmpint(harness_level[OUT + 1], ==, 0);
}

static void test_edges(void)
{
    fresh();
    w32(IE, 0x0f);
    w32(IEV, 0x01); /* 0 rising, 1 falling, 2 both, 3 falling */
    w32(IBE, 0x04);
    for (int n = 0; n < 8; n++) {
        set_in(n, 1);
    }
    g_assert_cmphex(r32(RIS), ==, 0x05);
    g_assert_cmphex(r32(MIS), ==, 0x05);
    g_assert_cmpint(harness_level[LINE_IRQ], ==, 1);
    w32(IC, 0x01);
    g_assert_cmphex(r32(MIS), ==, 0x04);
    g_assert_cmpint(harness_level[LINE_IRQ], ==, 1);
    w32(IC, 0xff);
    g_assert_cmpint(harness_level[LINE_IRQ], ==, 0);
    for (int n = 0; n < 8; n++) {
        set_in(n, 0);
    }
    g_assert_cmphex(r32(RIS), ==, 0xfe);
    g_assert_cmphex(r32(MIS), ==, 0x0e);
    w32(IE, 0);
    g_assert_cmpint(harness_level[LINE_IRQ], ==, 0);
    g_assert_cmphex(r32(MIS), ==, 0);
    g_assert_cmphex(r32(RIS), ==, 0xfe);
}

static void test_levels(void)
{
    fresh();
    w32(IE, 0xff);
    w32(IEV, 0xff); /* before IS: at low levels nothing is pending */
    w32(IS, 0x03);
    w32(IC, 0xff);
    g_assert_cmpint(harness_level[LINE_IRQ], ==, 0);
    set_in(1, 1);
    g_assert_cmphex(r32(RIS), ==, 0x02);
    g_assert_cmpint(harness_level[LINE_IRQ], ==, 1);
    w32(IC, 0xff); /* a level is not cleared */
    g_assert_cmpint(harness_level[LINE_IRQ], ==, 1);
    set_in(1, 0);
    g_assert_cmpint(harness_level[LINE_IRQ], ==, 0);
    w32(IEV, 0xfe);
    g_assert_cmphex(r32(RIS), ==, 0x01);
    g_assert_cmpint(harness_level[LINE_IRQ], ==, 1);
}

static void test_button(void)
{
    int64_t end = g_get_monotonic_time() + 5 * G_USEC_PER_SEC, begin = g_get_monotonic_time();

    qemu_set_irq(qdev_get_gpio_in(button, 0), 1);
    g_assert_cmpint(harness_level[BUTTON], ==, 1);
    while (harness_level[BUTTON] && g_get_monotonic_time() < end) {
        g_usleep(5000);
        qemu_clock_run_all_timers();
    }
    g_assert_cmpint(harness_level[BUTTON], ==, 0);
    g_assert_cmpint(g_get_monotonic_time() - begin, >=, 90000);
    qemu_set_irq(qdev_get_gpio_in(button, 0), 0);
    g_assert_cmpint(harness_level[BUTTON], ==, 0);
    qemu_set_irq(qdev_get_gpio_in(button, 0), 1);
    device_cold_reset(button);
    g_assert_cmpint(harness_level[BUTTON], ==, 0);
}

static void test_bad_resistors(void)
{
    DeviceState *bad = qdev_new(TYPE_PL061);
    Error *err = NULL;

    qdev_prop_set_uint8(bad, "pulldowns", 1);
    g_assert_false(sysbus_realize(SYS_BUS_DEVICE(bad), &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "share lines"));
    error_free(err);
    object_unref(OBJECT(bad));
}

static void test_saved_state(void)
{
    harness_roundtrip(dev, 50, 1);
    device_cold_reset(dev);
    harness_roundtrip(button, 20, 2);
    device_cold_reset(button);
}

static void test_hammer(void)
{
    harness_hammer(BASE, 0x1000, 20000, 61);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    cpu_enable_ticks();
    dev = qdev_new(TYPE_PL061);
    qdev_prop_set_uint8(dev, "pullups", 0xc0);
    qdev_prop_set_uint8(dev, "pulldowns", 0x3f);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, BASE);
    sysbus_connect_irq(SYS_BUS_DEVICE(dev), 0, harness_line(LINE_IRQ));
    for (int n = 0; n < 8; n++) {
        qdev_connect_gpio_out(dev, n, harness_line(OUT + n));
    }
    button = sysbus_create_simple(TYPE_GPIOKEY, -1, harness_line(BUTTON));
    g_test_add_func("/pl061/reset-values", test_reset_values);
    g_test_add_func("/pl061/data", test_data);
    g_test_add_func("/pl061/outputs", test_outputs);
    g_test_add_func("/pl061/edges", test_edges);
    g_test_add_func("/pl061/levels", test_levels);
    g_test_add_func("/pl061/button", test_button);
    g_test_add_func("/pl061/bad-resistors", test_bad_resistors);
    g_test_add_func("/pl061/saved-state", test_saved_state);
    g_test_add_func("/pl061/hammer", test_hammer);
    return g_test_run();
}
