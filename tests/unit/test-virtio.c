/* SPDX-License-Identifier: MIT */
/* Split virtqueues with a well-behaved driver: order, lengths, notifications, reset. */
#include "virtio-driver.h"

#include "standard-headers/linux/virtio_config.h"

static const uint64_t EVENT_IDX = 1ull << VIRTIO_RING_F_EVENT_IDX;

/* Push the oldest element and interrupt. */
static void push(unsigned len)
{
    virtqueue_push(dev->vq, dev->elem[0], len);
    g_free(dev->elem[0]);
    memmove(dev->elem, dev->elem + 1, --dev->n * sizeof(dev->elem[0]));
    virtio_notify(VIRTIO_DEVICE(dev), dev->vq);
}

static void ack(void)
{
    w32(REG_INTERRUPT_ACK, 3);
    g_assert_cmpint(harness_level[0], ==, 0);
}

static void test_chain(void)
{
    VirtQueueElement *e;
    char buf[8];

    driver_start(0);
    put_desc(DESC, 3, BUFFERS, 4, VRING_DESC_F_NEXT, 5);
    put_desc(DESC, 5, BUFFERS + 0x100, 2, VRING_DESC_F_NEXT, 0);
    put_desc(DESC, 0, BUFFERS + 0x200, 6, VRING_DESC_F_WRITE, 7);
    harness_write(BUFFERS, 0x64636261, 4);
    harness_write(BUFFERS + 0x100, 0x6665, 2);
    driver_add(3);
    driver_kick();

    g_assert_cmpuint(dev->n, ==, 1);
    e = dev->elem[0];
    g_assert_cmpuint(e->index, ==, 3);
    g_assert_cmpuint(e->ndescs, ==, 3);
    g_assert_cmpuint(e->out_num, ==, 2);
    g_assert_cmpuint(e->in_num, ==, 1);
    g_assert_cmphex(e->out_addr[1], ==, BUFFERS + 0x100);
    g_assert_cmphex(e->in_addr[0], ==, BUFFERS + 0x200);
    g_assert_cmpuint(iov_to_buf(e->out_sg, e->out_num, 0, buf, sizeof(buf)), ==, 6);
    g_assert_cmpmem(buf, 6, "abcdef", 6);
    g_assert_cmpuint(iov_from_buf(e->in_sg, e->in_num, 0, "answer!", 7), ==, 6);
    push(6);

    g_assert_cmpuint(used_count(), ==, 1);
    g_assert_cmpuint(r32(USED + 4), ==, 3);
    g_assert_cmpuint(r32(USED + 8), ==, 6);
    g_assert_cmphex(harness_read(BUFFERS + 0x200, 4), ==, 0x77736e61);
    g_assert_cmphex(r32(REG_INTERRUPT_STATUS), ==, 1);
    g_assert_cmpint(harness_level[0], ==, 1);
    ack();
}

static void test_indirect(void)
{
    driver_start(1ull << VIRTIO_RING_F_INDIRECT_DESC);
    put_desc(DESC, 1, BUFFERS, 1, VRING_DESC_F_NEXT, 2);
    put_desc(DESC, 2, TABLE, 3 * 16, VRING_DESC_F_INDIRECT, 0);
    put_desc(TABLE, 0, BUFFERS, 2, VRING_DESC_F_NEXT, 2);
    put_desc(TABLE, 2, BUFFERS, 3, VRING_DESC_F_WRITE, 0);
    driver_add(1);
    driver_kick();
    g_assert_cmpuint(dev->n, ==, 1);
    g_assert_cmpuint(dev->elem[0]->out_num, ==, 2);
    g_assert_cmpuint(dev->elem[0]->in_num, ==, 1);
    push(0);
}

/* A buffer over two regions comes in two pieces. */
static void test_two_regions(void)
{
    driver_start(0);
    put_desc(DESC, 0, RAM2_BASE - 16, 48, VRING_DESC_F_WRITE, 0);
    driver_add(0);
    driver_kick();
    g_assert_cmpuint(dev->n, ==, 1);
    g_assert_cmpuint(dev->elem[0]->in_num, ==, 2);
    g_assert_cmpuint(dev->elem[0]->in_sg[1].iov_len, ==, 32);
    g_assert_cmpuint(iov_memset(dev->elem[0]->in_sg, 2, 0, 0xa5, 48), ==, 48);
    push(48);
    g_assert_cmphex(r32(RAM2_BASE - 4), ==, 0xa5a5a5a5);
    g_assert_cmphex(r32(RAM2_BASE), ==, 0xa5a5a5a5);
}

