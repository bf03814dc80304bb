/* SPDX-License-Identifier: MIT */
/*
 * Half precision by way of single: operands are widened, which is exact, and the result is
 * narrowed. Rounding twice is right for one sum, difference, product, quotient or root, since a
 * single has more than twice the bits (24 >= 2 * 11 + 2); multiply-add is left to the exact
 * arithmetic.
 *
 * Inexact of the single is inexact of the half. Overflow and underflow come from narrowing; what a
 * result has to be looked at for is as in fp.c: a NaN, or the smallest normal number where the
 * operation may be tiny. A signaling NaN raises invalid when it is widened.
 */
#include "gen.h"

#define FPREG(v)     (16 + (v))
#define NARROW_MXCSR 4
#define OPC_CMP      0xc2
#define PRED_EQ_OQ   0x00
#define PRED_GE_OS   0x0d
#define PRED_GT_OS   0x0e
#define ONLY_LANE_0  0x0e
#define UPPER_TO_LOW 0xee
#define ROUND_NO_PE  8
#define ROUND_MXCSR  4

typedef enum Part { SCALAR, LOW, HIGH } Part;

enum {
    PAND = VOP(0xdb),
    POR = VOP(0xeb),
    PCMPEQW = VOP(0x75),
    PCMPGTW = VOP(0x65),
    PSHUFD = VOP(0x70),
    PUNPCKLQDQ = VOP(0x6c),
    PACKSSDW = VOP(0x6b),
    PTEST = VOP38(0x17),
    PH2PS = VOP38(0x13),
};

/* Singles of the halves of @a: one, others being zeros, or four. */
static void widen(Gen *g, Part part, int d, int a)
{
    Asm *s = &g->a;

    if (part == SCALAR) {
        asm_vex_const(s, PAND, d, a, K_LOW_H, 0);
        a = d;
    } else if (part == HIGH) {
        asm_vex_rr(s, PSHUFD, d, 0, a);
        asm_byte(s, UPPER_TO_LOW);
        a = d;
    }
    asm_vex_rr(s, PH2PS, d, 0, a);
}

/* Four singles to the low halves of @d; those above become zeros. */
static void narrow(Gen *g, int d, int a)
{
    asm_vex_rr(&g->a, 0x1d | M_0F3A | P_66, a, 0, d); /* vcvtps2ph */
    asm_byte(&g->a, NARROW_MXCSR);
}

/* xmm14, the result of a part, becomes that part of @d. */
static void put_part(Gen *g, Part part, int d)
{
    if (part == HIGH) {
        narrow(g, XTMP0, XTMP0);
        asm_vex_rr(&g->a, PUNPCKLQDQ, d, d, XTMP0);
    } else {
        narrow(g, d, XTMP0);
    }
}

/* Goes to the exact arithmetic where a half of @d has to be looked at. */
static void check_halves(Gen *g, bool tiny, const int src[3], int d)
{
    Asm *s = &g->a;

    asm_vex_const(s, PAND, XTMP0, d, K_ABS_H, 0);
    asm_vex_const(s, PCMPGTW, XTMP1, XTMP0, K_EXP_H, 0);
    if (tiny) {
        asm_vex_const(s, PCMPEQW, XTMP0, XTMP0, K_MIN_NORMAL_H, 0);
        asm_vex_rr(s, POR, XTMP1, XTMP1, XTMP0);
    }
    asm_vex_rr(s, PTEST, XTMP1, 0, XTMP1);
    fp_cold(g, asm_jcc(s, CC_NE, NULL), src, FPREG(d));
}

static bool is_scalar(const IRInsn *i)
{
    return i->imm == 1;
}

static Part first_part(const IRInsn *i)
{
    return is_scalar(i) ? SCALAR : LOW;
}

static Part last_part(const IRInsn *i)
{
    return is_scalar(i) ? SCALAR : HIGH;
}

static int prefix(const IRInsn *i)
{
    return M_0F | (is_scalar(i) ? P_F3 : 0);
}

