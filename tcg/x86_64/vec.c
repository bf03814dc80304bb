/* SPDX-License-Identifier: MIT */
/*
 * Integer vector operations with VEX encodings: those of one host instruction or few. Others are in
 * vec-arith.c and vec-perm.c; what the host has no short form for goes to C.
 */
#include "gen.h"

/* Opcodes by element size for operations that the host has as d = a op b; 0: it has not. */
static const uint16_t binary_opc[IR_NOPS][4] = {
    [IR_vadd] = { VOP(0xfc), VOP(0xfd), VOP(0xfe), VOP(0xd4) },
    [IR_vsub] = { VOP(0xf8), VOP(0xf9), VOP(0xfa), VOP(0xfb) },
    [IR_vmul] = { 0, VOP(0xd5), VOP38(0x40), 0 },
    [IR_vand] = { VOP(0xdb), VOP(0xdb), VOP(0xdb), VOP(0xdb) },
    [IR_vor] = { VOP(0xeb), VOP(0xeb), VOP(0xeb), VOP(0xeb) },
    [IR_vxor] = { VOP(0xef), VOP(0xef), VOP(0xef), VOP(0xef) },
    [IR_vsmin] = { VOP38(0x38), VOP(0xea), VOP38(0x39), 0 },
    [IR_vumin] = { VOP(0xda), VOP38(0x3a), VOP38(0x3b), 0 },
    [IR_vsmax] = { VOP38(0x3c), VOP(0xee), VOP38(0x3d), 0 },
    [IR_vumax] = { VOP(0xde), VOP38(0x3e), VOP38(0x3f), 0 },
    [IR_vssadd] = { VOP(0xec), VOP(0xed), 0, 0 },
    [IR_vusadd] = { VOP(0xdc), VOP(0xdd), 0, 0 },
    [IR_vsssub] = { VOP(0xe8), VOP(0xe9), 0, 0 },
    [IR_vussub] = { VOP(0xd8), VOP(0xd9), 0, 0 },
    [IR_vcmpeq] = { VOP(0x74), VOP(0x75), VOP(0x76), VOP38(0x29) },
    [IR_vcmpgt] = { VOP(0x64), VOP(0x65), VOP(0x66), VOP38(0x37) },
    [IR_vzip1] = { VOP(0x60), VOP(0x61), VOP(0x62), VOP(0x6c) },
    [IR_vzip2] = { VOP(0x68), VOP(0x69), VOP(0x6a), VOP(0x6d) },
    [IR_vuzp1] = { 0, 0, 0, VOP(0x6c) },
    [IR_vuzp2] = { 0, 0, 0, VOP(0x6d) },
    [IR_vtrn1] = { 0, 0, 0, VOP(0x6c) },
    [IR_vtrn2] = { 0, 0, 0, VOP(0x6d) },
    [IR_vaddp] = { 0, VOP38(0x01), VOP38(0x02), 0 },
};

static const uint16_t unary_opc[IR_NOPS][4] = {
    [IR_vabs] = { VOP38(0x1c), VOP38(0x1d), VOP38(0x1e), 0 },
    [IR_vuxtl] = { VOP38(0x30), VOP38(0x33), VOP38(0x35), 0 },
    [IR_vsxtl] = { VOP38(0x20), VOP38(0x23), VOP38(0x25), 0 },
};

static bool gen_vec_table(Gen *g, const IRInsn *i)
{
    int opc = binary_opc[i->op][i->vece & 3];

    if (opc) {
        int a = use_vec(g, i->arg[0]);
        int b = use_vec(g, i->arg[1]);
        asm_vex_rr(&g->a, opc, def_vec(g), a, b);
        return true;
    }
    opc = unary_opc[i->op][i->vece & 3];
    if (opc) {
        int a = use_vec(g, i->arg[0]);
        asm_vex_rr(&g->a, opc, def_vec(g), 0, a);
        return true;
    }
    return false;
}

