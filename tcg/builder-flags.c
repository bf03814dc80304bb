/* SPDX-License-Identifier: MIT */
/*
 * Symbolic flags in the builder.
 *
 * Setting flags writes three globals, {kind, a, b}, whose values the block remembers; a condition
 * on flags of a known kind becomes one comparison of the operands, and NZCV is built only for who
 * asks for it. At least 94 % of the readers of flags stand in the block of their setter.
 *
 * The identities used (W bits; S signed, U unsigned order):
 *   SUB   a - b:  EQ a == b; CS a >=U b; HI a >U b; GE a >=S b; GT a >S b; MI a - b <S 0
 *   ADD   a + c, c constant, c not 0 and not MIN: the flags are those of a - (-c)
 *   ADD   a + b:  CS a + b <U a
 *   LOGIC a:      C = V = 0, so GE is PL, GT is a >S 0, HI never
 *
 * Conditional flags (CCMP) are {kind, a, b} where a value `cond` is not 0, else a constant: a
 * condition on them is that on {kind, a, b} and, or or not with cond. In the state they have a kind
 * that is selected at run time, so NZCV need not be built for them either.
 */
#include "qemu/osdep.h"
#include "tcg/builder.h"

#define NZCV_N 0x80000000u
#define NZCV_Z 0x40000000u
#define NZCV_C 0x20000000u
#define NZCV_V 0x10000000u

/* ---- setting ---- */

static void write_flags(TCGContext *s, FlagKind kind, IRRef a, IRRef b, IRRef res)
{
    assert(s->var_flag_kind && s->var_flag_a && s->var_flag_b);
    ir_write(s, s->var_flag_a, IR_I64, a);
    if (b) {
        ir_write(s, s->var_flag_b, IR_I64, b);
    }
    ir_write(s, s->var_flag_kind, IR_I32, ir_const(s, IR_I32, kind));
    s->flags = (TCGFlagState){ .known = true, .kind = kind, .a = a, .b = b, .res = res };
}

void tcg_gen_setflags(FlagKind kind, TCGv_i64 a, TCGv_i64 b, const TCGv_i64 *res)
{
    bool binary = kind >= FLAGS_ADD32 && kind <= FLAGS_SUB64;
    IRRef ra = rd64(a);
    IRRef rb = binary ? rd64(b) : IR_NONE;

    write_flags(tcg_ctx, kind, ra, rb, res && binary ? rd64(*res) : IR_NONE);
}

void tcg_gen_setflags_nzcv(TCGv_i64 nzcv)
{
    write_flags(tcg_ctx, FLAGS_NZCV, rd64(nzcv), IR_NONE, IR_NONE);
}

void tcg_gen_setflags_if(FlagCond cc, FlagKind kind, TCGv_i64 a, TCGv_i64 b, uint32_t nzcv)
{
    TCGContext *s = tcg_ctx;
    IRCmp c = ir_flagtest(s, cc);
    IRRef ra = rd64(a), rb = rd64(b);
    IRRef cond = ir_setcond(s, c.cond, IR_I64, c.type, c.a, c.b);
    IRRef k = ir_select(s, c.cond, IR_I32, c.type, c.a, c.b, ir_const(s, IR_I32, kind),
                        ir_const(s, IR_I32, FLAGS_NZCV));
    IRRef x = ir_select(s, c.cond, IR_I64, c.type, c.a, c.b, ra, ir_const(s, IR_I64, nzcv));
    TCGFlagState state = { true, kind, ra, rb, IR_NONE, cond, nzcv };
    uint64_t known;

    ir_write(s, s->var_flag_a, IR_I64, x);
    ir_write(s, s->var_flag_b, IR_I64, rb);
    ir_write(s, s->var_flag_kind, IR_I32, k);
    if (ir_is_const(s, cond, &known)) {
        state = (TCGFlagState){ .known = true, .kind = known ? kind : FLAGS_NZCV, .a = x, .b = rb };
    }
    s->flags = state;
}

