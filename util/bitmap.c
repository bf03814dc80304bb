/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include "qemu/bitmap.h"

/* Searches for a one in the words of @map, each xored with @invert. */
static unsigned long find_bit(const unsigned long *map, unsigned long size, unsigned long offset,
                              unsigned long invert)
{
    unsigned long word, index = BIT_WORD(offset);

    if (offset >= size) {
        return size;
    }
    word = (map[index] ^ invert) & (~0UL << (offset % BITS_PER_LONG));
    while (!word) {
        if (++index >= BITS_TO_LONGS(size)) {
            return size;
        }
        word = map[index] ^ invert;
    }
    return MIN(size, index * BITS_PER_LONG + ctz64(word));
}

unsigned long find_next_bit(const unsigned long *map, unsigned long size, unsigned long offset)
{
    return find_bit(map, size, offset, 0);
}

unsigned long find_next_zero_bit(const unsigned long *map, unsigned long size, unsigned long offset)
{
    return find_bit(map, size, offset, ~0UL);
}

/* Word by word: the mask covers the touched bits of one word. */
static void bitmap_fill(unsigned long *map, long start, long nr, bool value)
{
    while (nr > 0) {
        long lo = start % BITS_PER_LONG;
        long n = MIN(nr, (long)BITS_PER_LONG - lo);
        unsigned long mask = MAKE_64BIT_MASK(lo, n);

        if (value) {
            map[BIT_WORD(start)] |= mask;
        } else {
            map[BIT_WORD(start)] &= ~mask;
        }
        start += n;
        nr -= n;
    }
}

void bitmap_set(unsigned long *map, long start, long nr)
{
    bitmap_fill(map, start, nr, true);
}

void bitmap_clear(unsigned long *map, long start, long nr)
{
    bitmap_fill(map, start, nr, false);
}

bool bitmap_empty(const unsigned long *map, long nbits)
{
    return find_first_bit(map, nbits) == (unsigned long)nbits;
}

bool bitmap_full(const unsigned long *map, long nbits)
{
    return find_first_zero_bit(map, nbits) == (unsigned long)nbits;
}

long bitmap_count_one(const unsigned long *map, long nbits)
{
    long count = 0, whole = nbits / BITS_PER_LONG, rest = nbits % BITS_PER_LONG;

    for (long i = 0; i < whole; i++) {
        count += ctpop64(map[i]);
    }
    if (rest) {
        count += ctpop64(map[whole] & MAKE_64BIT_MASK(0, rest));
    }
    return count;
}
