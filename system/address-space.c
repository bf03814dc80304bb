/* SPDX-License-Identifier: MIT */
/*
 * Accesses to address spaces, from any thread. Each runs in an RCU section: it looks up the range
 * of the published view, then copies from or to host memory, or calls the region's callbacks in
 * pieces.
 */
#include "qemu/osdep.h"

#include "exec/cpu-common.h"
#include "memory-internal.h"

/* Where host memory may be used. RAM devices want accesses of the size that was asked for. */
static bool range_is_direct(const FlatRange *fr, bool is_write)
{
    const MemoryRegion *mr = fr->mr;

    if (!mr->ram || mr->ram_device) {
        return false;
    }
    return is_write ? !fr->readonly && !mr->rom_device : !mr->rom_device || fr->romd_mode;
}

bool address_space_resolve(AddressSpace *as, hwaddr addr, hwaddr len, bool is_write,
                           MemTxAttrs attrs, MemoryTarget *t)
{
    hwaddr gap_last = 0;
    const FlatRange *fr = flatview_lookup(address_space_view(as), addr, &gap_last);

    if (!fr) {
        *t = (MemoryTarget){
            .mr = memory_region_unassigned(),
            .offset = addr,
            .len = gap_last - addr < len ? gap_last - addr + 1 : len,
            .ram_addr = RAM_ADDR_INVALID,
        };
        return false;
    }
    *t = (MemoryTarget){
        .mr = fr->mr,
        .offset = fr->offset + (addr - fr->first),
        .len = fr->last - addr < len ? fr->last - addr + 1 : len,
        .readonly = fr->mr->ram && fr->readonly,
        .ram_addr = RAM_ADDR_INVALID,
    };
    if (range_is_direct(fr, is_write)) {
        t->host = fr->mr->ram_block->host + t->offset;
        t->ram_addr = fr->mr->ram_block->offset + t->offset;
        t->log_mask = memory_region_get_dirty_log_mask(fr->mr);
    }
    return true;
}

MemoryRegion *address_space_translate(AddressSpace *as, hwaddr addr, hwaddr *xlat, hwaddr *plen,
                                      bool is_write, MemTxAttrs attrs)
{
    MemoryTarget t;

    address_space_resolve(as, addr, *plen, is_write, attrs, &t);
    *xlat = t.offset;
    *plen = t.len;
    return t.mr;
}

bool address_space_access_valid(AddressSpace *as, hwaddr addr, hwaddr len, bool is_write,
                                MemTxAttrs attrs)
{
    MemoryTarget t;

    RCU_READ_LOCK_GUARD();
    for (; len; len -= t.len, addr += t.len) {
        if (!address_space_resolve(as, addr, len, is_write, attrs, &t)) {
            return false;
        }
        if (!t.host) {
            t.len = MIN(t.len, 8);
            t.len = 1u << (31 - __builtin_clz((unsigned)t.len));
            if (!memory_region_access_valid(t.mr, t.offset, (unsigned)t.len, is_write, attrs)) {
                return false;
            }
        }
    }
    return true;
}

/* --- Copies --- */

/* The largest access with which to go on at @offset of the callbacks of @mr. */
static unsigned io_piece(const MemoryRegion *mr, hwaddr offset, hwaddr len)
{
    unsigned max = mr->ops && mr->ops->valid.max_access_size ? mr->ops->valid.max_access_size : 4;
    unsigned size = 8;

    while (size > 1 && (size > len || size > max ||
                        ((offset & (size - 1)) && !(mr->ops && mr->ops->impl.unaligned)))) {
        size /= 2;
    }
    return size;
}

/* A part of a copy that goes through callbacks; @t->len is cut to what was done. */
static MemTxResult copy_io(MemoryTarget *t, uint8_t *buf, bool is_write, MemTxAttrs attrs)
{
    unsigned size = io_piece(t->mr, t->offset, t->len);
    MemOp op = size_memop(size) | MO_LE;
    MemTxResult result;
    uint64_t data;

    if (is_write && t->readonly && !t->mr->rom_device) {
        return MEMTX_OK; /* dropped as by the bus, all at once: a guest may ask for 4 GiB */
    }
    t->len = size;
    if (is_write) {
        return memory_region_dispatch_write(t->mr, t->offset, ldn_le_p(buf, (int)size), op, attrs);
    }
    result = memory_region_dispatch_read(t->mr, t->offset, &data, op, attrs);
    stn_le_p(buf, (int)size, data);
    return result;
}

/* Nothing is there: the whole part fails at once, however long. */
static MemTxResult copy_nothing(MemoryTarget *t, uint8_t *buf, bool is_write, MemTxAttrs attrs)
{
    hwaddr len = t->len;
    uint8_t byte[8] = { 0 };
    MemTxResult result = copy_io(t, byte, is_write, attrs); /* for the log */

    if (!is_write) {
        memset(buf, 0, len);
    }
    t->len = len;
    return result;
}

