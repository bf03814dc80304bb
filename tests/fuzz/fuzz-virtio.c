/* SPDX-License-Identifier: MIT */
/*
 * Virtio devices over virtio-mmio (Virtio 1.2, 4.2): a driver that knows its queues' layout and
 * lies about everything else. The device is what follows "fuzz-virtio-" in the program's name; with
 * "legacy-" before it, through the interface before 1.0.
 *
 * Queue n lies at RAM + 0x2000 n, in the order that the legacy interface has: descriptors,
 * available ring, used ring on the next 4 KiB.
 */
#include "qemu/osdep.h"

#include "fuzz.h"

#include "system/address-spaces.h"

enum {
    DRIVER_FEATURES = 0x20,
    DRIVER_FEATURES_SEL = 0x24,
    GUEST_PAGE_SIZE = 0x28,
    QUEUE_SEL = 0x30,
    QUEUE_NUM = 0x38,
    QUEUE_ALIGN = 0x3c,
    QUEUE_PFN = 0x40,
    QUEUE_READY = 0x44,
    QUEUE_NOTIFY = 0x50,
    STATUS = 0x70,
    QUEUE_DESC = 0x80,
    QUEUE_DRIVER = 0x90,
    QUEUE_DEVICE = 0xa0,
};

#define SLOT_SIZE  0x200
#define QUEUES     6
#define QUEUE_STEP 0x2000
#define DESC_SIZE  16

static bool legacy;
static hwaddr slot; /* of the device */

static const char *const rng_options[] = { "-device", "virtio-rng-device", NULL };
static const char *const serial_options[] = {
    "-chardev", "null,id=serial0",
    "-device",  "virtio-serial-device,max_ports=3",
    "-chardev", "null,id=c1",
    "-device",  "virtconsole,chardev=serial0",
    "-device",  "virtserialport,chardev=c1,name=org.test.0",
    NULL,
};
static const char *const force_modern[] = { "-global", "virtio-mmio.force-legacy=false", NULL };

static void start(const char *const *options)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();

    for (; *options; options++) {
        g_ptr_array_add(all, (char *)*options);
    }
    for (const char *const *o = force_modern; *o && !legacy; o++) {
        g_ptr_array_add(all, (char *)*o);
    }
    g_ptr_array_add(all, NULL);
    fuzz_start_machine((const char *const *)all->pdata);
}

/* The one slot that has a device. */
static void find_slot(void)
{
    for (slot = 0x0a000000; slot < 0x0a004000; slot += SLOT_SIZE) {
        uint32_t id = 0;
        address_space_read(&address_space_memory, slot + 8, MEMTXATTRS_UNSPECIFIED, &id, 4);
        if (id) {
            return;
        }
    }
    fprintf(stderr, "there is no virtio device\n");
    exit(1);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *name = strstr((*argv)[0], "fuzz-virtio-");

    legacy = name && strstr(name, "legacy-");
    start(name && strstr(name, "serial") ? serial_options : rng_options);
    find_slot();
    fuzz_add_window(slot, SLOT_SIZE);
    return 0;
}

static void set(unsigned reg, uint32_t value)
{
    fuzz_write(slot + reg, value, 4);
}

static hwaddr queue_base(unsigned n)
{
    return FUZZ_RAM + n % QUEUES * QUEUE_STEP;
}

static void set_address(unsigned reg, hwaddr addr)
{
    set(reg, addr);
    set(reg + 4, addr >> 32);
}

static void set_up_queue(unsigned n, unsigned size)
{
    hwaddr base = queue_base(n);

    set(QUEUE_SEL, n);
    set(QUEUE_NUM, size);
    if (legacy) {
        set(QUEUE_ALIGN, 4096);
        set(QUEUE_PFN, base >> 12);
        return;
    }
    set_address(QUEUE_DESC, base);
    set_address(QUEUE_DRIVER, base + size * DESC_SIZE);
    set_address(QUEUE_DEVICE, base + 4096);
    set(QUEUE_READY, 1);
}

/* A driver's way to DRIVER_OK, with any features and sizes of queues. */
static void set_up(FuzzInput *in)
{
    unsigned size = 1u << fuzz_u8(in) % 8;

    set(STATUS, 0);
    set(STATUS, 3);
    if (legacy) {
        set(GUEST_PAGE_SIZE, 4096);
    }
    for (unsigned half = 0; half < 2; half++) {
        set(DRIVER_FEATURES_SEL, half);
        /* VERSION_1 is bit 32. Bits that the device does not offer fail the negotiation. */
        set(DRIVER_FEATURES, half ? 1 : fuzz_number(in, 4));
    }
    set(STATUS, 0xb);
    for (unsigned n = 0; n < QUEUES; n++) {
        set_up_queue(n, size);
    }
    set(STATUS, 0xf);
}

/* Queue, index; then the descriptor: an address in the window or anywhere, length, flags, next. */
static void write_descriptor(FuzzInput *in)
{
    uint8_t where = fuzz_u8(in), form = fuzz_u8(in);
    hwaddr at = queue_base(where & 7) + (where >> 3) * DESC_SIZE;

    fuzz_write(at, form & 1 ? FUZZ_RAM + fuzz_number(in, 2) : fuzz_number(in, 8), 8);
    fuzz_write(at + 8, form & 2 ? fuzz_u8(in) * DESC_SIZE : fuzz_number(in, 4), 4);
    fuzz_write(at + 12, form >> 2 & 7, 2); /* NEXT, WRITE, INDIRECT */
    fuzz_write(at + 14, form >> 5, 2);
}

/* Queue and its size; puts heads into the available ring and tells the device. */
static void offer(FuzzInput *in)
{
    uint8_t op = fuzz_u8(in);
    unsigned size = 1u << (op >> 3 & 7);
    hwaddr avail = queue_base(op & 7) + size * DESC_SIZE;
    uint16_t idx = 0;

    address_space_read(&address_space_memory, avail + 2, MEMTXATTRS_UNSPECIFIED, &idx, 2);
    for (unsigned n = fuzz_u8(in) & 3; n != UINT_MAX; n--) {
        fuzz_write(avail + 4 + idx++ % size * 2, fuzz_u8(in), 2);
    }
    fuzz_write(avail + 2, idx, 2);
    set(QUEUE_NOTIFY, op & 7);
}

/* Control messages of virtio-serial and the like: small structures at the start of the window. */
static void write_data(FuzzInput *in)
{
    hwaddr at = FUZZ_RAM + 0xc000 + fuzz_u8(in) * DESC_SIZE;

    fuzz_write(at, fuzz_number(in, 8), 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput in = { data, size };

    fuzz_reset_machine();
    address_space_set(&address_space_memory, FUZZ_RAM, 0, FUZZ_RAM_WINDOW, MEMTXATTRS_UNSPECIFIED);
    if (fuzz_u8(&in) & 1) {
        set_up(&in);
    }
    while (in.left) {
        switch (fuzz_u8(&in) % 8) {
        case 0:
            set_up(&in);
            break;
        case 1:
        case 2:
            write_descriptor(&in);
            break;
        case 3:
        case 4:
            offer(&in);
            break;
        case 5:
            write_data(&in);
            break;
        default:
            fuzz_device_op(&in, "serial0");
            break;
        }
    }
    fuzz_run_loop();
    return 0;
}
