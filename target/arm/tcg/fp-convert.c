/* SPDX-License-Identifier: MIT */
/* A64 Advanced SIMD: rounding and conversions of floating-point vectors (DDI0487 C4.1.96). */
#include "qemu/osdep.h"

#include "target/arm/tcg/simd-fp.h"

/* --- to integral values --- */

static bool fvrint(DisasContext *s, arg_fvrr *a, unsigned rmode, bool exact)
{
    int fmt = fmt_of_sz(s, a->sz, a->q);
    TCGv_vec d = tcg_temp_new_vec();

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_frint(s, fmt, false, d, fp_lanes(read_v(a->rn), a->q), rmode, exact);
        write_v_part(a->rd, q_size(a->q), d);
    }
    return true;
}

TRANS(FRINTN_v, fvrint, FPCVT_RNE, false)
TRANS(FRINTP_v, fvrint, FPCVT_RP, false)
TRANS(FRINTM_v, fvrint, FPCVT_RM, false)
TRANS(FRINTZ_v, fvrint, FPCVT_RZ, false)
TRANS(FRINTA_v, fvrint, FPCVT_RNA, false)
TRANS(FRINTX_v, fvrint, FPCVT_CURRENT, true)
TRANS(FRINTI_v, fvrint, FPCVT_CURRENT, false)

/* One operand, by a helper whose immediate is @imm. */
static void gen_vec_imm(int rd, unsigned size, unsigned fmt, int rn, unsigned imm, TCGVecHelper *fn,
                        const char *name)
{
    TCGv_vec d = tcg_temp_new_vec(), n = read_v(rn);

    tcg_gen_vcall(fn, name, 0, d, &n, 1, vdesc(1u << size, fmt, imm));
    write_v_part(rd, size, d);
}

static bool fvrint_n(DisasContext *s, arg_fvrr *a, unsigned imm)
{
    int fmt = fmt_of_sz(s, a->sz, a->q);

    if (fmt < 0 || !isar_has(s->isar->id_aa64isar1, ID_AA64ISAR1_FRINTTS)) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_vec_imm(a->rd, q_size(a->q), fmt, a->rn, imm, helper_frint_n, "frint_n");
    }
    return true;
}

TRANS(FRINT32Z_v, fvrint_n, FPCVT_RZ | FPCVT_I32)
TRANS(FRINT32X_v, fvrint_n, FPCVT_CURRENT | FPCVT_I32)
TRANS(FRINT64Z_v, fvrint_n, FPCVT_RZ)
TRANS(FRINT64X_v, fvrint_n, FPCVT_CURRENT)

/* --- to and from integers and fixed point of the same size --- */

static TCGv_vec lane_first(unsigned esz, int reg, unsigned lane)
{
    TCGv_vec t;

    if (lane == 0) {
        return read_v(reg);
    }
    t = tcg_temp_new_vec();
    tcg_gen_duplane_vec(esz, t, read_v(reg), lane);
    return t;
}

/* Singles and doubles lane by lane, scalars being one lane; the IR has no half-precision integers.
 */
static void gen_to_int(DisasContext *s, int rd, unsigned size, unsigned fmt, int rn, unsigned cvt)
{
    TCGv_i64 t = tcg_temp_new_i64();
    TCGv_vec d = vec_copy(vec_zero());

    if (fmt == MO_16) {
        gen_vec_imm(rd, size, fmt, rn, cvt, helper_fcvt_fi_h, "fcvt_fi_h");
        return;
    }
    for (unsigned i = 0; i < 1u << (size - fmt); i++) {
        gen_fcvt_fi(s, fmt, t, lane_first(fmt, rn, i), cvt | (fmt == MO_32 ? FPCVT_I32 : 0));
        tcg_gen_insert_vec(fmt, d, d, t, i);
    }
    write_v_part(rd, size, d);
}

static void gen_from_int(DisasContext *s, int rd, unsigned size, unsigned fmt, int rn, unsigned cvt)
{
    TCGv_i64 t = tcg_temp_new_i64();
    TCGv_vec d = vec_copy(vec_zero()), f = tcg_temp_new_vec();

    if (fmt == MO_16) {
        gen_vec_imm(rd, size, fmt, rn, cvt, helper_fcvt_if_h, "fcvt_if_h");
        return;
    }
    for (unsigned i = 0; i < 1u << (size - fmt); i++) {
        tcg_gen_extract_vec(fmt, t, read_v(rn), i);
        gen_fcvt_if(s, fmt, f, t, cvt | (fmt == MO_32 ? FPCVT_I32 : 0));
        tcg_gen_extract_vec(fmt, t, f, 0);
        tcg_gen_insert_vec(fmt, d, d, t, i);
    }
    write_v_part(rd, size, d);
}

typedef void GenConvert(DisasContext *s, int rd, unsigned size, unsigned fmt, int rn, unsigned cvt);

static bool fvcvt(DisasContext *s, arg_fvrr *a, GenConvert *gen, unsigned cvt)
{
    int fmt = fmt_of_sz(s, a->sz, a->q);

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        gen(s, a->rd, q_size(a->q), fmt, a->rn, cvt);
    }
    return true;
}

static bool fscvt(DisasContext *s, arg_fsrr *a, GenConvert *gen, unsigned cvt)
{
    int fmt = fmt_of_sz(s, a->sz, 1);

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        gen(s, a->rd, fmt, fmt, a->rn, cvt);
    }
    return true;
}

