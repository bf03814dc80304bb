/* SPDX-License-Identifier: MIT */
/*
 * Breakpoints, watchpoints and single step for debuggers; breakpoints and watchpoints of the guest
 * itself are the target's, and work by the same means.
 *
 * Code is shared by all virtual mappings of a page, breakpoints are virtual. So a virtual page with
 * a breakpoint is never in the jump cache and runs blocks of one instruction that are not linked:
 * the CPU loop sees every pc in it. When the set of breakpoints changes, everything that could
 * bypass the loop is dropped. Watched pages have no fast TLB tags. Guest memory is never touched.
 * A target whose own set changes flushes the page from the TLB, which has the same effect.
 */
#include "qemu/osdep.h"

#include "internal.h"

static void forget_paths(CPUState *cs)
{
    TCGCpu *t = tcg_cpu(cs);

    if (t) {
        qatomic_set(&t->unlink_pending, true);
        qatomic_set(&t->flush_pending, true);
        tcg_kick(cs);
    }
}

static GArray *list_of(GArray **list, size_t size)
{
    if (!*list) {
        *list = g_array_new(false, false, size);
    }
    return *list;
}

static int find_breakpoint(CPUState *cs, uint64_t pc)
{
    for (unsigned n = 0; cs->breakpoints && n < cs->breakpoints->len; n++) {
        if (g_array_index(cs->breakpoints, uint64_t, n) == pc) {
            return n;
        }
    }
    return -1;
}

bool cpu_breakpoint_insert(CPUState *cs, uint64_t pc)
{
    if (find_breakpoint(cs, pc) >= 0) {
        return false;
    }
    g_array_append_val(list_of(&cs->breakpoints, sizeof(uint64_t)), pc);
    forget_paths(cs);
    return true;
}

bool cpu_breakpoint_remove(CPUState *cs, uint64_t pc)
{
    int n = find_breakpoint(cs, pc);

    if (n < 0) {
        return false;
    }
    g_array_remove_index(cs->breakpoints, n);
    forget_paths(cs);
    return true;
}

void cpu_breakpoint_remove_all(CPUState *cs)
{
    if (cs->breakpoints && cs->breakpoints->len) {
        g_array_set_size(cs->breakpoints, 0);
        forget_paths(cs);
    }
}

bool cpu_watchpoint_insert(CPUState *cs, uint64_t addr, uint64_t len, int flags)
{
    CPUWatchpoint wp = { addr, len, flags };

    if (!len || addr + len - 1 < addr) {
        return false;
    }
    g_array_append_val(list_of(&cs->watchpoints, sizeof(wp)), wp);
    forget_paths(cs);
    return true;
}

bool cpu_watchpoint_remove(CPUState *cs, uint64_t addr, uint64_t len, int flags)
{
    for (unsigned n = 0; cs->watchpoints && n < cs->watchpoints->len; n++) {
        const CPUWatchpoint *wp = &g_array_index(cs->watchpoints, CPUWatchpoint, n);
        if (wp->addr == addr && wp->len == len && wp->flags == flags) {
            g_array_remove_index(cs->watchpoints, n);
            forget_paths(cs);
            return true;
        }
    }
    return false;
}

void cpu_watchpoint_remove_all(CPUState *cs)
{
    if (cs->watchpoints && cs->watchpoints->len) {
        g_array_set_size(cs->watchpoints, 0);
        forget_paths(cs);
    }
}

void cpu_single_step(CPUState *cs, int flags)
{
    if (cs->singlestep_enabled != flags) {
        cs->singlestep_enabled = flags;
        forget_paths(cs);
    }
}

/* ---- for the CPU loop and the soft TLB ---- */

bool tcg_page_has_breakpoint(CPUState *cs, uint64_t pc)
{
    for (unsigned n = 0; cs->breakpoints && n < cs->breakpoints->len; n++) {
        if (!((g_array_index(cs->breakpoints, uint64_t, n) ^ pc) & GUEST_PAGE_MASK)) {
            return true;
        }
    }
    return (cs->guest_debug & GUEST_DEBUG_BREAK) && tcg_cpu(cs)->ops->page_has_breakpoint(cs, pc);
}

bool tcg_at_breakpoint(CPUState *cs, uint64_t pc)
{
    return find_breakpoint(cs, pc) >= 0;
}

bool tcg_page_is_watched(CPUState *cs, uint64_t page)
{
    for (unsigned n = 0; cs->watchpoints && n < cs->watchpoints->len; n++) {
        const CPUWatchpoint *wp = &g_array_index(cs->watchpoints, CPUWatchpoint, n);
        if (wp->addr <= page + GUEST_PAGE - 1 && page <= wp->addr + wp->len - 1) {
            return true;
        }
    }
    return (cs->guest_debug & GUEST_DEBUG_WATCH) && tcg_cpu(cs)->ops->page_is_watched(cs, page);
}

bool tcg_guest_breakpoint(CPUState *cs, uint64_t pc)
{
    return (cs->guest_debug & GUEST_DEBUG_BREAK) && tcg_cpu(cs)->ops->check_breakpoint(cs, pc);
}

void tcg_check_watchpoints(CPUState *cs, const ContextSlot *s, uint64_t addr, unsigned len,
                           bool write)
{
    int flag = write ? BP_MEM_WRITE : BP_MEM_READ;

    for (unsigned n = 0; cs->watchpoints && n < cs->watchpoints->len; n++) {
        const CPUWatchpoint *wp = &g_array_index(cs->watchpoints, CPUWatchpoint, n);
        if ((wp->flags & flag) && wp->addr <= addr + len - 1 && addr <= wp->addr + wp->len - 1) {
            uint64_t first = MAX(addr, wp->addr);
            uint64_t last = MIN(addr + len - 1, wp->addr + wp->len - 1);
            cs->watchpoint_hit = (CPUWatchpoint){ first, last - first + 1, wp->flags };
            cs->exception_index = EXCP_DEBUG;
            cpu_loop_exit_restore(cs);
        }
    }
    if (cs->guest_debug & GUEST_DEBUG_WATCH) {
        tcg_cpu(cs)->ops->check_watchpoint(cs, addr, len, write, s->unpriv);
    }
}
