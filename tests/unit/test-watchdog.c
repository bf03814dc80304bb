/* SPDX-License-Identifier: MIT */
/* The generic watchdog over virtual time, and what the machine does when it fires. */
#include "device-harness.h"

#include "hw/qdev-properties.h"
#include "hw/watchdog/sbsa_gwdt.h"
#include "qapi/error.h"
#include "qemu/timer.h"
#include "system/cpu-timers.h"
#include "system/runstate.h"
#include "system/watchdog.h"

enum {
    REFRESH = 0x50010000,
    CONTROL = 0x50011000,
    WRR = REFRESH,
    WCS = CONTROL,
    WOR = CONTROL + 0x08,
    WOR_HIGH = CONTROL + 0x0c,
    WCV = CONTROL + 0x10,
    W_IIDR = 0xfcc,
};

enum { EN = 1, WS0 = 2, WS1 = 4 };

#define HZ 1000000 /* ticks of a microsecond */

static DeviceState *dev;

static void step_us(int64_t us)
{
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL), end = now + us * 1000;

    for (; now < end; cpu_clock_warp_manual(now)) {
        int64_t next = qemu_clock_deadline_ns(QEMU_CLOCK_VIRTUAL);

        now = next >= 0 && next < end - now ? now + MAX(next, 1) : end;
    }
}

static void start(uint32_t us)
{
    device_cold_reset(dev);
    w32(WOR, us);
    w32(WCS, EN);
}

static void test_registers(void)
{
    device_cold_reset(dev);
    g_assert_cmphex(r32(WCS), ==, 0);
    g_assert_cmphex(harness_read(WOR, 8), ==, 0);
    g_assert_cmphex(harness_read(WCV, 8), ==, 0);
    g_assert_cmphex(r32(WRR), ==, 0);
    g_assert_cmphex(r32(REFRESH + W_IIDR), ==, 0x0001043b);
    g_assert_cmphex(r32(CONTROL + W_IIDR), ==, 0x0001043b);
    w32(WCS, 0xfffffffe); /* only the enable bit can be written */
    g_assert_cmphex(r32(WCS), ==, 0);
    harness_write(WOR, UINT64_MAX, 8);
    g_assert_cmphex(harness_read(WOR, 8), ==, 0xffffffffffff);
    w32(WOR_HIGH, 0x12345678);
    g_assert_cmphex(r32(WOR_HIGH), ==, 0x5678);
    harness_write(WCV, 0x1122334455667788, 8);
    g_assert_cmphex(harness_read(WCV, 8), ==, 0x1122334455667788);
    w32(CONTROL + W_IIDR, 0);
    g_assert_cmphex(r32(CONTROL + W_IIDR), ==, 0x0001043b);
}

static void test_two_signals(void)
{
    start(1000);
    step_us(999);
    g_assert_cmphex(r32(WCS), ==, EN);
    g_assert_cmpint(harness_level[0], ==, 0);
    step_us(2);
    g_assert_cmphex(r32(WCS), ==, EN | WS0);
    g_assert_cmpint(harness_level[0], ==, 1);
    step_us(997);
    g_assert_cmphex(r32(WCS), ==, EN | WS0);
    step_us(5);
    g_assert_cmphex(r32(WCS), ==, EN | WS0 | WS1);
    g_assert_cmpint(harness_level[0], ==, 1);
}

/* Writes of WRR, WCS and WOR each begin anew and take the signals back. */
static void test_refresh(void)
{
    const struct {
        hwaddr addr;
        uint32_t value;
    } writes[] = { { WRR, 0 }, { WRR, 0xdeadbeef }, { WCS, EN }, { WOR, 1000 }, { WOR_HIGH, 0 } };

    for (int n = 0; n < ARRAY_SIZE(writes); n++) {
        start(1000);
        step_us(900);
        w32(writes[n].addr, writes[n].value);
        step_us(900);
        g_assert_cmphex(r32(WCS), ==, EN);
        step_us(200);
        g_assert_cmphex(r32(WCS), ==, EN | WS0);
        w32(writes[n].addr, writes[n].value);
        g_assert_cmphex(r32(WCS), ==, EN);
        g_assert_cmpint(harness_level[0], ==, 0);
        step_us(2100);
        g_assert_cmphex(r32(WCS), ==, EN | WS0 | WS1);
        w32(writes[n].addr, writes[n].value);
        g_assert_cmphex(r32(WCS), ==, EN);
    }
}