static void half_arith(Gen *g, const IRInsn *i, int opc, bool tiny)
{
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);
    int d = def_vec_distinct(g);

    for (Part p = first_part(i); p <= last_part(i); p++) {
        widen(g, p, XTMP0, a);
        widen(g, p, XTMP1, b);
        asm_vex_rr(&g->a, opc | prefix(i), XTMP0, XTMP0, XTMP1);
        put_part(g, p, d);
    }
    check_halves(g, tiny, (int[3]){ FPREG(a), FPREG(b), NOREG }, d);
}

static void half_sqrt(Gen *g, const IRInsn *i)
{
    int a = use_vec(g, i->arg[0]);
    int d = def_vec_distinct(g);

    for (Part p = first_part(i); p <= last_part(i); p++) {
        widen(g, p, XTMP0, a);
        asm_vex_rr(&g->a, 0x51 | prefix(i), XTMP0, is_scalar(i) ? XTMP0 : 0, XTMP0);
        put_part(g, p, d);
    }
    check_halves(g, false, (int[3]){ FPREG(a), NOREG, NOREG }, d);
}

/* The mode is one of the host's: round to nearest, ties away, is left to the exact arithmetic. */
static bool half_rint(Gen *g, const IRInsn *i)
{
    static const int8_t modes[8] = { 0, 2, 1, 3, -1, ROUND_MXCSR, -1, -1 };
    int imm = modes[i->cond & FPCVT_RMODE];

    if (imm < 0) {
        return false;
    }
    int a = use_vec(g, i->arg[0]);
    int d = def_vec_distinct(g);
    for (Part p = first_part(i); p <= last_part(i); p++) {
        widen(g, p, XTMP0, a);
        asm_vex_rr(&g->a, 0x08 | M_0F3A | P_66, XTMP0, 0, XTMP0); /* vroundps */
        asm_byte(&g->a, imm | (i->cond & 8 ? 0 : ROUND_NO_PE));
        put_part(g, p, d);
    }
    check_halves(g, false, (int[3]){ FPREG(a), NOREG, NOREG }, d);
    return true;
}

/* Masks of singles, packed: NaNs compare false and raise the same on both sides. */
static void half_mask(Gen *g, const IRInsn *i, int predicate)
{
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);
    int d = def_vec_distinct(g);
    Asm *s = &g->a;

    for (Part p = first_part(i); p <= last_part(i); p++) {
        widen(g, p, XTMP0, a);
        widen(g, p, XTMP1, b);
        asm_vex_rr(s, OPC_CMP | prefix(i), p == HIGH ? XTMP0 : d, XTMP0, XTMP1);
        asm_byte(s, predicate);
    }
    asm_vex_rr(s, PACKSSDW, d, d, is_scalar(i) ? d : XTMP0);
}

/* As gen_fcmp. */
static void half_cmp(Gen *g, const IRInsn *i)
{
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);
    int d = def_reg(g);
    Asm *s = &g->a;

    widen(g, SCALAR, XTMP0, a);
    widen(g, SCALAR, XTMP1, b);
    asm_rr(s, 0x33, d, d);
    asm_vex_rr(s, (i->imm ? 0x2f : 0x2e) | M_0F, XTMP0, 0, XTMP1);
    uint8_t *from = asm_jcc(s, CC_P, NULL);
    asm_rr(s, (0x90 + CC_A) | M_0F | O_BYTE, 0, d);
    asm_alu_ri(s, false, ALU_SBB, d, -1);
    fp_cold(g, from, (int[3]){ FPREG(a), FPREG(b), NOREG }, d)->join = s->p;
}

