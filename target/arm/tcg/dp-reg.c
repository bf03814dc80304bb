/* SPDX-License-Identifier: MIT */
/* A64: data processing between registers (DDI0487 C4.1.95), and the arithmetic that all share. */
#include "qemu/osdep.h"

#include "a64-decode.h"
#include "target/arm/tcg/dp.h"
#include "target/arm/tcg/helpers.h"

static void write_rd(int sf, int rd, TCGv_i64 val, bool sp)
{
    if (sp) {
        write_sf_sp(sf, rd, val);
    } else {
        write_sf(sf, rd, val);
    }
}

bool gen_addsub(int sf, int rd, TCGv_i64 a, TCGv_i64 b, bool sub, bool setflags, bool sp)
{
    TCGv_i64 res = tcg_temp_new_i64();

    if (sub) {
        tcg_gen_sub_i64(res, a, b);
    } else {
        tcg_gen_add_i64(res, a, b);
    }
    if (!setflags) {
        write_rd(sf, rd, res, sp);
        return true;
    }
    if (sf) {
        tcg_gen_setflags(sub ? FLAGS_SUB64 : FLAGS_ADD64, a, b, &res);
    } else {
        tcg_gen_ext32u_i64(res, res);
        tcg_gen_setflags(sub ? FLAGS_SUB32 : FLAGS_ADD32, a, b, &res);
    }
    write_x(rd, res);
    return true;
}

bool gen_logic(int sf, int rd, TCGv_i64 a, TCGv_i64 b, LogicOp op, bool sp)
{
    TCGv_i64 res = tcg_temp_new_i64();

    switch (op) {
    case LOGIC_ORR:
        tcg_gen_or_i64(res, a, b);
        break;
    case LOGIC_EOR:
        tcg_gen_xor_i64(res, a, b);
        break;
    default:
        tcg_gen_and_i64(res, a, b);
        break;
    }
    if (op != LOGIC_ANDS) {
        write_rd(sf, rd, res, sp);
        return true;
    }
    if (!sf) {
        tcg_gen_ext32u_i64(res, res);
    }
    tcg_gen_setflags(sf ? FLAGS_LOGIC64 : FLAGS_LOGIC32, res, tcg_constant_i64(0), &res);
    write_x(rd, res);
    return true;
}

/* ---- shifts ---- */

enum { SHIFT_LSL, SHIFT_LSR, SHIFT_ASR, SHIFT_ROR };

static void ror32_const(TCGv_i64 ret, TCGv_i64 src, unsigned amount)
{
    TCGv_i32 t = tcg_temp_new_i32();

    tcg_gen_extrl_i64_i32(t, src);
    tcg_gen_rotri_i32(t, t, amount);
    tcg_gen_extu_i32_i64(ret, t);
}

/* Rm shifted by a constant; where !sf the upper half of the result means nothing. */
static TCGv_i64 shifted_reg(int sf, int rm, int type, unsigned amount)
{
    TCGv_i64 src = read_x(rm), val;

    if (amount == 0) {
        return src;
    }
    val = tcg_temp_new_i64();
    switch (type) {
    case SHIFT_LSL:
        tcg_gen_shli_i64(val, src, amount);
        break;
    case SHIFT_LSR:
        tcg_gen_extract_i64(val, src, amount, (sf ? 64 : 32) - amount);
        break;
    case SHIFT_ASR:
        tcg_gen_sextract_i64(val, src, amount, (sf ? 64 : 32) - amount);
        break;
    default:
        if (sf) {
            tcg_gen_rotri_i64(val, src, amount);
        } else {
            ror32_const(val, src, amount);
        }
        break;
    }
    return val;
}

static void shift64(TCGv_i64 ret, TCGv_i64 src, int type, TCGv_i64 amount)
{
    static void (*const gen[])(TCGv_i64, TCGv_i64, TCGv_i64) = { tcg_gen_shl_i64, tcg_gen_shr_i64,
                                                                 tcg_gen_sar_i64,
                                                                 tcg_gen_rotr_i64 };

    gen[type](ret, src, amount);
}

