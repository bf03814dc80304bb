/* SPDX-License-Identifier: MIT */
/*
 * Marks on RAM pages: what was written (per watcher) and where translated code lies. physmem.c
 * tells how writers and the translator order themselves.
 */
#include "qemu/osdep.h"

#include "memory-internal.h"
#include "qemu/bitmap.h"

/* The part of a page range that lies in one word. */
typedef struct WordPart {
    size_t word;
    unsigned long mask;
    size_t next; /* the first page after it */
} WordPart;

static WordPart word_part(size_t page, size_t end)
{
    unsigned bit = page % BITS_PER_LONG;
    size_t n = MIN(end - page, (size_t)BITS_PER_LONG - bit);

    return (WordPart){
        .word = page / BITS_PER_LONG,
        .mask = (n == BITS_PER_LONG ? ~0ul : (1ul << n) - 1) << bit,
        .next = page + n,
    };
}

#define FOREACH_WORD(part, page, end)                                                              \
    for (WordPart part; (page) < (end) && (part = word_part(page, end), true); (page) = part.next)

static size_t first_page(ram_addr_t offset)
{
    return offset >> RAM_PAGE_BITS;
}

static size_t end_page(ram_addr_t offset, ram_addr_t len)
{
    return len ? ((offset + len - 1) >> RAM_PAGE_BITS) + 1 : first_page(offset);
}

static void range_set(unsigned long *map, ram_addr_t offset, ram_addr_t len)
{
    size_t page = first_page(offset), end = end_page(offset, len);

    FOREACH_WORD(p, page, end)
    {
        /* Mostly set already: do not take the cache line from other writers. */
        if ((qatomic_read(&map[p.word]) & p.mask) != p.mask) {
            qatomic_or(&map[p.word], p.mask);
        }
    }
}

static bool range_test(const unsigned long *map, ram_addr_t offset, ram_addr_t len)
{
    size_t page = first_page(offset), end = end_page(offset, len);

    FOREACH_WORD(p, page, end)
    {
        if (qatomic_read(&map[p.word]) & p.mask) {
            return true;
        }
    }
    return false;
}

/* True if any was set. */
static bool range_clear(unsigned long *map, ram_addr_t offset, ram_addr_t len)
{
    size_t page = first_page(offset), end = end_page(offset, len);
    bool any = false;

    FOREACH_WORD(p, page, end)
    {
        any |= (qatomic_fetch_and(&map[p.word], ~p.mask) & p.mask) != 0;
    }
    return any;
}

/* --- Code --- */

/* Always a read-modify-write: see physmem.c. */
static void code_or(RAMBlock *block, ram_addr_t offset, ram_addr_t len)
{
    size_t page = first_page(offset), end = end_page(offset, len);

    FOREACH_WORD(p, page, end)
    {
        qatomic_or(&block->code[p.word], p.mask);
    }
}

/* Tell the translator of the part of the write that lies in the marked pages of one word. */
static void tell_code_written(RAMBlock *block, unsigned long marked, size_t word, ram_addr_t offset,
                              ram_addr_t len)
{
    for (; marked; marked &= marked - 1) {
        size_t page = word * BITS_PER_LONG + (size_t)__builtin_ctzl(marked);
        ram_addr_t start = MAX(offset, (ram_addr_t)page << RAM_PAGE_BITS);
        ram_addr_t end = MIN(offset + len, (ram_addr_t)(page + 1) << RAM_PAGE_BITS);

        ram_block_code_written(block, start, end - start);
    }
}

static void check_code(RAMBlock *block, ram_addr_t offset, ram_addr_t len)
{
    size_t page = first_page(offset), end = end_page(offset, len);

    FOREACH_WORD(p, page, end)
    {
        unsigned long marked = qatomic_fetch_or(&block->code[p.word], 0) & p.mask;

        if (unlikely(marked)) {
            tell_code_written(block, marked, p.word, offset, len);
        }
    }
}

void ram_block_written(RAMBlock *block, ram_addr_t offset, ram_addr_t len, uint8_t log_mask)
{
    for (unsigned i = 0; log_mask >> i; i++) {
        if (log_mask & (1u << i)) {
            range_set(block->dirty[i], offset, len);
        }
    }
    check_code(block, offset, len);
}

/* --- By RAM address --- */

/* The block that has all of [@start, @start + @len), which is our own doing. */
static RAMBlock *block_of(ram_addr_t start, ram_addr_t len)
{
    RAMBlock *block = qemu_get_ram_block(start);

    assert(block && len <= block->length - (start - block->offset));
    return block;
}

void physical_memory_mark_code(ram_addr_t start, ram_addr_t len)
{
    RCU_READ_LOCK_GUARD();
    RAMBlock *block = block_of(start, len);

    code_or(block, start - block->offset, len);
}

