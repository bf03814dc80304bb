/* SPDX-License-Identifier: MIT */
/*
 * A split virtqueue, between the files of the virtio core. All under the BQL.
 *
 * The three areas of a ring are mapped when the ring is first used, and forgotten whenever the
 * memory map changes, the ring moves, or the device is reset; host memory that is mapped is kept
 * alive by a reference. The driver runs on another host thread and writes to the same memory: each
 * field is read once, by an atomic access, and the copy is what is checked and used.
 */
#ifndef HW_VIRTIO_VIRTQUEUE_H
#define HW_VIRTIO_VIRTQUEUE_H

#include "hw/virtio/virtio.h"

/* Guest memory that is RAM all through, within one region. */
typedef struct RingArea {
    uint8_t *host; /* NULL: not mapped */
    MemoryRegion *mr;
    hwaddr offset; /* of host in mr */
} RingArea;

struct VirtQueue {
    VirtIODevice *vdev;
    VirtIOHandleOutput handle_output;
    uint16_t index;
    uint16_t vector;

    /* What the driver has set up. */
    uint32_t num;         /* entries, 0: there is no such queue */
    uint32_t num_default; /* after reset */
    uint32_t align;       /* of the used ring, in the legacy layout */
    uint64_t desc, avail, used;
    bool enabled;

    bool mapped;
    RingArea desc_area, avail_area, used_area;

    uint16_t last_avail_idx;   /* next entry of the avail ring to pop */
    uint16_t shadow_avail_idx; /* the driver's index when it was read last */
    uint16_t used_idx;         /* next entry of the used ring to fill */
    uint16_t signalled_used;   /* used_idx at the last look whether to interrupt */
    bool signalled_used_valid;
    bool notification; /* the driver is to kick */
    uint32_t inuse;    /* elements popped, not given back */

    uint16_t saved_avail_idx; /* while state is saved and loaded */
};

/* ---- vring.c ---- */

/* The ring is set up and mapped; false too if the device is broken (or is so now). */
bool vring_usable(VirtQueue *vq);
void vring_unmap(VirtQueue *vq);

/* Fields of the mapped rings; @i below the number of entries. Ordering is the caller's. */
uint16_t vring_avail_flags(const VirtQueue *vq);
uint16_t vring_avail_idx(const VirtQueue *vq);
uint16_t vring_avail_ring(const VirtQueue *vq, unsigned i);
uint16_t vring_used_event(const VirtQueue *vq);
void vring_set_used_elem(VirtQueue *vq, unsigned i, uint32_t id, uint32_t len);
void vring_set_used_idx(VirtQueue *vq, uint16_t value);
void vring_set_used_flags(VirtQueue *vq, uint16_t value);
void vring_set_avail_event(VirtQueue *vq, uint16_t value);

/* A walk along a chain of descriptors, through the table of the ring or an indirect one. */
typedef struct DescWalk {
    VirtQueue *vq;
    RingArea table; /* where the descriptors are now */
    unsigned max;   /* how many there are in it */
    unsigned next;  /* the one to read */
    unsigned seen;  /* so many were read from this table */
    bool more, indirect;
} DescWalk;

void desc_walk_begin(DescWalk *walk, VirtQueue *vq, unsigned head);
/* The next buffer in host byte order, flags cut to VRING_DESC_F_WRITE: 1; 0 at the end; -1 if the
 * chain is wrong, and the device broken. */
int desc_walk_next(DescWalk *walk, struct vring_desc *desc);
void desc_walk_end(DescWalk *walk);

/* ---- virtqueue.c ---- */

/* Back to the state of before the driver, elements in flight forgotten. */
void virtqueue_clear(VirtQueue *vq);

extern const VMStateDescription vmstate_virtqueue;

#endif
