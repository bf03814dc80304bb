/* SPDX-License-Identifier: MIT */
/* Saturating lanes, doubled products, extremes of doublewords. */
#include "gen.h"

enum {
    PAND = VOP(0xdb),
    PANDN = VOP(0xdf),
    POR = VOP(0xeb),
    PXOR = VOP(0xef),
    PADDD = VOP(0xfe),
    PADDQ = VOP(0xd4),
    PSUBD = VOP(0xfa),
    PSUBQ = VOP(0xfb),
    PMINUD = VOP38(0x3b),
    PMAXUD = VOP38(0x3f),
    PCMPEQD = VOP(0x76),
    PCMPGTQ = VOP38(0x37),
    PMULLW = VOP(0xd5),
    PMULHW = VOP(0xe5),
    PMULHRSW = VOP38(0x0b),
    PMULDQ = VOP38(0x28),
    PBLENDD = VOP3A(0x02),
    BLENDVPS = VOP3A(0x4a),
    BLENDVPD = VOP3A(0x4b),
};

static void rrr(Gen *g, int opc, int d, int a, int b)
{
    asm_vex_rr(&g->a, opc, d, a, b);
}

/* /ext 2 right, 4 right arithmetic, 6 left */
static void shift(Gen *g, int ext, unsigned vece, int d, int a, unsigned n)
{
    asm_vex_rr(&g->a, VOP(0x70 + vece), ext, d, a);
    asm_byte(&g->a, n);
}

/* d := mask's signs ? b : a */
static void blend(Gen *g, bool wide, int d, int a, int b, int mask)
{
    rrr(g, wide ? BLENDVPD : BLENDVPS, d, a, b);
    asm_byte(&g->a, mask << 4);
}

/*
 * Words and doublewords: the sign is wrong where the operands' signs are equal (of a difference:
 * unequal) and the result's is another; then its wrong sign tells the limit.
 */
static void gen_signed(Gen *g, bool wide, bool sub, int a, int b)
{
    int r = scratch_vec(g);
    int d = def_vec_distinct(g);

    rrr(g, sub ? (wide ? PSUBQ : PSUBD) : (wide ? PADDQ : PADDD), r, a, b);
    rrr(g, PXOR, XTMP0, a, b);
    rrr(g, PXOR, XTMP1, a, r);
    rrr(g, sub ? PAND : PANDN, XTMP0, XTMP0, XTMP1);
    if (wide) {
        rrr(g, PXOR, XTMP1, XTMP1, XTMP1);
        rrr(g, PCMPGTQ, XTMP1, XTMP1, r);
    } else {
        shift(g, 4, MO_32, XTMP1, r, 31);
    }
    asm_vex_const(&g->a, PXOR, XTMP1, XTMP1, wide ? K_SIGN_D : K_SIGN_S, 0);
    blend(g, wide, d, r, XTMP1, XTMP0);
}

static void gen_unsigned_words(Gen *g, bool sub, int a, int b)
{
    if (sub) {
        rrr(g, PMAXUD, XTMP0, a, b);
        rrr(g, PSUBD, def_vec(g), XTMP0, b);
        return;
    }
    rrr(g, PCMPEQD, XTMP0, XTMP0, XTMP0);
    rrr(g, PXOR, XTMP0, XTMP0, b);
    rrr(g, PMINUD, XTMP0, XTMP0, a);
    rrr(g, PADDD, def_vec(g), XTMP0, b);
}

static void gen_unsigned_d(Gen *g, bool sub, int a, int b)
{
    int d = def_vec_distinct(g);

    rrr(g, sub ? PSUBQ : PADDQ, d, a, b);
    asm_vex_const(&g->a, PXOR, XTMP0, a, K_SIGN_D, 0);
    asm_vex_const(&g->a, PXOR, XTMP1, sub ? b : d, K_SIGN_D, 0);
    rrr(g, PCMPGTQ, XTMP0, sub ? XTMP1 : XTMP0, sub ? XTMP0 : XTMP1);
    rrr(g, sub ? PANDN : POR, d, XTMP0, d);
}

static void gen_saturating(Gen *g, const IRInsn *i)
{
    bool sub = i->op == IR_vsssub || i->op == IR_vussub;
    bool wide = i->vece == MO_64;
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);

    if (i->op == IR_vssadd || i->op == IR_vsssub) {
        gen_signed(g, wide, sub, a, b);
    } else {
        (wide ? gen_unsigned_d : gen_unsigned_words)(g, sub, a, b);
    }
}

static void gen_minmax_d(Gen *g, const IRInsn *i)
{
    bool is_unsigned = i->op == IR_vumin || i->op == IR_vumax;
    bool is_min = i->op == IR_vsmin || i->op == IR_vumin;
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);

    if (is_unsigned) {
        asm_vex_const(&g->a, PXOR, XTMP0, a, K_SIGN_D, 0);
        asm_vex_const(&g->a, PXOR, XTMP1, b, K_SIGN_D, 0);
        rrr(g, PCMPGTQ, XTMP0, XTMP0, XTMP1);
    } else {
        rrr(g, PCMPGTQ, XTMP0, a, b);
    }
    blend(g, true, def_vec(g), is_min ? a : b, is_min ? b : a, XTMP0);
}

/* Words: doublewords of the even and the odd lanes, doubled; their upper halves. */
static void gen_dmulh_s(Gen *g, bool round, int a, int b)
{
    int d = def_vec_distinct(g);

    shift(g, 2, MO_64, XTMP0, a, 32);
    shift(g, 2, MO_64, XTMP1, b, 32);
    rrr(g, PMULDQ, XTMP0, XTMP0, XTMP1);
    rrr(g, PMULDQ, d, a, b);
    rrr(g, PADDQ, XTMP0, XTMP0, XTMP0);
    rrr(g, PADDQ, d, d, d);
    if (round) {
        asm_vex_const(&g->a, PADDQ, XTMP0, XTMP0, K_BIT31_D, 0);
        asm_vex_const(&g->a, PADDQ, d, d, K_BIT31_D, 0);
    }
    shift(g, 2, MO_64, d, d, 32);
    rrr(g, PBLENDD, d, d, XTMP0);
    asm_byte(&g->a, 0xa);
}

static bool gen_dmulh(Gen *g, const IRInsn *i)
{
    bool round = i->op == IR_vsrdmulh;

    if (i->vece != MO_16 && i->vece != MO_32) {
        return false;
    }
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);
    if (i->vece == MO_32) {
        gen_dmulh_s(g, round, a, b);
    } else if (round) {
        rrr(g, PMULHRSW, def_vec(g), a, b);
    } else {
        rrr(g, PMULHW, XTMP0, a, b);
        rrr(g, PMULLW, XTMP1, a, b);
        shift(g, 6, MO_16, XTMP0, XTMP0, 1);
        shift(g, 2, MO_16, XTMP1, XTMP1, 15);
        rrr(g, POR, def_vec(g), XTMP0, XTMP1);
    }
    return true;
}

bool gen_vec_sat(Gen *g, const IRInsn *i)
{
    switch (i->op) {
    case IR_vssadd:
    case IR_vusadd:
    case IR_vsssub:
    case IR_vussub:
        gen_saturating(g, i);
        return true;
    case IR_vsmin:
    case IR_vsmax:
    case IR_vumin:
    case IR_vumax:
        gen_minmax_d(g, i);
        return true;
    case IR_vsdmulh:
    case IR_vsrdmulh:
        return gen_dmulh(g, i);
    default:
        return false;
    }
}
