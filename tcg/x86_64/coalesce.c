/* SPDX-License-Identifier: MIT */
/*
 * On this host a 32-bit operation reads the low half of a register and clears the high half of its
 * result. So `trunc` needs no code: its users, which are 32-bit operations, read the I64. Nor does
 * `zext` of what a 32-bit operation made. After this pass operands' types are only as strict as
 * that; it runs last and in place.
 */
#include "gen.h"

/* Whether the register that holds @i's I32 result has a clear upper half. */
static bool clears_upper(const IRInsn *i)
{
    return i->type == IR_I32 && i->op != IR_get && i->op != IR_trunc;
}

static IRRef resolve(const IRBlock *ir, IRRef v)
{
    for (;;) {
        const IRInsn *i = &ir->insns[v];
        if (i->op == IR_trunc || (i->op == IR_zext && clears_upper(&ir->insns[i->arg[0]]))) {
            v = i->arg[0];
        } else {
            return v;
        }
    }
}

void coalesce(IRBlock *ir)
{
    bool changed = false;

    for (unsigned n = 1; n < ir->n; n++) {
        IRInsn *i = &ir->insns[n];
        bool is_call = i->op == IR_call || i->op == IR_vcall;
        IRCall *call = is_call ? &ir->calls[i->imm] : NULL;
        IRRef *args = is_call ? call->arg : i->arg;
        unsigned nargs = is_call ? call->nargs : ir_op_info[i->op].nargs;

        for (unsigned k = 0; k < nargs; k++) {
            IRRef v = resolve(ir, args[k]);
            changed |= v != args[k];
            args[k] = v;
        }
    }
    if (changed) {
        ir_pass_liveness(ir);
    }
}
