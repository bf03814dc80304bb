/* SPDX-License-Identifier: MIT */
/*
 * Folding while emitting: each operation passes here before it is appended.
 *
 * 1. Operands that are all constant: evaluated by the operation's own row (eval.c).
 * 2. A constant goes to the right: commutative operations, and comparisons by exchanging.
 * 3. Comparisons inside setcond and select are simplified by ir_fold_cmp.
 * 4. The rules of fold.rules, compiled by scripts/gen-fold.py: the first that matches replaces the
 *    operation; its result is emitted through here again.
 *
 * Termination: each rule's result is smaller in the order (number of operations, operations by
 * cost, operands by depth), see the head of fold.rules.
 */
#include "qemu/osdep.h"
#include "tcg/builder.h"
#include "tcg/eval.h"

static bool is_any_const(const TCGContext *s, IRRef ref)
{
    uint64_t v;

    return ir_is_const(s, ref, &v);
}

static IRRef fold_const(TCGContext *s, const IRInsn *in)
{
    unsigned n = ir_op_info[in->op].nargs;
    uint64_t v[2] = { 0, 0 };

    for (unsigned i = 0; i < n; i++) {
        if (!ir_is_const(s, in->arg[i], &v[i])) {
            return IR_NONE;
        }
    }
    return ir_const(s, in->type, ir_eval(in->op, in->type, v[0], v[1], in->imm));
}

static void swap_args(IRInsn *in)
{
    IRRef t = in->arg[0];

    in->arg[0] = in->arg[1];
    in->arg[1] = t;
}

/* The comparison inside @in: known outcome 0 or 1, else -1 with @in simplified. */
static int fold_inner_cmp(TCGContext *s, IRInsn *in)
{
    IRCmp c = { in->cond, in->arg_type, in->arg[0], in->arg[1] };
    int known = ir_fold_cmp(s, &c);

    in->cond = c.cond;
    in->arg_type = c.type;
    in->arg[0] = c.a;
    in->arg[1] = c.b;
    return known;
}

IRRef ir_fold(TCGContext *s, IRInsn *in)
{
    const IROpInfo *info = &ir_op_info[in->op];
    int known;

    if (ir_evaluates(in->op)) {
        IRRef ref = fold_const(s, in);

        if (ref) {
            return ref;
        }
        if ((info->flags & IRF_COMM) && is_any_const(s, in->arg[0])) {
            swap_args(in);
        }
    } else if (in->op == IR_setcond) {
        known = fold_inner_cmp(s, in);
        if (known >= 0) {
            return ir_const(s, in->type, known);
        }
    } else if (in->op == IR_select) {
        known = fold_inner_cmp(s, in);
        if (known >= 0 || in->arg[2] == in->arg[3]) {
            return in->arg[known == 0 ? 3 : 2];
        }
    }
    return ir_fold_rules(s, in);
}

/* Outcome of a comparison that needs no look at how the operands were made; -1: not known. */
static int cmp_known(const TCGContext *s, const IRCmp *c)
{
    uint64_t a, b;

    if (c->cond == TCG_COND_NEVER || c->cond == TCG_COND_ALWAYS) {
        return c->cond == TCG_COND_ALWAYS;
    }
    if (ir_is_const(s, c->a, &a) && ir_is_const(s, c->b, &b)) {
        return ir_eval_cond(c->cond, c->type, a, b);
    }
    if (c->a == c->b && c->cond < TCG_COND_TSTEQ) {
        return ir_eval_cond(c->cond, c->type, 0, 0);
    }
    return -1;
}

int ir_fold_cmp(TCGContext *s, IRCmp *c)
{
    int known;

    do {
        known = cmp_known(s, c);
        if (known >= 0) {
            return known;
        }
        if (is_any_const(s, c->a)) {
            IRRef t = c->a;

            c->a = c->b;
            c->b = t;
            c->cond = tcg_swap_cond(c->cond);
        }
    } while (!s->no_fold && ir_fold_cmp_rules(s, c));
    return -1;
}

IRRef ir_fold_rules(TCGContext *s, const IRInsn *in)
{
    const IRInsn *x = ir_insn(s, in->arg[0]);
    uint64_t c;

    if (in->op == IR_trunc && x->op == IR_zext && !ir_is_stale(s, x->arg[0])) {
        return x->arg[0];
    }
    if (in->op == IR_zext && x->op == IR_trunc && !ir_is_stale(s, x->arg[0])) {
        return ir_op1(s, IR_ext32u, IR_I64, x->arg[0]);
    }
    if ((in->op == IR_add || in->op == IR_sub) && ir_is_const(s, in->arg[1], &c) && c == 0) {
        return in->arg[0];
    }
    return IR_NONE;
}

bool ir_fold_cmp_rules(TCGContext *s, IRCmp *c)
{
    return false;
}
