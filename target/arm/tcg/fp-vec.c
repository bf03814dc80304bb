/* SPDX-License-Identifier: MIT */
/*
 * A64 Advanced SIMD: floating-point arithmetic and comparisons on vectors, and on scalars what the
 * scalar floating-point instructions lack (DDI0487 C4.1.96).
 */
#include "qemu/osdep.h"

#include "target/arm/tcg/simd-fp.h"

int fmt_of_sz(const DisasContext *s, int sz, int q)
{
    switch (sz) {
    case 0:
        return MO_32;
    case 1:
        return q ? MO_64 : -1;
    default:
        return has_fp16(s) ? MO_16 : -1;
    }
}

/* --- two operands --- */

/* How an instruction is made of an operation and sign changes. */
typedef enum FpShape {
    SHAPE_PLAIN,
    SHAPE_ABS_RESULT,   /* FABD */
    SHAPE_ABS_OPERANDS, /* FACGE, FACGT */
} FpShape;

static void gen_shape(DisasContext *s, FpOp2 op, FpShape shape, unsigned fmt, bool scalar,
                      TCGv_vec d, TCGv_vec n, TCGv_vec m)
{
    if (shape == SHAPE_ABS_OPERANDS) {
        TCGv_vec n2 = tcg_temp_new_vec(), m2 = tcg_temp_new_vec();

        gen_fabs(fmt, n2, n);
        gen_fabs(fmt, m2, m);
        n = n2;
        m = m2;
    }
    gen_fp2(s, op, fmt, scalar, d, n, m);
    if (shape == SHAPE_ABS_RESULT) {
        gen_fabs(fmt, d, d);
    }
}

static bool fvrrr(DisasContext *s, arg_fvrrr *a, FpOp2 op, FpShape shape)
{
    int fmt = fmt_of_sz(s, a->sz, a->q);
    TCGv_vec d = tcg_temp_new_vec();

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_shape(s, op, shape, fmt, false, d, fp_lanes(read_v(a->rn), a->q),
                  fp_lanes(read_v(a->rm), a->q));
        write_v_part(a->rd, q_size(a->q), d);
    }
    return true;
}

static bool fsrrr(DisasContext *s, arg_fsrrr *a, FpOp2 op, FpShape shape)
{
    int fmt = fmt_of_sz(s, a->sz, 1);
    TCGv_vec d = tcg_temp_new_vec();

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_shape(s, op, shape, fmt, true, d, read_v(a->rn), read_v(a->rm));
        write_v_part(a->rd, fmt, d);
    }
    return true;
}

TRANS(FADD_v, fvrrr, FP_OP2(fadd), SHAPE_PLAIN)
TRANS(FSUB_v, fvrrr, FP_OP2(fsub), SHAPE_PLAIN)
TRANS(FMUL_v, fvrrr, FP_OP2(fmul), SHAPE_PLAIN)
TRANS(FMULX_v, fvrrr, FP_OP2(fmulx), SHAPE_PLAIN)
TRANS(FMULX_s, fsrrr, FP_OP2(fmulx), SHAPE_PLAIN)
TRANS(FMAX_v, fvrrr, FP_OP2(fmax), SHAPE_PLAIN)
TRANS(FMIN_v, fvrrr, FP_OP2(fmin), SHAPE_PLAIN)
TRANS(FMAXNM_v, fvrrr, FP_OP2(fmaxnm), SHAPE_PLAIN)
TRANS(FMINNM_v, fvrrr, FP_OP2(fminnm), SHAPE_PLAIN)
TRANS(FCMEQ_v, fvrrr, FP_OP2(fcmeq), SHAPE_PLAIN)
TRANS(FCMEQ_s, fsrrr, FP_OP2(fcmeq), SHAPE_PLAIN)
TRANS(FCMGE_v, fvrrr, FP_OP2(fcmge), SHAPE_PLAIN)
TRANS(FCMGE_s, fsrrr, FP_OP2(fcmge), SHAPE_PLAIN)
TRANS(FCMGT_v, fvrrr, FP_OP2(fcmgt), SHAPE_PLAIN)
TRANS(FCMGT_s, fsrrr, FP_OP2(fcmgt), SHAPE_PLAIN)
TRANS(FACGE_v, fvrrr, FP_OP2(fcmge), SHAPE_ABS_OPERANDS)
TRANS(FACGE_s, fsrrr, FP_OP2(fcmge), SHAPE_ABS_OPERANDS)
TRANS(FACGT_v, fvrrr, FP_OP2(fcmgt), SHAPE_ABS_OPERANDS)
TRANS(FACGT_s, fsrrr, FP_OP2(fcmgt), SHAPE_ABS_OPERANDS)
TRANS(FABD_v, fvrrr, FP_OP2(fsub), SHAPE_ABS_RESULT)
TRANS(FABD_s, fsrrr, FP_OP2(fsub), SHAPE_ABS_RESULT)

