/* SPDX-License-Identifier: MIT */
/*
 * The driver's side of a virtio device, for tests: RAM, a transport with a device of the test's own
 * type, rings written by hand.
 */
#ifndef TESTS_VIRTIO_DRIVER_H
#define TESTS_VIRTIO_DRIVER_H

#include "device-harness.h"

#include "hw/virtio/virtio-mmio.h"
#include "qemu/iov.h"

enum {
    RAM_BASE = 0x40000000,
    RAM_SIZE = 0x200000,
    RAM2_BASE = RAM_BASE + RAM_SIZE, /* a second region behind the first */
    RAM2_SIZE = 0x10000,
    MMIO_BASE = 0x0a000000,
    QUEUE_NUM = 8,
    DESC = RAM_BASE,
    AVAIL = RAM_BASE + 0x1000,
    USED = RAM_BASE + 0x2000,
    TABLE = RAM_BASE + 0x4000, /* an indirect one */
    BUFFERS = RAM_BASE + 0x10000,
};

enum { /* registers that the tests use (VIRTIO 1.2, 4.2.2) */
       REG_DRIVER_FEATURES = MMIO_BASE + 0x020,
       REG_DRIVER_FEATURES_SEL = MMIO_BASE + 0x024,
       REG_QUEUE_SEL = MMIO_BASE + 0x030,
       REG_QUEUE_NUM = MMIO_BASE + 0x038,
       REG_QUEUE_READY = MMIO_BASE + 0x044,
       REG_QUEUE_NOTIFY = MMIO_BASE + 0x050,
       REG_INTERRUPT_STATUS = MMIO_BASE + 0x060,
       REG_INTERRUPT_ACK = MMIO_BASE + 0x064,
       REG_STATUS = MMIO_BASE + 0x070,
       REG_DESC = MMIO_BASE + 0x080,
       REG_AVAIL = MMIO_BASE + 0x090,
       REG_USED = MMIO_BASE + 0x0a0,
       REG_QUEUE_RESET = MMIO_BASE + 0x0c0,
};

#define TYPE_TEST_VIRTIO "test-virtio-device"
OBJECT_DECLARE_SIMPLE_TYPE(TestVirtio, TEST_VIRTIO)

/* Keeps what it pops; the test looks at it and pushes. */
struct TestVirtio {
    VirtIODevice parent_obj;
    VirtQueue *vq;
    VirtQueueElement *elem[QUEUE_NUM];
    unsigned n, kicks;
    bool pop_on_kick;
};

static TestVirtio *dev;
static MemoryRegion ram, ram2;
static uint16_t avail_idx;

static void test_virtio_kick(VirtIODevice *vdev, VirtQueue *vq)
{
    TestVirtio *t = TEST_VIRTIO(vdev);

    t->kicks++;
    while (t->pop_on_kick && t->n < QUEUE_NUM) {
        t->elem[t->n] = virtqueue_pop(vq, sizeof(VirtQueueElement));
        if (!t->elem[t->n]) {
            break;
        }
        t->n++;
    }
}

static void test_virtio_reset(VirtIODevice *vdev)
{
    TestVirtio *t = TEST_VIRTIO(vdev);

    while (t->n) {
        t->n--;
        virtqueue_detach_element(t->vq, t->elem[t->n], 0);
        g_free(t->elem[t->n]);
    }
}

static void test_virtio_realize(DeviceState *d, Error **errp)
{
    TestVirtio *t = TEST_VIRTIO(d);

    virtio_init(VIRTIO_DEVICE(d), VIRTIO_ID_RNG, 8);
    t->vq = virtio_add_queue(VIRTIO_DEVICE(d), QUEUE_NUM, test_virtio_kick);
    t->pop_on_kick = true;
}

static void test_virtio_class_init(ObjectClass *oc, const void *data)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_CLASS(oc);

    k->realize = test_virtio_realize;
    k->reset = test_virtio_reset;
}