void physical_memory_unmark_code(ram_addr_t start, ram_addr_t len)
{
    RCU_READ_LOCK_GUARD();
    RAMBlock *block = block_of(start, len);

    range_clear(block->code, start - block->offset, len);
}

bool physical_memory_is_code(ram_addr_t addr)
{
    RCU_READ_LOCK_GUARD();
    RAMBlock *block = block_of(addr, 1);

    return range_test(block->code, addr - block->offset, 1);
}

void physical_memory_written(ram_addr_t start, ram_addr_t len, uint8_t log_mask)
{
    RCU_READ_LOCK_GUARD();
    RAMBlock *block = block_of(start, len);

    ram_block_written(block, start - block->offset, len, log_mask);
}

void physical_memory_set_dirty(ram_addr_t start, ram_addr_t len, uint8_t log_mask)
{
    RCU_READ_LOCK_GUARD();
    RAMBlock *block = block_of(start, len);

    for (unsigned i = 0; log_mask >> i; i++) {
        if (log_mask & (1u << i)) {
            range_set(block->dirty[i], start - block->offset, len);
        }
    }
}

bool physical_memory_get_dirty(ram_addr_t start, ram_addr_t len, unsigned client)
{
    RCU_READ_LOCK_GUARD();
    RAMBlock *block = block_of(start, len);

    assert(client < DIRTY_MEMORY_NUM);
    return range_test(block->dirty[client], start - block->offset, len);
}

bool physical_memory_test_and_clear_dirty(ram_addr_t start, ram_addr_t len, unsigned client)
{
    RCU_READ_LOCK_GUARD();
    RAMBlock *block = block_of(start, len);

    assert(client < DIRTY_MEMORY_NUM);
    return range_clear(block->dirty[client], start - block->offset, len);
}

/* --- By region --- */

uint8_t memory_region_get_dirty_log_mask(MemoryRegion *mr)
{
    uint8_t mask = qatomic_read(&mr->dirty_log_mask);

    if (mr->ram_block && memory_global_dirty_log_active()) {
        mask |= 1u << DIRTY_MEMORY_MIGRATION;
    }
    return mask;
}

void memory_region_set_log(MemoryRegion *mr, bool log, unsigned client)
{
    uint8_t bit = 1u << client;

    assert(client == DIRTY_MEMORY_VGA && bql_locked());
    assert(log || mr->log_users);
    mr->log_users += log ? 1 : -1;
    memory_region_transaction_begin();
    qatomic_set(&mr->dirty_log_mask, mr->log_users ? bit : 0);
    memory_region_note_change();
    memory_region_transaction_commit();
}

void memory_region_set_dirty(MemoryRegion *mr, hwaddr addr, hwaddr size)
{
    ram_block_written(mr->ram_block, addr, size, memory_region_get_dirty_log_mask(mr));
}

void memory_region_flush_rom_device(MemoryRegion *mr, hwaddr addr, hwaddr size)
{
    assert(mr->rom_device);
    memory_region_set_dirty(mr, addr, size);
}

bool memory_region_get_dirty(MemoryRegion *mr, hwaddr addr, hwaddr size, unsigned client)
{
    assert(client < DIRTY_MEMORY_NUM);
    return range_test(mr->ram_block->dirty[client], addr, size);
}

void memory_region_reset_dirty(MemoryRegion *mr, hwaddr addr, hwaddr size, unsigned client)
{
    assert(client < DIRTY_MEMORY_NUM);
    range_clear(mr->ram_block->dirty[client], addr, size);
}

struct DirtyBitmapSnapshot {
    ram_addr_t offset; /* of the first page */
    ram_addr_t length;
    unsigned long map[];
};

DirtyBitmapSnapshot *memory_region_snapshot_and_clear_dirty(MemoryRegion *mr, hwaddr addr,
                                                            hwaddr size, unsigned client)
{
    size_t page = first_page(addr), end = end_page(addr, size), first = page;
    unsigned long *map = mr->ram_block->dirty[client];
    DirtyBitmapSnapshot *snap =
        g_malloc0(sizeof(*snap) + BITS_TO_LONGS(end - page) * sizeof(unsigned long));

    snap->offset = (ram_addr_t)page << RAM_PAGE_BITS;
    snap->length = (ram_addr_t)(end - page) << RAM_PAGE_BITS;
    for (; page < end; page++) {
        ram_addr_t at = (ram_addr_t)page << RAM_PAGE_BITS;

        /* Most pages are clean: look before the locked operation. */
        if (range_test(map, at, 1) && range_clear(map, at, 1)) {
            bitmap_set(snap->map, (long)(page - first), 1);
        }
    }
    return snap;
}

bool memory_region_snapshot_get_dirty(MemoryRegion *mr, DirtyBitmapSnapshot *snap, hwaddr addr,
                                      hwaddr size)
{
    assert(addr >= snap->offset && addr - snap->offset + size <= snap->length);
    return range_test(snap->map, addr - snap->offset, size);
}
