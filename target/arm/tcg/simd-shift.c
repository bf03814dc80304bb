/* SPDX-License-Identifier: MIT */
/*
 * A64 Advanced SIMD: shifts by immediate (DDI0487 C4.1.96).
 *
 * immh:immb holds the element size e and the count at once: it is e + count for left shifts and
 * 2e - count for right shifts, whose counts are 1 to e.
 */
#include "qemu/osdep.h"

#include "target/arm/tcg/simd.h"

static unsigned shift_esz(int imm)
{
    return 31 - clz32(imm >> 3);
}

static unsigned right_count(int imm)
{
    return (16u << shift_esz(imm)) - imm;
}

static unsigned left_count(int imm)
{
    return imm - (8u << shift_esz(imm));
}

static void gen_shift(int rd, unsigned size, unsigned esz, int rn, unsigned count, GenVecI *gen)
{
    TCGv_vec d = vec_copy(read_v(rd));

    gen(esz, d, read_v(rn), count);
    write_v_part(rd, size, d);
}

static bool vshi(DisasContext *s, arg_vshi *a, bool left, GenVecI *gen)
{
    unsigned esz = shift_esz(a->imm);

    if (esz == MO_64 && !a->q) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_shift(a->rd, q_size(a->q), esz, a->rn, left ? left_count(a->imm) : right_count(a->imm),
                  gen);
    }
    return true;
}

static bool dshi(DisasContext *s, arg_dshi *a, bool left, GenVecI *gen)
{
    if (fp_access_check(s)) {
        gen_shift(a->rd, MO_64, MO_64, a->rn, left ? a->imm : 64 - a->imm, gen);
    }
    return true;
}

/* --- plain, accumulating, inserting --- */

static void gen_ssra(unsigned vece, TCGv_vec d, TCGv_vec n, unsigned imm)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_sari_vec(vece, t, n, imm);
    tcg_gen_add_vec(vece, d, d, t);
}

static void gen_usra(unsigned vece, TCGv_vec d, TCGv_vec n, unsigned imm)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_shri_vec(vece, t, n, imm);
    tcg_gen_add_vec(vece, d, d, t);
}

/* The last bit shifted out of each lane, which rounding adds. */
static TCGv_vec round_bit(unsigned vece, TCGv_vec n, unsigned imm)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_shri_vec(vece, t, n, imm - 1);
    tcg_gen_and_vec(vece, t, t, vec_const(vece, 1));
    return t;
}

static void gen_srshr(unsigned vece, TCGv_vec d, TCGv_vec n, unsigned imm)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_sari_vec(vece, t, n, imm);
    tcg_gen_add_vec(vece, d, t, round_bit(vece, n, imm));
}

static void gen_urshr(unsigned vece, TCGv_vec d, TCGv_vec n, unsigned imm)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_shri_vec(vece, t, n, imm);
    tcg_gen_add_vec(vece, d, t, round_bit(vece, n, imm));
}

static void gen_srsra(unsigned vece, TCGv_vec d, TCGv_vec n, unsigned imm)
{
    TCGv_vec t = tcg_temp_new_vec();

    gen_srshr(vece, t, n, imm);
    tcg_gen_add_vec(vece, d, d, t);
}

static void gen_ursra(unsigned vece, TCGv_vec d, TCGv_vec n, unsigned imm)
{
    TCGv_vec t = tcg_temp_new_vec();

    gen_urshr(vece, t, n, imm);
    tcg_gen_add_vec(vece, d, d, t);
}

static uint64_t low_bits(unsigned n)
{
    return n >= 64 ? ~0ull : (1ull << n) - 1;
}

static void gen_sli(unsigned vece, TCGv_vec d, TCGv_vec n, unsigned imm)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_shli_vec(vece, t, n, imm);
    tcg_gen_and_vec(vece, d, d, vec_const(vece, low_bits(imm)));
    tcg_gen_or_vec(vece, d, d, t);
}

static void gen_sri(unsigned vece, TCGv_vec d, TCGv_vec n, unsigned imm)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_shri_vec(vece, t, n, imm);
    tcg_gen_and_vec(vece, d, d, vec_const(vece, ~low_bits((8u << vece) - imm)));
    tcg_gen_or_vec(vece, d, d, t);
}

TRANS(SSHR_vshi, vshi, false, tcg_gen_sari_vec)
TRANS(SSHR_sshi, dshi, false, tcg_gen_sari_vec)
TRANS(USHR_vshi, vshi, false, tcg_gen_shri_vec)
TRANS(USHR_sshi, dshi, false, tcg_gen_shri_vec)
TRANS(SSRA_vshi, vshi, false, gen_ssra)
TRANS(SSRA_sshi, dshi, false, gen_ssra)
TRANS(USRA_vshi, vshi, false, gen_usra)
TRANS(USRA_sshi, dshi, false, gen_usra)
TRANS(SRSHR_vshi, vshi, false, gen_srshr)
TRANS(SRSHR_sshi, dshi, false, gen_srshr)
TRANS(URSHR_vshi, vshi, false, gen_urshr)
TRANS(URSHR_sshi, dshi, false, gen_urshr)
TRANS(SRSRA_vshi, vshi, false, gen_srsra)
TRANS(SRSRA_sshi, dshi, false, gen_srsra)
TRANS(URSRA_vshi, vshi, false, gen_ursra)
TRANS(URSRA_sshi, dshi, false, gen_ursra)
TRANS(SRI_vshi, vshi, false, gen_sri)
TRANS(SRI_sshi, dshi, false, gen_sri)
TRANS(SLI_vshi, vshi, true, gen_sli)
TRANS(SLI_sshi, dshi, true, gen_sli)
TRANS(SHL_vshi, vshi, true, tcg_gen_shli_vec)
TRANS(SHL_sshi, dshi, true, tcg_gen_shli_vec)

/* --- narrowing right shifts, from lanes of twice the size --- */

static bool vshi_narrow(DisasContext *s, arg_vshi *a, bool round)
{
    unsigned esz = shift_esz(a->imm), count = right_count(a->imm);
    TCGv_vec n = read_v(a->rn), d = tcg_temp_new_vec();

    if (esz == MO_64) {
        return false;
    }
    if (!fp_access_check(s)) {
        return true;
    }
    if (round) {
        tcg_gen_add_vec(esz + 1, d, n, vec_const(esz + 1, 1ull << (count - 1)));
        n = d;
    }
    tcg_gen_shri_vec(esz + 1, d, n, count);
    tcg_gen_xtn_vec(esz, d, d);
    write_v_narrow(a->rd, a->q, d);
    return true;
}

TRANS(SHRN_vshi, vshi_narrow, false)
TRANS(RSHRN_vshi, vshi_narrow, true)

/* --- widening left shifts --- */

static bool vshi_long(DisasContext *s, arg_vshi *a, GenVec1 *extend)
{
    unsigned esz = shift_esz(a->imm);
    TCGv_vec d = tcg_temp_new_vec();

    if (esz == MO_64) {
        return false;
    }
    if (fp_access_check(s)) {
        extend(esz, d, vec_half(read_v(a->rn), a->q));
        tcg_gen_shli_vec(esz + 1, d, d, left_count(a->imm));
        write_v(a->rd, d);
    }
    return true;
}

TRANS(SSHLL_vshi, vshi_long, tcg_gen_sxtl_vec)
TRANS(USHLL_vshi, vshi_long, tcg_gen_uxtl_vec)
