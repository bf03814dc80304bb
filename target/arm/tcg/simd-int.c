/* SPDX-License-Identifier: MIT */
/* A64 Advanced SIMD: integer operations on lanes of one size (DDI0487 C4.1.96). */
#include "qemu/osdep.h"

#include "target/arm/tcg/simd.h"

void vec_pairs(unsigned vece, unsigned size, TCGv_vec *even, TCGv_vec *odd, TCGv_vec n, TCGv_vec m)
{
    *even = tcg_temp_new_vec();
    *odd = tcg_temp_new_vec();
    if (size == MO_64) {
        n = vec_join(n, m);
        m = vec_zero();
    }
    tcg_gen_uzp1_vec(vece, *even, n, m);
    tcg_gen_uzp2_vec(vece, *odd, n, m);
}

void gen_vec2(int rd, unsigned size, unsigned esz, TCGv_vec n, TCGv_vec m, GenVec2 *gen,
              TCGVecHelper *fn, const char *name)
{
    TCGv_vec d = vec_copy(read_v(rd));

    if (gen) {
        gen(esz, d, n, m);
    } else {
        const TCGv_vec args[] = { n, m, read_v(rd) };
        tcg_gen_vcall(fn, name, 0, d, args, 3, vdesc(1u << size, esz, 0));
    }
    write_v_part(rd, size, d);
}

void gen_vec1(int rd, unsigned size, unsigned esz, TCGv_vec n, GenVec1 *gen, TCGVecHelper *fn,
              const char *name)
{
    TCGv_vec d = vec_copy(read_v(rd));

    if (gen) {
        gen(esz, d, n);
    } else {
        const TCGv_vec args[] = { n, read_v(rd) };
        tcg_gen_vcall(fn, name, 0, d, args, 2, vdesc(1u << size, esz, 0));
    }
    write_v_part(rd, size, d);
}

/* --- shapes: element sizes from min to max exist, doublewords only in 128 bits --- */

static bool vrrr(DisasContext *s, arg_vrrr *a, unsigned min, unsigned max, GenVec2 *gen,
                 TCGVecHelper *fn, const char *name)
{
    if (a->esz < min || a->esz > max || (a->esz == MO_64 && !a->q)) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_vec2(a->rd, q_size(a->q), a->esz, read_v(a->rn), read_v(a->rm), gen, fn, name);
    }
    return true;
}

/* Bitwise operations: the element size says nothing. */
static bool vrrr_bits(DisasContext *s, arg_vrrr *a, GenVec2 *gen)
{
    if (fp_access_check(s)) {
        gen_vec2(a->rd, q_size(a->q), MO_64, read_v(a->rn), read_v(a->rm), gen, NULL, NULL);
    }
    return true;
}

static bool vrrr_pairs(DisasContext *s, arg_vrrr *a, GenVec2 *gen)
{
    TCGv_vec even, odd;

    if (a->esz == MO_64) {
        return false;
    }
    if (fp_access_check(s)) {
        vec_pairs(a->esz, q_size(a->q), &even, &odd, read_v(a->rn), read_v(a->rm));
        gen_vec2(a->rd, q_size(a->q), a->esz, even, odd, gen, NULL, NULL);
    }
    return true;
}

static bool srrr(DisasContext *s, arg_srrr *a, unsigned min, unsigned max, GenVec2 *gen,
                 TCGVecHelper *fn, const char *name)
{
    if (a->esz < min || a->esz > max) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_vec2(a->rd, a->esz, a->esz, read_v(a->rn), read_v(a->rm), gen, fn, name);
    }
    return true;
}

static TCGv_vec dup_lane(unsigned esz, int reg, unsigned lane)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_duplane_vec(esz, t, read_v(reg), lane);
    return t;
}

static bool vrrx(DisasContext *s, arg_vrrx *a, GenVec2 *gen, TCGVecHelper *fn, const char *name)
{
    if (fp_access_check(s)) {
        gen_vec2(a->rd, q_size(a->q), a->esz, read_v(a->rn), dup_lane(a->esz, a->rm, a->idx), gen,
                 fn, name);
    }
    return true;
}

