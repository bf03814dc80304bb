/* SPDX-License-Identifier: MIT */
/* What transports do with queues on behalf of the driver: place, size, enable, kick. */
#include "qemu/osdep.h"

#include "qemu/log.h"
#include "virtqueue.h"

static VirtQueue *queue_at(VirtIODevice *vdev, int n)
{
    assert(n >= 0 && n < VIRTIO_QUEUE_MAX);
    return &vdev->vq[n];
}

/* Legacy layout (2.7.2): the rings follow each other, the used ring on the next boundary. */
static void place_rings(VirtQueue *vq)
{
    vq->avail = vq->desc + (uint64_t)vq->num * sizeof(struct vring_desc);
    vq->used = QEMU_ALIGN_UP(vq->avail + 6 + (uint64_t)vq->num * sizeof(uint16_t), vq->align);
    vring_unmap(vq);
}

void virtio_queue_set_addr(VirtIODevice *vdev, int n, hwaddr addr)
{
    VirtQueue *vq = queue_at(vdev, n);

    if (!vq->num) {
        return;
    }
    vq->desc = addr;
    vq->enabled = addr != 0;
    place_rings(vq);
}

hwaddr virtio_queue_get_addr(VirtIODevice *vdev, int n)
{
    return queue_at(vdev, n)->desc;
}

void virtio_queue_set_align(VirtIODevice *vdev, int n, int align)
{
    VirtQueue *vq = queue_at(vdev, n);

    if (align < 4 || (align & (align - 1))) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: queue %d: alignment %d is no power of two from 4 on\n",
                      vdev->name, n, align);
        return;
    }
    vq->align = align;
    if (vq->desc) {
        place_rings(vq);
    }
}

void virtio_queue_set_rings(VirtIODevice *vdev, int n, hwaddr desc, hwaddr avail, hwaddr used)
{
    VirtQueue *vq = queue_at(vdev, n);

    if (vq->num) {
        vq->desc = desc;
        vq->avail = avail;
        vq->used = used;
        vring_unmap(vq);
    }
}

void virtio_queue_set_enabled(VirtIODevice *vdev, int n, bool enabled)
{
    VirtQueue *vq = queue_at(vdev, n);

    vq->enabled = enabled && vq->num;
    vring_unmap(vq);
}

bool virtio_queue_enabled(VirtIODevice *vdev, int n)
{
    return queue_at(vdev, n)->enabled;
}

void virtio_queue_set_num(VirtIODevice *vdev, int n, int num)
{
    VirtQueue *vq = queue_at(vdev, n);

    if (!vq->num || num <= 0 || num > VIRTQUEUE_MAX_SIZE || (num & (num - 1))) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: queue %d can not have %d entries\n", vdev->name, n,
                      num);
        return;
    }
    vq->num = num;
    vring_unmap(vq);
}

int virtio_queue_get_num(VirtIODevice *vdev, int n)
{
    return queue_at(vdev, n)->num;
}

int virtio_queue_get_max_num(VirtIODevice *vdev, int n)
{
    return queue_at(vdev, n)->num_default;
}

uint16_t virtio_queue_vector(VirtIODevice *vdev, int n)
{
    return queue_at(vdev, n)->vector;
}

void virtio_queue_set_vector(VirtIODevice *vdev, int n, uint16_t vector)
{
    queue_at(vdev, n)->vector = vector;
}

void virtio_queue_notify(VirtIODevice *vdev, int n)
{
    VirtQueue *vq = queue_at(vdev, n);

    if (!vq->enabled || !vq->num || vdev->broken || !vq->handle_output) {
        return;
    }
    if (virtio_vdev_has_feature(vdev, VIRTIO_F_VERSION_1) &&
        !(vdev->status & VIRTIO_CONFIG_S_DRIVER_OK)) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: queue %d kicked before DRIVER_OK\n", vdev->name, n);
        return; /* 2.1.2: nothing may be consumed yet */
    }
    vdev->started = true; /* some legacy drivers begin without DRIVER_OK */
    vq->handle_output(vdev, vq);
}
