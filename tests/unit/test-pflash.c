/* SPDX-License-Identifier: MIT */
/* CFI flash as `virt` wires it: two x16 devices in a bank of 32 bits, 256 KiB blocks. */
#include "device-harness.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hw/block/flash.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "qemu/units.h"

enum {
    BLOCK = 256 * KiB,
    SIZE = 4 * BLOCK,
    BANK = 0x04000000,      /* with a file */
    RO_BANK = 0x08000000,   /* read-only */
    BYTE_BANK = 0x0c000000, /* one x8 device */
};

enum {
    READY = 0x00800080,
    PROGRAM_ERROR = 0x00100010,
    ERASE_ERROR = 0x00200020,
    LOCKED = 0x020002
};

static DeviceState *bank, *ro_bank;
static char *file, *ro_file;

static DeviceState *make(const char *name, hwaddr base, const char *path, bool read_only,
                         unsigned width)
{
    DeviceState *dev = qdev_new(TYPE_PFLASH_CFI01);

    qdev_prop_set_string(dev, "name", name);
    if (path) {
        qdev_prop_set_string(dev, "file", path);
    }
    qdev_prop_set_bit(dev, "read-only", read_only);
    qdev_prop_set_uint32(dev, "num-blocks", 4);
    qdev_prop_set_uint64(dev, "sector-length", BLOCK);
    qdev_prop_set_uint8(dev, "width", width);
    qdev_prop_set_uint8(dev, "device-width", MIN(width, 2));
    qdev_prop_set_uint16(dev, "id0", 0x89);
    qdev_prop_set_uint16(dev, "id1", 0x18);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, base);
    return dev;
}

static char *make_file(uint64_t size)
{
    char *path = g_strdup("/tmp/quern-pflash-XXXXXX");
    int fd = g_mkstemp(path);

    g_assert_cmpint(pwrite(fd, "begin", 5, 0), ==, 5);
    g_assert_cmpint(ftruncate(fd, size), ==, 0);
    close(fd);
    return path;
}

static uint32_t in_file(uint64_t offset)
{
    uint32_t value = 0;
    int fd = open(file, O_RDONLY);

    g_assert_cmpint(pread(fd, &value, 4, offset), ==, 4);
    close(fd);
    return value;
}

/* A command goes to both devices. */
static void cmd(hwaddr offset, uint16_t code)
{
    w32(BANK + offset, code << 16 | code);
}

static void erase(hwaddr offset)
{
    cmd(offset, 0x20);
    cmd(offset, 0xd0);
    g_assert_cmphex(r32(BANK + offset), ==, READY);
    cmd(0, 0xff);
}

static void test_array(void)
{
    device_cold_reset(bank);
    g_assert_cmphex(r32(BANK), ==, 0x69676562); /* "begi" */
    g_assert_cmphex(harness_read(BANK + 4, 1), ==, 'n');
    g_assert_cmphex(harness_read(BANK + 5, 8), ==, 0);
}

static void test_id_and_query(void)
{
    static const uint8_t geometry[] = { 19, 2, 0, 11, 0, 1, 3, 0, 0, 2 }; /* from 0x27 on */
    char qry[4] = "";

    device_cold_reset(bank);
    cmd(0, 0x90);
    g_assert_cmphex(r32(BANK), ==, 0x00890089);
    g_assert_cmphex(r32(BANK + 4), ==, 0x00180018);
    g_assert_cmphex(r32(BANK + 8), ==, 0); /* not locked */
    cmd(0x55 * 4, 0x98);
    for (int n = 0; n < 3; n++) {
        g_assert_cmphex(r32(BANK + (0x10 + n) * 4) >> 16, ==, r32(BANK + (0x10 + n) * 4) & 0xffff);
        qry[n] = r32(BANK + (0x10 + n) * 4);
    }
    g_assert_cmpstr(qry, ==, "QRY");
    g_assert_cmphex(r32(BANK + 0x13 * 4), ==, 0x00010001);
    for (int n = 0; n < ARRAY_SIZE(geometry); n++) {
        g_assert_cmphex(harness_read(BANK + (0x27 + n) * 4, 2), ==, geometry[n]);
    }
    g_assert_cmphex(r32(BANK + 0xff * 4), ==, 0); /* behind the table */
    cmd(0, 0xff);
    g_assert_cmphex(r32(BANK), ==, 0x69676562);
}