/* Shift by a constant: /ext of 71, 72, 73. */
static bool gen_vshift(Gen *g, const IRInsn *i, int ext)
{
    unsigned vece = i->vece;
    unsigned n = i->imm;

    if (vece == MO_8 || (ext == 4 && vece == MO_64)) {
        return gen_vec_arith(g, i);
    }
    if (ext == 4 && n > (8u << vece) - 1) {
        n = (8u << vece) - 1;
    }
    int a = use_vec(g, i->arg[0]);
    int d = def_vec(g);
    asm_vex_rr(&g->a, VOP(0x70 + vece), ext, d, a);
    asm_byte(&g->a, n > 255 ? 255 : n);
    return true;
}

static void gen_vdup(Gen *g, const IRInsn *i)
{
    static const uint16_t bcast[] = { VOP38(0x78), VOP38(0x79), VOP38(0x58), VOP38(0x59) };
    int a = use_reg(g, i->arg[0]);
    int d = def_vec(g);

    asm_vex_rr(&g->a, VOP(0x6e) | (i->vece == MO_64 ? O_W : 0), d, 0, a);
    asm_vex_rr(&g->a, bcast[i->vece], d, 0, d);
}

static void gen_vset(Gen *g, const IRInsn *i)
{
    int a = use_reg(g, i->arg[0]);

    asm_vex_rr(&g->a, VOP(0x6e) | (i->vece == MO_64 ? O_W : 0), def_vec(g), 0, a);
}

static void gen_vduplane(Gen *g, const IRInsn *i)
{
    static const uint16_t bcast[] = { VOP38(0x78), VOP38(0x79), VOP38(0x58), VOP38(0x59) };
    int a = use_vec(g, i->arg[0]);
    int d = def_vec(g);
    unsigned byte = (unsigned)i->imm << i->vece;

    if (byte) { /* vpsrldq */
        asm_vex_rr(&g->a, VOP(0x73), 3, d, a);
        asm_byte(&g->a, byte);
        a = d;
    }
    asm_vex_rr(&g->a, bcast[i->vece], d, 0, a);
}

static void gen_vinsert(Gen *g, const IRInsn *i)
{
    static const uint16_t opc[] = { 0x20 | M_0F3A | P_66, VOP(0xc4), 0x22 | M_0F3A | P_66,
                                    0x22 | M_0F3A | P_66 | O_W };
    int a = use_vec(g, i->arg[0]);
    int b = use_reg(g, i->arg[1]);

    asm_vex_rr(&g->a, opc[i->vece], def_vec(g), a, b);
    asm_byte(&g->a, i->imm);
}

static void gen_vextract(Gen *g, const IRInsn *i)
{
    static const uint16_t opc[] = { 0x14 | M_0F3A | P_66, 0x15 | M_0F3A | P_66,
                                    0x16 | M_0F3A | P_66, 0x16 | M_0F3A | P_66 | O_W };
    int a = use_vec(g, i->arg[0]);
    int d = def_reg(g);

    if (i->imm == 0 && i->vece >= MO_32) {
        asm_vex_rr(&g->a, VOP(0x7e) | (i->vece == MO_64 ? O_W : 0), a, 0, d);
        return;
    }
    asm_vex_rr(&g->a, opc[i->vece], a, 0, d);
    asm_byte(&g->a, i->imm);
}

static void gen_vlow(Gen *g, const IRInsn *i)
{
    int a = use_vec(g, i->arg[0]);
    int d = def_vec(g);

    if (i->vece == MO_64) { /* vmovq */
        asm_vex_rr(&g->a, 0x7e | M_0F | P_F3, d, 0, a);
        return;
    }
    if (i->vece == MO_128) {
        asm_vex_rr(&g->a, 0x28 | M_0F, d, 0, a);
        return;
    }
    if (i->vece == MO_32) { /* vinsertps, which zeroes lanes 1 to 3 */
        asm_vex_rr(&g->a, VOP3A(0x21), d, a, a);
        asm_byte(&g->a, 0x0e);
        return;
    }
    asm_vex_const(&g->a, VOP(0xdb), d, a, i->vece == MO_8 ? K_LOW_B : K_LOW_H, 0);
}

static void gen_vbsl(Gen *g, const IRInsn *i)
{
    int m = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);
    int c = use_vec(g, i->arg[2]);

    asm_vex_rr(&g->a, VOP(0xef), XTMP0, b, c); /* ((b ^ c) & m) ^ c */
    asm_vex_rr(&g->a, VOP(0xdb), XTMP0, XTMP0, m);
    asm_vex_rr(&g->a, VOP(0xef), def_vec(g), XTMP0, c);
}

