/* SPDX-License-Identifier: MIT */
/* A64: cryptography (DDI0487 C4.1.96) and CRC32 (C4.1.95), where the CPU has them. */
#include "qemu/osdep.h"

#include "a64-decode.h"
#include "target/arm/tcg/simd.h"

/* d has the old Vd; @imm as the instruction's function has it. */
typedef void GenCrypto(TCGv_vec d, TCGv_vec n, TCGv_vec m, unsigned imm);

static bool crypto(DisasContext *s, int rd, int rn, int rm, unsigned isar_bit, GenCrypto *gen,
                   unsigned imm)
{
    if (!isar_has(s->isar->id_aa64isar0, isar_bit)) {
        return false;
    }
    if (fp_access_check(s)) {
        TCGv_vec d = vec_copy(read_v(rd));

        gen(d, read_v(rn), read_v(rm), imm);
        write_v(rd, d);
    }
    return true;
}

static bool crypto_rr(DisasContext *s, arg_crypto_rr *a, unsigned isar_bit, GenCrypto *gen,
                      unsigned imm)
{
    return crypto(s, a->rd, a->rn, a->rn, isar_bit, gen, imm);
}

static bool crypto_rrr(DisasContext *s, arg_crypto_rrr *a, unsigned isar_bit, GenCrypto *gen,
                       unsigned imm)
{
    return crypto(s, a->rd, a->rn, a->rm, isar_bit, gen, imm);
}

/* --- AES; imm: the inverse --- */

static void gen_aes(TCGv_vec d, TCGv_vec n, TCGv_vec m, unsigned imm)
{
    tcg_gen_aes_substitute(d, d, n, imm);
}

static void gen_aes_mix(TCGv_vec d, TCGv_vec n, TCGv_vec m, unsigned imm)
{
    tcg_gen_aes_mix(d, n, imm);
}

TRANS(AESE, crypto_rr, ID_AA64ISAR0_AES, gen_aes, false)
TRANS(AESD, crypto_rr, ID_AA64ISAR0_AES, gen_aes, true)
TRANS(AESMC, crypto_rr, ID_AA64ISAR0_AES, gen_aes_mix, false)
TRANS(AESIMC, crypto_rr, ID_AA64ISAR0_AES, gen_aes_mix, true)

/* --- SHA-1 --- */

/* d := n rotated left by @count in each word */
static void gen_rotate(TCGv_vec d, TCGv_vec n, unsigned count)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_shri_vec(MO_32, t, n, 32 - count);
    tcg_gen_shli_vec(MO_32, d, n, count);
    tcg_gen_or_vec(MO_32, d, d, t);
}

static void gen_sha1_rounds(TCGv_vec d, TCGv_vec n, TCGv_vec m, unsigned imm)
{
    tcg_gen_sha1_rounds(d, d, n, m, imm);
}

static void gen_sha1h(TCGv_vec d, TCGv_vec n, TCGv_vec m, unsigned imm)
{
    gen_rotate(d, n, 30);
    tcg_gen_low_vec(MO_32, d, d);
}

static void gen_sha1su0(TCGv_vec d, TCGv_vec n, TCGv_vec m, unsigned imm)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_ext_vec(t, d, n, 8);
    tcg_gen_xor_vec(MO_64, d, d, t);
    tcg_gen_xor_vec(MO_64, d, d, m);
}

/* The last word also has the first one of the result: that rotated once more. */
static void gen_sha1su1(TCGv_vec d, TCGv_vec n, TCGv_vec m, unsigned imm)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_ext_vec(t, n, vec_zero(), 4);
    tcg_gen_xor_vec(MO_64, t, t, d);
    gen_rotate(d, t, 1);
    gen_rotate(t, t, 2);
    tcg_gen_ext_vec(t, vec_zero(), t, 4);
    tcg_gen_xor_vec(MO_64, d, d, t);
}

TRANS(SHA1C, crypto_rrr, ID_AA64ISAR0_SHA1, gen_sha1_rounds, 0)
TRANS(SHA1P, crypto_rrr, ID_AA64ISAR0_SHA1, gen_sha1_rounds, 1)
TRANS(SHA1M, crypto_rrr, ID_AA64ISAR0_SHA1, gen_sha1_rounds, 2)
TRANS(SHA1H, crypto_rr, ID_AA64ISAR0_SHA1, gen_sha1h, 0)
TRANS(SHA1SU0, crypto_rrr, ID_AA64ISAR0_SHA1, gen_sha1su0, 0)
TRANS(SHA1SU1, crypto_rr, ID_AA64ISAR0_SHA1, gen_sha1su1, 0)

/* --- SHA-256 --- */

static void gen_sha256h(TCGv_vec d, TCGv_vec n, TCGv_vec m, unsigned imm)
{
    tcg_gen_sha256_rounds(d, d, n, m, false);
}

