/* SPDX-License-Identifier: MIT */
/* Regions, address spaces, listeners, maps, RAM blocks and their bitmaps. */
#include "qemu/osdep.h"

#include "exec/cpu-common.h"
#include "qemu/bql.h"
#include "qemu/module.h"
#include "system/address-spaces.h"
#include "system/dma.h"
#include "system/memory.h"
#include "system/ram_addr.h"

#define ATTRS MEMTXATTRS_UNSPECIFIED

/* Each test maps its regions below this one, at 0, and takes them away again. */
static MemoryRegion *sys;

static uint64_t count_read(void *opaque, hwaddr addr, unsigned size)
{
    ++*(unsigned *)opaque;
    return 0x0706050403020100ull >> (8 * (addr & 7));
}

static void count_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    ++*(unsigned *)opaque;
}

static const MemoryRegionOps count_ops = {
    .read = count_read,
    .write = count_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl.max_access_size = 8,
};

static void gone(MemoryRegion *mr)
{
    if (mr->container) {
        memory_region_del_subregion(mr->container, mr);
    }
    object_unparent(OBJECT(mr));
}

/* Regions without an owner are kept by the views that show them. */
static void settle(void)
{
    drain_call_rcu();
    drain_call_rcu();
}

static MemoryTarget at(hwaddr addr, bool is_write)
{
    MemoryTarget t;

    RCU_READ_LOCK_GUARD();
    address_space_resolve(&address_space_memory, addr, 1, is_write, ATTRS, &t);
    return t;
}

static void test_ram(void)
{
    MemoryRegion ram;
    uint8_t buf[8] = { 1, 2, 3, 4, 5, 6, 7, 8 }, back[8];
    MemTxResult r;

    g_assert_true(memory_region_init_ram(&ram, NULL, "my-ram", 0x10000, &error_fatal));
    memory_region_add_subregion(sys, 0x1000, &ram);
    g_assert_true(memory_region_is_mapped(&ram));
    g_assert_cmpint(address_space_write(&address_space_memory, 0x1ffc, ATTRS, buf, 8), ==, 0);
    g_assert_cmpint(address_space_read(&address_space_memory, 0x1ffc, ATTRS, back, 8), ==, 0);
    g_assert_cmpmem(buf, 8, back, 8);
    g_assert_cmphex(ldl_le_phys(&address_space_memory, 0x1ffd), ==, 0x05040302);
    g_assert_cmphex(address_space_ldq_be(&address_space_memory, 0x1ffc, ATTRS, &r), ==,
                    0x0102030405060708ull);
    g_assert_cmpint(r, ==, MEMTX_OK);
    stw_be_phys(&address_space_memory, 0x2000, 0xabcd);
    g_assert_cmphex(((uint8_t *)memory_region_get_ram_ptr(&ram))[0x1000], ==, 0xab);
    g_assert_cmpuint(memory_region_size(&ram), ==, 0x10000);
    g_assert_cmpuint(object_property_get_uint(OBJECT(&ram), "size", &error_abort), ==, 0x10000);
    g_assert_cmpuint(object_property_get_uint(OBJECT(&ram), "addr", &error_abort), ==, 0x1000);
    /* Half in, half out: the part that is there is read, the rest fails. */
    g_assert_cmpint(address_space_read(&address_space_memory, 0x10ffc, ATTRS, back, 8), ==,
                    MEMTX_DECODE_ERROR);
    gone(&ram);
    settle();
}

static void test_rom(void)
{
    MemoryRegion rom;
    uint32_t v = 0x11223344;

    g_assert_true(memory_region_init_rom(&rom, NULL, "rom", 0x1000, &error_fatal));
    memory_region_add_subregion(sys, 0, &rom);
    stl_le_phys(&address_space_memory, 0, v);
    g_assert_cmphex(ldl_le_phys(&address_space_memory, 0), ==, 0);
    g_assert_cmpint(address_space_write(&address_space_memory, 0, ATTRS, &v, 4), ==, MEMTX_OK);
    g_assert_cmphex(ldl_le_phys(&address_space_memory, 0), ==, 0);
    g_assert_true(at(0, true).readonly && !at(0, true).host && at(0, false).host);
    address_space_write_rom(&address_space_memory, 0, ATTRS, &v, 4);
    g_assert_cmphex(ldl_le_phys(&address_space_memory, 0), ==, GUINT32_FROM_LE(v));
    g_assert_true(memory_region_is_rom(&rom));
    gone(&rom);
    settle();
}