/* ---- NZCV ---- */

static IRRef emit_nzcv(TCGContext *s, IRRef kind, IRRef a, IRRef b)
{
    IRInsn in = { .op = IR_flags_nzcv, .type = IR_I32, .arg = { kind, a, b } };

    return ir_emit(s, &in);
}

/* Of flags of a known kind, leaving aside `cond`. */
static IRRef known_nzcv(TCGContext *s)
{
    const TCGFlagState *f = &s->flags;

    if (f->kind == FLAGS_NZCV) {
        return ir_op2(s, IR_and, IR_I32, ir_op1(s, IR_trunc, IR_I32, f->a),
                      ir_const(s, IR_I32, NZCV_N | NZCV_Z | NZCV_C | NZCV_V));
    }
    return emit_nzcv(s, ir_const(s, IR_I32, f->kind), f->a, f->b ? f->b : ir_const(s, IR_I64, 0));
}

IRRef ir_flags_nzcv(TCGContext *s)
{
    const TCGFlagState *f = &s->flags;
    IRRef kind, a, b, r;

    if (!f->known) {
        kind = ir_read(s, s->var_flag_kind, IR_I32);
        a = ir_read(s, s->var_flag_a, IR_I64);
        b = ir_read(s, s->var_flag_b, IR_I64);
        return emit_nzcv(s, kind, a, b);
    }
    r = known_nzcv(s);
    if (f->cond) {
        r = ir_select(s, TCG_COND_NE, IR_I32, IR_I64, f->cond, ir_const(s, IR_I64, 0), r,
                      ir_const(s, IR_I32, f->nzcv & 0xf0000000u));
    }
    return r;
}

void tcg_gen_getflags_nzcv(TCGv_i64 ret)
{
    wr64(ret, ir_op1(tcg_ctx, IR_zext, IR_I64, ir_flags_nzcv(tcg_ctx)));
}

void tcg_gen_getflags_c(TCGv_i64 ret)
{
    tcg_gen_flags_setcond_i64(FC_CS, ret);
}

/* ---- conditions; each gives the test for the even condition, the caller inverts ---- */

static IRCmp cmp_zero(TCGContext *s, TCGCond cond, IRType type, IRRef a)
{
    return (IRCmp){ cond, type, a, ir_const(s, type, 0) };
}

static IRCmp test_bit(TCGContext *s, IRRef f, uint32_t bits)
{
    return (IRCmp){ TCG_COND_TSTNE, IR_I32, f, ir_const(s, IR_I32, bits) };
}

/* N Z C V in bits 31..28 of @f. V shifted to N's place compares them. */
static IRCmp test_nzcv(TCGContext *s, FlagCond cc, IRRef f)
{
    IRRef t;

    switch (cc) {
    case FC_EQ:
        return test_bit(s, f, NZCV_Z);
    case FC_CS:
        return test_bit(s, f, NZCV_C);
    case FC_MI:
        return test_bit(s, f, NZCV_N);
    case FC_VS:
        return test_bit(s, f, NZCV_V);
    case FC_HI:
        t = ir_op2(s, IR_and, IR_I32, f, ir_const(s, IR_I32, NZCV_C | NZCV_Z));
        return (IRCmp){ TCG_COND_EQ, IR_I32, t, ir_const(s, IR_I32, NZCV_C) };
    default:
        t = ir_op2(s, IR_shl, IR_I32, f, ir_const(s, IR_I32, 3));
        t = ir_op2(s, IR_xor, IR_I32, f, t);
        if (cc == FC_GE) {
            return (IRCmp){ TCG_COND_TSTEQ, IR_I32, t, ir_const(s, IR_I32, NZCV_N) };
        }
        t = ir_op2(s, IR_and, IR_I32, t, ir_const(s, IR_I32, NZCV_N));
        f = ir_op2(s, IR_and, IR_I32, f, ir_const(s, IR_I32, NZCV_Z));
        return cmp_zero(s, TCG_COND_EQ, IR_I32, ir_op2(s, IR_or, IR_I32, t, f));
    }
}

