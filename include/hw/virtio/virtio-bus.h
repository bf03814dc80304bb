/* SPDX-License-Identifier: MIT */
/* The bus between a transport, which owns it, and the one virtio device that plugs into it. */
#ifndef HW_VIRTIO_VIRTIO_BUS_H
#define HW_VIRTIO_VIRTIO_BUS_H

#include "hw/virtio/virtio.h"

#define TYPE_VIRTIO_BUS "virtio-bus"
OBJECT_DECLARE_TYPE(VirtioBusState, VirtioBusClass, VIRTIO_BUS)

struct VirtioBusState {
    BusState parent_obj;
};

/* The transport's side. @d: the transport. Each may be NULL, but notify. */
struct VirtioBusClass {
    BusClass parent_class;

    /* The device's isr has changed: drive the interrupt line, or send @vector. */
    void (*notify)(DeviceState *d, uint16_t vector);
    /* Before the device is asked for its features: the transport adds its own. */
    void (*pre_plugged)(DeviceState *d, Error **errp);
    void (*device_plugged)(DeviceState *d, Error **errp);
    void (*device_unplugged)(DeviceState *d);
    AddressSpace *(*get_dma_as)(DeviceState *d);
    bool has_variable_vring_alignment;
};

/* Both are called by the device type. */
void virtio_bus_device_plugged(VirtIODevice *vdev, Error **errp);
void virtio_bus_device_unplugged(VirtIODevice *vdev);
void virtio_bus_reset(VirtioBusState *bus);
/* The device, NULL if there is none. */
VirtIODevice *virtio_bus_get_device(VirtioBusState *bus);

#endif
