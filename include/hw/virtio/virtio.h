/* SPDX-License-Identifier: MIT */
/*
 * Virtio: what every device and every transport share (VIRTIO 1.2).
 *
 * A device type derives from TYPE_VIRTIO_DEVICE and plugs into the virtio bus of a transport
 * (virtio-mmio). The device sees features, configuration space and queues; the transport sees
 * registers. Everything runs under the BQL.
 *
 * All that the guest writes is checked where it is used. What can not be right makes the device
 * broken (virtio_error): it pops nothing more and asks for a reset.
 */
#ifndef HW_VIRTIO_VIRTIO_H
#define HW_VIRTIO_VIRTIO_H

#include <sys/uio.h>

#include "hw/qdev-core.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "standard-headers/linux/virtio_config.h"
#include "standard-headers/linux/virtio_ids.h"
#include "standard-headers/linux/virtio_ring.h"
#include "system/memory.h"
#include "system/runstate.h"

#define VIRTIO_QUEUE_MAX   1024 /* queues of a device */
#define VIRTQUEUE_MAX_SIZE 1024 /* entries of a queue, and buffers of an element */
#define VIRTIO_NO_VECTOR   0xffff

#define TYPE_VIRTIO_DEVICE "virtio-device"
OBJECT_DECLARE_TYPE(VirtIODevice, VirtioDeviceClass, VIRTIO_DEVICE)

typedef struct VirtQueue VirtQueue;

/*
 * A request of the driver: buffers to read (out) and to write (in), in guest addresses and in host
 * memory. A device may embed it at the start of a larger structure. Freed with g_free().
 */
typedef struct VirtQueueElement {
    unsigned int index; /* of the head descriptor */
    unsigned int ndescs;
    unsigned int out_num, in_num;
    hwaddr *in_addr, *out_addr;
    struct iovec *in_sg, *out_sg;
} VirtQueueElement;

typedef void (*VirtIOHandleOutput)(VirtIODevice *vdev, VirtQueue *vq);

struct VirtIODevice {
    DeviceState parent_obj;

    const char *name;
    uint16_t device_id;
    uint8_t status; /* VIRTIO_CONFIG_S_* */
    uint8_t isr;    /* bit 0: a queue, bit 1: the configuration (4.2.2, InterruptStatus) */
    uint16_t queue_sel;
    uint64_t guest_features;  /* what the driver accepted */
    uint64_t host_features;   /* what it is offered */
    uint64_t legacy_features; /* of those, what only legacy drivers are offered */
    uint32_t config_len;
    void *config; /* as get_config() gave it last */
    uint16_t config_vector;
    uint32_t generation; /* of the configuration */
    uint32_t nvectors;
    VirtQueue *vq;       /* VIRTIO_QUEUE_MAX of them */
    uint32_t num_queues; /* behind this there are none */
    bool vm_running;
    bool broken;               /* set by virtio_error(), until reset */
    bool started;              /* DRIVER_OK, or a legacy driver has kicked */
    bool use_started;          /* property */
    bool use_disabled_flag;    /* property */
    bool disable_legacy_check; /* property */
    bool disabled;
    bool big_endian; /* of the legacy interface: the guest's order when it was reset */
    AddressSpace *dma_as;
    MemoryListener listener; /* of dma_as: forgets what was mapped */
    VMChangeStateEntry *vmstate;
};

struct VirtioDeviceClass {
    DeviceClass parent_class;

    DeviceRealize realize; /* instead of DeviceClass.realize */
    DeviceUnrealize unrealize;
    /* The features to offer, of which @requested are those from properties and the transport. */
    uint64_t (*get_features)(VirtIODevice *vdev, uint64_t requested, Error **errp);
    /* What legacy drivers are taken to accept that acknowledge VIRTIO_F_BAD_FEATURE. */
    uint64_t (*bad_features)(VirtIODevice *vdev);
    void (*set_features)(VirtIODevice *vdev, uint64_t features);
    /* May refuse what the driver wants: nonzero keeps FEATURES_OK from being set. */
    int (*validate_features)(VirtIODevice *vdev);
    /* Bring @config up to date; take over what the driver has written to it. */
    void (*get_config)(VirtIODevice *vdev, uint8_t *config);
    void (*set_config)(VirtIODevice *vdev, const uint8_t *config);
    /* Elements in flight are detached by the device. */
    void (*reset)(VirtIODevice *vdev);
    /* One queue is reset (VIRTIO_F_RING_RESET). */
    void (*queue_reset)(VirtIODevice *vdev, uint32_t queue_index);
    /* Also called when the machine stops and goes on: see vm_running. */
    void (*set_status)(VirtIODevice *vdev, uint8_t val);
    uint64_t legacy_features;
};

