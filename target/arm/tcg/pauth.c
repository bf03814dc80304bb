/* SPDX-License-Identifier: MIT */
/*
 * A64: pointer authentication (D8.8), by instruction class: hints, data processing, branches,
 * loads.
 *
 * The fast algorithm at its level (FEAT_PAuth2: codes are xor-ed to pointers) is inline where
 * addresses have 48 bits. Let `ext` be the bit that selects the half, in all bits, and `mask` the
 * bits of the code: then the pointer without code is ptr ^ ((ptr ^ ext) & mask), and to sign as
 * well as to check is to xor the code of that, under the mask.
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

#define BIT_55    (1ll << 55)
#define PAUTH2    3
#define LOW_CODE  0x007f000000000000ll /* with 48 bits: where the top byte is ignored */
#define WIDE_CODE ((int64_t)0xff7f000000000000ull)

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

    tcg_gen_shli_i64(ext, ptr, 63 - bit);
    tcg_gen_sari_i64(ext, ext, 63);
    return ext;
}

/* Where the code is in pointers of the half that @ext says. */
static TCGv_i64 code_mask(const DisasContext *s, TCGv_i64 ext)
{
    int64_t low = s->mode & MODE_TBI0 ? LOW_CODE : WIDE_CODE;
    int64_t high = s->mode & MODE_TBI1 ? LOW_CODE : WIDE_CODE;
    TCGv_i64 mask = tcg_temp_new_i64();

    tcg_gen_andi_i64(mask, ext, low ^ high);
    tcg_gen_xori_i64(mask, mask, low);
    return mask;
}

static TCGv_i64 without_code(TCGv_i64 ptr, TCGv_i64 ext, TCGv_i64 mask)
{
    TCGv_i64 r = tcg_temp_new_i64();

    tcg_gen_xor_i64(r, ptr, ext);
    tcg_gen_and_i64(r, r, mask);
    tcg_gen_xor_i64(r, r, ptr);
    return r;
}

/* @val xor half of a key, times @factor. */
static TCGv_i64 keyed_product(TCGv_i64 val, uint32_t key_offset, uint64_t factor)
{
    TCGv_i64 r = tcg_temp_new_i64();

    tcg_gen_ld_env_i64(r, key_offset, MO_64);
    tcg_gen_xor_i64(r, r, val);
    tcg_gen_muli_i64(r, r, (int64_t)factor);
    return r;
}

/* As fast_code() in ../pauth.c. */
static TCGv_i64 fast_code(TCGv_i64 data, TCGv_i64 modifier, unsigned key)
{
    uint32_t offset = offsetof(CPUARMState, sys.key[0]) + key * sizeof(ARMKey);
    TCGv_i64 r = keyed_product(data, offset + offsetof(ARMKey, lo), PAUTH_FAST_1);

    tcg_gen_xor_i64(r, r, keyed_product(modifier, offset + offsetof(ARMKey, hi), PAUTH_FAST_2));
    tcg_gen_rotri_i64(r, r, 32);
    tcg_gen_muli_i64(r, r, (int64_t)PAUTH_FAST_3);
    return r;
}

static TCGv_i64 xor_code(TCGv_i64 ptr, TCGv_i64 ext, TCGv_i64 mask, TCGv_i64 modifier, unsigned key)
{
    TCGv_i64 r = fast_code(without_code(ptr, ext, mask), modifier, key);

    tcg_gen_and_i64(r, r, mask);
    tcg_gen_xor_i64(r, r, ptr);
    return r;
}

/* Where either half ignores the top byte, bit 55 says which one the pointer is in, else bit 63. */
static void sign_inline(DisasContext *s, TCGv_i64 ret, TCGv_i64 ptr, TCGv_i64 modifier,
                        unsigned key)
{
    TCGv_i64 ext, half;

    if (s->mode & (MODE_TBI0 | MODE_TBI1)) {
        ext = extension(ptr, 55);
        tcg_gen_mov_i64(ret, xor_code(ptr, ext, code_mask(s, ext), modifier, key));
        return;
    }
    ext = extension(ptr, 63);
    half = without_code(ptr, ext, tcg_constant_i64(BIT_55));
    tcg_gen_mov_i64(ret, xor_code(half, ext, tcg_constant_i64(WIDE_CODE), modifier, key));
}

static void check_inline(DisasContext *s, TCGv_i64 ret, TCGv_i64 ptr, TCGv_i64 modifier,
                         unsigned key)
{
    TCGv_i64 ext = extension(ptr, 55);

    tcg_gen_mov_i64(ret, xor_code(ptr, ext, code_mask(s, ext), modifier, key));
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
        check_inline(s, ret, ptr, modifier, key);
        return;
    }
    TCG_CALL(helper_pauth_check, TCG_CALL_ENV | TCG_CALL_NO_WG, &ret, ptr, modifier,
             tcg_constant_i64(key | (combined ? PAUTH_COMBINED : 0)));
}

static void strip(DisasContext *s, TCGv_i64 reg, bool data)
{
    if (is_48_bits(s)) {
        TCGv_i64 ext = extension(reg, 55);

        tcg_gen_mov_i64(reg, without_code(reg, ext, code_mask(s, ext)));
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
    tcg_gen_qemu_ld_i64(val, addr, TCG_MEM_CURRENT, (MemOp)(MO_64 | align_op(s)));
    gen_index_end(s, a->rn, addr, 8, a->w ? 3 : 2); /* 8: the stack pointer may be misaligned */
    write_x(a->rt, val);
    return true;
}
