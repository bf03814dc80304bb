/* SPDX-License-Identifier: MIT */
/* Size, signedness and byte order of one memory access. */
#ifndef EXEC_MEMOP_H
#define EXEC_MEMOP_H

#include "qemu/osdep.h"
#include "tcg/memop.h"

/* @size: 1, 2, 4 or 8 bytes. */
static inline MemOp size_memop(unsigned size)
{
    assert(size && size <= 8 && !(size & (size - 1)));
    return (MemOp)__builtin_ctz(size);
}

static inline bool memop_big_endian(MemOp op)
{
    return (op & MO_BSWAP) == MO_BE;
}

#endif
