/* SPDX-License-Identifier: MIT */
/*
 * A64 Advanced SIMD: saturating operations (DDI0487 C4.1.96).
 *
 * FPSR.QC has a vector register of its own, cpu_qc: QC is set if any bit of it is. So an operation
 * only gathers there how its lanes differ from what they are without saturation. Lanes above a
 * result of 64 bits or less must not count: operands are cut to their size before.
 */
#include "qemu/osdep.h"

#include "target/arm/tcg/simd.h"

static TCGv_vec read_v_part(int reg, unsigned size)
{
    TCGv_vec t;

    if (size == MO_128) {
        return read_v(reg);
    }
    t = tcg_temp_new_vec();
    tcg_gen_low_vec(size, t, read_v(reg));
    return t;
}

/* Lanes of which a bit is set in @diff were saturated. */
static void note_saturation(TCGv_vec diff)
{
    TCGv_vec qc = tcg_global_vec(GLOBAL_QC);

    tcg_gen_or_vec(MO_64, qc, qc, diff);
}

static void note_difference(TCGv_vec a, TCGv_vec b)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_xor_vec(MO_64, t, a, b);
    note_saturation(t);
}

/* d := sat(n, m), which would be plain(n, m) */
static void gen_saturating(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m, GenVec2 *sat,
                           GenVec2 *plain)
{
    TCGv_vec t = tcg_temp_new_vec(), u = tcg_temp_new_vec();

    sat(vece, t, n, m);
    plain(vece, u, n, m);
    note_difference(t, u);
    tcg_gen_mov_vec(d, t);
}

/* --- shapes, as in simd-int.c --- */

static bool vrrr(DisasContext *s, arg_vrrr *a, unsigned min, unsigned max, GenVec2 *gen)
{
    unsigned size = q_size(a->q);

    if (a->esz < min || a->esz > max || (a->esz == MO_64 && !a->q)) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_vec2(a->rd, size, a->esz, read_v_part(a->rn, size), read_v_part(a->rm, size), gen, NULL,
                 NULL);
    }
    return true;
}

static bool srrr(DisasContext *s, arg_srrr *a, unsigned min, unsigned max, GenVec2 *gen)
{
    if (a->esz < min || a->esz > max) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_vec2(a->rd, a->esz, a->esz, read_v_part(a->rn, a->esz), read_v_part(a->rm, a->esz), gen,
                 NULL, NULL);
    }
    return true;
}

/* One operand without lanes above the size is enough: its products are 0. */
static bool vrrx(DisasContext *s, arg_vrrx *a, GenVec2 *gen)
{
    unsigned size = q_size(a->q);

    if (fp_access_check(s)) {
        TCGv_vec m = tcg_temp_new_vec();
        tcg_gen_duplane_vec(a->esz, m, read_v(a->rm), a->idx);
        gen_vec2(a->rd, size, a->esz, read_v_part(a->rn, size), m, gen, NULL, NULL);
    }
    return true;
}

static bool srrx(DisasContext *s, arg_srrx *a, GenVec2 *gen)
{
    if (fp_access_check(s)) {
        TCGv_vec m = tcg_temp_new_vec();
        tcg_gen_duplane_vec(a->esz, m, read_v(a->rm), a->idx);
        gen_vec2(a->rd, a->esz, a->esz, read_v_part(a->rn, a->esz), m, gen, NULL, NULL);
    }
    return true;
}

static bool vrr(DisasContext *s, arg_vrr *a, GenVec1 *gen)
{
    unsigned size = q_size(a->q);

    if (a->esz == MO_64 && !a->q) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_vec1(a->rd, size, a->esz, read_v_part(a->rn, size), gen, NULL, NULL);
    }
    return true;
}

static bool srr(DisasContext *s, arg_srr *a, GenVec1 *gen)
{
    if (fp_access_check(s)) {
        gen_vec1(a->rd, a->esz, a->esz, read_v_part(a->rn, a->esz), gen, NULL, NULL);
    }
    return true;
}

