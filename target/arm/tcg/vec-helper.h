/* SPDX-License-Identifier: MIT */
/*
 * Vector operations of A64 that are not done by IR operations of their own: TCGVecHelper functions.
 *
 * The operands are in v[1], v[2] and v[3] in the order that the comments give, the result goes to
 * v[0]. The descriptor says how many bytes of the result are computed (the others keep what was
 * there: the caller zeroes them), the size of an element and an immediate. Saturation sets FPSR.QC.
 */
#ifndef TARGET_ARM_VEC_HELPER_H
#define TARGET_ARM_VEC_HELPER_H

#include "tcg/tcg-op.h"

/* @bytes of the result: 1 to 16; @esz: log2 of an element's bytes; @imm: 0 to 65535. */
static inline uint64_t vdesc(unsigned bytes, unsigned esz, unsigned imm)
{
    return bytes | esz << 8 | imm << 16;
}

static inline unsigned vdesc_bytes(uint64_t desc)
{
    return desc & 0xff;
}

static inline unsigned vdesc_esz(uint64_t desc)
{
    return desc >> 8 & 0xff;
}

static inline unsigned vdesc_imm(uint64_t desc)
{
    return desc >> 16 & 0xffff;
}

/* n, m: each lane (C7.2: SQADD, SSHL, ...). The shift counts of m are signed bytes. */
TCGVecHelper helper_sqshl, helper_uqshl, helper_sqrshl, helper_uqrshl;
TCGVecHelper helper_pmul;
/* n, m, d */
TCGVecHelper helper_sqrdmlah, helper_sqrdmlsh, helper_sdot, helper_udot;
/* n, d */
TCGVecHelper helper_suqadd, helper_usqadd;
/* n */
TCGVecHelper helper_cls, helper_clz, helper_rbit;
TCGVecHelper helper_urecpe, helper_ursqrte;

/* n, m: low halves' bytes multiplied to halfwords */
TCGVecHelper helper_pmull;

/* crypto-helper.c: n, m, d; of SM3SS1 the three operands added. */
TCGVecHelper helper_sha512h, helper_sha512h2, helper_sha512su0, helper_sha512su1;
TCGVecHelper helper_sm3ss1, helper_sm3tt1, helper_sm3tt2, helper_sm3partw1, helper_sm3partw2;
TCGVecHelper helper_sm4; /* keys, state; imm: not 0 for the key schedule */
/* n, m, d: dot products of bytes, and of matrices of two rows of eight; us: n is unsigned */
TCGVecHelper helper_usdot, helper_smmla, helper_ummla, helper_usmmla;

/* Floating point: the lanes of vdesc_bytes by fpu/, in the format of the element size. */
TCGVecHelper helper_frecpx;  /* n */
TCGVecHelper helper_fmlal;   /* n, m: halves; d; imm: subtract */
TCGVecHelper helper_frint_n; /* n; imm: FPCVT_RZ or FPCVT_CURRENT, FPCVT_I32 for 32 bits */
TCGVecHelper helper_fjcvtzs; /* n; the integer in the first doubleword, NZCV in the second */
TCGVecHelper helper_fcvt_fi_h, helper_fcvt_if_h; /* n, halves and 16-bit integers; imm: FpCvt */
TCGVecHelper helper_fcvtxn; /* n; doubles to as many singles as vdesc_bytes hold, rounded to odd */
TCGVecHelper helper_bfcvt;  /* n; singles to as many BFloat16s as vdesc_bytes hold */
TCGVecHelper helper_bfdot, helper_bfmmla; /* n, m, d */

/*
 * TCGTargetOps.fp_op as a vector helper, for FPCR modes in which no IR operation is right.
 * Descriptor: op in bits 15..0, cond 23..16, fmt 31..24, imm 63..32.
 */
TCGVecHelper helper_fp_exact;

static inline uint64_t fp_exact_desc(unsigned op, unsigned cond, unsigned fmt, unsigned imm)
{
    return op | cond << 16 | fmt << 24 | (uint64_t)imm << 32;
}

#endif
