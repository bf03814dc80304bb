/* SPDX-License-Identifier: MIT */
/* The split virtqueue in guest memory (VIRTIO 1.2, 2.7 "Split Virtqueues"). */
#ifndef STANDARD_HEADERS_LINUX_VIRTIO_RING_H
#define STANDARD_HEADERS_LINUX_VIRTIO_RING_H

#include <stdint.h>

#define VRING_DESC_F_NEXT     1 /* the chain goes on at `next` */
#define VRING_DESC_F_WRITE    2 /* the device writes the buffer */
#define VRING_DESC_F_INDIRECT 4 /* the buffer is a table of descriptors */

#define VRING_USED_F_NO_NOTIFY     1 /* used.flags: the driver need not kick */
#define VRING_AVAIL_F_NO_INTERRUPT 1 /* avail.flags: the device need not interrupt */

#define VIRTIO_RING_F_INDIRECT_DESC 28
#define VIRTIO_RING_F_EVENT_IDX     29

/* 2.7.5 */
struct vring_desc {
    uint64_t addr;
    uint32_t len;
    uint16_t flags;
    uint16_t next;
};

/* 2.7.8 */
struct vring_used_elem {
    uint32_t id;
    uint32_t len;
};

/* 2.7.10.1: has the index gone past @event on its way from @old to @new_idx? */
static inline int vring_need_event(uint16_t event, uint16_t new_idx, uint16_t old)
{
    return (uint16_t)(new_idx - event - 1) < (uint16_t)(new_idx - old);
}

#endif
