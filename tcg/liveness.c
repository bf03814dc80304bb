/* SPDX-License-Identifier: MIT */
/*
 * Liveness: one backward walk over the finished block.
 *
 * Dead sets. `dead` has the globals that will be overwritten before anybody can look: a `set` of
 * one of these does nothing. An exception, an exit and a C function that is not pure find the
 * architectural state, so all sets before them count; a `get` looks at its own global.
 *
 * Uses. Counts, and the last one of each value (the first that is met). A pure operation without
 * uses goes; walking backward, what only it used goes too.
 *
 * Hints. `set g, v` with g pinned ends in g's register. v may be made there from the start if
 * nobody can look at the register between v's definition and the set: no fault point, exit or call
 * (`barrier`: the nearest one behind the walk), and no `get` of g (`get_at`). The set leaves its
 * index as v's wish; at v's definition the wish holds if both are behind it. The back end must
 * still save the old value of g if that is used later. A wish passes through `zext`: the I32 below
 * has the same register contents (unless it is made by `trunc`, which leaves the upper half).
 */
#include "qemu/osdep.h"
#include "tcg/ir.h"

#define MAX_PINS 32

typedef struct Liveness {
    IRBlock *ir;
    bool changed;
    unsigned barrier;
    unsigned get_at[MAX_PINS + 1]; /* by hint */
    uint64_t dead[TCG_MAX_GLOBALS / 64];
    uint16_t wish[IR_MAX_INSNS]; /* of a value with a hint: where it is set */
} Liveness;

static void make_nop(Liveness *l, IRInsn *in)
{
    *in = (IRInsn){ .op = IR_nop };
    l->changed = true;
}

static void use(Liveness *l, IRRef ref, unsigned idx)
{
    IRInsn *def = &l->ir->insns[ref];

    def->uses++;
    if (!def->last_use) {
        def->last_use = idx;
    }
}

static void wish(Liveness *l, IRRef ref, unsigned set_idx, uint8_t hint)
{
    IRInsn *def = &l->ir->insns[ref];

    if (!def->hint && def->op != IR_get) {
        def->hint = hint;
        l->wish[ref] = set_idx;
    }
}

static void walk_set(Liveness *l, IRInsn *in, unsigned idx)
{
    uint64_t bit = UINT64_C(1) << (in->imm & 63), *word = &l->dead[in->imm >> 6];
    int pin = l->ir->globals[in->imm].pin;

    if (*word & bit) {
        make_nop(l, in);
        return;
    }
    *word |= bit;
    if (pin >= 0) {
        assert(pin < MAX_PINS);
        wish(l, in->arg[0], idx, pin + 1);
    }
    use(l, in->arg[0], idx);
}

static void walk_get(Liveness *l, IRInsn *in, unsigned idx)
{
    if (!in->uses) {
        make_nop(l, in);
        return;
    }
    l->dead[in->imm >> 6] &= ~(UINT64_C(1) << (in->imm & 63));
    l->get_at[l->ir->globals[in->imm].pin + 1] = idx;
}

static void look(Liveness *l, unsigned idx, bool at_globals)
{
    l->barrier = idx;
    if (at_globals) {
        memset(l->dead, 0, sizeof(l->dead));
    }
}

/* Hints of a value that is used: the wish holds, or there is none. */
static void walk_hint(Liveness *l, IRInsn *in, unsigned idx)
{
    if (l->wish[idx] > l->barrier || l->wish[idx] > l->get_at[in->hint]) {
        in->hint = 0;
    } else if (in->op == IR_zext && l->ir->insns[in->arg[0]].op != IR_trunc) {
        wish(l, in->arg[0], l->wish[idx], in->hint);
    }
}

static void walk_call(Liveness *l, IRInsn *in, unsigned idx)
{
    const IRCall *call = &l->ir->calls[in->imm];
    bool is_pure = in->op == IR_vcall || (call->flags & TCG_CALL_PURE);

    if (in->op == IR_call && is_pure && !in->uses) {
        make_nop(l, in);
        return;
    }
    if (in->hint) {
        walk_hint(l, in, idx);
    }
    look(l, idx, !is_pure);
    for (unsigned i = 0; i < call->nargs; i++) {
        use(l, call->arg[i], idx);
    }
}

static void walk_other(Liveness *l, IRInsn *in, unsigned idx)
{
    const IROpInfo *info = &ir_op_info[in->op];
    unsigned n = info->nargs;

    if (!in->uses && !(info->flags & IRF_EFFECT)) {
        make_nop(l, in);
        return;
    }
    if (in->hint) {
        walk_hint(l, in, idx);
    }
    if (info->flags & (IRF_FAULT | IRF_EXIT)) {
        look(l, idx, true);
        n = IR_IS_CALL_TB(in->op) && (in->imm & CALL_DIRECT) ? 0 : n;
    }
    for (unsigned i = 0; i < n; i++) {
        use(l, in->arg[i], idx);
    }
}

bool ir_pass_liveness(IRBlock *ir)
{
    IRInsn *insns = ir->insns;
    unsigned n = ir->n;
    Liveness l; /* `wish` stays uninitialised: it is large and mostly unused */

    l.ir = ir;
    l.changed = false;
    l.barrier = n;
    memset(l.get_at, 0xff, sizeof(l.get_at));
    memset(l.dead, 0, sizeof(l.dead));
    for (IRInsn *in = insns + 1; in < insns + n; in++) {
        in->uses = 0;
        in->last_use = 0;
        in->hint = 0;
    }
    for (unsigned i = n - 1; i > 0; i--) {
        IRInsn *in = &insns[i];

        switch (in->op) {
        case IR_nop:
            break;
        case IR_set:
            walk_set(&l, in, i);
            break;
        case IR_get:
            walk_get(&l, in, i);
            break;
        case IR_call:
        case IR_vcall:
            walk_call(&l, in, i);
            break;
        default:
            walk_other(&l, in, i);
        }
    }
    return l.changed;
}
