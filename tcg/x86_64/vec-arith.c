/* SPDX-License-Identifier: MIT */
/* Lane operations that take several host instructions. xmm14 and xmm15 are free in each. */
#include "gen.h"

static const uint16_t opc_cmpeq[] = { VOP(0x74), VOP(0x75), VOP(0x76), VOP38(0x29) };
static const uint16_t opc_umax[] = { VOP(0xde), VOP38(0x3e), VOP38(0x3f) };
static const uint16_t opc_umin[] = { VOP(0xda), VOP38(0x3a), VOP38(0x3b) };
static const uint16_t opc_smax[] = { VOP38(0x3c), VOP(0xee), VOP38(0x3d) };

enum {
    PAND = VOP(0xdb),
    POR = VOP(0xeb),
    PXOR = VOP(0xef),
    PADDB = VOP(0xfc),
    PSUBB = VOP(0xf8),
    PSUBD = VOP(0xfa),
    PSUBQ = VOP(0xfb),
    PCMPGTQ = VOP38(0x37),
    PMULLW = VOP(0xd5),
    PMULHW = VOP(0xe5),
    PMULHUW = VOP(0xe4),
    PMULUDQ = VOP(0xf4),
    PMULDQ = VOP38(0x28),
    PUNPCKLWD = VOP(0x61),
    PSHUFB = VOP38(0x00),
    PSHUFD = VOP(0x70),
    MOVDQA = VOP(0x6f),
    PSLLV = VOP38(0x47),
    PSRLV = VOP38(0x45),
    PSRAVD = VOP38(0x46),
    PBLENDW = VOP3A(0x0e),
    PANDN = VOP(0xdf),
    PMAXSB = VOP38(0x3c),
    PCMPGTB = VOP(0x64),
    BLENDVB = VOP3A(0x4c),
    BLENDVPS = VOP3A(0x4a),
    BLENDVPD = VOP3A(0x4b)
};

static void rrr(Gen *g, int opc, int d, int a, int b)
{
    asm_vex_rr(&g->a, opc, d, a, b);
}

/* By a constant: /ext 2 right, 4 right arithmetic, 6 left, of lanes of @vece (MO_16 up). */
static void shift(Gen *g, int ext, unsigned vece, int d, int a, unsigned n)
{
    asm_vex_rr(&g->a, VOP(0x70 + vece), ext, d, a);
    asm_byte(&g->a, n);
}

static void invert(Gen *g, int d, int tmp)
{
    rrr(g, VOP(0x76), tmp, tmp, tmp);
    rrr(g, PXOR, d, d, tmp);
}

/* Doublewords, unsigned: compared as signed with the signs changed. */
static void compare_unsigned_d(Gen *g, int d, int a, int b)
{
    asm_vex_const(&g->a, PXOR, XTMP0, a, K_SIGN_D, 0);
    asm_vex_const(&g->a, PXOR, XTMP1, b, K_SIGN_D, 0);
    rrr(g, PCMPGTQ, d, XTMP0, XTMP1);
}

static void gen_compare_vec(Gen *g, const IRInsn *i)
{
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);
    int d = def_vec(g);
    unsigned vece = i->vece;

    if (vece == MO_64) {
        if (i->op == IR_vcmphi) {
            compare_unsigned_d(g, d, a, b);
            return;
        }
        if (i->op == IR_vcmphs) {
            compare_unsigned_d(g, d, b, a);
        } else {
            rrr(g, PCMPGTQ, d, b, a);
        }
        invert(g, d, XTMP0);
        return;
    }
    if (i->op == IR_vcmphi) { /* not: the smaller one is a */
        rrr(g, opc_umin[vece], XTMP0, a, b);
        rrr(g, opc_cmpeq[vece], d, XTMP0, a);
        invert(g, d, XTMP0);
    } else { /* the larger one is a */
        rrr(g, (i->op == IR_vcmphs ? opc_umax : opc_smax)[vece], XTMP0, a, b);
        rrr(g, opc_cmpeq[vece], d, XTMP0, a);
    }
}

/* Odd and even bytes as halfwords. */
static void gen_mul_b(Gen *g, const IRInsn *i)
{
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);

    shift(g, 2, MO_16, XTMP0, a, 8);
    shift(g, 2, MO_16, XTMP1, b, 8);
    rrr(g, PMULLW, XTMP0, XTMP0, XTMP1);
    shift(g, 6, MO_16, XTMP0, XTMP0, 8);
    rrr(g, PMULLW, XTMP1, a, b);
    asm_vex_const(&g->a, PAND, XTMP1, XTMP1, K_EVEN_B, 0);
    rrr(g, POR, def_vec(g), XTMP0, XTMP1);
}

