/* SPDX-License-Identifier: MIT */
/* Registers and memory. */
#include "qemu/osdep.h"

#include "exec/gdbstub.h"
#include "system/memory.h"

#include "internals.h"

/* ---- registers ---- */

/* g: the core registers. */
GDBOutcome gdb_cmd_read_registers(GDBState *s, const char *args, size_t len)
{
    g_autoptr(GByteArray) buf = g_byte_array_new();
    CPUState *cs = gdb_find_cpu(s->gen_thread);

    if (!cs) {
        return GDB_EINVAL;
    }
    for (int n = 0; n < gdb_num_core_regs(cs); n++) {
        gdb_read_register(cs, buf, n);
    }
    gdb_append_hex(s->reply, buf->data, buf->len);
    return buf->len ? GDB_REPLY : GDB_EINVAL;
}

/* G BYTES: the core registers, or the first ones of them. */
GDBOutcome gdb_cmd_write_registers(GDBState *s, const char *args, size_t len)
{
    g_autoptr(GByteArray) buf = g_byte_array_new();
    CPUState *cs = gdb_find_cpu(s->gen_thread);
    size_t at = 0;

    if (!cs || !gdb_parse_bytes(args, len, buf)) {
        return GDB_EINVAL;
    }
    for (int n = 0; n < gdb_num_core_regs(cs) && at < buf->len; n++) {
        g_autoptr(GByteArray) old = g_byte_array_new();
        size_t size = gdb_read_register(cs, old, n);

        if (size > buf->len - at) {
            return GDB_EINVAL;
        }
        gdb_write_register(cs, buf->data + at, size, n);
        at += size;
    }
    return at == buf->len ? GDB_OK : GDB_EINVAL;
}

static bool parse_register(const char **args, CPUState *cs, int *n)
{
    uint64_t number;

    if (!cs || !gdb_parse_hex(args, &number) || number >= (uint64_t)gdb_num_regs(cs)) {
        return false;
    }
    *n = number;
    return true;
}

/* p NUMBER */
GDBOutcome gdb_cmd_read_register(GDBState *s, const char *args, size_t len)
{
    g_autoptr(GByteArray) buf = g_byte_array_new();
    CPUState *cs = gdb_find_cpu(s->gen_thread);
    int n;

    if (!parse_register(&args, cs, &n) || *args || !gdb_read_register(cs, buf, n)) {
        return GDB_EINVAL;
    }
    gdb_append_hex(s->reply, buf->data, buf->len);
    return GDB_REPLY;
}

/* P NUMBER=BYTES */
GDBOutcome gdb_cmd_write_register(GDBState *s, const char *args, size_t len)
{
    g_autoptr(GByteArray) buf = g_byte_array_new();
    CPUState *cs = gdb_find_cpu(s->gen_thread);
    int n;

    if (!parse_register(&args, cs, &n) || *args++ != '=' ||
        !gdb_parse_bytes(args, strlen(args), buf) ||
        !gdb_write_register(cs, buf->data, buf->len, n)) {
        return GDB_EINVAL;
    }
    return GDB_OK;
}

/* ---- memory ---- */

static bool access_memory(GDBState *s, uint64_t addr, void *buf, size_t len, bool is_write)
{
    CPUState *cs = gdb_find_cpu(s->gen_thread);

    if (!cs) {
        return false;
    }
    if (s->phys) {
        return address_space_rw(cs->as, addr, MEMTXATTRS_UNSPECIFIED, buf, len, is_write) ==
               MEMTX_OK;
    }
    return cpu_memory_rw_debug(cs, addr, buf, len, is_write);
}

/* ADDR,LEN and what follows it. */
static bool parse_range(const char **args, uint64_t *addr, uint64_t *len)
{
    if (!gdb_parse_hex(args, addr) || *(*args)++ != ',' || !gdb_parse_hex(args, len)) {
        return false;
    }
    return *len <= GDB_MAX_PACKET;
}

/* m ADDR,LEN: a reply may be shorter than asked for. */
GDBOutcome gdb_cmd_read_memory(GDBState *s, const char *args, size_t len)
{
    uint8_t buf[GDB_MAX_PACKET / 2];
    uint64_t addr, n;

    if (!gdb_parse_hex(&args, &addr) || *args++ != ',' || !gdb_parse_hex(&args, &n) || *args) {
        return GDB_EINVAL;
    }
    n = MIN(n, sizeof(buf));
    if (!n) {
        return GDB_EINVAL;
    }
    if (!access_memory(s, addr, buf, n, false)) {
        /* The part before the next page that a table may describe. */
        n = MIN(n, 4096 - (addr & 4095));
        if (!access_memory(s, addr, buf, n, false)) {
            return GDB_EFAULT;
        }
    }
    gdb_append_hex(s->reply, buf, n);
    return GDB_REPLY;
}

static GDBOutcome write_bytes(GDBState *s, uint64_t addr, uint8_t *bytes, size_t len)
{
    return !len || access_memory(s, addr, bytes, len, true) ? GDB_OK : GDB_EFAULT;
}

/* M ADDR,LEN:BYTES */
GDBOutcome gdb_cmd_write_memory(GDBState *s, const char *args, size_t len)
{
    g_autoptr(GByteArray) buf = g_byte_array_new();
    uint64_t addr, n;

    if (!parse_range(&args, &addr, &n) || *args++ != ':' || strlen(args) != 2 * n ||
        (n && !gdb_parse_bytes(args, 2 * n, buf))) {
        return GDB_EINVAL;
    }
    return write_bytes(s, addr, buf->data, n);
}

/* X ADDR,LEN:DATA, in binary. */
GDBOutcome gdb_cmd_write_binary(GDBState *s, const char *args, size_t len)
{
    const char *end = args + len;
    uint64_t addr, n;

    if (!parse_range(&args, &addr, &n) || *args++ != ':' || end < args ||
        (uint64_t)(end - args) != n) {
        return GDB_EINVAL;
    }
    return write_bytes(s, addr, (uint8_t *)args, n);
}
