/* SPDX-License-Identifier: MIT */
/* fw_cfg through its registers and by DMA, as firmware and Linux drive it. */
#include "device-harness.h"

#include "hw/boards.h"
#include "hw/nvram/fw_cfg.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/units.h"

enum {
    BASE = 0x09020000,
    DATA = BASE,
    SELECTOR = BASE + 8,
    DMA = BASE + 16,
    RAM = 0x40000000,
    DESCRIPTOR = RAM + 0x100,
    BUFFER = RAM + 0x1000,
};

static FWCfgState *fw_cfg;
static MemoryRegion ram;
static uint8_t writable[8];
static int selected, written;

static void select_key(uint16_t key)
{
    harness_write(SELECTOR, bswap16(key), 2);
}

static uint64_t read_be(hwaddr addr, unsigned size)
{
    return bswap64(harness_read(addr, size)) >> (64 - 8 * size);
}

static void read_bytes(void *buf, size_t len)
{
    for (size_t n = 0; n < len; n++) {
        ((uint8_t *)buf)[n] = harness_read(DATA, 1);
    }
}

/* The control word that the device left. */
static uint32_t dma(uint32_t control, uint32_t length, uint64_t address)
{
    FWCfgDmaAccess d = { cpu_to_be32(control), cpu_to_be32(length), cpu_to_be64(address) };

    address_space_write(&address_space_memory, DESCRIPTOR, MEMTXATTRS_UNSPECIFIED, &d, sizeof(d));
    harness_write(DMA, bswap64(DESCRIPTOR), 8);
    return read_be(DESCRIPTOR, 4);
}

/* The key of a file by the directory, and its size. */
static uint16_t find_file(const char *name, uint32_t *size)
{
    FWCfgFile f;
    uint32_t count;

    select_key(FW_CFG_FILE_DIR);
    read_bytes(&count, 4);
    for (count = bswap32(count); count > 0; count--) {
        read_bytes(&f, sizeof(f));
        if (!strcmp(f.name, name)) {
            *size = bswap32(f.size);
            return bswap16(f.select);
        }
    }
    return 0;
}

static void test_signature(void)
{
    char text[8] = "";

    device_cold_reset(DEVICE(fw_cfg)); /* selects the signature */
    read_bytes(text, 6);
    g_assert_cmpstr(text, ==, "QEMU"); /* beyond the end: zeros */
    select_key(FW_CFG_ID);
    g_assert_cmphex(r32(DATA), ==, 3);
    g_assert_cmphex(read_be(DMA, 8), ==, 0x51454d5520434647);
    g_assert_cmphex(read_be(DMA, 4), ==, 0x51454d55);
    g_assert_cmphex(read_be(DMA + 4, 4), ==, 0x20434647);
}

/* Any width gives the bytes in order. */
static void test_widths(void)
{
    select_key(FW_CFG_RAM_SIZE);
    g_assert_cmphex(harness_read(DATA, 8), ==, 0x1122334455667788);
    select_key(FW_CFG_RAM_SIZE);
    g_assert_cmphex(harness_read(DATA, 2), ==, 0x7788);
    g_assert_cmphex(harness_read(DATA, 4), ==, 0x33445566);
    g_assert_cmphex(harness_read(DATA, 4), ==, 0x1122);
    select_key(FW_CFG_RAM_SIZE);
    harness_write(DATA, 0xff, 1); /* dropped */
    g_assert_cmphex(harness_read(DATA, 1), ==, 0x88);
    select_key(FW_CFG_NB_CPUS);
    g_assert_cmphex(harness_read(DATA, 2), ==, 3);
}

static void test_missing(void)
{
    static const uint16_t keys[] = { 0x1f, 0x3fff, 0x8002, 0xffff, 0x4000 | 0x3000 };

    for (int n = 0; n < ARRAY_SIZE(keys); n++) {
        select_key(keys[n]);
        g_assert_cmphex(harness_read(DATA, 8), ==, 0);
        w32(BUFFER, 0x12345678);
        g_assert_cmphex(dma(FW_CFG_DMA_CTL_READ, 4, BUFFER), ==, 0);
        g_assert_cmphex(r32(BUFFER), ==, 0);
    }
}

