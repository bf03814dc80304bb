/* SPDX-License-Identifier: MIT */
/* Virtio over memory mapped registers (VIRTIO 1.2, 4.2): the transport that needs no bus. */
#ifndef HW_VIRTIO_VIRTIO_MMIO_H
#define HW_VIRTIO_VIRTIO_MMIO_H

#include "hw/boards.h"
#include "hw/sysbus.h"
#include "hw/virtio/virtio-bus.h"

#define TYPE_VIRTIO_MMIO_BUS "virtio-mmio-bus"
#define TYPE_VIRTIO_MMIO     "virtio-mmio"
OBJECT_DECLARE_SIMPLE_TYPE(VirtIOMMIOProxy, VIRTIO_MMIO)

#define VIRTIO_MMIO_SIZE 0x200 /* bytes of registers and configuration */

/* Where the driver of the modern interface has put a queue, until it says that it is ready. */
typedef struct VirtIOMMIOQueue {
    bool enabled;
    uint32_t desc[2], avail[2], used[2]; /* low, high */
} VirtIOMMIOQueue;

struct VirtIOMMIOProxy {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq irq;
    VirtioBusState bus;
    bool legacy;                   /* property: register layout version 1 */
    bool format_transport_address; /* property */
    bool ioeventfd;                /* property, without effect */
    uint32_t host_features_sel, guest_features_sel;
    uint32_t guest_features[2]; /* as written, for the modern interface */
    uint32_t guest_page_shift;  /* legacy */
    VirtIOMMIOQueue *vqs;       /* VIRTIO_QUEUE_MAX of them */
    uint32_t num_vqs;           /* that the device has; the state of these is saved */
};

/* Transports at the slots of @first, of equal size, adjacent, with the shared interrupts @irq and
 * so on: one node each, the lowest address first in the tree. */
void virtio_mmio_fdt_add_nodes(void *fdt, const MemMapEntry *first, int irq, int count);

#endif
