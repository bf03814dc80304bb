/* SPDX-License-Identifier: MIT */
/*
 * The virtio device object: features, status, configuration space, reset, saved state (VIRTIO 1.2,
 * 2 "Basic Facilities of a Virtio Device"). Queues are in virtqueue.c.
 * Not modelled: packed rings, notification data, shared memory regions.
 */
#include "qemu/osdep.h"

#include "hw/virtio/virtio-bus.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "system/address-spaces.h"
#include "virtqueue.h"

/* Life ----------------------------------------------------------------------------------------- */

static void virtio_vmstate_change(void *opaque, bool running, RunState state)
{
    VirtIODevice *vdev = opaque;
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    vdev->vm_running = running;
    if (k->set_status) {
        k->set_status(vdev, vdev->status);
    }
}

void virtio_init(VirtIODevice *vdev, uint16_t device_id, size_t config_size)
{
    vdev->name = object_get_typename(OBJECT(vdev));
    vdev->device_id = device_id;
    vdev->config_len = config_size;
    vdev->config = g_malloc0(MAX(config_size, 1));
    vdev->config_vector = VIRTIO_NO_VECTOR;
    vdev->vq = g_new0(VirtQueue, VIRTIO_QUEUE_MAX);
    vdev->vm_running = runstate_is_running();
    vdev->vmstate = qemu_add_vm_change_state_handler(virtio_vmstate_change, vdev);
}

void virtio_cleanup(VirtIODevice *vdev)
{
    for (unsigned i = 0; i < vdev->num_queues; i++) {
        vring_unmap(&vdev->vq[i]);
    }
    qemu_del_vm_change_state_handler(vdev->vmstate);
    g_free(vdev->vq);
    g_free(vdev->config);
    vdev->vq = NULL;
    vdev->config = NULL;
    vdev->num_queues = 0;
}

VirtQueue *virtio_add_queue(VirtIODevice *vdev, int queue_size, VirtIOHandleOutput handle_output)
{
    unsigned n = 0;

    while (n < VIRTIO_QUEUE_MAX && vdev->vq[n].num_default) {
        n++;
    }
    assert(n < VIRTIO_QUEUE_MAX && queue_size > 0 && queue_size <= VIRTQUEUE_MAX_SIZE);
    vdev->vq[n] = (VirtQueue){
        .vdev = vdev,
        .handle_output = handle_output,
        .index = n,
        .vector = VIRTIO_NO_VECTOR,
        .num = queue_size,
        .num_default = queue_size,
        .align = 4096,
        .notification = true,
    };
    vdev->num_queues = MAX(vdev->num_queues, n + 1);
    return &vdev->vq[n];
}

void virtio_delete_queue(VirtQueue *vq)
{
    vring_unmap(vq);
    vq->num = vq->num_default = 0;
    vq->enabled = false;
    vq->handle_output = NULL;
}

void virtio_del_queue(VirtIODevice *vdev, int n)
{
    assert(n >= 0 && n < VIRTIO_QUEUE_MAX);
    virtio_delete_queue(&vdev->vq[n]);
}

VirtQueue *virtio_get_queue(VirtIODevice *vdev, int n)
{
    assert(n >= 0 && n < VIRTIO_QUEUE_MAX);
    return &vdev->vq[n];
}

uint16_t virtio_get_queue_index(VirtQueue *vq)
{
    return vq->index;
}

/* Errors and notifications --------------------------------------------------------------------- */

void virtio_error(VirtIODevice *vdev, const char *fmt, ...)
{
    g_autofree char *text = NULL;
    va_list ap;

    va_start(ap, fmt);
    text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    qemu_log_mask(LOG_GUEST_ERROR, "%s: %s; the device needs a reset\n", vdev->name, text);
    if (vdev->broken) {
        return;
    }
    vdev->broken = true;
    /* 2.1.2: the legacy interface has no such bit. */
    if (virtio_vdev_has_feature(vdev, VIRTIO_F_VERSION_1)) {
        vdev->status |= VIRTIO_CONFIG_S_NEEDS_RESET;
        virtio_notify_config(vdev);
    }
}

void virtio_notify_vector(VirtIODevice *vdev, uint16_t vector)
{
    BusState *bus = qdev_get_parent_bus(DEVICE(vdev));

    if (bus && bus->parent) {
        VIRTIO_BUS_GET_CLASS(bus)->notify(bus->parent, vector);
    }
}

void virtio_update_irq(VirtIODevice *vdev)
{
    virtio_notify_vector(vdev, VIRTIO_NO_VECTOR);
}

