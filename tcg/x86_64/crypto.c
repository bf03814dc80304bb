/* SPDX-License-Identifier: MIT */
/*
 * Cryptographic operations by AES-NI, PCLMULQDQ and the SHA extensions, where the CPU has them. The
 * SHA instructions have no VEX forms: they overwrite their first operand, and SHA256RNDS2 reads
 * xmm0.
 */
#include "gen.h"

enum {
    MOVAPS = 0x28 | M_0F,
    PSUBD = VOP(0xfa),
    PXOR = VOP(0xef),
    PCLMULQDQ = VOP3A(0x44),
    SHA1RNDS4 = 0xcc | M_0F3A,
    SHA256RNDS2 = 0xcb | M_0F38,
    SHA256MSG1 = 0xcc | M_0F38,
    SHA256MSG2 = 0xcd | M_0F38,
};

static bool gen_aes(Gen *g, const IRInsn *i)
{
    static const uint16_t opc[IR_NOPS] = {
        [IR_vaesenc] = VOP38(0xdc),
        [IR_vaesenclast] = VOP38(0xdd),
        [IR_vaesdec] = VOP38(0xde),
        [IR_vaesdeclast] = VOP38(0xdf),
    };

    if (!x86_stubs.has_aes) {
        return false;
    }
    int a = use_vec(g, i->arg[0]);
    if (i->op == IR_vaesimc) {
        asm_vex_rr(&g->a, VOP38(0xdb), def_vec(g), 0, a);
        return true;
    }
    int b = use_vec(g, i->arg[1]);
    asm_vex_rr(&g->a, opc[i->op], def_vec(g), a, b);
    return true;
}

static bool gen_pmull(Gen *g, const IRInsn *i)
{
    if (!x86_stubs.has_pclmul) {
        return false;
    }
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);
    asm_vex_rr(&g->a, PCLMULQDQ, def_vec(g), a, b);
    asm_byte(&g->a, i->imm);
    return true;
}

/* The result's register, which holds no operand but @a, with the value of @a. */
static int def_copy(Gen *g, int a)
{
    int d = def_vec_distinct(g);

    asm_vex_rr(&g->a, MOVAPS, d, 0, a);
    return d;
}

/* The instruction adds the constant of its function, which the schedule has already. */
static void gen_sha1(Gen *g, const IRInsn *i)
{
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);

    asm_vex_const(&g->a, PSUBD, XTMP0, b, K_SHA1 + (i->imm & 3), 0);
    int d = def_copy(g, a);
    asm_rr(&g->a, SHA1RNDS4, d, XTMP0);
    asm_byte(&g->a, i->imm & 3);
}

static void gen_sha256(Gen *g, const IRInsn *i)
{
    evict(g, VREG(0));
    g->locked |= 1u << VREG(0);
    load_into(g, i->arg[2], VREG(0));
    int a = use_vec(g, i->arg[0]);
    int b = use_vec(g, i->arg[1]);
    int d = def_copy(g, a);
    asm_rr(&g->a, SHA256RNDS2, d, b);
}

bool gen_crypto(Gen *g, const IRInsn *i)
{
    int a, b;

    if (i->op < IR_vsha1) {
        return gen_aes(g, i);
    }
    if (i->op == IR_vpmull) {
        return gen_pmull(g, i);
    }
    if (!x86_stubs.has_sha) {
        return false;
    }
    switch (i->op) {
    case IR_vsha1:
        gen_sha1(g, i);
        return true;
    case IR_vsha256:
        gen_sha256(g, i);
        return true;
    default:
        a = use_vec(g, i->arg[0]);
        b = use_vec(g, i->arg[1]);
        asm_rr(&g->a, i->op == IR_vsha256msg1 ? SHA256MSG1 : SHA256MSG2, def_copy(g, a), b);
        return true;
    }
}