static void shift32(TCGv_i64 ret, TCGv_i64 src, int type, TCGv_i64 amount)
{
    static void (*const gen[])(TCGv_i32, TCGv_i32, TCGv_i32) = { tcg_gen_shl_i32, tcg_gen_shr_i32,
                                                                 tcg_gen_sar_i32,
                                                                 tcg_gen_rotr_i32 };
    TCGv_i32 v = tcg_temp_new_i32(), n = tcg_temp_new_i32();

    tcg_gen_extrl_i64_i32(v, src);
    tcg_gen_extrl_i64_i32(n, amount);
    gen[type](v, v, n);
    tcg_gen_extu_i32_i64(ret, v);
}

static bool shift_var(arg_rrr *a, int type)
{
    TCGv_i64 val = tcg_temp_new_i64();

    (a->sf ? shift64 : shift32)(val, read_x(a->rn), type, read_x(a->rm));
    write_x(a->rd, val);
    return true;
}

bool trans_LSLV(DisasContext *s, arg_LSLV *a)
{
    return shift_var(a, SHIFT_LSL);
}

bool trans_LSRV(DisasContext *s, arg_LSRV *a)
{
    return shift_var(a, SHIFT_LSR);
}

bool trans_ASRV(DisasContext *s, arg_ASRV *a)
{
    return shift_var(a, SHIFT_ASR);
}

bool trans_RORV(DisasContext *s, arg_RORV *a)
{
    return shift_var(a, SHIFT_ROR);
}

/* ---- logical and add/subtract, shifted and extended ---- */

static bool logic_reg(arg_rrr_log *a, LogicOp op)
{
    TCGv_i64 b;

    if (!a->sf && a->imm >= 32) {
        return false;
    }
    b = shifted_reg(a->sf, a->rm, a->st, a->imm);
    if (op == LOGIC_ORR && a->rn == 31 && !a->n) { /* MOV */
        write_sf(a->sf, a->rd, b);
        return true;
    }
    if (a->n) {
        TCGv_i64 inverted = tcg_temp_new_i64();

        tcg_gen_not_i64(inverted, b);
        b = inverted;
    }
    return gen_logic(a->sf, a->rd, read_x(a->rn), b, op, false);
}

bool trans_AND_r(DisasContext *s, arg_AND_r *a)
{
    return logic_reg(a, LOGIC_AND);
}

bool trans_ORR_r(DisasContext *s, arg_ORR_r *a)
{
    return logic_reg(a, LOGIC_ORR);
}

bool trans_EOR_r(DisasContext *s, arg_EOR_r *a)
{
    return logic_reg(a, LOGIC_EOR);
}

bool trans_ANDS_r(DisasContext *s, arg_ANDS_r *a)
{
    return logic_reg(a, LOGIC_ANDS);
}

static bool add_reg(arg_rrr_sh *a, bool sub, bool setflags)
{
    if (a->st == SHIFT_ROR || (!a->sf && a->imm >= 32)) {
        return false;
    }
    return gen_addsub(a->sf, a->rd, read_x(a->rn), shifted_reg(a->sf, a->rm, a->st, a->imm), sub,
                      setflags, false);
}

bool trans_ADD_r(DisasContext *s, arg_ADD_r *a)
{
    return add_reg(a, false, false);
}

bool trans_ADDS_r(DisasContext *s, arg_ADDS_r *a)
{
    return add_reg(a, false, true);
}

bool trans_SUB_r(DisasContext *s, arg_SUB_r *a)
{
    return add_reg(a, true, false);
}

bool trans_SUBS_r(DisasContext *s, arg_SUBS_r *a)
{
    return add_reg(a, true, true);
}

static bool add_ext(DisasContext *s, arg_rrr_ext *a, bool sub, bool setflags)
{
    if (a->imm > 4) {
        return false;
    }
    gen_addsub(a->sf, a->rd, read_x_sp(a->rn), gen_extend(a->rm, a->opt, a->imm), sub, setflags,
               true);
    if (a->rd == 31 && !setflags) {
        gen_sp_written(s);
    }
    return true;
}

