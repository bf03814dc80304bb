/* SPDX-License-Identifier: MIT */
/*
 * Split virtqueues as devices use them: requests are popped from the avail ring, and pushed to the
 * used ring (VIRTIO 1.2, 2.7).
 *
 * Invariants, as 16-bit differences: last_avail_idx is at most `num` behind the driver's index, or
 * the ring is broken; `inuse` elements, at most `num`, are between pop and push. So an element's
 * place in the used ring is always free.
 *
 * Order of memory accesses (2.7.13, 2.7.14): the entry is read behind the driver's index; the
 * used entry is written before our index; our index and our wish for kicks are written before the
 * other side's are read, with a full barrier in between, for each side looks after it has written.
 */
#include "qemu/osdep.h"

#include "qemu/atomic.h"
#include "virtqueue.h"

static bool has_event_idx(const VirtQueue *vq)
{
    return virtio_vdev_has_feature(vq->vdev, VIRTIO_RING_F_EVENT_IDX);
}

/* What there is to pop; -1 if the driver's index can not be. */
static int entries_avail(VirtQueue *vq)
{
    uint16_t count = vq->shadow_avail_idx - vq->last_avail_idx;

    if (!count) {
        vq->shadow_avail_idx = vring_avail_idx(vq);
        count = vq->shadow_avail_idx - vq->last_avail_idx;
        smp_rmb(); /* the entries are read behind the index */
    }
    if (count > vq->num) {
        virtio_error(vq->vdev, "queue %u: index of the avail ring moved from %u to %u", vq->index,
                     vq->last_avail_idx, vq->shadow_avail_idx);
        return -1;
    }
    return count;
}

/* The head that avail entry @idx names; -1 if it is none. */
static int head_at(VirtQueue *vq, uint16_t idx)
{
    unsigned head = vring_avail_ring(vq, idx % vq->num);

    if (head >= vq->num) {
        virtio_error(vq->vdev, "queue %u: the avail ring names descriptor %u of %u", vq->index,
                     head, vq->num);
        return -1;
    }
    return head;
}

/* Pop ------------------------------------------------------------------------------------------ */

/* An element while its chain is read: out buffers come first (2.7.4.2). */
typedef struct Gather {
    VirtQueue *vq;
    unsigned ndescs, out_num, in_num;
    uint64_t bytes;
    hwaddr addr[VIRTQUEUE_MAX_SIZE];
    struct iovec iov[VIRTQUEUE_MAX_SIZE];
} Gather;

static void unmap_buffer(VirtQueue *vq, const struct iovec *iov, bool is_write, size_t written)
{
    address_space_unmap(vq->vdev->dma_as, iov->iov_base, iov->iov_len, is_write, written);
}

static void gather_undo(Gather *g)
{
    for (unsigned i = 0; i < g->out_num + g->in_num; i++) {
        unmap_buffer(g->vq, &g->iov[i], i >= g->out_num, 0);
    }
}

/* One piece of a buffer in host memory: its length. Devices' registers are no place for buffers:
 * they could be our own. */
static hwaddr map_piece(VirtQueue *vq, hwaddr addr, hwaddr len, bool is_write, struct iovec *iov)
{
    MemoryTarget t;

    RCU_READ_LOCK_GUARD();
    address_space_resolve(vq->vdev->dma_as, addr, len, is_write, MEMTXATTRS_UNSPECIFIED, &t);
    if (!t.host || !t.len) {
        return 0;
    }
    memory_region_ref(t.mr); /* until address_space_unmap() */
    *iov = (struct iovec){ t.host, t.len };
    return t.len;
}