static bool srrx(DisasContext *s, arg_srrx *a, GenVec2 *gen, TCGVecHelper *fn, const char *name)
{
    if (fp_access_check(s)) {
        gen_vec2(a->rd, a->esz, a->esz, read_v(a->rn), dup_lane(a->esz, a->rm, a->idx), gen, fn,
                 name);
    }
    return true;
}

static bool vrr(DisasContext *s, arg_vrr *a, unsigned max, GenVec1 *gen, TCGVecHelper *fn,
                const char *name)
{
    if (a->esz > max || (a->esz == MO_64 && !a->q)) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_vec1(a->rd, q_size(a->q), a->esz, read_v(a->rn), gen, fn, name);
    }
    return true;
}

static bool srr(DisasContext *s, arg_srr *a, GenVec1 *gen, TCGVecHelper *fn, const char *name)
{
    if (fp_access_check(s)) {
        gen_vec1(a->rd, a->esz, a->esz, read_v(a->rn), gen, fn, name);
    }
    return true;
}

/* --- sums, differences, products --- */

static void gen_mla(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_mul_vec(vece, t, n, m);
    tcg_gen_add_vec(vece, d, d, t);
}

static void gen_mls(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_mul_vec(vece, t, n, m);
    tcg_gen_sub_vec(vece, d, d, t);
}

static void gen_sabd(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)
{
    TCGv_vec lo = tcg_temp_new_vec(), hi = tcg_temp_new_vec();

    tcg_gen_smin_vec(vece, lo, n, m);
    tcg_gen_smax_vec(vece, hi, n, m);
    tcg_gen_sub_vec(vece, d, hi, lo);
}

static void gen_uabd(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)
{
    TCGv_vec lo = tcg_temp_new_vec(), hi = tcg_temp_new_vec();

    tcg_gen_umin_vec(vece, lo, n, m);
    tcg_gen_umax_vec(vece, hi, n, m);
    tcg_gen_sub_vec(vece, d, hi, lo);
}

static void gen_saba(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)
{
    TCGv_vec t = tcg_temp_new_vec();

    gen_sabd(vece, t, n, m);
    tcg_gen_add_vec(vece, d, d, t);
}

static void gen_uaba(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)
{
    TCGv_vec t = tcg_temp_new_vec();

    gen_uabd(vece, t, n, m);
    tcg_gen_add_vec(vece, d, d, t);
}

/*
 * Halved sums and differences without a wider lane: n + m = 2 (n & m) + (n ^ m) = 2 (n | m) - (n ^
 * m), n - m = (n ^ m) - 2 (~n & m).
 */
#define DEFINE_HALVING(name, common, shift, acc)                                                   \
    static void gen_##name(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)                      \
    {                                                                                              \
        TCGv_vec t = tcg_temp_new_vec(), u = tcg_temp_new_vec();                                   \
                                                                                                   \
        common;                                                                                    \
        tcg_gen_xor_vec(MO_64, u, n, m);                                                           \
        shift(vece, u, u, 1);                                                                      \
        acc;                                                                                       \
    }
DEFINE_HALVING(shadd, tcg_gen_and_vec(MO_64, t, n, m), tcg_gen_sari_vec,
               tcg_gen_add_vec(vece, d, t, u))
DEFINE_HALVING(uhadd, tcg_gen_and_vec(MO_64, t, n, m), tcg_gen_shri_vec,
               tcg_gen_add_vec(vece, d, t, u))
DEFINE_HALVING(srhadd, tcg_gen_or_vec(MO_64, t, n, m), tcg_gen_sari_vec,
               tcg_gen_sub_vec(vece, d, t, u))
DEFINE_HALVING(urhadd, tcg_gen_or_vec(MO_64, t, n, m), tcg_gen_shri_vec,
               tcg_gen_sub_vec(vece, d, t, u))
DEFINE_HALVING(shsub, tcg_gen_andc_vec(MO_64, t, m, n), tcg_gen_sari_vec,
               tcg_gen_sub_vec(vece, d, u, t))
DEFINE_HALVING(uhsub, tcg_gen_andc_vec(MO_64, t, m, n), tcg_gen_shri_vec,
               tcg_gen_sub_vec(vece, d, u, t))

