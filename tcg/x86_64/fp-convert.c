/* SPDX-License-Identifier: MIT */
/*
 * Floating-point comparison into flags, rounding and conversions.
 *
 * To integers: the value is rounded by the wanted mode without raising inexact, converted (which is
 * exact then), its range tested, and last the original is converted to nowhere, for the inexact
 * exception. So one that is out of range raises invalid only, as the guest's.
 */
#include "gen.h"

#define FPREG(v)      (16 + (v))
#define ROUND_NO_PE   8
#define ROUND_MXCSR   4
#define ROUND_TO_ZERO 3
#define PRED_NLT_UQ   0x15

/* Of round_imm: the host does not have it. */
#define ROUND_TIES_AWAY -1

static int round_imm(unsigned fpcvt)
{
    static const int8_t imm[8] = { 0, 2, 1, 3, ROUND_TIES_AWAY, ROUND_MXCSR, -1, -1 };

    return imm[fpcvt & FPCVT_RMODE];
}

static int sd_or_ss(unsigned fmt)
{
    return M_0F | (fmt == MO_64 ? P_F2 : P_F3);
}

/* 0 less, 1 equal, 2 greater: 1 + above - below. */
static bool gen_fcmp(Gen *g, const IRInsn *i)
{
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);
    int d = def_reg(g);
    Asm *s = &g->a;

    asm_rr(s, 0x33, d, d);
    asm_vex_rr(s, (i->imm ? 0x2f : 0x2e) | M_0F | (i->vece == MO_64 ? P_66 : 0), a, 0, b);
    uint8_t *from = asm_jcc(s, CC_P, NULL);
    asm_rr(s, (0x90 + CC_A) | M_0F | O_BYTE, 0, d);
    asm_alu_ri(s, false, ALU_SBB, d, -1);
    fp_cold(g, from, (int[3]){ FPREG(a), FPREG(b), NOREG }, d)->join = s->p;
    return true;
}

static int prefix_of(unsigned fmt, bool scalar)
{
    return scalar ? sd_or_ss(fmt) : M_0F | (fmt == MO_64 ? P_66 : 0);
}

static void emit_round(Gen *g, unsigned fmt, bool scalar, int d, int a, int imm)
{
    asm_vex_rr(&g->a, (0x08 + (fmt == MO_64) + 2 * scalar) | M_0F3A | P_66, d, scalar ? a : 0, a);
    asm_byte(&g->a, imm);
}

/*
 * @a, finite, to the nearest integer, ties away from zero: t + trunc(2 (a - t)) where t = trunc(a).
 * Every step is exact, so it raises nothing. A zero may have the wrong sign.
 */
static void emit_round_away(Gen *g, unsigned fmt, bool scalar, int d, int a)
{
    int prefix = prefix_of(fmt, scalar);

    emit_round(g, fmt, scalar, XTMP0, a, ROUND_TO_ZERO | ROUND_NO_PE);
    asm_vex_rr(&g->a, 0x5c | prefix, XTMP1, a, XTMP0);
    asm_vex_rr(&g->a, 0x58 | prefix, XTMP1, XTMP1, XTMP1);
    emit_round(g, fmt, scalar, XTMP1, XTMP1, ROUND_TO_ZERO | ROUND_NO_PE);
    asm_vex_rr(&g->a, 0x58 | prefix, d, XTMP0, XTMP1);
}

/* The branch taken if a lane of @a is not finite. */
static uint8_t *check_finite(Gen *g, unsigned fmt, bool scalar, int a)
{
    bool is_double = fmt == MO_64;
    Asm *s = &g->a;

    asm_vex_const(s, 0x54 | M_0F, XTMP0, a, is_double ? K_ABS_D : K_ABS_S, 0);
    if (scalar) { /* equal or unordered */
        asm_vex_const(s, 0x2e | M_0F | (is_double ? P_66 : 0), XTMP0, 0,
                      is_double ? K_EXP_D : K_EXP_S, 0);
        return asm_jcc(s, CC_E, NULL);
    }
    asm_vex_const(s, 0xc2 | prefix_of(fmt, false), XTMP0, XTMP0, is_double ? K_EXP_D : K_EXP_S, 1);
    asm_byte(s, PRED_NLT_UQ);
    asm_vex_rr(s, (is_double ? 0x0f : 0x0e) | M_0F38 | P_66, XTMP0, 0, XTMP0);
    return asm_jcc(s, CC_NE, NULL);
}

