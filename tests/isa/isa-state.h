/* SPDX-License-Identifier: MIT */
/*
 * Instruction tests: the register states that an instruction starts from, and the digest of what it
 * left. Shared by the guest's runner and by hosts that execute the instructions otherwise, so that
 * both can be compared by digests. Integer code only: the runner owns no FP state.
 */
#ifndef TESTS_ISA_STATE_H
#define TESTS_ISA_STATE_H

#include <stdbool.h>
#include <stdint.h>

#define ISA_BUF_ADDR   0x40800000ull /* data of loads and stores, for all at this address */
#define ISA_BUF_SIZE   8192
#define ISA_STUBS_ADDR 0x60000000ull /* the tests; nothing else is within reach of a branch */
#define ISA_STUBS_SIZE 0x400000
#define ISA_VARIANTS   24
#ifndef ISA_STUB_WORDS
#define ISA_STUB_WORDS 4 /* instructions of a test, the rest is UDF */
#endif

/* What a test is: kind in the word list. */
enum {
    ISA_MEM = 1,     /* X0 and SP point into the buffer, X1 is small; the buffer is in the digest */
    ISA_FAULTS = 2,  /* X0 points out of it in some variants */
    ISA_PARTIAL = 4, /* a fault may leave V registers partly loaded (several elements) */
    ISA_MACHINE = 8, /* needs pages, exceptions or a monitor: not for isa-run */
    ISA_ATOMIC = 16, /* X0 is aligned in most variants */
    ISA_NO_FZ = 32,  /* FPCR.FZ is clear, since the reference is wrong where it is set */
    ISA_ALIGNED = 64, /* X0 is aligned in all variants, likewise */
};

/* Signals, as Linux numbers them. */
enum { ISA_SIGILL = 4, ISA_SIGTRAP = 5, ISA_SIGBUS = 7, ISA_SIGSEGV = 11 };

/* Before: registers. After: the same, and how it ended: by the UDF behind the test, if all is well.
 * Offsets are known to guest-bare.S. */
typedef struct IsaState {
    uint64_t v[32][2];
    uint64_t x[31], sp;
    uint64_t nzcv; /* bits 31..28 */
    uint64_t fpcr;
    uint64_t fpsr;
    uint64_t pc;    /* of the exception */
    uint64_t fault; /* address of a SIGSEGV or SIGBUS */
    uint64_t signal;
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
static inline uint64_t isa_fpcr(uint64_t *seed, unsigned variant)
{
    enum { AHP = 1 << 26, DN = 1 << 25, FZ = 1 << 24, RMODE = 3 << 22, FZ16 = 1 << 19 };

    if (variant < 10) {
        return 0;
    }
    return isa_random(seed) & (variant < 14 ? RMODE : AHP | DN | FZ | RMODE | FZ16);
}

static inline uint64_t isa_general(uint64_t *seed, unsigned variant)
{
    static const uint64_t limits[8] = { 0,          1,           ~0ull,       1ull << 63,
                                        0x7fffffff, 0x80000000u, 0xffffffffu, ~0ull >> 1 };
    unsigned shift = variant & 1 ? isa_random(seed) & 0x3f : 0; /* of all sizes */
    uint64_t r = isa_random(seed);

    if (variant % 6 == 5) {
        return limits[r & 7];
    }
    return r >> shift ^ -(uint64_t)(variant >> 1 & 1); /* and both signs */
}

/* X0 and SP of a test that accesses memory. */
static inline void isa_addresses(IsaState *s, uint64_t *seed, unsigned variant, unsigned kind)
{
    uint64_t r = isa_random(seed), off = variant & 8 ? r & 0x7ff : 0;
    uint64_t mid = ISA_BUF_ADDR + ISA_BUF_SIZE / 2;

    if ((kind & ISA_ALIGNED) || ((kind & ISA_ATOMIC) && variant % 6)) {
        off &= ~15;
    }
    s->x[0] = mid + off;
    s->x[1] = r >> 16 & 0x1f;
    s->sp = mid + (off & ~15);
    if ((kind & ISA_FAULTS) && variant % 8 == 6) { /* across the end, in part */
        s->x[0] = ISA_BUF_ADDR + ISA_BUF_SIZE - (r >> 32 & 31 & (kind & ISA_ALIGNED ? 16 : 31));
    }
    if ((kind & ISA_FAULTS) && variant % 16 == 7) {
        s->x[0] = isa_random(seed) & 0xff007fffffffffffull & ~(kind & ISA_ALIGNED ? 15ull : 0);
    }
}

/*
 * The state before variant @variant of the test whose last instruction is @word; @first is its
 * first one, or 0 where it has no other.
 */
static inline void isa_state_init(IsaState *s, uint32_t word, uint32_t first, unsigned variant,
                                  unsigned kind)
{
    uint64_t seed = ((uint64_t)word << 32 | variant) + first * 0x9e3779b97f4a7c15ull;

    for (unsigned i = 0; i < 32; i++) {
        s->v[i][0] = isa_vector_half(&seed, variant % 5);
        s->v[i][1] = isa_vector_half(&seed, variant % 5);
    }
    for (unsigned i = 0; i < 31; i++) {
        s->x[i] = isa_general(&seed, variant);
    }
    s->sp = isa_general(&seed, variant);
    s->nzcv = isa_random(&seed) & 0xf0000000;
    s->fpcr = isa_fpcr(&seed, variant);
    if (kind & ISA_NO_FZ) {
        s->fpcr &= ~(1ull << 24);
    }
    s->fpsr = variant & 4 ? 0 : isa_random(&seed) & 0x0800009f;
    s->pc = s->fault = s->signal = 0;
    if (kind & ISA_MEM) {
        isa_addresses(s, &seed, variant, kind);
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

static inline bool isa_faulted(const IsaState *s)
{
    return s->signal == ISA_SIGSEGV || s->signal == ISA_SIGBUS;
}

/*
 * Which part of the fault address counts: the page, without the tag. A process under qemu-aarch64
 * does not learn addresses that the host has not.
 */
static inline uint64_t isa_fault_page(const IsaState *s)
{
    uint64_t page = s->fault & 0x00fffffffffff000ull;

    return isa_faulted(s) && page >> 47 == 0 ? page : 0;
}

/*
 * What the test left, mixed into @h. Where a load or store faults, memory that it would have
 * written may have been (B2.2, D1.4), and with several registers so may they.
 */
static inline uint64_t isa_digest(uint64_t h, const IsaState *s, unsigned kind)
{
    bool faulted = isa_faulted(s);

    for (unsigned i = 0; i < 32 && !(faulted && (kind & ISA_PARTIAL)); i++) {
        h = isa_mix(isa_mix(h, s->v[i][0]), s->v[i][1]);
    }
    for (unsigned i = 0; i < 31; i++) {
        h = isa_mix(h, s->x[i]);
    }
    h = isa_mix(isa_mix(h, s->sp), s->nzcv & 0xf0000000);
    h = isa_mix(isa_mix(h, s->fpsr & 0x0800009f), s->fpcr & 0x07c80000);
    h = isa_mix(isa_mix(isa_mix(h, s->pc), s->signal), isa_fault_page(s));
    if ((kind & ISA_MEM) && !faulted) {
        for (unsigned i = 0; i < ISA_BUF_SIZE / 8; i++) {
            h = isa_mix(h, ((volatile uint64_t *)ISA_BUF_ADDR)[i]);
        }
    }
    return h;
}

#endif
