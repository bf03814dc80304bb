/* SPDX-License-Identifier: MIT */
/* A64: scalar floating point (DDI0487 C4.1.96). */
#include "qemu/osdep.h"

#include "target/arm/tcg/simd-fp.h"

/* The format of ftype as the size of its element, or -1 if this CPU does not have it. */
static int fmt_of(const DisasContext *s, int ftype)
{
    switch (ftype) {
    case 0:
        return MO_32;
    case 1:
        return MO_64;
    case 3:
        return has_fp16(s) ? MO_16 : -1;
    default:
        return -1;
    }
}

/* --- arithmetic --- */

static bool frrr(DisasContext *s, arg_frrr *a, FpOp2 op, bool negate)
{
    int fmt = fmt_of(s, a->ftype);
    TCGv_vec d = tcg_temp_new_vec();

    if (fmt < 0) {
        return false;
    }
    if (!fp_access_check(s)) {
        return true;
    }
    gen_fp2(s, op, fmt, true, d, read_v(a->rn), read_v(a->rm));
    if (negate) {
        gen_fneg(fmt, d, d);
    }
    write_v_part(a->rd, fmt, d);
    return true;
}

TRANS(FADD_f, frrr, FP_OP2(fadd), false)
TRANS(FSUB_f, frrr, FP_OP2(fsub), false)
TRANS(FMUL_f, frrr, FP_OP2(fmul), false)
TRANS(FDIV_f, frrr, FP_OP2(fdiv), false)
TRANS(FNMUL_f, frrr, FP_OP2(fmul), true)
TRANS(FMAX_f, frrr, FP_OP2(fmax), false)
TRANS(FMIN_f, frrr, FP_OP2(fmin), false)
TRANS(FMAXNM_f, frrr, FP_OP2(fmaxnm), false)
TRANS(FMINNM_f, frrr, FP_OP2(fminnm), false)

static bool frrrr(DisasContext *s, arg_frrrr *a, bool neg_product, bool neg_a)
{
    int fmt = fmt_of(s, a->ftype);
    TCGv_vec d = tcg_temp_new_vec();

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_fmadd(s, fmt, true, d, read_v(a->rn), read_v(a->rm), read_v(a->ra), neg_product, neg_a);
        write_v_part(a->rd, fmt, d);
    }
    return true;
}

TRANS(FMADD, frrrr, false, false)
TRANS(FMSUB, frrrr, true, false)
TRANS(FNMADD, frrrr, true, true)
TRANS(FNMSUB, frrrr, false, true)

/* --- one source --- */

static bool frr_bits(DisasContext *s, arg_frr *a, GenVec1 *gen)
{
    int fmt = fmt_of(s, a->ftype);
    TCGv_vec d = tcg_temp_new_vec();

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        gen(fmt, d, read_v(a->rn));
        write_v_part(a->rd, fmt, d);
    }
    return true;
}

static void gen_fmov(unsigned fmt, TCGv_vec d, TCGv_vec n)
{
    tcg_gen_mov_vec(d, n);
}

TRANS(FMOV_f, frr_bits, gen_fmov)
TRANS(FABS_f, frr_bits, gen_fabs)
TRANS(FNEG_f, frr_bits, gen_fneg)

bool trans_FSQRT_f(DisasContext *s, arg_FSQRT_f *a)
{
    int fmt = fmt_of(s, a->ftype);
    TCGv_vec d = tcg_temp_new_vec();

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_fp1(s, FP_OP1(fsqrt), fmt, true, d, read_v(a->rn));
        write_v_part(a->rd, fmt, d);
    }
    return true;
}

static bool frr_rint(DisasContext *s, arg_frr *a, unsigned rmode, bool exact)
{
    int fmt = fmt_of(s, a->ftype);
    TCGv_vec d = tcg_temp_new_vec();

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_frint(s, fmt, true, d, read_v(a->rn), rmode, exact);
        write_v_part(a->rd, fmt, d);
    }
    return true;
}

