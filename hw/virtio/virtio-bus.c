/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include "hw/virtio/virtio-bus.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "system/address-spaces.h"

VirtIODevice *virtio_bus_get_device(VirtioBusState *bus)
{
    BusChild *kid = QTAILQ_FIRST(&BUS(bus)->children);

    return kid && qdev_is_realized(kid->child) ? VIRTIO_DEVICE(kid->child) : NULL;
}

void virtio_bus_device_plugged(VirtIODevice *vdev, Error **errp)
{
    ERRP_GUARD();
    BusState *bus = qdev_get_parent_bus(DEVICE(vdev));
    VirtioBusClass *bc = VIRTIO_BUS_GET_CLASS(bus);
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    if (virtio_host_has_feature(vdev, VIRTIO_F_RING_PACKED)) {
        error_setg(errp, "%s: packed=on is not supported: use split rings, packed=off", vdev->name);
        return;
    }
    vdev->dma_as = bc->get_dma_as ? bc->get_dma_as(bus->parent) : &address_space_memory;
    if (bc->pre_plugged) {
        bc->pre_plugged(bus->parent, errp);
        if (*errp) {
            return;
        }
    }
    if (k->get_features) {
        vdev->host_features = k->get_features(vdev, vdev->host_features, errp);
        if (*errp) {
            return;
        }
    }
    if (bc->device_plugged) {
        bc->device_plugged(bus->parent, errp);
    }
}

void virtio_bus_device_unplugged(VirtIODevice *vdev)
{
    BusState *bus = qdev_get_parent_bus(DEVICE(vdev));
    VirtioBusClass *bc = VIRTIO_BUS_GET_CLASS(bus);

    if (bc->device_unplugged) {
        bc->device_unplugged(bus->parent);
    }
}

void virtio_bus_reset(VirtioBusState *bus)
{
    VirtIODevice *vdev = virtio_bus_get_device(bus);

    if (vdev) {
        virtio_reset(vdev);
    }
}

static void virtio_bus_class_init(ObjectClass *oc, const void *data)
{
    BUS_CLASS(oc)->max_dev = 1;
}

static const TypeInfo virtio_bus_types[] = {
    {
        .name = TYPE_VIRTIO_BUS,
        .parent = TYPE_BUS,
        .instance_size = sizeof(VirtioBusState),
        .abstract = true,
        .class_size = sizeof(VirtioBusClass),
        .class_init = virtio_bus_class_init,
    },
};

DEFINE_TYPES(virtio_bus_types)
