/* SPDX-License-Identifier: MIT */
/* Device status and the feature bits that are not a device type's own (VIRTIO 1.2, 2.1 and 6). */
#ifndef STANDARD_HEADERS_LINUX_VIRTIO_CONFIG_H
#define STANDARD_HEADERS_LINUX_VIRTIO_CONFIG_H

/* Device status field (2.1) */
#define VIRTIO_CONFIG_S_ACKNOWLEDGE 1
#define VIRTIO_CONFIG_S_DRIVER      2
#define VIRTIO_CONFIG_S_DRIVER_OK   4
#define VIRTIO_CONFIG_S_FEATURES_OK 8
#define VIRTIO_CONFIG_S_NEEDS_RESET 0x40
#define VIRTIO_CONFIG_S_FAILED      0x80

/* Bits of the ring and the transport (6, and 6.3 for the legacy ones) */
#define VIRTIO_TRANSPORT_F_START   28
#define VIRTIO_TRANSPORT_F_END     42
#define VIRTIO_F_NOTIFY_ON_EMPTY   24 /* legacy: interrupt when the avail ring runs dry */
#define VIRTIO_F_ANY_LAYOUT        27 /* legacy: no assumption about how messages are framed */
#define VIRTIO_F_BAD_FEATURE       30 /* legacy: a driver that accepts it accepts anything */
#define VIRTIO_F_VERSION_1         32
#define VIRTIO_F_ACCESS_PLATFORM   33
#define VIRTIO_F_IOMMU_PLATFORM    VIRTIO_F_ACCESS_PLATFORM
#define VIRTIO_F_RING_PACKED       34
#define VIRTIO_F_IN_ORDER          35
#define VIRTIO_F_ORDER_PLATFORM    36
#define VIRTIO_F_SR_IOV            37
#define VIRTIO_F_NOTIFICATION_DATA 38
#define VIRTIO_F_RING_RESET        40

#endif