void virtio_notify_config(VirtIODevice *vdev)
{
    if (!(vdev->status & VIRTIO_CONFIG_S_DRIVER_OK)) {
        return;
    }
    vdev->isr |= 2;
    vdev->generation++;
    virtio_notify_vector(vdev, vdev->config_vector);
}

/* Features and status -------------------------------------------------------------------------- */

static int take_features(VirtIODevice *vdev, uint64_t val)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);
    bool bad = val & ~vdev->host_features;

    /* What the rings look like depends on it. */
    for (unsigned i = 0; i < vdev->num_queues; i++) {
        vring_unmap(&vdev->vq[i]);
    }
    val &= vdev->host_features;
    if (k->set_features) {
        k->set_features(vdev, val);
    }
    vdev->guest_features = val;
    return bad ? -1 : 0;
}

int virtio_set_features(VirtIODevice *vdev, uint64_t val)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    /* 3.1.1 step 6: the driver must not change them any more. */
    if (vdev->status & VIRTIO_CONFIG_S_FEATURES_OK) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: features written after FEATURES_OK\n", vdev->name);
        return -EINVAL;
    }
    if (virtio_has_feature(val, VIRTIO_F_BAD_FEATURE)) {
        val = k->bad_features ? k->bad_features(vdev) : 0;
    }
    return take_features(vdev, val);
}

static bool features_acceptable(VirtIODevice *vdev)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    if (virtio_host_has_feature(vdev, VIRTIO_F_IOMMU_PLATFORM) &&
        !virtio_vdev_has_feature(vdev, VIRTIO_F_IOMMU_PLATFORM)) {
        return false;
    }
    return !k->validate_features || k->validate_features(vdev) == 0;
}

int virtio_set_status(VirtIODevice *vdev, uint8_t val)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    if (virtio_vdev_has_feature(vdev, VIRTIO_F_VERSION_1) &&
        (val & ~vdev->status & VIRTIO_CONFIG_S_FEATURES_OK) && !features_acceptable(vdev)) {
        return -EINVAL; /* the driver reads back that the bit is not set */
    }
    vdev->started = val & VIRTIO_CONFIG_S_DRIVER_OK;
    /* 2.1.2: only a reset takes this bit away. */
    val |= vdev->status & VIRTIO_CONFIG_S_NEEDS_RESET;
    if (k->set_status) {
        k->set_status(vdev, val);
    }
    vdev->status = val;
    return 0;
}

void virtio_reset(void *opaque)
{
    VirtIODevice *vdev = opaque;
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    virtio_set_status(vdev, 0);
    vdev->big_endian = target_big_endian();
    if (k->reset) {
        k->reset(vdev);
    }
    vdev->started = false;
    vdev->broken = false;
    vdev->disabled = false;
    take_features(vdev, 0);
    vdev->queue_sel = 0;
    vdev->status = 0;
    vdev->isr = 0;
    vdev->config_vector = VIRTIO_NO_VECTOR;
    vdev->generation = 0;
    for (unsigned i = 0; i < vdev->num_queues; i++) {
        virtqueue_clear(&vdev->vq[i]);
    }
    virtio_update_irq(vdev);
}

void virtio_queue_reset(VirtIODevice *vdev, uint32_t queue_index)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    assert(queue_index < VIRTIO_QUEUE_MAX);
    if (k->queue_reset) {
        k->queue_reset(vdev, queue_index);
    }
    virtqueue_clear(&vdev->vq[queue_index]);
}

/* Configuration space -------------------------------------------------------------------------- */

static bool config_reaches(const VirtIODevice *vdev, uint32_t addr, unsigned size)
{
    return size <= vdev->config_len && addr <= vdev->config_len - size;
}

static bool config_big_endian(const VirtIODevice *vdev, bool modern)
{
    return !modern && vdev->big_endian;
}

uint32_t virtio_config_read(VirtIODevice *vdev, uint32_t addr, unsigned size, bool modern)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    if (!config_reaches(vdev, addr, size)) {
        return UINT32_MAX >> (32 - 8 * size);
    }
    if (k->get_config) {
        k->get_config(vdev, vdev->config);
    }
    const uint8_t *p = (uint8_t *)vdev->config + addr;

    return config_big_endian(vdev, modern) ? ldn_be_p(p, size) : ldn_le_p(p, size);
}

void virtio_config_write(VirtIODevice *vdev, uint32_t addr, uint32_t val, unsigned size,
                         bool modern)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    if (!config_reaches(vdev, addr, size)) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: write beyond the configuration, offset 0x%x\n",
                      vdev->name, addr);
        return;
    }
    uint8_t *p = (uint8_t *)vdev->config + addr;

    if (config_big_endian(vdev, modern)) {
        stn_be_p(p, size, val);
    } else {
        stn_le_p(p, size, val);
    }
    if (k->set_config) {
        k->set_config(vdev, vdev->config);
    }
}