static const char *gather_buffer(Gather *g, const struct vring_desc *d)
{
    bool is_write = d->flags & VRING_DESC_F_WRITE;

    if (!is_write && g->in_num) {
        return "a buffer to read behind one to write";
    }
    g->bytes += d->len;
    if (g->bytes > UINT32_MAX) {
        return "4 GiB or more";
    }
    g->ndescs++;
    for (hwaddr done = 0, n; done < d->len; done += n) {
        unsigned i = g->out_num + g->in_num;

        if (i == VIRTQUEUE_MAX_SIZE) {
            return "more buffers than a queue may have entries";
        }
        n = map_piece(g->vq, d->addr + done, d->len - done, is_write, &g->iov[i]);
        if (!n) {
            return is_write ? "a buffer to write that is not in RAM"
                            : "a buffer to read that is not in RAM";
        }
        g->addr[i] = d->addr + done;
        *(is_write ? &g->in_num : &g->out_num) += 1;
    }
    return NULL;
}

static bool gather_chain(Gather *g, unsigned head)
{
    const char *wrong = NULL;
    struct vring_desc d;
    DescWalk walk;
    int more;

    desc_walk_begin(&walk, g->vq, head);
    while ((more = desc_walk_next(&walk, &d)) > 0) {
        wrong = gather_buffer(g, &d);
        if (wrong) {
            virtio_error(g->vq->vdev, "queue %u: the descriptor chain has %s", g->vq->index, wrong);
            break;
        }
    }
    desc_walk_end(&walk);
    if (more < 0 || wrong) {
        gather_undo(g);
        return false;
    }
    return true;
}

/* One block: the caller's part, the two vectors, the two lists of addresses. */
static VirtQueueElement *element_new(size_t sz, const Gather *g)
{
    size_t sg = QEMU_ALIGN_UP(sz, __alignof__(struct iovec));
    unsigned n = g->out_num + g->in_num;
    size_t addr = QEMU_ALIGN_UP(sg + n * sizeof(struct iovec), __alignof__(hwaddr));
    char *block = g_malloc0(addr + n * sizeof(hwaddr));
    VirtQueueElement *elem = (VirtQueueElement *)block;

    assert(sz >= sizeof(VirtQueueElement));
    memcpy(block + sg, g->iov, n * sizeof(struct iovec));
    memcpy(block + addr, g->addr, n * sizeof(hwaddr));
    elem->ndescs = g->ndescs;
    elem->out_num = g->out_num;
    elem->in_num = g->in_num;
    elem->out_sg = (struct iovec *)(block + sg);
    elem->in_sg = elem->out_sg + g->out_num;
    elem->out_addr = (hwaddr *)(block + addr);
    elem->in_addr = elem->out_addr + g->out_num;
    return elem;
}

void *virtqueue_pop(VirtQueue *vq, size_t sz)
{
    Gather g;
    VirtQueueElement *elem;
    int head;

    if (!vring_usable(vq) || entries_avail(vq) <= 0) {
        return NULL;
    }
    if (vq->inuse >= vq->num) {
        virtio_error(vq->vdev, "queue %u: more requests than entries", vq->index);
        return NULL;
    }
    head = head_at(vq, vq->last_avail_idx);
    if (head < 0) {
        return NULL;
    }
    vq->last_avail_idx++;
    if (has_event_idx(vq) && vq->notification) {
        vring_set_avail_event(vq, vq->last_avail_idx);
    }
    g.vq = vq;
    g.ndescs = g.out_num = g.in_num = 0;
    g.bytes = 0;
    if (!gather_chain(&g, head)) {
        return NULL;
    }
    elem = element_new(sz, &g);
    elem->index = head;
    vq->inuse++;
    return elem;
}

/* Push ----------------------------------------------------------------------------------------- */

static void element_unmap(VirtQueue *vq, const VirtQueueElement *elem, size_t written)
{
    for (unsigned i = 0; i < elem->in_num; i++) {
        size_t n = MIN(written, elem->in_sg[i].iov_len);

        unmap_buffer(vq, &elem->in_sg[i], true, n);
        written -= n;
    }
    for (unsigned i = 0; i < elem->out_num; i++) {
        unmap_buffer(vq, &elem->out_sg[i], false, 0);
    }
}

