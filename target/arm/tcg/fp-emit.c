/* SPDX-License-Identifier: MIT */
/* Emitting floating-point operations: inline, or exact where FPCR has a mode that needs it. */
#include "qemu/osdep.h"

#include "target/arm/tcg/simd-fp.h"

static bool exact_mode(const DisasContext *s)
{
    return s->mode & (MODE_FZ | MODE_FZ16);
}

static void gen_exact(IROp op, const char *name, unsigned cond, unsigned fmt, unsigned imm,
                      TCGv_vec d, const TCGv_vec *args, unsigned nargs)
{
    tcg_gen_vcall(helper_fp_exact, name, 0, d, args, nargs, fp_exact_desc(op, cond, fmt, imm));
}

void gen_fp2(const DisasContext *s, FpOp2 op, unsigned fmt, bool scalar, TCGv_vec d, TCGv_vec n,
             TCGv_vec m)
{
    const TCGv_vec args[] = { n, m };

    if (exact_mode(s)) {
        gen_exact(op.op, op.name, 0, fmt, scalar, d, args, 2);
    } else {
        op.gen(fmt, scalar, d, n, m);
    }
}

void gen_fp1(const DisasContext *s, FpOp1 op, unsigned fmt, bool scalar, TCGv_vec d, TCGv_vec n)
{
    if (exact_mode(s)) {
        gen_exact(op.op, op.name, 0, fmt, scalar, d, &n, 1);
    } else {
        op.gen(fmt, scalar, d, n);
    }
}

void gen_fmadd(const DisasContext *s, unsigned fmt, bool scalar, TCGv_vec d, TCGv_vec n, TCGv_vec m,
               TCGv_vec a, bool neg_product, bool neg_a)
{
    const TCGv_vec args[] = { n, m, a };

    if (exact_mode(s)) {
        gen_exact(IR_fmadd, "fmadd", neg_product | neg_a << 1, fmt, scalar, d, args, 3);
    } else {
        tcg_gen_fmadd_vec(fmt, scalar, d, n, m, a, neg_product, neg_a);
    }
}

void gen_frint(const DisasContext *s, unsigned fmt, bool scalar, TCGv_vec d, TCGv_vec n,
               unsigned rmode, bool exact)
{
    if (exact_mode(s)) {
        gen_exact(IR_frint, "frint", rmode | exact << 3, fmt, scalar, d, &n, 1);
    } else {
        tcg_gen_frint_vec(fmt, scalar, d, n, rmode, exact);
    }
}

void gen_fcvt_ff(const DisasContext *s, unsigned from, unsigned to, TCGv_vec d, TCGv_vec n)
{
    if (exact_mode(s)) {
        gen_exact(IR_fcvt_ff, "fcvt_ff", 0, from, to, d, &n, 1);
    } else {
        tcg_gen_fcvt_ff(from, to, d, n);
    }
}

void gen_fcvt_fi(const DisasContext *s, unsigned fmt, TCGv_i64 d, TCGv_vec n, unsigned cvt)
{
    TCGv_vec t = tcg_temp_new_vec();

    if (exact_mode(s)) {
        gen_exact(IR_fcvt_fi, "fcvt_fi", 0, fmt, cvt, t, &n, 1);
        tcg_gen_extract_vec(MO_64, d, t, 0);
    } else {
        tcg_gen_fcvt_fi(fmt, d, n, cvt);
    }
}

void gen_fcvt_if(const DisasContext *s, unsigned fmt, TCGv_vec d, TCGv_i64 n, unsigned cvt)
{
    TCGv_vec t = tcg_temp_new_vec();

    if (exact_mode(s)) {
        tcg_gen_dup_i64_vec(MO_64, t, n);
        gen_exact(IR_fcvt_if, "fcvt_if", 0, fmt, cvt, d, &t, 1);
    } else {
        tcg_gen_fcvt_if(fmt, d, n, cvt);
    }
}

void gen_fcmp(const DisasContext *s, unsigned fmt, TCGv_i64 r, TCGv_vec n, TCGv_vec m,
              bool signalling)
{
    const TCGv_vec args[] = { n, m };
    TCGv_vec t = tcg_temp_new_vec();

    if (exact_mode(s)) {
        gen_exact(IR_fcmp, "fcmp", 0, fmt, signalling, t, args, 2);
        tcg_gen_extract_vec(MO_64, r, t, 0);
    } else {
        tcg_gen_fcmp(fmt, r, n, m, signalling);
    }
}

static uint64_t sign_bit(unsigned fmt)
{
    return 1ull << ((8u << fmt) - 1);
}

void gen_fabs(unsigned fmt, TCGv_vec d, TCGv_vec n)
{
    tcg_gen_and_vec(MO_64, d, n, vec_const(fmt, sign_bit(fmt) - 1));
}

void gen_fneg(unsigned fmt, TCGv_vec d, TCGv_vec n)
{
    tcg_gen_xor_vec(MO_64, d, n, vec_const(fmt, sign_bit(fmt)));
}

uint64_t vfp_expand_imm(unsigned fmt, unsigned imm8)
{
    static const uint8_t exp_bits[] = { [MO_16] = 5, [MO_32] = 8, [MO_64] = 11 };
    unsigned e = exp_bits[fmt], frac = (8u << fmt) - 1 - e;
    uint64_t sign = imm8 >> 7, b = imm8 >> 6 & 1;
    uint64_t exp = (b ^ 1) << (e - 1) | (b ? ((1ull << (e - 3)) - 1) << 2 : 0) | (imm8 >> 4 & 3);

    return sign << ((8u << fmt) - 1) | exp << frac | (uint64_t)(imm8 & 15) << (frac - 4);
}
