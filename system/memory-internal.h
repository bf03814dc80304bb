/* SPDX-License-Identifier: MIT */
/* What the files of the memory system share. */
#ifndef SYSTEM_MEMORY_INTERNAL_H
#define SYSTEM_MEMORY_INTERNAL_H

#include "qemu/bql.h"
#include "qemu/bswap.h"
#include "system/address-spaces.h"
#include "system/memory.h"
#include "system/ram_addr.h"

/* A piece of a flat view: [first, last] shows @mr from @offset on. */
typedef struct FlatRange {
    hwaddr first, last;
    MemoryRegion *mr;
    hwaddr offset;
    bool readonly;
    bool nonvolatile;
    bool romd_mode;         /* as it was when the view was made; a change makes a new range */
    uint8_t dirty_log_mask; /* likewise */
} FlatRange;

/* Immutable once published, but for the reference count and the cache. */
struct FlatView {
    struct rcu_head rcu;
    unsigned refs; /* atomic: address spaces that show it */
    MemoryRegion *root;
    unsigned last_hit; /* atomic: index of the range found last */
    unsigned nr;
    FlatRange ranges[];
};

/* Compile what @root shows. One reference is the caller's. */
FlatView *flatview_build(MemoryRegion *root);
/* Shows nothing, and is never freed. */
FlatView *flatview_empty(void);
void flatview_ref(FlatView *view);
/* The last one frees it after a grace period. */
void flatview_unref(FlatView *view);
/* The range that holds @addr, else NULL with *@gap_last set to the last address without one. */
const FlatRange *flatview_lookup(FlatView *view, hwaddr addr, hwaddr *gap_last);

static inline FlatView *address_space_view(AddressSpace *as)
{
    return qatomic_rcu_read(&as->current_map);
}

MemoryRegionSection flatrange_section(AddressSpace *as, const FlatRange *fr);

/* Tell the listeners of @as what differs, and publish @view, whose reference is taken over. */
void address_space_set_view(AddressSpace *as, FlatView *view);

/* The graph, for memory-info.c and memory-listener.c; under the big lock. */
typedef QTAILQ_HEAD(AddressSpaceList, AddressSpace) AddressSpaceList;
extern AddressSpaceList address_spaces;

/* Where nothing is: every access ends with MEMTX_DECODE_ERROR. */
MemoryRegion *memory_region_unassigned(void);

/* The bits of DIRTY_MEMORY_* that a direct write to the range must set. */
static inline uint8_t flatrange_log_mask(const FlatRange *fr)
{
    return memory_region_get_dirty_log_mask(fr->mr);
}

/* A number of 1, 2, 4 or 8 bytes in host memory, little-endian; single-copy atomic if aligned. */
static inline uint64_t host_load_le(const void *p, unsigned size)
{
    if ((uintptr_t)p & (size - 1)) {
        return ldn_le_p(p, (int)size);
    }
    switch (size) {
    case 1:
        return qatomic_read((const uint8_t *)p);
    case 2:
        return le16_to_cpu(qatomic_read((const uint16_t *)p));
    case 4:
        return le32_to_cpu(qatomic_read((const uint32_t *)p));
    default:
        return le64_to_cpu(qatomic_read((const uint64_t *)p));
    }
}

static inline void host_store_le(void *p, unsigned size, uint64_t v)
{
    if ((uintptr_t)p & (size - 1)) {
        stn_le_p(p, (int)size, v);
        return;
    }
    switch (size) {
    case 1:
        qatomic_set((uint8_t *)p, (uint8_t)v);
        break;
    case 2:
        qatomic_set((uint16_t *)p, cpu_to_le16((uint16_t)v));
        break;
    case 4:
        qatomic_set((uint32_t *)p, cpu_to_le32((uint32_t)v));
        break;
    default:
        qatomic_set((uint64_t *)p, cpu_to_le64(v));
        break;
    }
}

/* After a direct write to [@offset, @offset + @len) of @block; lock free, in an RCU section. */
void ram_block_written(RAMBlock *block, ram_addr_t offset, ram_addr_t len, uint8_t log_mask);
/* Calls the translator's hook. */
void ram_block_code_written(RAMBlock *block, ram_addr_t offset, ram_addr_t len);

/* Inside a transaction: the views are out of date. */
void memory_region_note_change(void);

void memory_listeners_begin(void);
void memory_listeners_commit(void);

#endif
