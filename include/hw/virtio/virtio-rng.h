/* SPDX-License-Identifier: MIT */
/* Entropy device (VIRTIO 1.2, 5.4). */
#ifndef HW_VIRTIO_VIRTIO_RNG_H
#define HW_VIRTIO_VIRTIO_RNG_H

#include "hw/virtio/virtio.h"
#include "qemu/timer.h"
#include "system/rng.h"

#define TYPE_VIRTIO_RNG "virtio-rng-device"
OBJECT_DECLARE_SIMPLE_TYPE(VirtIORNG, VIRTIO_RNG)

struct VirtIORNG {
    VirtIODevice parent_obj;

    VirtQueue *vq;
    RngBackend *rng;             /* property; NULL: one of its own is made */
    RngBackend *default_rng;     /* that one */
    uint64_t max_bytes;          /* property: this many in a period */
    uint32_t period_ms;          /* property */
    QEMUTimer *rate_limit_timer; /* the end of the period */
    int64_t quota_remaining;
    bool asked;          /* an answer of the back end is on its way */
    bool activate_timer; /* the next request begins a period */
    QEMUBH *more;        /* goes on where a turn had been long enough */
};

#endif
