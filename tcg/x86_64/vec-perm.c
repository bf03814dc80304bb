/* SPDX-License-Identifier: MIT */
/* Rearranging lanes, where it takes several host instructions. xmm14 and xmm15 are free in each. */
#include "gen.h"

enum {
    PAND = VOP(0xdb),
    POR = VOP(0xeb),
    PADDB = VOP(0xfc),
    PADDQ = VOP(0xd4),
    PADDUSB = VOP(0xdc),
    PACKUSWB = VOP(0x67),
    PACKUSDW = VOP38(0x2b),
    PUNPCKLQDQ = VOP(0x6c),
    PUNPCKHQDQ = VOP(0x6d),
    PSHUFB = VOP38(0x00),
    PSHUFD = VOP(0x70),
    PBLENDW = VOP3A(0x0e),
    PBLENDD = VOP3A(0x02),
    SHUFPS = 0xc6 | M_0F
};

static void rrr(Gen *g, int opc, int d, int a, int b)
{
    asm_vex_rr(&g->a, opc, d, a, b);
}

static void rrri(Gen *g, int opc, int d, int a, int b, unsigned imm)
{
    asm_vex_rr(&g->a, opc, d, a, b);
    asm_byte(&g->a, imm);
}

/* /ext 2 right, 6 left */
static void shift(Gen *g, int ext, unsigned vece, int d, int a, unsigned n)
{
    asm_vex_rr(&g->a, VOP(0x70 + vece), ext, d, a);
    asm_byte(&g->a, n);
}

/* The wanted halves of lanes of twice the size, packed. */
static void gen_uzp(Gen *g, const IRInsn *i)
{
    bool odd = i->op == IR_vuzp2;
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);
    unsigned wide = i->vece + 1;

    if (i->vece == MO_32) {
        rrri(g, SHUFPS, def_vec(g), a, b, odd ? 0xdd : 0x88);
        return;
    }
    if (odd) {
        shift(g, 2, wide, XTMP0, a, 8u << i->vece);
        shift(g, 2, wide, XTMP1, b, 8u << i->vece);
    } else {
        ConstNum mask = i->vece == MO_8 ? K_EVEN_B : K_EVEN_H;
        asm_vex_const(&g->a, PAND, XTMP0, a, mask, 0);
        asm_vex_const(&g->a, PAND, XTMP1, b, mask, 0);
    }
    rrr(g, i->vece == MO_8 ? PACKUSWB : PACKUSDW, def_vec(g), XTMP0, XTMP1);
}

/* One operand moves by a lane, then they are mixed. */
static void gen_trn(Gen *g, const IRInsn *i)
{
    bool odd = i->op == IR_vtrn2;
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);
    unsigned wide = i->vece + 1;

    shift(g, odd ? 2 : 6, wide, XTMP0, odd ? a : b, 8u << i->vece);
    if (i->vece == MO_8) {
        asm_vex_const(&g->a, PAND, XTMP1, odd ? b : a, odd ? K_ODD_B : K_EVEN_B, 0);
        rrr(g, POR, def_vec(g), XTMP0, XTMP1);
        return;
    }
    rrri(g, i->vece == MO_16 ? PBLENDW : PBLENDD, def_vec(g), odd ? XTMP0 : a, odd ? b : XTMP0,
         0xaa);
}

static void gen_tbl(Gen *g, const IRInsn *i)
{
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);

    asm_vex_const(&g->a, PADDUSB, XTMP0, b, K_TBL_BIAS, 0);
    rrr(g, PSHUFB, def_vec(g), a, XTMP0);
}

static bool gen_rev(Gen *g, const IRInsn *i)
{
    static const uint8_t shuffle[3][4] = {
        [MO_8] = { [MO_16] = K_REV_B_IN_H, [MO_32] = K_REV_B_IN_S, [MO_64] = K_REV_B_IN_D },
        [MO_16] = { [MO_32] = K_REV_H_IN_S, [MO_64] = K_REV_H_IN_D },
    };

    if (i->vece > MO_32 || (int64_t)i->vece >= i->imm || i->imm > MO_64) {
        return false;
    }
    int a = use_vec(g, i->arg[0]);
    if (i->vece == MO_32) {
        rrri(g, PSHUFD, def_vec(g), 0, a, 0xb1);
    } else {
        asm_vex_const(&g->a, PSHUFB, def_vec(g), a, shuffle[i->vece][i->imm], 0);
    }
    return true;
}

static void gen_xtn(Gen *g, const IRInsn *i)
{
    int a = use_vec(g, i->arg[0]);

    asm_vex_const(&g->a, PSHUFB, def_vec(g), a, K_XTN_B + i->vece, 0);
}

/* Bytes: sums in halfwords, whose upper bytes are cleared. */
static void gen_addp(Gen *g, const IRInsn *i)
{
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);

    if (i->vece == MO_64) {
        rrr(g, PUNPCKLQDQ, XTMP0, a, b);
        rrr(g, PUNPCKHQDQ, XTMP1, a, b);
        rrr(g, PADDQ, def_vec(g), XTMP0, XTMP1);
        return;
    }
    shift(g, 2, MO_16, XTMP0, a, 8);
    shift(g, 2, MO_16, XTMP1, b, 8);
    rrr(g, PADDB, XTMP0, XTMP0, a);
    rrr(g, PADDB, XTMP1, XTMP1, b);
    asm_vex_const(&g->a, PAND, XTMP0, XTMP0, K_EVEN_B, 0);
    asm_vex_const(&g->a, PAND, XTMP1, XTMP1, K_EVEN_B, 0);
    rrr(g, PACKUSWB, def_vec(g), XTMP0, XTMP1);
}

static void gen_shufw(Gen *g, const IRInsn *i)
{
    int a = use_vec(g, i->arg[0]);

    rrri(g, PSHUFD, def_vec(g), 0, a, i->imm);
}

/* What each operand gives to the result, shuffled into its place. Doublewords: not all give one. */
static void gen_struct3(Gen *g, const IRInsn *i)
{
    bool load = i->op == IR_vld3;
    int v[3], sum = NOREG, t = XTMP0;

    for (unsigned k = 0; k < 3; k++) {
        v[k] = use_vec(g, i->arg[k]);
    }
    int d = def_vec_distinct(g);
    for (unsigned k = 0; k < 3; k++) {
        uint8_t used = 0;
        for (unsigned byte = 0; byte < 16; byte++) {
            used |= ~consts_struct3(load, i->vece, i->imm, k, byte) & 0x80;
        }
        if (!used) {
            continue;
        }
        asm_vex_const(&g->a, PSHUFB, sum == NOREG ? d : t, v[k],
                      (load ? K_LD3 : K_ST3) + 9 * i->vece + 3 * i->imm + k, 0);
        if (sum != NOREG) {
            rrr(g, POR, d, d, t);
        }
        sum = d;
        t = XTMP1;
    }
}

bool gen_vec_perm(Gen *g, const IRInsn *i)
{
    switch (i->op) {
    case IR_vld3:
    case IR_vst3:
        gen_struct3(g, i);
        return true;
    case IR_vshufw:
        gen_shufw(g, i);
        return true;
    case IR_vuzp1:
    case IR_vuzp2:
        gen_uzp(g, i);
        return true;
    case IR_vtrn1:
    case IR_vtrn2:
        gen_trn(g, i);
        return true;
    case IR_vtbl:
        gen_tbl(g, i);
        return true;
    case IR_vrev:
        return gen_rev(g, i);
    case IR_vxtn:
        gen_xtn(g, i);
        return true;
    case IR_vaddp:
        gen_addp(g, i);
        return true;
    default:
        return false;
    }
}
