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
#include "tcg/eval.h"
#include "tcg/fold-util.h"

/* ---- how wide a value is ---- */

#define MAX_DEPTH 3

static unsigned ubits_at(const TCGContext *s, IRRef ref, unsigned depth);

/* Of the wider and the narrower of two operands. */
static unsigned ubits_max(const TCGContext *s, IRRef a, IRRef b, unsigned depth)
{
    unsigned x = ubits_at(s, a, depth), y = ubits_at(s, b, depth);

    return MAX(x, y);
}

static unsigned ubits_min(const TCGContext *s, IRRef a, IRRef b, unsigned depth)
{
    unsigned x = ubits_at(s, a, depth), y = ubits_at(s, b, depth);

    return MIN(x, y);
}

static unsigned ubits_at(const TCGContext *s, IRRef ref, unsigned depth)
{
    const IRInsn *in = ir_insn(s, ref);
    unsigned width = in->type == IR_I32 ? 32 : 64;
    uint64_t c;

    if (depth == MAX_DEPTH) {
        return width;
    }
    switch (in->op) {
    case IR_const:
        return ir_is_const(s, ref, &c) ? 64 - clz64(c) : width;
    case IR_ext8u:
        return 8;
    case IR_ext16u:
        return 16;
    case IR_ext32u:
    case IR_zext:
    case IR_crc32c:
        return 32;
    case IR_setcond:
        return 1;
    case IR_clz:
    case IR_ctz:
    case IR_ctpop:
        return 7;
    case IR_extract:
        return IR_FIELD_LEN(in->imm);
    case IR_and:
        return ubits_min(s, in->arg[0], in->arg[1], depth + 1);
    case IR_or:
    case IR_xor:
        return ubits_max(s, in->arg[0], in->arg[1], depth + 1);
    case IR_select:
        return ubits_max(s, in->arg[2], in->arg[3], depth + 1);
    case IR_shr:
        return ir_is_const(s, in->arg[1], &c) && c < width ? width - c : width;
    case IR_ld:
    case IR_ldenv:
        return in->memop & MO_SIGN ? width : 8 * memop_size(in->memop);
    case IR_atomic_rmw:
    case IR_atomic_cas:
        return 8 * memop_size(in->memop);
    case IR_vextract:
        return 8u << in->vece;
    default:
        return width;
    }
}

unsigned ir_ubits(const TCGContext *s, IRRef ref)
{
    return ubits_at(s, ref, 0);
}

unsigned ir_sbits(const TCGContext *s, IRRef ref)
{
    const IRInsn *in = ir_insn(s, ref);
    unsigned width = in->type == IR_I32 ? 32 : 64;
    uint64_t c;

    switch (in->op) {
    case IR_const:
        return 64 - clrsb64(in->imm);
    case IR_ext8s:
        return 8;
    case IR_ext16s:
        return 16;
    case IR_ext32s:
        return 32;
    case IR_sextract:
        return IR_FIELD_LEN(in->imm);
    case IR_sar:
        return ir_is_const(s, in->arg[1], &c) && c < width ? width - c : width;
    case IR_ld:
    case IR_ldenv:
        if (in->memop & MO_SIGN) {
            return 8 * memop_size(in->memop);
        }
        break;
    default:
        break;
    }
    return MIN(ir_ubits(s, ref) + 1, width);
}

/* ---- constants and comparisons ---- */

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

static IRRef fold_flags(TCGContext *s, const IRInsn *in)
{
    uint64_t kind, a, b;

    if (!ir_is_const(s, in->arg[0], &kind) || !ir_is_const(s, in->arg[1], &a) ||
        !ir_is_const(s, in->arg[2], &b)) {
        return IR_NONE;
    }
    return ir_const(s, IR_I32, tcg_flags_nzcv(kind, a, b));
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
    if (in->op == IR_flags_nzcv) {
        return fold_flags(s, in);
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
