/* SPDX-License-Identifier: MIT */
/*
 * Random accesses to the registers of one device, with steps of the clock and input from its
 * character device between them. The device is what follows "fuzz-mmio-" in the program's name, a
 * part of the names of its regions; all devices if nothing does.
 *
 * An input is a sequence of operations. The first byte chooses: bits 0 to 2 the kind, 3 and 4 the
 * size of the access, 5 and 6 the form of the value, 7 the CPU that makes the access.
 */
#include "qemu/osdep.h"

#include "fuzz.h"

#include "hw/core/cpu.h"
#include "system/address-spaces.h"
#include "system/memory-internal.h"

#define RAM_BASE   0x40000000ull
#define RAM_WINDOW 0x10000 /* of RAM that inputs fill with what devices read */
#define MAX_WINDOW 0x10000 /* of a device: larger ones (flash) are reached in parts */

typedef struct Window {
    hwaddr base, size;
} Window;

static GArray *windows;

static const struct {
    const char *device;
    const char *options[6];
} extra_options[] = {
    { "pl011", { "-serial", "null" } },
    { "virtio-mmio", { "-device", "virtio-rng-device", "-device", "virtio-serial-device,id=vs" } },
};

static void find_windows(const char *device)
{
    FlatView *view = address_space_view(&address_space_memory);

    windows = g_array_new(false, false, sizeof(Window));
    for (unsigned n = 0; n < view->nr; n++) {
        const FlatRange *fr = &view->ranges[n];
        const char *name = memory_region_name(fr->mr);
        Window w = { fr->first, fr->last - fr->first + 1 };

        if ((fr->mr->ram && !fr->romd_mode) || fr->first >= RAM_BASE ||
            !(name && strstr(name, device))) {
            continue;
        }
        g_array_append_val(windows, w);
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *name = strstr((*argv)[0], "fuzz-mmio-");
    const char *device = name ? name + strlen("fuzz-mmio-") : "";
    const char *const *options = NULL;

    for (size_t i = 0; i < ARRAY_SIZE(extra_options); i++) {
        if (!strcmp(device, extra_options[i].device)) {
            options = extra_options[i].options;
        }
    }
    fuzz_start_machine(options);
    find_windows(device);
    if (!windows->len) {
        fprintf(stderr, "no device's region has '%s' in its name\n", device);
        exit(1);
    }
    return 0;
}

static hwaddr address(FuzzInput *in)
{
    uint8_t which = windows->len > 1 ? fuzz_u8(in) : 0;
    const Window *w = &g_array_index(windows, Window, which % windows->len);
    uint64_t offset = fuzz_number(in, w->size > 256 ? 2 : 1);

    return w->base + offset % MIN(w->size, MAX_WINDOW);
}

/* Values that lead somewhere: small, any, an address in RAM, all ones but a few. */
static uint64_t value(FuzzInput *in, unsigned form, unsigned size)
{
    switch (form) {
    case 0:
        return fuzz_u8(in);
    case 1:
        return fuzz_number(in, size);
    case 2:
        return RAM_BASE + fuzz_number(in, 2) % RAM_WINDOW;
    default:
        return ~(uint64_t)fuzz_u8(in);
    }
}

static void access_device(FuzzInput *in, uint8_t op, bool write)
{
    unsigned size = 1u << (op >> 3 & 3);
    hwaddr addr = address(in);
    uint64_t data = write ? value(in, op >> 5 & 3, size) : 0;

    current_cpu = qemu_get_cpu(op >> 7);
    address_space_rw(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, &data, size, write);
    current_cpu = NULL;
}

static void fill_ram(FuzzInput *in)
{
    hwaddr addr = RAM_BASE + fuzz_number(in, 2) % RAM_WINDOW;
    size_t n = fuzz_u8(in);
    const uint8_t *data = fuzz_bytes(in, &n);

    address_space_write(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, data, n);
}

static void device_input(FuzzInput *in)
{
    size_t n = fuzz_u8(in) & 63;
    const uint8_t *data = fuzz_bytes(in, &n);

    fuzz_chardev_input("serial0", data, n);
}

static void run_op(FuzzInput *in)
{
    uint8_t op = fuzz_u8(in);

    switch (op & 7) {
    case 0:
    case 1:
        access_device(in, op, false);
        break;
    case 2:
    case 3:
    case 4:
        access_device(in, op, true);
        break;
    case 5: {
        unsigned shift = op >> 3;
        fuzz_step_clock(fuzz_number(in, 2) << shift);
        break;
    }
    case 6:
        fill_ram(in);
        break;
    case 7:
        device_input(in);
        fuzz_run_loop();
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput in = { data, size };

    fuzz_reset_machine();
    while (in.left) {
        run_op(&in);
    }
    fuzz_run_loop();
    return 0;
}
