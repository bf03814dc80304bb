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

static int round_imm(unsigned fpcvt)
{
    static const int8_t imm[8] = { 0, 2, 1, 3, -1, ROUND_MXCSR, -1, -1 };

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

static bool gen_frint(Gen *g, const IRInsn *i)
{
    bool scalar = i->imm == 1;
    int imm = round_imm(i->cond);

    if (imm < 0) {
        return false;
    }
    int a = use_vec(g, i->arg[0]);
    int d = def_vec_distinct(g);
    asm_vex_rr(&g->a, (0x08 + (i->vece == MO_64) + 2 * scalar) | M_0F3A | P_66, d, scalar ? a : 0,
               a);
    asm_byte(&g->a, imm | (i->cond & 8 ? 0 : ROUND_NO_PE));
    fp_check(g, i->vece, scalar, false, (int[3]){ FPREG(a), NOREG, NOREG }, d);
    return true;
}

static bool gen_fcvt_ff(Gen *g, const IRInsn *i)
{
    if (i->imm == MO_16) {
        return false;
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

static bool gen_fcvt_fi(Gen *g, const IRInsn *i)
{
    unsigned cvt = i->imm;
    int imm = round_imm(cvt);
    bool is_signed = !(cvt & FPCVT_UNSIGNED);
    bool w = !(cvt & FPCVT_I32) || !is_signed;

    if (imm < 0 || cvt >> FPCVT_SCALE_SHIFT) {
        return false;
    }
    int a = use_vec(g, i->arg[0]);
    int t = scratch_reg(g);
    int d = def_reg(g);
    uint8_t *from, *from2 = NULL;
    if (imm == ROUND_TO_ZERO && is_signed) { /* the host's own conversion */
        emit_to_int(g, i->vece, w, d, a);
        from = check_range(g, cvt, d, t);
    } else {
        asm_vex_rr(&g->a, (i->vece == MO_64 ? 0x0b : 0x0a) | M_0F3A | P_66, XTMP0, a, a);
        asm_byte(&g->a, imm | ROUND_NO_PE);
        if (!is_signed && !(cvt & FPCVT_I32)) {
            from2 = check_large(g, i->vece);
        }
        emit_to_int(g, i->vece, w, d, XTMP0);
        from = check_range(g, cvt, d, t);
        emit_to_int(g, i->vece, true, t, a);
    }
    ColdPath *c = fp_cold(g, from, (int[3]){ FPREG(a), NOREG, NOREG }, d);
    c->from2 = from2;
    c->join = g->a.p;
    return true;
}

static bool gen_fcvt_if(Gen *g, const IRInsn *i)
{
    unsigned cvt = i->imm;
    bool is32 = cvt & FPCVT_I32, is_unsigned = cvt & FPCVT_UNSIGNED;
    uint8_t *from = NULL;
    Asm *s = &g->a;

    if (cvt >> FPCVT_SCALE_SHIFT) {
        return false;
    }
    int a = use_reg(g, i->arg[0]);
    int t = is32 && is_unsigned ? scratch_reg(g) : a;
    int d = def_vec(g);
    if (t != a) {
        asm_mov_rr(s, false, t, a);
    } else if (is_unsigned) { /* from 2^63 on: rare, exact */
        asm_rr(s, 0x85 | O_W, a, a);
        from = asm_jcc(s, CC_S, NULL);
    }
    asm_vex_rr(s, 0x57 | M_0F, d, d, d);
    asm_vex_rr(s, 0x2a | sd_or_ss(i->vece) | (is32 && !is_unsigned ? 0 : O_W), d, d, t);
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