/* The indices wrap; every entry of the ring is used many times. */
static void test_wrap(void)
{
    driver_start(EVENT_IDX);
    for (unsigned i = 0; i < 70000; i++) {
        unsigned head = i % QUEUE_NUM;

        put_desc(DESC, head, BUFFERS + 16 * head, 16, VRING_DESC_F_WRITE, 0);
        driver_add(head);
        driver_kick();
        g_assert_cmpuint(dev->n, ==, 1);
        push(i % 17);
        g_assert_cmpuint(used_count(), ==, (uint16_t)(i + 1));
        g_assert_cmpuint(r32(USED + 4 + 8 * (i % QUEUE_NUM)), ==, head);
        g_assert_cmpuint(r32(USED + 8 + 8 * (i % QUEUE_NUM)), ==, i % 17);
    }
}

static void test_avail_bytes(void)
{
    unsigned in, out;

    driver_start(0);
    dev->pop_on_kick = false;
    put_desc(DESC, 0, BUFFERS, 100, VRING_DESC_F_NEXT, 1);
    put_desc(DESC, 1, BUFFERS, 30, VRING_DESC_F_WRITE, 0);
    put_desc(DESC, 2, BUFFERS, 5, VRING_DESC_F_WRITE, 0);
    driver_add(0);
    driver_add(2);
    virtqueue_get_avail_bytes(dev->vq, &in, &out, UINT32_MAX, UINT32_MAX);
    g_assert_cmpuint(in, ==, 35);
    g_assert_cmpuint(out, ==, 100);
    virtqueue_get_avail_bytes(dev->vq, &in, NULL, 10, 0);
    g_assert_cmpuint(in, ==, 30); /* enough: not looked further */
    g_assert_true(virtqueue_avail_bytes(dev->vq, 35, 100));
    g_assert_false(virtqueue_avail_bytes(dev->vq, 36, 100));
    g_assert_cmpuint(virtqueue_drop_all(dev->vq), ==, 2);
    g_assert_cmpuint(used_count(), ==, 2);
    g_assert_true(virtio_queue_empty(dev->vq));
    dev->pop_on_kick = true;
}

static void test_unpop(void)
{
    VirtQueueElement *e;

    driver_start(0);
    dev->pop_on_kick = false;
    put_desc(DESC, 4, BUFFERS, 1, 0, 0);
    driver_add(4);
    e = virtqueue_pop(dev->vq, sizeof(*e));
    g_assert_nonnull(e);
    g_assert_true(virtio_queue_empty(dev->vq));
    virtqueue_unpop(dev->vq, e, 0);
    g_free(e);
    g_assert_false(virtio_queue_empty(dev->vq));
    e = virtqueue_pop(dev->vq, sizeof(*e));
    g_assert_cmpuint(e->index, ==, 4);
    virtqueue_push(dev->vq, e, 0);
    g_free(e);
    g_assert_false(virtqueue_rewind(dev->vq, 1));
    dev->pop_on_kick = true;
}

static void add_and_answer(void)
{
    driver_add(0);
    driver_kick();
    push(0);
}

/* Without EVENT_IDX the flags decide (2.7.7.1, 2.7.9.1). */
static void test_flags(void)
{
    driver_start(0);
    put_desc(DESC, 0, BUFFERS, 1, 0, 0);
    harness_write(AVAIL, VRING_AVAIL_F_NO_INTERRUPT, 2);
    add_and_answer();
    g_assert_cmphex(r32(REG_INTERRUPT_STATUS), ==, 0);
    harness_write(AVAIL, 0, 2);
    add_and_answer();
    g_assert_cmphex(r32(REG_INTERRUPT_STATUS), ==, 1);
    ack();
    virtio_queue_set_notification(dev->vq, 0);
    g_assert_cmphex(harness_read(USED, 2), ==, VRING_USED_F_NO_NOTIFY);
    virtio_queue_set_notification(dev->vq, 1);
    g_assert_cmphex(harness_read(USED, 2), ==, 0);
}