bool trans_ADD_ext(DisasContext *s, arg_ADD_ext *a)
{
    return add_ext(s, a, false, false);
}

bool trans_ADDS_ext(DisasContext *s, arg_ADDS_ext *a)
{
    return add_ext(s, a, false, true);
}

bool trans_SUB_ext(DisasContext *s, arg_SUB_ext *a)
{
    return add_ext(s, a, true, false);
}

bool trans_SUBS_ext(DisasContext *s, arg_SUBS_ext *a)
{
    return add_ext(s, a, true, true);
}

/* ---- with carry ---- */

/* @nzcv |= bit << 28 + pos, where @bit is 0 or 1. */
static void or_flag(TCGv_i64 nzcv, TCGv_i64 bit, unsigned pos)
{
    TCGv_i64 t = tcg_temp_new_i64();

    tcg_gen_shli_i64(t, bit, 28 + pos);
    tcg_gen_or_i64(nzcv, nzcv, t);
}

/* C of a + b + carry: at 64 bits from the two partial sums, at 32 from bit 32. */
static TCGv_i64 carry_out(int sf, TCGv_i64 a, TCGv_i64 sum, TCGv_i64 res)
{
    TCGv_i64 c = tcg_temp_new_i64(), c2 = tcg_temp_new_i64();

    if (!sf) {
        tcg_gen_shri_i64(c, res, 32);
        return c;
    }
    tcg_gen_setcond_i64(TCG_COND_LTU, c, sum, a);
    tcg_gen_setcond_i64(TCG_COND_LTU, c2, res, sum);
    tcg_gen_or_i64(c, c, c2);
    return c;
}

static void set_adc_flags(int sf, TCGv_i64 a, TCGv_i64 b, TCGv_i64 res, TCGv_i64 carry)
{
    unsigned sign = sf ? 63 : 31;
    TCGv_i64 nzcv = tcg_temp_new_i64(), t = tcg_temp_new_i64(), v = tcg_temp_new_i64();

    tcg_gen_extract_i64(t, res, sign, 1);
    tcg_gen_shli_i64(nzcv, t, 31);
    tcg_gen_xor_i64(v, a, res); /* V: a and b have one sign and the result the other */
    tcg_gen_xor_i64(t, b, res);
    tcg_gen_and_i64(v, v, t);
    tcg_gen_extract_i64(v, v, sign, 1);
    or_flag(nzcv, v, 0);
    or_flag(nzcv, carry, 1);
    if (!sf) {
        tcg_gen_ext32u_i64(t, res);
        tcg_gen_setcond_i64(TCG_COND_EQ, t, t, tcg_constant_i64(0));
    } else {
        tcg_gen_setcond_i64(TCG_COND_EQ, t, res, tcg_constant_i64(0));
    }
    or_flag(nzcv, t, 2);
    tcg_gen_setflags_nzcv(nzcv);
}

static bool add_carry(arg_rrr *a, bool sub, bool setflags)
{
    TCGv_i64 n = read_sf(a->sf, a->rn), m = read_x(a->rm);
    TCGv_i64 sum = tcg_temp_new_i64(), res = tcg_temp_new_i64(), c = tcg_temp_new_i64();

    if (sub) {
        TCGv_i64 inverted = tcg_temp_new_i64();

        tcg_gen_not_i64(inverted, m);
        m = inverted;
    }
    if (!a->sf) {
        TCGv_i64 low = tcg_temp_new_i64();

        tcg_gen_ext32u_i64(low, m);
        m = low;
    }
    tcg_gen_getflags_c(c);
    tcg_gen_add_i64(sum, n, m);
    tcg_gen_add_i64(res, sum, c);
    if (setflags) {
        set_adc_flags(a->sf, n, m, res, carry_out(a->sf, n, sum, res));
    }
    write_sf(a->sf, a->rd, res);
    return true;
}

bool trans_ADC(DisasContext *s, arg_ADC *a)
{
    return add_carry(a, false, false);
}

