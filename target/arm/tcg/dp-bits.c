/* SPDX-License-Identifier: MIT */
/* A64: bit operations on one source, conditional operations and flag manipulation (C4.1.95). */
#include "qemu/osdep.h"

#include "a64-decode.h"
#include "target/arm/tcg/dp.h"

typedef void Unary64(TCGv_i64 ret, TCGv_i64 a);
typedef void Unary32(TCGv_i32 ret, TCGv_i32 a);

static bool unary(arg_rr *a, Unary64 *gen64, Unary32 *gen32)
{
    TCGv_i64 val = tcg_temp_new_i64();
    TCGv_i32 v;

    if (a->sf) {
        gen64(val, read_x(a->rn));
    } else {
        v = tcg_temp_new_i32();
        tcg_gen_extrl_i64_i32(v, read_x(a->rn));
        gen32(v, v);
        tcg_gen_extu_i32_i64(val, v);
    }
    write_x(a->rd, val);
    return true;
}

/* REV32 Xd: the bytes of each word. */
static void rev32_i64(TCGv_i64 ret, TCGv_i64 a)
{
    tcg_gen_bswap_i64(ret, a);
    tcg_gen_rotri_i64(ret, ret, 32);
}

bool trans_RBIT(DisasContext *s, arg_RBIT *a)
{
    return unary(a, tcg_gen_rbit_i64, tcg_gen_rbit_i32);
}

bool trans_REV16(DisasContext *s, arg_REV16 *a)
{
    return unary(a, tcg_gen_bswap16_i64, tcg_gen_bswap16_i32);
}

bool trans_REV32(DisasContext *s, arg_REV32 *a)
{
    return unary(a, rev32_i64, tcg_gen_bswap_i32);
}

bool trans_REV64(DisasContext *s, arg_REV64 *a)
{
    return unary(a, tcg_gen_bswap_i64, tcg_gen_bswap_i32);
}

bool trans_CLZ(DisasContext *s, arg_CLZ *a)
{
    return unary(a, tcg_gen_clz_i64, tcg_gen_clz_i32);
}

bool trans_CLS(DisasContext *s, arg_CLS *a)
{
    return unary(a, tcg_gen_clrsb_i64, tcg_gen_clrsb_i32);
}

/* ---- FEAT_CSSC ---- */

static bool has_cssc(const DisasContext *s)
{
    return isar_has(s->isar->id_aa64isar2, ID_AA64ISAR2_CSSC);
}

static void abs_i64(TCGv_i64 ret, TCGv_i64 a)
{
    TCGv_i64 neg = tcg_temp_new_i64();

    tcg_gen_neg_i64(neg, a);
    tcg_gen_movcond_i64(TCG_COND_LT, ret, a, tcg_constant_i64(0), neg, a);
}

static void abs_i32(TCGv_i32 ret, TCGv_i32 a)
{
    TCGv_i32 neg = tcg_temp_new_i32();

    tcg_gen_neg_i32(neg, a);
    tcg_gen_movcond_i32(TCG_COND_LT, ret, a, tcg_constant_i32(0), neg, a);
}

bool trans_CTZ(DisasContext *s, arg_CTZ *a)
{
    return has_cssc(s) && unary(a, tcg_gen_ctz_i64, tcg_gen_ctz_i32);
}

bool trans_CNT(DisasContext *s, arg_CNT *a)
{
    return has_cssc(s) && unary(a, tcg_gen_ctpop_i64, tcg_gen_ctpop_i32);
}

bool trans_ABS(DisasContext *s, arg_ABS *a)
{
    return has_cssc(s) && unary(a, abs_i64, abs_i32);
}