/* ---- A device's life; in its realize and unrealize ---- */

void virtio_init(VirtIODevice *vdev, uint16_t device_id, size_t config_size);
void virtio_cleanup(VirtIODevice *vdev);
/* The next queue. @handle_output is called when the driver kicks it. */
VirtQueue *virtio_add_queue(VirtIODevice *vdev, int queue_size, VirtIOHandleOutput handle_output);
void virtio_del_queue(VirtIODevice *vdev, int n);
void virtio_delete_queue(VirtQueue *vq);

VirtQueue *virtio_get_queue(VirtIODevice *vdev, int n);
uint16_t virtio_get_queue_index(VirtQueue *vq);

static inline void virtio_add_feature(uint64_t *features, unsigned int bit)
{
    *features |= 1ull << bit;
}

static inline void virtio_clear_feature(uint64_t *features, unsigned int bit)
{
    *features &= ~(1ull << bit);
}

static inline bool virtio_has_feature(uint64_t features, unsigned int bit)
{
    return features >> bit & 1;
}

static inline bool virtio_vdev_has_feature(const VirtIODevice *vdev, unsigned int bit)
{
    return virtio_has_feature(vdev->guest_features, bit);
}

static inline bool virtio_host_has_feature(const VirtIODevice *vdev, unsigned int bit)
{
    return virtio_has_feature(vdev->host_features, bit);
}

/* Byte order of structures in queues and configuration: see hw/virtio/virtio-access.h. */
static inline bool virtio_is_big_endian(const VirtIODevice *vdev)
{
    return !virtio_vdev_has_feature(vdev, VIRTIO_F_VERSION_1) && vdev->big_endian;
}

