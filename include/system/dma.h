/* SPDX-License-Identifier: MIT */
/*
 * Device DMA: accesses to the address space that the device masters. All return MEMTX_* bits and
 * may be called from any thread.
 */
#ifndef SYSTEM_DMA_H
#define SYSTEM_DMA_H

#include "qemu/bswap.h"
#include "system/address-spaces.h"
#include "system/memory.h"

typedef uint64_t dma_addr_t;

#define DMA_ADDR_BITS 64
#define DMA_ADDR_FMT  "%" PRIx64

typedef enum {
    DMA_DIRECTION_TO_DEVICE = 0,   /* the device reads memory */
    DMA_DIRECTION_FROM_DEVICE = 1, /* the device writes memory */
} DMADirection;

/* Earlier accesses are visible to other CPUs before later ones. */
static inline void dma_barrier(void)
{
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
#if defined(__x86_64__)
    /* A locked operation is a full fence, and one that ThreadSanitizer builds accept. */
    int fence = 0;
    __atomic_fetch_or(&fence, 0, __ATOMIC_SEQ_CST);
#else
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

static inline MemTxResult dma_memory_rw(AddressSpace *as, dma_addr_t addr, void *buf,
                                        dma_addr_t len, DMADirection dir, MemTxAttrs attrs)
{
    dma_barrier();
    return address_space_rw(as, addr, attrs, buf, len, dir == DMA_DIRECTION_FROM_DEVICE);
}

static inline MemTxResult dma_memory_read(AddressSpace *as, dma_addr_t addr, void *buf,
                                          dma_addr_t len, MemTxAttrs attrs)
{
    return dma_memory_rw(as, addr, buf, len, DMA_DIRECTION_TO_DEVICE, attrs);
}

static inline MemTxResult dma_memory_write(AddressSpace *as, dma_addr_t addr, const void *buf,
                                           dma_addr_t len, MemTxAttrs attrs)
{
    dma_barrier();
    return address_space_write(as, addr, attrs, buf, len);
}

static inline MemTxResult dma_memory_set(AddressSpace *as, dma_addr_t addr, uint8_t c,
                                         dma_addr_t len, MemTxAttrs attrs)
{
    dma_barrier();
    return address_space_set(as, addr, c, len, attrs);
}

static inline bool dma_memory_valid(AddressSpace *as, dma_addr_t addr, dma_addr_t len,
                                    DMADirection dir, MemTxAttrs attrs)
{
    return address_space_access_valid(as, addr, len, dir == DMA_DIRECTION_FROM_DEVICE, attrs);
}

/* See address_space_map(). */
static inline void *dma_memory_map(AddressSpace *as, dma_addr_t addr, dma_addr_t *len,
                                   DMADirection dir, MemTxAttrs attrs)
{
    return address_space_map(as, addr, len, dir == DMA_DIRECTION_FROM_DEVICE, attrs);
}

static inline void dma_memory_unmap(AddressSpace *as, void *buffer, dma_addr_t len,
                                    DMADirection dir, dma_addr_t access_len)
{
    address_space_unmap(as, buffer, len, dir == DMA_DIRECTION_FROM_DEVICE, access_len);
}

/* ldl_le_dma(as, addr, &value, attrs), stl_le_dma(as, addr, value, attrs), … On an error a load
 * gives 0. */
#define DMA_LDST(SIZE, SUFFIX, TYPE)                                                               \
    static inline MemTxResult ld##SIZE##SUFFIX##_dma(AddressSpace *as, dma_addr_t addr, TYPE *val, \
                                                     MemTxAttrs attrs)                             \
    {                                                                                              \
        MemTxResult result;                                                                        \
        dma_barrier();                                                                             \
        *val = address_space_ld##SIZE##SUFFIX(as, addr, attrs, &result);                           \
        return result;                                                                             \
    }
#define DMA_ST(SIZE, SUFFIX, TYPE)                                                                 \
    static inline MemTxResult st##SIZE##SUFFIX##_dma(AddressSpace *as, dma_addr_t addr, TYPE val,  \
                                                     MemTxAttrs attrs)                             \
    {                                                                                              \
        MemTxResult result;                                                                        \
        dma_barrier();                                                                             \
        address_space_st##SIZE##SUFFIX(as, addr, val, attrs, &result);                             \
        return result;                                                                             \
    }

DMA_LDST(ub, , uint8_t)
DMA_LDST(uw, _le, uint16_t)
DMA_LDST(uw, _be, uint16_t)
DMA_LDST(l, _le, uint32_t)
DMA_LDST(l, _be, uint32_t)
DMA_LDST(q, _le, uint64_t)
DMA_LDST(q, _be, uint64_t)
DMA_ST(b, , uint8_t)
DMA_ST(w, _le, uint16_t)
DMA_ST(w, _be, uint16_t)
DMA_ST(l, _le, uint32_t)
DMA_ST(l, _be, uint32_t)
DMA_ST(q, _le, uint64_t)
DMA_ST(q, _be, uint64_t)

#undef DMA_LDST
#undef DMA_ST

#endif
