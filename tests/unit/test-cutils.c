/* SPDX-License-Identifier: MIT */
/* Numbers and sizes from text, near names, strings. */
#include "qemu/osdep.h"

#include "qemu/cutils.h"
#include "qemu/units.h"

static void test_int(void)
{
    static const struct {
        const char *s;
        int ret;
        int64_t value;
    } rows[] = {
        { "0", 0, 0 },
        { "-17", 0, -17 },
        { " +5", 0, 5 },
        { "0x1F", 0, 31 },
        { "017", 0, 15 },
        { "9223372036854775807", 0, INT64_MAX },
        { "9223372036854775808", -ERANGE, INT64_MAX },
        { "-9223372036854775809", -ERANGE, INT64_MIN },
        { "", -EINVAL, 0 },
        { "x", -EINVAL, 0 },
        { NULL, -EINVAL, 0 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        int64_t v = 99;

        g_assert_cmpint(qemu_strtoi64(rows[i].s, NULL, 0, &v), ==, rows[i].ret);
        g_assert_cmpint(v, ==, rows[i].value);
    }
}

static void test_widths(void)
{
    const char *end;
    uint64_t u64;
    unsigned u;
    long l;
    int i;

    g_assert_cmpint(qemu_strtoi("2147483648", NULL, 0, &i), ==, -ERANGE);
    g_assert_cmpint(i, ==, INT_MAX);
    g_assert_cmpint(qemu_strtoi("-2147483648", NULL, 0, &i), ==, 0);
    g_assert_cmpint(i, ==, INT_MIN);
    g_assert_cmpint(qemu_strtoui("4294967296", NULL, 0, &u), ==, -ERANGE);
    g_assert_cmpuint(u, ==, UINT_MAX);
    g_assert_cmpint(qemu_strtol("-1", NULL, 10, &l), ==, 0);
    g_assert_cmpint(qemu_strtou64("18446744073709551615", NULL, 0, &u64), ==, 0);
    g_assert_cmpuint(u64, ==, UINT64_MAX);
    g_assert_cmpint(qemu_strtou64("-1", NULL, 0, &u64), ==, -ERANGE);
    g_assert_cmpuint(u64, ==, 0);
    g_assert_cmpint(qemu_strtou64("12,13", NULL, 0, &u64), ==, -EINVAL);
    g_assert_cmpint(qemu_strtou64("12,13", &end, 0, &u64), ==, 0);
    g_assert_cmpstr(end, ==, ",13");
}

static void test_sizes(void)
{
    static const struct {
        const char *s;
        int ret;
        uint64_t value;
    } rows[] = {
        { "0", 0, 0 },
        { "12345", 0, 12345 },
        { "1K", 0, KiB },
        { "1k", 0, KiB },
        { "3M", 0, 3 * MiB },
        { "4G", 0, 4 * GiB },
        { "1T", 0, TiB },
        { "2P", 0, 2 * PiB },
        { "7E", 0, 7 * EiB },
        { "15E", 0, 15ull << 60 },
        { "16E", -ERANGE, UINT64_MAX },
        { "18446744073709551616", -ERANGE, UINT64_MAX },
        { "10B", 0, 10 },
        { "0x400", 0, 1024 },
        { "0xE", 0, 14 },
        { "1.5M", 0, MiB + MiB / 2 },
        { "0.5G", 0, GiB / 2 },
        { "1.5", -EINVAL, 0 },
        { "1.5B", -EINVAL, 0 },
        { "2.0", 0, 2 },
        { "-1", -EINVAL, 0 },
        { "", -EINVAL, 0 },
        { "M", -EINVAL, 0 },
        { "1Q", -EINVAL, 1 },
        { "1M2", -EINVAL, MiB },
        { NULL, -EINVAL, 0 },
    };
    uint64_t v;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        g_assert_cmpint(qemu_strtosz(rows[i].s, NULL, &v), ==, rows[i].ret);
        g_assert_cmpuint(v, ==, rows[i].value);
    }
    g_assert_cmpint(qemu_strtosz_MiB("128", NULL, &v), ==, 0);
    g_assert_cmpuint(v, ==, 128 * MiB);
    g_assert_cmpint(qemu_strtosz_MiB("1.5", NULL, &v), ==, 0);
    g_assert_cmpuint(v, ==, MiB + MiB / 2);
    g_assert_cmpint(qemu_strtosz_MiB("512k", NULL, &v), ==, 0);
    g_assert_cmpuint(v, ==, 512 * KiB);
}

static void test_print(void)
{
    g_autofree char *a = size_to_str(1536), *b = size_to_str(100), *c = size_to_str(GiB);
    g_autofree char *d = freq_to_str(62500000);

    g_assert_cmpstr(a, ==, "1.5 KiB");
    g_assert_cmpstr(b, ==, "100 B");
    g_assert_cmpstr(c, ==, "1 GiB");
    g_assert_cmpstr(d, ==, "62.5 MHz");
}

static void test_near(void)
{
    static const char *const cpus[] = { "cortex-a53", "cortex-a57", "cortex-a72", "max", NULL };
    static const char *const opts[] = { "kernel", "initrd", "append", "machine", "memory", NULL };
    static const struct {
        const char *const *set;
        const char *wanted, *nearest;
    } rows[] = {
        { cpus, "cortex-a75", "cortex-a57" }, /* a swap is one step */
        { cpus, "cortexa53", "cortex-a53" },
        { cpus, "CORTEX-A72", "cortex-a72" },
        { cpus, "a72", "cortex-a72" },
        { cpus, "mxa", "max" },
        { cpus, "power9", NULL },
        { cpus, "", NULL },
        { opts, "kernle", "kernel" },
        { opts, "apend", "append" },
        { opts, "machin", "machine" },
        { opts, "x", NULL },
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        g_assert_cmpstr(nearest_name(rows[i].wanted, rows[i].set), ==, rows[i].nearest);
    }
}

static void test_strings(void)
{
    char buf[8];
    const char *tail;
    bool b;

    pstrcpy(buf, sizeof(buf), "abcdefghij");
    g_assert_cmpstr(buf, ==, "abcdefg");
    pstrcpy(buf, sizeof(buf), "ab");
    g_assert_cmpstr(pstrcat(buf, sizeof(buf), "cdefghij"), ==, "abcdefg");
    strpadcpy(buf, sizeof(buf), "xy", ' ');
    g_assert_cmpmem(buf, 8, "xy      ", 8);
    g_assert_true(strstart("file:name", "file:", &tail));
    g_assert_cmpstr(tail, ==, "name");
    g_assert_false(strstart("fil", "file:", NULL));
    g_assert_true(stristart("FILE:name", "file:", &tail));
    g_assert_true(qemu_parse_bool_str("on", &b) && b);
    g_assert_true(qemu_parse_bool_str("false", &b) && !b);
    g_assert_false(qemu_parse_bool_str("ON!", &b));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cutils/int", test_int);
    g_test_add_func("/cutils/widths", test_widths);
    g_test_add_func("/cutils/sizes", test_sizes);
    g_test_add_func("/cutils/print", test_print);
    g_test_add_func("/cutils/near", test_near);
    g_test_add_func("/cutils/strings", test_strings);
    return g_test_run();
}
