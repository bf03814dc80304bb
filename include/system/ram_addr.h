/* SPDX-License-Identifier: MIT */
/*
 * RAM blocks: the host memory behind RAM regions. All blocks' bytes are numbered in one flat space,
 * ram_addr_t, with each block on a boundary of 2 MiB; so a RAM page has a name that does not depend
 * on where, or how often, the guest sees it.
 *
 * Blocks are made and freed under the big lock; look-ups are lock free, in an RCU section.
 */
#ifndef SYSTEM_RAM_ADDR_H
#define SYSTEM_RAM_ADDR_H

#include "system/memory.h"

/* The grain of the bitmaps below; at most the page size of any guest. */
#define RAM_PAGE_BITS 12
#define RAM_PAGE_SIZE ((ram_addr_t)1 << RAM_PAGE_BITS)

struct RAMBlock {
    struct rcu_head rcu;
    MemoryRegion *mr;
    uint8_t *host;
    ram_addr_t offset; /* of the first byte */
    ram_addr_t length; /* bytes, whole pages */
    bool preallocated; /* host is somebody else's */
    char *idstr;
    /* One bit a page, each word atomic. */
    unsigned long *dirty[DIRTY_MEMORY_NUM]; /* written since the client's last reset */
    unsigned long *code;                    /* holds translated code */
};

/*
 * Host memory for @size bytes, rounded up to pages: zero, taken from the host as it is touched.
 * NULL with @errp set if the host can not have that much.
 */
RAMBlock *qemu_ram_alloc(ram_addr_t size, MemoryRegion *mr, Error **errp);
RAMBlock *qemu_ram_alloc_from_ptr(ram_addr_t size, void *host, MemoryRegion *mr, Error **errp);
/* Memory goes back to the host when no RCU section can see it. NULL is allowed. */
void qemu_ram_free(RAMBlock *block);

/* The name in saved state, unique; settable once. */
void qemu_ram_set_idstr(RAMBlock *block, const char *name);
const char *qemu_ram_get_idstr(const RAMBlock *block);
RAMBlock *qemu_ram_block_by_name(const char *name);

/* In an RCU section: the block of a RAM address, NULL if none; the block of a host pointer and the
 * offset in it; the reverse. */
RAMBlock *qemu_get_ram_block(ram_addr_t addr);
RAMBlock *qemu_ram_block_from_host(const void *host, ram_addr_t *offset);
void *qemu_map_ram_ptr(RAMBlock *block, ram_addr_t offset);
ram_addr_t qemu_ram_addr_from_host(const void *host); /* RAM_ADDR_INVALID if none */

/* Until @fn returns other than 0, which is then returned. */
int qemu_ram_foreach_block(int (*fn)(RAMBlock *block, void *opaque), void *opaque);

/* Bytes of all blocks. */
ram_addr_t qemu_ram_total(void);

/*
 * Translated code. The translator marks the pages it is about to read, then reads them. Writers
 * that do not go through its own write tags (DMA, debuggers, loaders) write, then call
 * physical_memory_written(): of two that race, one sees the other. The hook is called on the
 * writer's thread for the part of a write that lies in marked pages; @len is at least 1. It may not
 * write to RAM through address spaces. The hook must be set before there are threads.
 */
typedef void TbInvalidateRangeFn(ram_addr_t start, ram_addr_t len);
void physical_memory_set_code_write_hook(TbInvalidateRangeFn *hook);
/* [@start, @start + @len) of one block. */
void physical_memory_mark_code(ram_addr_t start, ram_addr_t len);
void physical_memory_unmark_code(ram_addr_t start, ram_addr_t len);
bool physical_memory_is_code(ram_addr_t addr);

/* After a direct write: dirty bits of @log_mask, then code. In an RCU section. */
void physical_memory_written(ram_addr_t start, ram_addr_t len, uint8_t log_mask);

/* Dirty bits of one client (DIRTY_MEMORY_*). Those of fresh RAM are set. */
void physical_memory_set_dirty(ram_addr_t start, ram_addr_t len, uint8_t log_mask);
bool physical_memory_get_dirty(ram_addr_t start, ram_addr_t len, unsigned client);
/* True if any was set. */
bool physical_memory_test_and_clear_dirty(ram_addr_t start, ram_addr_t len, unsigned client);

#endif