static void copy_ram(const MemoryTarget *t, uint8_t *buf, bool is_write)
{
    if (is_write) {
        memmove(t->host, buf, t->len);
        ram_block_written(t->mr->ram_block, t->offset, t->len, t->log_mask);
    } else {
        memmove(buf, t->host, t->len);
    }
}

MemTxResult address_space_rw(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, void *buf, hwaddr len,
                             bool is_write)
{
    MemTxResult result = MEMTX_OK;
    uint8_t *p = buf;
    MemoryTarget t;

    RCU_READ_LOCK_GUARD();
    for (; len; len -= t.len, addr += t.len, p += t.len) {
        if (!address_space_resolve(as, addr, len, is_write, attrs, &t)) {
            result |= copy_nothing(&t, p, is_write, attrs);
        } else if (t.host) {
            copy_ram(&t, p, is_write);
        } else {
            result |= copy_io(&t, p, is_write, attrs);
        }
    }
    return result;
}

MemTxResult address_space_read_full(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, void *buf,
                                    hwaddr len)
{
    return address_space_rw(as, addr, attrs, buf, len, false);
}

MemTxResult address_space_read(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, void *buf,
                               hwaddr len)
{
    return address_space_rw(as, addr, attrs, buf, len, false);
}

MemTxResult address_space_write(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, const void *buf,
                                hwaddr len)
{
    return address_space_rw(as, addr, attrs, (void *)buf, len, true);
}

MemTxResult address_space_write_rom(AddressSpace *as, hwaddr addr, MemTxAttrs attrs,
                                    const void *buf, hwaddr len)
{
    MemTxResult result = MEMTX_OK;
    const uint8_t *p = buf;
    MemoryTarget t;

    RCU_READ_LOCK_GUARD();
    for (; len; len -= t.len, addr += t.len, p += t.len) {
        bool there = address_space_resolve(as, addr, len, true, attrs, &t);

        if (there && t.mr->ram && !t.mr->ram_device) {
            memmove(t.mr->ram_block->host + t.offset, p, t.len);
            ram_block_written(t.mr->ram_block, t.offset, t.len,
                              memory_region_get_dirty_log_mask(t.mr));
        } else if (!there) {
            result |= MEMTX_DECODE_ERROR;
        }
    }
    return result;
}

MemTxResult address_space_set(AddressSpace *as, hwaddr addr, uint8_t c, hwaddr len,
                              MemTxAttrs attrs)
{
    MemTxResult result = MEMTX_OK;
    uint8_t fill[512];

    memset(fill, c, MIN(len, sizeof(fill)));
    for (hwaddr n; len; len -= n, addr += n) {
        n = MIN(len, sizeof(fill));
        result |= address_space_write(as, addr, attrs, fill, n);
    }
    return result;
}

MemTxResult address_space_cmpxchgq_le(AddressSpace *as, hwaddr addr, MemTxAttrs attrs,
                                      uint64_t *expected, uint64_t new)
{
    uint64_t old = cpu_to_le64(*expected);
    MemoryTarget t;

    assert(addr % 8 == 0);
    RCU_READ_LOCK_GUARD();
    if (!address_space_resolve(as, addr, 8, true, attrs, &t)) {
        return MEMTX_DECODE_ERROR;
    }
    if (!t.host || t.readonly || t.len < 8) {
        return MEMTX_ERROR;
    }
    old = qatomic_cmpxchg((uint64_t *)t.host, old, cpu_to_le64(new));
    if (old == cpu_to_le64(*expected)) {
        ram_block_written(t.mr->ram_block, t.offset, 8, t.log_mask);
    }
    *expected = le64_to_cpu(old);
    return MEMTX_OK;
}

/* --- Numbers --- */

/* A number that begins in memory may go on in what follows; a device gets an access whole, and
 * refuses one that passes its end. */
static bool crosses(const MemoryTarget *t, unsigned size)
{
    return t->host && t->len < size;
}

static uint64_t swap_if_big(uint64_t v, MemOp op)
{
    return memop_big_endian(op) ? bswap64(v) >> (64 - 8 * memop_size(op)) : v;
}

uint64_t address_space_load(AddressSpace *as, hwaddr addr, MemOp op, MemTxAttrs attrs,
                            MemTxResult *result)
{
    unsigned size = memop_size(op);
    MemTxResult r = MEMTX_OK;
    uint8_t bytes[8];
    MemoryTarget t;
    uint64_t v;

    RCU_READ_LOCK_GUARD();
    address_space_resolve(as, addr, size, false, attrs, &t);
    if (crosses(&t, size)) {
        r = address_space_rw(as, addr, attrs, bytes, size, false);
        v = swap_if_big(ldn_le_p(bytes, (int)size), op);
    } else if (t.host) {
        v = swap_if_big(host_load_le(t.host, size), op);
    } else {
        r = memory_region_dispatch_read(t.mr, t.offset, &v, op, attrs);
    }
    if (result) {
        *result = r;
    }
    return v;
}

