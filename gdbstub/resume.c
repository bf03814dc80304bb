/* SPDX-License-Identifier: MIT */
/* Letting the guest run, and what makes it stop: steps, breakpoints, watchpoints. */
#include "qemu/osdep.h"

#include "system/cpus.h"
#include "system/runstate.h"

#include "internals.h"

/* ---- running ---- */

typedef struct Action {
    char kind;  /* c: continue, s: step */
    int thread; /* -1: every thread that no earlier action names */
} Action;

static char action_for(const GArray *actions, CPUState *cs)
{
    for (guint n = 0; n < actions->len; n++) {
        const Action *a = &g_array_index(actions, Action, n);
        if (a->thread == -1 || a->thread == gdb_thread_of(cs)) {
            return a->kind;
        }
    }
    return 0;
}

static bool any_runs(const GArray *actions)
{
    CPUState *cs;

    CPU_FOREACH (cs) {
        if (action_for(actions, cs)) {
            return true;
        }
    }
    return false;
}

/* CPUs without an action stand still until the next time. */
static GDBOutcome resume(GDBState *s, const GArray *actions)
{
    CPUState *cs;

    if (!any_runs(actions) || runstate_needs_reset() || !vm_prepare_start()) {
        return GDB_EINVAL;
    }
    CPU_FOREACH (cs) {
        char kind = action_for(actions, cs);

        cs->debug_stopped = false;
        cs->watchpoint_hit.len = 0;
        cpu_single_step(cs, kind == 's' ? s->sstep : 0);
        if (kind) {
            cpu_resume(cs);
        }
    }
    s->awaits = true;
    return GDB_NO_REPLY;
}

static GArray *new_actions(void)
{
    return g_array_new(false, false, sizeof(Action));
}

static void add_action(GArray *actions, char kind, int thread)
{
    Action a = { kind, thread };

    g_array_append_val(actions, a);
}

/* c and s with an address: go on from there. */
static GDBOutcome go(GDBState *s, const char *args, char kind)
{
    g_autoptr(GArray) actions = new_actions();
    CPUState *cs = gdb_find_cpu(s->cont_thread);
    uint64_t pc;

    if (!cs) {
        return GDB_EINVAL;
    }
    if (*args) {
        if (!gdb_parse_hex(&args, &pc) || *args) {
            return GDB_EINVAL;
        }
        cpu_set_pc(cs, pc);
    }
    if (kind == 's') {
        add_action(actions, 's', gdb_thread_of(cs));
    }
    add_action(actions, 'c', -1);
    return resume(s, actions);
}

/* C and S have a signal first, which means nothing to a machine. */
static GDBOutcome go_signal(GDBState *s, const char *args, char kind)
{
    uint64_t signal;

    if (!gdb_parse_hex(&args, &signal) || (*args && *args != ';')) {
        return GDB_EINVAL;
    }
    return go(s, *args ? args + 1 : args, kind);
}

GDBOutcome gdb_cmd_continue(GDBState *s, const char *args, size_t len)
{
    return go(s, args, 'c');
}

GDBOutcome gdb_cmd_continue_signal(GDBState *s, const char *args, size_t len)
{
    return go_signal(s, args, 'c');
}

GDBOutcome gdb_cmd_step(GDBState *s, const char *args, size_t len)
{
    return go(s, args, 's');
}

GDBOutcome gdb_cmd_step_signal(GDBState *s, const char *args, size_t len)
{
    return go_signal(s, args, 's');
}

GDBOutcome gdb_cmd_vcont_query(GDBState *s, const char *args, size_t len)
{
    g_string_assign(s->reply, "vCont;c;C;s;S");
    return GDB_REPLY;
}