/* An operand for which 0 would raise an exception: with 1 above the 64 bits that count if !@q. */
static TCGv_vec fp_lanes_1(unsigned fmt, TCGv_vec v, int q)
{
    enum { IMM_ONE = 0x70 };
    TCGv_vec t = tcg_temp_new_vec();

    if (q) {
        return v;
    }
    tcg_gen_insert_vec(MO_64, t, v, tcg_constant_i64(dup_bits(fmt, vfp_expand_imm(fmt, IMM_ONE))),
                       1);
    return t;
}

bool trans_FDIV_v(DisasContext *s, arg_FDIV_v *a)
{
    int fmt = fmt_of_sz(s, a->sz, a->q);
    TCGv_vec d = tcg_temp_new_vec();

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_fp2(s, FP_OP2(fdiv), fmt, false, d, fp_lanes(read_v(a->rn), a->q),
                fp_lanes_1(fmt, read_v(a->rm), a->q));
        write_v_part(a->rd, q_size(a->q), d);
    }
    return true;
}

TRANS(FRECPS_v, fvrrr, FP_OP2(frecps), SHAPE_PLAIN)
TRANS(FRECPS_s, fsrrr, FP_OP2(frecps), SHAPE_PLAIN)
TRANS(FRSQRTS_v, fvrrr, FP_OP2(frsqrts), SHAPE_PLAIN)
TRANS(FRSQRTS_s, fsrrr, FP_OP2(frsqrts), SHAPE_PLAIN)

/* --- multiply-add --- */

static bool fvmla(DisasContext *s, arg_fvrrr *a, bool subtract)
{
    int fmt = fmt_of_sz(s, a->sz, a->q);
    TCGv_vec d = tcg_temp_new_vec();

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_fmadd(s, fmt, false, d, fp_lanes(read_v(a->rn), a->q), fp_lanes(read_v(a->rm), a->q),
                  fp_lanes(read_v(a->rd), a->q), subtract, false);
        write_v_part(a->rd, q_size(a->q), d);
    }
    return true;
}

TRANS(FMLA_v, fvmla, false)
TRANS(FMLS_v, fvmla, true)

/* --- by element --- */

static bool fmt_exists(const DisasContext *s, int esz, int q)
{
    return esz == MO_16 ? has_fp16(s) : esz == MO_32 || q;
}

static TCGv_vec fp_dup_lane(unsigned fmt, int reg, unsigned lane)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_duplane_vec(fmt, t, read_v(reg), lane);
    return t;
}

static bool fvrrx(DisasContext *s, arg_vrrx *a, FpOp2 op)
{
    TCGv_vec d = tcg_temp_new_vec();

    if (!fmt_exists(s, a->esz, a->q)) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_fp2(s, op, a->esz, false, d, fp_lanes(read_v(a->rn), a->q),
                fp_lanes(fp_dup_lane(a->esz, a->rm, a->idx), a->q));
        write_v_part(a->rd, q_size(a->q), d);
    }
    return true;
}

static bool fsrrx(DisasContext *s, arg_srrx *a, FpOp2 op)
{
    TCGv_vec d = tcg_temp_new_vec();

    if (!fmt_exists(s, a->esz, 1)) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_fp2(s, op, a->esz, true, d, read_v(a->rn), fp_dup_lane(a->esz, a->rm, a->idx));
        write_v_part(a->rd, a->esz, d);
    }
    return true;
}

