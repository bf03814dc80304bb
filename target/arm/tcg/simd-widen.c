/* SPDX-License-Identifier: MIT */
/*
 * A64 Advanced SIMD: operations between lanes of one size and of twice that size, and across lanes
 * (DDI0487 C4.1.96). Q selects the upper halves of narrow operands and results.
 */
#include "qemu/osdep.h"

#include "target/arm/tcg/simd.h"

/* --- long: narrow n and m in low halves to wide d, of which the old value may be used --- */

static void gen_extend2(unsigned vece, bool sign, TCGv_vec *n, TCGv_vec *m)
{
    TCGv_vec n2 = tcg_temp_new_vec(), m2 = tcg_temp_new_vec();

    (sign ? tcg_gen_sxtl_vec : tcg_gen_uxtl_vec)(vece, n2, *n);
    (sign ? tcg_gen_sxtl_vec : tcg_gen_uxtl_vec)(vece, m2, *m);
    *n = n2;
    *m = m2;
}

#define DEFINE_LONG(name, op, sign)                                                                \
    static void gen_##name(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)                      \
    {                                                                                              \
        gen_extend2(vece, sign, &n, &m);                                                           \
        tcg_gen_##op##_vec(vece + 1, d, n, m);                                                     \
    }
DEFINE_LONG(saddl, add, true)
DEFINE_LONG(uaddl, add, false)
DEFINE_LONG(ssubl, sub, true)
DEFINE_LONG(usubl, sub, false)

/* The difference is computed in narrow lanes, where it fits as an unsigned number. */
static void gen_abdl(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m, GenVec2 *min, GenVec2 *max)
{
    TCGv_vec lo = tcg_temp_new_vec(), hi = tcg_temp_new_vec();

    min(vece, lo, n, m);
    max(vece, hi, n, m);
    tcg_gen_sub_vec(vece, hi, hi, lo);
    tcg_gen_uxtl_vec(vece, d, hi);
}

static void gen_sabdl(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)
{
    gen_abdl(vece, d, n, m, tcg_gen_smin_vec, tcg_gen_smax_vec);
}

static void gen_uabdl(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)
{
    gen_abdl(vece, d, n, m, tcg_gen_umin_vec, tcg_gen_umax_vec);
}

/* d += or -= what another long operation gives. */
#define DEFINE_LONG_ACC(name, op, acc)                                                             \
    static void gen_##name(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)                      \
    {                                                                                              \
        TCGv_vec t = tcg_temp_new_vec();                                                           \
                                                                                                   \
        op(vece, t, n, m);                                                                         \
        tcg_gen_##acc##_vec(vece + 1, d, d, t);                                                    \
    }
DEFINE_LONG_ACC(sabal, gen_sabdl, add)
DEFINE_LONG_ACC(uabal, gen_uabdl, add)
DEFINE_LONG_ACC(smlal, tcg_gen_smull_vec, add)
DEFINE_LONG_ACC(umlal, tcg_gen_umull_vec, add)
DEFINE_LONG_ACC(smlsl, tcg_gen_smull_vec, sub)
DEFINE_LONG_ACC(umlsl, tcg_gen_umull_vec, sub)

static bool vlong(DisasContext *s, arg_vrrr *a, GenVec2 *gen)
{
    TCGv_vec d = vec_copy(read_v(a->rd));

    if (a->esz == MO_64) {
        return false;
    }
    if (fp_access_check(s)) {
        gen(a->esz, d, vec_half(read_v(a->rn), a->q), vec_half(read_v(a->rm), a->q));
        write_v(a->rd, d);
    }
    return true;
}

static TCGv_vec dup_lane(unsigned esz, int reg, unsigned lane)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_duplane_vec(esz, t, read_v(reg), lane);
    return t;
}

static bool vlong_x(DisasContext *s, arg_vrrx *a, GenVec2 *gen)
{
    TCGv_vec d = vec_copy(read_v(a->rd));

    if (fp_access_check(s)) {
        gen(a->esz, d, vec_half(read_v(a->rn), a->q), dup_lane(a->esz, a->rm, a->idx));
        write_v(a->rd, d);
    }
    return true;
}

