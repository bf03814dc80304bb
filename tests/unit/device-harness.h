/* SPDX-License-Identifier: MIT */
/*
 * A device under test: mapped in system memory, driven as a CPU drives it, with its output lines
 * recorded. A test program calls harness_init() first, once.
 */
#ifndef TESTS_DEVICE_HARNESS_H
#define TESTS_DEVICE_HARNESS_H

#include "qemu/osdep.h"

#include "hw/irq.h"
#include "hw/sysbus.h"
#include "migration/snapshot.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "system/address-spaces.h"

enum { HARNESS_IRQS = 64 };

/* The level of each recorded line. */
static int harness_level[HARNESS_IRQS];

static inline void harness_irq(void *opaque, int n, int level)
{
    harness_level[n] = level;
}

static inline qemu_irq harness_line(int n)
{
    assert(n < HARNESS_IRQS);
    return qemu_allocate_irq(harness_irq, NULL, n);
}

static inline void harness_init(int *argc, char ***argv)
{
    g_test_init(argc, argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    qemu_init_main_loop(&error_abort);
    get_system_memory();
}

static inline uint64_t harness_read(hwaddr addr, unsigned size)
{
    uint8_t buf[8] = { 0 };
    uint64_t value;

    address_space_read(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, buf, size);
    memcpy(&value, buf, 8); /* tests run on little-endian hosts */
    return value;
}

static inline void harness_write(hwaddr addr, uint64_t value, unsigned size)
{
    address_space_write(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, &value, size);
}

static inline uint32_t r32(hwaddr addr)
{
    return harness_read(addr, 4);
}

static inline void w32(hwaddr addr, uint32_t value)
{
    harness_write(addr, value, 4);
}

/* Accesses of every size all over a device: whatever happens inside, it must survive. */
static inline void harness_hammer(hwaddr base, hwaddr size, unsigned count, uint32_t seed)
{
    GRand *rng = g_rand_new_with_seed(seed);

    for (unsigned i = 0; i < count; i++) {
        hwaddr addr = base + g_rand_int_range(rng, 0, size);
        unsigned len = 1u << g_rand_int_range(rng, 0, 4);
        uint64_t value = (uint64_t)g_rand_int(rng) << 32 | g_rand_int(rng);

        if (g_rand_boolean(rng)) {
            harness_write(addr, value >> g_rand_int_range(rng, 0, 64), len);
        } else {
            harness_read(addr, len);
        }
    }
    g_rand_free(rng);
}

/* Saved, disturbed, loaded and saved again, the device's state is the same. */
static inline void harness_roundtrip(DeviceState *dev, unsigned count, uint32_t seed)
{
    GRand *rng = g_rand_new_with_seed(seed);

    for (unsigned i = 0; i < count; i++) {
        vmstate_roundtrip(DEVICE_GET_CLASS(dev)->vmsd, dev, rng, true, &error_abort);
    }
    g_rand_free(rng);
}

#endif