static void test_program(void)
{
    device_cold_reset(bank);
    erase(0x1000);
    g_assert_cmphex(r32(BANK), ==, UINT32_MAX);
    g_assert_cmphex(r32(BANK + BLOCK - 4), ==, UINT32_MAX);
    g_assert_cmphex(r32(BANK + BLOCK), ==, 0); /* the next block is left alone */
    cmd(0x100, 0x40);
    w32(BANK + 0x100, 0x12345678);
    g_assert_cmphex(r32(BANK), ==, READY);
    cmd(0x100, 0x10);
    w32(BANK + 0x100, 0xffff0000); /* bits are only ever cleared */
    cmd(0, 0xff);
    g_assert_cmphex(r32(BANK + 0x100), ==, 0x12340000);
    g_assert_cmphex(in_file(0x100), ==, 0x12340000);
    g_assert_cmphex(in_file(0x104), ==, UINT32_MAX);
    cmd(0x200, 0x40);
    harness_write(BANK + 0x202, 0xabcd, 2); /* one device only */
    cmd(0, 0xff);
    g_assert_cmphex(r32(BANK + 0x200), ==, 0xabcdffff);
}

static void test_buffer(void)
{
    device_cold_reset(bank);
    erase(2 * BLOCK);
    cmd(2 * BLOCK, 0xe8);
    g_assert_cmphex(r32(BANK + 2 * BLOCK), ==, READY);
    cmd(2 * BLOCK, 3); /* four words */
    for (int n = 0; n < 4; n++) {
        w32(BANK + 2 * BLOCK + 0x40 + n * 4, 0x1000 + n);
    }
    g_assert_cmphex(in_file(2 * BLOCK + 0x40), ==, UINT32_MAX);
    cmd(2 * BLOCK, 0xd0);
    g_assert_cmphex(r32(BANK), ==, READY);
    cmd(0, 0xff);
    for (int n = 0; n < 4; n++) {
        g_assert_cmphex(r32(BANK + 2 * BLOCK + 0x40 + n * 4), ==, 0x1000 + n);
        g_assert_cmphex(in_file(2 * BLOCK + 0x40 + n * 4), ==, 0x1000 + n);
    }
    g_assert_cmphex(r32(BANK + 2 * BLOCK + 0x3c), ==, UINT32_MAX);
    g_assert_cmphex(r32(BANK + 2 * BLOCK + 0x50), ==, UINT32_MAX);
}

/* What does not go on with the command leaves memory alone and says so until it is cleared. */
static void test_sequence_errors(void)
{
    const uint32_t error = READY | PROGRAM_ERROR | ERASE_ERROR;

    device_cold_reset(bank);
    erase(0);
    cmd(0, 0x20);
    cmd(0, 0x55);
    g_assert_cmphex(r32(BANK), ==, error);
    cmd(0, 0x70);
    g_assert_cmphex(r32(BANK), ==, error);
    cmd(0, 0x50);
    cmd(0, 0x70);
    g_assert_cmphex(r32(BANK), ==, READY);
    cmd(0, 0xe8);
    cmd(0, 1024); /* more than the buffer has */
    g_assert_cmphex(r32(BANK), ==, error);
    cmd(0, 0x50);
    cmd(0, 0xe8);
    cmd(0, 1);
    w32(BANK + 0x80, 0);
    w32(BANK + 0x80 + 4096, 0); /* outside the buffer's piece */
    g_assert_cmphex(r32(BANK), ==, error);
    cmd(0, 0x50);
    cmd(0, 0xe8);
    cmd(0, 0);
    w32(BANK + 0x80, 0);
    cmd(0, 0xff); /* not confirmed */
    g_assert_cmphex(r32(BANK), ==, error);
    cmd(0, 0x50);
    g_assert_cmphex(r32(BANK + 0x80), ==, UINT32_MAX);
    g_assert_cmphex(r32(BANK), ==, UINT32_MAX);
}

static void test_locks(void)
{
    static const uint8_t second[] = { 0x01, 0xd0 };

    device_cold_reset(bank);
    for (int n = 0; n < ARRAY_SIZE(second); n++) {
        cmd(0, 0x60);
        cmd(0, second[n]);
        g_assert_cmphex(r32(BANK), ==, READY);
    }
    cmd(0, 0x60);
    cmd(0, 0xff); /* called off */
    g_assert_cmphex(r32(BANK), !=, READY);
}

static void test_read_only(void)
{
    device_cold_reset(ro_bank);
    w32(RO_BANK, 0x00400040);
    w32(RO_BANK, 0);
    g_assert_cmphex(r32(RO_BANK), ==, READY | PROGRAM_ERROR | LOCKED);
    w32(RO_BANK, 0x00500050);
    w32(RO_BANK, 0x00200020);
    w32(RO_BANK, 0x00d000d0);
    g_assert_cmphex(r32(RO_BANK), ==, READY | ERASE_ERROR | LOCKED);
    w32(RO_BANK, 0x00ff00ff);
    g_assert_cmphex(r32(RO_BANK), ==, 0x69676562);
}

static void test_bytes(void)
{
    harness_write(BYTE_BANK, 0x98, 1);
    g_assert_cmphex(harness_read(BYTE_BANK + 0x10, 1), ==, 'Q');
    g_assert_cmphex(r32(BYTE_BANK + 0x10) & 0xffffff, ==, 0x595251);
    harness_write(BYTE_BANK, 0xff, 1);
}

