/* SPDX-License-Identifier: MIT */
/*
 * A64: pointer authentication (D8.8), by instruction class: hints, data processing, branches,
 * loads.
 *
 * The fast algorithm at its level (FEAT_PAuth2: codes are xor-ed to pointers) is inline where
 * addresses have 48 bits. To sign and to check is the same there: xor the code of the address.
 */
#include "qemu/osdep.h"

#include "a64-decode.h"
#include "target/arm/pauth.h"
#include "target/arm/syndrome.h"
#include "target/arm/tcg/helpers.h"
#include "target/arm/tcg/translate.h"

static bool has_pauth(const DisasContext *s)
{
    return arm_has_pauth(&s->cpu->env);
}

static bool is_enabled(const DisasContext *s, unsigned key)
{
    return s->mode & MODE_PAC_IA << key;
}

/* Where EL2 or EL3 trap what is enabled here. */
static void check_trap(DisasContext *s)
{
    if (s->mode & MODE_PAC_TRAP) {
        TCG_CALL0(helper_pauth_trap, TCG_CALL_ENV, NULL);
    }
}

#define PAUTH2    3 /* the level */
#define BIT_55    (1ll << 55)
#define LOW_CODE  0x007fll /* in bits 63:48 of a pointer whose top byte is ignored */
#define WIDE_CODE 0xff7fll

static bool is_48_bits(const DisasContext *s)
{
    return s->mode & MODE_PAC_48;
}

static bool is_inline(const DisasContext *s)
{
    return is_48_bits(s) && isar_field(s->isar->id_aa64isar1, ID_AA64ISAR1_API) == PAUTH2;
}

/* Bit @bit of @ptr in all bits. */
static TCGv_i64 extension(TCGv_i64 ptr, unsigned bit)
{
    TCGv_i64 ext = tcg_temp_new_i64();

    tcg_gen_sextract_i64(ext, ptr, bit, 1);
    return ext;
}

/* The halves, as MODE_TBI0 and MODE_TBI1, that ignore the top byte of data or code addresses. */
static uint32_t tbi(const DisasContext *s, bool data)
{
    uint32_t mode = s->mode;

    if (!data) {
        mode &= ~(mode & MODE_TBID0 ? MODE_TBI0 : 0) & ~(mode & MODE_TBID1 ? MODE_TBI1 : 0);
    }
    return mode & (MODE_TBI0 | MODE_TBI1);
}

/* Where the code is in bits 63:48 of @ptr, moved to 15:0: bit 55 says which half it is in. */
static TCGv_i64 code_mask(const DisasContext *s, TCGv_i64 ptr, bool data)
{
    int64_t low = tbi(s, data) & MODE_TBI0 ? LOW_CODE : WIDE_CODE;
    int64_t high = tbi(s, data) & MODE_TBI1 ? LOW_CODE : WIDE_CODE;
    TCGv_i64 mask = tcg_temp_new_i64();

    if (low == high) {
        return tcg_constant_i64(low);
    }
    tcg_gen_andi_i64(mask, extension(ptr, 55), low ^ high);
    tcg_gen_xori_i64(mask, mask, low);
    return mask;
}

/* @ptr with the bits of @mask (moved as above) as those of @ext. */
static TCGv_i64 without_code(TCGv_i64 ptr, TCGv_i64 ext, TCGv_i64 mask)
{
    TCGv_i64 r = tcg_temp_new_i64(), bits = tcg_temp_new_i64();

    tcg_gen_shli_i64(bits, mask, 48);
    tcg_gen_xor_i64(r, ptr, ext);
    tcg_gen_and_i64(r, r, bits);
    tcg_gen_xor_i64(r, r, ptr);
    return r;
}

/* As arm_pauth_fast(). */
static TCGv_i64 fast_code(TCGv_i64 ptr, TCGv_i64 modifier, unsigned key)
{
    uint32_t offset = offsetof(CPUARMState, sys.key[0]) + key * sizeof(ARMKey);
    TCGv_i64 address = tcg_temp_new_i64(), factor = tcg_temp_new_i64(), k = tcg_temp_new_i64();

    tcg_gen_shli_i64(address, ptr, PAUTH_FAST_DROP);
    tcg_gen_ld_env_i64(k, offset + offsetof(ARMKey, lo), MO_64);
    tcg_gen_xor_i64(address, address, k);
    tcg_gen_ld_env_i64(k, offset + offsetof(ARMKey, hi), MO_64);
    tcg_gen_xor_i64(factor, modifier, k);
    tcg_gen_addi_i64(factor, factor, PAUTH_FAST_ADD);
    tcg_gen_mul_i64(address, address, factor);
    return address;
}

