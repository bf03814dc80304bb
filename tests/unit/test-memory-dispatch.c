/* SPDX-License-Identifier: MIT */
/*
 * Accesses to I/O regions: for each combination of byte order, .impl sizes, access size, offset and
 * accessor's order, a device that is an array of bytes gives the bytes that memory would give, and
 * its callbacks see nothing that .impl excludes.
 */
#include "qemu/osdep.h"

#include "qemu/bql.h"
#include "qemu/bswap.h"
#include "qemu/module.h"
#include "qemu/thread.h"
#include "system/memory.h"

#define ATTRS MEMTXATTRS_UNSPECIFIED

typedef struct Device {
    MemoryRegion mr;
    MemoryRegionOps ops;
    uint8_t bytes[32];
    unsigned calls, min_seen, max_seen;
} Device;

static void check_call(Device *d, hwaddr addr, unsigned size)
{
    unsigned min = d->ops.impl.min_access_size, max = d->ops.impl.max_access_size;

    g_assert_cmpuint(size, >=, min ? min : 1);
    g_assert_cmpuint(size, <=, max ? max : 4);
    g_assert_true(d->ops.impl.unaligned || !(addr & (size - 1)));
    g_assert_cmpuint(addr + size, <=, sizeof(d->bytes));
    g_assert_true(bql_locked() || d->mr.lockless_io);
    d->calls++;
    d->min_seen = MIN(d->min_seen, size);
    d->max_seen = MAX(d->max_seen, size);
}

static uint64_t dev_read(void *opaque, hwaddr addr, unsigned size)
{
    Device *d = opaque;

    check_call(d, addr, size);
    return d->ops.endianness == DEVICE_BIG_ENDIAN ? ldn_be_p(d->bytes + addr, (int)size)
                                                  : ldn_le_p(d->bytes + addr, (int)size);
}

static void dev_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    Device *d = opaque;

    check_call(d, addr, size);
    if (d->ops.endianness == DEVICE_BIG_ENDIAN) {
        stn_be_p(d->bytes + addr, (int)size, data);
    } else {
        stn_le_p(d->bytes + addr, (int)size, data);
    }
}

static void device_reset(Device *d)
{
    for (unsigned i = 0; i < sizeof(d->bytes); i++) {
        d->bytes[i] = (uint8_t)(0x10 + i);
    }
    d->calls = 0;
    d->min_seen = 8;
    d->max_seen = 0;
}

static void device_init(Device *d, enum device_endian endian, unsigned min, unsigned max)
{
    memset(d, 0, sizeof(*d));
    d->ops = (MemoryRegionOps){
        .read = dev_read,
        .write = dev_write,
        .endianness = endian,
        .valid.unaligned = true,
        .impl = { .min_access_size = min, .max_access_size = max },
    };
    device_reset(d);
    memory_region_init_io(&d->mr, NULL, &d->ops, d, "dev", sizeof(d->bytes));
}

static void device_done(Device *d)
{
    object_unparent(OBJECT(&d->mr));
}

static void check_access(Device *d, unsigned offset, unsigned size, bool big)
{
    MemOp op = size_memop(size) | (big ? MO_BE : MO_LE);
    uint8_t old[sizeof(d->bytes)];
    uint64_t v, want = big ? ldn_be_p(d->bytes + offset, (int)size)
                           : ldn_le_p(d->bytes + offset, (int)size);
    unsigned impl_min = d->ops.impl.min_access_size;

    memcpy(old, d->bytes, sizeof(old));
    g_assert_cmpint(memory_region_dispatch_read(&d->mr, offset, &v, op, ATTRS), ==, MEMTX_OK);
    g_assert_cmphex(v, ==, want);
    want = 0xf1e2d3c4b5a69788ull >> (64 - 8 * size);
    g_assert_cmpint(memory_region_dispatch_write(&d->mr, offset, want, op, ATTRS), ==, MEMTX_OK);
    v = big ? ldn_be_p(d->bytes + offset, (int)size) : ldn_le_p(d->bytes + offset, (int)size);
    g_assert_cmphex(v, ==, want);
    /* The rest is untouched; or 0 in units that are wider than the access. */
    for (unsigned i = 0; i < sizeof(old); i++) {
        bool inside = i >= offset && i < offset + size;
        bool same_unit = impl_min > 1 && i / impl_min >= offset / impl_min &&
                         i / impl_min <= (offset + size - 1) / impl_min;

        if (!inside) {
            g_assert_cmphex(d->bytes[i], ==, same_unit ? 0 : old[i]);
        }
    }
    device_reset(d);
}

