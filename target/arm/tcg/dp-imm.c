/* SPDX-License-Identifier: MIT */
/* A64: data processing with an immediate (DDI0487 C4.1.92). */
#include "qemu/osdep.h"

#include "a64-decode.h"
#include "target/arm/tcg/dp.h"

bool trans_ADR(DisasContext *s, arg_ADR *a)
{
    if (a->rd != 31) {
        tcg_gen_pc_rel_i64(read_x(a->rd), (int64_t)s->pc + a->imm);
    }
    return true;
}

bool trans_ADRP(DisasContext *s, arg_ADRP *a)
{
    if (a->rd != 31) {
        tcg_gen_pc_rel_i64(read_x(a->rd), (int64_t)a->imm * 4096);
    }
    return true;
}

static bool add_imm(DisasContext *s, arg_rri *a, bool sub, bool setflags)
{
    int64_t imm = (int64_t)a->imm << (a->sh ? 12 : 0);

    gen_addsub(a->sf, a->rd, read_x_sp(a->rn), tcg_constant_i64(imm), sub, setflags, true);
    if (a->rd == 31 && !setflags && (a->rn != 31 || !a->sf || (imm & 15))) {
        gen_sp_written(s);
    }
    return true;
}

bool trans_ADD_i(DisasContext *s, arg_ADD_i *a)
{
    return add_imm(s, a, false, false);
}

bool trans_ADDS_i(DisasContext *s, arg_ADDS_i *a)
{
    return add_imm(s, a, false, true);
}

bool trans_SUB_i(DisasContext *s, arg_SUB_i *a)
{
    return add_imm(s, a, true, false);
}

bool trans_SUBS_i(DisasContext *s, arg_SUBS_i *a)
{
    return add_imm(s, a, true, true);
}

/* DecodeBitMasks(N, imms, immr, immediate) of J1.1.3; false: reserved. */
bool a64_decode_bitmask(uint64_t *mask, unsigned n, unsigned imms, unsigned immr)
{
    unsigned top = n << 6 | (~imms & 0x3f);
    unsigned len, size, ones, rot;
    uint64_t elem;

    if (top < 2) {
        return false;
    }
    len = 31 - __builtin_clz(top);
    size = 1u << len;
    ones = (imms & (size - 1)) + 1;
    rot = immr & (size - 1);
    if (ones == size) {
        return false;
    }
    elem = MAKE_64BIT_MASK(0, ones);
    if (rot) {
        elem = elem >> rot | elem << (size - rot);
    }
    if (size < 64) {
        elem &= MAKE_64BIT_MASK(0, size);
    }
    for (; size < 64; size *= 2) {
        elem |= elem << size;
    }
    *mask = elem;
    return true;
}

static bool logic_imm(DisasContext *s, arg_rri_log *a, LogicOp op)
{
    uint64_t imm;

    if ((!a->sf && a->n) || !a64_decode_bitmask(&imm, a->n, a->imms, a->immr)) {
        return false;
    }
    if (!a->sf) {
        imm &= 0xffffffff;
    }
    gen_logic(a->sf, a->rd, read_x(a->rn), tcg_constant_i64(imm), op, true);
    if (a->rd == 31 && op != LOGIC_ANDS) {
        gen_sp_written(s);
    }
    return true;
}

bool trans_AND_i(DisasContext *s, arg_AND_i *a)
{
    return logic_imm(s, a, LOGIC_AND);
}

bool trans_ORR_i(DisasContext *s, arg_ORR_i *a)
{
    return logic_imm(s, a, LOGIC_ORR);
}

bool trans_EOR_i(DisasContext *s, arg_EOR_i *a)
{
    return logic_imm(s, a, LOGIC_EOR);
}

bool trans_ANDS_i(DisasContext *s, arg_ANDS_i *a)
{
    return logic_imm(s, a, LOGIC_ANDS);
}

/* 32-bit forms shift by 0 or 16 only. */
static bool movw_valid(const arg_movw *a)
{
    return a->sf || a->hw < 2;
}

bool trans_MOVN(DisasContext *s, arg_MOVN *a)
{
    uint64_t val = ~((uint64_t)a->imm << (a->hw * 16));

    if (!movw_valid(a)) {
        return false;
    }
    write_x(a->rd, tcg_constant_i64(a->sf ? val : (uint32_t)val));
    return true;
}

