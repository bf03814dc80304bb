/* SPDX-License-Identifier: MIT */
/*
 * Floating point on SSE and AVX. MXCSR holds the guest's rounding mode and gathers its exceptions;
 * all are masked, DAZ and FTZ are clear. Modes that the host does not have (flushing, alternative
 * half precision) never get here: the front end calls the exact arithmetic then.
 *
 * The host computes first. Where its result may not be the guest's, a branch right behind the
 * operation goes to code out of line, which redoes it by the target's fp_op from the operands: so
 * these stay in their registers until then, and the result has a register of its own. The flags
 * that the first attempt set stay set; the guest's operation raises these too, and maybe more.
 *
 * A NaN: the guest has its own rules for its sign and payload, and for what inf * 0 + NaN raises.
 * Underflow: x86 detects tininess after rounding, Arm before. These differ only where the rounded
 * result is the smallest normal number, and only in operations that can be tiny and inexact at
 * once (multiply, divide, fused, narrowing).
 */
#include "gen.h"

#define OPC_CMP      0xc2
#define PRED_EQ_OQ   0x00
#define PRED_UNORD_Q 0x03
#define PRED_EQ_UQ   0x08
#define PRED_GE_OS   0x0d
#define PRED_GT_OS   0x0e
#define FPREG(v)     (16 + (v))

static bool is_scalar(const IRInsn *i)
{
    return i->imm == 1;
}

/* The mandatory prefix of ps, pd, ss, sd. */
static int prefix_of(unsigned fmt, bool scalar)
{
    if (scalar) {
        return M_0F | (fmt == MO_32 ? P_F3 : P_F2);
    }
    return M_0F | (fmt == MO_32 ? 0 : P_66);
}

ColdPath *fp_cold(Gen *g, uint8_t *from, const int src[3], int d)
{
    ColdPath *c = add_cold(g, COLD_FP, from);

    c->insn = insn_of(g, g->cur);
    c->d = d;
    c->join = g->a.p;
    for (unsigned k = 0; k < 3; k++) {
        c->src[k] = src[k];
    }
    return c;
}

static void compare_scalar(Gen *g, unsigned fmt, bool signalling, int a, int b)
{
    asm_vex_rr(&g->a, (signalling ? 0x2f : 0x2e) | M_0F | (fmt == MO_64 ? P_66 : 0), a, 0, b);
}

/*
 * Compared with the smallest normal number, a magnitude is "equal or unordered" just where it has
 * to be looked at; for one lane the zero flag says so.
 */
static void check_lanes(Gen *g, unsigned fmt, bool tiny, const int src[3], int d)
{
    Asm *a = &g->a;
    bool single = fmt == MO_32;

    if (tiny) {
        asm_vex_const(a, 0x54 | M_0F, XTMP0, d, single ? K_ABS_S : K_ABS_D, 0); /* vandps */
        asm_vex_const(a, OPC_CMP | prefix_of(fmt, false), XTMP0, XTMP0,
                      single ? K_MIN_NORMAL_S : K_MIN_NORMAL_D, 1);
        asm_byte(a, PRED_EQ_UQ);
    } else {
        asm_vex_rr(a, OPC_CMP | prefix_of(fmt, false), XTMP0, d, d);
        asm_byte(a, PRED_UNORD_Q);
    }
    asm_vex_rr(a, (single ? 0x0e : 0x0f) | M_0F38 | P_66, XTMP0, 0, XTMP0); /* vtestps, vtestpd */
    fp_cold(g, asm_jcc(a, CC_NE, NULL), src, FPREG(d));
}

static void check_scalar(Gen *g, unsigned fmt, bool tiny, const int src[3], int d)
{
    bool single = fmt == MO_32;

    if (tiny) {
        asm_vex_const(&g->a, 0x54 | M_0F, XTMP0, d, single ? K_ABS_S : K_ABS_D, 0);
        asm_vex_const(&g->a, 0x2e | M_0F | (single ? 0 : P_66), XTMP0, 0,
                      single ? K_MIN_NORMAL_S : K_MIN_NORMAL_D, 0); /* vucomiss, vucomisd */
    } else {
        compare_scalar(g, fmt, false, d, d);
    }
    fp_cold(g, asm_jcc(&g->a, tiny ? CC_E : CC_P, NULL), src, FPREG(d));
}

void fp_check(Gen *g, unsigned fmt, bool scalar, bool tiny, const int src[3], int d)
{
    (scalar ? check_scalar : check_lanes)(g, fmt, tiny, src, d);
}

void cold_fp(Gen *g, const ColdPath *c)
{
    Asm *s = &g->a;
    uint64_t desc = tcg_vec_desc(c->insn);

    for (unsigned k = 0; k < 3; k++) {
        X86Mem m = MEM(RBP, COLD_DISP(vop[0]) + 16 * ((int)k + 1));
        if (c->src[k] >= 16) {
            asm_vex_rm(s, 0x29 | M_0F, c->src[k] - 16, 0, m);
        } else if (c->src[k] != NOREG) {
            asm_store(s, true, c->src[k], m);
        }
    }
    asm_store_imm32(s, false, COLDM(fp_desc), (int32_t)desc);
    asm_store_imm32(s, false, MEM(RBP, COLD_DISP(fp_desc) + 4), (int32_t)(desc >> 32));
    asm_call(s, x86_stubs.fp);
    if (c->d >= 16) {
        asm_vex_rm(s, 0x28 | M_0F, c->d - 16, 0, COLDM(vop[0]));
    } else {
        asm_load(s, true, c->d, COLDM(vop[0]));
    }
    asm_jmp(s, c->join);
}

