/* SPDX-License-Identifier: MIT */
/* Bitmaps of any size: arrays of unsigned long, bit 0 the lowest of the first word. */
#ifndef QEMU_BITMAP_H
#define QEMU_BITMAP_H

#include <glib.h>

#include "qemu/bitops.h"

#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]

/* Zeroed; released with g_free(). */
static inline unsigned long *bitmap_new(long nbits)
{
    return g_new0(unsigned long, BITS_TO_LONGS(nbits));
}

static inline void bitmap_zero(unsigned long *map, long nbits)
{
    memset(map, 0, BITS_TO_LONGS(nbits) * sizeof(*map));
}

static inline void bitmap_copy(unsigned long *dst, const unsigned long *src, long nbits)
{
    memcpy(dst, src, BITS_TO_LONGS(nbits) * sizeof(*dst));
}

/* Sets or clears bits [start, start + nr). */
void bitmap_set(unsigned long *map, long start, long nr);
void bitmap_clear(unsigned long *map, long start, long nr);
bool bitmap_empty(const unsigned long *map, long nbits);
bool bitmap_full(const unsigned long *map, long nbits);
long bitmap_count_one(const unsigned long *map, long nbits);

#endif
