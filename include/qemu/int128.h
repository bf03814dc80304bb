/* SPDX-License-Identifier: MIT */
/* 128-bit signed integers on the compiler's own type, under the names the memory API uses. */
#ifndef QEMU_INT128_H
#define QEMU_INT128_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

typedef __int128_t Int128;

#define INT128_UOP_(name, expr)                                                                    \
    static inline Int128 int128_##name(Int128 a)                                                   \
    {                                                                                              \
        return expr;                                                                               \
    }
#define INT128_OP_(name, expr)                                                                     \
    static inline Int128 int128_##name(Int128 a, Int128 b)                                         \
    {                                                                                              \
        return expr;                                                                               \
    }
#define INT128_CMP_(name, op)                                                                      \
    static inline bool int128_##name(Int128 a, Int128 b)                                           \
    {                                                                                              \
        return a op b;                                                                             \
    }

INT128_UOP_(neg, -a)
INT128_UOP_(not, ~a)
INT128_OP_(add, a + b)
INT128_OP_(sub, a - b)
INT128_OP_(and, a &b)
INT128_OP_(or, a | b)
INT128_OP_(xor, a ^ b)
INT128_OP_(min, a < b ? a : b)
INT128_OP_(max, a > b ? a : b)
INT128_CMP_(eq, ==)
INT128_CMP_(ne, !=)
INT128_CMP_(lt, <)
INT128_CMP_(le, <=)
INT128_CMP_(gt, >)
INT128_CMP_(ge, >=)

static inline Int128 int128_make64(uint64_t a)
{
    return a;
}

static inline Int128 int128_make128(uint64_t lo, uint64_t hi)
{
    return (Int128)((unsigned __int128)hi << 64 | lo);
}

static inline Int128 int128_makes64(int64_t a)
{
    return a;
}

static inline uint64_t int128_getlo(Int128 a)
{
    return (uint64_t)a;
}

static inline int64_t int128_gethi(Int128 a)
{
    return (int64_t)(a >> 64);
}

/* The value must fit. */
static inline uint64_t int128_get64(Int128 a)
{
    assert((Int128)(uint64_t)a == a);
    return (uint64_t)a;
}

static inline Int128 int128_zero(void)
{
    return 0;
}

static inline Int128 int128_one(void)
{
    return 1;
}

static inline Int128 int128_2_64(void)
{
    return (Int128)1 << 64;
}

static inline Int128 int128_exts64(int64_t a)
{
    return a;
}

static inline Int128 int128_rshift(Int128 a, int n)
{
    return a >> n;
}

static inline Int128 int128_urshift(Int128 a, int n)
{
    return (Int128)((unsigned __int128)a >> n);
}

static inline Int128 int128_lshift(Int128 a, int n)
{
    return (Int128)((unsigned __int128)a << n);
}

static inline bool int128_nz(Int128 a)
{
    return a != 0;
}

static inline bool int128_nonneg(Int128 a)
{
    return a >= 0;
}

static inline bool int128_ult(Int128 a, Int128 b)
{
    return (unsigned __int128)a < (unsigned __int128)b;
}

static inline void int128_addto(Int128 *a, Int128 b)
{
    *a += b;
}

static inline void int128_subfrom(Int128 *a, Int128 b)
{
    *a -= b;
}

#endif