TRANS(FRINTN_f, frr_rint, FPCVT_RNE, false)
TRANS(FRINTP_f, frr_rint, FPCVT_RP, false)
TRANS(FRINTM_f, frr_rint, FPCVT_RM, false)
TRANS(FRINTZ_f, frr_rint, FPCVT_RZ, false)
TRANS(FRINTA_f, frr_rint, FPCVT_RNA, false)
TRANS(FRINTX_f, frr_rint, FPCVT_CURRENT, true)
TRANS(FRINTI_f, frr_rint, FPCVT_CURRENT, false)

/* FEAT_FRINTTS: to a value that fits a signed integer; single and double only. */
static bool frr_rint_n(DisasContext *s, arg_frr *a, unsigned imm)
{
    int fmt = fmt_of(s, a->ftype);
    TCGv_vec d = tcg_temp_new_vec();

    if (fmt < MO_32 || !isar_has(s->isar->id_aa64isar1, ID_AA64ISAR1_FRINTTS)) {
        return false;
    }
    if (fp_access_check(s)) {
        TCG_VCALL(helper_frint_n, d, vdesc(1u << fmt, fmt, imm), read_v(a->rn));
        write_v_part(a->rd, fmt, d);
    }
    return true;
}

TRANS(FRINT32Z_f, frr_rint_n, FPCVT_RZ | FPCVT_I32)
TRANS(FRINT32X_f, frr_rint_n, FPCVT_CURRENT | FPCVT_I32)
TRANS(FRINT64Z_f, frr_rint_n, FPCVT_RZ)
TRANS(FRINT64X_f, frr_rint_n, FPCVT_CURRENT)

/* --- between formats: half precision as a storage format is in every CPU --- */

static bool frr_convert(DisasContext *s, arg_frr *a, unsigned to)
{
    static const int8_t formats[4] = { MO_32, MO_64, -1, MO_16 };
    int from = formats[a->ftype];
    TCGv_vec d = tcg_temp_new_vec();

    if (from < 0 || from == (int)to) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_fcvt_ff(s, from, to, d, read_v(a->rn));
        write_v_part(a->rd, to, d);
    }
    return true;
}

TRANS(FCVT_to_h, frr_convert, MO_16)
TRANS(FCVT_to_s, frr_convert, MO_32)
TRANS(FCVT_to_d, frr_convert, MO_64)

/* --- to and from general registers --- */

static bool to_int(DisasContext *s, int rd, int rn, int sf, int ftype, unsigned cvt)
{
    int fmt = fmt_of(s, ftype);
    TCGv_i64 t = tcg_temp_new_i64();

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_fcvt_fi(s, fmt, t, read_v(rn), cvt | (sf ? 0 : FPCVT_I32));
        write_sf(sf, rd, t);
    }
    return true;
}

static bool from_int(DisasContext *s, int rd, int rn, int sf, int ftype, unsigned cvt)
{
    int fmt = fmt_of(s, ftype);
    TCGv_vec t = tcg_temp_new_vec();

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_fcvt_if(s, fmt, t, read_x(rn), cvt | (sf ? 0 : FPCVT_I32));
        write_v_part(rd, fmt, t);
    }
    return true;
}

static bool fcvt_to_int(DisasContext *s, arg_fcvt_i *a, unsigned cvt)
{
    return to_int(s, a->rd, a->rn, a->sf, a->ftype, cvt);
}

static bool fcvt_from_int(DisasContext *s, arg_fcvt_i *a, unsigned cvt)
{
    return from_int(s, a->rd, a->rn, a->sf, a->ftype, cvt);
}

