/* SPDX-License-Identifier: MIT */
/*
 * Emitting floating-point operations: as IR operations, or where FPCR has a mode that these do not
 * obey (flushing, the alternative half-precision format) as calls of the exact arithmetic.
 */
#ifndef TARGET_ARM_TCG_SIMD_FP_H
#define TARGET_ARM_TCG_SIMD_FP_H

#include "target/arm/tcg/simd.h"

typedef void GenFp2(unsigned fmt, bool scalar, TCGv_vec d, TCGv_vec n, TCGv_vec m);

/* An operation of two operands by its IR name. */
typedef struct FpOp2 {
    IROp op;
    GenFp2 *gen;
    const char *name;
} FpOp2;
/* The same of one operand. */
typedef void GenFp1(unsigned fmt, bool scalar, TCGv_vec d, TCGv_vec n);

typedef struct FpOp1 {
    IROp op;
    GenFp1 *gen;
    const char *name;
} FpOp1;
#define FP_OP1(op) ((FpOp1){ IR_##op, tcg_gen_##op##_vec, #op })
#define FP_OP2(op) ((FpOp2){ IR_##op, tcg_gen_##op##_vec, #op })

/* d := n op m. In vectors (not @scalar) every lane counts: see fp_lanes. */
void gen_fp2(const DisasContext *s, FpOp2 op, unsigned fmt, bool scalar, TCGv_vec d, TCGv_vec n,
             TCGv_vec m);
void gen_fp1(const DisasContext *s, FpOp1 op, unsigned fmt, bool scalar, TCGv_vec d, TCGv_vec n);
/* d := +-(n * m) +- a, as tcg_gen_fmadd_vec. */
void gen_fmadd(const DisasContext *s, unsigned fmt, bool scalar, TCGv_vec d, TCGv_vec n, TCGv_vec m,
               TCGv_vec a, bool neg_product, bool neg_a);
/* @rmode: FPCVT_RNE .. FPCVT_CURRENT */
void gen_frint(const DisasContext *s, unsigned fmt, bool scalar, TCGv_vec d, TCGv_vec n,
               unsigned rmode, bool exact);
void gen_fcvt_ff(const DisasContext *s, unsigned from, unsigned to, TCGv_vec d, TCGv_vec n);
void gen_fcvt_fi(const DisasContext *s, unsigned fmt, TCGv_i64 d, TCGv_vec n, unsigned cvt);
void gen_fcvt_if(const DisasContext *s, unsigned fmt, TCGv_vec d, TCGv_i64 n, unsigned cvt);
/* FCMP_*: the flags are those of r - 1. @signalling: a quiet NaN raises Invalid Operation, too. */
void gen_fcmp(const DisasContext *s, unsigned fmt, TCGv_i64 r, TCGv_vec n, TCGv_vec m,
              bool signalling);

/* Sign bits, each lane: d := |n|, d := -n. */
void gen_fabs(unsigned fmt, TCGv_vec d, TCGv_vec n);
void gen_fneg(unsigned fmt, TCGv_vec d, TCGv_vec n);

/*
 * The format of sz in vectors (0 single, 1 double, 2 half) as the size of its element, or -1: not
 * on this CPU, or doubles in 64 bits.
 */
int fmt_of_sz(const DisasContext *s, int sz, int q);

/* The operand @v of an operation on all lanes: with zeros above the 64 bits that count if !@q. */
static inline TCGv_vec fp_lanes(TCGv_vec v, int q)
{
    TCGv_vec t;

    if (q) {
        return v;
    }
    t = tcg_temp_new_vec();
    tcg_gen_low_vec(MO_64, t, v);
    return t;
}

#endif
