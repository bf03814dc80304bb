/* SPDX-License-Identifier: MIT */
/*
 * A64 Advanced SIMD: BFloat16 (FEAT_BF16), DDI0487 C4.1.96. A number of this format is the upper
 * half of a single; so what multiplies and adds as FPCR says (BFMLAL) is a multiply-add of singles.
 * Products that are summed up (BFDOT, BFMMLA) have an arithmetic of their own: see vec-helper-fp.c.
 */
#include "qemu/osdep.h"

#include "target/arm/tcg/simd-fp.h"

static bool has_bf16(const DisasContext *s)
{
    return isar_has(s->isar->id_aa64isar1, ID_AA64ISAR1_BF16);
}

bool trans_BFCVT(DisasContext *s, arg_BFCVT *a)
{
    TCGv_vec d = tcg_temp_new_vec();

    if (!has_bf16(s)) {
        return false;
    }
    if (fp_access_check(s)) {
        TCG_VCALL(helper_bfcvt, d, vdesc(2, MO_16, 0), read_v(a->rn));
        write_v_part(a->rd, MO_16, d);
    }
    return true;
}

bool trans_BFCVTN(DisasContext *s, arg_BFCVTN *a)
{
    TCGv_vec d = tcg_temp_new_vec();

    if (!has_bf16(s)) {
        return false;
    }
    if (fp_access_check(s)) {
        TCG_VCALL(helper_bfcvt, d, vdesc(8, MO_16, 0), read_v(a->rn));
        write_v_narrow(a->rd, a->q, d);
    }
    return true;
}

static void gen_sum(int rd, int q, TCGv_vec n, TCGv_vec m, TCGVecHelper *fn, const char *name)
{
    gen_vec2(rd, q_size(q), MO_32, n, m, NULL, fn, name);
}

bool trans_BFDOT_v(DisasContext *s, arg_BFDOT_v *a)
{
    if (!has_bf16(s)) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_sum(a->rd, a->q, read_v(a->rn), read_v(a->rm), helper_bfdot, "bfdot");
    }
    return true;
}

bool trans_BFDOT_vi(DisasContext *s, arg_BFDOT_vi *a)
{
    TCGv_vec m = tcg_temp_new_vec();

    if (!has_bf16(s)) {
        return false;
    }
    if (fp_access_check(s)) {
        tcg_gen_duplane_vec(MO_32, m, read_v(a->rm), a->idx);
        gen_sum(a->rd, a->q, read_v(a->rn), m, helper_bfdot, "bfdot");
    }
    return true;
}

bool trans_BFMMLA(DisasContext *s, arg_BFMMLA *a)
{
    if (!has_bf16(s)) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_sum(a->rd, a->q, read_v(a->rn), read_v(a->rm), helper_bfmmla, "bfmmla");
    }
    return true;
}

/* The lower or upper half of each 32-bit lane, as a single. */
static TCGv_vec single_of(TCGv_vec v, bool upper)
{
    TCGv_vec t = tcg_temp_new_vec();

    if (upper) {
        tcg_gen_and_vec(MO_64, t, v, vec_const(MO_32, 0xffff0000));
    } else {
        tcg_gen_shli_vec(MO_32, t, v, 16);
    }
    return t;
}

static void gen_bfmlal(DisasContext *s, int rd, int rn, TCGv_vec m, bool upper)
{
    TCGv_vec d = tcg_temp_new_vec();

    gen_fmadd(s, MO_32, false, d, single_of(read_v(rn), upper), m, read_v(rd), false, false);
    write_v(rd, d);
}

bool trans_BFMLAL_v(DisasContext *s, arg_BFMLAL_v *a)
{
    if (!has_bf16(s)) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_bfmlal(s, a->rd, a->rn, single_of(read_v(a->rm), a->q), a->q);
    }
    return true;
}

bool trans_BFMLAL_vi(DisasContext *s, arg_BFMLAL_vi *a)
{
    TCGv_vec m = tcg_temp_new_vec();

    if (!has_bf16(s)) {
        return false;
    }
    if (fp_access_check(s)) {
        tcg_gen_duplane_vec(MO_16, m, read_v(a->rm), a->idx);
        gen_bfmlal(s, a->rd, a->rn, single_of(m, true), a->q);
    }
    return true;
}