/* Sorted by name; each is found under its key. */
static void test_files(void)
{
    FWCfgFile f[4];
    char text[16] = "";
    uint32_t size;
    uint16_t key;

    select_key(FW_CFG_FILE_DIR);
    g_assert_cmphex(read_be(DATA, 4), ==, 4);
    read_bytes(f, sizeof(f));
    g_assert_cmpstr(f[0].name, ==, "etc/aa");
    g_assert_cmpstr(f[1].name, ==, "etc/writable");
    g_assert_cmpstr(f[2].name, ==, "opt/mm");
    g_assert_cmpstr(f[3].name, ==, "opt/zz");
    for (int n = 0; n < 4; n++) {
        g_assert_cmphex(bswap16(f[n].select), ==, FW_CFG_FILE_FIRST + n);
        g_assert_cmphex(f[n].reserved, ==, 0);
    }
    key = find_file("opt/mm", &size);
    g_assert_cmpint(size, ==, 6);
    select_key(key);
    read_bytes(text, 10);
    g_assert_cmpstr(text, ==, "middle");
}

static void test_modify(void)
{
    static char old[] = "first", other[] = "second one";
    char text[16] = "";
    uint32_t size;

    g_assert_null(fw_cfg_modify_file(fw_cfg, "etc/mod", old, 5));
    g_assert_true(fw_cfg_modify_file(fw_cfg, "etc/mod", other, 10) == old);
    select_key(find_file("etc/mod", &size));
    g_assert_cmpint(size, ==, 10);
    read_bytes(text, 10);
    g_assert_cmpstr(text, ==, "second one");
}

static void test_dma_read(void)
{
    uint32_t size;
    uint16_t key = find_file("opt/mm", &size);
    char text[16] = "xxxxxxxxxxxxxxx";

    address_space_write(&address_space_memory, BUFFER, MEMTXATTRS_UNSPECIFIED, text, 16);
    g_assert_cmphex(
        dma((uint32_t)key << 16 | FW_CFG_DMA_CTL_SELECT | FW_CFG_DMA_CTL_READ, 8, BUFFER), ==, 0);
    address_space_read(&address_space_memory, BUFFER, MEMTXATTRS_UNSPECIFIED, text, 16);
    g_assert_cmpmem(text, 9, "middle\0\0x", 9);
    /* skip, then go on byte by byte */
    g_assert_cmphex(dma((uint32_t)key << 16 | FW_CFG_DMA_CTL_SELECT | FW_CFG_DMA_CTL_SKIP, 3, 0),
                    ==, 0);
    g_assert_cmphex(harness_read(DATA, 1), ==, 'd');
    g_assert_cmphex(dma(FW_CFG_DMA_CTL_READ, 2, BUFFER), ==, 0);
    g_assert_cmphex(harness_read(BUFFER, 2), ==, 'l' | 'e' << 8);
    /* two 32-bit halves of the address */
    stl_be_p(text, FW_CFG_DMA_CTL_SELECT | (uint32_t)key << 16);
    address_space_write(&address_space_memory, DESCRIPTOR, MEMTXATTRS_UNSPECIFIED, text, 4);
    w32(DMA, 0);
    w32(DMA + 4, bswap32(DESCRIPTOR));
    g_assert_cmphex(harness_read(DATA, 1), ==, 'm');
}

static void test_dma_errors(void)
{
    select_key(FW_CFG_SIGNATURE);
    g_assert_cmphex(dma(FW_CFG_DMA_CTL_READ, 16, 0xf00000000000ull), ==, FW_CFG_DMA_CTL_ERROR);
    g_assert_cmphex(dma(FW_CFG_DMA_CTL_READ, UINT32_MAX, UINT64_MAX - 5), ==, FW_CFG_DMA_CTL_ERROR);
    g_assert_cmphex(dma(FW_CFG_DMA_CTL_READ, 16, BASE), ==, FW_CFG_DMA_CTL_ERROR); /* itself */
    g_assert_cmphex(dma(FW_CFG_DMA_CTL_WRITE, 4, BUFFER), ==, FW_CFG_DMA_CTL_ERROR);
    harness_write(DMA, bswap64(0xf00000000000ull), 8); /* no descriptor there */
    harness_write(DMA, bswap64(DMA), 8);
    g_assert_cmphex(dma(0, 16, 0), ==, 0);
    /* 4 GiB of zeros to a device, or to nowhere: refused at once. */
    g_assert_cmphex(dma(FW_CFG_DMA_CTL_READ, UINT32_MAX, DATA), ==, FW_CFG_DMA_CTL_ERROR);
    g_assert_cmphex(dma(FW_CFG_DMA_CTL_READ, UINT32_MAX, 1ull << 40), ==, FW_CFG_DMA_CTL_ERROR);
}