/* The guest did what it may not. Logged; the device is broken from now on. */
void virtio_error(VirtIODevice *vdev, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

static inline bool virtio_device_started(const VirtIODevice *vdev, uint8_t status)
{
    return vdev->use_started ? vdev->started : status & VIRTIO_CONFIG_S_DRIVER_OK;
}

/* ---- Queues, for devices ---- */

/*
 * The next request: an element with @sz bytes (at least sizeof(VirtQueueElement)) before its own
 * arrays. NULL if there is none or the ring is broken. It stays in flight until it is pushed,
 * unpopped or detached. What is in flight when state is saved is popped again after loading: the
 * last so many in the order of the ring.
 */
void *virtqueue_pop(VirtQueue *vq, size_t sz);
/* Give it back, @len bytes of its `in` buffers written. push = fill at 0 and flush of 1. The caller
 * still frees it. */
void virtqueue_push(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len);
void virtqueue_fill(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len,
                    unsigned int idx);
void virtqueue_flush(VirtQueue *vq, unsigned int count);
/* Not done: the last one popped goes back to the ring; the last @num do (elements already
 * detached); or it vanishes without answer, as in a reset. */
void virtqueue_unpop(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len);
bool virtqueue_rewind(VirtQueue *vq, unsigned int num);
void virtqueue_detach_element(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len);
/* Give back all there is, with length 0. */
unsigned int virtqueue_drop_all(VirtQueue *vq);
/* Bytes that are there to write and to read; counting ends when both limits are reached. */
void virtqueue_get_avail_bytes(VirtQueue *vq, unsigned int *in_bytes, unsigned int *out_bytes,
                               unsigned max_in_bytes, unsigned max_out_bytes);
int virtqueue_avail_bytes(VirtQueue *vq, unsigned int in_bytes, unsigned int out_bytes);

/* The driver has set it up. */
int virtio_queue_ready(VirtQueue *vq);
int virtio_queue_empty(VirtQueue *vq);
/* Whether the driver should kick; after enabling, look at the queue once more. */
void virtio_queue_set_notification(VirtQueue *vq, int enable);
int virtio_queue_get_notification(VirtQueue *vq);

/* Interrupt for what was pushed, unless the driver does not want one; for a change of the
 * configuration. */
void virtio_notify(VirtIODevice *vdev, VirtQueue *vq);
void virtio_notify_config(VirtIODevice *vdev);

/* ---- For transports ---- */

int virtio_set_status(VirtIODevice *vdev, uint8_t val);
/* 0, or negative where part of @val was not offered (the rest is taken), or it is too late. */
int virtio_set_features(VirtIODevice *vdev, uint64_t val);
void virtio_reset(void *opaque);
void virtio_queue_reset(VirtIODevice *vdev, uint32_t queue_index);
void virtio_update_irq(VirtIODevice *vdev);
void virtio_notify_vector(VirtIODevice *vdev, uint16_t vector);

void virtio_queue_set_addr(VirtIODevice *vdev, int n, hwaddr addr); /* legacy layout; 0: none */
hwaddr virtio_queue_get_addr(VirtIODevice *vdev, int n);
void virtio_queue_set_align(VirtIODevice *vdev, int n, int align);
void virtio_queue_set_rings(VirtIODevice *vdev, int n, hwaddr desc, hwaddr avail, hwaddr used);
void virtio_queue_set_enabled(VirtIODevice *vdev, int n, bool enabled);
bool virtio_queue_enabled(VirtIODevice *vdev, int n);
/* Entries; can be set to a power of two up to VIRTQUEUE_MAX_SIZE where there is a queue at all. */
void virtio_queue_set_num(VirtIODevice *vdev, int n, int num);
int virtio_queue_get_num(VirtIODevice *vdev, int n);
int virtio_queue_get_max_num(VirtIODevice *vdev, int n);
uint16_t virtio_queue_vector(VirtIODevice *vdev, int n);
void virtio_queue_set_vector(VirtIODevice *vdev, int n, uint16_t vector);
void virtio_queue_notify(VirtIODevice *vdev, int n);

/* Configuration space; beyond its end reads give ones and writes are dropped. */
uint32_t virtio_config_read(VirtIODevice *vdev, uint32_t addr, unsigned size, bool modern);
void virtio_config_write(VirtIODevice *vdev, uint32_t addr, uint32_t val, unsigned size,
                         bool modern);

/* ---- Saved state: the first field of each device's description ---- */

extern const VMStateDescription vmstate_virtio_device;
#define VMSTATE_VIRTIO_DEVICE                                                                      \
    {                                                                                              \
        .name = "virtio", .vmsd = &vmstate_virtio_device, .size = sizeof(VirtIODevice),            \
        .flags = VMS_STRUCT, .offset = 0                                                           \
    }

#define DEFINE_VIRTIO_COMMON_FEATURES(_state, _field)                                              \
    DEFINE_PROP_BIT64("indirect_desc", _state, _field, VIRTIO_RING_F_INDIRECT_DESC, true),         \
        DEFINE_PROP_BIT64("event_idx", _state, _field, VIRTIO_RING_F_EVENT_IDX, true),             \
        DEFINE_PROP_BIT64("notify_on_empty", _state, _field, VIRTIO_F_NOTIFY_ON_EMPTY, true),      \
        DEFINE_PROP_BIT64("any_layout", _state, _field, VIRTIO_F_ANY_LAYOUT, true),                \
        DEFINE_PROP_BIT64("iommu_platform", _state, _field, VIRTIO_F_IOMMU_PLATFORM, false),       \
        DEFINE_PROP_BIT64("packed", _state, _field, VIRTIO_F_RING_PACKED, false),                  \
        DEFINE_PROP_BIT64("queue_reset", _state, _field, VIRTIO_F_RING_RESET, true)

#endif
