/* SPDX-License-Identifier: MIT */
/*
 * The rings of a split virtqueue in guest memory (VIRTIO 1.2, 2.7): mapping them, their fields, and
 * chains of descriptors.
 *
 * A chain ends after at most as many descriptors as its table has, one more means that it loops;
 * nor is it longer than the largest queue (2.7.5.3.1), however large an indirect table is. An
 * indirect table is entered from the ring's table only, as the last link of the chain, and never
 * left (2.7.5.3); so a walk reads at most two tables.
 */
#include "qemu/osdep.h"

#include "qemu/atomic.h"
#include "qemu/bswap.h"
#include "virtqueue.h"

/* Bytes before and behind the entries of the avail and used rings (2.7.6, 2.7.8) */
enum { RING_HEADER = 4, RING_EVENT = 2 };

/* Mapping -------------------------------------------------------------------------------------- */

static bool area_map(VirtIODevice *vdev, RingArea *area, hwaddr addr, hwaddr len, unsigned align,
                     bool is_write)
{
    MemoryTarget t;

    if (addr % align || addr + len < addr) {
        return false;
    }
    RCU_READ_LOCK_GUARD();
    address_space_resolve(vdev->dma_as, addr, len, is_write, MEMTXATTRS_UNSPECIFIED, &t);
    if (!t.host || t.len < len) {
        return false;
    }
    memory_region_ref(t.mr);
    *area = (RingArea){ .host = t.host, .mr = t.mr, .offset = t.offset };
    return true;
}

static void area_unmap(RingArea *area)
{
    if (area->host) {
        memory_region_unref(area->mr);
        *area = (RingArea){ .host = NULL };
    }
}

void vring_unmap(VirtQueue *vq)
{
    vq->mapped = false;
    area_unmap(&vq->desc_area);
    area_unmap(&vq->avail_area);
    area_unmap(&vq->used_area);
}

static bool vring_map(VirtQueue *vq)
{
    VirtIODevice *vdev = vq->vdev;
    hwaddr event = virtio_vdev_has_feature(vdev, VIRTIO_RING_F_EVENT_IDX) ? RING_EVENT : 0;
    hwaddr desc_len = (hwaddr)vq->num * sizeof(struct vring_desc);
    hwaddr avail_len = RING_HEADER + (hwaddr)vq->num * sizeof(uint16_t) + event;
    hwaddr used_len = RING_HEADER + (hwaddr)vq->num * sizeof(struct vring_used_elem) + event;

    /* Alignments: 2.7, table "virtqueue part" */
    if (!area_map(vdev, &vq->desc_area, vq->desc, desc_len, 16, false) ||
        !area_map(vdev, &vq->avail_area, vq->avail, avail_len, 2, false) ||
        !area_map(vdev, &vq->used_area, vq->used, used_len, 4, true)) {
        vring_unmap(vq);
        virtio_error(vdev,
                     "queue %u: rings of %u entries at 0x%" PRIx64 ", 0x%" PRIx64 ", 0x%" PRIx64
                     " are not aligned and in RAM",
                     vq->index, vq->num, vq->desc, vq->avail, vq->used);
        return false;
    }
    vq->mapped = true;
    return true;
}

bool vring_usable(VirtQueue *vq)
{
    return vq->enabled && vq->num && !vq->vdev->broken && (vq->mapped || vring_map(vq));
}

/* Fields --------------------------------------------------------------------------------------- */

static uint16_t load16(const VirtQueue *vq, const RingArea *area, size_t offset)
{
    uint16_t v = qatomic_read((uint16_t *)(area->host + offset));

    return virtio_is_big_endian(vq->vdev) ? be16_to_cpu(v) : le16_to_cpu(v);
}

/* Somebody may watch the page, or run code from it. */
static void used_written(VirtQueue *vq, size_t offset, size_t len)
{
    memory_region_set_dirty(vq->used_area.mr, vq->used_area.offset + offset, len);
}

static void store16(VirtQueue *vq, size_t offset, uint16_t value)
{
    value = virtio_is_big_endian(vq->vdev) ? cpu_to_be16(value) : cpu_to_le16(value);
    qatomic_set((uint16_t *)(vq->used_area.host + offset), value);
    used_written(vq, offset, sizeof(value));
}

uint16_t vring_avail_flags(const VirtQueue *vq)
{
    return load16(vq, &vq->avail_area, 0);
}

uint16_t vring_avail_idx(const VirtQueue *vq)
{
    return load16(vq, &vq->avail_area, 2);
}

uint16_t vring_avail_ring(const VirtQueue *vq, unsigned i)
{
    assert(i < vq->num);
    return load16(vq, &vq->avail_area, RING_HEADER + i * sizeof(uint16_t));
}

/* Behind the avail ring (2.7.10): up to where the driver wants no interrupt. */
uint16_t vring_used_event(const VirtQueue *vq)
{
    return load16(vq, &vq->avail_area, RING_HEADER + vq->num * sizeof(uint16_t));
}

