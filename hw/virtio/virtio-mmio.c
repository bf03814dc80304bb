/* SPDX-License-Identifier: MIT */
/*
 * Virtio over MMIO (VIRTIO 1.2, 4.2): 32-bit registers up to 0x100, then the device's configuration
 * space with accesses of 1, 2 and 4 bytes. Version 1 (4.2.4) is the layout of before VIRTIO 1.0;
 * QEMU's default, force-legacy=on. A slot without a device has a device id of 0.
 * Not modelled: shared memory regions (their length reads as -1, 4.2.2), ioeventfd.
 */
#include "qemu/osdep.h"

#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "hw/virtio/virtio-mmio.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "system/device_tree.h"

enum { /* 4.2.2; L: legacy only (4.2.4), M: modern only */
       MMIO_MAGIC = 0x000,
       MMIO_VERSION = 0x004,
       MMIO_DEVICE_ID = 0x008,
       MMIO_VENDOR_ID = 0x00c,
       MMIO_DEVICE_FEATURES = 0x010,
       MMIO_DEVICE_FEATURES_SEL = 0x014,
       MMIO_DRIVER_FEATURES = 0x020,
       MMIO_DRIVER_FEATURES_SEL = 0x024,
       MMIO_GUEST_PAGE_SIZE = 0x028, /* L */
       MMIO_QUEUE_SEL = 0x030,
       MMIO_QUEUE_NUM_MAX = 0x034,
       MMIO_QUEUE_NUM = 0x038,
       MMIO_QUEUE_ALIGN = 0x03c, /* L */
       MMIO_QUEUE_PFN = 0x040,   /* L */
       MMIO_QUEUE_READY = 0x044, /* M */
       MMIO_QUEUE_NOTIFY = 0x050,
       MMIO_INTERRUPT_STATUS = 0x060,
       MMIO_INTERRUPT_ACK = 0x064,
       MMIO_STATUS = 0x070,
       MMIO_QUEUE_DESC_LOW = 0x080, /* M, as all below */
       MMIO_QUEUE_DESC_HIGH = 0x084,
       MMIO_QUEUE_DRIVER_LOW = 0x090,
       MMIO_QUEUE_DRIVER_HIGH = 0x094,
       MMIO_QUEUE_DEVICE_LOW = 0x0a0,
       MMIO_QUEUE_DEVICE_HIGH = 0x0a4,
       MMIO_SHM_SEL = 0x0ac,
       MMIO_SHM_LEN_LOW = 0x0b0,
       MMIO_SHM_BASE_HIGH = 0x0bc,
       MMIO_QUEUE_RESET = 0x0c0,
       MMIO_CONFIG_GENERATION = 0x0fc,
       MMIO_CONFIG = 0x100,
};

#define MMIO_MAGIC_VALUE  0x74726976 /* "virt" */
#define MMIO_VENDOR_VALUE 0x554d4551 /* "QEMU" */

static VirtIODevice *mmio_vdev(VirtIOMMIOProxy *p)
{
    return virtio_bus_get_device(&p->bus);
}

/* Reads ---------------------------------------------------------------------------------------- */

static uint32_t read_features(const VirtIOMMIOProxy *p, const VirtIODevice *vdev)
{
    if (p->legacy) {
        return p->host_features_sel ? 0 : vdev->host_features;
    }
    /* From word 2 on none are known (6). */
    return p->host_features_sel > 1
               ? 0
               : (vdev->host_features & ~vdev->legacy_features) >> (32 * p->host_features_sel);
}

static uint32_t read_layout_register(VirtIOMMIOProxy *p, VirtIODevice *vdev, hwaddr offset)
{
    bool legacy_only = offset == MMIO_QUEUE_PFN;

    if (legacy_only != p->legacy && offset != MMIO_CONFIG_GENERATION) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "virtio-mmio: read of 0x%" HWADDR_PRIx " with version %d registers\n", offset,
                      p->legacy ? 1 : 2);
        return 0;
    }
    switch (offset) {
    case MMIO_QUEUE_PFN:
        return virtio_queue_get_addr(vdev, vdev->queue_sel) >> p->guest_page_shift;
    case MMIO_QUEUE_READY:
        return p->vqs[vdev->queue_sel].enabled;
    case MMIO_SHM_LEN_LOW ... MMIO_SHM_BASE_HIGH:
        return UINT32_MAX;
    case MMIO_CONFIG_GENERATION:
        return p->legacy ? 0 : vdev->generation;
    default: /* MMIO_QUEUE_RESET: a reset is over at once */
        return 0;
    }
}