TRANS(FCVTNS_i, fcvt_to_int, FPCVT_RNE)
TRANS(FCVTNU_i, fcvt_to_int, FPCVT_RNE | FPCVT_UNSIGNED)
TRANS(FCVTPS_i, fcvt_to_int, FPCVT_RP)
TRANS(FCVTPU_i, fcvt_to_int, FPCVT_RP | FPCVT_UNSIGNED)
TRANS(FCVTMS_i, fcvt_to_int, FPCVT_RM)
TRANS(FCVTMU_i, fcvt_to_int, FPCVT_RM | FPCVT_UNSIGNED)
TRANS(FCVTZS_i, fcvt_to_int, FPCVT_RZ)
TRANS(FCVTZU_i, fcvt_to_int, FPCVT_RZ | FPCVT_UNSIGNED)
TRANS(FCVTAS_i, fcvt_to_int, FPCVT_RNA)
TRANS(FCVTAU_i, fcvt_to_int, FPCVT_RNA | FPCVT_UNSIGNED)
TRANS(SCVTF_i, fcvt_from_int, FPCVT_CURRENT)
TRANS(UCVTF_i, fcvt_from_int, FPCVT_CURRENT | FPCVT_UNSIGNED)

/* Fixed point: scale is 64 - fraction bits, of which W registers have at most 32. */
static bool fcvt_to_fix(DisasContext *s, arg_fcvt_fix *a, unsigned cvt)
{
    if (!a->sf && a->scale < 32) {
        return false;
    }
    return to_int(s, a->rd, a->rn, a->sf, a->ftype, cvt | (64 - a->scale) << FPCVT_SCALE_SHIFT);
}

static bool fcvt_from_fix(DisasContext *s, arg_fcvt_fix *a, unsigned cvt)
{
    if (!a->sf && a->scale < 32) {
        return false;
    }
    return from_int(s, a->rd, a->rn, a->sf, a->ftype, cvt | (64 - a->scale) << FPCVT_SCALE_SHIFT);
}

TRANS(FCVTZS_fix, fcvt_to_fix, FPCVT_RZ)
TRANS(FCVTZU_fix, fcvt_to_fix, FPCVT_RZ | FPCVT_UNSIGNED)
TRANS(SCVTF_fix, fcvt_from_fix, FPCVT_CURRENT)
TRANS(UCVTF_fix, fcvt_from_fix, FPCVT_CURRENT | FPCVT_UNSIGNED)

bool trans_FJCVTZS(DisasContext *s, arg_FJCVTZS *a)
{
    TCGv_vec v = tcg_temp_new_vec();
    TCGv_i64 t = tcg_temp_new_i64(), nzcv = tcg_temp_new_i64();

    if (!isar_has(s->isar->id_aa64isar1, ID_AA64ISAR1_JSCVT)) {
        return false;
    }
    if (fp_access_check(s)) {
        TCG_VCALL(helper_fjcvtzs, v, 0, read_v(a->rn));
        tcg_gen_extract_vec(MO_64, t, v, 0);
        tcg_gen_extract_vec(MO_64, nzcv, v, 1);
        write_x(a->rd, t);
        tcg_gen_setflags_nzcv(nzcv);
    }
    return true;
}

bool trans_FMOV_to_gp(DisasContext *s, arg_FMOV_to_gp *a)
{
    TCGv_i64 t = tcg_temp_new_i64();

    if (a->esz == MO_16 && !has_fp16(s)) {
        return false;
    }
    if (fp_access_check(s)) {
        tcg_gen_extract_vec(a->esz, t, read_v(a->rn), 0);
        write_x(a->rd, t);
    }
    return true;
}

bool trans_FMOV_from_gp(DisasContext *s, arg_FMOV_from_gp *a)
{
    TCGv_vec t = tcg_temp_new_vec();

    if (a->esz == MO_16 && !has_fp16(s)) {
        return false;
    }
    if (!fp_access_check(s)) {
        return true;
    }
    if (a->esz == MO_16) {
        tcg_gen_dup_i64_vec(MO_64, t, read_x(a->rn));
        write_v_part(a->rd, a->esz, t);
    } else {
        tcg_gen_set_i64_vec(a->esz, t, read_x(a->rn));
        write_v(a->rd, t);
    }
    return true;
}

bool trans_FMOV_top_to_gp(DisasContext *s, arg_FMOV_top_to_gp *a)
{
    TCGv_i64 t = tcg_temp_new_i64();

    if (fp_access_check(s)) {
        tcg_gen_extract_vec(MO_64, t, read_v(a->rn), 1);
        write_x(a->rd, t);
    }
    return true;
}

