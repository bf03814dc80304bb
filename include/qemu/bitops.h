/* SPDX-License-Identifier: MIT */
/* Bit fields, rotations, and bitmaps in arrays of unsigned long. */
#ifndef QEMU_BITOPS_H
#define QEMU_BITOPS_H

#include <assert.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "qemu/host-utils.h"

#define BITS_PER_BYTE     CHAR_BIT
#define BITS_PER_LONG     (sizeof(unsigned long) * BITS_PER_BYTE)
#define BITS_TO_LONGS(nr) (((nr) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define BITS_TO_U32S(nr)  (((nr) + 31) / 32)
#define BIT(nr)           (1UL << (nr))
#define BIT_ULL(nr)       (1ULL << (nr))
#define BIT_MASK(nr)      (1UL << ((nr) % BITS_PER_LONG))
#define BIT_WORD(nr)      ((nr) / BITS_PER_LONG)

/* @length ones from bit @shift up; 1 <= length <= 64. */
#define MAKE_64BIT_MASK(shift, length) ((~UINT64_C(0) >> (64 - (length))) << (shift))

static inline uint32_t extract32(uint32_t value, int start, int length)
{
    assert(start >= 0 && length > 0 && length <= 32 - start);
    return (value >> start) & (~UINT32_C(0) >> (32 - length));
}

static inline uint8_t extract8(uint8_t value, int start, int length)
{
    assert(start >= 0 && length > 0 && length <= 8 - start);
    return extract32(value, start, length);
}

static inline uint16_t extract16(uint16_t value, int start, int length)
{
    assert(start >= 0 && length > 0 && length <= 16 - start);
    return extract32(value, start, length);
}

static inline uint64_t extract64(uint64_t value, int start, int length)
{
    assert(start >= 0 && length > 0 && length <= 64 - start);
    return (value >> start) & (~UINT64_C(0) >> (64 - length));
}

static inline int32_t sextract32(uint32_t value, int start, int length)
{
    assert(start >= 0 && length > 0 && length <= 32 - start);
    return (int32_t)(value << (32 - length - start)) >> (32 - length);
}

static inline int64_t sextract64(uint64_t value, int start, int length)
{
    assert(start >= 0 && length > 0 && length <= 64 - start);
    return (int64_t)(value << (64 - length - start)) >> (64 - length);
}

static inline uint32_t deposit32(uint32_t value, int start, int length, uint32_t field)
{
    assert(start >= 0 && length > 0 && length <= 32 - start);
    uint32_t mask = (~UINT32_C(0) >> (32 - length)) << start;
    return (value & ~mask) | ((field << start) & mask);
}

static inline uint64_t deposit64(uint64_t value, int start, int length, uint64_t field)
{
    assert(start >= 0 && length > 0 && length <= 64 - start);
    uint64_t mask = (~UINT64_C(0) >> (64 - length)) << start;
    return (value & ~mask) | ((field << start) & mask);
}

static inline uint8_t rol8(uint8_t v, unsigned n)
{
    return (v << (n & 7)) | (v >> (-n & 7));
}

static inline uint8_t ror8(uint8_t v, unsigned n)
{
    return (v >> (n & 7)) | (v << (-n & 7));
}

static inline uint16_t rol16(uint16_t v, unsigned n)
{
    return (v << (n & 15)) | (v >> (-n & 15));
}

static inline uint16_t ror16(uint16_t v, unsigned n)
{
    return (v >> (n & 15)) | (v << (-n & 15));
}

static inline uint32_t rol32(uint32_t v, unsigned n)
{
    return (v << (n & 31)) | (v >> (-n & 31));
}

static inline uint32_t ror32(uint32_t v, unsigned n)
{
    return (v >> (n & 31)) | (v << (-n & 31));
}

static inline uint64_t rol64(uint64_t v, unsigned n)
{
    return (v << (n & 63)) | (v >> (-n & 63));
}

static inline uint64_t ror64(uint64_t v, unsigned n)
{
    return (v >> (n & 63)) | (v << (-n & 63));
}

/* 16-bit halves swapped in each word; for halfword-reversing loads. */
static inline uint32_t hswap32(uint32_t v)
{
    return rol32(v, 16);
}

static inline void set_bit(long nr, unsigned long *map)
{
    map[BIT_WORD(nr)] |= BIT_MASK(nr);
}

static inline void clear_bit(long nr, unsigned long *map)
{
    map[BIT_WORD(nr)] &= ~BIT_MASK(nr);
}

static inline void change_bit(long nr, unsigned long *map)
{
    map[BIT_WORD(nr)] ^= BIT_MASK(nr);
}

static inline int test_bit(long nr, const unsigned long *map)
{
    return (map[BIT_WORD(nr)] >> (nr % BITS_PER_LONG)) & 1;
}

static inline int test_and_set_bit(long nr, unsigned long *map)
{
    int old = test_bit(nr, map);

    set_bit(nr, map);
    return old;
}

static inline int test_and_clear_bit(long nr, unsigned long *map)
{
    int old = test_bit(nr, map);

    clear_bit(nr, map);
    return old;
}

/* The first set bit at or after @offset, @size if there is none. */
unsigned long find_next_bit(const unsigned long *map, unsigned long size, unsigned long offset);
unsigned long find_next_zero_bit(const unsigned long *map, unsigned long size,
                                 unsigned long offset);

static inline unsigned long find_first_bit(const unsigned long *map, unsigned long size)
{
    return find_next_bit(map, size, 0);
}

static inline unsigned long find_first_zero_bit(const unsigned long *map, unsigned long size)
{
    return find_next_zero_bit(map, size, 0);
}

#endif