static uint32_t read_register(VirtIOMMIOProxy *p, VirtIODevice *vdev, hwaddr offset)
{
    switch (offset) {
    case MMIO_DEVICE_ID:
        return vdev->device_id;
    case MMIO_DEVICE_FEATURES:
        return read_features(p, vdev);
    case MMIO_QUEUE_NUM_MAX:
        return virtio_queue_get_max_num(vdev, vdev->queue_sel) ? VIRTQUEUE_MAX_SIZE : 0;
    case MMIO_INTERRUPT_STATUS:
        return vdev->isr;
    case MMIO_STATUS:
        return vdev->status;
    case MMIO_QUEUE_PFN:
    case MMIO_QUEUE_READY:
    case MMIO_SHM_LEN_LOW ... MMIO_SHM_BASE_HIGH:
    case MMIO_QUEUE_RESET:
    case MMIO_CONFIG_GENERATION:
        return read_layout_register(p, vdev, offset);
    default:
        qemu_log_mask(LOG_GUEST_ERROR,
                      "virtio-mmio: read of write-only or unknown register 0x%" HWADDR_PRIx "\n",
                      offset);
        return 0;
    }
}

static uint64_t virtio_mmio_read(void *opaque, hwaddr offset, unsigned size)
{
    VirtIOMMIOProxy *p = opaque;
    VirtIODevice *vdev = mmio_vdev(p);

    if (vdev && offset >= MMIO_CONFIG) {
        return virtio_config_read(vdev, offset - MMIO_CONFIG, size, !p->legacy);
    }
    if (size != 4) {
        qemu_log_mask(LOG_GUEST_ERROR, "virtio-mmio: read of %u bytes at 0x%" HWADDR_PRIx "\n",
                      size, offset);
        return 0;
    }
    switch (offset) {
    case MMIO_MAGIC:
        return MMIO_MAGIC_VALUE;
    case MMIO_VERSION:
        return p->legacy ? 1 : 2;
    case MMIO_VENDOR_ID:
        return MMIO_VENDOR_VALUE;
    default:
        return vdev ? read_register(p, vdev, offset) : 0;
    }
}

/* Writes --------------------------------------------------------------------------------------- */

/* The page size stays: drivers set it before they reset the device. */
static void soft_reset(VirtIOMMIOProxy *p)
{
    memset(p->vqs, 0, VIRTIO_QUEUE_MAX * sizeof(*p->vqs));
    p->host_features_sel = p->guest_features_sel = 0;
    memset(p->guest_features, 0, sizeof(p->guest_features));
}

static void write_features(VirtIOMMIOProxy *p, VirtIODevice *vdev, uint32_t value)
{
    if (p->legacy) {
        if (!p->guest_features_sel) {
            virtio_set_features(vdev, value);
        } else if (value) {
            qemu_log_mask(LOG_GUEST_ERROR, "virtio-mmio: version 1 has 32 feature bits\n");
        }
    } else if (p->guest_features_sel <= 1) {
        p->guest_features[p->guest_features_sel] = value;
    }
}

static void write_status(VirtIOMMIOProxy *p, VirtIODevice *vdev, uint32_t value)
{
    if (!value) {
        virtio_reset(vdev);
        soft_reset(p);
        return;
    }
    if (!p->legacy && (value & VIRTIO_CONFIG_S_FEATURES_OK) &&
        !(vdev->status & VIRTIO_CONFIG_S_FEATURES_OK)) {
        uint64_t features = (uint64_t)p->guest_features[1] << 32 | p->guest_features[0];

        /* 3.1.1: what was not offered can not be accepted, nor this interface without VERSION_1. */
        if (virtio_set_features(vdev, features & ~vdev->legacy_features) < 0 ||
            !virtio_has_feature(features, VIRTIO_F_VERSION_1)) {
            qemu_log_mask(LOG_GUEST_ERROR, "%s: features 0x%" PRIx64 " refused\n", vdev->name,
                          features);
            value &= ~VIRTIO_CONFIG_S_FEATURES_OK;
        }
    }
    virtio_set_status(vdev, value & 0xff);
}