static void test_all_sizes(void)
{
    static const unsigned limits[][2] = { { 1, 1 }, { 1, 2 }, { 1, 4 }, { 1, 8 }, { 2, 2 },
                                          { 2, 4 }, { 4, 4 }, { 4, 8 }, { 8, 8 }, { 0, 0 } };

    for (unsigned e = 0; e < 2; e++) {
        for (unsigned l = 0; l < ARRAY_SIZE(limits); l++) {
            Device d;

            device_init(&d, e ? DEVICE_BIG_ENDIAN : DEVICE_LITTLE_ENDIAN, limits[l][0],
                        limits[l][1]);
            for (unsigned k = 0; k < 4 * 16 * 2; k++) {
                check_access(&d, (k >> 3) & 15, 1u << (k & 3), k & 4);
            }
            device_done(&d);
        }
    }
}

static void test_unit_choice(void)
{
    Device d;
    uint64_t v;

    device_init(&d, DEVICE_LITTLE_ENDIAN, 1, 8);
    memory_region_dispatch_read(&d.mr, 8, &v, MO_64 | MO_LE, ATTRS);
    g_assert_cmpuint(d.calls, ==, 1);
    device_reset(&d);
    memory_region_dispatch_read(&d.mr, 4, &v, MO_64 | MO_LE, ATTRS);
    g_assert_cmpuint(d.calls, ==, 2);
    g_assert_cmpuint(d.max_seen, ==, 4);
    d.ops.impl.unaligned = true;
    device_reset(&d);
    memory_region_dispatch_read(&d.mr, 3, &v, MO_64 | MO_LE, ATTRS);
    g_assert_cmpuint(d.calls, ==, 1);
    g_assert_cmphex(v, ==, 0x1a19181716151413ull);
    device_done(&d);
}

static void test_native(void)
{
    Device d;
    uint64_t v;

    device_init(&d, DEVICE_NATIVE_ENDIAN, 4, 4);
    memory_region_dispatch_read(&d.mr, 0, &v, MO_32 | MO_BE, ATTRS);
    g_assert_cmphex(v, ==, 0x10111213);
    memory_set_target_big_endian(true);
    memory_region_dispatch_read(&d.mr, 0, &v, MO_32 | MO_BE, ATTRS);
    g_assert_cmphex(v, ==, 0x13121110);
    memory_set_target_big_endian(false);
    device_done(&d);
}

static bool odd_only(void *opaque, hwaddr addr, unsigned size, bool is_write, MemTxAttrs attrs)
{
    return (addr & 4) != 0;
}

static void test_valid(void)
{
    Device d;
    uint64_t v = 1;

    device_init(&d, DEVICE_LITTLE_ENDIAN, 4, 4);
    d.ops.valid.unaligned = false;
    d.ops.valid.min_access_size = 2;
    d.ops.valid.max_access_size = 4;
    g_assert_cmpint(memory_region_dispatch_read(&d.mr, 0, &v, MO_8, ATTRS), ==, MEMTX_ERROR);
    g_assert_cmphex(v, ==, 0);
    g_assert_cmpint(memory_region_dispatch_read(&d.mr, 0, &v, MO_64, ATTRS), ==, MEMTX_ERROR);
    g_assert_cmpint(memory_region_dispatch_read(&d.mr, 2, &v, MO_32, ATTRS), ==, MEMTX_ERROR);
    g_assert_cmpint(memory_region_dispatch_read(&d.mr, 2, &v, MO_16, ATTRS), ==, MEMTX_OK);
    g_assert_cmphex(v, ==, 0x1312);
    g_assert_cmpint(memory_region_dispatch_write(&d.mr, 32, 0, MO_32, ATTRS), ==, MEMTX_ERROR);
    g_assert_cmpint(memory_region_dispatch_read(&d.mr, HWADDR_MAX - 3, &v, MO_32, ATTRS), ==,
                    MEMTX_ERROR);
    d.ops.valid.accepts = odd_only;
    g_assert_cmpint(memory_region_dispatch_read(&d.mr, 0, &v, MO_32, ATTRS), ==, MEMTX_ERROR);
    g_assert_cmpint(memory_region_dispatch_read(&d.mr, 4, &v, MO_32, ATTRS), ==, MEMTX_OK);
    d.ops.read = NULL;
    g_assert_cmpint(memory_region_dispatch_read(&d.mr, 4, &v, MO_32, ATTRS), ==, MEMTX_ERROR);
    MemTxAttrs memory_only = { .memory = 1 };
    g_assert_cmpint(memory_region_dispatch_write(&d.mr, 4, 0, MO_32, memory_only), ==,
                    MEMTX_ACCESS_ERROR);
    device_done(&d);
}

static MemTxResult attrs_read(void *opaque, hwaddr addr, uint64_t *data, unsigned size,
                              MemTxAttrs attrs)
{
    *data = attrs.requester_id;
    return addr >= 8 ? MEMTX_DECODE_ERROR : MEMTX_OK;
}

static void test_attrs(void)
{
    Device d;
    uint64_t v;
    MemTxAttrs attrs = { .requester_id = 0x1234 };

    device_init(&d, DEVICE_LITTLE_ENDIAN, 4, 4);
    d.ops.read = NULL;
    d.ops.read_with_attrs = attrs_read;
    g_assert_cmpint(memory_region_dispatch_read(&d.mr, 4, &v, MO_64 | MO_LE, attrs), ==,
                    MEMTX_DECODE_ERROR); /* its second half */
    g_assert_cmphex(v, ==, 0x0000123400001234ull);
    device_done(&d);
}