static bool fvmla_x(DisasContext *s, arg_vrrx *a, bool subtract)
{
    TCGv_vec d = tcg_temp_new_vec();

    if (!fmt_exists(s, a->esz, a->q)) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_fmadd(s, a->esz, false, d, fp_lanes(read_v(a->rn), a->q),
                  fp_lanes(fp_dup_lane(a->esz, a->rm, a->idx), a->q), fp_lanes(read_v(a->rd), a->q),
                  subtract, false);
        write_v_part(a->rd, q_size(a->q), d);
    }
    return true;
}

static bool fsmla_x(DisasContext *s, arg_srrx *a, bool subtract)
{
    TCGv_vec d = tcg_temp_new_vec();

    if (!fmt_exists(s, a->esz, 1)) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_fmadd(s, a->esz, true, d, read_v(a->rn), fp_dup_lane(a->esz, a->rm, a->idx),
                  read_v(a->rd), subtract, false);
        write_v_part(a->rd, a->esz, d);
    }
    return true;
}

TRANS(FMUL_vi, fvrrx, FP_OP2(fmul))
TRANS(FMUL_si, fsrrx, FP_OP2(fmul))
TRANS(FMULX_vi, fvrrx, FP_OP2(fmulx))
TRANS(FMULX_si, fsrrx, FP_OP2(fmulx))
TRANS(FMLA_vi, fvmla_x, false)
TRANS(FMLA_si, fsmla_x, false)
TRANS(FMLS_vi, fvmla_x, true)
TRANS(FMLS_si, fsmla_x, true)

/* --- pairwise and across lanes --- */

static bool fvpairs(DisasContext *s, arg_fvrrr *a, FpOp2 op)
{
    int fmt = fmt_of_sz(s, a->sz, a->q);
    TCGv_vec even, odd, d = tcg_temp_new_vec();

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        vec_pairs(fmt, q_size(a->q), &even, &odd, read_v(a->rn), read_v(a->rm));
        gen_fp2(s, op, fmt, false, d, even, odd);
        write_v_part(a->rd, q_size(a->q), d);
    }
    return true;
}

static bool fspair(DisasContext *s, arg_fsrr *a, FpOp2 op)
{
    int fmt = fmt_of_sz(s, a->sz, 1);
    TCGv_vec d = tcg_temp_new_vec();

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_fp2(s, op, fmt, true, d, read_v(a->rn), fp_dup_lane(fmt, a->rn, 1));
        write_v_part(a->rd, fmt, d);
    }
    return true;
}

/* A tree of adjacent pairs (J1.1.3, Reduce); the lanes left over are zeros, which raise nothing. */
static bool fvacross(DisasContext *s, arg_fvrr *a, FpOp2 op)
{
    int fmt = fmt_of_sz(s, a->sz, a->q);
    TCGv_vec v, even, odd;

    if (fmt < 0) {
        return false;
    }
    if (!fp_access_check(s)) {
        return true;
    }
    v = vec_copy(fp_lanes(read_v(a->rn), a->q));
    for (unsigned lanes = (a->q ? 16 : 8) >> fmt; lanes > 1; lanes /= 2) {
        vec_pairs(fmt, MO_128, &even, &odd, v, vec_zero());
        gen_fp2(s, op, fmt, false, v, even, odd);
    }
    write_v_part(a->rd, fmt, v);
    return true;
}

TRANS(FADDP_v, fvpairs, FP_OP2(fadd))
TRANS(FADDP_s, fspair, FP_OP2(fadd))
TRANS(FMAXP_v, fvpairs, FP_OP2(fmax))
TRANS(FMAXP_s, fspair, FP_OP2(fmax))
TRANS(FMINP_v, fvpairs, FP_OP2(fmin))
TRANS(FMINP_s, fspair, FP_OP2(fmin))
TRANS(FMAXNMP_v, fvpairs, FP_OP2(fmaxnm))
TRANS(FMAXNMP_s, fspair, FP_OP2(fmaxnm))
TRANS(FMINNMP_v, fvpairs, FP_OP2(fminnm))
TRANS(FMINNMP_s, fspair, FP_OP2(fminnm))
TRANS(FMAXV, fvacross, FP_OP2(fmax))
TRANS(FMINV, fvacross, FP_OP2(fmin))
TRANS(FMAXNMV, fvacross, FP_OP2(fmaxnm))
TRANS(FMINNMV, fvacross, FP_OP2(fminnm))

