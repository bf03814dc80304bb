/* SPDX-License-Identifier: MIT */
/*
 * -icount: the virtual clock counts guest instructions, and a run is a function of its inputs.
 *
 * One thread runs all vCPUs (roundrobin.c). It has a budget of instructions, up to whatever comes
 * first: a timer of the virtual clock, the end of the vCPU's turn, a point where the hash is
 * taken. Each block takes its length from env->icount_left before it begins; one that is too long
 * for what is left leaves to the loop, which runs the rest as a block of that length. So the
 * budget ends at an exact instruction, wherever blocks begin and however they are linked. There the
 * timers of the virtual clock run, in this thread; the main loop leaves them alone.
 *
 * What makes an interrupt deliverable must be followed by a look at once, that is at the end of the
 * block, for later ways out of translated code depend on links, on what was evicted, on other
 * threads. Unmasking ends the block anyway; raising takes the rest of the budget away
 * (tcg_icount_expire).
 *
 * Counted so far, in the vCPU's thread: `insns`, the part of `budget` that is used up, less the
 * instructions of the running block behind the current one, which its row tells.
 *
 * All of this belongs to the vCPUs' thread, but for what is marked as atomic.
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "system/cpu-timers.h"
#include "system/runstate.h"

#define HASH_EVERY 100000
#define TURN_INSNS 50000
#define AUTO_SHIFT 3 /* where shift=auto begins: 125 MIPS */
#define MAX_SHIFT  10
#define ALIGN_NS   (3 * SCALE_MS) /* how far align=on lets the guest get ahead */

static struct {
    unsigned shift;
    uint64_t insns;
    int64_t bias;      /* virtual time that did not come from instructions, ns */
    int64_t published; /* (atomic) virtual time for other threads, ns */
    TCGCpu *running;   /* has the budget; NULL: between turns */
    int budget;
    int64_t turn_left;
    bool yield;         /* the turn is over when the block is */
    int64_t sleep_debt; /* virtual time passed idle and not yet slept, ns */
    int64_t real, virt; /* when the host's clock was compared last */
    uint64_t next_hash, hash, hashed, hashed_at;
} ic;

/* ---- counting ---- */

static unsigned not_executed(TCGCpu *t)
{
    const TranslationBlock *tb = t->block;
    unsigned index = 0;

    if (t->interpreting) {
        index = tcg_insn_index(tb->extra->ir, t->interp.insn_off);
    } else if (t->cold->host_ra) {
        tb = tcg_cache_find((void *)t->cold->host_ra);
        index = tcg_current_row(t, tb)->insn_index;
    } else {
        return 0;
    }
    return tb->n_insns - index;
}

static uint64_t executed(void)
{
    TCGCpu *t = ic.running;

    return t ? ic.insns + ic.budget - t->env->icount_left - not_executed(t) : ic.insns;
}

static int64_t now_ns(void)
{
    return ic.bias + (int64_t)(executed() << ic.shift);
}

static void publish(void)
{
    qatomic_set(&ic.published, now_ns());
}

static int64_t clock_get(void)
{
    return ic.running && current_cpu ? now_ns() : qatomic_read(&ic.published);
}

static void clock_set(int64_t ns)
{
    ic.bias += ns - now_ns();
    publish();
}

/* What was executed of the budget is counted, and the budget is gone. */
static void fold(TCGCpu *t)
{
    int used = ic.budget - t->env->icount_left;

    ic.insns += used;
    ic.turn_left -= used;
    ic.budget = t->env->icount_left = 0;
}

static void set_budget(TCGCpu *t)
{
    int64_t ns, n;

    fold(t);
    n = MIN(ic.turn_left, (int64_t)(ic.next_hash - ic.insns));
    ns = qemu_clock_deadline_ns(QEMU_CLOCK_VIRTUAL);
    if (ns >= 0) {
        n = MIN(n, (ns + (1 << ic.shift) - 1) >> ic.shift);
    }
    ic.budget = t->env->icount_left = MAX(n, 0);
}

void tcg_icount_uncount(TCGCpu *t)
{
    t->env->icount_left += not_executed(t);
}

/* The timers, or what may be interrupted, have changed: look at the end of the block. */
void tcg_icount_expire(void)
{
    TCGCpu *t = ic.running;

    if (t && current_cpu && t->env->icount_left > 0) {
        ic.budget -= t->env->icount_left;
        t->env->icount_left = 0;
    }
}

static void deadline_changed(void)
{
    tcg_icount_expire();
    if (!current_cpu && first_cpu) {
        qemu_cpu_kick(first_cpu); /* it may be asleep until a later one */
    }
}

void tcg_icount_yield(void)
{
    ic.yield = true;
    tcg_icount_expire();
}

/* ---- keeping to the host's time ---- */