/* A long copy meets the device in aligned pieces of its sizes. */
static void test_copy(void)
{
    Device d;
    AddressSpace as;
    MemoryRegion root;
    uint8_t buf[32];

    device_init(&d, DEVICE_BIG_ENDIAN, 1, 4);
    d.ops.valid.unaligned = false;
    memory_region_init(&root, NULL, "root", UINT64_MAX);
    address_space_init(&as, &root, "copy");
    memory_region_add_subregion(&root, 0x1000, &d.mr);
    g_assert_cmpint(address_space_read(&as, 0x1001, ATTRS, buf, 30), ==, MEMTX_OK);
    g_assert_cmpmem(buf, 30, d.bytes + 1, 30);
    g_assert_cmpuint(d.calls, ==, 1 + 1 + 6 + 1 + 1);
    memset(buf, 0xee, sizeof(buf));
    g_assert_cmpint(address_space_write(&as, 0x1003, ATTRS, buf, 7), ==, MEMTX_OK);
    g_assert_cmphex(d.bytes[2], ==, 0x12);
    g_assert_cmphex(d.bytes[3], ==, 0xee);
    g_assert_cmphex(d.bytes[9], ==, 0xee);
    g_assert_cmphex(d.bytes[10], ==, 0x1a);
    memory_region_del_subregion(&root, &d.mr);
    address_space_destroy(&as);
    object_unparent(OBJECT(&root));
    device_done(&d);
    drain_call_rcu();
    drain_call_rcu();
}

/* From a thread without the big lock; check_call() looks. */
static void *unlocked_reader(void *opaque)
{
    Device *d = opaque;
    uint64_t v;

    g_assert_false(bql_locked());
    memory_region_dispatch_read(&d->mr, 0, &v, MO_32, ATTRS);
    g_assert_false(bql_locked());
    return NULL;
}

static void test_locking(void)
{
    Device d;
    QemuThread t;

    device_init(&d, DEVICE_LITTLE_ENDIAN, 4, 4);
    for (int lockless = 0; lockless < 2; lockless++) {
        if (lockless) {
            memory_region_enable_lockless_io(&d.mr);
        } else {
            bql_unlock();
        }
        qemu_thread_create(&t, "reader", unlocked_reader, &d, QEMU_THREAD_JOINABLE);
        qemu_thread_join(&t); /* the second time we hold the lock, and it does not matter */
        if (!lockless) {
            bql_lock();
        }
    }
    g_assert_cmpuint(d.calls, ==, 2);
    device_done(&d);
}

/* --- A device that reaches itself --- */

#define TYPE_LOOPER "test-looper"
typedef struct Looper {
    Object parent_obj;
    MemoryRegion mr;
    MemTxResult inner;
} Looper;
DECLARE_INSTANCE_CHECKER(Looper, LOOPER, TYPE_LOOPER)

static uint64_t looper_read(void *opaque, hwaddr addr, unsigned size)
{
    Looper *l = opaque;
    uint64_t v = 0;

    if (addr == 0) {
        l->inner = memory_region_dispatch_read(&l->mr, 4, &v, MO_32, ATTRS);
    }
    return v + 1;
}

static const MemoryRegionOps looper_ops = {
    .read = looper_read,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static void test_reentrance(void)
{
    Looper *l = LOOPER(object_new(TYPE_LOOPER));
    uint64_t v;

    memory_region_init_io(&l->mr, OBJECT(l), &looper_ops, l, "looper", 16);
    l->mr.guarded = true; /* as the region of a device is */
    memory_region_dispatch_read(&l->mr, 0, &v, MO_32, ATTRS);
    g_assert_cmpint(l->inner, ==, MEMTX_ACCESS_ERROR);
    l->mr.disable_reentrancy_guard = true;
    memory_region_dispatch_read(&l->mr, 0, &v, MO_32, ATTRS);
    g_assert_cmpint(l->inner, ==, MEMTX_OK);
    g_assert_cmphex(v, ==, 2);
    object_unref(OBJECT(l));
}

static const TypeInfo looper_info = {
    .name = TYPE_LOOPER,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(Looper),
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    type_register_static(&looper_info);
    bql_lock();
    g_test_add_func("/memory/dispatch/all-sizes", test_all_sizes);
    g_test_add_func("/memory/dispatch/unit-choice", test_unit_choice);
    g_test_add_func("/memory/dispatch/native", test_native);
    g_test_add_func("/memory/dispatch/valid", test_valid);
    g_test_add_func("/memory/dispatch/attrs", test_attrs);
    g_test_add_func("/memory/dispatch/copy", test_copy);
    g_test_add_func("/memory/dispatch/locking", test_locking);
    g_test_add_func("/memory/dispatch/reentrance", test_reentrance);
    return g_test_run();
}
