/* SPDX-License-Identifier: MIT */
/*
 * thread=single: all vCPUs take turns in one thread.
 *
 * A turn ends when the vCPU halts, when a timer of the main loop says that it was long enough, or
 * when somebody kicks a vCPU, whichever it is: that one may have an interrupt to take. The vCPUs
 * share thread and halt_cond, so who waits for one to stop or to do queued work waits for the
 * thread; and the vCPU in turn counts as the self of each (qemu_cpu_is_self).
 *
 * Under the big lock, but for `current`.
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "qemu/timer.h"
#include "system/cpus.h"

#define TURN_NS (10 * SCALE_MS)

static struct {
    QemuThread *thread; /* NULL: not started */
    int thread_id;
    QemuCond cond;
    QEMUTimer *timer;
    CPUState *current; /* (atomic) in guest code, or about to be; NULL: none */
} rr;

void tcg_rr_kick(CPUState *cs)
{
    CPUState *current = qatomic_read(&rr.current);

    if (current && current != cs && tcg_state.icount && qemu_in_vcpu_thread()) {
        tcg_icount_yield(); /* at a point that is the same in each run */
    } else if (current && current != cs) {
        qatomic_set(&current->exit_request, true);
        smp_mb();
        tcg_request_exit(tcg_cpu(current));
    }
}

static void leave_code(void *opaque)
{
    tcg_rr_kick(NULL);
}

static void turn_over(void *opaque)
{
    tcg_rr_kick(NULL);
    if (!all_cpu_threads_idle()) {
        timer_mod(rr.timer, qemu_clock_get_ns(QEMU_CLOCK_REALTIME) + TURN_NS);
    }
}

static bool is_ready(CPUState *cs)
{
    return cpu_can_run(cs) && !cpu_thread_is_idle(cs);
}

/* The next in turn after @last that has something to run; NULL if none has. */
static CPUState *next_ready(CPUState *last)
{
    CPUState *begin = last && CPU_NEXT(last) ? CPU_NEXT(last) : first_cpu, *cs = begin;

    do {
        if (is_ready(cs)) {
            return cs;
        }
        cs = CPU_NEXT(cs) ? CPU_NEXT(cs) : first_cpu;
    } while (cs != begin);
    return NULL;
}

/* True: the turn is over. With -icount it is not where another thread wanted attention. */
static bool take_turn(CPUState *cs, bool new_turn)
{
    TCGCpu *t = tcg_cpu(cs);
    bool over = true;

    if (!tcg_state.icount && CPU_NEXT(first_cpu) && !timer_pending(rr.timer)) {
        timer_mod(rr.timer, qemu_clock_get_ns(QEMU_CLOCK_REALTIME) + TURN_NS);
    }
    if (tcg_state.icount) {
        tcg_icount_begin(t, new_turn);
    }
    current_cpu = cs;
    /* Requests up to now have been looked at; a later one is made with `current` set. */
    qatomic_set(&cs->exit_request, false);
    qatomic_set_mb(&rr.current, cs);
    bql_unlock();
    rcu_read_lock();
    int r = tcg_cpu_exec(cs);
    rcu_read_unlock();
    if (t->wait_epoch) {
        tcg_wait_epoch(t->wait_epoch);
        t->wait_epoch = 0;
    }
    bql_lock();
    qatomic_set(&rr.current, NULL);
    if (tcg_state.icount) {
        over = tcg_icount_end(t);
    }
    if (r == EXCP_DEBUG) {
        cpu_handle_guest_debug(cs);
    }
    return over || r == EXCP_HALTED || r == EXCP_HLT;
}

static void wait_for_work(void)
{
    int64_t ns = tcg_state.icount ? tcg_icount_idle_ns() : -1;

    current_cpu = first_cpu;
    if (ns < 0) {
        qemu_cond_wait_bql(&rr.cond);
    } else {
        tcg_icount_idle(ns, &rr.cond);
    }
}

static void *rr_thread(void *arg)
{
    CPUState *cs, *last = NULL;
    bool over = true;

    rcu_register_thread();
    rcu_set_force_quiescent(leave_code, NULL);
    bql_lock();
    rr.thread_id = qemu_get_thread_id();
    cpu_thread_signal_created(arg);
    for (;;) {
        while (all_cpu_threads_idle()) {
            wait_for_work();
        }
        CPU_FOREACH (cs) {
            current_cpu = cs;
            qemu_process_cpu_events(cs);
        }
        cs = !over && is_ready(last) ? last : next_ready(last);
        if (cs) {
            over = take_turn(cs, over || cs != last);
            last = cs;
        }
    }
    return NULL;
}

void tcg_rr_create_vcpu(CPUState *cs)
{
    qemu_cond_destroy(cs->halt_cond);
    g_free(cs->halt_cond);
    cs->halt_cond = &rr.cond;
    if (rr.thread) {
        g_free(cs->thread);
        cs->thread = rr.thread;
        cs->thread_id = rr.thread_id;
        cs->created = true;
        return;
    }
    qemu_cond_init(&rr.cond);
    rr.thread = cs->thread;
    rr.timer = timer_new_ns(QEMU_CLOCK_REALTIME, turn_over, NULL);
    qemu_thread_create(rr.thread, "ALL CPUs/TCG", rr_thread, cs, QEMU_THREAD_JOINABLE);
}
