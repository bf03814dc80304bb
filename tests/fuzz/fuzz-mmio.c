/* SPDX-License-Identifier: MIT */
/*
 * Random accesses to the registers of one device. It is what follows "fuzz-mmio-" in the program's
 * name, a part of the names of its regions; all devices if nothing does.
 */
#include "qemu/osdep.h"

#include "fuzz.h"

#include "hw/sysbus.h"
#include "qapi/error.h"

/* Where a device goes that the machine does not have. */
#define OWN_DEVICE 0x20000000

/* What the machine does not have by itself. */
static const struct {
    const char *device;
    const char *options[6];
    const char *type; /* made here */
} extra[] = {
    { "pl011", { "-serial", "null" } },
    { "gicv3", { "-M", "virt,gic-version=3" } },
    { "example", { "-chardev", "null,id=serial0", "-device", "example,chardev=serial0" } },
    { "sbsa_gwdt", { "-watchdog-action", "none" }, "sbsa_gwdt" },
};

static void create(const char *type)
{
    SysBusDevice *sbd = SYS_BUS_DEVICE(qdev_new(type));
    hwaddr base = OWN_DEVICE;

    sysbus_realize_and_unref(sbd, &error_fatal);
    for (int n = 0; sysbus_has_mmio(sbd, n); n++) {
        uint64_t size = memory_region_size(sysbus_mmio_get_region(sbd, n));
        sysbus_mmio_map(sbd, n, base);
        base += ROUND_UP(size, 4096);
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *name = strstr((*argv)[0], "fuzz-mmio-");
    const char *device = name ? name + strlen("fuzz-mmio-") : "";
    size_t row = 0;

    while (row < ARRAY_SIZE(extra) && strcmp(device, extra[row].device)) {
        row++;
    }
    bool found = row < ARRAY_SIZE(extra);
    fuzz_start_machine(found ? extra[row].options : NULL);
    if (found && extra[row].type) {
        create(extra[row].type);
    }
    if (!fuzz_find_windows(device)) {
        fprintf(stderr, "no device's region has '%s' in its name\n", device);
        exit(1);
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput in = { data, size };

    fuzz_reset_machine();
    while (in.left) {
        fuzz_device_op(&in, "serial0");
    }
    fuzz_run_loop();
    return 0;
}
