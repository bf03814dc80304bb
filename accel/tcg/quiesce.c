/* SPDX-License-Identifier: MIT */
/*
 * What one vCPU may take away from under the others: memory of translated code, and entries of
 * their soft TLBs.
 *
 * Code. Freeing a segment of the code cache has two steps. It is retired, under tb_lock: its blocks
 * are killed, so that no look-up and no link leads to them, and the epoch is raised. Still to be
 * gone are jump caches, pair stacks and whoever executes there. Each vCPU comes to a safe point
 * between blocks (in handle_requests; raising the epoch kicks all), where it empties its jump
 * caches and pairs and takes over the new epoch. When every vCPU has done so, or is not executing
 * at all (EPOCH_NONE: it will do so before it executes again), the segment may be used again.
 * Nobody waits inside the CPU loop for this: who needs the segment leaves to the thread's loop, so
 * the big lock and RCU go on, and tries again.
 *
 * TLB. A vCPU's slots are written by its own thread only (but for write protection, see tlb.c). An
 * invalidation for others is put into their rings and they are kicked; DSB then waits until those
 * that are running have emptied their rings. A vCPU that is not executing guest code, or that waits
 * in such a DSB itself, is `tlb_quiet`: it looks into its ring before it uses its TLB again, so
 * nobody waits for it, and two vCPUs that wait for each other go on.
 *
 * Both are announce-then-look hand-shakes: the store of what is announced (op, epoch) and of what
 * is looked at (tlb_quiet, epoch of the vCPU) are each followed by a full barrier.
 */
#include "qemu/osdep.h"
#include "internal.h"

static struct {
    QemuMutex lock;
    QemuCond cond;    /* some vCPU came to a safe point, emptied its ring or went quiet */
    unsigned waiters; /* (atomic) */
} progress;

static void __attribute__((constructor)) progress_init(void)
{
    qemu_mutex_init(&progress.lock);
    qemu_cond_init(&progress.cond);
}

static void made_progress(void)
{
    smp_mb();
    if (qatomic_read(&progress.waiters)) {
        qemu_mutex_lock(&progress.lock);
        qemu_cond_broadcast(&progress.cond);
        qemu_mutex_unlock(&progress.lock);
    }
}

/* ---- the epoch of code ---- */

bool tcg_safe_point(TCGCpu *t)
{
    uint64_t now = qatomic_load_acquire(&tcg_state.epoch);

    if (qatomic_read(&t->epoch) == now) {
        return false;
    }
    if (t->cleared_at != now) {
        tcg_clear_jump_caches(t);
        tcg_reset_pairs(t);
        t->cleared_at = now;
    }
    qatomic_store_release(&t->epoch, now);
    made_progress();
    return true;
}

uint64_t tcg_new_epoch(void)
{
    uint64_t now = qatomic_inc_fetch(&tcg_state.epoch);
    CPUState *cs;

    CPU_FOREACH (cs) {
        if (tcg_cpu(cs)) {
            tcg_request_exit(tcg_cpu(cs));
        }
    }
    return now;
}

bool tcg_epoch_passed(uint64_t epoch)
{
    CPUState *cs;

    CPU_FOREACH (cs) {
        TCGCpu *t = tcg_cpu(cs);
        if (t && qatomic_load_acquire(&t->epoch) < epoch) {
            return false;
        }
    }
    return true;
}

void tcg_wait_epoch(uint64_t epoch)
{
    qemu_mutex_lock(&progress.lock);
    qatomic_inc(&progress.waiters);
    if (!tcg_epoch_passed(epoch)) {
        qemu_cond_timedwait(&progress.cond, &progress.lock, 1);
    }
    qatomic_dec(&progress.waiters);
    qemu_mutex_unlock(&progress.lock);
}

/* ---- TLB invalidations for other vCPUs ---- */

static bool ring_is_empty(const TCGCpu *t)
{
    return qatomic_load_acquire(&t->ring.posted) == qatomic_read(&t->ring.done);
}