static void xor_code(DisasContext *s, TCGv_i64 ret, TCGv_i64 ptr, TCGv_i64 modifier, unsigned key)
{
    TCGv_i64 code = fast_code(ptr, modifier, key);

    tcg_gen_shri_i64(code, code, 48);
    tcg_gen_and_i64(code, code, code_mask(s, ptr, key >= ARM_KEY_DA));
    tcg_gen_shli_i64(code, code, 48);
    tcg_gen_xor_i64(ret, code, ptr);
}

/* Where either half ignores the top byte, bit 55 says which one the pointer is in, else bit 63. */
static void sign_inline(DisasContext *s, TCGv_i64 ret, TCGv_i64 ptr, TCGv_i64 modifier,
                        unsigned key)
{
    if (!tbi(s, key >= ARM_KEY_DA)) {
        ptr = without_code(ptr, extension(ptr, 63), tcg_constant_i64(BIT_55 >> 48));
    }
    xor_code(s, ret, ptr, modifier, key);
}

/* ret = @ptr with a code; @ptr itself where the key is not enabled. */
static void sign(DisasContext *s, TCGv_i64 ret, TCGv_i64 ptr, TCGv_i64 modifier, unsigned key)
{
    if (!is_enabled(s, key)) {
        tcg_gen_mov_i64(ret, ptr);
        return;
    }
    check_trap(s);
    if (is_inline(s)) {
        sign_inline(s, ret, ptr, modifier, key);
        return;
    }
    TCG_CALL(helper_pauth_sign, TCG_CALL_ENV | TCG_CALL_NO_WG | TCG_CALL_NO_RAISE, &ret, ptr,
             modifier, tcg_constant_i64(key));
}

static void check(DisasContext *s, TCGv_i64 ret, TCGv_i64 ptr, TCGv_i64 modifier, unsigned key,
                  bool combined)
{
    if (!is_enabled(s, key)) {
        tcg_gen_mov_i64(ret, ptr);
        return;
    }
    check_trap(s);
    if (is_inline(s)) {
        xor_code(s, ret, ptr, modifier, key);
        return;
    }
    TCG_CALL(helper_pauth_check, TCG_CALL_ENV | TCG_CALL_NO_WG, &ret, ptr, modifier,
             tcg_constant_i64(key | (combined ? PAUTH_COMBINED : 0)));
}

static void strip(DisasContext *s, TCGv_i64 reg, bool data)
{
    if (is_48_bits(s)) {
        tcg_gen_mov_i64(reg, without_code(reg, extension(reg, 55), code_mask(s, reg, data)));
        return;
    }
    TCG_CALL(helper_pauth_strip, TCG_CALL_ENV | TCG_CALL_NO_WG | TCG_CALL_NO_RAISE, &reg, reg,
             tcg_constant_i64(data));
}

/* ---- hints: NOPs where there is no pointer authentication ---- */

bool trans_XPACLRI(DisasContext *s, arg_XPACLRI *a)
{
    if (has_pauth(s)) {
        strip(s, read_x(30), false);
    }
    return true;
}

bool trans_PAC_1716(DisasContext *s, arg_PAC_1716 *a)
{
    sign(s, read_x(17), read_x(17), read_x(16), a->key);
    return true;
}

bool trans_AUT_1716(DisasContext *s, arg_AUT_1716 *a)
{
    check(s, read_x(17), read_x(17), read_x(16), a->key, false);
    return true;
}

/* The link register, with the stack pointer or zero. */
bool trans_PAC_lr(DisasContext *s, arg_PAC_lr *a)
{
    sign(s, read_x(30), read_x(30), a->sp ? read_x_sp(31) : read_x(31), a->key);
    return true;
}

bool trans_AUT_lr(DisasContext *s, arg_AUT_lr *a)
{
    check(s, read_x(30), read_x(30), a->sp ? read_x_sp(31) : read_x(31), a->key, false);
    return true;
}

/* ---- data processing ---- */

static bool sign_reg(DisasContext *s, int rd, TCGv_i64 modifier, unsigned key)
{
    TCGv_i64 val = tcg_temp_new_i64();

    if (!has_pauth(s)) {
        return false;
    }
    sign(s, val, read_x(rd), modifier, key);
    write_x(rd, val);
    return true;
}