TRANS(ADD_v, vrrr, MO_8, MO_64, VEC_OP_IR(tcg_gen_add_vec))
TRANS(ADD_s, srrr, MO_64, MO_64, VEC_OP_IR(tcg_gen_add_vec))
TRANS(SUB_v, vrrr, MO_8, MO_64, VEC_OP_IR(tcg_gen_sub_vec))
TRANS(SUB_s, srrr, MO_64, MO_64, VEC_OP_IR(tcg_gen_sub_vec))
TRANS(MUL_v, vrrr, MO_8, MO_32, VEC_OP_IR(tcg_gen_mul_vec))
TRANS(MUL_vi, vrrx, VEC_OP_IR(tcg_gen_mul_vec))
TRANS(MLA_v, vrrr, MO_8, MO_32, VEC_OP_IR(gen_mla))
TRANS(MLA_vi, vrrx, VEC_OP_IR(gen_mla))
TRANS(MLS_v, vrrr, MO_8, MO_32, VEC_OP_IR(gen_mls))
TRANS(MLS_vi, vrrx, VEC_OP_IR(gen_mls))
TRANS(PMUL_v, vrrr, MO_8, MO_8, VEC_OP_HELPER(pmul))
TRANS(SABD_v, vrrr, MO_8, MO_32, VEC_OP_IR(gen_sabd))
TRANS(UABD_v, vrrr, MO_8, MO_32, VEC_OP_IR(gen_uabd))
TRANS(SABA_v, vrrr, MO_8, MO_32, VEC_OP_IR(gen_saba))
TRANS(UABA_v, vrrr, MO_8, MO_32, VEC_OP_IR(gen_uaba))
TRANS(SHADD_v, vrrr, MO_8, MO_32, VEC_OP_IR(gen_shadd))
TRANS(UHADD_v, vrrr, MO_8, MO_32, VEC_OP_IR(gen_uhadd))
TRANS(SRHADD_v, vrrr, MO_8, MO_32, VEC_OP_IR(gen_srhadd))
TRANS(URHADD_v, vrrr, MO_8, MO_32, VEC_OP_IR(gen_urhadd))
TRANS(SHSUB_v, vrrr, MO_8, MO_32, VEC_OP_IR(gen_shsub))
TRANS(UHSUB_v, vrrr, MO_8, MO_32, VEC_OP_IR(gen_uhsub))
TRANS(SUQADD_v, vrr, MO_64, VEC_OP_HELPER(suqadd))
TRANS(SUQADD_s, srr, VEC_OP_HELPER(suqadd))
TRANS(USQADD_v, vrr, MO_64, VEC_OP_HELPER(usqadd))
TRANS(USQADD_s, srr, VEC_OP_HELPER(usqadd))

/* FEAT_RDM, FEAT_DotProd and FEAT_I8MM: the same shapes where the CPU has them. */
#define HAS_RDM(s)  isar_has((s)->isar->id_aa64isar0, ID_AA64ISAR0_RDM)
#define HAS_DP(s)   isar_has((s)->isar->id_aa64isar0, ID_AA64ISAR0_DP)
#define HAS_I8MM(s) isar_has((s)->isar->id_aa64isar1, ID_AA64ISAR1_I8MM)
#define TRANS_IF(FEATURE, NAME, FUNC, ...)                                                         \
    bool trans_##NAME(DisasContext *s, arg_##NAME *a)                                              \
    {                                                                                              \
        return FEATURE(s) && FUNC(s, a, __VA_ARGS__);                                              \
    }