void tcg_drain_ring(TCGCpu *t)
{
    struct TCGRemoteOp op[TCG_RING_SIZE];
    unsigned n;
    uint64_t posted;

    if (ring_is_empty(t)) {
        return;
    }
    qemu_spin_lock(&t->ring.lock);
    n = t->ring.n;
    memcpy(op, t->ring.op, MIN(n, TCG_RING_SIZE) * sizeof(op[0]));
    t->ring.n = 0;
    posted = t->ring.posted;
    qemu_spin_unlock(&t->ring.lock);
    if (n > TCG_RING_SIZE) {
        tlb_do_flush(t);
    }
    for (unsigned k = 0; k < n && n <= TCG_RING_SIZE; k++) {
        op[k].fn(t->cs, op[k].arg);
    }
    qatomic_store_release(&t->ring.done, posted);
    made_progress();
}

static void post(TCGCpu *t, TLBRemoteFn *fn, uint64_t arg)
{
    qemu_spin_lock(&t->ring.lock);
    if (t->ring.n < TCG_RING_SIZE) {
        t->ring.op[t->ring.n] = (struct TCGRemoteOp){ fn, arg };
    }
    t->ring.n = MIN(t->ring.n + 1, TCG_RING_SIZE + 1);
    qatomic_store_release(&t->ring.posted, t->ring.posted + 1);
    qemu_spin_unlock(&t->ring.lock);
    tcg_request_exit(t);
}

void tlb_broadcast(CPUState *self, TLBRemoteFn *fn, uint64_t arg)
{
    CPUState *cs;

    CPU_FOREACH (cs) {
        if (cs != self && tcg_cpu(cs)) {
            post(tcg_cpu(cs), fn, arg);
            tcg_cpu(self)->sync_needed = true;
        }
    }
}

static void set_quiet(TCGCpu *t, bool quiet)
{
    qatomic_set_mb(&t->tlb_quiet, quiet);
    if (quiet) {
        made_progress();
    } else {
        tcg_drain_ring(t);
    }
}

static bool has_drained(const TCGCpu *t, uint64_t posted)
{
    return qatomic_load_acquire(&t->tlb_quiet) || qatomic_load_acquire(&t->ring.done) >= posted;
}

#define SPINS 300 /* about as long as a vCPU takes to leave translated code */

static void wait_drained(const TCGCpu *t)
{
    uint64_t posted = qatomic_load_acquire(&t->ring.posted);

    for (unsigned k = 0; k < SPINS; k++) {
        if (has_drained(t, posted)) {
            return;
        }
        cpu_relax();
    }
    qemu_mutex_lock(&progress.lock);
    qatomic_inc(&progress.waiters);
    while (!has_drained(t, posted)) {
        qemu_cond_wait(&progress.cond, &progress.lock);
    }
    qatomic_dec(&progress.waiters);
    qemu_mutex_unlock(&progress.lock);
}

void tlb_sync(CPUState *self)
{
    TCGCpu *t = tcg_cpu(self);
    CPUState *cs;

    if (likely(!t->sync_needed)) {
        return;
    }
    t->sync_needed = false;
    smp_mb(); /* the ops are posted; now look at who is quiet */
    set_quiet(t, true);
    CPU_FOREACH (cs) {
        if (cs != self && tcg_cpu(cs)) {
            wait_drained(tcg_cpu(cs));
        }
    }
    set_quiet(t, false);
}

/* ---- entering and leaving guest code ---- */

void tcg_begin_exec(TCGCpu *t)
{
    if (t->cur && !tcg_state.interp) {
        tcg_state.host->set_slot(t->cur->fast); /* the thread may serve several vCPUs */
    }
    qatomic_set_mb(&t->epoch, 0); /* none that is retired from here on is passed */
    tcg_safe_point(t);
    set_quiet(t, false);
}

void tcg_end_exec(TCGCpu *t)
{
    qatomic_store_release(&t->epoch, EPOCH_NONE);
    set_quiet(t, true);
}