static void test_rom_device(void)
{
    MemoryRegion mr;
    unsigned calls = 0;

    memory_region_init_rom_device(&mr, NULL, &count_ops, &calls, "flash", 0x1000, &error_fatal);
    memory_region_add_subregion(sys, 0, &mr);
    memset(memory_region_get_ram_ptr(&mr), 0x5a, 0x1000);
    g_assert_cmphex(ldub_phys(&address_space_memory, 4), ==, 0x5a);
    g_assert_cmpuint(calls, ==, 0);
    stb_phys(&address_space_memory, 4, 1);
    g_assert_cmpuint(calls, ==, 1);
    memory_region_rom_device_set_romd(&mr, false);
    g_assert_false(memory_region_is_romd(&mr));
    g_assert_cmphex(ldub_phys(&address_space_memory, 4), ==, 0x04);
    g_assert_cmpuint(calls, ==, 2);
    g_assert_null(at(4, false).host);
    memory_region_rom_device_set_romd(&mr, true);
    g_assert_cmphex(ldub_phys(&address_space_memory, 4), ==, 0x5a);
    gone(&mr);
    settle();
}

static void test_unassigned(void)
{
    MemTxResult r;
    uint8_t buf[16] = { 1, 2, 3 };

    g_assert_cmphex(address_space_ldl_le(&address_space_memory, 0x1234, ATTRS, &r), ==, 0);
    g_assert_cmpint(r, ==, MEMTX_DECODE_ERROR);
    address_space_stb(&address_space_memory, 0x1234, 1, ATTRS, &r);
    g_assert_cmpint(r, ==, MEMTX_DECODE_ERROR);
    r = address_space_read(&address_space_memory, HWADDR_MAX - 15, ATTRS, buf, 16);
    g_assert_cmpint(r, ==, MEMTX_DECODE_ERROR);
    g_assert_cmphex(buf[0], ==, 0);
    g_assert_false(address_space_access_valid(&address_space_memory, 0, 1, false, ATTRS));
}

static void test_overlap(void)
{
    MemoryRegion low, high, late;
    unsigned calls = 0;

    memory_region_init_io(&low, NULL, &count_ops, &calls, "low", 0x3000);
    memory_region_init_io(&high, NULL, &count_ops, &calls, "high", 0x1000);
    memory_region_init_io(&late, NULL, &count_ops, &calls, "late", 0x1000);
    memory_region_add_subregion_overlap(sys, 0, &low, 0);
    memory_region_add_subregion_overlap(sys, 0x1000, &high, 5);
    memory_region_add_subregion_overlap(sys, 0x800, &late, 0);
    g_assert_true(at(0x7ff, false).mr == &low);
    g_assert_true(at(0x800, false).mr == &late);
    g_assert_true(at(0x1000, false).mr == &high);
    g_assert_true(at(0x2000, false).mr == &low);
    g_assert_cmphex(at(0x2000, false).offset, ==, 0x2000);
    memory_region_set_enabled(&high, false);
    g_assert_true(at(0x1000, false).mr == &late);
    g_assert_true(at(0x1800, false).mr == &low);
    memory_region_set_enabled(&high, true);
    memory_region_set_address(&high, 0);
    g_assert_true(at(0, false).mr == &high);
    gone(&high);
    gone(&late);
    gone(&low);
    settle();
}