TRANS_IF(HAS_RDM, SQRDMLAH_v, vrrr, MO_16, MO_32, VEC_OP_HELPER(sqrdmlah))
TRANS_IF(HAS_RDM, SQRDMLAH_s, srrr, MO_16, MO_32, VEC_OP_HELPER(sqrdmlah))
TRANS_IF(HAS_RDM, SQRDMLAH_vi, vrrx, VEC_OP_HELPER(sqrdmlah))
TRANS_IF(HAS_RDM, SQRDMLAH_si, srrx, VEC_OP_HELPER(sqrdmlah))
TRANS_IF(HAS_RDM, SQRDMLSH_v, vrrr, MO_16, MO_32, VEC_OP_HELPER(sqrdmlsh))
TRANS_IF(HAS_RDM, SQRDMLSH_s, srrr, MO_16, MO_32, VEC_OP_HELPER(sqrdmlsh))
TRANS_IF(HAS_RDM, SQRDMLSH_vi, vrrx, VEC_OP_HELPER(sqrdmlsh))
TRANS_IF(HAS_RDM, SQRDMLSH_si, srrx, VEC_OP_HELPER(sqrdmlsh))
TRANS_IF(HAS_DP, SDOT_v, vrrr, MO_32, MO_32, VEC_OP_HELPER(sdot))
TRANS_IF(HAS_DP, SDOT_vi, vrrx, VEC_OP_HELPER(sdot))
TRANS_IF(HAS_DP, UDOT_v, vrrr, MO_32, MO_32, VEC_OP_HELPER(udot))
TRANS_IF(HAS_DP, UDOT_vi, vrrx, VEC_OP_HELPER(udot))
TRANS_IF(HAS_I8MM, USDOT_v, vrrr, MO_32, MO_32, VEC_OP_HELPER(usdot))
TRANS_IF(HAS_I8MM, USDOT_vi, vrrx, VEC_OP_HELPER(usdot))
TRANS_IF(HAS_I8MM, SMMLA, vrrr, MO_32, MO_32, VEC_OP_HELPER(smmla))
TRANS_IF(HAS_I8MM, UMMLA, vrrr, MO_32, MO_32, VEC_OP_HELPER(ummla))
TRANS_IF(HAS_I8MM, USMMLA, vrrr, MO_32, MO_32, VEC_OP_HELPER(usmmla))

bool trans_SUDOT_vi(DisasContext *s, arg_SUDOT_vi *a)
{
    if (!HAS_I8MM(s)) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_vec2(a->rd, q_size(a->q), a->esz, dup_lane(a->esz, a->rm, a->idx), read_v(a->rn),
                 VEC_OP_HELPER(usdot));
    }
    return true;
}

/* --- comparisons, minimum, maximum --- */

static void gen_cmtst(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_and_vec(vece, t, n, m);
    tcg_gen_cmpeq_vec(vece, t, t, vec_zero());
    tcg_gen_not_vec(vece, d, t);
}

#define DEFINE_COMPARE_ZERO(name, cmp, first, second)                                              \
    static void gen_##name(unsigned vece, TCGv_vec d, TCGv_vec n)                                  \
    {                                                                                              \
        TCGv_vec zero = vec_zero();                                                                \
        tcg_gen_##cmp##_vec(vece, d, first, second);                                               \
    }

DEFINE_COMPARE_ZERO(cmgt0, cmpgt, n, zero)
DEFINE_COMPARE_ZERO(cmge0, cmpge, n, zero)
DEFINE_COMPARE_ZERO(cmeq0, cmpeq, n, zero)
DEFINE_COMPARE_ZERO(cmle0, cmpge, zero, n)
DEFINE_COMPARE_ZERO(cmlt0, cmpgt, zero, n)