/* --- sums, differences, products --- */

#define DEFINE_SATURATING(name, sat, plain)                                                        \
    static void gen_##name(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)                      \
    {                                                                                              \
        gen_saturating(vece, d, n, m, sat, plain);                                                 \
    }
DEFINE_SATURATING(sqadd, tcg_gen_ssadd_vec, tcg_gen_add_vec)
DEFINE_SATURATING(uqadd, tcg_gen_usadd_vec, tcg_gen_add_vec)
DEFINE_SATURATING(sqsub, tcg_gen_sssub_vec, tcg_gen_sub_vec)
DEFINE_SATURATING(uqsub, tcg_gen_ussub_vec, tcg_gen_sub_vec)

static uint64_t min_signed(unsigned vece)
{
    return 1ull << ((8u << vece) - 1);
}

/* The high half of a doubled product is the least number only where it should be one more. */
static void gen_high_half(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m, GenVec2 *mul)
{
    TCGv_vec r = tcg_temp_new_vec(), over = tcg_temp_new_vec();

    mul(vece, r, n, m);
    tcg_gen_cmpeq_vec(vece, over, r, vec_const(vece, min_signed(vece)));
    note_saturation(over);
    tcg_gen_xor_vec(MO_64, d, r, over);
}

static void gen_sqdmulh(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)
{
    gen_high_half(vece, d, n, m, tcg_gen_sdmulh_vec);
}

static void gen_sqrdmulh(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)
{
    gen_high_half(vece, d, n, m, tcg_gen_srdmulh_vec);
}

static void gen_sqneg(unsigned vece, TCGv_vec d, TCGv_vec n)
{
    gen_sqsub(vece, d, vec_zero(), n);
}

static void gen_sqabs(unsigned vece, TCGv_vec d, TCGv_vec n)
{
    TCGv_vec neg = tcg_temp_new_vec();

    gen_sqneg(vece, neg, n);
    tcg_gen_smax_vec(vece, d, n, neg);
}

TRANS(SQADD_v, vrrr, MO_8, MO_64, gen_sqadd)
TRANS(SQADD_s, srrr, MO_8, MO_64, gen_sqadd)
TRANS(UQADD_v, vrrr, MO_8, MO_64, gen_uqadd)
TRANS(UQADD_s, srrr, MO_8, MO_64, gen_uqadd)
TRANS(SQSUB_v, vrrr, MO_8, MO_64, gen_sqsub)
TRANS(SQSUB_s, srrr, MO_8, MO_64, gen_sqsub)
TRANS(UQSUB_v, vrrr, MO_8, MO_64, gen_uqsub)
TRANS(UQSUB_s, srrr, MO_8, MO_64, gen_uqsub)
TRANS(SQDMULH_v, vrrr, MO_16, MO_32, gen_sqdmulh)
TRANS(SQDMULH_s, srrr, MO_16, MO_32, gen_sqdmulh)
TRANS(SQDMULH_vi, vrrx, gen_sqdmulh)
TRANS(SQDMULH_si, srrx, gen_sqdmulh)
TRANS(SQRDMULH_v, vrrr, MO_16, MO_32, gen_sqrdmulh)
TRANS(SQRDMULH_s, srrr, MO_16, MO_32, gen_sqrdmulh)
TRANS(SQRDMULH_vi, vrrx, gen_sqrdmulh)
TRANS(SQRDMULH_si, srrx, gen_sqrdmulh)
TRANS(SQABS_v, vrr, gen_sqabs)
TRANS(SQABS_s, srr, gen_sqabs)
TRANS(SQNEG_v, vrr, gen_sqneg)
TRANS(SQNEG_s, srr, gen_sqneg)

/* --- doubling products of twice the width; @n is 0 above its size --- */

typedef void GenLong(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m);