/* Rd := Rn where Rn compared with @m is as @cond says, else @m. */
static bool minmax(DisasContext *s, int sf, int rd, int rn, TCGv_i64 m, TCGCond cond)
{
    TCGv_i64 n = read_x(rn), val = tcg_temp_new_i64();
    TCGv_i32 n32, m32;

    if (!has_cssc(s)) {
        return false;
    }
    if (sf) {
        tcg_gen_movcond_i64(cond, val, n, m, n, m);
    } else {
        n32 = tcg_temp_new_i32();
        m32 = tcg_temp_new_i32();
        tcg_gen_extrl_i64_i32(n32, n);
        tcg_gen_extrl_i64_i32(m32, m);
        tcg_gen_movcond_i32(cond, n32, n32, m32, n32, m32);
        tcg_gen_extu_i32_i64(val, n32);
    }
    write_x(rd, val);
    return true;
}

#define TRANS_MINMAX(name, cond)                                                                   \
    bool trans_##name##_r(DisasContext *s, arg_##name##_r *a)                                      \
    {                                                                                              \
        return minmax(s, a->sf, a->rd, a->rn, read_x(a->rm), cond);                                \
    }                                                                                              \
    bool trans_##name##_i(DisasContext *s, arg_##name##_i *a)                                      \
    {                                                                                              \
        return minmax(s, a->sf, a->rd, a->rn, tcg_constant_i64(a->imm), cond);                     \
    }

TRANS_MINMAX(SMAX, TCG_COND_GT)
TRANS_MINMAX(UMAX, TCG_COND_GTU)
TRANS_MINMAX(SMIN, TCG_COND_LT)
TRANS_MINMAX(UMIN, TCG_COND_LTU)

/* ---- conditional select and compare ---- */

/*
 * Rm, ~Rm, Rm + 1 or -Rm (C6.2.106). CSET and CSETM, with both sources zero, are the condition's
 * value itself.
 */
bool trans_CSEL(DisasContext *s, arg_CSEL *a)
{
    TCGv_i64 val = tcg_temp_new_i64(), other = tcg_temp_new_i64();

    if (a->rn == 31 && a->rm == 31 && a->inv != a->inc && a->cond < 14) {
        tcg_gen_flags_setcond_i64((FlagCond)(a->cond ^ 1), val);
        if (a->inv) {
            tcg_gen_neg_i64(val, val);
        }
        write_sf(a->sf, a->rd, val);
        return true;
    }
    if (a->inv && a->inc) {
        tcg_gen_neg_i64(other, read_x(a->rm));
    } else if (a->inv) {
        tcg_gen_not_i64(other, read_x(a->rm));
    } else {
        tcg_gen_addi_i64(other, read_x(a->rm), a->inc);
    }
    if (a->cond >= 14) {
        tcg_gen_mov_i64(val, read_x(a->rn));
    } else {
        tcg_gen_flags_movcond_i64((FlagCond)a->cond, val, read_x(a->rn), other);
    }
    write_sf(a->sf, a->rd, val);
    return true;
}

/*
 * Operands whose difference has the flags @nzcv, for those flags that a subtraction can give: then
 * CCMP is a subtraction of selected operands, which a branch can fuse with.
 */
static bool operands_for_nzcv(unsigned nzcv, int64_t *a, int64_t *b)
{
    static const struct {
        bool possible;
        int8_t a, b;
    } table[16] = {
        [0x0] = { true, 0, -1 }, [0x8] = { true, 0, 1 },  [0x2] = { true, 1, 0 },
        [0x6] = { true, 0, 0 },  [0xa] = { true, -1, 0 },
    };

    *a = table[nzcv].a;
    *b = table[nzcv].b;
    return table[nzcv].possible;
}

static void ccmp_select(arg_ccmp *a, TCGv_i64 n, TCGv_i64 m, int64_t ka, int64_t kb)
{
    TCGv_i64 x = tcg_temp_new_i64(), y = tcg_temp_new_i64();
    TCGv_i64 c = tcg_temp_new_i64(), zero = tcg_constant_i64(0);

    tcg_gen_flags_setcond_i64((FlagCond)a->cond, c);
    tcg_gen_movcond_i64(TCG_COND_NE, x, c, zero, n, tcg_constant_i64(ka));
    tcg_gen_movcond_i64(TCG_COND_NE, y, c, zero, m, tcg_constant_i64(kb));
    tcg_gen_setflags(a->sf ? FLAGS_SUB64 : FLAGS_SUB32, x, y, NULL);
}

