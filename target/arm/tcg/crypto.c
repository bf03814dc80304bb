/* SPDX-License-Identifier: MIT */
/* A64: AES, SHA-1 and SHA-256 instructions (DDI0487 C4.1.96), where the CPU has them. */
#include "qemu/osdep.h"

#include "target/arm/tcg/simd.h"

typedef struct CryptoOp {
    TCGVecHelper *fn;
    const char *name;
    unsigned isar_bit; /* its field of ID_AA64ISAR0_EL1 */
    bool keeps;        /* Vd is the first operand */
} CryptoOp;

static bool crypto_rr(DisasContext *s, arg_crypto_rr *a, CryptoOp op)
{
    const TCGv_vec args[] = { read_v(a->rd), read_v(a->rn) };
    TCGv_vec d = tcg_temp_new_vec();

    if (!isar_has(s->isar->id_aa64isar0, op.isar_bit)) {
        return false;
    }
    if (fp_access_check(s)) {
        tcg_gen_vcall(op.fn, op.name, 0, d, op.keeps ? args : args + 1, op.keeps ? 2 : 1, 0);
        write_v(a->rd, d);
    }
    return true;
}

static bool crypto_rrr(DisasContext *s, arg_crypto_rrr *a, CryptoOp op)
{
    const TCGv_vec args[] = { read_v(a->rd), read_v(a->rn), read_v(a->rm) };
    TCGv_vec d = tcg_temp_new_vec();

    if (!isar_has(s->isar->id_aa64isar0, op.isar_bit)) {
        return false;
    }
    if (fp_access_check(s)) {
        tcg_gen_vcall(op.fn, op.name, 0, d, args, 3, 0);
        write_v(a->rd, d);
    }
    return true;
}

#define CRYPTO(name, bit, keeps) ((CryptoOp){ helper_##name, #name, ID_AA64ISAR0_##bit, keeps })

TRANS(AESE, crypto_rr, CRYPTO(aese, AES, true))
TRANS(AESD, crypto_rr, CRYPTO(aesd, AES, true))
TRANS(AESMC, crypto_rr, CRYPTO(aesmc, AES, false))
TRANS(AESIMC, crypto_rr, CRYPTO(aesimc, AES, false))
TRANS(SHA1H, crypto_rr, CRYPTO(sha1h, SHA1, false))
TRANS(SHA1SU1, crypto_rr, CRYPTO(sha1su1, SHA1, true))
TRANS(SHA256SU0, crypto_rr, CRYPTO(sha256su0, SHA2, true))
TRANS(SHA1C, crypto_rrr, CRYPTO(sha1c, SHA1, true))
TRANS(SHA1P, crypto_rrr, CRYPTO(sha1p, SHA1, true))
TRANS(SHA1M, crypto_rrr, CRYPTO(sha1m, SHA1, true))
TRANS(SHA1SU0, crypto_rrr, CRYPTO(sha1su0, SHA1, true))
TRANS(SHA256H, crypto_rrr, CRYPTO(sha256h, SHA2, true))
TRANS(SHA256H2, crypto_rrr, CRYPTO(sha256h2, SHA2, true))
TRANS(SHA256SU1, crypto_rrr, CRYPTO(sha256su1, SHA2, true))