void virtqueue_fill(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len, unsigned int idx)
{
    element_unmap(vq, elem, len);
    if (vring_usable(vq)) {
        vring_set_used_elem(vq, (uint16_t)(vq->used_idx + idx) % vq->num, elem->index, len);
    }
}

void virtqueue_flush(VirtQueue *vq, unsigned int count)
{
    uint16_t old = vq->used_idx, new_idx = old + count;

    vq->inuse -= MIN(count, vq->inuse);
    if (!vring_usable(vq)) {
        return;
    }
    smp_wmb(); /* the entries before the index */
    vring_set_used_idx(vq, new_idx);
    vq->used_idx = new_idx;
    /* After 2^16 entries without a look, the comparison would mean nothing. */
    if ((uint16_t)(new_idx - vq->signalled_used) < (uint16_t)(new_idx - old)) {
        vq->signalled_used_valid = false;
    }
}

void virtqueue_push(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len)
{
    virtqueue_fill(vq, elem, len, 0);
    virtqueue_flush(vq, 1);
}

void virtqueue_detach_element(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len)
{
    vq->inuse -= MIN(1, vq->inuse);
    element_unmap(vq, elem, len);
}

void virtqueue_unpop(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len)
{
    vq->last_avail_idx--;
    virtqueue_detach_element(vq, elem, len);
}

bool virtqueue_rewind(VirtQueue *vq, unsigned int num)
{
    if (num > vq->inuse) {
        return false;
    }
    vq->inuse -= num;
    vq->last_avail_idx -= num;
    return true;
}

unsigned int virtqueue_drop_all(VirtQueue *vq)
{
    VirtQueueElement *elem;
    unsigned int n = 0;

    /* A driver that keeps adding is not followed for ever. */
    while (n < vq->num && (elem = virtqueue_pop(vq, sizeof(VirtQueueElement)))) {
        virtqueue_push(vq, elem, 0);
        g_free(elem);
        n++;
    }
    return n;
}

/* Looking -------------------------------------------------------------------------------------- */

static bool add_chain(VirtQueue *vq, unsigned head, uint64_t *in, uint64_t *out)
{
    struct vring_desc d;
    DescWalk walk;
    int more;

    desc_walk_begin(&walk, vq, head);
    while ((more = desc_walk_next(&walk, &d)) > 0) {
        *(d.flags & VRING_DESC_F_WRITE ? in : out) += d.len;
    }
    desc_walk_end(&walk);
    return more == 0;
}

static void count_bytes(VirtQueue *vq, uint64_t *in, uint64_t *out, unsigned max_in,
                        unsigned max_out)
{
    int avail = vring_usable(vq) ? entries_avail(vq) : 0;

    /* The copy of the index may be old. */
    if (avail > 0) {
        vq->shadow_avail_idx = vring_avail_idx(vq);
        smp_rmb();
        avail = entries_avail(vq);
    }
    for (int i = 0; i < avail && (*in < max_in || *out < max_out); i++) {
        int head = head_at(vq, vq->last_avail_idx + i);

        if (head < 0 || !add_chain(vq, head, in, out)) {
            *in = *out = 0;
            return;
        }
    }
}

void virtqueue_get_avail_bytes(VirtQueue *vq, unsigned int *in_bytes, unsigned int *out_bytes,
                               unsigned max_in_bytes, unsigned max_out_bytes)
{
    uint64_t in = 0, out = 0;

    count_bytes(vq, &in, &out, max_in_bytes, max_out_bytes);
    if (in_bytes) {
        *in_bytes = MIN(in, UINT32_MAX);
    }
    if (out_bytes) {
        *out_bytes = MIN(out, UINT32_MAX);
    }
}

int virtqueue_avail_bytes(VirtQueue *vq, unsigned int in_bytes, unsigned int out_bytes)
{
    unsigned int in, out;

    virtqueue_get_avail_bytes(vq, &in, &out, in_bytes, out_bytes);
    return in >= in_bytes && out >= out_bytes;
}

int virtio_queue_ready(VirtQueue *vq)
{
    return vq->enabled && vq->num;
}