/* With it, used_event says behind which entry to interrupt, avail_event behind which to kick. */
static void test_event_idx(void)
{
    const hwaddr used_event = AVAIL + 4 + 2 * QUEUE_NUM, avail_event = USED + 4 + 8 * QUEUE_NUM;

    driver_start(EVENT_IDX);
    put_desc(DESC, 0, BUFFERS, 1, 0, 0);
    add_and_answer(); /* the first interrupts in any case */
    ack();
    g_assert_cmpuint(harness_read(avail_event, 2), ==, 1);
    harness_write(used_event, 2, 2);
    add_and_answer();
    g_assert_cmphex(r32(REG_INTERRUPT_STATUS), ==, 0);
    add_and_answer();
    g_assert_cmphex(r32(REG_INTERRUPT_STATUS), ==, 1);
    ack();
    virtio_queue_set_notification(dev->vq, 0);
    add_and_answer();
    g_assert_cmpuint(harness_read(avail_event, 2), ==, 3); /* stays behind: no kicks */
    virtio_queue_set_notification(dev->vq, 1);
    g_assert_cmpuint(harness_read(avail_event, 2), ==, 4);
}

/* Several answers become visible at once. */
static void test_fill_flush(void)
{
    driver_start(0);
    for (unsigned i = 0; i < 3; i++) {
        put_desc(DESC, i, BUFFERS, 8, VRING_DESC_F_WRITE, 0);
        driver_add(i);
    }
    driver_kick();
    g_assert_cmpuint(dev->n, ==, 3);
    for (unsigned i = 0; i < 3; i++) {
        virtqueue_fill(dev->vq, dev->elem[i], i, i);
        g_free(dev->elem[i]);
    }
    dev->n = 0;
    g_assert_cmpuint(used_count(), ==, 0);
    virtqueue_flush(dev->vq, 3);
    g_assert_cmpuint(used_count(), ==, 3);
    g_assert_cmpuint(r32(USED + 4 + 16), ==, 2);
    g_assert_cmpuint(r32(USED + 8 + 16), ==, 2);
}

/* A kick before DRIVER_OK, or without a ready queue, does nothing. */
static void test_not_ready(void)
{
    driver_start(0);
    w32(REG_STATUS, 0);
    driver_kick();
    g_assert_cmpuint(dev->kicks, ==, 0);
    driver_start(0);
    w32(REG_QUEUE_READY, 0);
    driver_kick();
    g_assert_cmpuint(dev->kicks, ==, 0);
    g_assert_false(virtio_queue_ready(dev->vq));
}

/* Elements in flight do not survive a reset, of the device or of the queue. */
static void test_reset_in_flight(void)
{
    driver_start(0);
    put_desc(DESC, 0, BUFFERS, 1, 0, 0);
    driver_add(0);
    driver_kick();
    g_assert_cmpuint(dev->n, ==, 1);
    driver_start(0);
    g_assert_cmpuint(dev->n, ==, 0);
    put_desc(DESC, 0, BUFFERS, 1, 0, 0);
    add_and_answer();
    g_assert_cmpuint(used_count(), ==, 1);
}

static void test_queue_reset(void)
{
    driver_start(1ull << VIRTIO_F_RING_RESET);
    put_desc(DESC, 0, BUFFERS, 1, 0, 0);
    add_and_answer();
    w32(REG_QUEUE_RESET, 1);
    g_assert_cmpuint(r32(REG_QUEUE_RESET), ==, 0);
    g_assert_cmpuint(r32(REG_QUEUE_READY), ==, 0);
    address_space_set(&address_space_memory, RAM_BASE, 0, 0x3000, MEMTXATTRS_UNSPECIFIED);
    avail_idx = 0;
    put_desc(DESC, 1, BUFFERS, 1, 0, 0);
    driver_set_rings(DESC, AVAIL, USED);
    driver_add(1);
    driver_kick();
    push(0);
    g_assert_cmpuint(used_count(), ==, 1);
    g_assert_cmpuint(r32(USED + 4), ==, 1);
}