/* One ";ACTION[:THREAD]" at *@text. */
static bool parse_action(const char **text, GArray *actions)
{
    const char *p = *text;
    int thread = -1;
    uint64_t signal;

    if (*p++ != ';') {
        return false;
    }
    char kind = *p;
    if (kind != 'c' && kind != 'C' && kind != 's' && kind != 'S') {
        return false;
    }
    p++;
    if (g_ascii_isupper(kind) && !gdb_parse_hex(&p, &signal)) {
        return false;
    }
    if (*p == ':') {
        p++;
        if (!gdb_parse_thread(&p, &thread) || (thread > 0 && !gdb_find_cpu(thread))) {
            return false;
        }
    }
    CPUState *any = gdb_find_cpu(0);
    add_action(actions, g_ascii_tolower(kind), thread || !any ? thread : gdb_thread_of(any));
    *text = p;
    return true;
}

/* vCont;ACTION[:THREAD]… */
GDBOutcome gdb_cmd_vcont(GDBState *s, const char *args, size_t len)
{
    g_autoptr(GArray) actions = new_actions();

    do {
        if (!parse_action(&args, actions)) {
            return GDB_EINVAL;
        }
    } while (*args);
    return resume(s, actions);
}

/* D: the guest goes on without a debugger. */
GDBOutcome gdb_cmd_detach(GDBState *s, const char *args, size_t len)
{
    gdb_remove_all_points();
    if (!runstate_needs_reset()) {
        vm_start();
    }
    return GDB_OK;
}

/* ---- points ---- */

/* The lists belong to CPUs that stand: a debugger may go away while they run. */
void gdb_remove_all_points(void)
{
    CPUState *cs;

    pause_all_vcpus();
    CPU_FOREACH (cs) {
        cpu_breakpoint_remove_all(cs);
        cpu_watchpoint_remove_all(cs);
        cpu_single_step(cs, 0);
    }
    resume_all_vcpus();
}

/* TYPE,ADDR,KIND: kind is the length for watchpoints; an instruction has one for breakpoints. */
typedef struct Point {
    uint64_t type, addr, kind;
} Point;

/* Watched bytes are compared one by one with each access. */
#define MAX_WATCHED 0x10000

static GDBOutcome parse_point(const char *args, Point *p)
{
    if (!gdb_parse_hex(&args, &p->type) || *args++ != ',' || !gdb_parse_hex(&args, &p->addr) ||
        *args++ != ',' || !gdb_parse_hex(&args, &p->kind) || *args) {
        return GDB_EINVAL;
    }
    if (p->type > 4) {
        return GDB_REPLY; /* empty: not supported */
    }
    if (p->type >= 2 && (!p->kind || p->kind > MAX_WATCHED || p->addr + p->kind - 1 < p->addr)) {
        return GDB_EINVAL;
    }
    return GDB_OK;
}

static bool point_op(CPUState *cs, const Point *p, bool insert)
{
    static const int flags[] = { [2] = BP_MEM_WRITE, [3] = BP_MEM_READ, [4] = BP_MEM_ACCESS };

    if (p->type < 2) {
        return insert ? cpu_breakpoint_insert(cs, p->addr) : cpu_breakpoint_remove(cs, p->addr);
    }
    return insert ? cpu_watchpoint_insert(cs, p->addr, p->kind, flags[p->type])
                  : cpu_watchpoint_remove(cs, p->addr, p->kind, flags[p->type]);
}

/* Z and z are to be idempotent: a breakpoint that is there (or not) already is all right. */
static GDBOutcome all_cpus(const char *args, bool insert)
{
    Point p;
    CPUState *cs;
    GDBOutcome outcome = parse_point(args, &p);

    if (outcome != GDB_OK) {
        return outcome;
    }
    CPU_FOREACH (cs) {
        if (insert && p.type >= 2) {
            point_op(cs, &p, false);
        }
        point_op(cs, &p, insert);
    }
    return GDB_OK;
}

GDBOutcome gdb_cmd_insert_point(GDBState *s, const char *args, size_t len)
{
    return all_cpus(args, true);
}

GDBOutcome gdb_cmd_remove_point(GDBState *s, const char *args, size_t len)
{
    return all_cpus(args, false);
}