#define TRANS_TO_INT(MODE, RMODE)                                                                  \
    TRANS(FCVT##MODE##S_v, fvcvt, gen_to_int, RMODE)                                               \
    TRANS(FCVT##MODE##U_v, fvcvt, gen_to_int, (RMODE) | FPCVT_UNSIGNED)                            \
    TRANS(FCVT##MODE##S_s, fscvt, gen_to_int, RMODE)                                               \
    TRANS(FCVT##MODE##U_s, fscvt, gen_to_int, (RMODE) | FPCVT_UNSIGNED)
TRANS_TO_INT(N, FPCVT_RNE)
TRANS_TO_INT(P, FPCVT_RP)
TRANS_TO_INT(M, FPCVT_RM)
TRANS_TO_INT(Z, FPCVT_RZ)
TRANS_TO_INT(A, FPCVT_RNA)
TRANS(SCVTF_v, fvcvt, gen_from_int, FPCVT_CURRENT)
TRANS(SCVTF_s, fscvt, gen_from_int, FPCVT_CURRENT)
TRANS(UCVTF_v, fvcvt, gen_from_int, FPCVT_CURRENT | FPCVT_UNSIGNED)
TRANS(UCVTF_s, fscvt, gen_from_int, FPCVT_CURRENT | FPCVT_UNSIGNED)

/* imm is immh:immb, 2 * element bits - fraction bits. */
static bool fix_format(const DisasContext *s, int imm, int q, unsigned *fmt, unsigned *cvt)
{
    *fmt = 31 - clz32(imm >> 3);
    *cvt |= ((16u << *fmt) - imm) << FPCVT_SCALE_SHIFT;
    return *fmt == MO_16 ? has_fp16(s) : *fmt == MO_32 || (*fmt == MO_64 && q);
}

static bool vfix(DisasContext *s, arg_vshi *a, GenConvert *gen, unsigned cvt)
{
    unsigned fmt;

    if (!fix_format(s, a->imm, a->q, &fmt, &cvt)) {
        return false;
    }
    if (fp_access_check(s)) {
        gen(s, a->rd, q_size(a->q), fmt, a->rn, cvt);
    }
    return true;
}

static bool sfix(DisasContext *s, arg_sshi *a, GenConvert *gen, unsigned cvt)
{
    unsigned fmt;

    if (!fix_format(s, a->imm, 1, &fmt, &cvt)) {
        return false;
    }
    if (fp_access_check(s)) {
        gen(s, a->rd, fmt, fmt, a->rn, cvt);
    }
    return true;
}

TRANS(FCVTZS_vshi, vfix, gen_to_int, FPCVT_RZ)
TRANS(FCVTZS_sshi, sfix, gen_to_int, FPCVT_RZ)
TRANS(FCVTZU_vshi, vfix, gen_to_int, FPCVT_RZ | FPCVT_UNSIGNED)
TRANS(FCVTZU_sshi, sfix, gen_to_int, FPCVT_RZ | FPCVT_UNSIGNED)
TRANS(SCVTF_vshi, vfix, gen_from_int, FPCVT_CURRENT)
TRANS(SCVTF_sshi, sfix, gen_from_int, FPCVT_CURRENT)
TRANS(UCVTF_vshi, vfix, gen_from_int, FPCVT_CURRENT | FPCVT_UNSIGNED)
TRANS(UCVTF_sshi, sfix, gen_from_int, FPCVT_CURRENT | FPCVT_UNSIGNED)

/* --- between formats. sz of the narrower one: 0 half, 1 single --- */

/* All lanes that fit: of the lower half of @rn, or of the upper one to a wider format. */
static TCGv_vec convert_lanes(DisasContext *s, unsigned from, unsigned to, int rn, bool upper)
{
    TCGv_i64 t = tcg_temp_new_i64();
    TCGv_vec d = vec_copy(vec_zero()), f = tcg_temp_new_vec();
    unsigned n = 16 >> MAX(from, to);

    for (unsigned i = 0; i < n; i++) {
        gen_fcvt_ff(s, from, to, f, lane_first(from, rn, upper * n + i));
        tcg_gen_extract_vec(to, t, f, 0);
        tcg_gen_insert_vec(to, d, d, t, i);
    }
    return d;
}

bool trans_FCVTL_v(DisasContext *s, arg_FCVTL_v *a)
{
    if (fp_access_check(s)) {
        unsigned from = a->sz ? MO_32 : MO_16;

        write_v(a->rd, convert_lanes(s, from, from + 1, a->rn, a->q));
    }
    return true;
}

bool trans_FCVTN_v(DisasContext *s, arg_FCVTN_v *a)
{
    if (fp_access_check(s)) {
        unsigned to = a->sz ? MO_32 : MO_16;

        write_v_narrow(a->rd, a->q, convert_lanes(s, to + 1, to, a->rn, false));
    }
    return true;
}

bool trans_FCVTXN_v(DisasContext *s, arg_FCVTXN_v *a)
{
    TCGv_vec d = tcg_temp_new_vec();

    if (fp_access_check(s)) {
        TCG_VCALL(helper_fcvtxn, d, vdesc(8, MO_32, 0), read_v(a->rn));
        write_v_narrow(a->rd, a->q, d);
    }
    return true;
}

bool trans_FCVTXN_s(DisasContext *s, arg_FCVTXN_s *a)
{
    TCGv_vec d = tcg_temp_new_vec();

    if (fp_access_check(s)) {
        TCG_VCALL(helper_fcvtxn, d, vdesc(4, MO_32, 0), read_v(a->rn));
        write_v_part(a->rd, MO_32, d);
    }
    return true;
}