static void test_alias_and_top(void)
{
    MemoryRegion ram, alias, rom_alias;
    MemoryRegionSection s;

    memory_region_init_ram(&ram, NULL, "ram", 0x4000, &error_fatal);
    memory_region_init_alias(&alias, NULL, "alias", &ram, 0x1000, 0x1000);
    memory_region_init_alias(&rom_alias, NULL, "rom-alias", &ram, 0, 0x1000);
    memory_region_set_readonly(&rom_alias, true);
    memory_region_add_subregion(sys, 0x40000000, &ram);
    memory_region_add_subregion(sys, HWADDR_MAX - 0xfff, &alias);
    memory_region_add_subregion(sys, 0x1000, &rom_alias);
    stl_le_phys(&address_space_memory, HWADDR_MAX - 3, 0xdeadbeef);
    g_assert_cmphex(ldl_le_phys(&address_space_memory, 0x40001ffc), ==, 0xdeadbeef);
    stl_le_phys(&address_space_memory, 0x1000, 7);
    g_assert_cmphex(ldl_le_phys(&address_space_memory, 0x40000000), ==, 0);
    stl_le_phys(&address_space_memory, 0x40000000, 7);
    g_assert_cmphex(ldl_le_phys(&address_space_memory, 0x1000), ==, 7);
    g_assert_true(memory_region_get_ram_ptr(&alias) ==
                  (uint8_t *)memory_region_get_ram_ptr(&ram) + 0x1000);

    s = memory_region_find(sys, 0x3ffff000, 0x2000);
    g_assert_true(s.mr == &ram);
    g_assert_cmphex(s.offset_within_address_space, ==, 0x40000000);
    g_assert_cmphex(int128_get64(s.size), ==, 0x1000);
    memory_region_unref(s.mr);
    g_assert_false(memory_region_present(sys, 0x80000000));
    g_assert_true(memory_region_present(sys, 0x1fff));
    gone(&rom_alias);
    gone(&alias);
    gone(&ram);
    settle();
}

/* --- Listeners --- */

typedef struct Log {
    MemoryListener listener;
    GString *text;
} Log;

static void log_begin(MemoryListener *l)
{
    g_string_append(container_of(l, Log, listener)->text, "(");
}

static void log_commit(MemoryListener *l)
{
    g_string_append(container_of(l, Log, listener)->text, ")");
}

static void log_section(MemoryListener *l, const char *what, MemoryRegionSection *s)
{
    g_string_append_printf(container_of(l, Log, listener)->text, " %s %s %" PRIx64 "+%" PRIx64,
                           what, s->mr->name, s->offset_within_address_space,
                           int128_get64(s->size));
}

static void log_add(MemoryListener *l, MemoryRegionSection *s)
{
    log_section(l, "+", s);
}

static void log_del(MemoryListener *l, MemoryRegionSection *s)
{
    log_section(l, "-", s);
}

static void log_log_start(MemoryListener *l, MemoryRegionSection *s, int old_mask, int new_mask)
{
    log_section(l, "log", s);
}

static void log_log_stop(MemoryListener *l, MemoryRegionSection *s, int old_mask, int new_mask)
{
    log_section(l, "nolog", s);
}

static void expect(Log *log, const char *text)
{
    g_assert_cmpstr(log->text->str, ==, text);
    g_string_truncate(log->text, 0);
}

static void test_listener(void)
{
    Log log = {
        .listener = { .name = "test",
                      .begin = log_begin,
                      .commit = log_commit,
                      .region_add = log_add,
                      .region_del = log_del,
                      .log_start = log_log_start,
                      .log_stop = log_log_stop },
        .text = g_string_new(NULL),
    };
    MemoryRegion a, b;
    unsigned calls;

    memory_region_init_ram(&a, NULL, "a", 0x3000, &error_fatal);
    memory_region_init_io(&b, NULL, &count_ops, &calls, "b", 0x1000);
    memory_region_add_subregion(sys, 0, &a);
    memory_listener_register(&log.listener, &address_space_memory);
    expect(&log, "( + a 0+3000)");
    memory_region_add_subregion_overlap(sys, 0x1000, &b, 1);
    expect(&log, "( - a 0+3000 + a 0+1000 + b 1000+1000 + a 2000+1000)");
    memory_region_transaction_begin();
    memory_region_set_enabled(&b, false);
    memory_region_set_enabled(&b, true);
    memory_region_transaction_commit();
    expect(&log, "()");
    memory_region_transaction_begin();
    memory_region_transaction_commit();
    expect(&log, "");
    memory_region_set_log(&a, true, DIRTY_MEMORY_VGA);
    expect(&log, "( log a 0+1000 log a 2000+1000)");
    memory_region_set_log(&a, false, DIRTY_MEMORY_VGA);
    expect(&log, "( nolog a 0+1000 nolog a 2000+1000)");
    gone(&b);
    expect(&log, "( - a 0+1000 - b 1000+1000 - a 2000+1000 + a 0+3000)");
    memory_listener_unregister(&log.listener);
    expect(&log, "( - a 0+3000)");
    gone(&a);
    g_string_free(log.text, true);
    settle();
}

