/* SPDX-License-Identifier: MIT */
/* MemOp: size, sign, byte order, alignment and count of a guest memory access, in one word. */
#ifndef TCG_MEMOP_H
#define TCG_MEMOP_H

typedef enum MemOp {
    MO_8 = 0,
    MO_16 = 1,
    MO_32 = 2,
    MO_64 = 3,
    MO_128 = 4,
    MO_SIZE = 7,   /* mask: log2 of the bytes of one element */
    MO_SIGN = 8,   /* sign-extend what is loaded */
    MO_BSWAP = 16, /* the guest's byte order is not the host's */
    MO_LE = 0,
    MO_BE = MO_BSWAP,
    MO_ALIGN = 32,      /* fault unless the address is aligned to the element size */
    MO_ALIGN_16 = 64,   /* fault unless the address is aligned to 16 bytes */
    MO_COUNT_SHIFT = 8, /* elements - 1 of one access (pairs, probes of a span): bits 8..15 */
    MO_COUNT_MASK = 0xff00,
    MO_ATOMIC = 1 << 16,  /* a read-modify-write: needs read and write permission */
    MO_PROBE = 1 << 17,   /* only check that the span may be accessed */
    MO_NO_READ = 1 << 18, /* with MO_ATOMIC: for watchpoints it is a write only */
    MO_UNPRIV = 1 << 19,  /* through the unprivileged view of memory */
    MO_RESTART = 1 << 20, /* a write that is not simply to RAM is for a block that is not dense */
    MO_UB = MO_8,
    MO_UW = MO_16,
    MO_UL = MO_32,
    MO_UQ = MO_64,
    MO_SB = MO_8 | MO_SIGN,
    MO_SW = MO_16 | MO_SIGN,
    MO_SL = MO_32 | MO_SIGN,
} MemOp;

static inline unsigned memop_size(unsigned op)
{
    return 1u << (op & MO_SIZE);
}

static inline unsigned memop_count(unsigned op)
{
    return ((op & MO_COUNT_MASK) >> MO_COUNT_SHIFT) + 1;
}

/* Bytes that one access touches. */
static inline unsigned memop_span(unsigned op)
{
    return memop_size(op) * memop_count(op);
}

/* Of mmu_t: the largest offset in the table. */
#define MO_TABLE_SHIFT 21
#define MO_TABLE_MASK  (~0u << MO_TABLE_SHIFT)

static inline unsigned memop_table(unsigned op)
{
    return op >> MO_TABLE_SHIFT;
}

#define MO_COUNT(n) (((n)-1u) << MO_COUNT_SHIFT)

#endif
