/* SPDX-License-Identifier: MIT */
/* Device trees that a user gives with -dtb: checked, then edited as booting does. */
#include "qemu/osdep.h"

#include <libfdt.h>
#include <sys/mman.h>

#include "fuzz.h"

#include "hw/arm/boot.h"
#include "qapi/error.h"
#include "system/device_tree.h"

static int file = -1; /* in memory: the tree is read by name */
static char *file_name;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    file = memfd_create("tree", MFD_CLOEXEC);
    file_name = g_strdup_printf("/proc/self/fd/%d", file);
    return 0;
}

/* ---- a tree written as the input says, with some of its bytes changed ---- */

static const char *const names[] = {
    "memory", "memory@0", "chosen", "psci", "soc@1", "", "a", "memory@40000000",
};
static const char *const properties[] = {
    "device_type", "#address-cells", "#size-cells",      "phandle",
    "reg",         "kaslr-seed",     "rng-seed",         "linux,initrd-start",
    "bootargs",    "linux,phandle",  "linux,initrd-end",
};

static void write_property(void *fdt, FuzzInput *in)
{
    static const char memory[] = "memory";
    const char *name = properties[fuzz_u8(in) % ARRAY_SIZE(properties)];
    uint8_t form = fuzz_u8(in);
    size_t n = form >> 2;

    if ((form & 3) == 0) {
        fdt_property_u32(fdt, name, n);
    } else if ((form & 3) == 1) {
        fdt_property(fdt, name, memory, sizeof(memory));
    } else {
        const uint8_t *data = fuzz_bytes(in, &n);
        fdt_property(fdt, name, data, n);
    }
}

/* Errors of libfdt (a property after a node, say) only make the tree smaller. */
static uint8_t *write_tree(FuzzInput *in, size_t *size)
{
    const size_t room = 16384;
    uint8_t *fdt = g_malloc0(room);
    int depth = 1;

    fdt_create(fdt, room);
    fdt_finish_reservemap(fdt);
    fdt_begin_node(fdt, "");
    while (in->left > 8) {
        uint8_t op = fuzz_u8(in);
        if (op % 4 == 0) {
            depth += fdt_begin_node(fdt, names[op / 4 % ARRAY_SIZE(names)]) == 0;
        } else if (op % 4 == 1 && depth > 1) {
            depth -= fdt_end_node(fdt) == 0;
        } else {
            write_property(fdt, in);
        }
    }
    while (depth-- > 0) {
        fdt_end_node(fdt);
    }
    fdt_finish(fdt);
    *size = MIN(fdt_totalsize(fdt), room);
    while (in->left >= 3) {
        uint64_t at = fuzz_number(in, 2);
        fdt[at % *size] ^= fuzz_u8(in);
    }
    return fdt;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput in = { data, size };
    bool raw = fuzz_u8(&in) % 4 == 0;
    g_autofree uint8_t *tree = raw ? g_memdup2(in.data, in.left) : write_tree(&in, &size);
    struct arm_boot_info info = {
        .loader_start = 0x40000000,
        .ram_size = 128 << 20,
        .initrd_start = 0x48000000,
        .initrd_size = 4096,
        .psci_conduit = QEMU_PSCI_CONDUIT_HVC,
    };

    if (raw) {
        size = in.left;
    }
    if (ftruncate(file, 0) < 0 || pwrite(file, tree, size, 0) != (ssize_t)size) {
        abort();
    }
    g_free(arm_make_dtb(file_name, "console=ttyAMA0", &info, NULL));
    return 0;
}