bool trans_FMOV_top_from_gp(DisasContext *s, arg_FMOV_top_from_gp *a)
{
    if (fp_access_check(s)) {
        tcg_gen_insert_vec(MO_64, read_v(a->rd), read_v(a->rd), read_x(a->rn), 1);
    }
    return true;
}

bool trans_FMOV_imm(DisasContext *s, arg_FMOV_imm *a)
{
    int fmt = fmt_of(s, a->ftype);

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        write_v_part(a->rd, fmt, tcg_constant_vec_dup64(vfp_expand_imm(fmt, a->imm)));
    }
    return true;
}

/* --- comparisons and selection --- */

bool trans_FCMP(DisasContext *s, arg_FCMP *a)
{
    int fmt = fmt_of(s, a->ftype);
    TCGv_i64 r = tcg_temp_new_i64();

    if (fmt < 0) {
        return false;
    }
    if (fp_access_check(s)) {
        gen_fcmp(s, fmt, r, read_v(a->rn), a->z ? vec_zero() : read_v(a->rm), a->e);
        tcg_gen_setflags(FLAGS_SUB64, r, tcg_constant_i64(1), NULL);
    }
    return true;
}

/* N Z C V of an FCMP_*, out of a table of digits: unordered, whose low bits are 0, is number 3. */
static void gen_fcmp_nzcv(TCGv_i64 nzcv, TCGv_i64 r)
{
    TCGv_i64 t = tcg_temp_new_i64();

    tcg_gen_sari_i64(t, r, 63);
    tcg_gen_andi_i64(t, t, 3);
    tcg_gen_add_i64(t, t, r);
    tcg_gen_shli_i64(t, t, 2);
    tcg_gen_shr_i64(t, tcg_constant_i64(0x3268), t);
    tcg_gen_andi_i64(t, t, 15);
    tcg_gen_shli_i64(nzcv, t, 28);
}

/*
 * The comparison must raise nothing when the condition fails: zeros are compared then, instead of a
 * branch around it.
 */
bool trans_FCCMP(DisasContext *s, arg_FCCMP *a)
{
    int fmt = fmt_of(s, a->ftype);
    TCGv_i64 nzcv = tcg_temp_new_i64(), t = tcg_temp_new_i64();
    TCGv_vec mask = tcg_temp_new_vec(), n = tcg_temp_new_vec(), m = tcg_temp_new_vec();

    if (fmt < 0) {
        return false;
    }
    if (!fp_access_check(s)) {
        return true;
    }
    tcg_gen_flags_movcond_i64((FlagCond)a->cond, t, tcg_constant_i64(-1), tcg_constant_i64(0));
    tcg_gen_dup_i64_vec(MO_64, mask, t);
    tcg_gen_and_vec(MO_64, n, read_v(a->rn), mask);
    tcg_gen_and_vec(MO_64, m, read_v(a->rm), mask);
    gen_fcmp(s, fmt, nzcv, n, m, a->e);
    gen_fcmp_nzcv(nzcv, nzcv);
    tcg_gen_flags_movcond_i64((FlagCond)a->cond, nzcv, nzcv,
                              tcg_constant_i64((int64_t)a->nzcv << 28));
    tcg_gen_setflags_nzcv(nzcv);
    return true;
}

bool trans_FCSEL(DisasContext *s, arg_FCSEL *a)
{
    int fmt = fmt_of(s, a->ftype);
    TCGv_i64 n = tcg_temp_new_i64(), m = tcg_temp_new_i64();
    TCGv_vec d = tcg_temp_new_vec();

    if (fmt < 0) {
        return false;
    }
    if (!fp_access_check(s)) {
        return true;
    }
    tcg_gen_extract_vec(fmt, n, read_v(a->rn), 0);
    tcg_gen_extract_vec(fmt, m, read_v(a->rm), 0);
    tcg_gen_flags_movcond_i64((FlagCond)a->cond, n, n, m);
    tcg_gen_dup_i64_vec(MO_64, d, n);
    write_v_part(a->rd, MO_64, d);
    return true;
}