static IRCmp test_logic(TCGContext *s, FlagCond cc, IRType type, IRRef a)
{
    static const uint8_t cond[] = {
        [FC_EQ] = TCG_COND_EQ,    [FC_MI] = TCG_COND_LT,    [FC_GE] = TCG_COND_GE,
        [FC_GT] = TCG_COND_GT,    [FC_CS] = TCG_COND_NEVER, [FC_VS] = TCG_COND_NEVER,
        [FC_HI] = TCG_COND_NEVER,
    };

    return cmp_zero(s, cond[cc], type, a);
}

/* Overflow of a + b or a - b: the result's sign is wrong against the first operand's. */
static IRCmp test_overflow(TCGContext *s, IRType type, bool is_sub, IRRef a, IRRef b, IRRef res)
{
    IRRef x = ir_op2(s, IR_xor, type, is_sub ? a : res, b);
    IRRef y = ir_op2(s, IR_xor, type, a, res);

    return cmp_zero(s, TCG_COND_LT, type, ir_op2(s, IR_and, type, x, y));
}

static IRCmp test_sub(TCGContext *s, FlagCond cc, IRType type, IRRef a, IRRef b, IRRef res)
{
    static const uint8_t cond[] = {
        [FC_EQ] = TCG_COND_EQ, [FC_CS] = TCG_COND_GEU, [FC_HI] = TCG_COND_GTU,
        [FC_GE] = TCG_COND_GE, [FC_GT] = TCG_COND_GT,
    };
    uint64_t k;

    if (cc == FC_EQ && res && (ir_is_stale(s, s->flags.a) || ir_is_stale(s, s->flags.b))) {
        return cmp_zero(s, TCG_COND_EQ, type, res);
    }
    if (cc == FC_VS && type == IR_I64 && ir_is_const(s, b, &k) && k - 1 < INT64_MAX) {
        return (IRCmp){ TCG_COND_LT, type, a, ir_const(s, type, k + (UINT64_C(1) << 63)) };
    }
    if (cc == FC_MI || cc == FC_VS) {
        res = res ? res : ir_op2(s, IR_sub, type, a, b);
        return cc == FC_MI ? cmp_zero(s, TCG_COND_LT, type, res)
                           : test_overflow(s, type, true, a, b, res);
    }
    return (IRCmp){ cond[cc], type, a, b };
}

/* Sets *c and returns true for the conditions on a + b that one comparison decides. */
static bool test_add(TCGContext *s, FlagCond cc, IRType type, IRRef a, IRRef b, IRRef res, IRCmp *c)
{
    uint64_t k, min = type == IR_I32 ? 0x80000000u : UINT64_C(1) << 63;

    res = res ? res : ir_op2(s, IR_add, type, a, b);
    switch (cc) {
    case FC_EQ:
        *c = cmp_zero(s, TCG_COND_EQ, type, res);
        return true;
    case FC_MI:
        *c = cmp_zero(s, TCG_COND_LT, type, res);
        return true;
    case FC_VS:
        *c = test_overflow(s, type, false, a, b, res);
        return true;
    case FC_CS:
        *c = (IRCmp){ TCG_COND_LTU, type, res, a };
        return true;
    default:
        if (ir_is_const(s, b, &k) && k != 0 && k != min) {
            *c = test_sub(s, cc, type, a, ir_const(s, type, -k), res);
            return true;
        }
        return false;
    }
}

