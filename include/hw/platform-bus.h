/* SPDX-License-Identifier: MIT */
/*
 * The platform bus: a window of the address map and a range of interrupts, out of which devices
 * that -device makes for the system bus get theirs. Whoever comes first gets the lowest ones, so
 * the same command line gives the same places.
 */
#ifndef HW_PLATFORM_BUS_H
#define HW_PLATFORM_BUS_H

#include "hw/sysbus.h"
#include "qom/object.h"
#include "system/memory.h"

#define TYPE_PLATFORM_BUS_DEVICE "platform-bus-device"
OBJECT_DECLARE_SIMPLE_TYPE(PlatformBusDevice, PLATFORM_BUS_DEVICE)

/*
 * Region 0 is the window, to be mapped before devices come; lines 0 to num_irqs - 1 go to the
 * interrupt controller.
 */
struct PlatformBusDevice {
    SysBusDevice parent_obj;

    MemoryRegion mmio;
    qemu_irq *irqs;
    uint32_t mmio_size, num_irqs; /* properties; bytes */
    uint64_t mmio_used;           /* bytes from the start of the window */
    uint32_t irqs_used;
};

/* Map all regions of @sbdev into the window and connect its lines. False if there is no room. */
bool platform_bus_link_device(PlatformBusDevice *pbus, SysBusDevice *sbdev, Error **errp);

/* Where region @n is in the window, -1: not there; which of the bus's lines line @n is at, or -1.
 */
hwaddr platform_bus_get_mmio_addr(PlatformBusDevice *pbus, SysBusDevice *sbdev, int n);
int platform_bus_get_irqn(PlatformBusDevice *pbus, SysBusDevice *sbdev, int n);

/*
 * Add the node of the bus and those of its devices to @fdt. @intc: phandle of the interrupt
 * controller, which has the GIC's three-cell binding; @irq_start: the shared interrupt that the
 * bus's line 0 is at.
 */
void platform_bus_fdt_add_nodes(PlatformBusDevice *pbus, void *fdt, uint32_t intc, int irq_start);

#endif