/* Reset ends a command; memory and file stay. */
static void test_reset(void)
{
    device_cold_reset(bank);
    erase(0);
    cmd(0, 0x40);
    device_cold_reset(bank);
    g_assert_cmphex(r32(BANK), ==, UINT32_MAX);
    w32(BANK, 0x00900090);
    g_assert_cmphex(r32(BANK), ==, 0x00890089);
    device_cold_reset(bank);
    g_assert_cmphex(in_file(0), ==, UINT32_MAX);
}

static void refused(const char *path, const char *words)
{
    DeviceState *dev = qdev_new(TYPE_PFLASH_CFI01);
    Error *err = NULL;

    qdev_prop_set_string(dev, "name", "test.flash");
    qdev_prop_set_string(dev, "file", path);
    qdev_prop_set_uint32(dev, "num-blocks", 4);
    qdev_prop_set_uint64(dev, "sector-length", BLOCK);
    qdev_prop_set_uint8(dev, "width", 4);
    g_assert_false(sysbus_realize(SYS_BUS_DEVICE(dev), &err));
    g_assert_nonnull(strstr(error_get_pretty(err), words));
    error_free(err);
    object_unref(OBJECT(dev));
}

static void test_bad_files(void)
{
    g_autofree char *small = make_file(1000);

    refused("/nonexistent/flash", "could not open '/nonexistent/flash'");
    refused(small, "requires 1048576 bytes");
    refused(small, "provides 1000 bytes");
    refused("/dev/null", "provides 0 bytes");
    refused(file, "in use by another");
    unlink(small);
}

static void test_bad_geometry(void)
{
    static const struct {
        uint32_t blocks;
        uint64_t sector;
        uint8_t width, device_width;
    } bad[] = {
        { 0, BLOCK, 4, 2 },     { 4, BLOCK + 1, 4, 2 }, { 4, BLOCK, 3, 1 },
        { 4, BLOCK, 2, 4 },     { 4, 2048, 1, 1 },      { UINT32_MAX, UINT64_MAX, 4, 2 },
        { 65537, 16384, 4, 2 },
    };

    for (int n = 0; n < ARRAY_SIZE(bad); n++) {
        DeviceState *dev = qdev_new(TYPE_PFLASH_CFI01);
        Error *err = NULL;

        qdev_prop_set_string(dev, "name", "test.flash");
        qdev_prop_set_uint32(dev, "num-blocks", bad[n].blocks);
        qdev_prop_set_uint64(dev, "sector-length", bad[n].sector);
        qdev_prop_set_uint8(dev, "width", bad[n].width);
        qdev_prop_set_uint8(dev, "device-width", bad[n].device_width);
        g_assert_false(sysbus_realize(SYS_BUS_DEVICE(dev), &err));
        g_assert_nonnull(strstr(error_get_pretty(err), "test.flash"));
        error_free(err);
        object_unref(OBJECT(dev));
    }
}

static void test_saved_state(void)
{
    harness_roundtrip(bank, 20, 1);
    device_cold_reset(bank);
}

static void test_hammer(void)
{
    struct stat st;

    harness_hammer(BANK, SIZE, 20000, 7);
    harness_hammer(BANK, 64, 20000, 8);
    g_assert_cmpint(stat(file, &st), ==, 0);
    g_assert_cmpint(st.st_size, ==, SIZE);
}

int main(int argc, char **argv)
{
    int status;

    harness_init(&argc, &argv);
    file = make_file(SIZE);
    ro_file = make_file(SIZE);
    bank = make("flash0", BANK, file, false, 4);
    ro_bank = make("flash1", RO_BANK, ro_file, true, 4);
    make("flash2", BYTE_BANK, NULL, false, 1);
    g_test_add_func("/pflash/array", test_array);
    g_test_add_func("/pflash/id-and-query", test_id_and_query);
    g_test_add_func("/pflash/program", test_program);
    g_test_add_func("/pflash/buffer", test_buffer);
    g_test_add_func("/pflash/sequence-errors", test_sequence_errors);
    g_test_add_func("/pflash/locks", test_locks);
    g_test_add_func("/pflash/read-only", test_read_only);
    g_test_add_func("/pflash/bytes", test_bytes);
    g_test_add_func("/pflash/reset", test_reset);
    g_test_add_func("/pflash/bad-files", test_bad_files);
    g_test_add_func("/pflash/bad-geometry", test_bad_geometry);
    g_test_add_func("/pflash/saved-state", test_saved_state);
    g_test_add_func("/pflash/hammer", test_hammer);
    status = g_test_run();
    unlink(file);
    unlink(ro_file);
    return status;
}
