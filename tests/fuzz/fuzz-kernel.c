/* SPDX-License-Identifier: MIT */
/* Kernel files: Image, gzip, EFI zboot, ELF, uImage; and what the last two ask to be loaded. */
#include "qemu/osdep.h"

#include <elf.h>
#include <sys/mman.h>

#include "fuzz.h"

#include "hw/arm/boot.h"
#include "hw/loader.h"
#include "qapi/error.h"

#define MAX_EXPANDED (16 << 20)

static int file = -1; /* in memory: kernels are read by name */
static char *file_name;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    file = memfd_create("kernel", MFD_CLOEXEC);
    file_name = g_strdup_printf("/proc/self/fd/%d", file);
    return 0;
}

/* The beginnings by which kinds of files are told apart, at the places where they are. */
static void give_magic(uint8_t *data, size_t size, unsigned kind)
{
    static const uint8_t elf[] = { 0x7f, 'E', 'L', 'F', 2, 1, 1,   0, 0, 0, 0, 0,
                                   0,    0,   0,   0,   2, 0, 183, 0, 1, 0, 0, 0 };
    static const uint8_t gzip[] = { 0x1f, 0x8b, 8, 0 };
    static const uint8_t uimage[] = { 0x27, 5, 0x19, 0x56 };
    static const uint8_t zboot[] = { 'M', 'Z', 0, 0, 'z', 'i', 'm', 'g' };

    if (size < 128) {
        return;
    }
    switch (kind % 6) {
    case 0:
        memcpy(data, elf, sizeof(elf));
        data[54] = sizeof(Elf64_Phdr); /* e_phentsize */
        data[55] = 0;
        break;
    case 1:
        memcpy(data, gzip, sizeof(gzip));
        break;
    case 2:
        memcpy(data, zboot, sizeof(zboot));
        memcpy(data + 24, "gzip", 5); /* compression type */
        break;
    case 3:
        memcpy(data + 56, "ARM\x64", 4);
        break;
    case 4:
        memcpy(data, uimage, sizeof(uimage));
        break;
    default:
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const ElfLoadOptions opts = { .data_order = ELF_ORDER_LE, .machine = EM_AARCH64 };
    FuzzInput in = { data, size };
    unsigned kind = fuzz_u8(&in);
    g_autofree uint8_t *copy = g_memdup2(in.data, in.left);
    Arm64Kernel kernel;
    ElfLoadInfo info;

    give_magic(copy, in.left, kind);
    if (ftruncate(file, 0) < 0 || pwrite(file, copy, in.left, 0) != (ssize_t)in.left) {
        abort();
    }
    if (arm64_kernel_open(file_name, MAX_EXPANDED, &kernel, NULL)) {
        g_assert_cmpuint(kernel.len, <=, MAX_EXPANDED);
        if (kernel.kind == ARM64_KERNEL_ELF) {
            loader_load_elf(file_name, kernel.data, kernel.len, &opts, &info, NULL);
            rom_clear_all();
        }
        g_free(kernel.data);
    }
    if (loader_is_uimage(copy, in.left)) {
        UImageInfo image = { .load = 0x40000000 };
        loader_load_uimage("image", copy, in.left, NULL, &image, NULL);
        rom_clear_all();
    }
    return 0;
}
