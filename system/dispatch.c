/* SPDX-License-Identifier: MIT */
/*
 * One access to one region: checks, cutting to what the callbacks take, byte order.
 *
 * An access covers bytes [addr, addr + size). It is made of pieces: a unit, which the callback gets
 * (naturally aligned, of a size that .impl allows), and the lanes, the bytes of the unit that
 * belong to the access. Usually there is one piece, and its lanes are the whole unit. A unit wider
 * than what is left of the access has lanes in its middle; that is how a byte is read from a device
 * with 32-bit registers. Data is a number in the device's byte order: byte k of n stands at bit 8 k
 * in little-endian and at bit 8 (n - 1 - k) in big-endian; it is swapped at the end for an accessor
 * of the other order.
 *
 * Re-entrance: a device whose callback reaches the device again, by DMA to its own registers, would
 * run with its state half changed; such accesses are refused. The devices that a thread is inside
 * of are a chain of frames on its stack.
 *
 * Locking: the big lock is taken around callbacks, unless the region has opted out or the caller
 * holds it.
 */
#include "qemu/osdep.h"

#include "memory-internal.h"
#include "qemu/bswap.h"
#include "qemu/log.h"

static bool big_endian_target; /* set before there are vCPUs */

void memory_set_target_big_endian(bool big_endian)
{
    big_endian_target = big_endian;
}

bool target_big_endian(void)
{
    return big_endian_target;
}

typedef struct Access {
    MemoryRegion *mr;
    hwaddr addr;
    unsigned size;
    bool is_write;
    bool big_endian; /* the device */
    MemTxAttrs attrs;
    uint64_t data; /* in the device's byte order */
} Access;

/* --- The region that is not there --- */

static bool unassigned_accepts(void *opaque, hwaddr addr, unsigned size, bool is_write,
                               MemTxAttrs attrs)
{
    return false;
}

