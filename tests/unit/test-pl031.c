/* SPDX-License-Identifier: MIT */
/* PL031 through its registers, against the host's time of day. */
#include "device-harness.h"

#include "hw/rtc/pl031.h"
#include "qemu/timer.h"

enum {
    BASE = 0x09010000,
    DR = BASE,
    MR = BASE + 0x04,
    LR = BASE + 0x08,
    CR = BASE + 0x0c,
    IMSC = BASE + 0x10,
    RIS = BASE + 0x14,
    MIS = BASE + 0x18,
    ICR = BASE + 0x1c,
};

static DeviceState *dev;

static void test_id(void)
{
    static const uint8_t id[] = { 0x31, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

    for (int i = 0; i < 8; i++) {
        g_assert_cmphex(r32(BASE + 0xfe0 + i * 4), ==, id[i]);
    }
}

static void test_time(void)
{
    device_cold_reset(dev);
    g_assert_cmpint(ABS((int64_t)r32(DR) - time(NULL)), <=, 1);
    w32(LR, 1000);
    g_assert_cmpint(r32(DR) - 1000, <=, 1);
    g_assert_cmpint(r32(LR), ==, 1000);
    g_assert_cmpint(r32(CR), ==, 1);
    w32(CR, 0);
    g_assert_cmpint(r32(CR), ==, 1);
    device_cold_reset(dev); /* the counter runs on */
    g_assert_cmpint(r32(DR) - 1000, <=, 2);
}

static void test_match_now(void)
{
    device_cold_reset(dev);
    w32(IMSC, 1);
    w32(LR, 500);
    w32(MR, r32(DR));
    g_assert_cmpint(r32(RIS), ==, 1);
    g_assert_cmpint(r32(MIS), ==, 1);
    g_assert_cmpint(harness_level[0], ==, 1);
    w32(IMSC, 0);
    g_assert_cmpint(harness_level[0], ==, 0);
    g_assert_cmpint(r32(MIS), ==, 0);
    w32(IMSC, 1);
    w32(ICR, 1);
    g_assert_cmpint(r32(RIS), ==, 0);
    g_assert_cmpint(harness_level[0], ==, 0);
}

static void test_match_later(void)
{
    int64_t end = g_get_monotonic_time() + 5 * G_USEC_PER_SEC;

    device_cold_reset(dev);
    w32(IMSC, 1);
    w32(MR, r32(DR) + 1);
    g_assert_cmpint(r32(RIS), ==, 0);
    while (!harness_level[0] && g_get_monotonic_time() < end) {
        g_usleep(20000);
        qemu_clock_run_all_timers();
    }
    g_assert_cmpint(harness_level[0], ==, 1);
    g_assert_cmpint(r32(DR) - r32(MR), <=, 1);
}

static void test_hammer(void)
{
    harness_hammer(BASE, 0x1000, 20000, 2);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    dev = sysbus_create_simple(TYPE_PL031, BASE, harness_line(0));
    g_test_add_func("/pl031/id", test_id);
    g_test_add_func("/pl031/time", test_time);
    g_test_add_func("/pl031/match-now", test_match_now);
    g_test_add_func("/pl031/match-later", test_match_later);
    g_test_add_func("/pl031/hammer", test_hammer);
    return g_test_run();
}