static void write_ready(VirtIOMMIOProxy *p, VirtIODevice *vdev, uint32_t value)
{
    VirtIOMMIOQueue *q = &p->vqs[vdev->queue_sel];
    int n = vdev->queue_sel;

    q->enabled = (value & 1) && virtio_queue_get_max_num(vdev, n);
    if (q->enabled) {
        virtio_queue_set_rings(vdev, n, (uint64_t)q->desc[1] << 32 | q->desc[0],
                               (uint64_t)q->avail[1] << 32 | q->avail[0],
                               (uint64_t)q->used[1] << 32 | q->used[0]);
    }
    virtio_queue_set_enabled(vdev, n, q->enabled);
}

static void write_legacy_register(VirtIOMMIOProxy *p, VirtIODevice *vdev, hwaddr offset,
                                  uint32_t value)
{
    switch (offset) {
    case MMIO_GUEST_PAGE_SIZE:
        p->guest_page_shift = value ? ctz32(value) : 0;
        break;
    case MMIO_QUEUE_ALIGN:
        virtio_queue_set_align(vdev, vdev->queue_sel, MIN(value, INT32_MAX));
        break;
    default: /* MMIO_QUEUE_PFN; 4.2.4: 0 takes the queue, or all, away */
        if (!value) {
            virtio_reset(vdev);
            soft_reset(p);
        } else {
            virtio_queue_set_addr(vdev, vdev->queue_sel, (uint64_t)value << p->guest_page_shift);
        }
    }
}

static void write_modern_register(VirtIOMMIOProxy *p, VirtIODevice *vdev, hwaddr offset,
                                  uint32_t value)
{
    VirtIOMMIOQueue *q = &p->vqs[vdev->queue_sel];
    int high = (offset >> 2) & 1;

    switch (offset) {
    case MMIO_QUEUE_READY:
        write_ready(p, vdev, value);
        break;
    case MMIO_QUEUE_DESC_LOW:
    case MMIO_QUEUE_DESC_HIGH:
        q->desc[high] = value;
        break;
    case MMIO_QUEUE_DRIVER_LOW:
    case MMIO_QUEUE_DRIVER_HIGH:
        q->avail[high] = value;
        break;
    case MMIO_QUEUE_DEVICE_LOW:
    case MMIO_QUEUE_DEVICE_HIGH:
        q->used[high] = value;
        break;
    case MMIO_QUEUE_RESET:
        if (value == 1 && virtio_vdev_has_feature(vdev, VIRTIO_F_RING_RESET)) {
            virtio_queue_reset(vdev, vdev->queue_sel);
            *q = (VirtIOMMIOQueue){ .enabled = false };
        }
        break;
    default: /* MMIO_SHM_SEL: whatever is selected does not exist */
        break;
    }
}

static bool is_legacy_register(hwaddr offset)
{
    return offset == MMIO_GUEST_PAGE_SIZE || offset == MMIO_QUEUE_ALIGN || offset == MMIO_QUEUE_PFN;
}

static void write_layout_register(VirtIOMMIOProxy *p, VirtIODevice *vdev, hwaddr offset,
                                  uint32_t value)
{
    if (is_legacy_register(offset) != p->legacy) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "virtio-mmio: write to 0x%" HWADDR_PRIx " with version %d registers\n",
                      offset, p->legacy ? 1 : 2);
    } else if (p->legacy) {
        write_legacy_register(p, vdev, offset, value);
    } else {
        write_modern_register(p, vdev, offset, value);
    }
}

static void write_register(VirtIOMMIOProxy *p, VirtIODevice *vdev, hwaddr offset, uint32_t value)
{
    switch (offset) {
    case MMIO_DEVICE_FEATURES_SEL:
        p->host_features_sel = value;
        break;
    case MMIO_DRIVER_FEATURES:
        write_features(p, vdev, value);
        break;
    case MMIO_DRIVER_FEATURES_SEL:
        p->guest_features_sel = value;
        break;
    case MMIO_QUEUE_SEL:
        if (value < VIRTIO_QUEUE_MAX) {
            vdev->queue_sel = value;
        }
        break;
    case MMIO_QUEUE_NUM:
        virtio_queue_set_num(vdev, vdev->queue_sel, MIN(value, INT32_MAX));
        break;
    case MMIO_QUEUE_NOTIFY:
        if (value < VIRTIO_QUEUE_MAX) {
            virtio_queue_notify(vdev, value);
        }
        break;
    case MMIO_INTERRUPT_ACK:
        vdev->isr &= ~value;
        virtio_update_irq(vdev);
        break;
    case MMIO_STATUS:
        write_status(p, vdev, value);
        break;
    case MMIO_GUEST_PAGE_SIZE:
    case MMIO_QUEUE_ALIGN:
    case MMIO_QUEUE_PFN:
    case MMIO_QUEUE_READY:
    case MMIO_QUEUE_DESC_LOW ... MMIO_QUEUE_DESC_HIGH:
    case MMIO_QUEUE_DRIVER_LOW ... MMIO_QUEUE_DRIVER_HIGH:
    case MMIO_QUEUE_DEVICE_LOW ... MMIO_QUEUE_DEVICE_HIGH:
    case MMIO_SHM_SEL:
    case MMIO_QUEUE_RESET:
        write_layout_register(p, vdev, offset, value);
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR,
                      "virtio-mmio: write to read-only or unknown register 0x%" HWADDR_PRIx "\n",
                      offset);
        break;
    }
}