/* Here d has E to H and n A to D. */
static void gen_sha256h2(TCGv_vec d, TCGv_vec n, TCGv_vec m, unsigned imm)
{
    tcg_gen_sha256_rounds(d, n, d, m, true);
}

static void gen_sha256su0(TCGv_vec d, TCGv_vec n, TCGv_vec m, unsigned imm)
{
    tcg_gen_sha256_msg1(d, d, n);
}

static void gen_sha256su1(TCGv_vec d, TCGv_vec n, TCGv_vec m, unsigned imm)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_ext_vec(t, n, m, 4);
    tcg_gen_add_vec(MO_32, t, t, d);
    tcg_gen_sha256_msg2(d, t, m);
}

TRANS(SHA256H, crypto_rrr, ID_AA64ISAR0_SHA2, gen_sha256h, 0)
TRANS(SHA256H2, crypto_rrr, ID_AA64ISAR0_SHA2, gen_sha256h2, 0)
TRANS(SHA256SU0, crypto_rr, ID_AA64ISAR0_SHA2, gen_sha256su0, 0)
TRANS(SHA256SU1, crypto_rrr, ID_AA64ISAR0_SHA2, gen_sha256su1, 0)

/* --- SHA-512, SM3, SM4 --- */

/* The operands of @fn: n, m and the old d. */
static bool crypto_call(DisasContext *s, arg_crypto_rrri *a, unsigned isar_bit, unsigned version,
                        TCGVecHelper *fn, const char *name)
{
    const TCGv_vec args[] = { read_v(a->rn), read_v(a->rm), read_v(a->rd) };
    TCGv_vec d = tcg_temp_new_vec();

    if (isar_field(s->isar->id_aa64isar0, isar_bit) < version) {
        return false;
    }
    if (fp_access_check(s)) {
        tcg_gen_vcall(fn, name, 0, d, args, 3, a->imm);
        write_v(a->rd, d);
    }
    return true;
}

static bool crypto_call_rrr(DisasContext *s, arg_crypto_rrr *a, unsigned isar_bit, unsigned version,
                            TCGVecHelper *fn, const char *name)
{
    arg_crypto_rrri all = { .rd = a->rd, .rn = a->rn, .rm = a->rm };

    return crypto_call(s, &all, isar_bit, version, fn, name);
}

#define SHA512(name) ID_AA64ISAR0_SHA2, 2, helper_##name, #name
#define SM3(name)    ID_AA64ISAR0_SM3, 1, helper_##name, #name

TRANS(SHA512H, crypto_call_rrr, SHA512(sha512h))
TRANS(SHA512H2, crypto_call_rrr, SHA512(sha512h2))
TRANS(SHA512SU1, crypto_call_rrr, SHA512(sha512su1))
TRANS(SM3PARTW1, crypto_call_rrr, SM3(sm3partw1))
TRANS(SM3PARTW2, crypto_call_rrr, SM3(sm3partw2))
TRANS(SM3TT1A, crypto_call, SM3(sm3tt1))
TRANS(SM3TT2A, crypto_call, SM3(sm3tt2))

bool trans_SHA512SU0(DisasContext *s, arg_SHA512SU0 *a)
{
    arg_crypto_rrri all = { .rd = a->rd, .rn = a->rn, .rm = a->rn };

    return crypto_call(s, &all, SHA512(sha512su0));
}

static bool sm3_second(DisasContext *s, arg_crypto_rrri *a, TCGVecHelper *fn, const char *name)
{
    a->imm |= 4;
    return crypto_call(s, a, ID_AA64ISAR0_SM3, 1, fn, name);
}

TRANS(SM3TT1B, sm3_second, helper_sm3tt1, "sm3tt1")
TRANS(SM3TT2B, sm3_second, helper_sm3tt2, "sm3tt2")

static bool sm4(DisasContext *s, int rd, TCGv_vec keys, TCGv_vec state, bool schedule)
{
    TCGv_vec d = tcg_temp_new_vec();

    if (!isar_has(s->isar->id_aa64isar0, ID_AA64ISAR0_SM4)) {
        return false;
    }
    if (fp_access_check(s)) {
        TCG_VCALL(helper_sm4, d, vdesc(16, MO_32, schedule), keys, state);
        write_v(rd, d);
    }
    return true;
}

bool trans_SM4E(DisasContext *s, arg_SM4E *a)
{
    return sm4(s, a->rd, read_v(a->rn), read_v(a->rd), false);
}

bool trans_SM4EKEY(DisasContext *s, arg_SM4EKEY *a)
{
    return sm4(s, a->rd, read_v(a->rm), read_v(a->rn), true);
}

static void gen_sm3ss1(TCGv_vec d, TCGv_vec n, TCGv_vec m, TCGv_vec a)
{
    TCG_VCALL(helper_sm3ss1, d, 0, n, m, a);
}

