/* SPDX-License-Identifier: MIT */
/*
 * Liveness: one backward walk that counts uses, finds each value's last use, drops what nobody
 * uses, and says which values are best made in a pinned register.
 *
 * Hints. `set g, v` with g pinned ends in g's register. v may be made there from the start if the
 * architectural state can not be looked at between v's definition and the set: then the register's
 * early change is seen by nobody. A `get` of g looks; so do barriers: fault points, exits, calls. Walking
 * backward, `barrier` counts those passed; a set leaves its wish with the count, and the wish holds
 * at v's definition if the count is still the same. The back end must still save the old value of
 * g if that is used later.
 *
 * A wish passes through `zext`: the I32 below has the same register contents (unless it is made
 * by `trunc`, which leaves the upper half).
 */
#include "qemu/osdep.h"
#include "tcg/ir.h"

typedef struct Liveness {
    IRBlock *ir;
    bool changed;
    uint16_t barrier;
    uint16_t wish_barrier[IR_MAX_INSNS]; /* by value with a hint: `barrier` when it was set */
    uint16_t gets[UINT8_MAX + 1];        /* by hint: `get`s of that register passed */
    uint16_t wish_gets[IR_MAX_INSNS];    /* by value with a hint: `gets` when it was set */
} Liveness;

static bool is_removable(const IRBlock *ir, const IRInsn *in)
{
    if (in->op == IR_call) {
        return ir->calls[in->imm].flags & TCG_CALL_PURE;
    }
    return in->op != IR_nop && !(ir_op_info[in->op].flags & IRF_EFFECT);
}

static bool is_barrier(const IRInsn *in)
{
    return in->op == IR_call || in->op == IR_vcall ||
           (ir_op_info[in->op].flags & (IRF_FAULT | IRF_EXIT));
}

static void wish(Liveness *l, IRRef ref, uint8_t hint)
{
    IRInsn *def = &l->ir->insns[ref];

    if (!def->hint && def->op != IR_get) {
        def->hint = hint;
        l->wish_barrier[ref] = l->barrier;
        l->wish_gets[ref] = l->gets[hint];
    }
}

static void walk_insn(Liveness *l, unsigned idx)
{
    IRBlock *ir = l->ir;
    IRInsn *in = &ir->insns[idx];
    IRRef arg[6];
    unsigned n;

    if (!in->uses && is_removable(ir, in)) {
        *in = (IRInsn){ .op = IR_nop };
        l->changed = true;
        return;
    }
    if (in->hint &&
        (l->wish_barrier[idx] != l->barrier || l->wish_gets[idx] != l->gets[in->hint])) {
        in->hint = 0;
    }
    l->barrier += is_barrier(in);
    if (in->op == IR_get && ir->globals[in->imm].pin >= 0) {
        l->gets[ir->globals[in->imm].pin + 1]++;
    }
    if (in->op == IR_set && ir->globals[in->imm].pin >= 0) {
        wish(l, in->arg[0], ir->globals[in->imm].pin + 1);
    } else if (in->op == IR_zext && in->hint && ir->insns[in->arg[0]].op != IR_trunc) {
        wish(l, in->arg[0], in->hint);
    }
    n = ir_args(ir, in, arg);
    for (unsigned i = 0; i < n; i++) {
        IRInsn *def = &ir->insns[arg[i]];

        def->uses++;
        if (!def->last_use) {
            def->last_use = idx;
        }
    }
}

bool ir_pass_liveness(IRBlock *ir)
{
    Liveness l; /* wish_barrier stays uninitialised: it is large and mostly unused */

    l.ir = ir;
    l.changed = false;
    l.barrier = 0;
    memset(l.gets, 0, sizeof(l.gets));
    for (unsigned i = 1; i < ir->n; i++) {
        ir->insns[i].uses = 0;
        ir->insns[i].last_use = 0;
        ir->insns[i].hint = 0;
    }
    for (unsigned i = ir->n - 1; i > 0; i--) {
        walk_insn(&l, i);
    }
    return l.changed;
}