/* The branch taken if an operand is a NaN. */
static uint8_t *check_nans(Gen *g, const IRInsn *i, int a, int b)
{
    Asm *s = &g->a;

    asm_vex_const(s, PAND, XTMP0, a, K_ABS_H, 0);
    asm_vex_const(s, PAND, XTMP1, b, K_ABS_H, 0);
    asm_vex_rr(s, VOP(0xee), XTMP0, XTMP0, XTMP1); /* vpmaxsw */
    asm_vex_const(s, PCMPGTW, XTMP0, XTMP0, K_EXP_H, 0);
    if (is_scalar(i)) {
        asm_vex_const(s, PAND, XTMP0, XTMP0, K_LOW_H, 0);
    }
    asm_vex_rr(s, PTEST, XTMP0, 0, XTMP0);
    return asm_jcc(s, CC_NE, NULL);
}

/* Equal operands: as gen_minmax. */
static void half_minmax(Gen *g, const IRInsn *i)
{
    bool is_min = i->op == IR_fmin || i->op == IR_fminnm;
    int opc = (is_min ? 0x5d : 0x5f) | prefix(i), join = (is_min ? 0x56 : 0x54) | M_0F;
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);
    int t = scratch_vec(g);
    int d = def_vec_distinct(g);
    uint8_t *from = check_nans(g, i, a, b);
    Asm *s = &g->a;

    for (Part p = first_part(i); p <= last_part(i); p++) {
        widen(g, p, XTMP0, a);
        widen(g, p, XTMP1, b);
        asm_vex_rr(s, opc, t, XTMP0, XTMP1);
        asm_vex_rr(s, opc, XTMP0, XTMP1, XTMP0);
        asm_vex_rr(s, join, XTMP0, XTMP0, t);
        put_part(g, p, d);
    }
    fp_cold(g, from, (int[3]){ FPREG(a), FPREG(b), NOREG }, FPREG(d))->join = s->p;
}

void fp_widen_half(Gen *g, int d, int a)
{
    widen(g, SCALAR, d, a);
}

void fp_narrow_half(Gen *g, int d, int a)
{
    narrow(g, d, a);
}

/* Half to single or double; single to half. */
bool gen_fp_half_convert(Gen *g, const IRInsn *i)
{
    Asm *s = &g->a;

    if (i->vece == MO_64) {
        return false; /* rounding twice would be wrong */
    }
    int a = use_vec(g, i->arg[0]);
    int d = def_vec_distinct(g);
    int src[3] = { FPREG(a), NOREG, NOREG };
    if (i->vece == MO_32) {
        asm_vex_rr(s, 0x21 | M_0F3A | P_66, XTMP0, a, a); /* vinsertps */
        asm_byte(s, ONLY_LANE_0);
        narrow(g, d, XTMP0);
        check_halves(g, true, src, d);
        return true;
    }
    widen(g, SCALAR, d, a);
    if (i->imm == MO_64) {
        asm_vex_rr(s, 0x5a | M_0F | P_F3, d, d, d);
    }
    fp_check(g, i->imm, true, false, src, d);
    return true;
}

bool gen_fp_half(Gen *g, const IRInsn *i)
{
    switch (i->op) {
    case IR_fadd:
        half_arith(g, i, 0x58, false);
        return true;
    case IR_fsub:
        half_arith(g, i, 0x5c, false);
        return true;
    case IR_fmul:
        half_arith(g, i, 0x59, true);
        return true;
    case IR_fdiv:
        half_arith(g, i, 0x5e, true);
        return true;
    case IR_fsqrt:
        half_sqrt(g, i);
        return true;
    case IR_frint:
        return half_rint(g, i);
    case IR_fmin:
    case IR_fmax:
    case IR_fminnm:
    case IR_fmaxnm:
        half_minmax(g, i);
        return true;
    case IR_fcmeq:
        half_mask(g, i, PRED_EQ_OQ);
        return true;
    case IR_fcmge:
        half_mask(g, i, PRED_GE_OS);
        return true;
    case IR_fcmgt:
        half_mask(g, i, PRED_GT_OS);
        return true;
    case IR_fcmp:
        half_cmp(g, i);
        return true;
    case IR_fcvt_ff:
        return gen_fp_half_convert(g, i);
    case IR_fcvt_fi:
    case IR_fcvt_if:
        return gen_fp_convert(g, i);
    default:
        return false;
    }
}
