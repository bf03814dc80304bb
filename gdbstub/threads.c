/* SPDX-License-Identifier: MIT */
/* CPUs as threads, and how a stop is told. */
#include "qemu/osdep.h"

#include "internals.h"

int gdb_thread_of(const CPUState *cs)
{
    return cs->cpu_index + 1;
}

CPUState *gdb_find_cpu(int thread)
{
    return thread <= 0 ? first_cpu : qemu_get_cpu(thread - 1);
}

/* ---- stops ---- */

void gdb_note_stop(GDBState *s)
{
    CPUState *cs, *found = NULL;

    CPU_FOREACH (cs) {
        if (cs->debug_stopped && !found) {
            found = cs;
        }
        /* A stop of another CPU is met again when it goes on. */
        cs->debug_stopped = false;
        if (cs != found) {
            cs->watchpoint_hit.len = 0;
        }
        cpu_single_step(cs, 0);
    }
    if (found) {
        s->cont_thread = s->gen_thread = gdb_thread_of(found);
    } else if (!gdb_find_cpu(s->gen_thread)) { /* that one was unplugged */
        s->cont_thread = s->gen_thread = 0;
    }
}

static void append_watchpoint(GString *reply, CPUState *cs)
{
    static const char *const kind[] = {
        [BP_MEM_READ] = "rwatch",
        [BP_MEM_WRITE] = "watch",
        [BP_MEM_ACCESS] = "awatch",
    };

    if (cs->watchpoint_hit.len) {
        g_string_append_printf(reply, "%s:%" PRIx64 ";", kind[cs->watchpoint_hit.flags & 3],
                               cs->watchpoint_hit.addr);
        cs->watchpoint_hit.len = 0;
    }
}

void gdb_stop_reply(GDBState *s, int signal)
{
    CPUState *cs = gdb_find_cpu(s->gen_thread);

    g_string_printf(s->reply, "T%02x", signal);
    if (cs) {
        g_string_append_printf(s->reply, "thread:%02x;", gdb_thread_of(cs));
        append_watchpoint(s->reply, cs);
    }
}

/* ---- commands ---- */

static CPUState *next_thread(int from)
{
    CPUState *cs, *best = NULL;

    CPU_FOREACH (cs) {
        if (gdb_thread_of(cs) >= from && (!best || cs->cpu_index < best->cpu_index)) {
            best = cs;
        }
    }
    return best;
}

/* qsThreadInfo: the next one, or l at the end. */
GDBOutcome gdb_cmd_thread_info_next(GDBState *s, const char *args, size_t len)
{
    CPUState *cs = next_thread(s->list_next);

    if (!cs) {
        g_string_assign(s->reply, "l");
        return GDB_REPLY;
    }
    g_string_printf(s->reply, "m%02x", gdb_thread_of(cs));
    s->list_next = gdb_thread_of(cs) + 1;
    return GDB_REPLY;
}

GDBOutcome gdb_cmd_thread_info_first(GDBState *s, const char *args, size_t len)
{
    s->list_next = 1;
    return gdb_cmd_thread_info_next(s, args, len);
}

GDBOutcome gdb_cmd_current_thread(GDBState *s, const char *args, size_t len)
{
    CPUState *cs = gdb_find_cpu(s->gen_thread);

    if (!cs) {
        return GDB_EINVAL;
    }
    g_string_printf(s->reply, "QC%02x", gdb_thread_of(cs));
    return GDB_REPLY;
}

/* qThreadExtraInfo,THREAD: a line of text, in digits. */
GDBOutcome gdb_cmd_thread_extra(GDBState *s, const char *args, size_t len)
{
    int thread;
    CPUState *cs;

    if (!gdb_parse_thread(&args, &thread) || *args || thread <= 0 || !(cs = gdb_find_cpu(thread))) {
        return GDB_EINVAL;
    }
    g_autofree char *text =
        g_strdup_printf("CPU#%d [%s]", cs->cpu_index, cs->halted ? "halted " : "running");
    gdb_append_hex(s->reply, text, strlen(text));
    return GDB_REPLY;
}

/* H c|g THREAD: the thread of later commands. */
GDBOutcome gdb_cmd_set_thread(GDBState *s, const char *args, size_t len)
{
    char which = *args;
    int thread;

    if (which != 'c' && which != 'g') {
        return GDB_EINVAL;
    }
    args++;
    if (!gdb_parse_thread(&args, &thread) || *args || (thread > 0 && !gdb_find_cpu(thread))) {
        return GDB_EINVAL;
    }
    if (thread == 0) { /* any: the one that was chosen last will do */
        return GDB_OK;
    }
    *(which == 'c' ? &s->cont_thread : &s->gen_thread) = thread;
    return GDB_OK;
}

/* T THREAD: is it there? */
GDBOutcome gdb_cmd_thread_alive(GDBState *s, const char *args, size_t len)
{
    int thread;

    if (!gdb_parse_thread(&args, &thread) || *args || thread <= 0 || !gdb_find_cpu(thread)) {
        return GDB_EINVAL;
    }
    return GDB_OK;
}
