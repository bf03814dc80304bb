/* SPDX-License-Identifier: MIT */
/* A64 Advanced SIMD: moving elements, table lookup, immediates (DDI0487 C4.1.96). */
#include "qemu/osdep.h"

#include "target/arm/tcg/simd.h"

/* --- copies. imm5: the lowest set bit is the element size, the lane stands above it --- */

static unsigned imm5_size(unsigned imm5)
{
    return ctz32(imm5 | 1u << 5);
}

bool trans_DUP_elem(DisasContext *s, arg_DUP_elem *a)
{
    unsigned esz = imm5_size(a->imm5);
    TCGv_vec d = tcg_temp_new_vec();

    if (esz > MO_64 || (esz == MO_64 && !a->q)) {
        return false;
    }
    if (fp_access_check(s)) {
        tcg_gen_duplane_vec(esz, d, read_v(a->rn), a->imm5 >> (esz + 1));
        write_v_part(a->rd, q_size(a->q), d);
    }
    return true;
}

bool trans_DUP_s(DisasContext *s, arg_DUP_s *a)
{
    unsigned esz = imm5_size(a->imm5);
    TCGv_vec d = tcg_temp_new_vec();

    if (esz > MO_64) {
        return false;
    }
    if (fp_access_check(s)) {
        tcg_gen_duplane_vec(esz, d, read_v(a->rn), a->imm5 >> (esz + 1));
        write_v_part(a->rd, esz, d);
    }
    return true;
}

bool trans_DUP_gp(DisasContext *s, arg_DUP_gp *a)
{
    unsigned esz = imm5_size(a->imm5);
    TCGv_vec d = tcg_temp_new_vec();

    if (esz > MO_64 || (esz == MO_64 && !a->q)) {
        return false;
    }
    if (fp_access_check(s)) {
        tcg_gen_dup_i64_vec(esz, d, read_x(a->rn));
        write_v_part(a->rd, q_size(a->q), d);
    }
    return true;
}

bool trans_UMOV(DisasContext *s, arg_UMOV *a)
{
    unsigned esz = imm5_size(a->imm5);
    TCGv_i64 t = tcg_temp_new_i64();

    if (esz > MO_64 || (esz == MO_64) != a->q) {
        return false;
    }
    if (fp_access_check(s)) {
        tcg_gen_extract_vec(esz, t, read_v(a->rn), a->imm5 >> (esz + 1));
        write_x(a->rd, t);
    }
    return true;
}

bool trans_SMOV(DisasContext *s, arg_SMOV *a)
{
    unsigned esz = imm5_size(a->imm5);
    TCGv_i64 t = tcg_temp_new_i64();

    if (esz > MO_32 || (esz == MO_32 && !a->q)) {
        return false;
    }
    if (fp_access_check(s)) {
        tcg_gen_extract_vec(esz, t, read_v(a->rn), a->imm5 >> (esz + 1));
        tcg_gen_sextract_i64(t, t, 0, 8u << esz);
        write_sf(a->q, a->rd, t);
    }
    return true;
}

bool trans_INS_gp(DisasContext *s, arg_INS_gp *a)
{
    unsigned esz = imm5_size(a->imm5);

    if (esz > MO_64) {
        return false;
    }
    if (fp_access_check(s)) {
        TCGv_vec d = read_v(a->rd);
        tcg_gen_insert_vec(esz, d, d, read_x(a->rn), a->imm5 >> (esz + 1));
    }
    return true;
}

bool trans_INS_elem(DisasContext *s, arg_INS_elem *a)
{
    unsigned esz = imm5_size(a->imm5);
    TCGv_i64 t = tcg_temp_new_i64();

    if (esz > MO_64) {
        return false;
    }
    if (fp_access_check(s)) {
        TCGv_vec d = read_v(a->rd);
        tcg_gen_extract_vec(esz, t, read_v(a->rn), a->imm4 >> esz);
        tcg_gen_insert_vec(esz, d, d, t, a->imm5 >> (esz + 1));
    }
    return true;
}

/* --- permutations. In 64 bits, of the 128 that the two operands' low halves make. --- */

static bool permute(DisasContext *s, arg_vrrr *a, GenVec2 *gen, bool unzip)
{
    TCGv_vec n = read_v(a->rn), m = read_v(a->rm), d = tcg_temp_new_vec();

    if (a->esz == MO_64 && !a->q) {
        return false;
    }
    if (!fp_access_check(s)) {
        return true;
    }
    if (unzip && !a->q) {
        n = vec_join(n, m);
        m = vec_zero();
    }
    gen(a->esz, d, n, m);
    write_v_part(a->rd, q_size(a->q), d);
    return true;
}

TRANS(ZIP1, permute, tcg_gen_zip1_vec, false)
TRANS(TRN1, permute, tcg_gen_trn1_vec, false)
TRANS(TRN2, permute, tcg_gen_trn2_vec, false)
TRANS(UZP1, permute, tcg_gen_uzp1_vec, true)
TRANS(UZP2, permute, tcg_gen_uzp2_vec, true)