static void gen_mull(Gen *g, const IRInsn *i)
{
    bool sign = i->op == IR_vsmull;
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);
    int d = def_vec(g);

    switch (i->vece) {
    case MO_8:
        rrr(g, sign ? VOP38(0x20) : VOP38(0x30), XTMP0, 0, a);
        rrr(g, sign ? VOP38(0x20) : VOP38(0x30), XTMP1, 0, b);
        rrr(g, PMULLW, d, XTMP0, XTMP1);
        break;
    case MO_16:
        rrr(g, PMULLW, XTMP0, a, b);
        rrr(g, sign ? PMULHW : PMULHUW, XTMP1, a, b);
        rrr(g, PUNPCKLWD, d, XTMP0, XTMP1);
        break;
    default: /* lanes 0 and 1 to the even places */
        rrr(g, PSHUFD, XTMP0, 0, a);
        asm_byte(&g->a, 0x10);
        rrr(g, PSHUFD, XTMP1, 0, b);
        asm_byte(&g->a, 0x10);
        rrr(g, sign ? PMULDQ : PMULUDQ, d, XTMP0, XTMP1);
    }
}

/* Shifted as halfwords; what came from the neighbour is cleared. */
static void gen_shift_b(Gen *g, const IRInsn *i)
{
    int a = use_vec(g, i->arg[0]);
    int d = def_vec(g);
    unsigned n = i->imm;

    if (n > 7 && i->op != IR_vsari) {
        rrr(g, PXOR, d, d, d);
        return;
    }
    n = MIN(n, 7);
    shift(g, i->op == IR_vshli ? 6 : 2, MO_16, d, a, n);
    asm_vex_const(&g->a, PAND, d, d, (i->op == IR_vshli ? K_SHL_B : K_SHR_B) + n, 0);
    if (i->op == IR_vsari) { /* extends the sign from its new place */
        asm_vex_const(&g->a, PXOR, d, d, K_SAR_B + n, 0);
        asm_vex_const(&g->a, PSUBB, d, d, K_SAR_B + n, 0);
    }
}

/* xmm14 := signs of doublewords */
static void sign_mask_d(Gen *g, int a)
{
    rrr(g, PXOR, XTMP0, XTMP0, XTMP0);
    rrr(g, PCMPGTQ, XTMP0, XTMP0, a);
}

static void gen_sar_d(Gen *g, const IRInsn *i)
{
    int a = use_vec(g, i->arg[0]);
    unsigned n = MIN(i->imm, 63);

    sign_mask_d(g, a);
    shift(g, 6, MO_64, XTMP0, XTMP0, 64 - n);
    int d = def_vec(g);
    shift(g, 2, MO_64, d, a, n);
    rrr(g, POR, d, d, XTMP0);
}

static void gen_abs_d(Gen *g, const IRInsn *i)
{
    int a = use_vec(g, i->arg[0]);

    sign_mask_d(g, a);
    int d = def_vec(g);
    rrr(g, PXOR, d, a, XTMP0);
    rrr(g, PSUBQ, d, d, XTMP0);
}

static void gen_cnt(Gen *g, const IRInsn *i)
{
    int a = use_vec(g, i->arg[0]);

    asm_vex_const(&g->a, PAND, XTMP0, a, K_NIBBLES, 0);
    shift(g, 2, MO_16, XTMP1, a, 4);
    asm_vex_const(&g->a, PAND, XTMP1, XTMP1, K_NIBBLES, 0);
    int d = def_vec(g);
    asm_vex_const(&g->a, MOVDQA, d, 0, K_POPCOUNT, 0);
    rrr(g, PSHUFB, XTMP0, d, XTMP0);
    rrr(g, PSHUFB, XTMP1, d, XTMP1);
    rrr(g, PADDB, d, XTMP0, XTMP1);
}

/*
 * Shifts by a signed byte in each lane. A count out of range gives 0 (or signs), also a negative
 * one seen as unsigned; so of the left and the right shift one does nothing.
 */

/* d := lanes of 32 bits @y shifted by xmm14; xmm15 is lost */
static void shift_words(Gen *g, bool sign, int d, int y)
{
    rrr(g, PXOR, XTMP1, XTMP1, XTMP1);
    rrr(g, PSUBD, XTMP1, XTMP1, XTMP0);
    rrr(g, PSLLV, d, y, XTMP0);
    if (sign) {
        rrr(g, PSRAVD, XTMP1, y, XTMP1);
        rrr(g, BLENDVPS, d, d, XTMP1);
        asm_byte(&g->a, XTMP0 << 4);
    } else {
        rrr(g, PSRLV, XTMP1, y, XTMP1);
        rrr(g, POR, d, d, XTMP1);
    }
}

/* xmm14 := byte @n of the words of @b, sign-extended */
static void word_counts(Gen *g, int b, unsigned n)
{
    shift(g, 6, MO_32, XTMP0, b, 24 - 8 * n);
    shift(g, 4, MO_32, XTMP0, XTMP0, 24);
}

/* Halfwords one by one in the upper half of words. */
static void gen_shift_h_by(Gen *g, bool sign, int a, int b)
{
    int t = scratch_vec(g), y = scratch_vec(g);
    int d = def_vec_distinct(g);

    word_counts(g, b, 0);
    shift(g, 6, MO_32, t, a, 16);
    shift_words(g, sign, d, t);
    shift(g, 2, MO_32, t, d, 16);
    word_counts(g, b, 2);
    asm_vex_const(&g->a, PAND, y, a, K_ODD_H, 0);
    shift_words(g, sign, d, y);
    rrr(g, PBLENDW, d, t, d);
    asm_byte(&g->a, 0xaa);
}