/* A doubled product is too large where both factors are the least number. */
static void gen_sqdmull(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_smull_vec(vece, t, n, m);
    gen_sqadd(vece + 1, d, t, t);
}

static void gen_sqdmlal(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)
{
    TCGv_vec t = tcg_temp_new_vec();

    gen_sqdmull(vece, t, n, m);
    gen_sqadd(vece + 1, d, d, t);
}

static void gen_sqdmlsl(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)
{
    TCGv_vec t = tcg_temp_new_vec();

    gen_sqdmull(vece, t, n, m);
    gen_sqsub(vece + 1, d, d, t);
}

static TCGv_vec dup_lane(unsigned esz, int reg, unsigned lane)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_duplane_vec(esz, t, read_v(reg), lane);
    return t;
}

static bool vlong(DisasContext *s, arg_vrrr *a, GenLong *gen)
{
    TCGv_vec d = vec_copy(read_v(a->rd));

    if (a->esz != MO_16 && a->esz != MO_32) {
        return false;
    }
    if (fp_access_check(s)) {
        gen(a->esz, d, vec_half(read_v(a->rn), a->q), vec_half(read_v(a->rm), a->q));
        write_v(a->rd, d);
    }
    return true;
}

static bool vlong_x(DisasContext *s, arg_vrrx *a, GenLong *gen)
{
    TCGv_vec d = vec_copy(read_v(a->rd));

    if (fp_access_check(s)) {
        gen(a->esz, d, vec_half(read_v(a->rn), a->q), dup_lane(a->esz, a->rm, a->idx));
        write_v(a->rd, d);
    }
    return true;
}

static bool slong(DisasContext *s, arg_srrr *a, GenLong *gen)
{
    TCGv_vec d;

    if (a->esz != MO_16 && a->esz != MO_32) {
        return false;
    }
    if (fp_access_check(s)) {
        d = vec_copy(read_v(a->rd));
        gen(a->esz, d, read_v_part(a->rn, a->esz), read_v(a->rm));
        write_v_part(a->rd, a->esz + 1, d);
    }
    return true;
}

static bool slong_x(DisasContext *s, arg_srrx *a, GenLong *gen)
{
    TCGv_vec d = vec_copy(read_v(a->rd));

    if (fp_access_check(s)) {
        gen(a->esz, d, read_v_part(a->rn, a->esz), dup_lane(a->esz, a->rm, a->idx));
        write_v_part(a->rd, a->esz + 1, d);
    }
    return true;
}

TRANS(SQDMULL_v, vlong, gen_sqdmull)
TRANS(SQDMULL_s, slong, gen_sqdmull)
TRANS(SQDMULL_vi, vlong_x, gen_sqdmull)
TRANS(SQDMULL_si, slong_x, gen_sqdmull)
TRANS(SQDMLAL_v, vlong, gen_sqdmlal)
TRANS(SQDMLAL_s, slong, gen_sqdmlal)
TRANS(SQDMLAL_vi, vlong_x, gen_sqdmlal)
TRANS(SQDMLAL_si, slong_x, gen_sqdmlal)
TRANS(SQDMLSL_v, vlong, gen_sqdmlsl)
TRANS(SQDMLSL_s, slong, gen_sqdmlsl)
TRANS(SQDMLSL_vi, vlong_x, gen_sqdmlsl)
TRANS(SQDMLSL_si, slong_x, gen_sqdmlsl)

/* --- left shifts by immediate: too large where shifting back does not give the same --- */

static void gen_sqshl_i(unsigned vece, TCGv_vec d, TCGv_vec n, unsigned imm)
{
    TCGv_vec t = tcg_temp_new_vec(), fits = tcg_temp_new_vec(), limit = tcg_temp_new_vec();

    tcg_gen_shli_vec(vece, t, n, imm);
    tcg_gen_sari_vec(vece, fits, t, imm);
    tcg_gen_cmpeq_vec(vece, fits, fits, n);
    tcg_gen_sari_vec(vece, limit, n, (8u << vece) - 1);
    tcg_gen_xor_vec(MO_64, limit, limit, vec_const(vece, min_signed(vece) - 1));
    tcg_gen_bitsel_vec(d, fits, t, limit);
    tcg_gen_not_vec(MO_64, fits, fits);
    note_saturation(fits);
}