/* --- SHA-3 --- */

static void gen_eor3(TCGv_vec d, TCGv_vec n, TCGv_vec m, TCGv_vec a)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_xor_vec(MO_64, t, n, m);
    tcg_gen_xor_vec(MO_64, d, t, a);
}

static void gen_bcax(TCGv_vec d, TCGv_vec n, TCGv_vec m, TCGv_vec a)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_andc_vec(MO_64, t, m, a);
    tcg_gen_xor_vec(MO_64, d, t, n);
}

static bool crypto_rrrr(DisasContext *s, arg_crypto_rrrr *a, unsigned isar_bit,
                        void (*gen)(TCGv_vec d, TCGv_vec n, TCGv_vec m, TCGv_vec a))
{
    if (!isar_has(s->isar->id_aa64isar0, isar_bit)) {
        return false;
    }
    if (fp_access_check(s)) {
        gen(read_v(a->rd), read_v(a->rn), read_v(a->rm), read_v(a->ra));
    }
    return true;
}

TRANS(EOR3, crypto_rrrr, ID_AA64ISAR0_SHA3, gen_eor3)
TRANS(BCAX, crypto_rrrr, ID_AA64ISAR0_SHA3, gen_bcax)
TRANS(SM3SS1, crypto_rrrr, ID_AA64ISAR0_SM3, gen_sm3ss1)

/* d := v rotated right by @count in each doubleword; 0 to 63 */
static void gen_rotate_d(TCGv_vec d, TCGv_vec v, unsigned count)
{
    TCGv_vec t = tcg_temp_new_vec(), u = tcg_temp_new_vec();

    tcg_gen_shri_vec(MO_64, t, v, count);
    tcg_gen_shli_vec(MO_64, u, v, 64 - count);
    tcg_gen_or_vec(MO_64, d, t, u);
}

static void gen_rax1(TCGv_vec d, TCGv_vec n, TCGv_vec m, unsigned imm)
{
    TCGv_vec t = tcg_temp_new_vec();

    gen_rotate_d(t, m, 63);
    tcg_gen_xor_vec(MO_64, d, n, t);
}

static void gen_xar(TCGv_vec d, TCGv_vec n, TCGv_vec m, unsigned imm)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_xor_vec(MO_64, t, n, m);
    gen_rotate_d(d, t, imm);
}

TRANS(RAX1, crypto_rrr, ID_AA64ISAR0_SHA3, gen_rax1, 0)

bool trans_XAR(DisasContext *s, arg_XAR *a)
{
    return crypto(s, a->rd, a->rn, a->rm, ID_AA64ISAR0_SHA3, gen_xar, a->imm);
}

/* --- CRC32 --- */

/*
 * With bit i of a number as the coefficient of y^i (that is bit order of a reflected CRC), the
 * remainder R of 64 bits D by a polynomial P of degree 32, whose reflection has the lowest bit set,
 * satisfies D = Q P + y^64 R. So Q is D times the inverse of P modulo y^64, and R is the upper half
 * of Q P. Fewer bits go to the upper end.
 */
static void gen_crc32(TCGv_i64 r, TCGv_i64 acc, TCGv_i64 data, unsigned bits)
{
    const uint64_t poly = 0x1db710641, inverse = 0xb4e5b025f7011641;
    TCGv_i64 d = tcg_temp_new_i64();
    TCGv_vec v = tcg_temp_new_vec();

    tcg_gen_xor_i64(d, acc, data);
    tcg_gen_shli_i64(d, d, 64 - bits);
    tcg_gen_set_i64_vec(MO_64, v, d);
    tcg_gen_pmull_vec(v, v, tcg_constant_vec_dup64(inverse));
    tcg_gen_pmull_vec(v, v, tcg_constant_vec_dup64(poly));
    tcg_gen_extract_vec(MO_32, d, v, 2);
    if (bits < 32) {
        tcg_gen_shri_i64(acc, acc, bits);
        tcg_gen_xor_i64(d, d, acc);
    }
    tcg_gen_mov_i64(r, d);
}

static bool crc(DisasContext *s, arg_crc *a, bool castagnoli)
{
    TCGv_i64 acc = tcg_temp_new_i64(), d = tcg_temp_new_i64();

    if (!isar_has(s->isar->id_aa64isar0, ID_AA64ISAR0_CRC32)) {
        return false;
    }
    tcg_gen_ext32u_i64(acc, read_x(a->rn));
    if (castagnoli) {
        tcg_gen_crc32c_i64(d, acc, read_x(a->rm), a->sz);
    } else {
        gen_crc32(d, acc, read_x(a->rm), 8u << a->sz);
    }
    write_x(a->rd, d);
    return true;
}

TRANS(CRC32, crc, false)
TRANS(CRC32C, crc, true)