static void test_disabled(void)
{
    start(1000);
    w32(WCS, 0);
    step_us(10000);
    g_assert_cmphex(r32(WCS), ==, 0);
    start(1000);
    step_us(1100);
    w32(WCS, 0);
    g_assert_cmpint(harness_level[0], ==, 0);
    step_us(10000);
    g_assert_cmphex(r32(WCS), ==, 0);
}

static void test_long_and_short(void)
{
    device_cold_reset(dev);
    harness_write(WOR, UINT64_MAX, 8);
    w32(WCS, EN);
    step_us(1000000);
    g_assert_cmphex(r32(WCS), ==, EN);
    harness_write(WCV, UINT64_MAX, 8); /* past what a timer can hold */
    step_us(1000000);
    g_assert_cmphex(r32(WCS), ==, EN);
    harness_write(WCV, 0, 8); /* long over */
    step_us(1);
    g_assert_cmphex(r32(WCS), ==, EN | WS0);
    start(0);
    step_us(1);
    g_assert_cmphex(r32(WCS), ==, EN | WS0 | WS1);
}

static void test_reset(void)
{
    start(1000);
    step_us(1500);
    g_assert_cmpint(harness_level[0], ==, 1);
    device_cold_reset(dev);
    g_assert_cmpint(harness_level[0], ==, 0);
    step_us(10000);
    g_assert_cmphex(r32(WCS), ==, 0);
}

static void fire(const char *action)
{
    g_assert_true(select_watchdog_action(action, &error_abort));
    start(10);
    step_us(100);
}

static void test_actions(void)
{
    Error *err = NULL;

    fire("reset");
    g_assert_cmpint(qemu_reset_requested_get(), ==, SHUTDOWN_CAUSE_GUEST_RESET);
    g_assert_cmpint(qemu_shutdown_requested_get(), ==, SHUTDOWN_CAUSE_NONE);
    fire("none");
    fire("debug");
    g_assert_cmpint(qemu_shutdown_requested_get(), ==, SHUTDOWN_CAUSE_NONE);
    fire("poweroff");
    g_assert_cmpint(qemu_shutdown_requested_get(), ==, SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
    g_assert_false(select_watchdog_action("explode", &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "poweroff"));
    error_free(err);
    err = NULL;
    g_assert_false(select_watchdog_action("inject-nmi", &err));
    error_free(err);
    g_assert_cmpint(get_watchdog_action(), ==, WATCHDOG_ACTION_POWEROFF);
    select_watchdog_action("none", &error_abort);
}

static void test_no_clock(void)
{
    static const uint64_t hz[] = { 0, 1ull << 32 };

    for (int n = 0; n < ARRAY_SIZE(hz); n++) {
        DeviceState *bad = qdev_new(TYPE_WDT_SBSA);
        Error *err = NULL;

        qdev_prop_set_uint64(bad, "clock-frequency", hz[n]);
        g_assert_false(sysbus_realize(SYS_BUS_DEVICE(bad), &err));
        g_assert_nonnull(strstr(error_get_pretty(err), "clock-frequency="));
        error_free(err);
        object_unref(OBJECT(bad));
    }
}

static void test_saved_state(void)
{
    harness_roundtrip(dev, 50, 1);
    device_cold_reset(dev);
}

static void test_hammer(void)
{
    harness_hammer(REFRESH, 0x2000, 20000, 3);
    harness_hammer(CONTROL, 0x20, 20000, 4);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    cpu_clock_set_manual();
    cpu_enable_ticks();
    select_watchdog_action("none", &error_abort);
    dev = qdev_new(TYPE_WDT_SBSA);
    qdev_prop_set_uint64(dev, "clock-frequency", HZ);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), SBSA_GWDT_REFRESH, REFRESH);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), SBSA_GWDT_CONTROL, CONTROL);
    sysbus_connect_irq(SYS_BUS_DEVICE(dev), 0, harness_line(0));
    g_test_add_func("/watchdog/registers", test_registers);
    g_test_add_func("/watchdog/two-signals", test_two_signals);
    g_test_add_func("/watchdog/refresh", test_refresh);
    g_test_add_func("/watchdog/disabled", test_disabled);
    g_test_add_func("/watchdog/long-and-short", test_long_and_short);
    g_test_add_func("/watchdog/reset", test_reset);
    g_test_add_func("/watchdog/actions", test_actions);
    g_test_add_func("/watchdog/no-clock", test_no_clock);
    g_test_add_func("/watchdog/saved-state", test_saved_state);
    g_test_add_func("/watchdog/hammer", test_hammer);
    return g_test_run();
}
