/* SPDX-License-Identifier: MIT */
/*
 * The builder's cryptographic operations, put together of what hosts have instructions for.
 *
 * Guests keep SHA states in words upwards, the operations want them backwards; AES rounds add the
 * key before, the operations after. So each of the functions here looks at how its operands were
 * made, and takes the step before it back instead of adding another one.
 */
#include "qemu/osdep.h"
#include "tcg/builder.h"

#define REVERSED 0x1b /* words 3 2 1 0 */
#define HIGH     0x0e /* words 2 3 0 0 */

static IRRef vec2(IROp op, unsigned vece, IRRef a, IRRef b)
{
    return ir_vec(tcg_ctx, op, vece, a, b, IR_NONE, 0);
}

static IRRef reverse(IRRef a)
{
    const IRInsn *in = ir_insn(tcg_ctx, a);

    if (in->op == IR_vshufw && in->imm == REVERSED) {
        return in->arg[0];
    }
    return ir_vec(tcg_ctx, IR_vshufw, 0, a, IR_NONE, IR_NONE, REVERSED);
}

/* ---- AES. The host adds a key after a round, Arm before: it moves into the round before. ---- */

static bool is_unkeyed(IRRef ref, IROp op1, IROp op2)
{
    const IRInsn *in = ir_insn(tcg_ctx, ref);

    return (in->op == op1 || in->op == op2) && in->arg[1] == ir_vconst(tcg_ctx, 0);
}

static IRRef add_key(IRRef a, IRRef key)
{
    if (is_unkeyed(a, IR_vaesenc, IR_vaesdec) || is_unkeyed(a, IR_vaesenclast, IR_vaesdeclast)) {
        const IRInsn *in = ir_insn(tcg_ctx, a);
        return vec2(in->op, 0, in->arg[0], key);
    }
    return vec2(IR_vxor, MO_64, a, key);
}

void tcg_gen_aes_substitute(TCGv_vec r, TCGv_vec a, TCGv_vec b, bool inverse)
{
    IRRef ra = rdv(a), rb = rdv(b), zero = ir_vconst(tcg_ctx, 0);

    wrv(r, vec2(inverse ? IR_vaesdeclast : IR_vaesenclast, 0, add_key(ra, rb), zero));
}

void tcg_gen_aes_mix(TCGv_vec r, TCGv_vec a, bool inverse)
{
    IRRef v = rdv(a), zero = ir_vconst(tcg_ctx, 0);
    IROp last = inverse ? IR_vaesdeclast : IR_vaesenclast;

    if (is_unkeyed(v, last, last)) {
        v = vec2(inverse ? IR_vaesdec : IR_vaesenc, 0, ir_insn(tcg_ctx, v)->arg[0], zero);
    } else if (inverse) {
        v = vec2(IR_vaesimc, 0, v, IR_NONE);
    } else { /* MixColumns alone: the rest of a round undone before */
        v = vec2(IR_vaesenc, 0, vec2(IR_vaesdeclast, 0, v, zero), zero);
    }
    wrv(r, v);
}

void tcg_gen_aes_key_vec(TCGv_vec r, TCGv_vec a, TCGv_vec key)
{
    IRRef ra = rdv(a), rk = rdv(key);

    if (is_unkeyed(rk, IR_vaesenclast, IR_vaesdeclast)) {
        IRRef t = ra;
        ra = rk;
        rk = t;
    }
    wrv(r, add_key(ra, rk));
}

/* ---- SHA ---- */

void tcg_gen_sha1_rounds(TCGv_vec r, TCGv_vec abcd, TCGv_vec e, TCGv_vec wk, unsigned function)
{
    IRRef state = reverse(rdv(abcd)), re = rdv(e), w = rdv(wk);

    re = ir_vec(tcg_ctx, IR_vlow, MO_32, re, IR_NONE, IR_NONE, 0);
    w = reverse(vec2(IR_vadd, MO_32, w, re));
    wrv(r, reverse(ir_vec(tcg_ctx, IR_vsha1, 0, state, w, IR_NONE, function)));
}

/*
 * Whether A..D and E..H in @x and @y were made by sha256_out from the same two states; then these
 * are *feba and *hgdc.
 */
static bool sha256_states(IRRef x, IRRef y, IRRef *feba, IRRef *hgdc)
{
    const IRInsn *rx = ir_insn(tcg_ctx, x), *ry = ir_insn(tcg_ctx, y);
    const IRInsn *zx = ir_insn(tcg_ctx, rx->arg[0]), *zy = ir_insn(tcg_ctx, ry->arg[0]);

    if (rx->op != IR_vrev || ry->op != IR_vrev || rx->vece != MO_32 || ry->vece != MO_32 ||
        zx->op != IR_vzip2 || zy->op != IR_vzip1 || zx->vece != MO_64 || zy->vece != MO_64 ||
        zx->arg[0] != zy->arg[0] || zx->arg[1] != zy->arg[1]) {
        return false;
    }
    *feba = zx->arg[0];
    *hgdc = zx->arg[1];
    return true;
}

static IRRef sha256_out(IROp half, IRRef feba, IRRef hgdc)
{
    return ir_vec(tcg_ctx, IR_vrev, MO_32, vec2(half, MO_64, feba, hgdc), IR_NONE, IR_NONE, MO_64);
}

void tcg_gen_sha256_rounds(TCGv_vec r, TCGv_vec abcd, TCGv_vec efgh, TCGv_vec wk, bool want_efgh)
{
    IRRef x = rdv(abcd), y = rdv(efgh), w = rdv(wk), feba, hgdc, feba2, feba4, w_high;

    if (!sha256_states(x, y, &feba, &hgdc)) {
        feba = reverse(vec2(IR_vzip1, MO_64, x, y));
        hgdc = reverse(vec2(IR_vzip2, MO_64, x, y));
    }
    feba2 = ir_vec(tcg_ctx, IR_vsha256, 0, hgdc, feba, w, 0);
    w_high = ir_vec(tcg_ctx, IR_vshufw, 0, w, IR_NONE, IR_NONE, HIGH);
    feba4 = ir_vec(tcg_ctx, IR_vsha256, 0, feba, feba2, w_high, 0);
    wrv(r, sha256_out(want_efgh ? IR_vzip1 : IR_vzip2, feba4, feba2));
}

#define GEN_BINARY(name, op)                                                                       \
    void tcg_gen_##name(TCGv_vec r, TCGv_vec a, TCGv_vec b)                                        \
    {                                                                                              \
        IRRef ra = rdv(a), rb = rdv(b);                                                            \
                                                                                                   \
        wrv(r, vec2(IR_##op, 0, ra, rb));                                                          \
    }
GEN_BINARY(sha256_msg1, vsha256msg1)
GEN_BINARY(sha256_msg2, vsha256msg2)

/* ---- polynomials ---- */

/* The doubleword that @v has in its lane 0: lane 1 of *v if it was moved down. */
static unsigned low_lane(IRRef *v)
{
    const IRInsn *in = ir_insn(tcg_ctx, *v);

    if (in->op == IR_vext && in->imm == 8) {
        *v = in->arg[0];
        return 1;
    }
    return 0;
}

void tcg_gen_pmull_vec(TCGv_vec r, TCGv_vec a, TCGv_vec b)
{
    IRRef ra = rdv(a), rb = rdv(b);
    unsigned lane_a = low_lane(&ra), lane_b = low_lane(&rb);

    wrv(r, ir_vec(tcg_ctx, IR_vpmull, 0, ra, rb, IR_NONE, lane_a | lane_b << 4));
}