bool trans_MOVZ(DisasContext *s, arg_MOVZ *a)
{
    if (!movw_valid(a)) {
        return false;
    }
    write_x(a->rd, tcg_constant_i64((uint64_t)a->imm << (a->hw * 16)));
    return true;
}

bool trans_MOVK(DisasContext *s, arg_MOVK *a)
{
    TCGv_i64 val = tcg_temp_new_i64();

    if (!movw_valid(a)) {
        return false;
    }
    tcg_gen_deposit_i64(val, read_x(a->rd), tcg_constant_i64(a->imm), a->hw * 16, 16);
    write_sf(a->sf, a->rd, val);
    return true;
}

/*
 * Bit fields (C6.2.34 and so on). With imms >= immr, bits imms..immr go to the bottom; else the low
 * imms + 1 bits go to bit (width - immr).
 */
static bool bitfield_valid(const arg_bitfield *a)
{
    return a->sf || (a->immr < 32 && a->imms < 32);
}

bool trans_SBFM(DisasContext *s, arg_SBFM *a)
{
    unsigned width = a->sf ? 64 : 32;
    TCGv_i64 val = tcg_temp_new_i64();

    if (!bitfield_valid(a)) {
        return false;
    }
    if (a->imms >= a->immr) {
        tcg_gen_sextract_i64(val, read_x(a->rn), a->immr, a->imms - a->immr + 1);
    } else {
        tcg_gen_sextract_i64(val, read_x(a->rn), 0, a->imms + 1);
        tcg_gen_shli_i64(val, val, width - a->immr);
    }
    write_sf(a->sf, a->rd, val);
    return true;
}

bool trans_UBFM(DisasContext *s, arg_UBFM *a)
{
    unsigned width = a->sf ? 64 : 32;
    TCGv_i64 val = tcg_temp_new_i64();

    if (!bitfield_valid(a)) {
        return false;
    }
    if (a->imms >= a->immr) {
        tcg_gen_extract_i64(val, read_x(a->rn), a->immr, a->imms - a->immr + 1);
        write_x(a->rd, val);
    } else if (a->imms + 1 == a->immr) { /* LSL: the bits shifted out need no mask */
        tcg_gen_shli_i64(val, read_x(a->rn), width - a->immr);
        write_sf(a->sf, a->rd, val);
    } else {
        tcg_gen_extract_i64(val, read_x(a->rn), 0, a->imms + 1);
        tcg_gen_shli_i64(val, val, width - a->immr);
        write_sf(a->sf, a->rd, val);
    }
    return true;
}

bool trans_BFM(DisasContext *s, arg_BFM *a)
{
    unsigned width = a->sf ? 64 : 32;
    TCGv_i64 val = tcg_temp_new_i64();

    if (!bitfield_valid(a)) {
        return false;
    }
    if (a->imms >= a->immr) {
        tcg_gen_extract_i64(val, read_x(a->rn), a->immr, a->imms - a->immr + 1);
        tcg_gen_deposit_i64(val, read_x(a->rd), val, 0, a->imms - a->immr + 1);
    } else {
        tcg_gen_deposit_i64(val, read_x(a->rd), read_x(a->rn), width - a->immr, a->imms + 1);
    }
    write_sf(a->sf, a->rd, val);
    return true;
}

bool trans_EXTR(DisasContext *s, arg_EXTR *a)
{
    if (a->sf) {
        TCGv_i64 val = tcg_temp_new_i64();

        tcg_gen_extract2_i64(val, read_x(a->rm), read_x(a->rn), a->imm);
        write_x(a->rd, val);
    } else {
        TCGv_i32 lo = tcg_temp_new_i32(), hi = tcg_temp_new_i32();

        tcg_gen_extrl_i64_i32(lo, read_x(a->rm));
        tcg_gen_extrl_i64_i32(hi, read_x(a->rn));
        tcg_gen_extract2_i32(lo, lo, hi, a->imm);
        if (a->rd != 31) {
            tcg_gen_extu_i32_i64(read_x(a->rd), lo);
        }
    }
    return true;
}
