/* SPDX-License-Identifier: MIT */
/*
 * Entropy device (VIRTIO 1.2, 5.4): one queue of buffers, filled from a back end; at most max-bytes
 * in each period of `period` ms.
 */
#include "qemu/osdep.h"

#include "hw/qdev-properties.h"
#include "hw/virtio/virtio-rng.h"
#include "qapi/error.h"
#include "qemu/iov.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qom/object_interfaces.h"

enum { RNG_QUEUE_SIZE = 8, RNG_REQUEST_MAX = 65536 };

static bool guest_ready(const VirtIORNG *s)
{
    const VirtIODevice *vdev = VIRTIO_DEVICE(s);

    return vdev->vm_running && virtio_device_started(vdev, vdev->status) && !vdev->broken;
}

/* Buffers that were added while the answer was on its way may be too many for it: the rest of it is
 * for them to ask for again. */
static void virtio_rng_deliver(void *opaque, const void *data, size_t size)
{
    VirtIORNG *s = opaque;
    VirtIODevice *vdev = VIRTIO_DEVICE(s);
    VirtQueueElement *elem;
    size_t done = 0;

    s->asked = false;
    if (!guest_ready(s)) {
        return;
    }
    s->quota_remaining -= size;
    for (unsigned n = 0; n < RNG_QUEUE_SIZE && done < size; n++) {
        elem = virtqueue_pop(s->vq, sizeof(VirtQueueElement));
        if (!elem) {
            break;
        }
        size_t len =
            iov_from_buf(elem->in_sg, elem->in_num, 0, (const char *)data + done, size - done);

        done += len;
        virtqueue_push(s->vq, elem, len);
        g_free(elem);
    }
    virtio_notify(vdev, s->vq);
    if (!virtio_queue_empty(s->vq)) {
        qemu_bh_schedule(s->more);
    }
}

static void virtio_rng_process(void *opaque)
{
    VirtIORNG *s = opaque;
    unsigned wanted;

    if (!guest_ready(s) || !virtio_queue_ready(s->vq) || s->asked) {
        return;
    }
    if (s->activate_timer) {
        timer_mod(s->rate_limit_timer, qemu_clock_get_ms(QEMU_CLOCK_VIRTUAL) + s->period_ms);
        s->activate_timer = false;
    }
    wanted = MAX(MIN(s->quota_remaining, RNG_REQUEST_MAX), 0);
    if (wanted) {
        unsigned in;

        virtqueue_get_avail_bytes(s->vq, &in, NULL, wanted, 0);
        wanted = MIN(wanted, in);
    }
    if (wanted) {
        s->asked = true;
        rng_backend_request_entropy(s->rng, wanted, virtio_rng_deliver, s);
    }
}

static void virtio_rng_new_period(void *opaque)
{
    VirtIORNG *s = opaque;

    s->quota_remaining = s->max_bytes;
    s->activate_timer = true;
    virtio_rng_process(s);
}

static void virtio_rng_handle(VirtIODevice *vdev, VirtQueue *vq)
{
    virtio_rng_process(VIRTIO_RNG(vdev));
}

/* The machine goes on: what stood in the queue is looked at again. */
static void virtio_rng_set_status(VirtIODevice *vdev, uint8_t status)
{
    VirtIORNG *s = VIRTIO_RNG(vdev);

    if (vdev->vm_running && (status & VIRTIO_CONFIG_S_DRIVER_OK)) {
        qemu_bh_schedule(s->more);
    }
}

static void virtio_rng_reset(VirtIODevice *vdev)
{
    VirtIORNG *s = VIRTIO_RNG(vdev);

    rng_backend_cancel_requests(s->rng, s);
    s->asked = false;
}

static uint64_t virtio_rng_get_features(VirtIODevice *vdev, uint64_t features, Error **errp)
{
    return features;
}

static int virtio_rng_post_load(void *opaque, int version_id)
{
    VirtIORNG *s = opaque;

    s->activate_timer = !timer_pending(s->rate_limit_timer);
    qemu_bh_schedule(s->more);
    return 0;
}

static const VMStateDescription vmstate_virtio_rng = {
    .name = "virtio-rng",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = virtio_rng_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_VIRTIO_DEVICE,
            VMSTATE_INT64(quota_remaining, VirtIORNG),
            VMSTATE_TIMER_PTR(rate_limit_timer, VirtIORNG),
            VMSTATE_END_OF_LIST(),
        },
};

/* Without rng= the device has a source of its own. */
static bool make_default_backend(VirtIORNG *s, Error **errp)
{
    Object *rng = object_new(TYPE_RNG_BUILTIN);

    object_property_add_child(OBJECT(s), "default-backend", rng);
    object_unref(rng); /* the tree has it */
    s->default_rng = RNG_BACKEND(rng);
    return user_creatable_complete(USER_CREATABLE(rng), errp) &&
           object_property_set_link(OBJECT(s), "rng", rng, errp);
}

static void virtio_rng_realize(DeviceState *dev, Error **errp)
{
    VirtIORNG *s = VIRTIO_RNG(dev);
    VirtIODevice *vdev = VIRTIO_DEVICE(dev);

    if (!s->period_ms) {
        error_setg(errp, "'period' is a number of milliseconds from 1 on");
        return;
    }
    if (s->max_bytes > INT64_MAX) {
        error_setg(errp, "'max-bytes' is at most %" PRId64, INT64_MAX);
        return;
    }
    if (!s->rng && !make_default_backend(s, errp)) {
        return;
    }
    virtio_init(vdev, VIRTIO_ID_RNG, 0);
    s->vq = virtio_add_queue(vdev, RNG_QUEUE_SIZE, virtio_rng_handle);
    s->quota_remaining = s->max_bytes;
    s->activate_timer = true;
    s->rate_limit_timer = timer_new_ms(QEMU_CLOCK_VIRTUAL, virtio_rng_new_period, s);
    s->more = qemu_bh_new(virtio_rng_process, s);
}

static void virtio_rng_unrealize(DeviceState *dev)
{
    VirtIORNG *s = VIRTIO_RNG(dev);

    rng_backend_cancel_requests(s->rng, s);
    timer_free(s->rate_limit_timer);
    qemu_bh_delete(s->more);
    virtio_cleanup(VIRTIO_DEVICE(dev));
}

static const Property virtio_rng_properties[] = {
    DEFINE_PROP_UINT64("max-bytes", VirtIORNG, max_bytes, INT64_MAX),
    DEFINE_PROP_UINT32("period", VirtIORNG, period_ms, 1 << 16),
    DEFINE_PROP_LINK("rng", VirtIORNG, rng, TYPE_RNG_BACKEND, RngBackend *),
};

static void virtio_rng_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    VirtioDeviceClass *k = VIRTIO_DEVICE_CLASS(oc);

    dc->desc = "Virtio entropy source";
    dc->vmsd = &vmstate_virtio_rng;
    device_class_set_props(dc, virtio_rng_properties);
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    k->realize = virtio_rng_realize;
    k->unrealize = virtio_rng_unrealize;
    k->get_features = virtio_rng_get_features;
    k->set_status = virtio_rng_set_status;
    k->reset = virtio_rng_reset;
}

static const TypeInfo virtio_rng_types[] = {
    {
        .name = TYPE_VIRTIO_RNG,
        .parent = TYPE_VIRTIO_DEVICE,
        .instance_size = sizeof(VirtIORNG),
        .class_init = virtio_rng_class_init,
    },
};

DEFINE_TYPES(virtio_rng_types)