void fp_fallback(Gen *g, const IRInsn *i)
{
    gen_vec_fallback(g, i, x86_stubs.rt.fp_op, tcg_vec_desc(i));
}

static void gen_arith(Gen *g, const IRInsn *i, int opc, bool tiny)
{
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);
    int d = def_vec_distinct(g);

    asm_vex_rr(&g->a, opc | prefix_of(i->vece, is_scalar(i)), d, a, b);
    fp_check(g, i->vece, is_scalar(i), tiny, (int[3]){ FPREG(a), FPREG(b), NOREG }, d);
}

static void gen_sqrt(Gen *g, const IRInsn *i)
{
    int a = use_vec(g, i->arg[0]);
    int d = def_vec_distinct(g);

    asm_vex_rr(&g->a, 0x51 | prefix_of(i->vece, is_scalar(i)), d, is_scalar(i) ? a : 0, a);
    fp_check(g, i->vece, is_scalar(i), false, (int[3]){ FPREG(a), NOREG, NOREG }, d);
}

static void gen_fmadd(Gen *g, const IRInsn *i)
{
    static const uint8_t opc231[4] = { 0xb8, 0xbc, 0xba,
                                       0xbe }; /* by cond: madd nmadd msub nmsub */
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);
    int c = use_vec(g, i->arg[2]);
    int d = def_vec_distinct(g);

    asm_vex_rr(&g->a, 0x28 | M_0F, d, 0, c);
    asm_vex_rr(&g->a,
               (opc231[i->cond & 3] + is_scalar(i)) | M_0F38 | P_66 | (i->vece == MO_64 ? O_W : 0),
               d, a, b);
    fp_check(g, i->vece, is_scalar(i), true, (int[3]){ FPREG(a), FPREG(b), FPREG(c) }, d);
}

/*
 * x86 gives the second operand for equal ones, which matters for zeros: both orders are taken, and
 * their signs joined. It also takes the second if one is a NaN, so that is asked before.
 */
static void gen_minmax(Gen *g, const IRInsn *i)
{
    bool is_min = i->op == IR_fmin || i->op == IR_fminnm;
    int opc = (is_min ? 0x5d : 0x5f) | prefix_of(i->vece, is_scalar(i));
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);
    int d = def_vec_distinct(g);
    Asm *s = &g->a;
    uint8_t *from;

    if (is_scalar(i)) {
        compare_scalar(g, i->vece, false, a, b);
        from = asm_jcc(s, CC_P, NULL);
    } else {
        asm_vex_rr(s, OPC_CMP | prefix_of(i->vece, false), XTMP0, a, b);
        asm_byte(s, PRED_UNORD_Q);
        asm_vex_rr(s, (i->vece == MO_32 ? 0x0e : 0x0f) | M_0F38 | P_66, XTMP0, 0, XTMP0);
        from = asm_jcc(s, CC_NE, NULL);
    }
    asm_vex_rr(s, opc, XTMP0, a, b);
    asm_vex_rr(s, opc, d, b, a);
    asm_vex_rr(s, (is_min ? 0x56 : 0x54) | M_0F, d, d, XTMP0); /* vorps, vandps */
    fp_cold(g, from, (int[3]){ FPREG(a), FPREG(b), NOREG }, FPREG(d))->join = s->p;
}

/* Lane masks: NaNs compare false and raise the same on both sides. */
static void gen_mask(Gen *g, const IRInsn *i, int predicate)
{
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);

    asm_vex_rr(&g->a, OPC_CMP | prefix_of(i->vece, is_scalar(i)), def_vec(g), a, b);
    asm_byte(&g->a, predicate);
}

static bool gen_fp_inline(Gen *g, const IRInsn *i)
{
    switch (i->op) {
    case IR_fadd:
        gen_arith(g, i, 0x58, false);
        return true;
    case IR_fsub:
        gen_arith(g, i, 0x5c, false);
        return true;
    case IR_fmul:
        gen_arith(g, i, 0x59, true);
        return true;
    case IR_fdiv:
        gen_arith(g, i, 0x5e, true);
        return true;
    case IR_fsqrt:
        gen_sqrt(g, i);
        return true;
    case IR_fmadd:
        gen_fmadd(g, i);
        return true;
    case IR_fmin:
    case IR_fmax:
    case IR_fminnm:
    case IR_fmaxnm:
        gen_minmax(g, i);
        return true;
    case IR_fcmeq:
        gen_mask(g, i, PRED_EQ_OQ);
        return true;
    case IR_fcmge:
        gen_mask(g, i, PRED_GE_OS);
        return true;
    case IR_fcmgt:
        gen_mask(g, i, PRED_GT_OS);
        return true;
    case IR_frecps:
    case IR_frsqrts:
        gen_fp_step(g, i);
        return true;
    case IR_frecpe:
    case IR_frsqrte:
        return gen_fp_estimate(g, i);
    default:
        return gen_fp_convert(g, i);
    }
}

bool gen_fp(Gen *g, const IRInsn *i)
{
    switch (i->op) {
#define CASE3(name, n, f) case IR_##name:
        IR_FP_OPS(CASE3)
#undef CASE3
    case IR_fcmp:
    case IR_fcvt_ff:
    case IR_fcvt_fi:
    case IR_fcvt_if:
        if (!(i->vece == MO_16 ? gen_fp_half : gen_fp_inline)(g, i)) {
            fp_fallback(g, i);
        }
        return true;
    default:
        return false;
    }
}