static const MemoryRegionOps unassigned_ops = {
    .valid.accepts = unassigned_accepts,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

MemoryRegion *memory_region_unassigned(void)
{
    static MemoryRegion unassigned = {
        .ops = &unassigned_ops,
        .size = (Int128)1 << 64,
        .enabled = true,
        .terminates = true,
        .lockless_io = true,
        .name = "unassigned",
    };

    return &unassigned;
}

/* --- Checks --- */

static bool size_and_alignment_valid(const MemoryRegionOps *ops, hwaddr addr, unsigned size)
{
    if (!ops->valid.unaligned && (addr & (size - 1))) {
        return false;
    }
    return !ops->valid.max_access_size ||
           (size >= ops->valid.min_access_size && size <= ops->valid.max_access_size);
}

static bool past_end(const MemoryRegion *mr, hwaddr addr, unsigned size)
{
    return (Int128)addr + size > mr->size;
}

bool memory_region_access_valid(MemoryRegion *mr, hwaddr addr, unsigned size, bool is_write,
                                MemTxAttrs attrs)
{
    const MemoryRegionOps *ops = mr->ops;

    if (past_end(mr, addr, size)) {
        return false;
    }
    if (mr->ram && !(mr->rom_device && (is_write || !memory_region_is_romd(mr)))) {
        return true;
    }
    return ops && size_and_alignment_valid(ops, addr, size) &&
           (!ops->valid.accepts || ops->valid.accepts(mr->opaque, addr, size, is_write, attrs));
}

static MemTxResult refuse(const Access *a, const char *why, MemTxResult result)
{
    const char *name = a->mr->name ? a->mr->name : "anonymous";
    g_autofree char *value = NULL, *region = NULL;

    if (!qemu_loglevel_mask(LOG_GUEST_ERROR)) {
        return result;
    }
    value = a->is_write ? g_strdup_printf(" of 0x%0*" PRIx64, 2 * (int)a->size, a->data) : NULL;
    region = a->mr->ops == &unassigned_ops ? NULL : g_strdup_printf(" of '%s'", name);
    qemu_log("Invalid %s%s, %u bytes at 0x%" PRIx64 "%s: %s\n", a->is_write ? "write" : "read",
             value ? value : "", a->size, a->addr, region ? region : "", why);
    return result;
}

static MemTxResult check(const Access *a)
{
    if (a->mr->ops == &unassigned_ops) {
        return refuse(a, "nothing is there", MEMTX_DECODE_ERROR);
    }
    /* A flash's command interface is a device behind its memory. */
    if (a->attrs.memory && (!a->mr->ram || (a->mr->rom_device && a->is_write))) {
        return refuse(a, "only memory was meant", MEMTX_ACCESS_ERROR);
    }
    if (past_end(a->mr, a->addr, a->size)) {
        return refuse(a, "past the end", MEMTX_ERROR);
    }
    if (!memory_region_access_valid(a->mr, a->addr, a->size, a->is_write, a->attrs)) {
        return refuse(a, "the device does not take this size or alignment here", MEMTX_ERROR);
    }
    return MEMTX_OK;
}

/* --- RAM --- */

/* Reads of RAM and ROM, writes to RAM; little-endian. */
static void ram_access(Access *a)
{
    RAMBlock *block = a->mr->ram_block;
    uint8_t *host = block->host + a->addr;

    if (!a->is_write) {
        a->data = host_load_le(host, a->size);
    } else if (a->mr->readonly) {
        refuse(a, "read-only memory, dropped", MEMTX_OK);
    } else {
        host_store_le(host, a->size, a->data);
        RCU_READ_LOCK_GUARD();
        ram_block_written(block, a->addr, a->size, memory_region_get_dirty_log_mask(a->mr));
    }
}

/* --- Callbacks --- */

static MemTxResult call_read(const Access *a, hwaddr addr, unsigned size, uint64_t *unit)
{
    const MemoryRegionOps *ops = a->mr->ops;

    *unit = 0;
    if (ops->read) {
        *unit = ops->read(a->mr->opaque, addr, size);
        return MEMTX_OK;
    }
    if (ops->read_with_attrs) {
        return ops->read_with_attrs(a->mr->opaque, addr, unit, size, a->attrs);
    }
    return refuse(a, "write-only", MEMTX_ERROR);
}

static MemTxResult call_write(const Access *a, hwaddr addr, unsigned size, uint64_t unit)
{
    const MemoryRegionOps *ops = a->mr->ops;

    if (ops->write) {
        ops->write(a->mr->opaque, addr, unit, size);
        return MEMTX_OK;
    }
    if (ops->write_with_attrs) {
        return ops->write_with_attrs(a->mr->opaque, addr, unit, size, a->attrs);
    }
    return refuse(a, "read-only", MEMTX_ERROR);
}

static uint64_t mask_of(unsigned bytes)
{
    return ~0ull >> (64 - 8 * bytes);
}

/* The bit at which @n bytes from byte @k on stand in a number of @size bytes. */
static unsigned lane_shift(const Access *a, unsigned k, unsigned n, unsigned size)
{
    return 8 * (a->big_endian ? size - k - n : k);
}

/* The unit with which to go on at @addr, when @left bytes are left. */
static unsigned unit_size(const MemoryRegionOps *ops, hwaddr addr, unsigned left)
{
    unsigned min = ops->impl.min_access_size ? ops->impl.min_access_size : 1;
    unsigned size = ops->impl.max_access_size ? ops->impl.max_access_size : 4;

    while (size > min && (size > left || (!ops->impl.unaligned && (addr & (size - 1))))) {
        size /= 2;
    }
    return size;
}

static MemTxResult do_piece(Access *a, unsigned done, unsigned *advance)
{
    const MemoryRegionOps *ops = a->mr->ops;
    hwaddr addr = a->addr + done;
    unsigned left = a->size - done, size = unit_size(ops, addr, left);
    hwaddr base = ops->impl.unaligned ? addr : addr & ~(hwaddr)(size - 1);
    unsigned skip = (unsigned)(addr - base), n = MIN(left, size - skip);
    unsigned in_unit = lane_shift(a, skip, n, size), in_data = lane_shift(a, done, n, a->size);
    MemTxResult result;
    uint64_t unit;

    *advance = n;
    if (a->is_write) {
        unit = ((a->data >> in_data) & mask_of(n)) << in_unit;
        return call_write(a, base, size, unit);
    }
    result = call_read(a, base, size, &unit);
    a->data |= ((unit >> in_unit) & mask_of(n)) << in_data;
    return result;
}

typedef struct Frame {
    Object *device;
    struct Frame *outer;
} Frame;

static __thread Frame *frames;

static bool is_inside(const Object *device)
{
    for (const Frame *f = frames; f; f = f->outer) {
        if (f->device == device) {
            return true;
        }
    }
    return false;
}

static MemTxResult io_access(Access *a)
{
    bool guard = a->mr->guarded && !a->mr->disable_reentrancy_guard;
    Frame frame = { .device = guard ? a->mr->owner : NULL };
    MemTxResult result = MEMTX_OK;

    if (guard && is_inside(a->mr->owner)) {
        return refuse(a, "the device is accessing itself", MEMTX_ACCESS_ERROR);
    }
    frame.outer = frames;
    frames = &frame;
    for (unsigned done = 0, n; done < a->size; done += n) {
        result |= do_piece(a, done, &n);
    }
    frames = frame.outer;
    return result;
}

/* --- The two entries --- */

static bool device_big_endian(const MemoryRegion *mr)
{
    return mr->ops->endianness == DEVICE_BIG_ENDIAN ||
           (mr->ops->endianness == DEVICE_NATIVE_ENDIAN && big_endian_target);
}

static uint64_t swap_bytes(uint64_t data, unsigned size)
{
    return bswap64(data) >> (64 - 8 * size);
}

/* Checks and does the access in the device's byte order. */
static MemTxResult access_region(Access *a, bool direct)
{
    bool lock = !direct && !a->mr->lockless_io && !bql_locked();
    MemTxResult result;

    if (lock) {
        bql_lock();
    }
    result = check(a);
    if (result != MEMTX_OK) {
        a->data = 0;
    } else if (direct) {
        ram_access(a);
    } else {
        result = io_access(a);
    }
    if (lock) {
        bql_unlock();
    }
    return result;
}

static MemTxResult dispatch(Access *a, MemOp op)
{
    bool direct, swap;
    MemTxResult result;

    assert(a->size <= 8);
    for (; a->mr->alias; a->mr = a->mr->alias) {
        a->addr += a->mr->alias_offset;
    }
    direct = a->mr->ram && (!a->mr->rom_device || (!a->is_write && memory_region_is_romd(a->mr)));
    a->big_endian = !direct && a->mr->ops && device_big_endian(a->mr);
    swap = a->big_endian != memop_big_endian(op);
    if (swap && a->is_write) {
        a->data = swap_bytes(a->data, a->size);
    }
    result = access_region(a, direct);
    if (swap && !a->is_write) {
        a->data = swap_bytes(a->data, a->size);
    }
    return result;
}

MemTxResult memory_region_dispatch_read(MemoryRegion *mr, hwaddr addr, uint64_t *data, MemOp op,
                                        MemTxAttrs attrs)
{
    Access a = { .mr = mr, .addr = addr, .size = memop_size(op), .attrs = attrs };
    MemTxResult result = dispatch(&a, op);

    *data = a.data;
    return result;
}

MemTxResult memory_region_dispatch_write(MemoryRegion *mr, hwaddr addr, uint64_t data, MemOp op,
                                         MemTxAttrs attrs)
{
    unsigned size = memop_size(op);
    Access a = {
        .mr = mr,
        .addr = addr,
        .size = size,
        .is_write = true,
        .attrs = attrs,
        .data = data & mask_of(size),
    };

    return dispatch(&a, op);
}
