/* SPDX-License-Identifier: MIT */
/*
 * RAM blocks: host memory, the space that numbers it, and the bitmaps over its pages.
 *
 * The blocks stand in an array sorted by ram_addr_t, which is replaced as a whole on change and
 * published by RCU; there are few blocks and changes are rare.
 *
 * Bitmaps are arrays of words accessed atomically. A writer to RAM and the translator race like
 * this: the writer writes, then looks for a code mark; the translator sets the mark, then reads the
 * code. Both touch the bitmap's word by a read-modify-write. The later of the two synchronises with
 * the earlier, so either the writer sees the mark, or the translator reads what was written.
 */
#include "qemu/osdep.h"

#include "memory-internal.h"
#include "qemu/bitmap.h"
#include "qemu/cutils.h"
#include <sys/mman.h>
#include <sys/sysinfo.h>

/* Blocks begin on this boundary in host memory (for huge pages) and in ram_addr_t. */
#define BLOCK_ALIGN ((uint64_t)2 << 20)

typedef struct RamTable {
    struct rcu_head rcu;
    unsigned nr;
    RAMBlock *blocks[]; /* by offset */
} RamTable;

static RamTable *ram_table; /* RCU; written under the big lock; NULL while empty */
static TbInvalidateRangeFn *code_write_hook;

/* --- Host memory --- */

/* Memory is handed out lazily, so the kernel would accept what can never be there. */
static bool check_host_has(ram_addr_t size, const char *name, Error **errp)
{
    struct sysinfo si;

    if (sysinfo(&si) == 0) {
        unsigned __int128 has = ((unsigned __int128)si.totalram + si.totalswap) * si.mem_unit;

        if (size > has) {
            g_autofree char *want = size_to_str(size);
            g_autofree char *got = size_to_str((uint64_t)has);

            error_setg(errp,
                       "cannot give the guest %s of memory for '%s': this host has %s of RAM and "
                       "swap; ask for less",
                       want, name, got);
            return false;
        }
    }
    return true;
}

