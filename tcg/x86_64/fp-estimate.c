/* SPDX-License-Identifier: MIT */
/*
 * Estimates of reciprocals and reciprocal square roots, and the steps that refine them.
 *
 * An estimate of a normal number has 8 bits of fraction, which the target tabulates; the rest is
 * arithmetic on exponents. A step, 2 - ab or (3 - ab) / 2 with one rounding, is a fused
 * multiplication unless inf * 0 or an overflow may occur. All other operands take the exact path,
 * before anything is computed.
 */
#include "gen.h"

enum {
    MOVAPS = 0x28 | M_0F,
    PAND = VOP(0xdb),
    POR = VOP(0xeb),
    PSUBD = VOP(0xfa),
    PCMPEQD = VOP(0x76),
    PCMPGTD = VOP(0x66),
    PCMPGTQ = VOP38(0x37),
    PMINUD = VOP38(0x3b),
    PGATHERDD = VOP38(0x90),
    TESTPS = VOP38(0x0e),
    TESTPD = VOP38(0x0f),
};

static uint32_t table[2][256]; /* of reciprocals; of roots: fractions of singles */

void estimate_init(void)
{
    for (unsigned i = 0; i < 512 && x86_stubs.rt.fp_estimate; i++) {
        table[i / 256][i % 256] = (uint32_t)x86_stubs.rt.fp_estimate(i / 256, i % 256) << 15;
    }
}

static void rrr(Gen *g, int opc, int d, int a, int b)
{
    asm_vex_rr(&g->a, opc, d, a, b);
}

static void rrk(Gen *g, int opc, int d, int a, ConstNum k)
{
    asm_vex_const(&g->a, opc, d, a, k, 0);
}

/* /ext 2 right, 6 left */
static void shift_words(Gen *g, int ext, int d, int a, unsigned n)
{
    asm_vex_rr(&g->a, VOP(0x72), ext, d, a);
    asm_byte(&g->a, n);
}

/* The lanes' signs; those that do not count cleared. */
static ConstNum lanes_mask(unsigned fmt, bool scalar)
{
    if (fmt == MO_32) {
        return scalar ? K_LOW_SIGN_S : K_SIGN_S;
    }
    return scalar ? K_LOW_SIGN_D : K_SIGN_D;
}

void gen_fp_step(Gen *g, const IRInsn *i)
{
    bool wide = i->vece == MO_64, scalar = i->imm == 1, root = i->op == IR_frsqrts;
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);
    int d = def_vec_distinct(g);
    int gt = wide ? PCMPGTQ : PCMPGTD;

    rrk(g, PAND, XTMP0, a, wide ? K_ABS_D : K_ABS_S);
    rrk(g, PAND, XTMP1, b, wide ? K_ABS_D : K_ABS_S);
    rrk(g, gt, XTMP0, XTMP0, wide ? K_STEP_MAX_D : K_STEP_MAX_S);
    rrk(g, gt, XTMP1, XTMP1, wide ? K_STEP_MAX_D : K_STEP_MAX_S);
    rrr(g, POR, XTMP0, XTMP0, XTMP1);
    rrk(g, wide ? TESTPD : TESTPS, XTMP0, 0, lanes_mask(i->vece, scalar));
    ColdPath *cold =
        fp_cold(g, asm_jcc(&g->a, CC_NE, NULL), (int[3]){ 16 + a, 16 + b, NOREG }, VREG(d));
    rrk(g, MOVAPS, d, 0, (wide ? K_TWO_D : K_TWO_S) + root);
    rrr(g, VOP38(0xbc + scalar) | (wide ? O_W : 0), d, a, b); /* vfnmadd231 */
    if (root) {
        int prefix = scalar ? (wide ? P_F2 : P_F3) : wide ? P_66 : 0;
        rrk(g, 0x59 | M_0F | prefix, d, d, wide ? K_HALF_D : K_HALF_S);
    }
    cold->join = g->a.p;
}

/* d := the fractions, by 8 bits of @a from @bit on; @t is lost. */
static void look_up(Gen *g, int d, int a, unsigned bit, int t, bool root)
{
    int base = scratch_reg(g);

    asm_mov_ri(&g->a, base, (uintptr_t)table[root], true);
    shift_words(g, 2, t, a, bit);
    rrk(g, PAND, t, t, K_LOW_B_S);
    rrr(g, PCMPEQD, XTMP0, XTMP0, XTMP0);
    asm_vex_rm(&g->a, PGATHERDD, d, XTMP0, MEMX(base, t, 2, 0));
}

/* Branches unless the lanes, of which xmm14 has bits less those of the smallest, are at most @max.
 */
static ColdPath *check_range(Gen *g, const IRInsn *i, int a, int d, ConstNum max)
{
    rrk(g, PMINUD, XTMP1, XTMP0, max);
    rrr(g, PCMPEQD, XTMP1, XTMP1, XTMP0);
    rrk(g, TESTPS, XTMP1, 0, lanes_mask(MO_32, i->imm == 1));
    return fp_cold(g, asm_jcc(&g->a, CC_AE, NULL), (int[3]){ 16 + a, NOREG, NOREG }, VREG(d));
}

bool gen_fp_estimate(Gen *g, const IRInsn *i)
{
    bool root = i->op == IR_frsqrte;
    ColdPath *cold;

    if (i->vece != MO_32 || !x86_stubs.rt.fp_estimate) {
        return false;
    }
    int a = use_vec(g, i->arg[0]);
    int d = def_vec_distinct(g);
    int t = scratch_vec(g);
    if (root) { /* exponent (380 - e) / 2 */
        rrk(g, PSUBD, XTMP0, a, K_MIN_NORMAL_S);
        cold = check_range(g, i, a, d, K_RSQRTE_MAX);
        look_up(g, d, a, 16, t, true);
        shift_words(g, 2, t, a, 23);
        rrk(g, MOVAPS, XTMP0, 0, K_380_S);
        rrr(g, PSUBD, XTMP0, XTMP0, t);
        shift_words(g, 2, XTMP0, XTMP0, 1);
        shift_words(g, 6, XTMP0, XTMP0, 23);
    } else { /* exponent 253 - e */
        rrk(g, PAND, XTMP0, a, K_ABS_S);
        rrk(g, PSUBD, XTMP0, XTMP0, K_MIN_NORMAL_S);
        cold = check_range(g, i, a, d, K_RECPE_MAX);
        look_up(g, d, a, 15, t, false);
        rrk(g, PAND, XTMP1, a, K_EXP_S);
        rrk(g, MOVAPS, XTMP0, 0, K_253_EXP_S);
        rrr(g, PSUBD, XTMP0, XTMP0, XTMP1);
        rrk(g, PAND, XTMP1, a, K_SIGN_S);
        rrr(g, POR, d, d, XTMP1);
    }
    rrr(g, POR, d, d, XTMP0);
    cold->join = g->a.p;
    return true;
}