static void virtio_mmio_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    VirtIOMMIOProxy *p = opaque;
    VirtIODevice *vdev = mmio_vdev(p);

    if (!vdev) {
        return; /* nothing to tell: drivers write before they look at the device id */
    }
    if (offset >= MMIO_CONFIG) {
        virtio_config_write(vdev, offset - MMIO_CONFIG, value, size, !p->legacy);
    } else if (size != 4) {
        qemu_log_mask(LOG_GUEST_ERROR, "virtio-mmio: write of %u bytes at 0x%" HWADDR_PRIx "\n",
                      size, offset);
    } else {
        write_register(p, vdev, offset, value);
    }
}

static const MemoryRegionOps virtio_mmio_ops = {
    .read = virtio_mmio_read,
    .write = virtio_mmio_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
};

static const MemoryRegionOps virtio_mmio_legacy_ops = {
    .read = virtio_mmio_read,
    .write = virtio_mmio_write,
    .endianness = DEVICE_NATIVE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
};

/* The bus -------------------------------------------------------------------------------------- */

static void virtio_mmio_notify(DeviceState *d, uint16_t vector)
{
    VirtIOMMIOProxy *p = VIRTIO_MMIO(d);
    VirtIODevice *vdev = mmio_vdev(p);

    qemu_set_irq(p->irq, vdev && vdev->isr != 0);
}

static void virtio_mmio_pre_plugged(DeviceState *d, Error **errp)
{
    VirtIOMMIOProxy *p = VIRTIO_MMIO(d);
    BusChild *kid = QTAILQ_FIRST(&BUS(&p->bus)->children);

    if (!p->legacy) {
        virtio_add_feature(&VIRTIO_DEVICE(kid->child)->host_features, VIRTIO_F_VERSION_1);
    }
}

static void virtio_mmio_device_plugged(DeviceState *d, Error **errp)
{
    VirtIOMMIOProxy *p = VIRTIO_MMIO(d);
    BusChild *kid = QTAILQ_FIRST(&BUS(&p->bus)->children);

    p->num_vqs = VIRTIO_DEVICE(kid->child)->num_queues;
}

/* The path of what is behind it: the transport is known by its address. */
static char *virtio_mmio_bus_get_dev_path(DeviceState *dev)
{
    DeviceState *proxy = dev->parent_bus->parent;
    VirtIOMMIOProxy *p = VIRTIO_MMIO(proxy);
    g_autofree char *path = qdev_get_dev_path(proxy);

    if (!p->format_transport_address) {
        return g_steal_pointer(&path);
    }
    return g_strdup_printf("%s%svirtio-mmio@%016" PRIx64, path ? path : "", path ? "/" : "",
                           SYS_BUS_DEVICE(p)->mmio[0].addr);
}

static void virtio_mmio_bus_class_init(ObjectClass *oc, const void *data)
{
    VirtioBusClass *k = VIRTIO_BUS_CLASS(oc);

    k->notify = virtio_mmio_notify;
    k->pre_plugged = virtio_mmio_pre_plugged;
    k->device_plugged = virtio_mmio_device_plugged;
    k->has_variable_vring_alignment = true;
    BUS_CLASS(oc)->get_dev_path = virtio_mmio_bus_get_dev_path;
}

/* The device ----------------------------------------------------------------------------------- */

static const VMStateDescription vmstate_virtio_mmio_queue = {
    .name = "virtio-mmio/queue",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields =
        (const VMStateField[]){
            VMSTATE_BOOL(enabled, VirtIOMMIOQueue),
            VMSTATE_UINT32_ARRAY(desc, VirtIOMMIOQueue, 2),
            VMSTATE_UINT32_ARRAY(avail, VirtIOMMIOQueue, 2),
            VMSTATE_UINT32_ARRAY(used, VirtIOMMIOQueue, 2),
            VMSTATE_END_OF_LIST(),
        },
};