bool trans_ZIP2(DisasContext *s, arg_ZIP2 *a)
{
    TCGv_vec d = tcg_temp_new_vec();

    if (a->q) {
        return permute(s, a, tcg_gen_zip2_vec, false);
    }
    if (a->esz == MO_64) {
        return false;
    }
    if (fp_access_check(s)) {
        tcg_gen_zip1_vec(a->esz, d, read_v(a->rn), read_v(a->rm));
        write_v_part(a->rd, MO_64, vec_high(d));
    }
    return true;
}

bool trans_EXT(DisasContext *s, arg_EXT *a)
{
    TCGv_vec n = read_v(a->rn), m = read_v(a->rm), d = tcg_temp_new_vec();

    if (!a->q && a->imm >= 8) {
        return false;
    }
    if (!fp_access_check(s)) {
        return true;
    }
    if (!a->q) {
        n = vec_join(n, m);
        m = vec_zero();
    }
    tcg_gen_ext_vec(d, n, m, a->imm);
    write_v_part(a->rd, q_size(a->q), d);
    return true;
}

/*
 * Each register of the table looks up the indices that fall into it, and gives 0 for the others: an
 * index below the register's range wraps to one above 15.
 */
static bool table_lookup(DisasContext *s, arg_tbl *a, bool keep)
{
    TCGv_vec idx = vec_copy(read_v(a->rm)), d = vec_copy(vec_zero());
    TCGv_vec out = tcg_temp_new_vec(), t = tcg_temp_new_vec();

    if (!fp_access_check(s)) {
        return true;
    }
    tcg_gen_cmphs_vec(MO_8, out, idx, vec_const(MO_8, 16 * (a->len + 1)));
    for (int i = 0; i <= a->len; i++) {
        tcg_gen_tbl_vec(t, read_v((a->rn + i) & 31), idx);
        tcg_gen_or_vec(MO_64, d, d, t);
        tcg_gen_sub_vec(MO_8, idx, idx, vec_const(MO_8, 16));
    }
    if (keep) {
        tcg_gen_bitsel_vec(d, out, read_v(a->rd), d);
    }
    write_v_part(a->rd, q_size(a->q), d);
    return true;
}

TRANS(TBL, table_lookup, false)
TRANS(TBX, table_lookup, true)

/* --- immediates --- */

/* AdvSIMDExpandImm of J1.1.3, without what bit 0 of cmode and op add to it. */
static uint64_t expand_imm(unsigned op, unsigned cmode, unsigned imm8)
{
    uint64_t imm = imm8;

    switch (cmode >> 1) {
    case 0 ... 3:
        return dup_bits(MO_32, imm << 8 * (cmode >> 1));
    case 4:
    case 5:
        return dup_bits(MO_16, imm << 8 * (cmode >> 1 & 1));
    case 6:
        return dup_bits(MO_32, cmode & 1 ? imm << 16 | 0xffff : imm << 8 | 0xff);
    default:
        break;
    }
    if (cmode == 15) {
        return op ? vfp_expand_imm(MO_64, imm8) : dup_bits(MO_32, vfp_expand_imm(MO_32, imm8));
    }
    if (!op) {
        return dup_bits(MO_8, imm);
    }
    imm = 0;
    for (unsigned i = 0; i < 8; i++) {
        imm |= imm8 >> i & 1 ? 0xffull << 8 * i : 0;
    }
    return imm;
}

bool trans_MODIMM(DisasContext *s, arg_MODIMM *a)
{
    TCGv_vec d = read_v(a->rd), imm;

    if (a->cmode == 15 && a->op && !a->q) {
        return false;
    }
    if (!fp_access_check(s)) {
        return true;
    }
    imm = tcg_constant_vec_dup64(expand_imm(a->op, a->cmode, a->imm));
    if (a->cmode >= 12 || !(a->cmode & 1)) { /* MOVI, MVNI, FMOV */
        if (a->op && a->cmode < 14) {
            imm = tcg_constant_vec_dup64(~expand_imm(a->op, a->cmode, a->imm));
        }
        write_v_part(a->rd, q_size(a->q), imm);
        return true;
    }
    if (a->op) {
        tcg_gen_andc_vec(MO_64, d, d, imm);
    } else {
        tcg_gen_or_vec(MO_64, d, d, imm);
    }
    write_v_part(a->rd, q_size(a->q), d);
    return true;
}

bool trans_FMOV_vh_imm(DisasContext *s, arg_FMOV_vh_imm *a)
{
    if (!has_fp16(s)) {
        return false;
    }
    if (fp_access_check(s)) {
        write_v_part(a->rd, q_size(a->q), vec_const(MO_16, vfp_expand_imm(MO_16, a->imm)));
    }
    return true;
}