TRANS(SADDL_v, vlong, gen_saddl)
TRANS(UADDL_v, vlong, gen_uaddl)
TRANS(SSUBL_v, vlong, gen_ssubl)
TRANS(USUBL_v, vlong, gen_usubl)
TRANS(SABDL_v, vlong, gen_sabdl)
TRANS(UABDL_v, vlong, gen_uabdl)
TRANS(SABAL_v, vlong, gen_sabal)
TRANS(UABAL_v, vlong, gen_uabal)
TRANS(SMULL_v, vlong, tcg_gen_smull_vec)
TRANS(SMULL_vi, vlong_x, tcg_gen_smull_vec)
TRANS(UMULL_v, vlong, tcg_gen_umull_vec)
TRANS(UMULL_vi, vlong_x, tcg_gen_umull_vec)
TRANS(SMLAL_v, vlong, gen_smlal)
TRANS(SMLAL_vi, vlong_x, gen_smlal)
TRANS(UMLAL_v, vlong, gen_umlal)
TRANS(UMLAL_vi, vlong_x, gen_umlal)
TRANS(SMLSL_v, vlong, gen_smlsl)
TRANS(SMLSL_vi, vlong_x, gen_smlsl)
TRANS(UMLSL_v, vlong, gen_umlsl)
TRANS(UMLSL_vi, vlong_x, gen_umlsl)

bool trans_PMULL_v(DisasContext *s, arg_PMULL_v *a)
{
    TCGv_vec d = tcg_temp_new_vec();
    bool has_64 = isar_field(s->isar->id_aa64isar0, ID_AA64ISAR0_AES) >= 2;

    if (a->esz != MO_8 && !(a->esz == MO_64 && has_64)) {
        return false;
    }
    if (fp_access_check(s)) {
        TCGv_vec n = vec_half(read_v(a->rn), a->q), m = vec_half(read_v(a->rm), a->q);

        if (a->esz == MO_64) {
            tcg_gen_pmull_vec(d, n, m);
        } else {
            TCG_VCALL(helper_pmull, d, 0, n, m);
        }
        write_v(a->rd, d);
    }
    return true;
}

/* --- wide: narrow m to wide n --- */

static bool vwide(DisasContext *s, arg_vrrr *a, GenVec1 *extend, GenVec2 *gen)
{
    TCGv_vec t = tcg_temp_new_vec();

    if (a->esz == MO_64) {
        return false;
    }
    if (fp_access_check(s)) {
        extend(a->esz, t, vec_half(read_v(a->rm), a->q));
        gen(a->esz + 1, t, read_v(a->rn), t);
        write_v(a->rd, t);
    }
    return true;
}

TRANS(SADDW_v, vwide, tcg_gen_sxtl_vec, tcg_gen_add_vec)
TRANS(UADDW_v, vwide, tcg_gen_uxtl_vec, tcg_gen_add_vec)
TRANS(SSUBW_v, vwide, tcg_gen_sxtl_vec, tcg_gen_sub_vec)
TRANS(USUBW_v, vwide, tcg_gen_uxtl_vec, tcg_gen_sub_vec)

/* --- the high halves of wide sums --- */

static bool vhigh_narrow(DisasContext *s, arg_vrrr *a, GenVec2 *gen, bool round)
{
    TCGv_vec t = tcg_temp_new_vec();
    unsigned bits = 8u << a->esz;

    if (a->esz == MO_64) {
        return false;
    }
    if (!fp_access_check(s)) {
        return true;
    }
    gen(a->esz + 1, t, read_v(a->rn), read_v(a->rm));
    if (round) {
        tcg_gen_add_vec(a->esz + 1, t, t, vec_const(a->esz + 1, 1ull << (bits - 1)));
    }
    tcg_gen_shri_vec(a->esz + 1, t, t, bits);
    tcg_gen_xtn_vec(a->esz, t, t);
    write_v_narrow(a->rd, a->q, t);
    return true;
}

TRANS(ADDHN_v, vhigh_narrow, tcg_gen_add_vec, false)
TRANS(RADDHN_v, vhigh_narrow, tcg_gen_add_vec, true)
TRANS(SUBHN_v, vhigh_narrow, tcg_gen_sub_vec, false)
TRANS(RSUBHN_v, vhigh_narrow, tcg_gen_sub_vec, true)

/* --- narrowing --- */