/* The test for the even condition @cc on flags of a known kind that hold always. */
static IRCmp test_known(TCGContext *s, FlagCond cc)
{
    const TCGFlagState *f = &s->flags;
    bool is32 = f->kind == FLAGS_ADD32 || f->kind == FLAGS_SUB32 || f->kind == FLAGS_LOGIC32;
    IRType type = is32 ? IR_I32 : IR_I64;
    IRRef a = f->a, b = f->b, res = f->res;
    IRCmp c;

    if (f->kind == FLAGS_NZCV) {
        return test_nzcv(s, cc, known_nzcv(s));
    }
    if (is32) {
        a = ir_op1(s, IR_trunc, IR_I32, a);
        b = b ? ir_op1(s, IR_trunc, IR_I32, b) : b;
        res = res ? ir_op1(s, IR_trunc, IR_I32, res) : res;
    }
    if (f->kind == FLAGS_SUB32 || f->kind == FLAGS_SUB64) {
        return test_sub(s, cc, type, a, b, res);
    }
    if (f->kind == FLAGS_LOGIC32 || f->kind == FLAGS_LOGIC64) {
        return test_logic(s, cc, type, a);
    }
    if (test_add(s, cc, type, a, b, res, &c)) {
        return c;
    }
    return test_nzcv(s, cc, known_nzcv(s));
}

/* The same for conditional flags: inner && cond, or inner || !cond, as the constant says. */
static IRCmp test_conditional(TCGContext *s, FlagCond cc)
{
    const TCGFlagState *f = &s->flags;
    bool otherwise = tcg_flags_test(f->nzcv, cc);
    IRCmp c = test_known(s, cc);
    TCGCond cond = otherwise ? tcg_invert_cond(c.cond) : c.cond;
    IRRef inner = ir_setcond(s, cond, IR_I64, c.type, c.a, c.b);

    return (IRCmp){ otherwise ? TCG_COND_TSTEQ : TCG_COND_TSTNE, IR_I64, inner, f->cond };
}

IRCmp ir_flagtest(TCGContext *s, FlagCond cc)
{
    FlagCond even = cc & ~1;
    IRCmp c;

    if (even == FC_AL) {
        return cmp_zero(s, TCG_COND_ALWAYS, IR_I64, ir_const(s, IR_I64, 0));
    }
    if (!s->flags.known) {
        c = test_nzcv(s, even, ir_flags_nzcv(s));
    } else if (s->flags.cond) {
        c = test_conditional(s, even);
    } else {
        c = test_known(s, even);
    }
    if (cc & 1) {
        c.cond = tcg_invert_cond(c.cond);
    }
    return c;
}

/* A 64-bit variable whose low half is the I32 @ref. */
static TCGv_i64 widen(TCGContext *s, IRRef ref)
{
    const IRInsn *in = ir_insn(s, ref);

    return ir_wrap_i64(s, in->op == IR_trunc ? in->arg[0] : ir_op1(s, IR_zext, IR_I64, ref));
}

TCGFlagTest tcg_gen_flagtest(FlagCond cc)
{
    TCGContext *s = tcg_ctx;
    IRCmp c = ir_flagtest(s, cc);
    TCGFlagTest t = { .cond = c.cond, .is32 = c.type == IR_I32 };

    t.a = t.is32 ? widen(s, c.a) : ir_wrap_i64(s, c.a);
    t.b = t.is32 ? widen(s, c.b) : ir_wrap_i64(s, c.b);
    return t;
}

void tcg_gen_flags_movcond_i64(FlagCond cc, TCGv_i64 ret, TCGv_i64 v1, TCGv_i64 v2)
{
    TCGContext *s = tcg_ctx;
    IRRef r1 = rd64(v1), r2 = rd64(v2);
    IRCmp c = ir_flagtest(s, cc);

    wr64(ret, ir_select(s, c.cond, IR_I64, c.type, c.a, c.b, r1, r2));
}

void tcg_gen_flags_setcond_i64(FlagCond cc, TCGv_i64 ret)
{
    TCGContext *s = tcg_ctx;
    IRCmp c = ir_flagtest(s, cc);

    wr64(ret, ir_setcond(s, c.cond, IR_I64, c.type, c.a, c.b));
}
