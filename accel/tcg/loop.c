/* SPDX-License-Identifier: MIT */
/*
 * The CPU loop: exceptions, interrupts, then translated code until it exits; and the way out of
 * helpers and slow paths back to here.
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"

uint64_t *tcg_pc(TCGCpu *t)
{
    return (uint64_t *)((uint8_t *)t->env + t->ops->globals[t->ops->global_pc].offset);
}

/* ---- leaving C that translated code called ---- */

/* The pinned guest registers, which the stub left in cold->host_regs, go to their homes. */
static void distribute_pinned(TCGCpu *t)
{
    for (unsigned n = 0; n < t->ops->n_globals; n++) {
        const TCGGlobal *g = &t->ops->globals[n];
        if (g->pin >= 0) {
            *(uint64_t *)((uint8_t *)t->env + g->offset) =
                t->cold->host_regs[tcg_state.host->cold_reg_of_pin(g->pin)];
        }
    }
    t->cold->raw_saved = 0;
}

static const TCGRow *find_row(const TranslationBlock *tb, uint32_t ra_off)
{
    const TCGRow *rows = tb_rows(tb);
    unsigned lo = 0, hi = tb->n_rows;

    while (lo < hi) {
        unsigned mid = (lo + hi) / 2;
        if (rows[mid].ra_off < ra_off) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo < tb->n_rows && rows[lo].ra_off == ra_off ? &rows[lo] : NULL;
}

const TCGRow *tcg_current_row(TCGCpu *t, const TranslationBlock *tb)
{
    const TCGRow *row = find_row(tb, (uint8_t *)t->cold->host_ra - tb->code);

    assert(row);
    return row;
}

void cpu_restore_pc(CPUState *cs)
{
    TCGCpu *t = tcg_cpu(cs);

    if (t->interpreting) {
        *tcg_pc(t) = t->env->vbase + t->interp.insn_off;
        return;
    }
    if (!t->cold->host_ra) {
        return;
    }
    const TranslationBlock *tb = tcg_cache_find((void *)t->cold->host_ra);
    assert(tb);
    *tcg_pc(t) = t->env->vbase + tcg_current_row(t, tb)->insn_off;
}

void cpu_loop_exit(CPUState *cs)
{
    TCGCpu *t = tcg_cpu(cs);

    if (tcg_state.icount) {
        tcg_icount_uncount(t);
    }
    if (t->cold->raw_saved) {
        distribute_pinned(t);
    }
    if (t->cold->host_ra) {
        if (!t->cold->mxcsr_swapped) {
            asm volatile("stmxcsr %0" : "=m"(t->cold->mxcsr_guest));
        }
        asm volatile("ldmxcsr %0" : : "m"(t->cold->mxcsr_host));
        t->cold->mxcsr_swapped = 0;
        t->cold->host_ra = 0;
    }
    t->interpreting = false;
    if (bql_locked()) {
        bql_unlock();
    }
    siglongjmp(cs->jmp_env, 1);
}

void cpu_loop_exit_restore(CPUState *cs)
{
    cpu_restore_pc(cs);
    cpu_loop_exit(cs);
}

void cpu_look_for_interrupts(CPUState *cs)
{
    if (tcg_cpu(cs)) {
        tcg_request_exit(tcg_cpu(cs));
    }
    if (tcg_state.icount) {
        tcg_icount_expire();
    }
}

/* ---- finding blocks ---- */

/* A debugger has to see every pc here. */
static bool is_debugged(CPUState *cs, uint64_t pc)
{
    return cs->singlestep_enabled || tcg_page_has_breakpoint(cs, pc);
}

/* (tb_lock) */
static void link_edge(TBEdge *e, TranslationBlock *tb)
{
    const TranslationBlock *owner = tb_of_edge(e);

    if (!owner->dead && !(tb->mode & MODE_DEBUG) &&
        (owner->ram_addr & GUEST_PAGE_MASK) == (tb->ram_addr & GUEST_PAGE_MASK) &&
        e->off == tb->off && owner->mode == tb->mode) {
        tb_link(e, tb);
    }
}

/* The edge whose code has the address @at in it. */
static TBEdge *edge_taken(uint64_t at)
{
    TranslationBlock *tb = tcg_cache_find((uint8_t *)at - 1); /* it may be the block's end */

    assert(tb);
    for (TBEdge *e = tb->edge; e < tb->edge + tb->n_edges; e++) {
        if (e->patch && tb->code + e->unlinked + e->taken == (uint8_t *)at) {
            return e;
        }
    }
    g_assert_not_reached();
}

/* A block that runs once: of one instruction, or on the way that is being recorded. */
static TranslationBlock *passing_block(CPUState *cs, TBRequest *rq)
{
    TCGCpu *t = tcg_cpu(cs);

    rq->keep = false;
    if (t->one_insn) {
        rq->max_insns = 1;
    }
    TranslationBlock *tb = tb_generate(cs, rq);
    if (tb) {
        t->one_insn = false;
        if (t->trace.state == TRACE_RECORDING) {
            tcg_trace_block(t, tb);
        }
    }
    return tb;
}

/* (tb_lock) The block that is to be kept for @rq: an old one or a new one. */
static TranslationBlock *lasting_block(CPUState *cs, ContextSlot *s, const TBRequest *rq)
{
    TCGCpu *t = tcg_cpu(cs);
    TranslationBlock *tb = NULL;

    tcg_state.stats.lookups++;
    if (t->sampled) {
        t->sampled = false;
        tcg_dense_sampled(rq->addr);
    }
    if (t->trace.state == TRACE_DONE) {
        tb = tcg_make_region(cs, rq->addr, rq->page, rq->mode);
    }
    if (!tb) {
        tb = tb_lookup(rq->addr, rq->mode);
    }
    if (!tb) {
        tb = tb_generate(cs, rq);
    }
    if (tb) {
        if (!tcg_state.interp && !(rq->mode & MODE_DEBUG)) {
            tcg_jump_cache_set(s, rq->pc, tb->code);
        }
        if (t->taken) {
            link_edge(t->taken, tb);
        }
        tcg_cache_touch(tb);
    }
    return tb;
}

/* NULL: the code cache has no room before t->wait_epoch. */
static TranslationBlock *find_block(CPUState *cs, uint64_t pc)
{
    TCGCpu *t = tcg_cpu(cs);
    ContextSlot *s = tcg_current_slot(t);
    TLBFull *f = &s->full[(pc >> 12) & (TCG_TLB_SIZE - 1)];

    if (f->tag != (pc & GUEST_PAGE_MASK) || !(f->prot & PAGE_EXEC) || (pc & 3)) {
        f = tlb_entry(cs, s, pc, 4, MMU_INST_FETCH, false);
    }
    if (!f->host) {
        t->ops->transaction_failed(cs, f->phys | (pc & 0xfff), pc, 4, MMU_INST_FETCH, f->attrs,
                                   MEMTX_DECODE_ERROR);
    }
    f->fetched = true;
    TBRequest rq = { .addr = f->ram_addr + (pc & (GUEST_PAGE - 1)),
                     .page = f->host,
                     .mode = t->ops->get_mode(cs->env_ptr) | f->code_mode,
                     .pc = pc,
                     .max_insns = tcg_state.max_insns,
                     .keep = true };
    if (!t->one_insn && is_debugged(cs, pc)) {
        rq.mode |= MODE_DEBUG;
        rq.max_insns = 1;
    }
    if (t->trace.state != TRACE_OFF && (t->trace.pc != pc || (rq.mode & MODE_DEBUG))) {
        t->trace.state = TRACE_OFF;
    }
    qemu_mutex_lock(&tcg_state.tb_lock);
    bool passing = t->one_insn || t->trace.state == TRACE_RECORDING;
    TranslationBlock *tb = passing ? passing_block(cs, &rq) : lasting_block(cs, s, &rq);
    t->wait_epoch = tb ? 0 : tcg_cache_wait_for();
    if (tb && tcg_state.icount && tb->n_insns > t->env->icount_left) {
        rq.keep = false;
        rq.max_insns = t->env->icount_left;
        tb = tb_generate(cs, &rq);
        t->wait_epoch = tb ? 0 : tcg_cache_wait_for();
    }
    qemu_mutex_unlock(&tcg_state.tb_lock);
    return tb;
}

/* Translated code does the same at indirect entries. */
static void check_entry(CPUState *cs, const TranslationBlock *tb)
{
    TCGCpu *t = tcg_cpu(cs);

    if (!t->env->entry || !tb->entry_mask) {
        return;
    }
    if (!(tb->entry_mask >> t->env->entry & 1)) {
        t->ops->entry_refused(cs);
    }
    t->env->entry = 0;
}

/* ---- running ---- */

static void do_pending(CPUState *cs)
{
    TCGCpu *t = tcg_cpu(cs);

    if (qatomic_read(&t->flush_pending)) {
        qatomic_set(&t->flush_pending, false);
        tlb_do_flush(t);
    }
    if (qatomic_read(&t->unlink_pending)) {
        qatomic_set(&t->unlink_pending, false);
        qemu_mutex_lock(&tcg_state.tb_lock);
        tcg_cache_unlink_all();
        qemu_mutex_unlock(&tcg_state.tb_lock);
    }
    if (qatomic_read(&t->jc_pending)) {
        qatomic_set(&t->jc_pending, false);
        tcg_clear_jump_caches(t);
        tcg_reset_pairs(t);
    }
    tcg_drain_ring(t);
    if (tcg_safe_point(t)) {
        t->taken = NULL;
    }
}

/* True: leave to the thread's loop with cs->exception_index consumed into *ret. */
static bool handle_exception(CPUState *cs, int *ret)
{
    if (cs->exception_index < 0) {
        return false;
    }
    if (cs->exception_index >= EXCP_INTERRUPT) {
        *ret = cs->exception_index;
        cs->exception_index = EXCP_NONE;
        return true;
    }
    TCG_COUNT(tcg_cpu(cs), exceptions);
    if (tcg_state.icount) {
        tcg_icount_hash(tcg_cpu(cs));
    }
    tcg_cpu(cs)->ops->do_interrupt(cs);
    cs->exception_index = cs->singlestep_enabled ? EXCP_DEBUG : EXCP_NONE;
    tcg_reset_pairs(tcg_cpu(cs));
    return handle_exception(cs, ret);
}

static bool handle_requests(CPUState *cs, int *ret)
{
    TCGCpu *t = tcg_cpu(cs);

    /* Back to the depth check alone; then look, so that no later request is lost. */
    qatomic_set(&t->env->limit, t->cold->pair_limit);
    smp_mb();
    do_pending(cs);
    if (qatomic_read(&cs->interrupt_request) && !(cs->singlestep_enabled & SSTEP_NOIRQ)) {
        bool taken;
        bql_lock();
        taken = t->ops->cpu_exec_interrupt(cs, qatomic_read(&cs->interrupt_request));
        bql_unlock();
        if (taken) {
            cs->exception_index = EXCP_NONE;
            TCG_COUNT(t, irqs);
            tcg_reset_pairs(t);
            if (tcg_state.icount) {
                tcg_icount_hash(t);
            }
            if (cs->singlestep_enabled) { /* the step has led to the handler */
                *ret = EXCP_DEBUG;
                return true;
            }
        }
    }
    if (qatomic_read(&cs->exit_request)) {
        qatomic_set(&cs->exit_request, false);
        *ret = EXCP_INTERRUPT;
        return true;
    }
    return false;
}

static void log_exec(CPUState *cs, uint64_t pc, const TranslationBlock *tb)
{
    qemu_log("Trace %d: %p [%016" PRIx64 "/%08x/%u]\n", cs->cpu_index, tb->code + tb->direct, pc,
             tb->mode, tb->n_insns);
    if (qemu_loglevel_mask(CPU_LOG_TB_CPU)) {
        GString *out = g_string_new(NULL);
        CPU_GET_CLASS(cs)->dump_state(cs, out, 0);
        qemu_log("%s", out->str);
        g_string_free(out, true);
    }
}

static int exec_loop(CPUState *cs)
{
    TCGCpu *t = tcg_cpu(cs);
    int ret = EXCP_NONE;

    sigsetjmp(cs->jmp_env, 0);
    t->taken = NULL;
    t->trace.state = TRACE_OFF;
    while (!handle_exception(cs, &ret) && !handle_requests(cs, &ret)) {
        uint64_t pc = *tcg_pc(t);
        if (tcg_state.icount && t->env->icount_left <= 0) {
            if (tcg_icount_expired(t)) {
                return EXCP_INTERRUPT;
            }
            continue;
        }
        tcg_current_slot(t);
        if (!cs->singlestep_enabled && tcg_at_breakpoint(cs, pc)) {
            return EXCP_DEBUG;
        }
        TranslationBlock *tb = find_block(cs, pc);
        if (!tb) {
            return EXCP_INTERRUPT;
        }
        if (tcg_guest_breakpoint(cs, pc)) {
            t->taken = NULL;
            continue;
        }
        if (qemu_loglevel_mask(CPU_LOG_EXEC)) {
            log_exec(cs, pc, tb);
        }
        check_entry(cs, tb);
        t->env->vbase = pc & GUEST_PAGE_MASK;
        t->block = tb;
        if (tcg_state.interp) {
            t->env->icount_left -= tcg_state.icount ? tb->n_insns : 0;
            tcg_interpret(cs, tb);
        } else {
            tcg_state.host->enter(cs->env_ptr, tb->code + tb->direct);
        }
        t->cold->host_ra = 0;
        TCG_COUNT(t, exits[t->cold->exit_code]);
        if (cs->singlestep_enabled) {
            cs->exception_index = EXCP_DEBUG;
        }
        t->taken = t->cold->exit_code == TCG_EXIT_LINK ? edge_taken(t->cold->exit_arg) : NULL;
        if (t->trace.state == TRACE_RECORDING) {
            tcg_trace_step(t);
        } else if (t->cold->exit_code == TCG_EXIT_SAMPLE) {
            t->cold->dense_entries = TCG_DENSE_PERIOD;
            t->sampled = true;
        } else if (t->cold->exit_code == TCG_EXIT_HOT) {
            tcg_trace_begin(t, (TranslationBlock *)t->cold->exit_arg, *tcg_pc(t));
        }
        if (t->cold->pair_sp < t->cold->pair_limit) {
            tcg_reset_pairs(t); /* it is full, or calls that miss the jump cache will fill it */
        }
    }
    return ret;
}

int tcg_cpu_exec(CPUState *cs)
{
    TCGCpu *t = tcg_cpu(cs);

    current_cpu = cs;
    if (cs->halted) {
        if (!cpu_has_work(cs)) {
            return EXCP_HALTED;
        }
        qatomic_set(&cs->halted, 0);
        if (t->ops->woken) {
            t->ops->woken(cs);
        }
    }
    tcg_begin_exec(t);
    int ret = exec_loop(cs);
    tcg_end_exec(t);
    return ret;
}