TRANS(CMGT_v, vrrr, MO_8, MO_64, VEC_OP_IR(tcg_gen_cmpgt_vec))
TRANS(CMGT_s, srrr, MO_64, MO_64, VEC_OP_IR(tcg_gen_cmpgt_vec))
TRANS(CMGE_v, vrrr, MO_8, MO_64, VEC_OP_IR(tcg_gen_cmpge_vec))
TRANS(CMGE_s, srrr, MO_64, MO_64, VEC_OP_IR(tcg_gen_cmpge_vec))
TRANS(CMHI_v, vrrr, MO_8, MO_64, VEC_OP_IR(tcg_gen_cmphi_vec))
TRANS(CMHI_s, srrr, MO_64, MO_64, VEC_OP_IR(tcg_gen_cmphi_vec))
TRANS(CMHS_v, vrrr, MO_8, MO_64, VEC_OP_IR(tcg_gen_cmphs_vec))
TRANS(CMHS_s, srrr, MO_64, MO_64, VEC_OP_IR(tcg_gen_cmphs_vec))
TRANS(CMEQ_v, vrrr, MO_8, MO_64, VEC_OP_IR(tcg_gen_cmpeq_vec))
TRANS(CMEQ_s, srrr, MO_64, MO_64, VEC_OP_IR(tcg_gen_cmpeq_vec))
TRANS(CMTST_v, vrrr, MO_8, MO_64, VEC_OP_IR(gen_cmtst))
TRANS(CMTST_s, srrr, MO_64, MO_64, VEC_OP_IR(gen_cmtst))
TRANS(CMGT0_v, vrr, MO_64, VEC_OP_IR(gen_cmgt0))
TRANS(CMGT0_s, srr, VEC_OP_IR(gen_cmgt0))
TRANS(CMGE0_v, vrr, MO_64, VEC_OP_IR(gen_cmge0))
TRANS(CMGE0_s, srr, VEC_OP_IR(gen_cmge0))
TRANS(CMEQ0_v, vrr, MO_64, VEC_OP_IR(gen_cmeq0))
TRANS(CMEQ0_s, srr, VEC_OP_IR(gen_cmeq0))
TRANS(CMLE0_v, vrr, MO_64, VEC_OP_IR(gen_cmle0))
TRANS(CMLE0_s, srr, VEC_OP_IR(gen_cmle0))
TRANS(CMLT0_v, vrr, MO_64, VEC_OP_IR(gen_cmlt0))
TRANS(CMLT0_s, srr, VEC_OP_IR(gen_cmlt0))
TRANS(SMAX_v, vrrr, MO_8, MO_32, VEC_OP_IR(tcg_gen_smax_vec))
TRANS(SMIN_v, vrrr, MO_8, MO_32, VEC_OP_IR(tcg_gen_smin_vec))
TRANS(UMAX_v, vrrr, MO_8, MO_32, VEC_OP_IR(tcg_gen_umax_vec))
TRANS(UMIN_v, vrrr, MO_8, MO_32, VEC_OP_IR(tcg_gen_umin_vec))
TRANS(SMAXP_v, vrrr_pairs, tcg_gen_smax_vec)
TRANS(SMINP_v, vrrr_pairs, tcg_gen_smin_vec)
TRANS(UMAXP_v, vrrr_pairs, tcg_gen_umax_vec)
TRANS(UMINP_v, vrrr_pairs, tcg_gen_umin_vec)

bool trans_ADDP_v(DisasContext *s, arg_ADDP_v *a)
{
    TCGv_vec n = read_v(a->rn), m = read_v(a->rm), d = tcg_temp_new_vec();

    if (a->esz == MO_64 && !a->q) {
        return false;
    }
    if (!fp_access_check(s)) {
        return true;
    }
    if (!a->q) {
        n = m = vec_join(n, m);
    }
    tcg_gen_addp_vec(a->esz, d, n, m);
    write_v_part(a->rd, q_size(a->q), d);
    return true;
}

bool trans_ADDP_s(DisasContext *s, arg_ADDP_s *a)
{
    TCGv_vec d = tcg_temp_new_vec();

    if (fp_access_check(s)) {
        tcg_gen_addp_vec(MO_64, d, read_v(a->rn), read_v(a->rn));
        write_v_part(a->rd, MO_64, d);
    }
    return true;
}

/* --- bits --- */

static void gen_bsl(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)
{
    tcg_gen_bitsel_vec(d, d, n, m);
}

static void gen_bit(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)
{
    tcg_gen_bitsel_vec(d, m, n, d);
}

static void gen_bif(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)
{
    tcg_gen_bitsel_vec(d, m, d, n);
}

TRANS(AND_v, vrrr_bits, tcg_gen_and_vec)
TRANS(BIC_v, vrrr_bits, tcg_gen_andc_vec)
TRANS(ORR_v, vrrr_bits, tcg_gen_or_vec)
TRANS(ORN_v, vrrr_bits, tcg_gen_orc_vec)
TRANS(EOR_v, vrrr_bits, tcg_gen_xor_vec)
TRANS(BSL_v, vrrr_bits, gen_bsl)
TRANS(BIT_v, vrrr_bits, gen_bit)
TRANS(BIF_v, vrrr_bits, gen_bif)

