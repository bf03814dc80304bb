/* SPDX-License-Identifier: MIT */
/*
 * A64 Advanced SIMD: complex numbers (FEAT_FCMA), and products of halves added to singles
 * (FEAT_FHM), DDI0487 C4.1.96.
 *
 * A complex number is a pair of lanes, the real part first. An operation on complex numbers is one
 * on lanes: the parts of one operand are duplicated or exchanged, and some of them negated.
 */
#include "qemu/osdep.h"

#include "target/arm/tcg/simd-fp.h"

static bool fcma_exists(const DisasContext *s, unsigned fmt, int q)
{
    return isar_has(s->isar->id_aa64isar1, ID_AA64ISAR1_FCMA) && fmt != MO_8 &&
           (fmt != MO_64 || q) && (fmt != MO_16 || has_fp16(s));
}

/* The parts exchanged. */
static TCGv_vec swap_parts(unsigned fmt, TCGv_vec v)
{
    TCGv_vec t = tcg_temp_new_vec();

    if (fmt == MO_64) {
        return vec_high(v);
    }
    tcg_gen_rev_vec(fmt, t, v, fmt + 1);
    return t;
}

/* The real parts, or the imaginary ones, negated. */
static TCGv_vec negate_parts(unsigned fmt, TCGv_vec v, bool imaginary)
{
    uint64_t sign = 1ull << ((8u << fmt) - 1);
    TCGv_vec t = tcg_temp_new_vec(), mask = tcg_temp_new_vec();

    if (fmt < MO_64) {
        mask = vec_const(fmt + 1, imaginary ? sign << (8u << fmt) : sign);
    } else if (imaginary) {
        tcg_gen_ext_vec(mask, vec_zero(), vec_const(fmt, sign), 8);
    } else {
        tcg_gen_low_vec(MO_64, mask, vec_const(fmt, sign));
    }
    tcg_gen_xor_vec(MO_64, t, v, mask);
    return t;
}

/* d := n + m turned by one quarter (rot 0) or three */
bool trans_FCADD(DisasContext *s, arg_FCADD *a)
{
    TCGv_vec d = tcg_temp_new_vec();

    if (!fcma_exists(s, a->esz, a->q)) {
        return false;
    }
    if (fp_access_check(s)) {
        TCGv_vec m = swap_parts(a->esz, fp_lanes(read_v(a->rm), a->q));
        gen_fp2(s, FP_OP2(fadd), a->esz, false, d, fp_lanes(read_v(a->rn), a->q),
                negate_parts(a->esz, m, a->rot));
        write_v_part(a->rd, q_size(a->q), d);
    }
    return true;
}

/* d += a part of n * m: real parts of n by m, or imaginary ones by m turned; @rot: quarters. */
static void gen_fcmla(DisasContext *s, int rd, int q, unsigned fmt, unsigned rot, TCGv_vec n,
                      TCGv_vec m)
{
    TCGv_vec d = tcg_temp_new_vec(), part = tcg_temp_new_vec();

    if (rot & 1) {
        tcg_gen_trn2_vec(fmt, part, n, n);
        m = swap_parts(fmt, m);
    } else {
        tcg_gen_trn1_vec(fmt, part, n, n);
    }
    if (rot == 1 || rot == 2) {
        m = negate_parts(fmt, m, false);
    }
    if (rot & 2) {
        m = negate_parts(fmt, m, true);
    }
    gen_fmadd(s, fmt, false, d, fp_lanes(part, q), fp_lanes(m, q), fp_lanes(read_v(rd), q), false,
              false);
    write_v_part(rd, q_size(q), d);
}

bool trans_FCMLA_v(DisasContext *s, arg_FCMLA_v *a)
{
    if (!fcma_exists(s, a->esz, a->q)) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_fcmla(s, a->rd, a->q, a->esz, a->rot, read_v(a->rn), read_v(a->rm));
    }
    return true;
}

bool trans_FCMLA_vi(DisasContext *s, arg_FCMLA_vi *a)
{
    TCGv_vec m = tcg_temp_new_vec();

    if (!fcma_exists(s, a->esz, a->q) || (!a->q && a->idx >> 1)) {
        return false;
    }
    if (fp_access_check(s)) {
        tcg_gen_duplane_vec(a->esz + 1, m, read_v(a->rm), a->idx);
        gen_fcmla(s, a->rd, a->q, a->esz, a->rot, read_v(a->rn), m);
    }
    return true;
}

/* --- FHM --- */

static bool fmlal(DisasContext *s, int rd, int rn, TCGv_vec m, int q, bool upper, bool subtract)
{
    TCGv_vec d = tcg_temp_new_vec(), n = read_v(rn);

    if (upper) {
        TCGv_vec t = tcg_temp_new_vec();
        tcg_gen_ext_vec(t, n, n, q ? 8 : 4);
        n = t;
    }
    TCG_VCALL(helper_fmlal, d, vdesc(1u << q_size(q), MO_32, subtract), n, m, read_v(rd));
    write_v_part(rd, q_size(q), d);
    return true;
}

static bool fmlal_v(DisasContext *s, arg_vrrr *a, bool upper, bool subtract)
{
    TCGv_vec m = read_v(a->rm), t = tcg_temp_new_vec();

    if (!isar_has(s->isar->id_aa64isar0, ID_AA64ISAR0_FHM)) {
        return false;
    }
    if (!fp_access_check(s)) {
        return true;
    }
    if (upper) {
        tcg_gen_ext_vec(t, m, m, a->q ? 8 : 4);
        m = t;
    }
    return fmlal(s, a->rd, a->rn, m, a->q, upper, subtract);
}

static bool fmlal_x(DisasContext *s, arg_vrrx *a, bool upper, bool subtract)
{
    TCGv_vec m = tcg_temp_new_vec();

    if (!isar_has(s->isar->id_aa64isar0, ID_AA64ISAR0_FHM)) {
        return false;
    }
    if (!fp_access_check(s)) {
        return true;
    }
    tcg_gen_duplane_vec(MO_16, m, read_v(a->rm), a->idx);
    return fmlal(s, a->rd, a->rn, m, a->q, upper, subtract);
}

TRANS(FMLAL_v, fmlal_v, false, false)
TRANS(FMLAL2_v, fmlal_v, true, false)
TRANS(FMLSL_v, fmlal_v, false, true)
TRANS(FMLSL2_v, fmlal_v, true, true)
TRANS(FMLAL_vi, fmlal_x, false, false)
TRANS(FMLAL2_vi, fmlal_x, true, false)
TRANS(FMLSL_vi, fmlal_x, false, true)
TRANS(FMLSL2_vi, fmlal_x, true, true)