bool trans_ADCS(DisasContext *s, arg_ADCS *a)
{
    return add_carry(a, false, true);
}

bool trans_SBC(DisasContext *s, arg_SBC *a)
{
    return add_carry(a, true, false);
}

bool trans_SBCS(DisasContext *s, arg_SBCS *a)
{
    return add_carry(a, true, true);
}

/* ---- multiply and divide ---- */

static bool mul_add(arg_rrrr *a, bool sub)
{
    TCGv_i64 val = tcg_temp_new_i64();

    tcg_gen_mul_i64(val, read_x(a->rn), read_x(a->rm));
    if (sub) {
        tcg_gen_sub_i64(val, read_x(a->ra), val);
    } else {
        tcg_gen_add_i64(val, read_x(a->ra), val);
    }
    write_sf(a->sf, a->rd, val);
    return true;
}

static bool mul_add_long(arg_rrrr *a, bool sub, bool is_signed)
{
    TCGv_i64 n = tcg_temp_new_i64(), m = tcg_temp_new_i64();

    if (is_signed) {
        tcg_gen_ext32s_i64(n, read_x(a->rn));
        tcg_gen_ext32s_i64(m, read_x(a->rm));
    } else {
        tcg_gen_ext32u_i64(n, read_x(a->rn));
        tcg_gen_ext32u_i64(m, read_x(a->rm));
    }
    tcg_gen_mul_i64(n, n, m);
    if (sub) {
        tcg_gen_sub_i64(n, read_x(a->ra), n);
    } else {
        tcg_gen_add_i64(n, read_x(a->ra), n);
    }
    write_x(a->rd, n);
    return true;
}

bool trans_MADD(DisasContext *s, arg_MADD *a)
{
    return mul_add(a, false);
}

bool trans_MSUB(DisasContext *s, arg_MSUB *a)
{
    return mul_add(a, true);
}

bool trans_SMADDL(DisasContext *s, arg_SMADDL *a)
{
    return mul_add_long(a, false, true);
}

bool trans_SMSUBL(DisasContext *s, arg_SMSUBL *a)
{
    return mul_add_long(a, true, true);
}

bool trans_UMADDL(DisasContext *s, arg_UMADDL *a)
{
    return mul_add_long(a, false, false);
}

bool trans_UMSUBL(DisasContext *s, arg_UMSUBL *a)
{
    return mul_add_long(a, true, false);
}

bool trans_SMULH(DisasContext *s, arg_SMULH *a)
{
    TCGv_i64 val = tcg_temp_new_i64();

    tcg_gen_mulsh_i64(val, read_x(a->rn), read_x(a->rm));
    write_x(a->rd, val);
    return true;
}

bool trans_UMULH(DisasContext *s, arg_UMULH *a)
{
    TCGv_i64 val = tcg_temp_new_i64();

    tcg_gen_muluh_i64(val, read_x(a->rn), read_x(a->rm));
    write_x(a->rd, val);
    return true;
}

/* x / 0 is 0 and INT_MIN / -1 is INT_MIN, as the IR has it. */
static bool divide(arg_rrr *a, bool is_signed)
{
    TCGv_i64 val = tcg_temp_new_i64();
    TCGv_i32 n, m;

    if (a->sf) {
        (is_signed ? tcg_gen_divs_i64 : tcg_gen_divu_i64)(val, read_x(a->rn), read_x(a->rm));
    } else {
        n = tcg_temp_new_i32();
        m = tcg_temp_new_i32();
        tcg_gen_extrl_i64_i32(n, read_x(a->rn));
        tcg_gen_extrl_i64_i32(m, read_x(a->rm));
        (is_signed ? tcg_gen_divs_i32 : tcg_gen_divu_i32)(n, n, m);
        tcg_gen_extu_i32_i64(val, n);
    }
    write_x(a->rd, val);
    return true;
}

bool trans_UDIV(DisasContext *s, arg_UDIV *a)
{
    return divide(a, false);
}

bool trans_SDIV(DisasContext *s, arg_SDIV *a)
{
    return divide(a, true);
}