/* The line is a GPIO of ours: the interrupt controller saves its level. */
static const VMStateDescription vmstate_virtio_mmio = {
    .name = "virtio-mmio",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT32(host_features_sel, VirtIOMMIOProxy),
            VMSTATE_UINT32(guest_features_sel, VirtIOMMIOProxy),
            VMSTATE_UINT32_ARRAY(guest_features, VirtIOMMIOProxy, 2),
            VMSTATE_UINT32(guest_page_shift, VirtIOMMIOProxy),
            VMSTATE_STRUCT_VARRAY_POINTER_UINT32(vqs, VirtIOMMIOProxy, num_vqs,
                                                 vmstate_virtio_mmio_queue, VirtIOMMIOQueue),
            VMSTATE_END_OF_LIST(),
        },
};

static void virtio_mmio_reset_hold(Object *obj, ResetType type)
{
    VirtIOMMIOProxy *p = VIRTIO_MMIO(obj);

    virtio_bus_reset(&p->bus);
    soft_reset(p);
    p->guest_page_shift = 0;
}

static void virtio_mmio_init(Object *obj)
{
    VirtIOMMIOProxy *p = VIRTIO_MMIO(obj);

    qbus_init(&p->bus, sizeof(p->bus), TYPE_VIRTIO_MMIO_BUS, DEVICE(obj), NULL);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &p->irq);
    p->vqs = g_new0(VirtIOMMIOQueue, VIRTIO_QUEUE_MAX);
}

static void virtio_mmio_finalize(Object *obj)
{
    g_free(VIRTIO_MMIO(obj)->vqs);
}

static void virtio_mmio_realize(DeviceState *dev, Error **errp)
{
    VirtIOMMIOProxy *p = VIRTIO_MMIO(dev);

    memory_region_init_io(&p->iomem, OBJECT(p),
                          p->legacy ? &virtio_mmio_legacy_ops : &virtio_mmio_ops, p, "virtio-mmio",
                          VIRTIO_MMIO_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &p->iomem);
}

static const Property virtio_mmio_properties[] = {
    DEFINE_PROP_BOOL("format_transport_address", VirtIOMMIOProxy, format_transport_address, true),
    DEFINE_PROP_BOOL("force-legacy", VirtIOMMIOProxy, legacy, true),
    DEFINE_PROP_BOOL("ioeventfd", VirtIOMMIOProxy, ioeventfd, true),
};

static void virtio_mmio_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    dc->desc = "Virtio transport with memory mapped registers";
    dc->realize = virtio_mmio_realize;
    dc->vmsd = &vmstate_virtio_mmio;
    rc->phases.hold = virtio_mmio_reset_hold;
    device_class_set_props(dc, virtio_mmio_properties);
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
}

static const TypeInfo virtio_mmio_types[] = {
    {
        .name = TYPE_VIRTIO_MMIO_BUS,
        .parent = TYPE_VIRTIO_BUS,
        .instance_size = sizeof(VirtioBusState),
        .class_init = virtio_mmio_bus_class_init,
    },
    {
        .name = TYPE_VIRTIO_MMIO,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(VirtIOMMIOProxy),
        .instance_init = virtio_mmio_init,
        .instance_finalize = virtio_mmio_finalize,
        .class_init = virtio_mmio_class_init,
    },
};

DEFINE_TYPES(virtio_mmio_types)

/* virtio,mmio.yaml. A tree lists the newest node first. */
void virtio_mmio_fdt_add_nodes(void *fdt, const MemMapEntry *first, int irq, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        hwaddr base = first->base + i * first->size;
        g_autofree char *node = g_strdup_printf("/virtio_mmio@%" PRIx64, base);

        qemu_fdt_add_subnode(fdt, node);
        qemu_fdt_setprop_string(fdt, node, "compatible", "virtio,mmio");
        qemu_fdt_setprop_sized_cells(fdt, node, "reg", 2, base, 2, first->size);
        qemu_fdt_setprop_cells(fdt, node, "interrupts", 0, irq + i, 1); /* shared, rising edge */
        qemu_fdt_setprop(fdt, node, "dma-coherent", NULL, 0);
    }
}
