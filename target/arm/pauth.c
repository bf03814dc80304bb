/* SPDX-License-Identifier: MIT */
/*
 * Pointer authentication (D8.8): the code in the unused upper bits of a pointer.
 *
 * The code stands in the bits from 64 - TxSZ to 54, and, where the top byte is not ignored, in 63
 * to 56; bit 55 says which half the address is in. Two algorithms make it: QARMA5, and one of our
 * own that costs a few multiplications ("IMPLEMENTATION DEFINED": API instead of APA). The value of
 * that field, the level, says how codes are combined: up to 2 they replace the upper bits, and a
 * failure leaves an error code there; from 3 (FEAT_PAuth2) they are xor-ed to them, so that a
 * failure leaves rubbish; from 4 (FEAT_FPAC) a failure raises an exception, in combined
 * instructions only from 5.
 *
 * The translator has the usual case inline (tcg/pauth.c): it must agree with what is here.
 */
#include "qemu/osdep.h"

#include "target/arm/pauth.h"
#include "target/arm/qarma.h"
#include "target/arm/syndrome.h"

enum { LEVEL_EPAC = 2, LEVEL_PAUTH2, LEVEL_FPAC, LEVEL_COMBINED };

static unsigned level_of(const CPUARMState *env)
{
    unsigned apa = isar_field(env->isar.id_aa64isar1, ID_AA64ISAR1_APA);

    return apa ? apa : isar_field(env->isar.id_aa64isar1, ID_AA64ISAR1_API);
}

/* The upper 32 bits depend on all bits of all inputs. */
static uint64_t fast_generic(uint64_t data, uint64_t modifier, const ARMKey *key)
{
    uint64_t mixed =
        (data ^ key->lo) * 0x9e3779b97f4a7c15 ^ (modifier ^ key->hi) * 0xc2b2ae3d27d4eb4f;

    return (mixed >> 32 | mixed << 32) * 0xd6e8feb86659fd93;
}

static uint64_t compute(const CPUARMState *env, uint64_t data, uint64_t modifier, const ARMKey *key)
{
    if (isar_field(env->isar.id_aa64isar1, ID_AA64ISAR1_APA)) {
        return arm_qarma5(data, modifier, key->hi, key->lo);
    }
    return arm_pauth_fast(data, modifier, key->hi, key->lo);
}

uint64_t arm_pauth_generic(const CPUARMState *env, uint64_t data, uint64_t modifier)
{
    const ARMKey *key = &env->sys.key[ARM_KEY_GA];
    uint64_t code;

    if (isar_field(env->isar.id_aa64isar1, ID_AA64ISAR1_GPA)) {
        code = arm_qarma5(data, modifier, key->hi, key->lo);
    } else {
        code = fast_generic(data, modifier, key);
    }
    return code & ~UINT64_C(0xffffffff);
}

/* Where a code goes in a pointer of the half that bit 55 is to say. */
typedef struct Place {
    unsigned bottom; /* its lowest bit */
    bool tbi;
    uint64_t mask;
} Place;

static uint32_t tbi_of_half(bool high)
{
    return high ? MODE_TBI1 : MODE_TBI0;
}

static Place place_of(const CPUARMState *env, bool data, bool tbi_high, bool high)
{
    unsigned regime = arm_regime_el(env, arm_current_el(env));
    uint64_t tcr = env->sys.tcr[regime];
    unsigned tsz = (high && arm_regime_has_el0(env, regime) ? tcr >> 16 : tcr) & 63;
    Place p = {
        .bottom = 64 - MAX(16, MIN(39, tsz)),
        .tbi = arm_tbi_mode(env, regime, !data) & tbi_of_half(tbi_high),
    };

    p.mask = MAKE_64BIT_MASK(p.bottom, 55 - p.bottom) | (p.tbi ? 0 : MAKE_64BIT_MASK(56, 8));
    return p;
}

/* @ptr with all of the code's bits and bit 55 as @high says. */
static uint64_t extend(uint64_t ptr, const Place *p, bool high)
{
    uint64_t bits = p->mask | UINT64_C(1) << 55;

    return high ? ptr | bits : ptr & ~bits;
}

/* Which half a pointer to be signed is in: by bit 55 where either half ignores the top byte. */
static bool half_to_sign(const CPUARMState *env, uint64_t ptr, bool data)
{
    unsigned regime = arm_regime_el(env, arm_current_el(env));

    return arm_tbi_mode(env, regime, !data) ? ptr >> 55 & 1 : ptr >> 63;
}

uint64_t arm_pauth_sign(const CPUARMState *env, uint64_t ptr, uint64_t modifier, unsigned key)
{
    bool data = key >= ARM_KEY_DA;
    bool high = half_to_sign(env, ptr, data);
    Place p = place_of(env, data, ptr >> 55 & 1, high);
    uint64_t extended = extend(ptr, &p, high);
    uint64_t code = compute(env, extended, modifier, &env->sys.key[key]);
    unsigned top = p.tbi ? 55 : 63, level = level_of(env);
    int64_t upper = sextract64(ptr, p.bottom, top - p.bottom + 1);

    if (level >= LEVEL_PAUTH2) {
        uint64_t half = UINT64_C(1) << 55;

        return ((ptr ^ (code & p.mask)) & ~half) | (high ? half : 0);
    }
    if (upper != 0 && upper != -1) { /* not an address: make the code wrong */
        code = level == LEVEL_EPAC ? 0 : code ^ UINT64_C(1) << (top - 1);
    }
    return (extended & ~p.mask) | (code & p.mask);
}

static G_NORETURN void fail(CPUARMState *env, unsigned key)
{
    arm_raise(env, EXCP_PAUTH, syn_make(EC_PAUTH_FAILURE, key));
}

uint64_t arm_pauth_check(CPUARMState *env, uint64_t ptr, uint64_t modifier, unsigned key,
                         bool combined)
{
    bool high = ptr >> 55 & 1;
    Place p = place_of(env, key >= ARM_KEY_DA, high, high);
    uint64_t original = extend(ptr, &p, high);
    uint64_t code = compute(env, original, modifier, &env->sys.key[key]);
    unsigned level = level_of(env);

    if (level >= LEVEL_PAUTH2) {
        uint64_t result = ptr ^ (code & p.mask);

        if (result != original && level >= (combined ? LEVEL_COMBINED : LEVEL_FPAC)) {
            fail(env, key);
        }
        return result;
    }
    if (((code ^ ptr) & p.mask) == 0) {
        return original;
    }
    return deposit64(original, p.tbi ? 53 : 61, 2, key & 1 ? 2 : 1);
}

uint64_t arm_pauth_strip(const CPUARMState *env, uint64_t ptr, bool data)
{
    bool high = ptr >> 55 & 1;
    Place p = place_of(env, data, high, high);

    return extend(ptr, &p, high);
}