static void gen_vext(Gen *g, const IRInsn *i)
{
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);

    asm_vex_rr(&g->a, VOP3A(0x0f), def_vec(g), b, a); /* vpalignr: (b:a) >> n */
    asm_byte(&g->a, i->imm);
}

/* d = ~a, and d = a | ~b, a & ~b, -a. */
static void gen_vlogic(Gen *g, const IRInsn *i)
{
    static const uint16_t sub[] = { VOP(0xf8), VOP(0xf9), VOP(0xfa), VOP(0xfb) };
    int a = use_vec(g, i->arg[0]);
    int b = ir_op_info[i->op].nargs > 1 ? use_vec(g, i->arg[1]) : 0;
    int d = def_vec(g);

    switch (i->op) {
    case IR_vnot:
        asm_vex_rr(&g->a, VOP(0x76), XTMP0, XTMP0, XTMP0);
        asm_vex_rr(&g->a, VOP(0xef), d, a, XTMP0);
        break;
    case IR_vandn:
        asm_vex_rr(&g->a, VOP(0xdf), d, b, a);
        break;
    case IR_vorn:
        asm_vex_rr(&g->a, VOP(0x76), XTMP0, XTMP0, XTMP0);
        asm_vex_rr(&g->a, VOP(0xef), XTMP0, b, XTMP0);
        asm_vex_rr(&g->a, VOP(0xeb), d, a, XTMP0);
        break;
    default:
        asm_vex_rr(&g->a, VOP(0xef), XTMP0, XTMP0, XTMP0);
        asm_vex_rr(&g->a, sub[i->vece], d, XTMP0, a);
        break;
    }
}

static bool gen_vec_other(Gen *g, const IRInsn *i)
{
    switch (i->op) {
    case IR_vshli:
        return gen_vshift(g, i, 6);
    case IR_vshri:
        return gen_vshift(g, i, 2);
    case IR_vsari:
        return gen_vshift(g, i, 4);
    case IR_vset:
        gen_vset(g, i);
        return true;
    case IR_vdup:
        gen_vdup(g, i);
        return true;
    case IR_vduplane:
        gen_vduplane(g, i);
        return true;
    case IR_vinsert:
        gen_vinsert(g, i);
        return true;
    case IR_vextract:
        gen_vextract(g, i);
        return true;
    case IR_vlow:
        gen_vlow(g, i);
        return true;
    case IR_vbsl:
        gen_vbsl(g, i);
        return true;
    case IR_vext:
        gen_vext(g, i);
        return true;
    case IR_vnot:
    case IR_vandn:
    case IR_vorn:
    case IR_vneg:
        gen_vlogic(g, i);
        return true;
    default:
        if (i->op >= IR_vaesenc && i->op <= IR_vpmull) {
            return gen_crypto(g, i);
        }
        return gen_vec_arith(g, i) || gen_vec_perm(g, i) || gen_vec_sat(g, i);
    }
}

static bool is_vec_op(unsigned op)
{
    switch (op) {
#define CASE4(name, n, f, m) case IR_##name:
        IR_VEC_OPS(CASE4)
#undef CASE4
    case IR_vdup:
    case IR_vset:
    case IR_vduplane:
    case IR_vinsert:
    case IR_vextract:
    case IR_vlow:
    case IR_vext:
    case IR_vzip1:
    case IR_vzip2:
    case IR_vuzp1:
    case IR_vuzp2:
    case IR_vtrn1:
    case IR_vtrn2:
    case IR_vtbl:
    case IR_vrev:
    case IR_vuxtl:
    case IR_vsxtl:
    case IR_vxtn:
    case IR_vaddp:
    case IR_vumull:
    case IR_vsmull:
    case IR_vld3:
    case IR_vst3:
    case IR_vshufw:
        return true;
    default:
        return op >= IR_vaesenc && op <= IR_vpmull;
    }
}

bool gen_vec(Gen *g, const IRInsn *i)
{
    if (!is_vec_op(i->op)) {
        return false;
    }
    if (!gen_vec_table(g, i) && !gen_vec_other(g, i)) {
        gen_vec_fallback(g, i, x86_stubs.rt.vec_op, tcg_vec_desc(i));
    }
    return true;
}
