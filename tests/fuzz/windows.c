/* SPDX-License-Identifier: MIT */
/* Random accesses to devices, with steps of the clock and input from a character device between. */
#include "qemu/osdep.h"

#include "fuzz.h"

#include "hw/core/cpu.h"
#include "system/address-spaces.h"
#include "system/memory-internal.h"

#define MAX_WINDOW 0x10000 /* larger regions (flash) are reached in parts */

typedef struct Window {
    hwaddr base, size;
} Window;

static GArray *windows;

void fuzz_add_window(uint64_t base, uint64_t size)
{
    Window w = { base, size };

    if (!windows) {
        windows = g_array_new(false, false, sizeof(Window));
    }
    g_array_append_val(windows, w);
}

/* A slot of virtio-mmio without a device has a DeviceID (at offset 8) of 0: nothing to see. */
static bool is_empty_slot(const FlatRange *fr)
{
    uint32_t id = 1;

    if (!strcmp(memory_region_name(fr->mr), "virtio-mmio")) {
        address_space_read(&address_space_memory, fr->first + 8, MEMTXATTRS_UNSPECIFIED, &id, 4);
    }
    return id == 0;
}

bool fuzz_find_windows(const char *device)
{
    FlatView *view = address_space_view(&address_space_memory);

    for (unsigned n = 0; n < view->nr; n++) {
        const FlatRange *fr = &view->ranges[n];
        const char *name = memory_region_name(fr->mr);

        if ((!fr->mr->ram || fr->romd_mode) && fr->first < FUZZ_RAM && name &&
            strstr(name, device) && !is_empty_slot(fr)) {
            fuzz_add_window(fr->first, fr->last - fr->first + 1);
        }
    }
    return windows != NULL;
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
        return FUZZ_RAM + fuzz_number(in, 2) % FUZZ_RAM_WINDOW;
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

void fuzz_write(uint64_t addr, uint64_t data, unsigned size)
{
    address_space_write(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, &data, size);
}

static void fill_ram(FuzzInput *in)
{
    hwaddr addr = FUZZ_RAM + fuzz_number(in, 2) % FUZZ_RAM_WINDOW;
    size_t n = fuzz_u8(in);
    const uint8_t *data = fuzz_bytes(in, &n);

    address_space_write(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, data, n);
}

static void device_input(FuzzInput *in, const char *chardev)
{
    size_t n = fuzz_u8(in) & 63;
    const uint8_t *data = fuzz_bytes(in, &n);

    fuzz_chardev_input(chardev, data, n);
}

void fuzz_device_op(FuzzInput *in, const char *chardev)
{
    uint8_t op = fuzz_u8(in);
    unsigned shift = op >> 3;

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
    case 5:
        fuzz_step_clock(fuzz_number(in, 2) << shift);
        break;
    case 6:
        fill_ram(in);
        break;
    case 7:
        device_input(in, chardev);
        fuzz_run_loop();
        break;
    }
}