int virtio_queue_empty(VirtQueue *vq)
{
    return !vring_usable(vq) || entries_avail(vq) <= 0;
}

/* Notifications -------------------------------------------------------------------------------- */

void virtio_queue_set_notification(VirtQueue *vq, int enable)
{
    vq->notification = enable;
    if (!vring_usable(vq)) {
        return;
    }
    if (!has_event_idx(vq)) {
        vring_set_used_flags(vq, enable ? 0 : VRING_USED_F_NO_NOTIFY);
    } else if (enable) {
        vring_set_avail_event(vq, vring_avail_idx(vq));
    }
    if (enable) {
        smp_mb(); /* the wish is out before the caller looks again */
    }
}

int virtio_queue_get_notification(VirtQueue *vq)
{
    return vq->notification;
}

static bool should_notify(VirtQueue *vq)
{
    bool was_valid = vq->signalled_used_valid;
    uint16_t old = vq->signalled_used;

    if (!vring_usable(vq)) {
        return false;
    }
    smp_mb(); /* our index is out before the driver's wish is read */
    if (virtio_vdev_has_feature(vq->vdev, VIRTIO_F_NOTIFY_ON_EMPTY) && !vq->inuse &&
        virtio_queue_empty(vq)) {
        return true;
    }
    if (!has_event_idx(vq)) {
        return !(vring_avail_flags(vq) & VRING_AVAIL_F_NO_INTERRUPT);
    }
    vq->signalled_used = vq->used_idx;
    vq->signalled_used_valid = true;
    return !was_valid || vring_need_event(vring_used_event(vq), vq->used_idx, old);
}

void virtio_notify(VirtIODevice *vdev, VirtQueue *vq)
{
    if (should_notify(vq)) {
        vdev->isr |= 1;
        virtio_notify_vector(vdev, vq->vector);
    }
}

/* Reset and state ------------------------------------------------------------------------------ */

void virtqueue_clear(VirtQueue *vq)
{
    vring_unmap(vq);
    vq->num = vq->num_default;
    vq->desc = vq->avail = vq->used = 0;
    vq->enabled = false;
    vq->last_avail_idx = vq->shadow_avail_idx = vq->used_idx = 0;
    vq->signalled_used = 0;
    vq->signalled_used_valid = false;
    vq->notification = true;
    vq->vector = VIRTIO_NO_VECTOR;
    vq->inuse = 0;
}

static int virtqueue_pre_save(void *opaque)
{
    VirtQueue *vq = opaque;

    vq->saved_avail_idx = vq->last_avail_idx - vq->inuse;
    return 0;
}

static int virtqueue_post_load(void *opaque, int version_id)
{
    VirtQueue *vq = opaque;

    if (vq->num > VIRTQUEUE_MAX_SIZE || (vq->num & (vq->num - 1)) || !vq->num != !vq->num_default) {
        return -EINVAL;
    }
    vring_unmap(vq);
    vq->last_avail_idx = vq->shadow_avail_idx = vq->saved_avail_idx;
    vq->inuse = 0;
    return 0;
}

const VMStateDescription vmstate_virtqueue = {
    .name = "virtqueue",
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_save = virtqueue_pre_save,
    .post_load = virtqueue_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT32(num, VirtQueue),
            VMSTATE_UINT32(align, VirtQueue),
            VMSTATE_UINT64(desc, VirtQueue),
            VMSTATE_UINT64(avail, VirtQueue),
            VMSTATE_UINT64(used, VirtQueue),
            VMSTATE_BOOL(enabled, VirtQueue),
            VMSTATE_UINT16(vector, VirtQueue),
            VMSTATE_UINT16(saved_avail_idx, VirtQueue),
            VMSTATE_UINT16(used_idx, VirtQueue),
            VMSTATE_UINT16(signalled_used, VirtQueue),
            VMSTATE_BOOL(signalled_used_valid, VirtQueue),
            VMSTATE_BOOL(notification, VirtQueue),
            VMSTATE_END_OF_LIST(),
        },
};
