/* SPDX-License-Identifier: MIT */
/*
 * The second tier: hot loops of several blocks become one block, a region.
 *
 * Heat. In the first tier a backward edge to another block counts down (TranslationBlock.countdown)
 * and leaves to the CPU loop when it is below zero. Loops of a single block need nothing: their
 * edge is their own. A block that has counted down is translated anew without: vCPUs that run the
 * same loop would write to the same cache line in every round, which took two to four times as
 * long.
 *
 * Recording. From the loop's head on, the next round is run block by block: each block is
 * translated once more without links, so every edge comes back here and tells the way. What is
 * executed next is most likely what is executed often. The recording ends in success at the head,
 * and without result at anything but a same-page branch: a call, an exception, an interrupt, an
 * inner loop.
 *
 * The region. The blocks on the recorded way are translated as one: front ends ask
 * translator_follow() which way is on, and emit exits for the others. So values, flags and known
 * facts live across what were edges, branches on the way cost no jump, and the loop closes on the
 * region's own entry with everything that is done for loops of one block. The region takes the
 * place of the head's block; what enters the loop elsewhere still finds first-tier blocks.
 *
 * On the way, offsets rise: a backward branch that does not close the loop ends the recording. So
 * every cycle of blocks and regions still has a backward edge with its limit check.
 *
 * Locking: a recording belongs to its vCPU; what it makes is made under tb_lock.
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "qemu/atomic.h"

#define NAME_BITS 14

static uint64_t counted[(1 << NAME_BITS) / 64]; /* hashes of names; under tb_lock */

static uint64_t *counted_at(ram_addr_t addr, uint32_t mode, uint64_t *bit)
{
    uint64_t h = tb_hash_name(addr, mode) >> (64 - NAME_BITS);

    *bit = 1ull << (h & 63);
    return &counted[h / 64];
}

bool tcg_has_counted(ram_addr_t addr, uint32_t mode)
{
    uint64_t bit, *at = counted_at(addr, mode, &bit);
    bool has = *at & bit;

    *at &= ~bit;
    return has;
}

/* Whether @tb was there still. */
static bool stop_counting(TranslationBlock *tb)
{
    uint64_t bit, *at = counted_at(tb->ram_addr, tb->mode, &bit);

    if (tb->dead) { /* another vCPU was first */
        return false;
    }
    *at |= bit;
    tb_drop(tb);
    return true;
}

void tcg_trace_begin(TCGCpu *t, TranslationBlock *tb, uint64_t pc)
{
    if (tb->dense) { /* it counts again in its usual form */
        qatomic_set(&tb->countdown, tcg_state.hot);
        tcg_dense_hot_loop(tb, pc & (GUEST_PAGE - 1));
        return;
    }
    qemu_mutex_lock(&tcg_state.tb_lock);
    bool first = stop_counting(tb);
    qemu_mutex_unlock(&tcg_state.tb_lock);
    if (!first) {
        return;
    }
    t->trace = (TCGTrace){ .state = TRACE_RECORDING, .pc = pc, .head = pc & (GUEST_PAGE - 1) };
}

void tcg_trace_block(TCGCpu *t, const TranslationBlock *tb)
{
    t->trace.tb = tb;
    t->trace.n_insns += tb->n_insns;
}

/* The recorded block has been left. */
void tcg_trace_step(TCGCpu *t)
{
    TCGTrace *r = &t->trace;
    uint64_t pc = *tcg_pc(t);
    const TBEdge *e = t->taken;
    unsigned off = pc & (GUEST_PAGE - 1);

    if (!e || tb_of_edge(e) != r->tb || e->off != off) {
        r->state = TRACE_OFF;
    } else if (off == r->head) {
        r->state = TRACE_DONE;
    } else if (off <= r->tb->off || r->n == TRACE_MAX_PATH || r->n_insns > TRACE_MAX_INSNS) {
        r->state = TRACE_OFF;
    } else {
        r->path[r->n++] = off;
    }
    r->pc = pc;
    t->taken = NULL;
}

/* (tb_lock) The recorded way as a block in place of the head's. NULL: there is no room. */
TranslationBlock *tcg_make_region(CPUState *cs, ram_addr_t addr, const uint8_t *page, uint32_t mode)
{
    TCGTrace *r = &tcg_cpu(cs)->trace;
    TranslationBlock *old = tb_lookup(addr, mode);
    const TBRequest request = { .addr = addr,
                                .page = page,
                                .mode = mode,
                                .pc = r->pc,
                                .max_insns = TRACE_MAX_INSNS,
                                .keep = true,
                                .path = r->path,
                                .path_len = r->n };

    r->state = TRACE_OFF;
    if (!old) { /* its page was written to, or its segment is gone */
        return NULL;
    }
    TranslationBlock *tb = tb_generate(cs, &request);
    if (tb && !old->dead) {
        tb_drop(old);
        tcg_state.stats.regions++;
    }
    return tb;
}