static void gen_frint_away(Gen *g, const IRInsn *i)
{
    int a = use_vec(g, i->arg[0]);
    int d = def_vec_distinct(g);
    uint8_t *from = check_finite(g, i->vece, i->imm == 1, a);

    emit_round_away(g, i->vece, i->imm == 1, d, a);
    asm_vex_const(&g->a, 0x54 | M_0F, d, d, i->vece == MO_64 ? K_ABS_D : K_ABS_S, 0);
    asm_vex_const(&g->a, 0x54 | M_0F, XTMP1, a, i->vece == MO_64 ? K_SIGN_D : K_SIGN_S, 0);
    asm_vex_rr(&g->a, 0x56 | M_0F, d, d, XTMP1);
    fp_cold(g, from, (int[3]){ FPREG(a), NOREG, NOREG }, FPREG(d))->join = g->a.p;
}

static bool gen_frint(Gen *g, const IRInsn *i)
{
    bool scalar = i->imm == 1;
    int imm = round_imm(i->cond);

    if (imm == ROUND_TIES_AWAY && (i->cond & 8)) {
        return false;
    }
    if (imm == ROUND_TIES_AWAY) {
        gen_frint_away(g, i);
        return true;
    }
    int a = use_vec(g, i->arg[0]);
    int d = def_vec_distinct(g);
    emit_round(g, i->vece, scalar, d, a, imm | (i->cond & 8 ? 0 : ROUND_NO_PE));
    fp_check(g, i->vece, scalar, false, (int[3]){ FPREG(a), NOREG, NOREG }, d);
    return true;
}

static bool gen_fcvt_ff(Gen *g, const IRInsn *i)
{
    if (i->imm == MO_16) {
        return gen_fp_half_convert(g, i);
    }
    int a = use_vec(g, i->arg[0]);
    int d = def_vec_distinct(g);
    asm_vex_rr(&g->a, 0x5a | sd_or_ss(i->vece), d, a, a);
    fp_check(g, i->imm, true, i->imm == MO_32, (int[3]){ FPREG(a), NOREG, NOREG }, d);
    return true;
}

/* cvttss2si and its like: xmm @a to @d, of 64 bits if @w. */
static void emit_to_int(Gen *g, unsigned fmt, bool w, int d, int a)
{
    asm_vex_rr(&g->a, 0x2c | sd_or_ss(fmt) | (w ? O_W : 0), d, 0, a);
}

/* The branch taken if xmm14, rounded, is 2^63 or more or a NaN: the host would raise invalid. */
static uint8_t *check_large(Gen *g, unsigned fmt)
{
    bool is_double = fmt == MO_64;

    asm_vex_const(&g->a, 0x10 | sd_or_ss(fmt), XTMP1, 0, is_double ? K_2POW63_D : K_2POW63_S, 0);
    asm_vex_rr(&g->a, 0x2e | M_0F | (is_double ? P_66 : 0), XTMP1, 0, XTMP0);
    return asm_jcc(&g->a, CC_BE, NULL);
}

/* The branch taken if @d, converted from a rounded value, is out of range. */
static uint8_t *check_range(Gen *g, unsigned cvt, int d, int t)
{
    Asm *s = &g->a;

    switch (cvt & (FPCVT_UNSIGNED | FPCVT_I32)) {
    case FPCVT_UNSIGNED:
        asm_rr(s, 0x85 | O_W, d, d);
        return asm_jcc(s, CC_S, NULL);
    case FPCVT_UNSIGNED | FPCVT_I32:
        asm_mov_rr(s, false, t, d);
        asm_rr(s, ALU_RR(ALU_CMP) | O_W, t, d);
        return asm_jcc(s, CC_NE, NULL);
    default: /* the "integer indefinite" is the smallest one: subtracting 1 overflows */
        asm_alu_ri(s, !(cvt & FPCVT_I32), ALU_CMP, d, 1);
        return asm_jcc(s, CC_O, NULL);
    }
}

/* 2^n in @x, by way of @t. */
static void emit_power(Gen *g, unsigned fmt, int x, int n, int t)
{
    bool is_double = fmt == MO_64;

    asm_mov_ri(&g->a, t, is_double ? (1023ull + n) << 52 : (127ull + n) << 23, false);
    asm_vex_rr(&g->a, 0x6e | M_0F | P_66 | (is_double ? O_W : 0), x, 0, t); /* vmovd, vmovq */
}

/*
 * A fixed-point result is an integer of @a * 2^scale, which goes to @d. The branch taken if that
 * is 2^63 or more, so that it neither overflows nor is too large for the host's conversion.
 */