static void gen_uqshl_i(unsigned vece, TCGv_vec d, TCGv_vec n, unsigned imm)
{
    TCGv_vec t = tcg_temp_new_vec(), over = tcg_temp_new_vec();

    tcg_gen_shli_vec(vece, t, n, imm);
    tcg_gen_shri_vec(vece, over, t, imm);
    tcg_gen_cmpeq_vec(vece, over, over, n);
    tcg_gen_not_vec(MO_64, over, over);
    note_saturation(over);
    tcg_gen_or_vec(MO_64, d, t, over);
}

/* Negative numbers give 0. */
static void gen_sqshlu_i(unsigned vece, TCGv_vec d, TCGv_vec n, unsigned imm)
{
    TCGv_vec neg = tcg_temp_new_vec(), t = tcg_temp_new_vec();

    tcg_gen_sari_vec(vece, neg, n, (8u << vece) - 1);
    note_saturation(neg);
    tcg_gen_andc_vec(MO_64, t, n, neg);
    gen_uqshl_i(vece, d, t, imm);
}

static unsigned shift_esz(int imm)
{
    return 31 - clz32(imm >> 3);
}

static bool shift_left(DisasContext *s, int rd, int rn, int imm, unsigned size, GenVecI *gen)
{
    unsigned esz = shift_esz(imm);
    TCGv_vec d = tcg_temp_new_vec();

    if (fp_access_check(s)) {
        gen(esz, d, read_v_part(rn, size), imm - (8u << esz));
        write_v_part(rd, size, d);
    }
    return true;
}

static bool vshi(DisasContext *s, arg_vshi *a, GenVecI *gen)
{
    if (shift_esz(a->imm) == MO_64 && !a->q) {
        return false;
    }
    return shift_left(s, a->rd, a->rn, a->imm, q_size(a->q), gen);
}

static bool sshi(DisasContext *s, arg_sshi *a, GenVecI *gen)
{
    return shift_left(s, a->rd, a->rn, a->imm, shift_esz(a->imm), gen);
}

TRANS(SQSHL_vshi, vshi, gen_sqshl_i)
TRANS(SQSHL_sshi, sshi, gen_sqshl_i)
TRANS(UQSHL_vshi, vshi, gen_uqshl_i)
TRANS(UQSHL_sshi, sshi, gen_uqshl_i)
TRANS(SQSHLU_vshi, vshi, gen_sqshlu_i)
TRANS(SQSHLU_sshi, sshi, gen_sqshlu_i)

/* --- narrowing: wide lanes cut to the range of narrow ones --- */

typedef enum Narrow {
    NARROW_SS, /* signed to signed */
    NARROW_UU,
    NARROW_SU, /* signed to unsigned */
} Narrow;

/* @shift to the right, of wide lanes; 0: none. */
static TCGv_vec gen_shift_right(unsigned wide, TCGv_vec n, unsigned shift, bool sign, bool round)
{
    GenVecI *shift_right = sign ? tcg_gen_sari_vec : tcg_gen_shri_vec;
    TCGv_vec t = tcg_temp_new_vec(), u = tcg_temp_new_vec();

    if (shift == 0) {
        return n;
    }
    shift_right(wide, t, n, shift);
    if (round) { /* the last bit shifted out: adding before might overflow */
        tcg_gen_shri_vec(wide, u, n, shift - 1);
        tcg_gen_and_vec(MO_64, u, u, vec_const(wide, 1));
        tcg_gen_add_vec(wide, t, t, u);
    }
    return t;
}