/* --- Maps --- */

static void test_map(void)
{
    MemoryRegion ram, io;
    unsigned calls = 0;
    hwaddr len = 0x3000;
    uint8_t *p;

    memory_region_init_ram(&ram, NULL, "ram", 0x2000, &error_fatal);
    memory_region_init_io(&io, NULL, &count_ops, &calls, "io", 0x1000);
    memory_region_add_subregion(sys, 0, &ram);
    memory_region_add_subregion(sys, 0x2000, &io);

    p = cpu_physical_memory_map(0x1000, &len, true);
    g_assert_cmphex(len, ==, 0x1000);
    p[5] = 0x77;
    cpu_physical_memory_unmap(p, len, true, len);
    g_assert_cmphex(ldub_phys(&address_space_memory, 0x1005), ==, 0x77);

    len = 0x2000;
    p = cpu_physical_memory_map(0x2000, &len, false);
    g_assert_cmphex(len, ==, 0x1000);
    g_assert_cmphex(p[3], ==, 3);
    /* The room for bounce buffers is used up, until this one is given back. */
    hwaddr more = 0x10;
    g_assert_null(cpu_physical_memory_map(0x2000, &more, false));
    g_assert_cmphex(more, ==, 0);
    len = 1;
    g_assert_null(cpu_physical_memory_map(0x1000000, &len, false));
    g_assert_cmphex(len, ==, 0);
    cpu_physical_memory_unmap(p, 0x1000, false, 0x1000);
    gone(&io);
    gone(&ram);
    settle();
}

/* --- RAM blocks --- */

static GArray *code_writes; /* of ram_addr_t pairs */

static void note_code_write(ram_addr_t start, ram_addr_t len)
{
    g_array_append_val(code_writes, start);
    g_array_append_val(code_writes, len);
}

static void expect_code_write(ram_addr_t start, ram_addr_t len)
{
    g_assert_cmpuint(code_writes->len, ==, 2);
    g_assert_cmphex(g_array_index(code_writes, ram_addr_t, 0), ==, start);
    g_assert_cmphex(g_array_index(code_writes, ram_addr_t, 1), ==, len);
    g_array_set_size(code_writes, 0);
}

static void test_code_marks(void)
{
    MemoryRegion other, ram;
    uint8_t buf[0x3000] = { 0 };
    ram_addr_t base;

    code_writes = g_array_new(false, false, sizeof(ram_addr_t));
    physical_memory_set_code_write_hook(note_code_write);
    memory_region_init_ram(&other, NULL, "other", 0x5000, &error_fatal);
    memory_region_init_ram(&ram, NULL, "ram", 0x100000, &error_fatal);
    memory_region_add_subregion(sys, 0x1000, &ram);
    base = memory_region_get_ram_addr(&ram);
    g_assert_cmphex(base, !=, memory_region_get_ram_addr(&other));

    stl_le_phys(&address_space_memory, 0x3000, 1);
    g_assert_cmpuint(code_writes->len, ==, 0);
    physical_memory_mark_code(base + 0x2000, 4);
    g_assert_true(physical_memory_is_code(base + 0x2fff));
    g_assert_false(physical_memory_is_code(base + 0x3000));
    stl_le_phys(&address_space_memory, 0x3010, 1);
    expect_code_write(base + 0x2010, 4);
    address_space_write(&address_space_memory, 0x2800, ATTRS, buf, sizeof(buf));
    expect_code_write(base + 0x2000, 0x1000);
    address_space_write_rom(&address_space_memory, 0x3f00, ATTRS, buf, 0x200);
    expect_code_write(base + 0x2f00, 0x100);
    memory_region_dispatch_write(&ram, 0x2000, 1, MO_32, ATTRS);
    expect_code_write(base + 0x2000, 4);
    physical_memory_unmark_code(base + 0x2000, 1);
    stl_le_phys(&address_space_memory, 0x3010, 1);
    g_assert_cmpuint(code_writes->len, ==, 0);

    physical_memory_set_code_write_hook(NULL);
    g_array_free(code_writes, true);
    gone(&other);
    gone(&ram);
    settle();
}

