/* SPDX-License-Identifier: MIT */
/* Operands at which floating-point arithmetic goes wrong, and random ones close to them. */
#ifndef TESTS_UNIT_SOFTFLOAT_OPERANDS_H
#define TESTS_UNIT_SOFTFLOAT_OPERANDS_H

#include "fpu/softfloat.h"

typedef struct TestFormat {
    const char *name;
    int exp_bits;
    int frac_bits;
} TestFormat;

static const TestFormat test_half = { "float16", 5, 10 };
static const TestFormat test_single = { "float32", 8, 23 };
static const TestFormat test_double = { "float64", 11, 52 };

enum { MAX_OPERANDS = 512 };

typedef struct Operands {
    uint64_t v[MAX_OPERANDS];
    int n;
} Operands;

static inline uint64_t operand(const TestFormat *f, int sign, int64_t exp, uint64_t frac)
{
    return (uint64_t)sign << (f->exp_bits + f->frac_bits) | (uint64_t)exp << f->frac_bits | frac;
}

/*
 * Each interesting exponent (denormal, smallest and largest, around one, around the precision,
 * where products and roots over- and underflow, NaN) with each interesting fraction.
 */
static inline Operands boundary_operands(const TestFormat *f)
{
    int bias = (1 << (f->exp_bits - 1)) - 1, max = 2 * bias + 1, p = f->frac_bits;
    uint64_t all = ((uint64_t)1 << p) - 1, half = (uint64_t)1 << (p - 1);
    const int exps[] = { 0,        1,       2,        bias / 2, bias - p - 1, bias - 2,
                         bias - 1, bias,    bias + 1, bias + p, bias + p + 1, bias + bias / 2,
                         max - 2,  max - 1, max };
    const uint64_t fracs[] = { 0, 1, 2, half - 1, half, half + 1, all / 3, all - 1, all };
    Operands o = { .n = 0 };

    for (unsigned i = 0; i < sizeof(exps) / sizeof(exps[0]); i++) {
        for (unsigned j = 0; j < sizeof(fracs) / sizeof(fracs[0]); j++) {
            if (exps[i] >= 0 && exps[i] <= max) {
                o.v[o.n++] = operand(f, 0, exps[i], fracs[j]);
                o.v[o.n++] = operand(f, 1, exps[i], fracs[j]);
            }
        }
    }
    return o;
}

/* xorshift64*: the same sequence on every host. */
static inline uint64_t test_random(uint64_t *seed)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return *seed * 0x2545f4914f6cdd1dull;
}

/* Half of them boundary operands; else exponents near one, near the ends or anywhere. */
static inline uint64_t random_operand(const TestFormat *f, const Operands *o, uint64_t *seed)
{
    uint64_t r = test_random(seed);
    uint64_t bits = test_random(seed);
    int bias = (1 << (f->exp_bits - 1)) - 1;
    uint64_t frac = bits & (((uint64_t)1 << f->frac_bits) - 1);
    uint64_t exp = (bits >> 52) & (2 * bias + 1);
    int sign = r >> 63;

    switch (r & 7) {
    case 0:
        exp = bias - 4 + (r >> 8) % 8;
        break;
    case 1:
        exp = (r >> 8) % 4;
        break;
    case 2: /* few bits set, so that exact results and ties occur */
        frac = frac & test_random(seed) & test_random(seed) & test_random(seed);
        exp = bias - f->frac_bits + (r >> 8) % (2 * f->frac_bits) % (2 * bias);
        break;
    case 3:
        break;
    default:
        return o->v[(r >> 8) % o->n];
    }
    return operand(f, sign, exp, frac);
}

/* How often to repeat: 1, or what SOFTFLOAT_TEST_FACTOR in the environment says. */
static inline int test_factor(void)
{
    const char *factor = getenv("SOFTFLOAT_TEST_FACTOR");

    return factor && atoi(factor) > 0 ? atoi(factor) : 1;
}

#endif