void vring_set_used_elem(VirtQueue *vq, unsigned i, uint32_t id, uint32_t len)
{
    size_t offset = RING_HEADER + i * sizeof(struct vring_used_elem);
    bool be = virtio_is_big_endian(vq->vdev);
    uint32_t *p = (uint32_t *)(vq->used_area.host + offset);

    assert(i < vq->num);
    qatomic_set(&p[0], be ? cpu_to_be32(id) : cpu_to_le32(id));
    qatomic_set(&p[1], be ? cpu_to_be32(len) : cpu_to_le32(len));
    used_written(vq, offset, sizeof(struct vring_used_elem));
}

void vring_set_used_idx(VirtQueue *vq, uint16_t value)
{
    store16(vq, 2, value);
}

void vring_set_used_flags(VirtQueue *vq, uint16_t value)
{
    store16(vq, 0, value);
}

/* Behind the used ring (2.7.7): up to where the device wants no kick. */
void vring_set_avail_event(VirtQueue *vq, uint16_t value)
{
    store16(vq, RING_HEADER + vq->num * sizeof(struct vring_used_elem), value);
}

/* Chains --------------------------------------------------------------------------------------- */

void desc_walk_begin(DescWalk *walk, VirtQueue *vq, unsigned head)
{
    assert(head < vq->num);
    *walk =
        (DescWalk){ .vq = vq, .table = vq->desc_area, .max = vq->num, .next = head, .more = true };
    memory_region_ref(walk->table.mr);
}

void desc_walk_end(DescWalk *walk)
{
    area_unmap(&walk->table);
    walk->more = false;
}

/* Each field once: the driver may be writing to it. */
static void read_desc(DescWalk *walk, struct vring_desc *d)
{
    const struct vring_desc *p = (struct vring_desc *)walk->table.host + walk->next;

    *d = (struct vring_desc){
        .addr = qatomic_read(&p->addr),
        .len = qatomic_read(&p->len),
        .flags = qatomic_read(&p->flags),
        .next = qatomic_read(&p->next),
    };
    if (virtio_is_big_endian(walk->vq->vdev)) {
        *d = (struct vring_desc){ be64_to_cpu(d->addr), be32_to_cpu(d->len), be16_to_cpu(d->flags),
                                  be16_to_cpu(d->next) };
    } else {
        *d = (struct vring_desc){ le64_to_cpu(d->addr), le32_to_cpu(d->len), le16_to_cpu(d->flags),
                                  le16_to_cpu(d->next) };
    }
}

/* What is wrong with @d as the way to an indirect table, or NULL (2.7.5.3.1). Taken also where it
 * was not negotiated, as the devices that drivers are written for do. */
static const char *enter_indirect(DescWalk *walk, const struct vring_desc *d)
{
    VirtIODevice *vdev = walk->vq->vdev;
    RingArea table;

    if (walk->indirect) {
        return "an indirect descriptor in an indirect table";
    }
    if (d->flags & VRING_DESC_F_NEXT) {
        return "an indirect descriptor that goes on";
    }
    if (!d->len || d->len % sizeof(struct vring_desc)) {
        return "an indirect table of odd size";
    }
    if (!area_map(vdev, &table, d->addr, d->len, __alignof__(uint64_t), false)) {
        return "an indirect table that is not aligned and in RAM";
    }
    area_unmap(&walk->table);
    walk->table = table;
    walk->indirect = true;
    walk->max = d->len / sizeof(struct vring_desc);
    walk->next = 0;
    walk->seen = 0;
    return NULL;
}

static const char *check_desc(DescWalk *walk, const struct vring_desc *d)
{
    if (!d->len) {
        return "a buffer of length 0";
    }
    if (d->addr + d->len < d->addr && d->addr + d->len != 0) {
        return "a buffer around the end of the address space";
    }
    walk->more = d->flags & VRING_DESC_F_NEXT;
    walk->next = d->next;
    return NULL;
}

int desc_walk_next(DescWalk *walk, struct vring_desc *d)
{
    const char *wrong;

    if (!walk->more) {
        return 0;
    }
    for (;;) {
        if (walk->next >= walk->max) {
            wrong = "an index beyond the table";
            break;
        }
        if (walk->seen++ >= MIN(walk->max, VIRTQUEUE_MAX_SIZE)) {
            wrong = "a loop or too many descriptors";
            break;
        }
        read_desc(walk, d);
        if (!(d->flags & VRING_DESC_F_INDIRECT)) {
            wrong = check_desc(walk, d);
            d->flags &= VRING_DESC_F_WRITE;
            if (!wrong) {
                return 1;
            }
            break;
        }
        wrong = enter_indirect(walk, d);
        if (wrong) {
            break;
        }
    }
    virtio_error(walk->vq->vdev, "queue %u: the descriptor chain has %s", walk->vq->index, wrong);
    return -1;
}