/* State ---------------------------------------------------------------------------------------- */

static int virtio_pre_load(void *opaque)
{
    VirtIODevice *vdev = opaque;
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    /* What is in flight belongs to the state that is thrown away. */
    if (k->reset) {
        k->reset(vdev);
    }
    return 0;
}

static int virtio_post_load(void *opaque, int version_id)
{
    VirtIODevice *vdev = opaque;
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);
    uint64_t features = vdev->guest_features;

    if (features & ~vdev->host_features) {
        return -EINVAL; /* the driver uses what this device was not given */
    }
    if (k->set_features) {
        k->set_features(vdev, features);
    }
    vdev->started = vdev->status & VIRTIO_CONFIG_S_DRIVER_OK;
    return 0;
}

const VMStateDescription vmstate_virtio_device = {
    .name = "virtio",
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_load = virtio_pre_load,
    .post_load = virtio_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT8(status, VirtIODevice),
            VMSTATE_UINT8(isr, VirtIODevice),
            VMSTATE_UINT16(queue_sel, VirtIODevice),
            VMSTATE_UINT64(guest_features, VirtIODevice),
            VMSTATE_VBUFFER_UINT32(config, VirtIODevice, 0, NULL, config_len),
            VMSTATE_UINT16(config_vector, VirtIODevice),
            VMSTATE_UINT32(generation, VirtIODevice),
            VMSTATE_BOOL(broken, VirtIODevice),
            VMSTATE_BOOL(big_endian, VirtIODevice),
            VMSTATE_STRUCT_VARRAY_POINTER_UINT32(vq, VirtIODevice, num_queues, vmstate_virtqueue,
                                                 VirtQueue),
            VMSTATE_END_OF_LIST(),
        },
};

/* The type ------------------------------------------------------------------------------------- */

/* Regions may have moved; mapping happens again at the next use. */
static void virtio_memory_changed(MemoryListener *listener)
{
    VirtIODevice *vdev = container_of(listener, VirtIODevice, listener);

    for (unsigned i = 0; i < vdev->num_queues; i++) {
        vring_unmap(&vdev->vq[i]);
    }
}

static void virtio_device_realize(DeviceState *dev, Error **errp)
{
    ERRP_GUARD();
    VirtIODevice *vdev = VIRTIO_DEVICE(dev);
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    vdev->legacy_features |= k->legacy_features;
    k->realize(dev, errp);
    if (*errp) {
        return;
    }
    assert(vdev->vq); /* virtio_init() */
    virtio_bus_device_plugged(vdev, errp);
    if (*errp) {
        if (k->unrealize) {
            k->unrealize(dev);
        }
        return;
    }
    vdev->big_endian = target_big_endian();
    vdev->listener.commit = virtio_memory_changed;
    vdev->listener.name = "virtio";
    memory_listener_register(&vdev->listener, vdev->dma_as);
}

static void virtio_device_unrealize(DeviceState *dev)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(dev);
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    memory_listener_unregister(&vdev->listener);
    virtio_bus_device_unplugged(vdev);
    if (k->unrealize) {
        k->unrealize(dev);
    }
}

static const Property virtio_properties[] = {
    DEFINE_VIRTIO_COMMON_FEATURES(VirtIODevice, host_features),
    DEFINE_PROP_BOOL("use-started", VirtIODevice, use_started, true),
    DEFINE_PROP_BOOL("use-disabled-flag", VirtIODevice, use_disabled_flag, true),
    DEFINE_PROP_BOOL("x-disable-legacy-check", VirtIODevice, disable_legacy_check, false),
};

static void virtio_device_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    VirtioDeviceClass *k = VIRTIO_DEVICE_CLASS(oc);

    dc->realize = virtio_device_realize;
    dc->unrealize = virtio_device_unrealize;
    dc->bus_type = TYPE_VIRTIO_BUS;
    device_class_set_props(dc, virtio_properties);
    k->legacy_features = 1ull << VIRTIO_F_NOTIFY_ON_EMPTY | 1ull << VIRTIO_F_ANY_LAYOUT;
}

static const TypeInfo virtio_device_types[] = {
    {
        .name = TYPE_VIRTIO_DEVICE,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(VirtIODevice),
        .abstract = true,
        .class_size = sizeof(VirtioDeviceClass),
        .class_init = virtio_device_class_init,
    },
};

DEFINE_TYPES(virtio_device_types)
