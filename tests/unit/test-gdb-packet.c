/* SPDX-License-Identifier: MIT */
/* The packet layer of the gdb stub: framing, escapes, limits, and hostile input. */
#include "qemu/osdep.h"

#include "gdbstub/packet.h"

/* Feeds @n bytes; how each kind of input ended is counted. */
typedef struct Seen {
    unsigned count[GDB_INPUT_NACK + 1];
    GString *last; /* contents of the last good packet */
} Seen;

static Seen feed(const char *bytes, size_t n)
{
    static GDBParser p;
    static GString *last;
    Seen seen = { .last = last ? last : (last = g_string_new(NULL)) };

    gdb_parser_reset(&p);
    for (size_t i = 0; i < n; i++) {
        GDBInput in = gdb_parser_feed(&p, bytes[i]);
        seen.count[in]++;
        g_assert_cmpuint(p.len, <=, GDB_MAX_PACKET);
        if (in == GDB_INPUT_PACKET) {
            g_assert_cmpint(p.data[p.len], ==, 0);
            g_string_truncate(last, 0);
            g_string_append_len(last, p.data, p.len);
        }
    }
    return seen;
}

#define FEED(text) feed(text, sizeof(text) - 1)

static void test_framing(void)
{
    Seen s = FEED("+$qSupported#37+$m40000000,4#01\x03-");

    g_assert_cmpuint(s.count[GDB_INPUT_PACKET], ==, 1);
    g_assert_cmpuint(s.count[GDB_INPUT_BAD], ==, 1);
    g_assert_cmpuint(s.count[GDB_INPUT_ACK], ==, 2);
    g_assert_cmpuint(s.count[GDB_INPUT_NACK], ==, 1);
    g_assert_cmpuint(s.count[GDB_INPUT_BREAK], ==, 1);
    g_assert_cmpstr(s.last->str, ==, "qSupported");
    s = FEED("$#00");
    g_assert_cmpuint(s.count[GDB_INPUT_PACKET], ==, 1);
    g_assert_cmpuint(s.last->len, ==, 0);
}

static void test_bad(void)
{
    static const char *const bad[] = { "$g#66", "$g#6g", "$g#gg", "$}#7d", "$g##7" };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        Seen s = feed(bad[i], strlen(bad[i]));
        g_assert_cmpuint(s.count[GDB_INPUT_BAD], ==, 1);
        g_assert_cmpuint(s.count[GDB_INPUT_PACKET], ==, 0);
    }
    /* A packet that breaks off is forgotten when the next one begins, wherever that is. */
    g_assert_cmpuint(FEED("$m123$g#67").count[GDB_INPUT_PACKET], ==, 1);
    g_assert_cmpuint(FEED("$m#$g#67").count[GDB_INPUT_PACKET], ==, 1);
    g_assert_cmpuint(FEED("$m#6$g#67").count[GDB_INPUT_PACKET], ==, 1);
    g_assert_cmpuint(FEED("$}$g#67").count[GDB_INPUT_PACKET], ==, 1);
    /* Byte 3 is data inside of a packet. */
    g_assert_cmpuint(FEED("$\x03#03").count[GDB_INPUT_BREAK], ==, 0);
}

static void test_overlong(void)
{
    g_autoptr(GString) in = g_string_new("$");

    for (int i = 0; i < GDB_MAX_PACKET; i++) {
        g_string_append_c(in, 'a');
    }
    uint8_t sum = (uint8_t)('a' * GDB_MAX_PACKET);
    g_string_append_printf(in, "#%02x", sum);
    g_assert_cmpuint(feed(in->str, in->len).count[GDB_INPUT_PACKET], ==, 1);
    g_string_insert_c(in, 1, 0);
    g_assert_cmpuint(feed(in->str, in->len).count[GDB_INPUT_BAD], ==, 1);
    for (int i = 0; i < 100000; i++) {
        g_string_insert_c(in, 1, 0);
    }
    g_string_append(in, "$g#67");
    Seen s = feed(in->str, in->len);
    g_assert_cmpuint(s.count[GDB_INPUT_BAD], ==, 1);
    g_assert_cmpuint(s.count[GDB_INPUT_PACKET], ==, 1);
}