TRANS(NOT_v, vrr, MO_64, VEC_OP_IR(tcg_gen_not_vec))
TRANS(CNT_v, vrr, MO_8, VEC_OP_IR(tcg_gen_cnt_vec))
TRANS(RBIT_v, vrr, MO_8, VEC_OP_HELPER(rbit))
TRANS(CLS_v, vrr, MO_32, VEC_OP_HELPER(cls))
TRANS(CLZ_v, vrr, MO_32, VEC_OP_HELPER(clz))
TRANS(ABS_v, vrr, MO_64, VEC_OP_IR(tcg_gen_abs_vec))
TRANS(ABS_s, srr, VEC_OP_IR(tcg_gen_abs_vec))
TRANS(NEG_v, vrr, MO_64, VEC_OP_IR(tcg_gen_neg_vec))
TRANS(NEG_s, srr, VEC_OP_IR(tcg_gen_neg_vec))
TRANS(URECPE, vrr, MO_32, VEC_OP_HELPER(urecpe))
TRANS(URSQRTE, vrr, MO_32, VEC_OP_HELPER(ursqrte))

static bool vrr_rev(DisasContext *s, arg_vrr *a, unsigned container)
{
    TCGv_vec d = tcg_temp_new_vec();

    if (a->esz >= container) {
        return false;
    }
    if (fp_access_check(s)) {
        tcg_gen_rev_vec(a->esz, d, read_v(a->rn), container);
        write_v_part(a->rd, q_size(a->q), d);
    }
    return true;
}

TRANS(REV64_v, vrr_rev, MO_64)
TRANS(REV32_v, vrr_rev, MO_32)
TRANS(REV16_v, vrr_rev, MO_16)

/* --- shifts by register --- */

/*
 * The last bit shifted out is the lowest one after a shift by one less. After a left shift by one
 * more that bit is 0; the saturated sum keeps the largest count one.
 */
static void gen_rounding_shift(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m, GenVec2 *shift)
{
    TCGv_vec t = tcg_temp_new_vec(), bit = tcg_temp_new_vec();

    tcg_gen_ssadd_vec(MO_8, bit, m, vec_const(MO_8, 1));
    shift(vece, bit, n, bit);
    tcg_gen_and_vec(MO_64, bit, bit, vec_const(vece, 1));
    shift(vece, t, n, m);
    tcg_gen_add_vec(vece, d, t, bit);
}

static void gen_srshl(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)
{
    gen_rounding_shift(vece, d, n, m, tcg_gen_sshl_vec);
}

static void gen_urshl(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m)
{
    gen_rounding_shift(vece, d, n, m, tcg_gen_ushl_vec);
}

TRANS(SSHL_v, vrrr, MO_8, MO_64, VEC_OP_IR(tcg_gen_sshl_vec))
TRANS(SSHL_s, srrr, MO_64, MO_64, VEC_OP_IR(tcg_gen_sshl_vec))
TRANS(USHL_v, vrrr, MO_8, MO_64, VEC_OP_IR(tcg_gen_ushl_vec))
TRANS(USHL_s, srrr, MO_64, MO_64, VEC_OP_IR(tcg_gen_ushl_vec))
TRANS(SRSHL_v, vrrr, MO_8, MO_64, VEC_OP_IR(gen_srshl))
TRANS(SRSHL_s, srrr, MO_64, MO_64, VEC_OP_IR(gen_srshl))
TRANS(URSHL_v, vrrr, MO_8, MO_64, VEC_OP_IR(gen_urshl))
TRANS(URSHL_s, srrr, MO_64, MO_64, VEC_OP_IR(gen_urshl))
TRANS(SQSHL_v, vrrr, MO_8, MO_64, VEC_OP_HELPER(sqshl))
TRANS(SQSHL_s, srrr, MO_8, MO_64, VEC_OP_HELPER(sqshl))
TRANS(UQSHL_v, vrrr, MO_8, MO_64, VEC_OP_HELPER(uqshl))
TRANS(UQSHL_s, srrr, MO_8, MO_64, VEC_OP_HELPER(uqshl))
TRANS(SQRSHL_v, vrrr, MO_8, MO_64, VEC_OP_HELPER(sqrshl))
TRANS(SQRSHL_s, srrr, MO_8, MO_64, VEC_OP_HELPER(sqrshl))
TRANS(UQRSHL_v, vrrr, MO_8, MO_64, VEC_OP_HELPER(uqrshl))
TRANS(UQRSHL_s, srrr, MO_8, MO_64, VEC_OP_HELPER(uqrshl))
