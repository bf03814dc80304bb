/* SPDX-License-Identifier: MIT */
/*
 * Kinds of kernel files that an AArch64 machine is given.
 *
 * A file is peeled (gzip, or the EFI zboot wrapper around gzip) until a layer is reached that is a
 * kernel or that is known not to be one. Unknown bytes count as a raw bare-metal program, so what
 * people are likely to pass by mistake is recognised by its signature and named in the error.
 */
#include "qemu/osdep.h"

#include <elf.h>

#include "hw/arm/boot.h"
#include "hw/loader.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/readfile.h"

/* booting.rst, section 4: the header of an Image */
enum { IMAGE_TEXT_OFFSET = 8, IMAGE_SIZE = 16, IMAGE_FLAGS = 24, IMAGE_MAGIC = 56, IMAGE_PE = 60 };
enum { IMAGE_HEADER_LEN = 64, IMAGE_FLAG_BE = 1 };

/* drivers/firmware/efi/libstub/zboot-header.S */
enum { ZBOOT_MAGIC = 4, ZBOOT_OFFSET = 8, ZBOOT_SIZE = 12, ZBOOT_TYPE = 24, ZBOOT_HEADER_LEN = 64 };

/* PE/COFF specification: COFF header and section table, offsets from "PE\0\0" */
enum { PE_MACHINE = 4, PE_NSECTIONS = 6, PE_OPT_SIZE = 20, PE_OPT = 24 };
enum { PE_SECTION_LEN = 40, PE_SECTION_RAW_SIZE = 16, PE_SECTION_RAW_OFFSET = 20 };
enum { PE_MACHINE_ARM64 = 0xaa64 };

/* Compressed again inside itself more often than this is an attack. */
enum { MAX_LAYERS = 4 };

#define WRONG_ARCH " is for %s: an arm64 kernel is needed"
#define PACKED     " is compressed by %s, which is not supported: expand it first, or use gzip"
#define NOT_KERNEL " is not a kernel but %s"

static const struct {
    uint32_t offset;
    uint8_t len;
    const char *bytes;
    const char *format; /* with one %s, the name */
    const char *name;
} signatures[] = {
    { 0x202, 4, "HdrS", WRONG_ARCH, "x86 (bzImage)" },
    { 0x38, 4, "RSC\x05", WRONG_ARCH, "RISC-V" },
    { 0x38, 4, "\xcd\x23\x82\x81", WRONG_ARCH, "LoongArch" },
    { 0x24, 4, "\x18\x28\x6f\x01", WRONG_ARCH, "32-bit Arm (zImage)" },
    { 0x24, 4, "\x01\x6f\x28\x18", WRONG_ARCH, "32-bit Arm (big-endian zImage)" },
    { 0, 4, "\x27\x05\x19\x56", NOT_KERNEL, "a U-Boot image (uImage): use the Image in it" },
    { 0, 4, "\xd0\x0d\xfe\xed", NOT_KERNEL, "a device tree blob or FIT image" },
    { 0, 6, "070701", NOT_KERNEL, "a cpio archive: use it with -initrd" },
    { 0, 8, "!<arch>\n", NOT_KERNEL, "an archive or a Debian package: unpack it" },
    { 0, 4, "QFI\xfb", NOT_KERNEL, "a qcow2 disk image" },
    { 0, 6,
      "\xfd"
      "7zXZ\0",
      PACKED, "xz" },
    { 0, 4, "\x28\xb5\x2f\xfd", PACKED, "zstd" },
    { 0, 4, "\x02\x21\x4c\x18", PACKED, "lz4" },
    { 0, 4, "\x04\x22\x4d\x18", PACKED, "lz4" },
    { 0, 3, "BZh", PACKED, "bzip2" },
    { 0, 3, "\x5d\0\0", PACKED, "lzma" },
};

static bool has_bytes(const Arm64Kernel *k, size_t offset, const char *bytes, size_t len)
{
    return k->len >= offset + len && memcmp(k->data + offset, bytes, len) == 0;
}

static bool check_signatures(const char *filename, const Arm64Kernel *k, Error **errp)
{
    for (int i = 0; i < ARRAY_SIZE(signatures); i++) {
        if (has_bytes(k, signatures[i].offset, signatures[i].bytes, signatures[i].len)) {
            g_autofree char *what = g_strdup_printf(signatures[i].format, signatures[i].name);

            error_setg(errp, "'%s'%s", filename, what);
            return false;
        }
    }
    return true;
}

static const char *pe_machine_name(unsigned machine)
{
    switch (machine) {
    case 0x014c:
        return "i386";
    case 0x8664:
        return "x86-64";
    case 0x01c0:
    case 0x01c2:
        return "32-bit Arm";
    case 0x5032:
    case 0x5064:
        return "RISC-V";
    case 0x6232:
    case 0x6264:
        return "LoongArch";
    default:
        return "another architecture";
    }
}

