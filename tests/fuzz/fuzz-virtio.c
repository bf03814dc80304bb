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
    DEVICE_FEATURES = 0x10,
    DEVICE_FEATURES_SEL = 0x14,
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
#define QUEUES     8
#define QUEUE_STEP 0x2000
#define DESC_SIZE  16
#define DATA       (FUZZ_RAM + QUEUES * QUEUE_STEP) /* 256 buffers of 64 bytes */
#define DATA_STEP  64
#define RAM_USED   (QUEUES * QUEUE_STEP + 256 * DATA_STEP)

enum { DESC_NEXT = 1, DESC_WRITE = 2, DESC_INDIRECT = 4 };

static bool legacy;
static hwaddr slot; /* of the device */
static unsigned queue_size;
static uint8_t next_buffer; /* and the descriptor that is used next */

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

static uint32_t get(unsigned reg)
{
    uint32_t value = 0;

    address_space_read(&address_space_memory, slot + reg, MEMTXATTRS_UNSPECIFIED, &value, 4);
    return value;
}

/* A driver's way to DRIVER_OK: some of the features offered, or, rarely, any. */
static void set_up(FuzzInput *in)
{
    uint8_t how = fuzz_u8(in);
    uint32_t wanted = fuzz_number(in, 4);

    queue_size = 1u << how % 8;
    next_buffer = 0;
    set(STATUS, 0);
    set(STATUS, 3);
    if (legacy) {
        set(GUEST_PAGE_SIZE, 4096);
    }
    for (unsigned half = 0; half < 2; half++) {
        set(DEVICE_FEATURES_SEL, half);
        set(DRIVER_FEATURES_SEL, half);
        /* VERSION_1 is bit 32. */
        set(DRIVER_FEATURES, half ? 1 : how >> 3 == 31 ? wanted : wanted & get(DEVICE_FEATURES));
    }
    set(STATUS, 0xb);
    for (unsigned n = 0; n < QUEUES; n++) {
        set_up_queue(n, queue_size);
    }
    set(STATUS, 0xf);
}

static void write_descriptor(unsigned queue, unsigned index, uint64_t addr, uint32_t len,
                             unsigned flags, unsigned next)
{
    hwaddr at = queue_base(queue) + index * DESC_SIZE;

    fuzz_write(at, addr, 8);
    fuzz_write(at + 8, len, 4);
    fuzz_write(at + 12, flags, 2);
    fuzz_write(at + 14, next, 2);
}

/* Puts @head into the available ring, @times. */
static void offer(unsigned queue, unsigned head, unsigned times)
{
    hwaddr avail = queue_base(queue) + queue_size * DESC_SIZE;
    uint16_t idx = 0;

    address_space_read(&address_space_memory, avail + 2, MEMTXATTRS_UNSPECIFIED, &idx, 2);
    for (; times; times--, idx++) {
        fuzz_write(avail + 4 + idx % queue_size * 2, head, 2);
    }
    fuzz_write(avail + 2, idx, 2);
    set(QUEUE_NOTIFY, queue);
}

/* What a good driver does: a message, or room for one. Queue in bits 0 to 2, then its length. */
static void send_or_give(FuzzInput *in, bool send)
{
    uint8_t op = fuzz_u8(in), buffer = next_buffer++;
    unsigned index = buffer % queue_size;
    hwaddr at = DATA + buffer * DATA_STEP;
    size_t n = send ? op >> 3 : (op >> 3) * 8;

    if (send) {
        const uint8_t *data = fuzz_bytes(in, &n);
        address_space_write(&address_space_memory, at, MEMTXATTRS_UNSPECIFIED, data, n);
    }
    write_descriptor(op & 7, index, at, n, send ? 0 : DESC_WRITE, 0);
    offer(op & 7, index, 1);
}

/* Queue, index, and anything in the descriptor: also chains, loops, tables of descriptors. */
static void any_descriptor(FuzzInput *in)
{
    uint8_t where = fuzz_u8(in), form = fuzz_u8(in);
    uint64_t addr = form & 1 ? FUZZ_RAM + fuzz_number(in, 2) : fuzz_number(in, 8);
    uint32_t len = form & 2 ? fuzz_u8(in) * DESC_SIZE : fuzz_number(in, 4);

    write_descriptor(where & 7, where >> 3, addr, len, form >> 2 & 7, form >> 5);
}

/* A control message of virtio-serial (Virtio 1.2, 5.3.6.2): port, event, value. */
static void control_message(FuzzInput *in)
{
    uint8_t buffer = next_buffer++, what = fuzz_u8(in);
    hwaddr at = DATA + buffer * DATA_STEP;

    fuzz_write(at, what >> 5, 4);
    fuzz_write(at + 4, what & 15, 2);
    fuzz_write(at + 6, what >> 4 & 1, 2);
    write_descriptor(3, buffer % queue_size, at, 8, 0, 0);
    offer(3, buffer % queue_size, 1);
}

static void run_op(FuzzInput *in)
{
    uint8_t op = fuzz_u8(in);

    switch (op % 16) {
    case 0:
        set_up(in);
        break;
    case 1:
    case 2:
    case 3:
        any_descriptor(in);
        break;
    case 4:
    case 5: {
        uint8_t where = fuzz_u8(in);
        offer(where & 7, where >> 3, op >> 4);
        break;
    }
    case 6:
    case 7:
        send_or_give(in, true);
        break;
    case 8:
    case 9:
        send_or_give(in, false);
        break;
    case 10:
    case 11:
        control_message(in);
        break;
    case 12:
        fuzz_run_loop();
        break;
    default:
        fuzz_device_op(in, op >> 4 & 1 ? "serial0" : "c1");
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput in = { data, size };

    fuzz_reset_machine();
    address_space_set(&address_space_memory, FUZZ_RAM, 0, RAM_USED, MEMTXATTRS_UNSPECIFIED);
    queue_size = 1;
    if (fuzz_u8(&in) % 8) {
        set_up(&in);
    }
    while (in.left) {
        run_op(&in);
    }
    fuzz_run_loop();
    return 0;
}