/* The rings are looked up again after the memory map has changed. */
static void test_memory_moves(void)
{
    driver_start(0);
    put_desc(DESC, 0, BUFFERS, 1, 0, 0);
    add_and_answer();
    memory_region_set_address(&ram, RAM_BASE + 0x10000000);
    driver_kick(); /* nothing is at the old place any more */
    g_assert_true(VIRTIO_DEVICE(dev)->broken || virtio_queue_empty(dev->vq));
    memory_region_set_address(&ram, RAM_BASE);
    driver_start(0);
    put_desc(DESC, 0, BUFFERS, 1, 0, 0);
    add_and_answer();
    g_assert_cmpuint(used_count(), ==, 1);
}

/* 3.1.1, 2.2: what was not offered, or VERSION_1 missing, is not accepted. */
static void test_features(void)
{
    w32(REG_STATUS, 0);
    w32(REG_STATUS, 3);
    w32(REG_DRIVER_FEATURES_SEL, 1);
    w32(REG_DRIVER_FEATURES, 0);
    w32(REG_STATUS, 0xb);
    g_assert_cmphex(r32(REG_STATUS), ==, 3);
    w32(REG_DRIVER_FEATURES, 3); /* ACCESS_PLATFORM was not offered */
    w32(REG_STATUS, 0xb);
    g_assert_cmphex(r32(REG_STATUS), ==, 3);
    w32(REG_DRIVER_FEATURES, 1);
    w32(REG_STATUS, 0xb);
    g_assert_cmphex(r32(REG_STATUS), ==, 0xb);
    g_assert_true(virtio_vdev_has_feature(VIRTIO_DEVICE(dev), VIRTIO_F_VERSION_1));
    w32(REG_STATUS, 0);
    g_assert_false(virtio_vdev_has_feature(VIRTIO_DEVICE(dev), VIRTIO_F_VERSION_1));
}

static void test_iov(void)
{
    char a[4] = "", b[3] = "", c[5] = "", out[12];
    struct iovec v[] = { { a, 4 }, { NULL, 0 }, { b, 3 }, { c, 5 } }, part[4], *p = v;
    unsigned n = 4;

    g_assert_cmpuint(iov_size(v, 4), ==, 12);
    g_assert_cmpuint(iov_from_buf(v, 4, 0, "0123456789abcdef", 16), ==, 12);
    g_assert_cmpuint(iov_to_buf(v, 4, 3, out, 6), ==, 6);
    g_assert_cmpmem(out, 6, "345678", 6);
    g_assert_cmpuint(iov_to_buf(v, 4, 12, out, 1), ==, 0);
    g_assert_cmpuint(iov_copy(part, 4, v, 4, 5, 3), ==, 2);
    g_assert_true(part[0].iov_base == b + 1 && part[0].iov_len == 2);
    g_assert_true(part[1].iov_base == c && part[1].iov_len == 1);
    g_assert_cmpuint(iov_memset(v, 4, 6, 'x', 2), ==, 2);
    g_assert_true(b[2] == 'x' && c[0] == 'x' && c[1] == '8');
    g_assert_cmpuint(iov_discard_back(v, &n, 6), ==, 6);
    g_assert_cmpuint(iov_size(v, n), ==, 6);
    g_assert_cmpuint(iov_discard_front(&p, &n, 5), ==, 5);
    g_assert_cmpuint(iov_size(p, n), ==, 1);
    g_assert_cmpuint(iov_discard_front(&p, &n, 5), ==, 1);
    g_assert_cmpuint(n, ==, 0);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    driver_init();
    g_test_add_func("/virtio/features", test_features);
    g_test_add_func("/virtio/chain", test_chain);
    g_test_add_func("/virtio/indirect", test_indirect);
    g_test_add_func("/virtio/two-regions", test_two_regions);
    g_test_add_func("/virtio/wrap", test_wrap);
    g_test_add_func("/virtio/avail-bytes", test_avail_bytes);
    g_test_add_func("/virtio/unpop", test_unpop);
    g_test_add_func("/virtio/flags", test_flags);
    g_test_add_func("/virtio/event-idx", test_event_idx);
    g_test_add_func("/virtio/fill-flush", test_fill_flush);
    g_test_add_func("/virtio/not-ready", test_not_ready);
    g_test_add_func("/virtio/reset-in-flight", test_reset_in_flight);
    g_test_add_func("/virtio/queue-reset", test_queue_reset);
    g_test_add_func("/virtio/memory-moves", test_memory_moves);
    g_test_add_func("/iov", test_iov);
    return g_test_run();
}