static void ccmp_general(arg_ccmp *a, TCGv_i64 n, TCGv_i64 m)
{
    FlagKind kind =
        a->op ? (a->sf ? FLAGS_SUB64 : FLAGS_SUB32) : (a->sf ? FLAGS_ADD64 : FLAGS_ADD32);

    tcg_gen_setflags_if((FlagCond)a->cond, kind, n, m, (uint32_t)a->nzcv << 28);
}

static bool ccmp(arg_ccmp *a, TCGv_i64 m)
{
    TCGv_i64 n = read_x(a->rn);
    int64_t ka, kb;

    if (a->cond >= 14) {
        FlagKind kind =
            a->op ? (a->sf ? FLAGS_SUB64 : FLAGS_SUB32) : (a->sf ? FLAGS_ADD64 : FLAGS_ADD32);

        tcg_gen_setflags(kind, n, m, NULL);
    } else if (a->op && operands_for_nzcv(a->nzcv, &ka, &kb)) {
        ccmp_select(a, n, m, ka, kb);
    } else {
        ccmp_general(a, n, m);
    }
    return true;
}

bool trans_CCMP_r(DisasContext *s, arg_CCMP_r *a)
{
    return ccmp(a, read_x(a->rm));
}

bool trans_CCMP_i(DisasContext *s, arg_CCMP_i *a)
{
    return ccmp(a, tcg_constant_i64(a->rm));
}

/* ---- FEAT_FlagM ---- */

static bool has_flagm(const DisasContext *s)
{
    return isar_has(s->isar->id_aa64isar0, ID_AA64ISAR0_TS);
}

bool trans_CFINV(DisasContext *s, arg_CFINV *a)
{
    TCGv_i64 nzcv = tcg_temp_new_i64();

    if (!has_flagm(s)) {
        return false;
    }
    tcg_gen_getflags_nzcv(nzcv);
    tcg_gen_xori_i64(nzcv, nzcv, 1 << 29);
    tcg_gen_setflags_nzcv(nzcv);
    return true;
}

/* ---- flags between Arm's form of a comparison and another one (FEAT_FlagM2) ---- */

#define FLAG_N (1ll << 31)
#define FLAG_Z (1ll << 30)
#define FLAG_C (1ll << 29)
#define FLAG_V (1ll << 28)

static bool has_flagm2(const DisasContext *s)
{
    return isar_field(s->isar->id_aa64isar0, ID_AA64ISAR0_TS) >= 2;
}

/* @nzcv shifted so that flag @from is where @to is (to the left where @by > 0), alone. */
static TCGv_i64 flag_moved(TCGv_i64 nzcv, int by, int64_t to)
{
    TCGv_i64 r = tcg_temp_new_i64();

    if (by > 0) {
        tcg_gen_shli_i64(r, nzcv, by);
    } else {
        tcg_gen_shri_i64(r, nzcv, -by);
    }
    tcg_gen_andi_i64(r, r, to);
    return r;
}

/* Z |= V, C &= !V, N = V = 0 */
bool trans_AXFLAG(DisasContext *s, arg_AXFLAG *a)
{
    TCGv_i64 nzcv = tcg_temp_new_i64(), r = tcg_temp_new_i64();

    if (!has_flagm2(s)) {
        return false;
    }
    tcg_gen_getflags_nzcv(nzcv);
    tcg_gen_andc_i64(r, nzcv, flag_moved(nzcv, 1, FLAG_C));
    tcg_gen_or_i64(r, r, flag_moved(nzcv, 2, FLAG_Z));
    tcg_gen_andi_i64(r, r, FLAG_Z | FLAG_C);
    tcg_gen_setflags_nzcv(r);
    return true;
}