/* An EFI application: whose, and are all of its sections there? Not EFI is fine, too. */
static bool check_pe(const char *filename, const Arm64Kernel *k, Error **errp)
{
    uint64_t pe, sections, need = 0;
    unsigned machine, count;

    if (!has_bytes(k, 0, "MZ", 2)) {
        return true;
    }
    if (k->len < IMAGE_HEADER_LEN) {
        error_setg(errp, "the kernel '%s' is truncated in its header", filename);
        return false;
    }
    pe = ldl_le_p(k->data + IMAGE_PE) & UINT32_MAX;
    if (k->len < pe + PE_OPT) {
        error_setg(errp, "the kernel '%s' is truncated: its EFI header lies outside it", filename);
        return false;
    }
    if (!has_bytes(k, pe, "PE\0\0", 4)) {
        return true;
    }
    machine = lduw_le_p(k->data + pe + PE_MACHINE);
    if (machine != PE_MACHINE_ARM64) {
        error_setg(errp, "'%s'" WRONG_ARCH, filename, pe_machine_name(machine));
        return false;
    }
    count = lduw_le_p(k->data + pe + PE_NSECTIONS);
    sections = pe + PE_OPT + lduw_le_p(k->data + pe + PE_OPT_SIZE);
    need = sections + (uint64_t)count * PE_SECTION_LEN;
    for (uint64_t at = sections; count-- && at + PE_SECTION_LEN <= k->len; at += PE_SECTION_LEN) {
        need = MAX(need, (uint64_t)(uint32_t)ldl_le_p(k->data + at + PE_SECTION_RAW_OFFSET) +
                             (uint32_t)ldl_le_p(k->data + at + PE_SECTION_RAW_SIZE));
    }
    if (need > k->len) {
        error_setg(errp, "the kernel '%s' is truncated: it has %zu of %" PRIu64 " bytes", filename,
                   k->len, need);
        return false;
    }
    return true;
}

static void replace_data(Arm64Kernel *k, uint8_t *data, size_t len)
{
    g_free(k->data);
    k->data = data;
    k->len = len;
}

static bool expand(const char *filename, Arm64Kernel *k, const uint8_t *from, size_t len,
                   uint64_t max, Error **errp)
{
    size_t out_len;
    uint8_t *out = loader_gunzip("kernel", filename, from, len, max, &out_len, errp);

    if (!out) {
        return false;
    }
    replace_data(k, out, out_len);
    return true;
}

/* EFI zboot: a small EFI program that carries the compressed Image. */
static bool open_zboot(const char *filename, Arm64Kernel *k, uint64_t max, Error **errp)
{
    uint64_t offset = (uint32_t)ldl_le_p(k->data + ZBOOT_OFFSET);
    uint64_t size = (uint32_t)ldl_le_p(k->data + ZBOOT_SIZE);

    if (offset > k->len || size > k->len - offset) {
        error_setg(errp, "the kernel '%s' is truncated: its payload lies outside it", filename);
        return false;
    }
    if (strncmp((const char *)k->data + ZBOOT_TYPE, "gzip", IMAGE_MAGIC - ZBOOT_TYPE) != 0) {
        g_autofree char *type =
            g_strndup((const char *)k->data + ZBOOT_TYPE, IMAGE_MAGIC - ZBOOT_TYPE);
        g_autofree char *printable = g_strescape(type, NULL);

        error_setg(errp, "'%s'" PACKED, filename, printable);
        return false;
    }
    return expand(filename, k, k->data + offset, size, max, errp);
}

static bool open_image(const char *filename, Arm64Kernel *k, Error **errp)
{
    k->kind = ARM64_KERNEL_IMAGE;
    k->text_offset = ldq_le_p(k->data + IMAGE_TEXT_OFFSET);
    k->image_size = ldq_le_p(k->data + IMAGE_SIZE);
    if (k->image_size == 0) {
        k->text_offset = 0x80000; /* before Linux 3.17 the offset was fixed and no size given */
    } else if (ldq_le_p(k->data + IMAGE_FLAGS) & IMAGE_FLAG_BE) {
        error_setg(errp, "the kernel '%s' is big-endian, which is not supported", filename);
        return false;
    }
    k->image_size = MAX(k->image_size, k->len);
    return true;
}

/* The layer that k->data holds now: 1 a kernel, 0 another layer below it, -1 an error. */
static int open_layer(const char *filename, Arm64Kernel *k, uint64_t max, Error **errp)
{
    if (loader_is_gzip(k->data, k->len)) {
        return expand(filename, k, k->data, k->len, max, errp) ? 0 : -1;
    }
    if (!check_signatures(filename, k, errp) || !check_pe(filename, k, errp)) {
        return -1;
    }
    if (has_bytes(k, 0, ELFMAG, SELFMAG)) {
        k->kind = ARM64_KERNEL_ELF;
        return 1;
    }
    if (has_bytes(k, 0, "MZ", 2) && has_bytes(k, ZBOOT_MAGIC, "zimg", 4)) {
        return open_zboot(filename, k, max, errp) ? 0 : -1;
    }
    if (has_bytes(k, IMAGE_MAGIC, "ARM\x64", 4) && k->len >= IMAGE_HEADER_LEN) {
        return open_image(filename, k, errp) ? 1 : -1;
    }
    if (k->len < 4) {
        error_setg(errp, "the kernel '%s' is truncated: it has %zu bytes", filename, k->len);
        return -1;
    }
    k->kind = ARM64_KERNEL_RAW;
    return 1;
}

bool arm64_kernel_open(const char *filename, uint64_t max, Arm64Kernel *kernel, Error **errp)
{
    *kernel = (Arm64Kernel){ 0 };
    max = MIN(max, SSIZE_MAX - 1);
    /* An ELF file may carry any amount of debugging information: its size says nothing. */
    kernel->data = qemu_read_file("kernel", filename, SSIZE_MAX - 1, &kernel->len, errp);
    if (!kernel->data) {
        return false;
    }
    for (int layer = 0; layer < MAX_LAYERS; layer++) {
        int ret = open_layer(filename, kernel, max, errp);

        if (ret > 0) {
            return true;
        }
        if (ret < 0) {
            g_clear_pointer(&kernel->data, g_free);
            return false;
        }
    }
    error_setg(errp, "the kernel '%s' is compressed more than %d times over", filename,
               MAX_LAYERS - 1);
    g_clear_pointer(&kernel->data, g_free);
    return false;
}
