/* SPDX-License-Identifier: MIT */
/* Bit counts and wide arithmetic; counts of zero are defined (the width), unlike the builtins'. */
#ifndef QEMU_HOST_UTILS_H
#define QEMU_HOST_UTILS_H

#include <stdbool.h>
#include <stdint.h>

static inline int clz8(uint8_t v)
{
    return v ? __builtin_clz(v) - 24 : 8;
}

static inline int clz16(uint16_t v)
{
    return v ? __builtin_clz(v) - 16 : 16;
}

static inline int clz32(uint32_t v)
{
    return v ? __builtin_clz(v) : 32;
}

static inline int clz64(uint64_t v)
{
    return v ? __builtin_clzll(v) : 64;
}

static inline int ctz8(uint8_t v)
{
    return v ? __builtin_ctz(v) : 8;
}

static inline int ctz16(uint16_t v)
{
    return v ? __builtin_ctz(v) : 16;
}

static inline int ctz32(uint32_t v)
{
    return v ? __builtin_ctz(v) : 32;
}

static inline int ctz64(uint64_t v)
{
    return v ? __builtin_ctzll(v) : 64;
}

static inline int clo32(uint32_t v)
{
    return clz32(~v);
}

static inline int clo64(uint64_t v)
{
    return clz64(~v);
}

static inline int cto32(uint32_t v)
{
    return ctz32(~v);
}

static inline int cto64(uint64_t v)
{
    return ctz64(~v);
}

/* Redundant sign bits: how many bits below the top one equal it. */
static inline int clrsb32(uint32_t v)
{
    return __builtin_clrsb((int32_t)v);
}

static inline int clrsb64(uint64_t v)
{
    return __builtin_clrsbll((int64_t)v);
}

static inline int ctpop8(uint8_t v)
{
    return __builtin_popcount(v);
}

static inline int ctpop16(uint16_t v)
{
    return __builtin_popcount(v);
}

static inline int ctpop32(uint32_t v)
{
    return __builtin_popcount(v);
}

static inline int ctpop64(uint64_t v)
{
    return __builtin_popcountll(v);
}

/* Swap neighbouring groups of @n bits selected by mask @m. */
#define REVBIT_STEP_(v, n, m) ((((v) >> (n)) & (m)) | (((v) & (m)) << (n)))

static inline uint64_t revbit64(uint64_t v)
{
    v = REVBIT_STEP_(v, 1, UINT64_C(0x5555555555555555));
    v = REVBIT_STEP_(v, 2, UINT64_C(0x3333333333333333));
    v = REVBIT_STEP_(v, 4, UINT64_C(0x0f0f0f0f0f0f0f0f));
    return __builtin_bswap64(v);
}

static inline uint32_t revbit32(uint32_t v)
{
    return revbit64(v) >> 32;
}

static inline uint16_t revbit16(uint16_t v)
{
    return revbit64(v) >> 48;
}

static inline uint8_t revbit8(uint8_t v)
{
    return revbit64(v) >> 56;
}

/* 64 x 64 -> 128 bits in *@hi:*@lo. */
static inline void mulu64(uint64_t *lo, uint64_t *hi, uint64_t a, uint64_t b)
{
    unsigned __int128 r = (unsigned __int128)a * b;

    *lo = (uint64_t)r;
    *hi = (uint64_t)(r >> 64);
}

static inline void muls64(uint64_t *lo, uint64_t *hi, int64_t a, int64_t b)
{
    __int128 r = (__int128)a * b;

    *lo = (uint64_t)r;
    *hi = (uint64_t)(r >> 64);
}

/* a * b / c without intermediate overflow; the result must fit 64 bits. */
static inline uint64_t muldiv64(uint64_t a, uint32_t b, uint32_t c)
{
    return (uint64_t)((unsigned __int128)a * b / c);
}

static inline uint64_t muldiv64_round_up(uint64_t a, uint32_t b, uint32_t c)
{
    return (uint64_t)(((unsigned __int128)a * b + c - 1) / c);
}

static inline bool is_power_of_2(uint64_t v)
{
    return v && !(v & (v - 1));
}

/* The largest power of two not above @v (0 for 0). */
static inline uint64_t pow2floor(uint64_t v)
{
    return v ? UINT64_C(1) << (63 - clz64(v)) : 0;
}

/* The smallest power of two not below @v (1 for 0; 0 if it needs 65 bits). */
static inline uint64_t pow2ceil(uint64_t v)
{
    int n = v > 1 ? 64 - clz64(v - 1) : 0;

    return n == 64 ? 0 : UINT64_C(1) << n;
}

/* *@ret gets the wrapped result; true on overflow. */
#define sadd32_overflow(x, y, ret) __builtin_add_overflow((int32_t)(x), (int32_t)(y), ret)
#define sadd64_overflow(x, y, ret) __builtin_add_overflow((int64_t)(x), (int64_t)(y), ret)
#define uadd32_overflow(x, y, ret) __builtin_add_overflow((uint32_t)(x), (uint32_t)(y), ret)
#define uadd64_overflow(x, y, ret) __builtin_add_overflow((uint64_t)(x), (uint64_t)(y), ret)
#define ssub32_overflow(x, y, ret) __builtin_sub_overflow((int32_t)(x), (int32_t)(y), ret)
#define ssub64_overflow(x, y, ret) __builtin_sub_overflow((int64_t)(x), (int64_t)(y), ret)
#define usub32_overflow(x, y, ret) __builtin_sub_overflow((uint32_t)(x), (uint32_t)(y), ret)
#define usub64_overflow(x, y, ret) __builtin_sub_overflow((uint64_t)(x), (uint64_t)(y), ret)
#define smul32_overflow(x, y, ret) __builtin_mul_overflow((int32_t)(x), (int32_t)(y), ret)
#define smul64_overflow(x, y, ret) __builtin_mul_overflow((int64_t)(x), (int64_t)(y), ret)
#define umul32_overflow(x, y, ret) __builtin_mul_overflow((uint32_t)(x), (uint32_t)(y), ret)
#define umul64_overflow(x, y, ret) __builtin_mul_overflow((uint64_t)(x), (uint64_t)(y), ret)

#endif
