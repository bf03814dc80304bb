/* SPDX-License-Identifier: MIT */
/*
 * Square root, by Zimmermann's recursive integer square root ("Karatsuba Square Root", INRIA
 * RR-3805): the root s and remainder r of the upper half of n, then one division for the lower
 * half of the root and at most one correction. Four steps take an 8-bit root to 64 bits.
 */
#include "qemu/osdep.h"

#include "fpu/parts.h"

typedef struct Root {
    uint128 root;
    uint128 rest; /* n - root^2, at most 2 * root */
} Root;

/* n has 8 bits, one of the top two is set. */
static Root root_small(uint128 n)
{
    uint128 root = 15;

    while (root * root > n) {
        root--;
    }
    return (Root){ root, n - root * root };
}

/* From the root of n >> bits / 2, which has bits / 2 bits, to that of the bits-bit number n. */
static Root root_widen(Root high, uint128 n, int bits)
{
    int quarter = bits / 4;
    uint128 digit = ((uint128)1 << quarter) - 1;
    uint128 dividend = high.rest << quarter | (n >> quarter & digit);
    uint128 quotient = dividend / (2 * high.root);
    uint128 rest = (dividend % (2 * high.root)) << quarter | (n & digit);
    Root r = { .root = (high.root << quarter) + quotient };

    if (rest < quotient * quotient) {
        rest += 2 * r.root - 1;
        r.root--;
    }
    r.rest = rest - quotient * quotient;
    return r;
}

/* n >= 2^126. */
static Root root_128(uint128 n)
{
    Root r = root_small(n >> 120);

    for (int bits = 16; bits <= 128; bits *= 2) {
        r = root_widen(r, n >> (128 - bits), bits);
    }
    return r;
}

static FloatParts parts_sqrt(const FloatParts *p, float_status *s)
{
    bool odd = p->exp & 1;
    Root r;

    if (parts_is_nan(p)) {
        return parts_pick_nan1(p, s);
    }
    if (p->cls == CLASS_ZERO) {
        return *p; /* IEEE 754 5.4.1: the root of -0 is -0 */
    }
    if (p->sign) {
        return parts_invalid(s);
    }
    if (p->cls == CLASS_INF) {
        return *p;
    }
    parts_used(p->denormal, s);
    r = root_128(p->sig << odd);
    return (FloatParts){
        .cls = CLASS_NORMAL,
        .exp = (p->exp - odd) / 2,
        .sig = r.root << (SIG_TOP - 63) | (r.rest != 0),
    };
}

static uint64_t sqrt_op(const FloatFmt *fmt, uint64_t raw, float_status *s)
{
    FloatParts p = parts_unpack(raw, fmt, s);

    p = parts_sqrt(&p, s);
    return parts_pack(&p, fmt, s);
}

#define DEFINE_SQRT(type, fmt)                                                                     \
    type type##_sqrt(type a, float_status *s)                                                      \
    {                                                                                              \
        return sqrt_op(fmt, a, s);                                                                 \
    }

DEFINE_SQRT(float16, &fmt_float16)
DEFINE_SQRT(float32, &fmt_float32)
DEFINE_SQRT(float64, &fmt_float64)
