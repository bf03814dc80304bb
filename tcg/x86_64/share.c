/* SPDX-License-Identifier: MIT */
/*
 * Sharing of memory checks: accesses of a block from the same address, some constants apart (a
 * stack frame, the fields of a structure, an unrolled loop), mostly lie in one page. The first of
 * them, the leader, asks whether the bytes of all do; if so it leaves the page's addend in
 * cold->share, and the others take it from there. If not, it leaves 0 there and makes its own check
 * out of line, and so does each of the others: nothing has to be undone, and each fault is raised
 * where it belongs.
 *
 * What is in cold->share stays good until the block ends: pages of RAM do not go away while a block
 * runs, and other vCPUs' TLB invalidations are taken between blocks. A device access of the block
 * itself may change what is mapped: it clears cold->share. Behind calls of C functions that may do
 * anything nothing is shared.
 *
 * Only blocks that loop to themselves are looked at: elsewhere the addend's way through memory
 * costs what the checks saved (system calls and short functions took 1.05 of the time).
 *
 * Reads join reads and writes join writes: a page may be writable and not readable, or the reverse.
 */
#include "gen.h"

#define MAX_OPEN 8
#define MAX_SPAN 256

typedef struct OpenGroup {
    IRRef leader, root;
    int64_t lo, hi; /* of all accesses, from root */
    int64_t at;     /* of the leader's own */
    unsigned n;     /* index in g->share; MAX_SHARED: nobody has joined */
    bool write;
} OpenGroup;

typedef struct OpenGroups {
    OpenGroup group[MAX_OPEN];
    unsigned n, next; /* the one to be forgotten when the table is full */
} OpenGroups;

/* @ref as a value plus a constant. */
static IRRef root_of(const IRBlock *ir, IRRef ref, int64_t *offset)
{
    *offset = 0;
    while (ir->insns[ref].op == IR_add && ir->insns[ref].type == IR_I64) {
        const IRInsn *in = &ir->insns[ref], *c = &ir->insns[in->arg[1]];
        if (c->op != IR_const || c->imm != (int32_t)c->imm) {
            break;
        }
        *offset += c->imm;
        ref = in->arg[0];
    }
    return ref;
}

static bool may_share(const IRInsn *in)
{
    return !(in->memop & (MO_ALIGN | MO_ALIGN_16 | MO_ATOMIC | MO_PROBE | MO_UNPRIV));
}

static bool join(Gen *g, OpenGroups *o, const OpenGroup *c)
{
    for (unsigned k = 0; k < o->n; k++) {
        OpenGroup *p = &o->group[k];
        int64_t lo = MIN(p->lo, c->lo), hi = MAX(p->hi, c->hi);
        if (p->root != c->root || p->write != c->write || hi - lo > MAX_SPAN) {
            continue;
        }
        if (p->n == MAX_SHARED) {
            if (g->n_shared == MAX_SHARED) {
                continue;
            }
            p->n = g->n_shared++;
            g->share_of[p->leader] = SHARE_LEADS | p->n;
        }
        p->lo = lo;
        p->hi = hi;
        g->share_of[c->leader] = p->n;
        g->shared[p->n] = (SharedCheck){ (int32_t)(lo - p->at), (uint32_t)(hi - lo) };
        return true;
    }
    return false;
}

static void walk_check(Gen *g, OpenGroups *o, IRRef ref)
{
    const IRInsn *in = &g->ir->insns[ref];
    OpenGroup c = { .leader = ref, .n = MAX_SHARED, .write = in->op == IR_mmu_w };

    g->share_of[ref] = SHARE_NONE;
    if (!g->loops || !may_share(in)) {
        return;
    }
    c.root = root_of(g->ir, in->arg[0], &c.at);
    c.at += in->disp;
    c.lo = c.at;
    c.hi = c.at + memop_span(in->memop);
    if (join(g, o, &c)) {
        return;
    }
    o->group[o->n < MAX_OPEN ? o->n++ : o->next++ % MAX_OPEN] = c;
}

void share_checks(Gen *g)
{
    OpenGroups o;

    o.n = o.next = 0;
    g->n_shared = 0;
    for (unsigned n = 1; n < g->ir->n; n++) {
        const IRInsn *in = &g->ir->insns[n];

        if (in->op == IR_mmu_r || in->op == IR_mmu_w) {
            walk_check(g, &o, n);
        } else if (in->op == IR_mmu_t) {
            g->share_of[n] = SHARE_NONE;
        } else if (in->op == IR_call && !(g->ir->calls[in->imm].flags & TCG_CALL_PURE)) {
            o.n = 0;
        }
    }
}