/* --- comparisons with zero --- */

static void gen_compare_zero(DisasContext *s, FpOp2 op, bool swap, unsigned fmt, bool scalar,
                             TCGv_vec d, TCGv_vec n)
{
    gen_fp2(s, op, fmt, scalar, d, swap ? vec_zero() : n, swap ? n : vec_zero());
}

static bool fvcmp0(DisasContext *s, arg_fvrr *a, FpOp2 op, bool swap)
{
    int fmt = fmt_of_sz(s, a->sz, a->q);
    TCGv_vec d = tcg_temp_new_vec();

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_compare_zero(s, op, swap, fmt, false, d, fp_lanes(read_v(a->rn), a->q));
        write_v_part(a->rd, q_size(a->q), d);
    }
    return true;
}

static bool fscmp0(DisasContext *s, arg_fsrr *a, FpOp2 op, bool swap)
{
    int fmt = fmt_of_sz(s, a->sz, 1);
    TCGv_vec d = tcg_temp_new_vec();

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_compare_zero(s, op, swap, fmt, true, d, read_v(a->rn));
        write_v_part(a->rd, fmt, d);
    }
    return true;
}

TRANS(FCMEQ0_v, fvcmp0, FP_OP2(fcmeq), false)
TRANS(FCMEQ0_s, fscmp0, FP_OP2(fcmeq), false)
TRANS(FCMGE0_v, fvcmp0, FP_OP2(fcmge), false)
TRANS(FCMGE0_s, fscmp0, FP_OP2(fcmge), false)
TRANS(FCMGT0_v, fvcmp0, FP_OP2(fcmgt), false)
TRANS(FCMGT0_s, fscmp0, FP_OP2(fcmgt), false)
TRANS(FCMLE0_v, fvcmp0, FP_OP2(fcmge), true)
TRANS(FCMLE0_s, fscmp0, FP_OP2(fcmge), true)
TRANS(FCMLT0_v, fvcmp0, FP_OP2(fcmgt), true)
TRANS(FCMLT0_s, fscmp0, FP_OP2(fcmgt), true)

/* --- one operand --- */

static bool fvrr_bits(DisasContext *s, arg_fvrr *a, GenVec1 *gen)
{
    int fmt = fmt_of_sz(s, a->sz, a->q);
    TCGv_vec d = tcg_temp_new_vec();

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        gen(fmt, d, read_v(a->rn));
        write_v_part(a->rd, q_size(a->q), d);
    }
    return true;
}

TRANS(FABS_v, fvrr_bits, gen_fabs)
TRANS(FNEG_v, fvrr_bits, gen_fneg)

static bool fvrr(DisasContext *s, arg_fvrr *a, FpOp1 op, bool zero_is_exact)
{
    int fmt = fmt_of_sz(s, a->sz, a->q);
    TCGv_vec d = tcg_temp_new_vec();

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_fp1(s, op, fmt, false, d,
                zero_is_exact ? fp_lanes(read_v(a->rn), a->q)
                              : fp_lanes_1(fmt, read_v(a->rn), a->q));
        write_v_part(a->rd, q_size(a->q), d);
    }
    return true;
}

static bool fsrr(DisasContext *s, arg_fsrr *a, FpOp1 op)
{
    int fmt = fmt_of_sz(s, a->sz, 1);
    TCGv_vec d = tcg_temp_new_vec();

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_fp1(s, op, fmt, true, d, read_v(a->rn));
        write_v_part(a->rd, fmt, d);
    }
    return true;
}

TRANS(FSQRT_v, fvrr, FP_OP1(fsqrt), true)
TRANS(FRECPE_v, fvrr, FP_OP1(frecpe), false)
TRANS(FRECPE_s, fsrr, FP_OP1(frecpe))
TRANS(FRSQRTE_v, fvrr, FP_OP1(frsqrte), false)
TRANS(FRSQRTE_s, fsrr, FP_OP1(frsqrte))

bool trans_FRECPX_s(DisasContext *s, arg_FRECPX_s *a)
{
    int fmt = fmt_of_sz(s, a->sz, 1);

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_vec1(a->rd, fmt, fmt, read_v(a->rn), NULL, helper_frecpx, "frecpx");
    }
    return true;
}
