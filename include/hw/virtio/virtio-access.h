/* SPDX-License-Identifier: MIT */
/* Numbers in the byte order of a virtio device: little-endian, but for legacy drivers the guest's.
 */
#ifndef HW_VIRTIO_VIRTIO_ACCESS_H
#define HW_VIRTIO_VIRTIO_ACCESS_H

#include "hw/virtio/virtio.h"
#include "qemu/bswap.h"

#define VIRTIO_ACCESS(bits, load, store)                                                           \
    static inline uint##bits##_t virtio_ld##load##_p(const VirtIODevice *vdev, const void *p)      \
    {                                                                                              \
        return virtio_is_big_endian(vdev) ? (uint##bits##_t)ldn_be_p(p, (bits) / 8)                \
                                          : (uint##bits##_t)ldn_le_p(p, (bits) / 8);               \
    }                                                                                              \
    static inline void virtio_st##store##_p(const VirtIODevice *vdev, void *p, uint##bits##_t v)   \
    {                                                                                              \
        if (virtio_is_big_endian(vdev)) {                                                          \
            stn_be_p(p, (bits) / 8, v);                                                            \
        } else {                                                                                   \
            stn_le_p(p, (bits) / 8, v);                                                            \
        }                                                                                          \
    }                                                                                              \
    static inline uint##bits##_t virtio_tswap##bits(const VirtIODevice *vdev, uint##bits##_t v)    \
    {                                                                                              \
        return virtio_is_big_endian(vdev) ? cpu_to_be##bits(v) : cpu_to_le##bits(v);               \
    }

VIRTIO_ACCESS(16, uw, w)
VIRTIO_ACCESS(32, l, l)
VIRTIO_ACCESS(64, q, q)

#undef VIRTIO_ACCESS

#endif