/* The wide lanes @n, shifted, in the low half of the result. */
static TCGv_vec gen_narrow(unsigned esz, TCGv_vec n, unsigned shift, Narrow how, bool round)
{
    unsigned wide = esz + 1, bits = 8u << esz;
    uint64_t max = how == NARROW_SS ? (1ull << (bits - 1)) - 1 : (1ull << bits) - 1;
    TCGv_vec t = tcg_temp_new_vec();

    n = gen_shift_right(wide, n, shift, how != NARROW_UU, round);
    if (how == NARROW_UU) {
        tcg_gen_umin_vec(wide, t, n, vec_const(wide, max));
    } else {
        tcg_gen_smin_vec(wide, t, n, vec_const(wide, max));
        tcg_gen_smax_vec(wide, t, t, how == NARROW_SU ? vec_zero() : vec_const(wide, ~max));
    }
    note_difference(t, n);
    tcg_gen_xtn_vec(esz, t, t);
    return t;
}

static bool vnarrow(DisasContext *s, arg_vrr *a, Narrow how)
{
    if (a->esz == MO_64) {
        return false;
    }
    if (fp_access_check(s)) {
        write_v_narrow(a->rd, a->q, gen_narrow(a->esz, read_v(a->rn), 0, how, false));
    }
    return true;
}

static bool snarrow(DisasContext *s, arg_srr *a, Narrow how)
{
    if (a->esz == MO_64) {
        return false;
    }
    if (fp_access_check(s)) {
        TCGv_vec n = read_v_part(a->rn, a->esz + 1);
        write_v_part(a->rd, a->esz, gen_narrow(a->esz, n, 0, how, false));
    }
    return true;
}

static bool vshi_narrow(DisasContext *s, arg_vshi *a, Narrow how, bool round)
{
    unsigned esz = shift_esz(a->imm);

    if (esz == MO_64) {
        return false;
    }
    if (fp_access_check(s)) {
        write_v_narrow(a->rd, a->q,
                       gen_narrow(esz, read_v(a->rn), (16u << esz) - a->imm, how, round));
    }
    return true;
}

static bool sshi_narrow(DisasContext *s, arg_sshi *a, Narrow how, bool round)
{
    unsigned esz = shift_esz(a->imm);

    if (esz == MO_64) {
        return false;
    }
    if (fp_access_check(s)) {
        TCGv_vec n = read_v_part(a->rn, esz + 1);
        write_v_part(a->rd, esz, gen_narrow(esz, n, (16u << esz) - a->imm, how, round));
    }
    return true;
}

TRANS(SQXTN_v, vnarrow, NARROW_SS)
TRANS(SQXTN_s, snarrow, NARROW_SS)
TRANS(UQXTN_v, vnarrow, NARROW_UU)
TRANS(UQXTN_s, snarrow, NARROW_UU)
TRANS(SQXTUN_v, vnarrow, NARROW_SU)
TRANS(SQXTUN_s, snarrow, NARROW_SU)
TRANS(SQSHRN_vshi, vshi_narrow, NARROW_SS, false)
TRANS(SQSHRN_sshi, sshi_narrow, NARROW_SS, false)
TRANS(UQSHRN_vshi, vshi_narrow, NARROW_UU, false)
TRANS(UQSHRN_sshi, sshi_narrow, NARROW_UU, false)
TRANS(SQSHRUN_vshi, vshi_narrow, NARROW_SU, false)
TRANS(SQSHRUN_sshi, sshi_narrow, NARROW_SU, false)
TRANS(SQRSHRN_vshi, vshi_narrow, NARROW_SS, true)
TRANS(SQRSHRN_sshi, sshi_narrow, NARROW_SS, true)
TRANS(UQRSHRN_vshi, vshi_narrow, NARROW_UU, true)
TRANS(UQRSHRN_sshi, sshi_narrow, NARROW_UU, true)
TRANS(SQRSHRUN_vshi, vshi_narrow, NARROW_SU, true)
TRANS(SQRSHRUN_sshi, sshi_narrow, NARROW_SU, true)