/* Doublewords. Arithmetic: complements of negative ones, which become positive. */
static void gen_shift_d_by(Gen *g, bool sign, int a, int b)
{
    int mask = scratch_vec(g), t = scratch_vec(g);
    int d = def_vec_distinct(g);

    shift(g, 6, MO_64, mask, b, 56);
    shift(g, 4, MO_32, XTMP0, mask, 24);
    shift(g, 2, MO_64, XTMP0, XTMP0, 32);
    rrr(g, PXOR, XTMP1, XTMP1, XTMP1);
    rrr(g, PSUBD, XTMP1, XTMP1, XTMP0);
    rrr(g, PSLLV | O_W, d, a, XTMP0);
    if (!sign) {
        rrr(g, PSRLV | O_W, XTMP1, a, XTMP1);
        rrr(g, POR, d, d, XTMP1);
        return;
    }
    sign_mask_d(g, a);
    rrr(g, PXOR, t, a, XTMP0);
    rrr(g, PSRLV | O_W, t, t, XTMP1);
    rrr(g, PXOR, t, t, XTMP0);
    rrr(g, BLENDVPD, d, d, t);
    asm_byte(&g->a, mask << 4);
}

/*
 * Bytes: products with 2^count, whose low byte is the result; or with 2^(count + 8) for a negative
 * count, whose high byte is.
 */
static void gen_shift_b_by(Gen *g, bool sign, int a, int b)
{
    int count = scratch_vec(g), even = scratch_vec(g), odd = scratch_vec(g);
    int d = def_vec_distinct(g);

    asm_vex_const(&g->a, PMAXSB, count, b, K_MINUS8_B, 0);
    asm_vex_const(&g->a, PAND, XTMP1, count, K_NIBBLES, 0);
    asm_vex_const(&g->a, MOVDQA, XTMP0, 0, K_POWERS, 0);
    rrr(g, PSHUFB, XTMP0, XTMP0, XTMP1);
    shift(g, 6, MO_16, even, a, 8);
    shift(g, sign ? 4 : 2, MO_16, even, even, 8);
    shift(g, sign ? 4 : 2, MO_16, odd, a, 8);
    shift(g, 2, MO_16, XTMP1, XTMP0, 8);
    rrr(g, PMULLW, odd, odd, XTMP1);
    asm_vex_const(&g->a, PAND, XTMP0, XTMP0, K_EVEN_B, 0);
    rrr(g, PMULLW, even, even, XTMP0);
    asm_vex_const(&g->a, PAND, d, even, K_EVEN_B, 0); /* left */
    shift(g, 6, MO_16, XTMP0, odd, 8);
    rrr(g, POR, d, d, XTMP0);
    shift(g, 2, MO_16, even, even, 8); /* right */
    asm_vex_const(&g->a, PAND, odd, odd, K_ODD_B, 0);
    rrr(g, POR, even, even, odd);
    rrr(g, BLENDVB, d, d, even);
    asm_byte(&g->a, count << 4);
    asm_vex_const(&g->a, PCMPGTB, count, count, K_7_B, 0);
    rrr(g, PANDN, d, count, d);
}

static bool gen_shift_by(Gen *g, const IRInsn *i)
{
    bool sign = i->op == IR_vsshl;
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);

    if (i->vece == MO_8) {
        gen_shift_b_by(g, sign, a, b);
    } else if (i->vece == MO_16) {
        gen_shift_h_by(g, sign, a, b);
    } else if (i->vece == MO_64) {
        gen_shift_d_by(g, sign, a, b);
    } else {
        word_counts(g, b, 0);
        shift_words(g, sign, def_vec_distinct(g), a);
    }
    return true;
}

bool gen_vec_arith(Gen *g, const IRInsn *i)
{
    switch (i->op) {
    case IR_vushl:
    case IR_vsshl:
        return gen_shift_by(g, i);
    case IR_vcmpge:
    case IR_vcmphi:
    case IR_vcmphs:
        gen_compare_vec(g, i);
        return true;
    case IR_vmul:
        if (i->vece == MO_8) {
            gen_mul_b(g, i);
        }
        return i->vece == MO_8;
    case IR_vumull:
    case IR_vsmull:
        gen_mull(g, i);
        return true;
    case IR_vshli:
    case IR_vshri:
        gen_shift_b(g, i);
        return true;
    case IR_vsari:
        (i->vece == MO_8 ? gen_shift_b : gen_sar_d)(g, i);
        return true;
    case IR_vabs:
        gen_abs_d(g, i);
        return true;
    case IR_vcnt:
        if (i->vece == MO_8) {
            gen_cnt(g, i);
        }
        return i->vece == MO_8;
    default:
        return false;
    }
}