static uint8_t *emit_scaled(Gen *g, unsigned fmt, int d, int a, int scale, int t)
{
    bool is_double = fmt == MO_64;
    uint8_t *from;

    asm_vex_const(&g->a, 0x54 | M_0F, XTMP0, a, is_double ? K_ABS_D : K_ABS_S, 0);
    emit_power(g, fmt, XTMP1, 63 - scale, t);
    asm_vex_rr(&g->a, 0x2e | M_0F | (is_double ? P_66 : 0), XTMP1, 0, XTMP0);
    from = asm_jcc(&g->a, CC_BE, NULL);
    emit_power(g, fmt, XTMP1, scale, t);
    asm_vex_rr(&g->a, 0x59 | sd_or_ss(fmt), d, a, XTMP1);
    return from;
}

static bool gen_fcvt_fi(Gen *g, const IRInsn *i)
{
    unsigned cvt = i->imm, scale = cvt >> FPCVT_SCALE_SHIFT;
    int imm = round_imm(cvt);
    bool is_signed = !(cvt & FPCVT_UNSIGNED);
    bool w = !(cvt & FPCVT_I32) || !is_signed;
    unsigned fmt = i->vece;
    int a = use_vec(g, i->arg[0]), x = a;
    int t = scratch_reg(g);
    uint8_t *from, *from2 = NULL;

    if (fmt == MO_16) {
        fmt = MO_32;
        x = scratch_vec(g);
        fp_widen_half(g, x, a);
    }
    int y = scale && imm == ROUND_TIES_AWAY ? scratch_vec(g) : XTMP1;
    int d = def_reg(g);
    if (scale) {
        from2 = emit_scaled(g, fmt, y, x, scale, t);
        x = y;
    }
    if (imm == ROUND_TO_ZERO && is_signed) { /* the host's own conversion */
        emit_to_int(g, fmt, w, d, x);
        from = check_range(g, cvt, d, t);
    } else {
        if (imm == ROUND_TIES_AWAY) {
            emit_round_away(g, fmt, true, XTMP0, x);
        } else {
            emit_round(g, fmt, true, XTMP0, x, imm | ROUND_NO_PE);
        }
        if (!is_signed && !(cvt & FPCVT_I32) && !scale) {
            from2 = check_large(g, fmt);
        }
        emit_to_int(g, fmt, w, d, XTMP0);
        from = check_range(g, cvt, d, t);
        emit_to_int(g, fmt, true, t, x);
    }
    ColdPath *c = fp_cold(g, from, (int[3]){ FPREG(a), NOREG, NOREG }, d);
    c->from2 = from2;
    c->join = g->a.p;
    return true;
}

static bool gen_fcvt_if(Gen *g, const IRInsn *i)
{
    unsigned cvt = i->imm, scale = cvt >> FPCVT_SCALE_SHIFT;
    bool is32 = cvt & FPCVT_I32, is_unsigned = cvt & FPCVT_UNSIGNED;
    uint8_t *from = NULL;
    bool to_half = i->vece == MO_16;
    unsigned fmt = to_half ? MO_32 : i->vece;
    Asm *s = &g->a;

    if (to_half && scale) {
        return false; /* rounding twice would be wrong */
    }
    int a = use_reg(g, i->arg[0]);
    int t = scale || (is32 && is_unsigned) ? scratch_reg(g) : a;
    int d = def_vec(g);
    int x = a;

    if (is32 && is_unsigned) {
        asm_mov_rr(s, false, t, a);
        x = t;
    } else if (is_unsigned) { /* from 2^63 on: rare, exact */
        asm_rr(s, 0x85 | O_W, a, a);
        from = asm_jcc(s, CC_S, NULL);
    }
    asm_vex_rr(s, 0x57 | M_0F, d, d, d);
    asm_vex_rr(s, 0x2a | sd_or_ss(fmt) | (is32 && !is_unsigned ? 0 : O_W), d, d, x);
    if (scale) { /* exact */
        emit_power(g, fmt, XTMP0, -(int)scale, t);
        asm_vex_rr(s, 0x59 | sd_or_ss(fmt), d, d, XTMP0);
    }
    if (to_half) { /* what a single does not hold exactly is too large for a half */
        fp_narrow_half(g, d, d);
    }
    if (from) {
        fp_cold(g, from, (int[3]){ a, NOREG, NOREG }, FPREG(d))->join = s->p;
    }
    return true;
}

bool gen_fp_convert(Gen *g, const IRInsn *i)
{
    switch (i->op) {
    case IR_fcmp:
        return gen_fcmp(g, i);
    case IR_frint:
        return gen_frint(g, i);
    case IR_fcvt_ff:
        return gen_fcvt_ff(g, i);
    case IR_fcvt_fi:
        return gen_fcvt_fi(g, i);
    case IR_fcvt_if:
        return gen_fcvt_if(g, i);
    default:
        return false;
    }
}
