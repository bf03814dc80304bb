/* SPDX-License-Identifier: MIT */
/*
 * Packets: $contents#checksum. A byte of the contents that would be taken for framing is sent as }
 * and itself XOR 0x20. The checksum is over what is on the wire.
 */
#include "qemu/osdep.h"

#include "packet.h"

#define ESCAPE     '}'
#define ESCAPE_XOR 0x20
#define CTRL_C     3

void gdb_parser_reset(GDBParser *p)
{
    p->state = GDB_IDLE;
    p->overlong = p->bad_digit = false;
    p->sum = p->want = 0;
    p->len = 0;
    p->data[0] = 0;
}

static GDBInput feed_idle(GDBParser *p, uint8_t byte)
{
    switch (byte) {
    case '$':
        gdb_parser_reset(p);
        p->state = GDB_DATA;
        return GDB_INPUT_NONE;
    case '+':
        return GDB_INPUT_ACK;
    case '-':
        return GDB_INPUT_NACK;
    case CTRL_C:
        return GDB_INPUT_BREAK;
    default: /* noise on the line */
        return GDB_INPUT_NONE;
    }
}

static void add_byte(GDBParser *p, uint8_t byte)
{
    if (p->len == GDB_MAX_PACKET) {
        p->overlong = true;
        return;
    }
    p->data[p->len++] = byte;
}

static GDBInput feed_data(GDBParser *p, uint8_t byte)
{
    if (byte == '$') { /* the end of the last one was lost */
        return feed_idle(p, byte);
    }
    if (byte == '#') { /* also after an escape: framing bytes are never sent as they are */
        p->bad_digit |= p->state == GDB_ESCAPE;
        p->state = GDB_SUM1;
        return GDB_INPUT_NONE;
    }
    p->sum += byte;
    if (p->state == GDB_ESCAPE) {
        add_byte(p, byte ^ ESCAPE_XOR);
        p->state = GDB_DATA;
    } else if (byte == ESCAPE) {
        p->state = GDB_ESCAPE;
    } else {
        add_byte(p, byte);
    }
    return GDB_INPUT_NONE;
}

static GDBInput feed_sum(GDBParser *p, uint8_t byte)
{
    int digit = g_ascii_xdigit_value(byte);

    if (byte == '$') {
        return feed_idle(p, byte);
    }
    p->bad_digit |= digit < 0;
    p->want = p->want << 4 | (digit & 15);
    if (p->state == GDB_SUM1) {
        p->state = GDB_SUM2;
        return GDB_INPUT_NONE;
    }
    p->state = GDB_IDLE;
    p->data[p->len] = 0;
    return p->overlong || p->bad_digit || p->want != p->sum ? GDB_INPUT_BAD : GDB_INPUT_PACKET;
}

GDBInput gdb_parser_feed(GDBParser *p, uint8_t byte)
{
    switch (p->state) {
    case GDB_IDLE:
        return feed_idle(p, byte);
    case GDB_DATA:
    case GDB_ESCAPE:
        return feed_data(p, byte);
    default:
        return feed_sum(p, byte);
    }
}

void gdb_packet_encode(GString *out, const char *data, size_t len)
{
    uint8_t sum = 0;

    g_string_append_c(out, '$');
    for (size_t i = 0; i < len; i++) {
        char c = data[i];
        if (c == '#' || c == '$' || c == '*' || c == ESCAPE) {
            g_string_append_c(out, ESCAPE);
            sum += ESCAPE;
            c ^= ESCAPE_XOR;
        }
        g_string_append_c(out, c);
        sum += (uint8_t)c;
    }
    g_string_append_printf(out, "#%02x", sum);
}

/* ---- contents ---- */

bool gdb_parse_hex(const char **text, uint64_t *value)
{
    const char *p = *text;
    uint64_t v = 0;
    int digit;

    for (; (digit = g_ascii_xdigit_value(*p)) >= 0; p++) {
        if (v >> 60) {
            return false;
        }
        v = v << 4 | digit;
    }
    if (p == *text) {
        return false;
    }
    *text = p;
    *value = v;
    return true;
}

bool gdb_parse_thread(const char **text, int *thread)
{
    uint64_t n;

    if (g_str_has_prefix(*text, "-1")) {
        *text += 2;
        *thread = -1;
        return true;
    }
    if (!gdb_parse_hex(text, &n) || n > INT_MAX) {
        return false;
    }
    *thread = n;
    return true;
}

bool gdb_parse_bytes(const char *text, size_t digits, GByteArray *out)
{
    if (digits % 2) {
        return false;
    }
    for (size_t i = 0; i < digits; i += 2) {
        int high = g_ascii_xdigit_value(text[i]), low = g_ascii_xdigit_value(text[i + 1]);
        uint8_t byte = (high & 15) << 4 | (low & 15);

        if (high < 0 || low < 0) {
            return false;
        }
        g_byte_array_append(out, &byte, 1);
    }
    return digits > 0;
}

void gdb_append_hex(GString *out, const void *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *p = bytes;

    for (size_t i = 0; i < n; i++) {
        g_string_append_c(out, digits[p[i] >> 4]);
        g_string_append_c(out, digits[p[i] & 15]);
    }
}