static const TypeInfo test_virtio_types[] = {
    {
        .name = TYPE_TEST_VIRTIO,
        .parent = TYPE_VIRTIO_DEVICE,
        .instance_size = sizeof(TestVirtio),
        .class_init = test_virtio_class_init,
    },
};

DEFINE_TYPES(test_virtio_types)

/* Machine: RAM, a modern transport whose interrupt is line 0, the device. */
static inline void driver_init(void)
{
    DeviceState *proxy = qdev_new(TYPE_VIRTIO_MMIO);

    memory_region_init_ram(&ram, NULL, "ram", RAM_SIZE, &error_abort);
    memory_region_add_subregion(get_system_memory(), RAM_BASE, &ram);
    memory_region_init_ram(&ram2, NULL, "ram2", RAM2_SIZE, &error_abort);
    memory_region_add_subregion(get_system_memory(), RAM2_BASE, &ram2);
    object_property_set_bool(OBJECT(proxy), "force-legacy", false, &error_abort);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(proxy), &error_abort);
    sysbus_mmio_map(SYS_BUS_DEVICE(proxy), 0, MMIO_BASE);
    sysbus_connect_irq(SYS_BUS_DEVICE(proxy), 0, harness_line(0));
    dev = TEST_VIRTIO(qdev_new(TYPE_TEST_VIRTIO));
    qdev_realize(DEVICE(dev), BUS(&VIRTIO_MMIO(proxy)->bus), &error_abort);
}

static inline void w64(hwaddr reg, uint64_t value)
{
    w32(reg, value);
    w32(reg + 4, value >> 32);
}

static inline void driver_set_rings(uint64_t desc, uint64_t avail, uint64_t used)
{
    w32(REG_QUEUE_SEL, 0);
    w32(REG_QUEUE_NUM, QUEUE_NUM);
    w64(REG_DESC, desc);
    w64(REG_AVAIL, avail);
    w64(REG_USED, used);
    w32(REG_QUEUE_READY, 1);
}

/* Reset, negotiate VERSION_1 and the bits of @features, set the queue up, DRIVER_OK. */
static inline void driver_start(uint64_t features)
{
    features |= 1ull << VIRTIO_F_VERSION_1;
    w32(REG_STATUS, 0);
    address_space_set(&address_space_memory, RAM_BASE, 0, BUFFERS - RAM_BASE,
                      MEMTXATTRS_UNSPECIFIED);
    avail_idx = 0;
    w32(REG_STATUS, VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER);
    for (int word = 0; word < 2; word++) {
        w32(REG_DRIVER_FEATURES_SEL, word);
        w32(REG_DRIVER_FEATURES, features >> (32 * word));
    }
    w32(REG_STATUS, r32(REG_STATUS) | VIRTIO_CONFIG_S_FEATURES_OK);
    g_assert_cmphex(r32(REG_STATUS) & VIRTIO_CONFIG_S_FEATURES_OK, !=, 0);
    driver_set_rings(DESC, AVAIL, USED);
    w32(REG_STATUS, r32(REG_STATUS) | VIRTIO_CONFIG_S_DRIVER_OK);
    dev->kicks = 0;
}

static inline void put_desc(hwaddr table, unsigned i, uint64_t addr, uint32_t len, unsigned flags,
                            unsigned next)
{
    hwaddr at = table + 16 * i;

    harness_write(at, addr, 8);
    harness_write(at + 8, len, 4);
    harness_write(at + 12, flags, 2);
    harness_write(at + 14, next, 2);
}

/* Hand chain @head over, without a kick. */
static inline void driver_add(unsigned head)
{
    harness_write(AVAIL + 4 + 2 * (avail_idx % QUEUE_NUM), head, 2);
    harness_write(AVAIL + 2, ++avail_idx, 2);
}

static inline void driver_kick(void)
{
    w32(REG_QUEUE_NOTIFY, 0);
}

static inline uint16_t used_count(void)
{
    return harness_read(USED + 2, 2);
}

#endif