static void adjust_shift(int64_t real, int64_t virt)
{
    unsigned shift = ic.shift;

    if (virt - ic.virt > real - ic.real) {
        shift -= shift > 0;
    } else {
        shift += shift < MAX_SHIFT;
    }
    ic.bias = virt - (int64_t)(ic.insns << shift);
    ic.shift = shift;
}

static void compare_clocks(void)
{
    int64_t real = get_clock(), virt = now_ns();

    if (icount_config.align && virt - ic.virt > real - ic.real + ALIGN_NS) {
        g_usleep((virt - ic.virt - (real - ic.real)) / SCALE_US);
    } else if (icount_config.is_auto && real - ic.real > 100 * SCALE_MS) {
        adjust_shift(real, virt);
        ic.real = real;
        ic.virt = virt;
    }
}

/* ---- the hash ---- */

static void mix(uint64_t v)
{
    ic.hash = (ic.hash ^ v) * 0x9e3779b97f4a7c15ull;
    ic.hash ^= ic.hash >> 29;
}

void tcg_icount_hash(TCGCpu *t)
{
    /* The machine stops, for good or for a reset, at no exact instruction. */
    if (qemu_end_was_requested()) {
        return;
    }
    mix(executed());
    mix(*tcg_pc(t));
    for (unsigned n = 0; n < t->ops->n_globals; n++) {
        const TCGGlobal *g = &t->ops->globals[n];
        if (g->name[0] == 'x') { /* x0 .. x30 */
            mix(*(uint64_t *)((uint8_t *)t->env + g->offset));
        }
    }
    qatomic_inc(&ic.hashed);
    qatomic_set(&ic.hashed_at, executed());
}

void tcg_info_replay_hash(GString *out)
{
    if (!tcg_state.icount) {
        g_string_append(out, "instructions are not counted; -icount turns it on\n");
        return;
    }
    g_string_append_printf(
        out, "hash 0x%016" PRIx64 " of %" PRIu64 " states, %" PRIu64 " instructions\n",
        qatomic_read(&ic.hash), qatomic_read(&ic.hashed), qatomic_read(&ic.hashed_at));
}

/* ---- turns ---- */

bool tcg_icount_expired(TCGCpu *t)
{
    fold(t);
    if (ic.insns == ic.next_hash) {
        tcg_icount_hash(t);
        ic.next_hash += HASH_EVERY;
        compare_clocks();
    }
    publish();
    if (qemu_clock_deadline_ns(QEMU_CLOCK_VIRTUAL) == 0) {
        bql_lock();
        qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL);
        bql_unlock();
    }
    if (ic.yield || ic.turn_left <= 0) {
        return true;
    }
    set_budget(t);
    return false;
}

void tcg_icount_begin(TCGCpu *t, bool new_turn)
{
    if (new_turn) {
        ic.yield = false;
        ic.turn_left = TURN_INSNS;
    }
    t->env->icount_left = ic.budget = 0;
    ic.running = t;
    set_budget(t);
}

bool tcg_icount_end(TCGCpu *t)
{
    fold(t);
    ic.running = NULL;
    publish();
    return ic.yield || ic.turn_left <= 0;
}

int64_t tcg_icount_idle_ns(void)
{
    return runstate_is_running() ? qemu_clock_deadline_ns(QEMU_CLOCK_VIRTUAL) : -1;
}

void tcg_icount_idle(int64_t ns, QemuCond *cond)
{
    if (icount_config.sleep) {
        ic.sleep_debt += ns;
        if (ic.sleep_debt >= SCALE_MS) {
            int64_t begin = get_clock();
            bool woken = qemu_cond_timedwait_bql(cond, ic.sleep_debt / SCALE_MS);
            int64_t slept = get_clock() - begin;
            /* Somebody has something to do, which may not wait for the deadline. */
            int64_t step = woken ? MIN(ns, MAX(slept - (ic.sleep_debt - ns), 0)) : ns;
            ic.sleep_debt = MAX(ic.sleep_debt - (ns - step) - slept, -10 * (int64_t)SCALE_MS);
            ns = step;
        }
    }
    ic.bias += ns;
    publish();
    qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL);
}

void tcg_icount_init(void)
{
    if (!icount_config.on) {
        return;
    }
    if (tcg_state.multi_asked) {
        warn_report("-icount: thread=multi is not possible, the vCPUs take turns in one thread");
    }
    tcg_state.icount = tcg_state.single = true;
    tcg_state.hot = 0; /* a region may be left in its middle, and blocks are counted as a whole */
    ic.shift = icount_config.is_auto ? AUTO_SHIFT : icount_config.shift;
    ic.next_hash = HASH_EVERY;
    ic.real = get_clock();
    cpu_clock_set_counted(clock_get, clock_set, deadline_changed);
}
