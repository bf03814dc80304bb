/* SPDX-License-Identifier: MIT */
/* Devices that are wired into the board: memory regions at fixed addresses, interrupt lines. */
#ifndef HW_SYSBUS_H
#define HW_SYSBUS_H

#include "exec/hwaddr.h"
#include "hw/qdev-core.h"
#include "system/memory.h"

enum { QDEV_MAX_MMIO = 32, QDEV_MAX_PIO = 32 };

#define TYPE_SYSTEM_BUS "System"
DECLARE_INSTANCE_CHECKER(BusState, SYSTEM_BUS, TYPE_SYSTEM_BUS)

#define TYPE_SYS_BUS_DEVICE         "sys-bus-device"
#define TYPE_DYNAMIC_SYS_BUS_DEVICE "dynamic-sysbus-device"
OBJECT_DECLARE_TYPE(SysBusDevice, SysBusDeviceClass, SYS_BUS_DEVICE)

/* Name of the output lines that sysbus_init_irq() makes. */
#define SYSBUS_DEVICE_GPIO_IRQ "sysbus-irq"

struct SysBusDeviceClass {
    DeviceClass parent_class;
    /* The unit address in firmware paths, where it is not the first region's; the caller frees. */
    char *(*explicit_ofw_unit_address)(const SysBusDevice *dev);
    void (*connect_irq_notifier)(SysBusDevice *dev, qemu_irq irq);
    /* For -device: the device-tree node gets this "compatible", "reg" and "interrupts", and what
     * the hook (may be NULL) adds to it. NULL: no node. */
    const char *fdt_compatible;
    void (*fdt_add_props)(SysBusDevice *dev, void *fdt, const char *node);
};

struct SysBusDevice {
    DeviceState parent_obj;
    int num_mmio;
    struct {
        hwaddr addr; /* -1: not mapped */
        MemoryRegion *memory;
    } mmio[QDEV_MAX_MMIO];
    int num_pio;
    uint32_t pio[QDEV_MAX_PIO];
};

/* In instance_init or realize: region or line number 0, 1, ... in the order of the calls. */
void sysbus_init_mmio(SysBusDevice *dev, MemoryRegion *memory);
MemoryRegion *sysbus_mmio_get_region(SysBusDevice *dev, int n);
void sysbus_init_irq(SysBusDevice *dev, qemu_irq *p);
void sysbus_pass_irq(SysBusDevice *dev, SysBusDevice *target);
void sysbus_init_ioports(SysBusDevice *dev, uint32_t ioport, uint32_t size);

bool sysbus_has_irq(SysBusDevice *dev, int n);
bool sysbus_has_mmio(SysBusDevice *dev, unsigned n);
void sysbus_connect_irq(SysBusDevice *dev, int n, qemu_irq irq);
bool sysbus_is_irq_connected(SysBusDevice *dev, int n);
qemu_irq sysbus_get_connected_irq(const SysBusDevice *dev, int n);
/* Region @n appears in the system memory at @addr; mapping again moves it. */
void sysbus_mmio_map(SysBusDevice *dev, int n, hwaddr addr);
void sysbus_mmio_map_overlap(SysBusDevice *dev, int n, hwaddr addr, int priority);
int sysbus_mmio_map_name(SysBusDevice *dev, const char *name, hwaddr addr);
void sysbus_mmio_unmap(SysBusDevice *dev, int n);

bool sysbus_realize(SysBusDevice *dev, Error **errp);
bool sysbus_realize_and_unref(SysBusDevice *dev, Error **errp);

/* Makes, realizes, maps region 0 and connects lines up to NULL. */
DeviceState *sysbus_create_varargs(const char *name, hwaddr addr, ...) QEMU_SENTINEL;

static inline DeviceState *sysbus_create_simple(const char *name, hwaddr addr, qemu_irq irq)
{
    return sysbus_create_varargs(name, addr, irq, NULL);
}

/* Made by -device or device_add, not by a board: it waits to be given its place. */
bool device_is_dynamic_sysbus(DeviceState *dev);

typedef void FindSysbusDeviceFunc(SysBusDevice *sbdev, void *opaque);
/* In the order of creation. */
void foreach_dynamic_sysbus_device(FindSysbusDeviceFunc *func, void *opaque);

#endif