static void test_dirty(void)
{
    MemoryRegion ram;
    DirtyBitmapSnapshot *snap;

    memory_region_init_ram(&ram, NULL, "vram", 0x100000, &error_fatal);
    memory_region_add_subregion(sys, 0, &ram);
    g_assert_true(memory_region_get_dirty(&ram, 0, 0x100000, DIRTY_MEMORY_VGA));
    memory_region_reset_dirty(&ram, 0, 0x100000, DIRTY_MEMORY_VGA);
    g_assert_false(memory_region_get_dirty(&ram, 0, 0x100000, DIRTY_MEMORY_VGA));
    stb_phys(&address_space_memory, 0x41000, 1); /* not watched yet */
    g_assert_false(memory_region_get_dirty(&ram, 0x41000, 1, DIRTY_MEMORY_VGA));
    memory_region_set_log(&ram, true, DIRTY_MEMORY_VGA);
    stq_le_phys(&address_space_memory, 0x41ffc, 1); /* over a page's end */
    g_assert_false(memory_region_get_dirty(&ram, 0x40fff, 1, DIRTY_MEMORY_VGA));
    g_assert_true(memory_region_get_dirty(&ram, 0x41000, 1, DIRTY_MEMORY_VGA));
    g_assert_true(memory_region_get_dirty(&ram, 0x42fff, 1, DIRTY_MEMORY_VGA));
    snap = memory_region_snapshot_and_clear_dirty(&ram, 0x40800, 0x10000, DIRTY_MEMORY_VGA);
    g_assert_true(memory_region_snapshot_get_dirty(&ram, snap, 0x42000, 0x1000));
    g_assert_false(memory_region_snapshot_get_dirty(&ram, snap, 0x43000, 0x1000));
    g_assert_false(memory_region_get_dirty(&ram, 0, 0x100000, DIRTY_MEMORY_VGA));
    g_free(snap);
    memory_region_set_log(&ram, false, DIRTY_MEMORY_VGA);
    memory_global_dirty_log_start();
    physical_memory_test_and_clear_dirty(memory_region_get_ram_addr(&ram), 0x100000,
                                         DIRTY_MEMORY_MIGRATION);
    stb_phys(&address_space_memory, 0x7000, 1);
    g_assert_true(memory_region_get_dirty(&ram, 0x7000, 1, DIRTY_MEMORY_MIGRATION));
    memory_global_dirty_log_stop();
    gone(&ram);
    settle();
}

static void test_too_large(void)
{
    MemoryRegion ram;
    Error *err = NULL;

    g_assert_false(memory_region_init_ram(&ram, NULL, "huge", 1ull << 60, &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "1 EiB"));
    g_assert_nonnull(strstr(error_get_pretty(err), "'huge'"));
    error_free(err);
    err = NULL;
    g_assert_false(memory_region_init_ram(&ram, NULL, "none", 0, &err));
    g_assert_nonnull(err);
    error_free(err);
}

