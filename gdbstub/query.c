/* SPDX-License-Identifier: MIT */
/* q and Q packets: what there is, descriptions, settings, monitor commands. */
#include "qemu/osdep.h"

#include "exec/gdbstub.h"
#include "monitor/hmp.h"

#include "internals.h"

static GDBOutcome query_supported(GDBState *s, const char *args, size_t len)
{
    CPUState *cs = gdb_find_cpu(0);

    g_string_printf(s->reply, "PacketSize=%x;vContSupported+;QStartNoAckMode+", GDB_MAX_PACKET);
    if (cs && cs->gdb_regs) {
        g_string_append(s->reply, ";qXfer:features:read+");
    }
    return GDB_REPLY;
}

static GDBOutcome set_no_ack(GDBState *s, const char *args, size_t len)
{
    s->no_ack = true; /* gdb still acknowledges the OK; that is ignored then */
    return GDB_OK;
}

/* The machine was there before the debugger: to quit means to detach. */
static GDBOutcome query_attached(GDBState *s, const char *args, size_t len)
{
    g_string_assign(s->reply, "1");
    return GDB_REPLY;
}

/* qXfer:features:read:FILE:OFFSET,LENGTH: m and a part, l and the last part. */
static GDBOutcome query_features(GDBState *s, const char *args, size_t len)
{
    CPUState *cs = gdb_find_cpu(s->gen_thread);
    const char *colon = strchr(args, ':');
    uint64_t offset, n;

    if (!cs || !colon) {
        return GDB_EINVAL;
    }
    g_autofree char *name = g_strndup(args, colon - args);
    g_autofree char *xml = gdb_get_xml(cs, name);
    args = colon + 1;
    if (!xml || !gdb_parse_hex(&args, &offset) || *args++ != ',' || !gdb_parse_hex(&args, &n) ||
        *args) {
        return GDB_EINVAL;
    }
    size_t total = strlen(xml);
    offset = MIN(offset, total);
    n = MIN(MIN(n, GDB_MAX_PACKET / 2), total - offset);
    g_string_assign(s->reply, offset + n < total ? "m" : "l");
    g_string_append_len(s->reply, xml + offset, n);
    return GDB_REPLY;
}

/* qRcmd,LINE in digits: a monitor command. What it prints comes first, in O packets. */
static GDBOutcome query_command(GDBState *s, const char *args, size_t len)
{
    g_autoptr(GByteArray) line = g_byte_array_new();

    if (!gdb_parse_bytes(args, strlen(args), line)) {
        return GDB_EINVAL;
    }
    g_byte_array_append(line, (const uint8_t *)"", 1);
    g_autofree char *text = monitor_run_hmp((const char *)line->data);
    for (size_t at = 0, n, total = strlen(text); at < total; at += n) {
        g_autoptr(GString) part = g_string_new("O");
        n = MIN(total - at, GDB_MAX_PACKET / 4);
        gdb_append_hex(part, text + at, n);
        gdb_put_packet(s, part->str, part->len);
    }
    return GDB_OK;
}

/* ---- QEMU's own: single step's side conditions, physical memory ---- */

static GDBOutcome query_sstep_bits(GDBState *s, const char *args, size_t len)
{
    g_string_printf(s->reply, "ENABLE=%x,NOIRQ=%x", SSTEP_ENABLE, SSTEP_NOIRQ);
    return GDB_REPLY;
}

static GDBOutcome query_sstep(GDBState *s, const char *args, size_t len)
{
    g_string_printf(s->reply, "0x%x", s->sstep);
    return GDB_REPLY;
}

static GDBOutcome set_sstep(GDBState *s, const char *args, size_t len)
{
    uint64_t flags;

    if (g_str_has_prefix(args, "0x")) {
        args += 2;
    }
    if (!gdb_parse_hex(&args, &flags) || *args ||
        (flags & ~(uint64_t)SSTEP_NOIRQ) != SSTEP_ENABLE) {
        return GDB_EINVAL;
    }
    s->sstep = flags;
    return GDB_OK;
}

static GDBOutcome query_phys(GDBState *s, const char *args, size_t len)
{
    g_string_printf(s->reply, "%d", s->phys);
    return GDB_REPLY;
}

static GDBOutcome set_phys(GDBState *s, const char *args, size_t len)
{
    uint64_t on;

    if (!gdb_parse_hex(&args, &on) || *args) {
        return GDB_EINVAL;
    }
    s->phys = on != 0;
    return GDB_OK;
}

static GDBOutcome query_qemu_supported(GDBState *s, const char *args, size_t len)
{
    g_string_assign(s->reply, "sstepbits;sstep;PhyMemMode");
    return GDB_REPLY;
}

GDBOutcome gdb_cmd_query(GDBState *s, const char *args, size_t len)
{
    static const GDBCommand queries[] = {
        { "Supported", false, query_supported },
        { "Attached", false, query_attached },
        { "C", true, gdb_cmd_current_thread },
        { "fThreadInfo", true, gdb_cmd_thread_info_first },
        { "sThreadInfo", true, gdb_cmd_thread_info_next },
        { "ThreadExtraInfo,", false, gdb_cmd_thread_extra },
        { "Xfer:features:read:", false, query_features },
        { "Rcmd,", false, query_command },
        { "qemu.Supported", true, query_qemu_supported },
        { "qemu.sstepbits", true, query_sstep_bits },
        { "qemu.sstep", true, query_sstep },
        { "qemu.PhyMemMode", true, query_phys },
        { NULL },
    };

    return gdb_run_table(s, queries, args, len);
}

GDBOutcome gdb_cmd_set(GDBState *s, const char *args, size_t len)
{
    static const GDBCommand settings[] = {
        { "StartNoAckMode", true, set_no_ack },
        { "qemu.sstep=", false, set_sstep },
        { "qemu.PhyMemMode:", false, set_phys },
        { NULL },
    };

    return gdb_run_table(s, settings, args, len);
}