/* N = !C && !Z, Z = Z && C, C = C || Z, V = !C && Z */
bool trans_XAFLAG(DisasContext *s, arg_XAFLAG *a)
{
    TCGv_i64 nzcv = tcg_temp_new_i64(), n = tcg_temp_new_i64(), z = tcg_temp_new_i64();
    TCGv_i64 c = tcg_temp_new_i64(), v = tcg_temp_new_i64();

    if (!has_flagm2(s)) {
        return false;
    }
    tcg_gen_getflags_nzcv(nzcv);
    tcg_gen_or_i64(n, flag_moved(nzcv, 1, FLAG_N), flag_moved(nzcv, 2, FLAG_N));
    tcg_gen_xori_i64(n, n, FLAG_N);
    tcg_gen_and_i64(z, nzcv, flag_moved(nzcv, 1, FLAG_Z));
    tcg_gen_andi_i64(c, nzcv, FLAG_C);
    tcg_gen_or_i64(c, c, flag_moved(nzcv, -1, FLAG_C));
    tcg_gen_andc_i64(v, flag_moved(nzcv, -2, FLAG_V), flag_moved(nzcv, -1, FLAG_V));
    tcg_gen_or_i64(n, n, z);
    tcg_gen_or_i64(c, c, v);
    tcg_gen_or_i64(n, n, c);
    tcg_gen_setflags_nzcv(n);
    return true;
}

/* Flags in @mask := bits 3..0 of Xn rotated right. */
bool trans_RMIF(DisasContext *s, arg_RMIF *a)
{
    TCGv_i64 val = tcg_temp_new_i64(), nzcv = tcg_temp_new_i64();
    uint64_t mask = (uint64_t)a->mask << 28;

    if (!has_flagm(s)) {
        return false;
    }
    tcg_gen_rotri_i64(val, read_x(a->rn), a->imm);
    tcg_gen_shli_i64(val, val, 28);
    tcg_gen_andi_i64(val, val, mask);
    tcg_gen_getflags_nzcv(nzcv);
    tcg_gen_andi_i64(nzcv, nzcv, ~mask);
    tcg_gen_or_i64(nzcv, nzcv, val);
    tcg_gen_setflags_nzcv(nzcv);
    return true;
}

/* N and Z of the low bits; V where the bit above differs from the sign; C stays. */
static bool setf(DisasContext *s, int rn, unsigned bits)
{
    TCGv_i64 nzcv = tcg_temp_new_i64(), t = tcg_temp_new_i64(), low = tcg_temp_new_i64();
    TCGv_i64 src = read_x(rn);

    if (!has_flagm(s)) {
        return false;
    }
    tcg_gen_getflags_nzcv(nzcv);
    tcg_gen_andi_i64(nzcv, nzcv, 1 << 29);
    tcg_gen_extract_i64(low, src, bits - 1, 1);
    tcg_gen_shli_i64(t, low, 31);
    tcg_gen_or_i64(nzcv, nzcv, t);
    tcg_gen_extract_i64(t, src, bits, 1);
    tcg_gen_xor_i64(t, t, low);
    tcg_gen_shli_i64(t, t, 28);
    tcg_gen_or_i64(nzcv, nzcv, t);
    tcg_gen_extract_i64(low, src, 0, bits);
    tcg_gen_setcond_i64(TCG_COND_EQ, t, low, tcg_constant_i64(0));
    tcg_gen_shli_i64(t, t, 30);
    tcg_gen_or_i64(nzcv, nzcv, t);
    tcg_gen_setflags_nzcv(nzcv);
    return true;
}

bool trans_SETF8(DisasContext *s, arg_SETF8 *a)
{
    return setf(s, a->rn, 8);
}

bool trans_SETF16(DisasContext *s, arg_SETF16 *a)
{
    return setf(s, a->rn, 16);
}
