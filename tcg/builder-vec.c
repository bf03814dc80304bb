/* SPDX-License-Identifier: MIT */
/* The builder's vector and floating-point operations. */
#include "qemu/osdep.h"
#include "tcg/builder.h"

#define SCALAR_LANES 1

IRRef ir_vec(TCGContext *s, IROp op, unsigned vece, IRRef a, IRRef b, IRRef c, int64_t imm)
{
    IRInsn in = { .op = op, .type = IR_V128, .vece = vece, .arg = { a, b, c }, .imm = imm };

    assert(vece <= MO_64);
    return ir_emit(s, &in);
}

static void gen_vec2(IROp op, unsigned vece, TCGv_vec r, TCGv_vec a, TCGv_vec b)
{
    IRRef ra = rdv(a), rb = rdv(b);

    wrv(r, ir_vec(tcg_ctx, op, vece, ra, rb, IR_NONE, 0));
}

/* Bitwise operations have no element size; one value makes equal operations equal. */
static void gen_bitwise(IROp op, TCGv_vec r, TCGv_vec a, TCGv_vec b)
{
    gen_vec2(op, MO_64, r, a, b);
}

#define GEN_BITWISE(name, op)                                                                      \
    void tcg_gen_##name##_vec(unsigned vece, TCGv_vec r, TCGv_vec a, TCGv_vec b)                   \
    {                                                                                              \
        gen_bitwise(IR_##op, r, a, b);                                                             \
    }
#define GEN_VBINARY(name, op)                                                                      \
    void tcg_gen_##name##_vec(unsigned vece, TCGv_vec r, TCGv_vec a, TCGv_vec b)                   \
    {                                                                                              \
        gen_vec2(IR_##op, vece, r, a, b);                                                          \
    }
#define GEN_VUNARY(name, op)                                                                       \
    void tcg_gen_##name##_vec(unsigned vece, TCGv_vec r, TCGv_vec a)                               \
    {                                                                                              \
        wrv(r, ir_vec(tcg_ctx, IR_##op, vece, rdv(a), IR_NONE, IR_NONE, 0));                       \
    }
#define GEN_VSHIFT(name, op)                                                                       \
    void tcg_gen_##name##_vec(unsigned vece, TCGv_vec r, TCGv_vec a, unsigned i)                   \
    {                                                                                              \
        wrv(r, ir_vec(tcg_ctx, IR_##op, vece, rdv(a), IR_NONE, IR_NONE, i));                       \
    }

GEN_BITWISE(and, vand)
GEN_BITWISE(or, vor)
GEN_BITWISE(andc, vandn)
GEN_BITWISE(orc, vorn)
/* The key of an AES round is part of it. */
void tcg_gen_xor_vec(unsigned vece, TCGv_vec r, TCGv_vec a, TCGv_vec b)
{
    tcg_gen_aes_key_vec(r, a, b);
}

GEN_VBINARY(add, vadd)
GEN_VBINARY(sub, vsub)
GEN_VBINARY(mul, vmul)
GEN_VBINARY(smin, vsmin)
GEN_VBINARY(umin, vumin)
GEN_VBINARY(smax, vsmax)
GEN_VBINARY(umax, vumax)
GEN_VBINARY(cmpeq, vcmpeq)
GEN_VBINARY(cmpgt, vcmpgt)
GEN_VBINARY(cmpge, vcmpge)
GEN_VBINARY(cmphi, vcmphi)
GEN_VBINARY(cmphs, vcmphs)
GEN_VBINARY(zip1, vzip1)
GEN_VBINARY(zip2, vzip2)
GEN_VBINARY(uzp1, vuzp1)
GEN_VBINARY(uzp2, vuzp2)
GEN_VBINARY(trn1, vtrn1)
GEN_VBINARY(trn2, vtrn2)
GEN_VBINARY(addp, vaddp)
GEN_VBINARY(umull, vumull)
GEN_VBINARY(smull, vsmull)
GEN_VBINARY(ushl, vushl)
GEN_VBINARY(sshl, vsshl)
GEN_VBINARY(ssadd, vssadd)
GEN_VBINARY(usadd, vusadd)
GEN_VBINARY(sssub, vsssub)
GEN_VBINARY(ussub, vussub)
GEN_VBINARY(sdmulh, vsdmulh)
GEN_VBINARY(srdmulh, vsrdmulh)
GEN_VUNARY(neg, vneg)
GEN_VUNARY(abs, vabs)
GEN_VUNARY(cnt, vcnt)
GEN_VUNARY(uxtl, vuxtl)
GEN_VUNARY(sxtl, vsxtl)
GEN_VUNARY(xtn, vxtn)
GEN_VUNARY(low, vlow)
GEN_VSHIFT(shli, vshli)
GEN_VSHIFT(shri, vshri)
GEN_VSHIFT(sari, vsari)
GEN_VSHIFT(duplane, vduplane)
GEN_VSHIFT(rev, vrev)

void tcg_gen_not_vec(unsigned vece, TCGv_vec r, TCGv_vec a)
{
    wrv(r, ir_vec(tcg_ctx, IR_vnot, MO_64, rdv(a), IR_NONE, IR_NONE, 0));
}

void tcg_gen_mov_vec(TCGv_vec r, TCGv_vec a)
{
    wrv(r, rdv(a));
}

void tcg_gen_bitsel_vec(TCGv_vec r, TCGv_vec mask, TCGv_vec a, TCGv_vec b)
{
    IRRef rm = rdv(mask), ra = rdv(a), rb = rdv(b);

    wrv(r, ir_vec(tcg_ctx, IR_vbsl, MO_64, rm, ra, rb, 0));
}

void tcg_gen_dup_i64_vec(unsigned vece, TCGv_vec r, TCGv_i64 a)
{
    wrv(r, ir_vec(tcg_ctx, IR_vdup, vece, rd64(a), IR_NONE, IR_NONE, 0));
}

void tcg_gen_set_i64_vec(unsigned vece, TCGv_vec r, TCGv_i64 a)
{
    assert(vece >= MO_32);
    wrv(r, ir_vec(tcg_ctx, IR_vset, vece, rd64(a), IR_NONE, IR_NONE, 0));
}

void tcg_gen_insert_vec(unsigned vece, TCGv_vec r, TCGv_vec a, TCGv_i64 b, unsigned lane)
{
    IRRef ra = rdv(a), rb = rd64(b);

    assert(lane < 16u >> vece);
    wrv(r, ir_vec(tcg_ctx, IR_vinsert, vece, ra, rb, IR_NONE, lane));
}

IRRef ir_vextract(TCGContext *s, unsigned vece, IRRef a, unsigned lane)
{
    IRInsn in = { .op = IR_vextract, .type = IR_I64, .vece = vece, .arg = { a }, .imm = lane };

    return ir_emit(s, &in);
}

void tcg_gen_extract_vec(unsigned vece, TCGv_i64 r, TCGv_vec a, unsigned lane)
{
    assert(lane < 16u >> vece);
    wr64(r, ir_vextract(tcg_ctx, vece, rdv(a), lane));
}

void tcg_gen_ext_vec(TCGv_vec r, TCGv_vec a, TCGv_vec b, unsigned bytes)
{
    IRRef ra = rdv(a), rb = rdv(b);

    assert(bytes < 16);
    wrv(r, ir_vec(tcg_ctx, IR_vext, MO_8, ra, rb, IR_NONE, bytes));
}

void tcg_gen_tbl_vec(TCGv_vec r, TCGv_vec table, TCGv_vec idx)
{
    gen_vec2(IR_vtbl, MO_8, r, table, idx);
}

void tcg_gen_ld3_vec(unsigned vece, TCGv_vec r, TCGv_vec a, TCGv_vec b, TCGv_vec c, unsigned n)
{
    IRRef ra = rdv(a), rb = rdv(b), rc = rdv(c);

    wrv(r, ir_vec(tcg_ctx, IR_vld3, vece, ra, rb, rc, n));
}

void tcg_gen_st3_vec(unsigned vece, TCGv_vec r, TCGv_vec a, TCGv_vec b, TCGv_vec c, unsigned n)
{
    IRRef ra = rdv(a), rb = rdv(b), rc = rdv(c);

    wrv(r, ir_vec(tcg_ctx, IR_vst3, vece, ra, rb, rc, n));
}

/* ---- floating point: may set sticky flags, so neither shared nor removed ---- */

/* An operation on lane 0 does not see what vlow clears above it. */
static IRRef skip_vlow(IRRef ref, unsigned fmt)
{
    const IRInsn *in = ir_insn(tcg_ctx, ref);

    return in->op == IR_vlow && in->vece >= fmt ? in->arg[0] : ref;
}

static bool is_scalar_fp(IROp op, int64_t imm)
{
    return op == IR_fcmp || op == IR_fcvt_ff || op == IR_fcvt_fi ||
           (op >= IR_fadd && imm == SCALAR_LANES);
}

static IRRef gen_fp(IROp op, IRType type, unsigned fmt, unsigned cond, const IRRef *arg,
                    int64_t imm)
{
    IRInsn in = { .op = op, .type = type, .vece = fmt, .cond = cond, .imm = imm };

    assert(fmt >= MO_16 && fmt <= MO_64);
    for (unsigned k = 0; k < ir_op_info[op].nargs; k++) {
        in.arg[k] = is_scalar_fp(op, imm) ? skip_vlow(arg[k], fmt) : arg[k];
    }
    return ir_append(tcg_ctx, &in);
}

#define GEN_FBINARY(name)                                                                          \
    void tcg_gen_##name##_vec(unsigned fmt, bool scalar, TCGv_vec r, TCGv_vec a, TCGv_vec b)       \
    {                                                                                              \
        IRRef arg[2] = { rdv(a), rdv(b) };                                                         \
        wrv(r, gen_fp(IR_##name, IR_V128, fmt, 0, arg, scalar ? SCALAR_LANES : 0));                \
    }
TCG_FBINARY_OPS(GEN_FBINARY)

#define GEN_FUNARY(name)                                                                           \
    void tcg_gen_##name##_vec(unsigned fmt, bool scalar, TCGv_vec r, TCGv_vec a)                   \
    {                                                                                              \
        IRRef arg[1] = { rdv(a) };                                                                 \
        wrv(r, gen_fp(IR_##name, IR_V128, fmt, 0, arg, scalar ? SCALAR_LANES : 0));                \
    }
GEN_FUNARY(fsqrt)
GEN_FUNARY(frecpe)
GEN_FUNARY(frsqrte)

void tcg_gen_fmadd_vec(unsigned fmt, bool scalar, TCGv_vec r, TCGv_vec a, TCGv_vec b, TCGv_vec c,
                       bool neg_product, bool neg_c)
{
    IRRef arg[3] = { rdv(a), rdv(b), rdv(c) };

    wrv(r,
        gen_fp(IR_fmadd, IR_V128, fmt, neg_product | neg_c << 1, arg, scalar ? SCALAR_LANES : 0));
}

void tcg_gen_frint_vec(unsigned fmt, bool scalar, TCGv_vec r, TCGv_vec a, unsigned rmode,
                       bool exact)
{
    IRRef arg[1] = { rdv(a) };

    wrv(r, gen_fp(IR_frint, IR_V128, fmt, rmode | exact << 3, arg, scalar ? SCALAR_LANES : 0));
}

void tcg_gen_fcmp(unsigned fmt, TCGv_i64 r, TCGv_vec a, TCGv_vec b, bool signalling)
{
    IRRef arg[2] = { rdv(a), rdv(b) };

    wr64(r, gen_fp(IR_fcmp, IR_I64, fmt, 0, arg, signalling));
}

void tcg_gen_fcvt_ff(unsigned from, unsigned to, TCGv_vec r, TCGv_vec a)
{
    IRRef arg[1] = { rdv(a) };

    wrv(r, gen_fp(IR_fcvt_ff, IR_V128, from, 0, arg, to));
}

void tcg_gen_fcvt_fi(unsigned fmt, TCGv_i64 r, TCGv_vec a, unsigned fpcvt)
{
    IRRef arg[1] = { rdv(a) };

    wr64(r, gen_fp(IR_fcvt_fi, IR_I64, fmt, 0, arg, fpcvt));
}

void tcg_gen_fcvt_if(unsigned fmt, TCGv_vec r, TCGv_i64 a, unsigned fpcvt)
{
    IRRef arg[1] = { rd64(a) };

    wrv(r, gen_fp(IR_fcvt_if, IR_V128, fmt, 0, arg, fpcvt));
}

/* ---- C functions on vectors ---- */

void tcg_gen_vcall(TCGVecHelper *fn, const char *name, unsigned flags, TCGv_vec ret,
                   const TCGv_vec *args, unsigned nargs, uint64_t desc)
{
    TCGContext *s = tcg_ctx;
    IRInsn in = { .op = IR_vcall, .type = IR_V128, .imm = s->ir.n_calls };
    IRCall call = { .fn = (const void *)fn,
                    .name = name,
                    .nargs = nargs,
                    .ret = IR_V128,
                    .flags = flags,
                    .desc = desc };

    assert(nargs <= 3 && s->ir.n_calls < IR_MAX_CALLS);
    for (unsigned i = 0; i < nargs; i++) {
        call.arg[i] = rdv(args[i]);
    }
    s->calls[s->ir.n_calls++] = call;
    wrv(ret, ir_append(s, &in));
}
