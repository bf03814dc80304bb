/* SPDX-License-Identifier: MIT */
/*
 * Instruction tests: the register states that an instruction starts from, and the digest of what it
 * left. Shared by the guest's runner and by hosts that execute the instructions otherwise, so that
 * both can be compared by digests. Integer code only: the runner owns no FP state.
 */
#ifndef TESTS_ISA_STATE_H
#define TESTS_ISA_STATE_H

#include <stdint.h>

#define ISA_BUF_ADDR 0x40800000ull /* data of loads and stores, for both sides at this address */
#define ISA_BUF_SIZE 8192
#define ISA_VARIANTS 24

/* What a test is: kind in the word list. */
enum {
    ISA_MEM = 1, /* X0 points into the buffer, X1 is a small offset; the buffer is in the digest */
};

typedef struct IsaState {
    uint64_t v[32][2]; /* offsets are known to isa-exec.S */
    uint64_t x[30];
    uint64_t nzcv; /* bits 31..28 */
    uint64_t fpcr;
    uint64_t fpsr;
} IsaState;

static inline uint64_t isa_random(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15ull;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}

/* Numbers at which floating point is hard, or anything, of 16, 32 or 64 bits. */
static inline uint64_t isa_special(uint64_t *seed, unsigned bits)
{
    unsigned ebits = bits == 16 ? 5 : bits == 32 ? 8 : 11, fbits = bits - 1 - ebits;
    uint64_t r = isa_random(seed), emax = (1ull << ebits) - 1, bias = emax >> 1;
    uint64_t fmask = (1ull << fbits) - 1, exp, frac;

    switch (r & 15) {
    case 0:
        exp = 0;
        frac = 0;
        break;
    case 1:
        exp = emax;
        frac = 0;
        break;
    case 2: /* quiet NaN */
        exp = emax;
        frac = (r >> 16 & fmask) | 1ull << (fbits - 1);
        break;
    case 3: /* signaling NaN */
        exp = emax;
        frac = (r >> 16 & (fmask >> 1)) | 1;
        break;
    case 4: /* denormal */
        exp = 0;
        frac = r >> 16 & fmask >> (r >> 8 & 7);
        break;
    case 5: /* smallest normal numbers */
        exp = 1 + (r >> 8 & 1);
        frac = r & 0x100000 ? 0 : r >> 30 & fmask;
        break;
    case 6: /* largest */
        exp = emax - 1;
        frac = r & 0x100000 ? fmask : r >> 30 & fmask;
        break;
    case 7:
    case 8: /* 1, 2, 3 .. */
        exp = bias + (r >> 8 & 3);
        frac = (r >> 16 & 3) << (fbits - 2);
        break;
    case 9:
    case 10: /* near the limits of integers */
        exp = bias + (r & 0x10000 ? 30 : 62) + (r >> 8 & 3);
        exp = exp >= emax ? emax - 1 : exp;
        frac = r & 0x100000 ? 0 : r >> 30 & fmask;
        break;
    case 11:
    case 12: /* moderate, few bits: exact results and ties */
        exp = bias - 4 + (r >> 8 & 7);
        frac = (r >> 16 & 15) << (fbits - 4);
        break;
    case 13:
        exp = bias - 8 + (r >> 8 & 15);
        frac = r >> 16 & fmask;
        break;
    default:
        return r >> 4 & ((1ull << (bits - 1)) | ((1ull << (bits - 1)) - 1));
    }
    return (r >> 60 & 1) << (bits - 1) | exp << fbits | frac;
}

static inline uint64_t isa_vector_half(uint64_t *seed, unsigned kind)
{
    uint64_t v = 0;

    switch (kind) {
    case 0: /* anything */
        return isa_random(seed);
    case 1:
        return isa_special(seed, 64);
    case 2:
        v = isa_special(seed, 32);
        return v | isa_special(seed, 32) << 32;
    case 3:
        for (unsigned i = 0; i < 64; i += 16) {
            v |= isa_special(seed, 16) << i;
        }
        return v;
    default: /* bytes at the limits of integers, and few of them */
        for (unsigned i = 0; i < 64; i += 8) {
            static const uint8_t bytes[8] = { 0, 0, 0xff, 0x7f, 0x80, 1, 0xfe, 8 };
            v |= (uint64_t)bytes[isa_random(seed) & 7] << i;
        }
        return v;
    }
}

/* The FPCR modes of the variants; the plain one most. */
static inline uint64_t isa_fpcr(unsigned variant)
{
    static const uint32_t modes[8] = {
        0,
        1u << 22,
        2u << 22,
        3u << 22, /* rounding */
        1u << 24,
        1u << 25,
        1u << 26 | 1u << 19,
        1u << 24 | 1u << 25 | 1u << 22,
    };
    return variant < 12 ? 0 : modes[variant & 7];
}

/* The state before variant @variant of test @word. */
static inline void isa_state_init(IsaState *s, uint32_t word, unsigned variant, unsigned kind)
{
    uint64_t seed = (uint64_t)word << 32 | variant;

    for (unsigned i = 0; i < 32; i++) {
        s->v[i][0] = isa_vector_half(&seed, variant % 5);
        s->v[i][1] = isa_vector_half(&seed, variant % 5);
    }
    for (unsigned i = 0; i < 30; i++) {
        unsigned shift = variant & 1 ? isa_random(&seed) & 0x3f : 0; /* of all sizes */

        s->x[i] = isa_random(&seed) >> shift;
        s->x[i] ^= -(uint64_t)(variant >> 1 & 1); /* and both signs */
    }
    s->nzcv = isa_random(&seed) & 0xf0000000;
    s->fpcr = isa_fpcr(variant);
    s->fpsr = variant & 4 ? 0 : isa_random(&seed) & 0x0800009f;
    if (kind & ISA_MEM) {
        s->x[0] = ISA_BUF_ADDR + ISA_BUF_SIZE / 2 + (variant & 8 ? isa_random(&seed) & 0x7ff : 0);
        s->x[1] = isa_random(&seed) & 0x1f;
        for (unsigned i = 0; i < ISA_BUF_SIZE / 8; i++) {
            ((volatile uint64_t *)ISA_BUF_ADDR)[i] = isa_random(&seed);
        }
    }
}

static inline uint64_t isa_mix(uint64_t h, uint64_t x)
{
    h = (h ^ x) * 0x100000001b3ull;
    return h ^ h >> 29;
}

/* What the instruction left, mixed into @h. */
static inline uint64_t isa_digest(uint64_t h, const IsaState *s, unsigned kind)
{
    for (unsigned i = 0; i < 32; i++) {
        h = isa_mix(isa_mix(h, s->v[i][0]), s->v[i][1]);
    }
    for (unsigned i = 0; i < 30; i++) {
        h = isa_mix(h, s->x[i]);
    }
    h = isa_mix(h, s->nzcv & 0xf0000000);
    h = isa_mix(h, s->fpsr & 0x0800009f);
    if (kind & ISA_MEM) {
        for (unsigned i = 0; i < ISA_BUF_SIZE / 8; i++) {
            h = isa_mix(h, ((volatile uint64_t *)ISA_BUF_ADDR)[i]);
        }
    }
    return h;
}

#endif