bool trans_XTN_v(DisasContext *s, arg_XTN_v *a)
{
    TCGv_vec t = tcg_temp_new_vec();

    if (a->esz == MO_64) {
        return false;
    }
    if (fp_access_check(s)) {
        tcg_gen_xtn_vec(a->esz, t, read_v(a->rn));
        write_v_narrow(a->rd, a->q, t);
    }
    return true;
}

/* --- widening of one operand --- */

bool trans_SHLL_v(DisasContext *s, arg_SHLL_v *a)
{
    TCGv_vec t = tcg_temp_new_vec();

    if (a->esz == MO_64) {
        return false;
    }
    if (fp_access_check(s)) {
        tcg_gen_uxtl_vec(a->esz, t, vec_half(read_v(a->rn), a->q));
        tcg_gen_shli_vec(a->esz + 1, t, t, 8u << a->esz);
        write_v(a->rd, t);
    }
    return true;
}

/* Sums of adjacent lanes: the even and the odd ones extended in place, in lanes of twice the size.
 */
static TCGv_vec gen_pairs_long(unsigned esz, TCGv_vec n, GenVecI *shift)
{
    TCGv_vec even = tcg_temp_new_vec(), odd = tcg_temp_new_vec();
    unsigned wide = esz + 1, bits = 8u << esz;

    tcg_gen_shli_vec(wide, even, n, bits);
    shift(wide, even, even, bits);
    shift(wide, odd, n, bits);
    tcg_gen_add_vec(wide, even, even, odd);
    return even;
}

static bool pairs_long(DisasContext *s, arg_vrr *a, GenVecI *shift, bool accumulate)
{
    TCGv_vec t;

    if (a->esz == MO_64) {
        return false;
    }
    if (!fp_access_check(s)) {
        return true;
    }
    t = gen_pairs_long(a->esz, read_v(a->rn), shift);
    if (accumulate) {
        tcg_gen_add_vec(a->esz + 1, t, t, read_v(a->rd));
    }
    write_v_part(a->rd, q_size(a->q), t);
    return true;
}

TRANS(SADDLP_v, pairs_long, tcg_gen_sari_vec, false)
TRANS(UADDLP_v, pairs_long, tcg_gen_shri_vec, false)
TRANS(SADALP_v, pairs_long, tcg_gen_sari_vec, true)
TRANS(UADALP_v, pairs_long, tcg_gen_shri_vec, true)

/* --- across lanes --- */

/* Words exist in 128 bits only. */
static bool across_ok(arg_vrr *a)
{
    return a->esz < MO_32 || (a->esz == MO_32 && a->q);
}

/* Combines each lane with the one half the vector away, until all are the same. */
static bool across(DisasContext *s, arg_vrr *a, GenVec2 *gen)
{
    TCGv_vec t = tcg_temp_new_vec(), v;

    if (!across_ok(a)) {
        return false;
    }
    if (!fp_access_check(s)) {
        return true;
    }
    v = a->q ? vec_copy(read_v(a->rn)) : vec_join(read_v(a->rn), read_v(a->rn));
    for (unsigned step = a->q ? 8 : 4; step >= 1u << a->esz; step /= 2) {
        tcg_gen_ext_vec(t, v, v, step);
        gen(a->esz, v, v, t);
    }
    write_v_part(a->rd, a->esz, v);
    return true;
}

TRANS(ADDV, across, tcg_gen_add_vec)
TRANS(SMAXV, across, tcg_gen_smax_vec)
TRANS(SMINV, across, tcg_gen_smin_vec)
TRANS(UMAXV, across, tcg_gen_umax_vec)
TRANS(UMINV, across, tcg_gen_umin_vec)

/* Sums of pairs up to 64 bits, where nothing overflows; then of the two halves. */
static bool across_long(DisasContext *s, arg_vrr *a, GenVecI *shift)
{
    TCGv_vec t;

    if (!across_ok(a)) {
        return false;
    }
    if (!fp_access_check(s)) {
        return true;
    }
    t = read_v(a->rn);
    for (unsigned esz = a->esz; esz < MO_64; esz++) {
        t = gen_pairs_long(esz, t, shift);
    }
    if (a->q) {
        tcg_gen_add_vec(MO_64, t, t, vec_high(t));
    }
    write_v_part(a->rd, a->esz + 1, t);
    return true;
}

TRANS(SADDLV, across_long, tcg_gen_sari_vec)
TRANS(UADDLV, across_long, tcg_gen_shri_vec)
