/* SPDX-License-Identifier: MIT */
/* Kernels, ELF files, gzip data and device trees: good ones, and every way to be bad. */
#include "device-harness.h"

#include <elf.h>
#include <libfdt.h>
#include <zlib.h>

#include "hw/arm/boot.h"
#include "hw/loader.h"
#include "qemu/bswap.h"
#include "qemu/readfile.h"
#include "qemu/units.h"
#include "system/device_tree.h"
#include "system/reset.h"

static char *dir;

static char *path_of(const char *name)
{
    return g_build_filename(dir, name, NULL);
}

static char *put_file(const char *name, const void *data, size_t len)
{
    char *path = path_of(name);

    g_assert_true(g_file_set_contents(path, data, len, NULL));
    return path;
}

static uint8_t *gzip(const uint8_t *data, size_t len, size_t *out_len)
{
    uint8_t *out = g_malloc(len + 1024);
    z_stream zs = {
        .next_in = (Bytef *)data, .avail_in = len, .next_out = out, .avail_out = len + 1024
    };

    deflateInit2(&zs, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    g_assert_cmpint(deflate(&zs, Z_FINISH), ==, Z_STREAM_END);
    *out_len = zs.total_out;
    deflateEnd(&zs);
    return out;
}

/* An arm64 Image of @len bytes. */
static uint8_t *make_image(size_t len, uint64_t text_offset, uint64_t image_size)
{
    uint8_t *image = g_malloc(len);

    for (size_t i = 0; i < len; i++) {
        image[i] = i * 7 + (i >> 8);
    }
    stl_le_p(image, 0x14000010);
    stq_le_p(image + 8, text_offset);
    stq_le_p(image + 16, image_size);
    stq_le_p(image + 24, 0xa);
    memcpy(image + 56, "ARM\x64", 4);
    return image;
}

/* The error must name the file's problem. */
static void assert_kernel_fails(const char *name, const void *data, size_t len, const char *words)
{
    g_autofree char *path = put_file(name, data, len);
    Error *err = NULL;
    Arm64Kernel k;

    g_assert_false(arm64_kernel_open(path, 64 * MiB, &k, &err));
    g_assert_null(k.data);
    if (!strstr(error_get_pretty(err), words)) {
        g_error("%s: \"%s\" does not say \"%s\"", name, error_get_pretty(err), words);
    }
    g_assert_null(strchr(error_get_pretty(err), '\n'));
    error_free(err);
}

/* Kernels -------------------------------------------------------------------------------------- */

static void assert_image(const char *name, const void *data, size_t len, const uint8_t *image,
                         size_t image_len)
{
    g_autofree char *path = put_file(name, data, len);
    Arm64Kernel k;

    g_assert_true(arm64_kernel_open(path, 64 * MiB, &k, &error_abort));
    g_assert_cmpint(k.kind, ==, ARM64_KERNEL_IMAGE);
    g_assert_cmpmem(k.data, k.len, image, image_len);
    g_assert_cmphex(k.text_offset, ==, 0x80000);
    g_assert_cmphex(k.image_size, ==, 0x40000);
    g_free(k.data);
}

static void test_kernel_good(void)
{
    g_autofree uint8_t *image = make_image(100000, 0x80000, 0x40000);
    g_autofree uint8_t *packed = NULL, *zboot = NULL;
    g_autofree char *path = NULL;
    Arm64Kernel k;
    size_t len;

    assert_image("image", image, 100000, image, 100000);
    packed = gzip(image, 100000, &len);
    assert_image("image.gz", packed, len, image, 100000);

    zboot = g_malloc0(len + 128);
    memcpy(zboot, "MZ\0\0zimg", 8);
    stl_le_p(zboot + 8, 128);
    stl_le_p(zboot + 12, len);
    strcpy((char *)zboot + 24, "gzip");
    memcpy(zboot + 128, packed, len);
    assert_image("zboot", zboot, len + 128, image, 100000);

    path = put_file("raw", "\x1f\x20\x03\xd5", 4);
    g_assert_true(arm64_kernel_open(path, MiB, &k, &error_abort));
    g_assert_cmpint(k.kind, ==, ARM64_KERNEL_RAW);
    g_free(k.data);
}

static void test_kernel_bad(void)
{
    g_autofree uint8_t *image = make_image(100000, 0, 0x40000);
    g_autofree uint8_t *other = g_malloc0(4096);
    g_autofree uint8_t *packed = NULL;
    g_autofree char *missing = path_of("missing");
    Error *err = NULL;
    Arm64Kernel k;
    size_t len;

    g_assert_false(arm64_kernel_open(missing, MiB, &k, &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "No such file"));
    error_free(err);
    err = NULL;
    g_assert_false(arm64_kernel_open(dir, MiB, &k, &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "directory"));
    error_free(err);
    assert_kernel_fails("empty", "", 0, "empty");
    assert_kernel_fails("two", "ab", 2, "truncated");
    packed = gzip(image, 100000, &len);
    for (size_t cut = 3; cut < len; cut += len / 37) {
        assert_kernel_fails("cut.gz", packed, cut, "truncated");
    }
    packed[len / 2] ^= 0x55;
    packed[len / 2 + 1] ^= 0x55;
    assert_kernel_fails("damaged.gz", packed, len, "gzip data");
    memcpy(other + 0x202, "HdrS", 4);
    assert_kernel_fails("bzImage", other, 4096, "x86");
    memset(other, 0, 4096);
    memcpy(other + 48, "RISCV\0\0\0RSC\x05", 12);
    assert_kernel_fails("riscv", other, 4096, "RISC-V");
    assert_kernel_fails("xz",
                        "\xfd"
                        "7zXZ\0......",
                        12, "xz");
    assert_kernel_fails("cpio", "070701000000", 12, "-initrd");
}

/* An Image that is also an EFI application, as distributions ship it. */
static void test_kernel_efi(void)
{
    enum { LEN = 8192, PE = 64 };
    g_autofree uint8_t *image = make_image(LEN, 0x80000, 0x40000);

    memcpy(image, "MZ", 2);
    stl_le_p(image + 60, PE);
    memset(image + PE, 0, 200);
    memcpy(image + PE, "PE\0\0", 4);
    stw_le_p(image + PE + 4, 0xaa64);
    stw_le_p(image + PE + 6, 2);
    stw_le_p(image + PE + 20, 32);
    stl_le_p(image + PE + 56 + 16, 4096);
    stl_le_p(image + PE + 56 + 20, 256);
    stl_le_p(image + PE + 96 + 16, 4096);
    stl_le_p(image + PE + 96 + 20, 4096);
    assert_image("efi", image, LEN, image, LEN);
    for (size_t cut = 3; cut < LEN; cut += 100) {
        assert_kernel_fails("efi.cut", image, cut, "truncated");
    }
    stw_le_p(image + PE + 4, 0x8664);
    assert_kernel_fails("efi.x86", image, LEN, "x86-64");
}

/* ELF ------------------------------------------------------------------------------------------ */

enum { ELF_LEN = 0x400 };

static void make_elf(uint8_t *elf)
{
    Elf64_Ehdr eh = { .e_ident = ELFMAG,
                      .e_type = ET_EXEC,
                      .e_machine = EM_AARCH64,
                      .e_entry = 0x8010,
                      .e_phoff = sizeof(eh),
                      .e_phentsize = sizeof(Elf64_Phdr),
                      .e_phnum = 2 };
    Elf64_Phdr ph[2] = {
        { .p_type = PT_LOAD,
          .p_offset = 0x200,
          .p_vaddr = 0x8000,
          .p_paddr = 0x40008000,
          .p_filesz = 0x100,
          .p_memsz = 0x200 },
        { .p_type = PT_LOAD,
          .p_offset = 0x300,
          .p_vaddr = 0x9000,
          .p_paddr = 0x40009000,
          .p_filesz = 0x100,
          .p_memsz = 0x100 },
    };

    eh.e_ident[EI_CLASS] = ELFCLASS64;
    eh.e_ident[EI_DATA] = ELFDATA2LSB;
    memset(elf, 0x5a, ELF_LEN);
    memcpy(elf, &eh, sizeof(eh));
    memcpy(elf + sizeof(eh), ph, sizeof(ph));
}

static ssize_t load_elf_bytes(const uint8_t *elf, size_t len, ElfLoadInfo *info, Error **errp)
{
    ElfLoadOptions opts = { .data_order = ELF_ORDER_LE, .machine = EM_AARCH64 };

    return loader_load_elf("test.elf", elf, len, &opts, info, errp);
}

static void test_elf(void)
{
    uint8_t elf[ELF_LEN], memory[0x400];
    ElfLoadInfo info;

    make_elf(elf);
    g_assert_cmpint(load_elf_bytes(elf, ELF_LEN, &info, &error_abort), ==, 0x300);
    g_assert_cmphex(info.entry, ==, 0x40008010);
    g_assert_cmphex(info.low, ==, 0x40008000);
    g_assert_cmphex(info.high, ==, 0x40009100);
    g_assert_true(rom_check_and_register_reset_err(&error_abort));
    memset(memory, 0xff, sizeof(memory));
    address_space_write(&address_space_memory, 0x40008000, MEMTXATTRS_UNSPECIFIED, memory, 0x400);
    qemu_devices_reset(RESET_TYPE_COLD);
    g_assert_cmphex(r32(0x400080fc), ==, 0x5a5a5a5a);
    g_assert_cmphex(r32(0x40008100), ==, 0); /* zeros to p_memsz, and not further */
    g_assert_cmphex(r32(0x400081fc), ==, 0);
    g_assert_cmphex(r32(0x40008200), ==, UINT32_MAX);
    rom_clear_all();
}

static void test_elf_bad(void)
{
    uint8_t elf[ELF_LEN];
    ElfLoadInfo info;
    GRand *rng = g_rand_new_with_seed(7);

    make_elf(elf);
    for (size_t cut = 0; cut < ELF_LEN; cut++) {
        g_autofree uint8_t *copy = g_memdup2(elf, cut); /* so that ASan sees the end */
        Error *err = NULL;

        g_assert_cmpint(load_elf_bytes(copy, cut, &info, &err), <, 0);
        error_free(err);
    }
    stw_le_p(elf + offsetof(Elf64_Ehdr, e_machine), EM_X86_64);
    g_assert_cmpint(load_elf_bytes(elf, ELF_LEN, &info, NULL), ==, ELF_LOAD_WRONG_ARCH);
    make_elf(elf);
    elf[EI_DATA] = ELFDATA2MSB;
    g_assert_cmpint(load_elf_bytes(elf, ELF_LEN, &info, NULL), ==, ELF_LOAD_WRONG_ENDIAN);
    for (int i = 0; i < 20000; i++) {
        make_elf(elf);
        for (int j = 0; j < 4; j++) {
            elf[g_rand_int_range(rng, 4, 0xb0)] = g_rand_int(rng);
        }
        load_elf_bytes(elf, ELF_LEN, &info, NULL);
        rom_clear_all();
    }
    g_rand_free(rng);
}

/* ROM blobs ------------------------------------------------------------------------------------ */

static void test_rom(void)
{
    Error *err = NULL;

    rom_add_blob_fixed("first", "abcdefgh", 8, 0x40001000);
    rom_add_blob_fixed("second", "12345678", 8, 0x40001008);
    g_assert_true(rom_check_and_register_reset_err(&error_abort));
    qemu_devices_reset(RESET_TYPE_COLD);
    w32(0x40001004, 0);
    qemu_devices_reset(RESET_TYPE_COLD);
    g_assert_cmphex(r32(0x40001004), ==, 0x68676665);
    g_assert_nonnull(rom_ptr(0x40001004, 4));
    g_assert_null(rom_ptr(0x40001004, 5));
    g_assert_cmpstr(rom_find_overlap(&address_space_memory, 0x40001007, 2), ==, "first");
    rom_add_blob_fixed("third", "x", 1, 0x4000100f);
    g_assert_false(rom_check_and_register_reset_err(&err));
    g_assert_nonnull(strstr(error_get_pretty(err), "overlap"));
    error_free(err);
    rom_clear_all();
}

/* Memory that the blob claims but that does not exist must cost nothing. */
static void test_rom_huge(void)
{
    rom_add_owned("huge", g_malloc0(16), 16, 1ull << 60, 0x40000000, NULL);
    g_assert_true(rom_check_and_register_reset_err(&error_abort));
    qemu_devices_reset(RESET_TYPE_COLD);
    rom_clear_all();
}

/* Device trees --------------------------------------------------------------------------------- */

static void assert_dtb_fails(const void *data, size_t len, const char *words)
{
    g_autofree char *path = put_file("tree.dtb", data, len);
    Error *err = NULL;
    int size;

    g_assert_null(load_device_tree(path, &size, &err));
    if (!strstr(error_get_pretty(err), words)) {
        g_error("\"%s\" does not say \"%s\"", error_get_pretty(err), words);
    }
    error_free(err);
}

static void test_dtb(void)
{
    int size;
    g_autofree void *fdt = create_device_tree(&size);
    g_autofree void *loaded = NULL;
    g_autofree char *path = path_of("good.dtb");
    g_autofree uint8_t *data = NULL;
    GRand *rng = g_rand_new_with_seed(11);
    size_t len;

    qemu_fdt_add_path(fdt, "/a/b/c");
    qemu_fdt_setprop_sized_cells(fdt, "/a/b/c", "reg", 2, 0x123456789aull, 1, 0x10);
    g_assert_cmphex(qemu_fdt_new_phandle(fdt, "/a"), ==, 0x8000);
    g_assert_cmphex(qemu_fdt_new_phandle(fdt, "/a/b"), ==, 0x8001);
    qemu_fdt_setprop_phandle(fdt, "/a/b/c", "parent", "/a/b");
    g_assert_true(qemu_fdt_dump(fdt, path, &error_abort));
    loaded = load_device_tree(path, &size, &error_abort);
    g_assert_cmphex(qemu_fdt_getprop_cell(loaded, "/a/b/c", "parent", 0), ==, 0x8001);
    g_assert_cmphex(qemu_fdt_getprop_cell(loaded, "/a/b/c", "reg", 0), ==, 0x12);

    data = qemu_read_file("tree", path, MiB, &len, &error_abort);
    assert_dtb_fails(data, 0, "empty");
    assert_dtb_fails("hello, world, this is no tree, I am afraid", 42, "not a device tree");
    for (size_t cut = 1; cut < len; cut += 5) {
        assert_dtb_fails(data, cut, "tree");
    }
    /* Without any node: libfdt's full check says that this is well-formed. */
    g_autofree uint8_t *empty = g_memdup2(data, len);
    uint8_t *structs = empty + fdt_off_dt_struct(empty);
    stl_be_p(structs, FDT_END);
    fdt_set_size_dt_struct(empty, 4);
    assert_dtb_fails(empty, len, "malformed");
    for (int i = 0; i < 2000; i++) {
        g_autofree uint8_t *bad = g_memdup2(data, len);
        g_autofree char *bad_path = NULL;

        for (int j = 0; j < 3; j++) {
            bad[g_rand_int_range(rng, 4, len)] = g_rand_int(rng);
        }
        bad_path = put_file("bad.dtb", bad, len);
        g_free(load_device_tree(bad_path, &size, NULL));
    }
    g_rand_free(rng);
}

/* Other formats of files ----------------------------------------------------------------------- */

static size_t make_uimage(uint8_t *image, uint8_t comp)
{
    static const char program[] = "a program that runs in memory, or so it says";

    memset(image, 0, 64);
    memcpy(image + 64, program, sizeof(program));
    stl_be_p(image, 0x27051956);
    stl_be_p(image + 12, sizeof(program));
    stl_be_p(image + 16, 0x40000000);
    stl_be_p(image + 20, 0x40000004);
    stl_be_p(image + 24, crc32(0, image + 64, sizeof(program)));
    image[30] = 2;
    image[31] = comp;
    stl_be_p(image + 4, crc32(0, image, 64));
    return 64 + sizeof(program);
}

static void test_uimage(void)
{
    UImageInfo info = { 0 };
    Error *err = NULL;
    uint8_t image[256];
    size_t len = make_uimage(image, 0);

    g_assert_true(loader_is_uimage(image, len));
    g_assert_false(loader_is_uimage(image, 63));
    g_assert_cmpint(loader_load_uimage("u", image, len, NULL, &info, &error_abort), ==, len - 64);
    g_assert_cmphex(info.load, ==, 0x40000000);
    g_assert_cmphex(info.entry, ==, 0x40000004);
    g_assert_nonnull(rom_ptr(0x40000000, len - 64));
    rom_clear_all();

    /* Whatever bit is wrong, one of the sums tells. */
    for (size_t bit = 32; bit < len * 8; bit++) {
        image[bit / 8] ^= 1 << bit % 8;
        g_assert_cmpint(loader_load_uimage("u", image, len, NULL, &info, &err), ==, -1);
        error_free(err);
        err = NULL;
        image[bit / 8] ^= 1 << bit % 8;
    }
    for (size_t cut = 64; cut < len; cut++) {
        g_assert_cmpint(loader_load_uimage("u", image, cut, NULL, &info, NULL), ==, -1);
    }
    make_uimage(image, 1); /* not gzip'ed at all */
    g_assert_cmpint(loader_load_uimage("u", image, len, NULL, &info, NULL), ==, -1);
    make_uimage(image, 3);
    g_assert_cmpint(loader_load_uimage("u", image, len, NULL, &info, &err), ==, -1);
    g_assert_nonnull(strstr(error_get_pretty(err), "compression 3"));
    error_free(err);
    g_assert_null(rom_ptr(0x40000000, 1)); /* what is refused leaves nothing */
}

static void test_hex(void)
{
    static const char good[] = ":020000044000BA\n:0400000001020304F2\n:0400040005060708DE\n"
                               ":0400000540000010A7\n:00000001FF\n";
    GRand *rng = g_rand_new_with_seed(16);
    hwaddr entry;

    g_assert_true(loader_is_hex((const uint8_t *)good, strlen(good)));
    g_assert_cmpint(
        loader_load_hex("h", (const uint8_t *)good, strlen(good), NULL, &entry, &error_abort), ==,
        8);
    g_assert_cmphex(entry, ==, 0x40000010);
    g_assert_cmpmem(rom_ptr(0x40000000, 8), 8, "\1\2\3\4\5\6\7\10", 8);
    rom_clear_all();
    for (size_t cut = 0; cut < strlen(good) - 2; cut++) {
        g_assert_cmpint(loader_load_hex("h", (const uint8_t *)good, cut, NULL, &entry, NULL), ==,
                        -1);
    }
    for (int i = 0; i < 20000; i++) {
        g_autofree uint8_t *bad = g_memdup2(good, strlen(good));

        for (int j = 0; j < 2; j++) {
            bad[g_rand_int_range(rng, 0, strlen(good))] = g_rand_int(rng);
        }
        loader_load_hex("h", bad, strlen(good), NULL, &entry, NULL);
        rom_clear_all();
    }
    g_rand_free(rng);
}

static void remove_dir(void)
{
    GDir *d = g_dir_open(dir, 0, NULL);
    const char *name;

    while (d && (name = g_dir_read_name(d))) {
        g_autofree char *path = path_of(name);

        unlink(path);
    }
    g_dir_close(d);
    rmdir(dir);
    g_free(dir);
}

int main(int argc, char **argv)
{
    MemoryRegion *ram = g_new0(MemoryRegion, 1);
    int ret;

    harness_init(&argc, &argv);
    dir = g_dir_make_tmp("quern-loader-XXXXXX", NULL);
    memory_region_init_ram(ram, NULL, "ram", 16 * MiB, &error_abort);
    memory_region_add_subregion(get_system_memory(), 0x40000000, ram);
    g_test_add_func("/loader/kernel/good", test_kernel_good);
    g_test_add_func("/loader/kernel/bad", test_kernel_bad);
    g_test_add_func("/loader/kernel/efi", test_kernel_efi);
    g_test_add_func("/loader/elf/good", test_elf);
    g_test_add_func("/loader/elf/bad", test_elf_bad);
    g_test_add_func("/loader/rom", test_rom);
    g_test_add_func("/loader/rom-huge", test_rom_huge);
    g_test_add_func("/loader/dtb", test_dtb);
    g_test_add_func("/loader/uimage", test_uimage);
    g_test_add_func("/loader/hex", test_hex);
    ret = g_test_run();
    remove_dir();
    return ret;
}