static void test_dma_write(void)
{
    uint32_t size;
    uint32_t key = (uint32_t)find_file("etc/writable", &size) << 16;

    selected = written = 0;
    harness_write(BUFFER, 0x8877665544332211, 8);
    g_assert_cmphex(dma(key | FW_CFG_DMA_CTL_SELECT | FW_CFG_DMA_CTL_SKIP, 2, 0), ==, 0);
    g_assert_cmpint(selected, ==, 1);
    g_assert_cmphex(dma(FW_CFG_DMA_CTL_WRITE, 4, BUFFER), ==, 0);
    g_assert_cmpint(written, ==, 204);
    g_assert_cmphex(ldl_le_p(writable + 2), ==, 0x44332211);
    g_assert_cmphex(dma(FW_CFG_DMA_CTL_WRITE, 4, BUFFER), ==, FW_CFG_DMA_CTL_ERROR); /* 2 left */
    g_assert_cmpint(written, ==, 204);
}

static void test_user_files(void)
{
    Error *err = NULL;
    g_autofree char *longest = g_strnfill(FW_CFG_MAX_FILE_PATH, 'n');

    g_assert_false(fw_cfg_add_user_file(fw_cfg, "opt/mm", NULL, 0, &err));
    error_free_or_abort(&err);
    g_assert_false(fw_cfg_add_user_file(fw_cfg, longest, NULL, 0, &err));
    error_free_or_abort(&err);
    for (int n = 0; n < 100; n++) {
        g_autofree char *name = g_strdup_printf("opt/user%d", n);
        char *data = g_strdup(name);

        if (!fw_cfg_add_user_file(fw_cfg, name, data, strlen(name), &err)) {
            g_free(data);
            break;
        }
    }
    g_assert_nonnull(strstr(error_get_pretty(err), "no room"));
    error_free_or_abort(&err);
}

static void test_hammer(void)
{
    harness_hammer(BASE, 0x18, 20000, 3);
}

static void on_select(void *opaque)
{
    selected++;
}

static void on_write(void *opaque, off_t start, size_t len)
{
    written = start * 100 + len;
}

int main(int argc, char **argv)
{
    Object *machine;

    harness_init(&argc, &argv);
    machine = object_new(MACHINE_TYPE_NAME("none"));
    object_property_add_child(object_get_root(), "machine", machine);
    current_machine = MACHINE(machine);
    memory_region_init_ram(&ram, NULL, "ram", MiB, &error_abort);
    memory_region_add_subregion(get_system_memory(), RAM, &ram);
    fw_cfg = fw_cfg_init_mem_dma(SELECTOR, DATA, 8, DMA, &address_space_memory);
    fw_cfg_add_i64(fw_cfg, FW_CFG_RAM_SIZE, 0x1122334455667788);
    fw_cfg_add_i16(fw_cfg, FW_CFG_NB_CPUS, 3);
    fw_cfg_add_file(fw_cfg, "opt/zz", (char[]){ "last" }, 4);
    fw_cfg_add_file(fw_cfg, "etc/aa", (char[]){ "first" }, 5);
    fw_cfg_add_file_callback(fw_cfg, "etc/writable", on_select, on_write, NULL, writable,
                             sizeof(writable), false);
    fw_cfg_add_file(fw_cfg, "opt/mm", (char[]){ "middle" }, 6);
    g_assert_true(fw_cfg_find() == fw_cfg);
    g_test_add_func("/fw-cfg/signature", test_signature);
    g_test_add_func("/fw-cfg/widths", test_widths);
    g_test_add_func("/fw-cfg/missing", test_missing);
    g_test_add_func("/fw-cfg/files", test_files);
    g_test_add_func("/fw-cfg/modify", test_modify);
    g_test_add_func("/fw-cfg/dma/read", test_dma_read);
    g_test_add_func("/fw-cfg/dma/errors", test_dma_errors);
    g_test_add_func("/fw-cfg/dma/write", test_dma_write);
    g_test_add_func("/fw-cfg/user-files", test_user_files);
    g_test_add_func("/fw-cfg/hammer", test_hammer);
    return g_test_run();
}