static void test_escapes(void)
{
    char all[256];
    g_autoptr(GString) wire = g_string_new(NULL);

    for (int i = 0; i < 256; i++) {
        all[i] = i;
    }
    gdb_packet_encode(wire, all, sizeof(all));
    for (size_t i = 1; i + 3 < wire->len; i++) {
        g_assert_null(memchr("#$*", wire->str[i], 3));
    }
    Seen s = feed(wire->str, wire->len);
    g_assert_cmpuint(s.count[GDB_INPUT_PACKET], ==, 1);
    g_assert_cmpmem(s.last->str, s.last->len, all, sizeof(all));
}

static void test_numbers(void)
{
    static const struct {
        const char *text;
        bool ok;
        uint64_t value;
        const char *rest;
    } cases[] = {
        { "0", true, 0, "" },
        { "ffffffffffffffff,4", true, UINT64_MAX, ",4" },
        { "00000000000000000001", true, 1, "" },
        { "1ffffffffffffffff", false },
        { "", false },
        { ",4", false },
        { "-1", false },
        { " 1", false },
        { "0x10", true, 0, "x10" },
        { "DEADbeef:", true, 0xdeadbeef, ":" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const char *p = cases[i].text;
        uint64_t value;
        g_assert_cmpint(gdb_parse_hex(&p, &value), ==, cases[i].ok);
        if (cases[i].ok) {
            g_assert_cmphex(value, ==, cases[i].value);
            g_assert_cmpstr(p, ==, cases[i].rest);
        } else {
            g_assert_true(p == cases[i].text);
        }
    }
}

static void test_threads(void)
{
    static const struct {
        const char *text;
        bool ok;
        int thread;
    } cases[] = { { "-1", true, -1 },
                  { "0", true, 0 },
                  { "7fffffff", true, INT_MAX },
                  { "80000000", false },
                  { "ffffffffffffffffff", false },
                  { "-2", false },
                  { "", false },
                  { "p1.1", false } };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const char *p = cases[i].text;
        int thread;
        g_assert_cmpint(gdb_parse_thread(&p, &thread), ==, cases[i].ok);
        if (cases[i].ok) {
            g_assert_cmpint(thread, ==, cases[i].thread);
        }
    }
}

static void test_bytes(void)
{
    static const char *const bad[] = { "", "1", "0g", "g0", "000", "00 0", "-1" };
    g_autoptr(GByteArray) out = g_byte_array_new();

    g_assert_true(gdb_parse_bytes("00ffA5", 6, out));
    g_assert_cmpmem(out->data, out->len, "\x00\xff\xa5", 3);
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        g_byte_array_set_size(out, 0);
        g_assert_false(gdb_parse_bytes(bad[i], strlen(bad[i]), out));
    }
}

/* Whatever comes in, a good packet after it is understood. */
static void test_noise(void)
{
    static const char framing[] = "$#}+-\x03*0fgmX";
    g_autoptr(GRand) rng = g_rand_new_with_seed(20);

    for (int round = 0; round < 20000; round++) {
        char noise[64];
        int n = g_rand_int_range(rng, 1, 48);
        for (int i = 0; i < n; i++) {
            noise[i] = g_rand_boolean(rng) ? framing[g_rand_int_range(rng, 0, 12)]
                                           : g_rand_int_range(rng, 0, 256);
        }
        memcpy(noise + n, "$vCont?#49", 11);
        Seen s = feed(noise, n + 10);
        g_assert_cmpuint(s.count[GDB_INPUT_PACKET], >=, 1);
        g_assert_cmpstr(s.last->str, ==, "vCont?");
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/gdb-packet/framing", test_framing);
    g_test_add_func("/gdb-packet/bad", test_bad);
    g_test_add_func("/gdb-packet/overlong", test_overlong);
    g_test_add_func("/gdb-packet/escapes", test_escapes);
    g_test_add_func("/gdb-packet/numbers", test_numbers);
    g_test_add_func("/gdb-packet/threads", test_threads);
    g_test_add_func("/gdb-packet/bytes", test_bytes);
    g_test_add_func("/gdb-packet/noise", test_noise);
    return g_test_run();
}