static bool check_reg(DisasContext *s, int rd, TCGv_i64 modifier, unsigned key)
{
    TCGv_i64 val = tcg_temp_new_i64();

    if (!has_pauth(s)) {
        return false;
    }
    check(s, val, read_x(rd), modifier, key, false);
    write_x(rd, val);
    return true;
}

bool trans_PAC(DisasContext *s, arg_PAC *a)
{
    return sign_reg(s, a->rd, read_x_sp(a->rn), a->key);
}

bool trans_PACZ(DisasContext *s, arg_PACZ *a)
{
    return sign_reg(s, a->rd, read_x(31), a->key);
}

bool trans_AUT(DisasContext *s, arg_AUT *a)
{
    return check_reg(s, a->rd, read_x_sp(a->rn), a->key);
}

bool trans_AUTZ(DisasContext *s, arg_AUTZ *a)
{
    return check_reg(s, a->rd, read_x(31), a->key);
}

bool trans_XPAC(DisasContext *s, arg_XPAC *a)
{
    if (!has_pauth(s)) {
        return false;
    }
    if (a->rd != 31) {
        strip(s, read_x(a->rd), a->data);
    }
    return true;
}

bool trans_PACGA(DisasContext *s, arg_PACGA *a)
{
    TCGv_i64 val = tcg_temp_new_i64();

    if (!has_pauth(s)) {
        return false;
    }
    check_trap(s);
    TCG_CALL(helper_pauth_generic, TCG_CALL_ENV | TCG_CALL_NO_WG | TCG_CALL_NO_RAISE, &val,
             read_x(a->rn), read_x_sp(a->rm));
    write_x(a->rd, val);
    return true;
}

/* ---- branches ---- */

static TCGv_i64 branch_target(DisasContext *s, int rn, TCGv_i64 modifier, unsigned key)
{
    TCGv_i64 target = tcg_temp_new_i64();

    check(s, target, read_x(rn), modifier, key, true);
    gen_branch_stepped(s);
    return target;
}

bool trans_BRA(DisasContext *s, arg_BRA *a)
{
    return has_pauth(s) && gen_br(s, a->rn, branch_target(s, a->rn, read_x_sp(a->rm), a->key));
}

bool trans_BRAZ(DisasContext *s, arg_BRAZ *a)
{
    return has_pauth(s) && gen_br(s, a->rn, branch_target(s, a->rn, read_x(31), a->key));
}

bool trans_BLRA(DisasContext *s, arg_BLRA *a)
{
    return has_pauth(s) && gen_blr(s, branch_target(s, a->rn, read_x_sp(a->rm), a->key));
}

bool trans_BLRAZ(DisasContext *s, arg_BLRAZ *a)
{
    return has_pauth(s) && gen_blr(s, branch_target(s, a->rn, read_x(31), a->key));
}

bool trans_RETA(DisasContext *s, arg_RETA *a)
{
    return has_pauth(s) && gen_ret(s, branch_target(s, 30, read_x_sp(31), a->key));
}

bool trans_ERETA(DisasContext *s, arg_ERETA *a)
{
    TCGv_i64 pc = tcg_temp_new_i64();

    if (!has_pauth(s) || is_el0(s)) {
        return false;
    }
    tcg_gen_ld_env_i64(pc, offsetof(CPUARMState, sys.elr[mode_el(s->mode)]), MO_64);
    check(s, pc, pc, read_x_sp(31), a->key, true);
    gen_branch_stepped(s);
    return gen_eret(s, pc);
}

/* ---- loads ---- */

/* The address, signed with a zero modifier, is what is written back, without its code. */
bool trans_LDRA(DisasContext *s, arg_LDRA *a)
{
    TCGv_i64 base, addr = tcg_temp_new_i64(), val = tcg_temp_new_i64();

    if (!has_pauth(s)) {
        return false;
    }
    base = gen_base(s, a->rn);
    check(s, addr, base, read_x(31), ARM_KEY_DA + a->key, true);
    tcg_gen_addi_i64(addr, addr, a->imm);
    tcg_gen_qemu_ld_i64(val, addr, TCG_MEM_CURRENT, (MemOp)(MO_64 | align_op(s) | be_op(s)));
    gen_index_end(s, a->rn, addr, 8, a->w ? 3 : 2); /* 8: the stack pointer may be misaligned */
    write_x(a->rt, val);
    return true;
}