static void *map_aligned(uint64_t size)
{
    uint64_t align = size >= BLOCK_ALIGN ? BLOCK_ALIGN : qemu_real_host_page_size();
    uint8_t *raw, *host;

    if (size > SIZE_MAX - align) {
        errno = ENOMEM;
        return NULL;
    }
    raw = mmap(NULL, size + align, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (raw == MAP_FAILED) {
        return NULL;
    }
    /* Cut off both ends. */
    host = QEMU_ALIGN_PTR_UP(raw, align);
    if (host != raw) {
        munmap(raw, (size_t)(host - raw));
    }
    if (host + size != raw + size + align) {
        munmap(host + size, (size_t)(raw + align - host));
    }
    madvise(host, size, MADV_HUGEPAGE);
    return host;
}

/* --- The table --- */

static RamTable *table_read(void)
{
    return qatomic_rcu_read(&ram_table);
}

static void table_publish(RamTable *table)
{
    RamTable *old = ram_table;

    qatomic_rcu_set(&ram_table, table);
    if (old) {
        g_free_rcu(old, rcu);
    }
}

static RamTable *table_new(unsigned nr)
{
    RamTable *t = g_malloc0(sizeof(*t) + nr * sizeof(RAMBlock *));

    t->nr = nr;
    return t;
}

/* Give @block the first gap that is large enough. */
static void table_insert(RAMBlock *block)
{
    const RamTable *old = ram_table;
    unsigned n = old ? old->nr : 0, i;
    RamTable *t = table_new(n + 1);
    ram_addr_t end = 0;

    for (i = 0; i < n; i++) {
        if (old->blocks[i]->offset - end >= block->length) {
            break;
        }
        end = ROUND_UP(old->blocks[i]->offset + old->blocks[i]->length, BLOCK_ALIGN);
    }
    block->offset = end;
    for (unsigned k = 0; k < n; k++) {
        t->blocks[k + (k >= i)] = old->blocks[k];
    }
    t->blocks[i] = block;
    table_publish(t);
}

static void table_remove(RAMBlock *block)
{
    const RamTable *old = ram_table;
    RamTable *t = old->nr > 1 ? table_new(old->nr - 1) : NULL;

    for (unsigned i = 0, out = 0; i < old->nr; i++) {
        if (old->blocks[i] != block) {
            t->blocks[out++] = old->blocks[i];
        }
    }
    table_publish(t);
}

static RAMBlock *block_new(ram_addr_t size, void *host, MemoryRegion *mr, bool preallocated)
{
    RAMBlock *block = g_new0(RAMBlock, 1);
    size_t pages = size >> RAM_PAGE_BITS;

    block->mr = mr;
    block->host = host;
    block->length = size;
    block->preallocated = preallocated;
    block->code = bitmap_new(pages);
    for (int i = 0; i < DIRTY_MEMORY_NUM; i++) {
        block->dirty[i] = bitmap_new(pages);
        bitmap_set(block->dirty[i], 0, pages);
    }
    table_insert(block);
    return block;
}

static const char *name_of(MemoryRegion *mr)
{
    return mr && memory_region_name(mr) ? memory_region_name(mr) : "RAM";
}

RAMBlock *qemu_ram_alloc(ram_addr_t size, MemoryRegion *mr, Error **errp)
{
    void *host;

    assert(bql_locked());
    if (size == 0) {
        error_setg(errp, "cannot make memory '%s' of 0 bytes: give it a size", name_of(mr));
        return NULL;
    }
    if (!check_host_has(size, name_of(mr), errp)) {
        return NULL;
    }
    size = ROUND_UP(size, RAM_PAGE_SIZE);
    host = map_aligned(size);
    if (!host) {
        error_setg_errno(errp, errno, "cannot set up %" PRIu64 " bytes of memory for '%s'", size,
                         name_of(mr));
        return NULL;
    }
    return block_new(size, host, mr, false);
}

RAMBlock *qemu_ram_alloc_from_ptr(ram_addr_t size, void *host, MemoryRegion *mr, Error **errp)
{
    assert(bql_locked());
    return block_new(ROUND_UP(size, RAM_PAGE_SIZE), host, mr, true);
}

static void block_free(RAMBlock *block)
{
    if (!block->preallocated) {
        munmap(block->host, block->length);
    }
    for (int i = 0; i < DIRTY_MEMORY_NUM; i++) {
        g_free(block->dirty[i]);
    }
    g_free(block->code);
    g_free(block->idstr);
    g_free(block);
}

void qemu_ram_free(RAMBlock *block)
{
    if (block) {
        assert(bql_locked());
        table_remove(block);
        call_rcu(block, block_free, rcu);
    }
}

void qemu_ram_set_idstr(RAMBlock *block, const char *name)
{
    assert(!block->idstr);
    /* Devices of one type give their memory one name: number them. */
    block->idstr = g_strdup(name ? name : "ram");
    for (unsigned n = 1;; n++) {
        RAMBlock *other = NULL;

        for (unsigned i = 0; i < ram_table->nr; i++) {
            RAMBlock *b = ram_table->blocks[i];

            if (b != block && b->idstr && !strcmp(b->idstr, block->idstr)) {
                other = b;
            }
        }
        if (!other) {
            return;
        }
        g_free(block->idstr);
        block->idstr = g_strdup_printf("%s.%u", name ? name : "ram", n);
    }
}

const char *qemu_ram_get_idstr(const RAMBlock *block)
{
    return block->idstr;
}

/* --- Look-ups --- */

RAMBlock *qemu_ram_block_by_name(const char *name)
{
    const RamTable *t = table_read();

    for (unsigned i = 0; t && i < t->nr; i++) {
        if (t->blocks[i]->idstr && !strcmp(t->blocks[i]->idstr, name)) {
            return t->blocks[i];
        }
    }
    return NULL;
}

RAMBlock *qemu_get_ram_block(ram_addr_t addr)
{
    const RamTable *t = table_read();
    unsigned lo = 0, hi = t ? t->nr : 0;

    /* The last block that begins at or before addr. */
    while (lo < hi) {
        unsigned mid = lo + (hi - lo) / 2;

        if (t->blocks[mid]->offset <= addr) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo && addr - t->blocks[lo - 1]->offset < t->blocks[lo - 1]->length ? t->blocks[lo - 1]
                                                                              : NULL;
}

RAMBlock *qemu_ram_block_from_host(const void *host, ram_addr_t *offset)
{
    const RamTable *t = table_read();

    for (unsigned i = 0; t && i < t->nr; i++) {
        uintptr_t delta = (uintptr_t)host - (uintptr_t)t->blocks[i]->host;

        if (delta < t->blocks[i]->length) {
            *offset = delta;
            return t->blocks[i];
        }
    }
    return NULL;
}

void *qemu_map_ram_ptr(RAMBlock *block, ram_addr_t offset)
{
    if (!block) {
        block = qemu_get_ram_block(offset);
        if (!block) {
            return NULL;
        }
        offset -= block->offset;
    }
    return block->host + offset;
}

ram_addr_t qemu_ram_addr_from_host(const void *host)
{
    ram_addr_t offset;
    RAMBlock *block = qemu_ram_block_from_host(host, &offset);

    return block ? block->offset + offset : RAM_ADDR_INVALID;
}

MemoryRegion *memory_region_from_host(void *ptr, ram_addr_t *offset)
{
    RAMBlock *block = qemu_ram_block_from_host(ptr, offset);

    return block ? block->mr : NULL;
}

void *memory_region_get_ram_ptr(MemoryRegion *mr)
{
    hwaddr offset = 0;

    for (; mr->alias; mr = mr->alias) {
        offset += mr->alias_offset;
    }
    return mr->ram_block ? mr->ram_block->host + offset : NULL;
}

ram_addr_t memory_region_get_ram_addr(MemoryRegion *mr)
{
    return mr->ram_block ? mr->ram_block->offset : RAM_ADDR_INVALID;
}

int qemu_ram_foreach_block(int (*fn)(RAMBlock *block, void *opaque), void *opaque)
{
    const RamTable *t;
    int ret = 0;

    RCU_READ_LOCK_GUARD();
    t = table_read();
    for (unsigned i = 0; t && i < t->nr && !ret; i++) {
        ret = fn(t->blocks[i], opaque);
    }
    return ret;
}

ram_addr_t qemu_ram_total(void)
{
    const RamTable *t;
    ram_addr_t sum = 0;

    RCU_READ_LOCK_GUARD();
    t = table_read();
    for (unsigned i = 0; t && i < t->nr; i++) {
        sum += t->blocks[i]->length;
    }
    return sum;
}

void physical_memory_set_code_write_hook(TbInvalidateRangeFn *hook)
{
    code_write_hook = hook;
}

void ram_block_code_written(RAMBlock *block, ram_addr_t offset, ram_addr_t len)
{
    if (code_write_hook) {
        code_write_hook(block->offset + offset, len);
    }
}