void address_space_store(AddressSpace *as, hwaddr addr, uint64_t val, MemOp op, MemTxAttrs attrs,
                         MemTxResult *result)
{
    unsigned size = memop_size(op);
    MemTxResult r = MEMTX_OK;
    uint8_t bytes[8];
    MemoryTarget t;

    RCU_READ_LOCK_GUARD();
    address_space_resolve(as, addr, size, true, attrs, &t);
    if (crosses(&t, size)) {
        stn_le_p(bytes, (int)size, swap_if_big(val, op));
        r = address_space_rw(as, addr, attrs, bytes, size, true);
    } else if (t.host) {
        host_store_le(t.host, size, swap_if_big(val, op));
        ram_block_written(t.mr->ram_block, t.offset, size, t.log_mask);
    } else if (!t.readonly || t.mr->rom_device) {
        r = memory_region_dispatch_write(t.mr, t.offset, val, op, attrs);
    }
    if (result) {
        *result = r;
    }
}

/* --- Maps --- */

/* Stands in for memory that has no host address. */
typedef struct BounceBuffer {
    AddressSpace *as;
    hwaddr addr;
    hwaddr len;
    MemTxAttrs attrs;
    uint8_t data[];
} BounceBuffer;

static void *map_bounce(AddressSpace *as, hwaddr addr, hwaddr *plen, bool is_write,
                        MemTxAttrs attrs)
{
    size_t used = qatomic_read(&as->bounce_buffer_size), len, seen;
    BounceBuffer *b;

    for (;; used = seen) {
        len = MIN(*plen, as->max_bounce_buffer_size - used);
        if (!len) {
            *plen = 0;
            return NULL;
        }
        seen = qatomic_cmpxchg(&as->bounce_buffer_size, used, used + len);
        if (seen == used) {
            break;
        }
    }
    b = g_malloc0(sizeof(*b) + len);
    *b = (BounceBuffer){ .as = as, .addr = addr, .len = len, .attrs = attrs };
    if (!is_write) {
        address_space_read(as, addr, attrs, b->data, len);
    }
    *plen = len;
    return b->data;
}

void *address_space_map(AddressSpace *as, hwaddr addr, hwaddr *plen, bool is_write,
                        MemTxAttrs attrs)
{
    MemoryTarget t;

    if (!*plen) {
        return NULL;
    }
    RCU_READ_LOCK_GUARD();
    if (!address_space_resolve(as, addr, *plen, is_write, attrs, &t)) {
        *plen = 0;
        return NULL;
    }
    *plen = t.len;
    if (!t.host) {
        return map_bounce(as, addr, plen, is_write, attrs);
    }
    memory_region_ref(t.mr);
    return t.host;
}

static void unmap_bounce(BounceBuffer *b, bool is_write, hwaddr access_len)
{
    if (is_write) {
        address_space_write(b->as, b->addr, b->attrs, b->data, MIN(access_len, b->len));
    }
    qatomic_sub(&b->as->bounce_buffer_size, b->len);
    g_free(b);
}

void address_space_unmap(AddressSpace *as, void *buffer, hwaddr len, bool is_write,
                         hwaddr access_len)
{
    RAMBlock *block;
    ram_addr_t offset;

    assert(access_len <= len);
    rcu_read_lock();
    block = qemu_ram_block_from_host(buffer, &offset);
    if (block && is_write && access_len) {
        ram_block_written(block, offset, access_len, memory_region_get_dirty_log_mask(block->mr));
    }
    rcu_read_unlock();
    if (block) {
        memory_region_unref(block->mr); /* taken by the map: the block was there until now */
    } else {
        unmap_bounce(container_of((uint8_t(*)[])buffer, BounceBuffer, data), is_write, access_len);
    }
}

/* --- The main memory --- */

void cpu_physical_memory_rw(hwaddr addr, void *buf, hwaddr len, bool is_write)
{
    address_space_rw(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, buf, len, is_write);
}

void cpu_physical_memory_read(hwaddr addr, void *buf, hwaddr len)
{
    cpu_physical_memory_rw(addr, buf, len, false);
}

void cpu_physical_memory_write(hwaddr addr, const void *buf, hwaddr len)
{
    address_space_write(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, buf, len);
}

void *cpu_physical_memory_map(hwaddr addr, hwaddr *plen, bool is_write)
{
    return address_space_map(&address_space_memory, addr, plen, is_write, MEMTXATTRS_UNSPECIFIED);
}

void cpu_physical_memory_unmap(void *buffer, hwaddr len, bool is_write, hwaddr access_len)
{
    address_space_unmap(&address_space_memory, buffer, len, is_write, access_len);
}

bool cpu_physical_memory_is_io(hwaddr addr)
{
    MemoryTarget t;

    RCU_READ_LOCK_GUARD();
    address_space_resolve(&address_space_memory, addr, 1, false, MEMTXATTRS_UNSPECIFIED, &t);
    return !(t.mr->ram && (!t.mr->rom_device || t.host));
}