static void test_blocks(void)
{
    MemoryRegion a, b, c;
    uint8_t *host;
    ram_addr_t offset;

    memory_region_init_ram(&a, NULL, "same", 0x1000, &error_fatal);
    memory_region_init_ram(&b, NULL, "same", 0x400000, &error_fatal);
    g_assert_cmpstr(qemu_ram_get_idstr(a.ram_block), ==, "same");
    g_assert_cmpstr(qemu_ram_get_idstr(b.ram_block), ==, "same.1");
    RCU_READ_LOCK_GUARD();
    host = memory_region_get_ram_ptr(&b);
    g_assert_cmphex((uintptr_t)host & ((2 << 20) - 1), ==, 0);
    g_assert_true(memory_region_from_host(host + 0x1234, &offset) == &b);
    g_assert_cmphex(offset, ==, 0x1234);
    g_assert_true(qemu_get_ram_block(b.ram_block->offset + 0x3fffff) == b.ram_block);
    g_assert_null(qemu_get_ram_block(a.ram_block->offset + 0x1000));
    g_assert_null(memory_region_from_host(&offset, &offset));
    g_assert_cmphex(qemu_ram_total(), ==, 0x401000);
    /* The space of a freed block is used again. */
    offset = a.ram_block->offset;
    object_unparent(OBJECT(&a));
    memory_region_init_ram(&c, NULL, "c", 0x1000, &error_fatal);
    g_assert_cmphex(memory_region_get_ram_addr(&c), ==, offset);
    object_unparent(OBJECT(&b));
    object_unparent(OBJECT(&c));
}

static void test_mtree(void)
{
    MemoryRegion ram, alias, io;
    unsigned calls;
    g_autoptr(GString) out = g_string_new(NULL);

    memory_region_init_ram(&ram, NULL, "mach.ram", 0x10000, &error_fatal);
    memory_region_init_alias(&alias, NULL, "low", &ram, 0x2000, 0x1000);
    memory_region_init_io(&io, NULL, &count_ops, &calls, "uart", 0x1000);
    memory_region_add_subregion(sys, 0x40000000, &ram);
    memory_region_add_subregion(sys, 0x9000000, &io);
    memory_region_add_subregion(sys, 0, &alias);
    mtree_print(out, (MtreeOptions){ .flatview = false });
    g_assert_true(g_str_has_prefix(
        out->str, "address-space: memory\n"
                  "  0000000000000000-ffffffffffffffff (prio 0, i/o): system\n"
                  "    0000000000000000-0000000000000fff (prio 0, ram): alias low @mach.ram "
                  "0000000000002000-0000000000002fff\n"
                  "    0000000009000000-0000000009000fff (prio 0, i/o): uart\n"
                  "    0000000040000000-000000004000ffff (prio 0, ram): mach.ram\n\n"));
    g_string_truncate(out, 0);
    mtree_print(out, (MtreeOptions){ .flatview = true });
    g_assert_true(g_str_has_prefix(
        out->str, "FlatView #0\n"
                  " AS \"memory\", root: system\n"
                  " Root memory region: system\n"
                  "  0000000000000000-0000000000000fff (prio 0, ram): mach.ram @0000000000002000\n"
                  "  0000000009000000-0000000009000fff (prio 0, i/o): uart\n"
                  "  0000000040000000-000000004000ffff (prio 0, ram): mach.ram\n\n"));
    gone(&io);
    gone(&alias);
    gone(&ram);
    settle();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    bql_lock();
    sys = get_system_memory();
    g_test_add_func("/memory/ram", test_ram);
    g_test_add_func("/memory/rom", test_rom);
    g_test_add_func("/memory/rom-device", test_rom_device);
    g_test_add_func("/memory/unassigned", test_unassigned);
    g_test_add_func("/memory/overlap", test_overlap);
    g_test_add_func("/memory/alias-and-top", test_alias_and_top);
    g_test_add_func("/memory/listener", test_listener);
    g_test_add_func("/memory/map", test_map);
    g_test_add_func("/memory/code-marks", test_code_marks);
    g_test_add_func("/memory/dirty", test_dirty);
    g_test_add_func("/memory/too-large", test_too_large);
    g_test_add_func("/memory/blocks", test_blocks);
    g_test_add_func("/memory/mtree", test_mtree);
    return g_test_run();
}
