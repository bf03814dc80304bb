/* SPDX-License-Identifier: MIT */
/*
 * Rings as no driver should write them. Each case must leave the device broken, with
 * DEVICE_NEEDS_RESET and a configuration interrupt, and a reset must heal it; then random rings and
 * registers, which must do no harm whatever they hold.
 */
#include "virtio-driver.h"

enum { NEXT = VRING_DESC_F_NEXT, WRITE = VRING_DESC_F_WRITE, INDIRECT = VRING_DESC_F_INDIRECT };

static const uint64_t FEATURES = 1ull << VIRTIO_RING_F_INDIRECT_DESC;

static void head_beyond(void)
{
    put_desc(DESC, 0, BUFFERS, 1, 0, 0);
    driver_add(QUEUE_NUM);
}

static void next_beyond(void)
{
    put_desc(DESC, 0, BUFFERS, 1, NEXT, QUEUE_NUM);
    driver_add(0);
}

static void next_far_beyond(void)
{
    put_desc(DESC, 0, BUFFERS, 1, NEXT, 0xffff);
    driver_add(0);
}

static void loop_on_itself(void)
{
    put_desc(DESC, 0, BUFFERS, 1, NEXT, 0);
    driver_add(0);
}

static void loop_of_all(void)
{
    for (unsigned i = 0; i < QUEUE_NUM; i++) {
        put_desc(DESC, i, BUFFERS, 1, NEXT, (i + 1) % QUEUE_NUM);
    }
    driver_add(0);
}

static void index_jumps(void)
{
    put_desc(DESC, 0, BUFFERS, 1, 0, 0);
    harness_write(AVAIL + 2, QUEUE_NUM + 1, 2);
}

static void index_goes_back(void)
{
    put_desc(DESC, 0, BUFFERS, 1, 0, 0);
    driver_add(0);
    driver_kick();
    harness_write(AVAIL + 2, 0, 2);
}

static void zero_length(void)
{
    put_desc(DESC, 0, BUFFERS, 0, 0, 0);
    driver_add(0);
}

static void huge_length(void)
{
    put_desc(DESC, 0, BUFFERS, 0xffffffff, WRITE, 0);
    driver_add(0);
}

static void nowhere(void)
{
    put_desc(DESC, 0, 0x8000000000, 16, 0, 0);
    driver_add(0);
}

static void end_nowhere(void)
{
    put_desc(DESC, 0, RAM2_BASE + RAM2_SIZE - 8, 16, WRITE, 0);
    driver_add(0);
}

static void wraps_around(void)
{
    put_desc(DESC, 0, 0xfffffffffffffff8, 16, 0, 0);
    driver_add(0);
}

static void in_registers(void)
{
    put_desc(DESC, 0, MMIO_BASE, 0x100, WRITE, 0);
    driver_add(0);
}

static void out_behind_in(void)
{
    put_desc(DESC, 0, BUFFERS, 16, WRITE | NEXT, 1);
    put_desc(DESC, 1, BUFFERS, 16, 0, 0);
    driver_add(0);
}

static void second_is_bad(void)
{
    put_desc(DESC, 0, BUFFERS, 16, NEXT, 1);
    put_desc(DESC, 1, 0, 16, WRITE, 0);
    driver_add(0);
}

static void indirect(uint64_t addr, uint32_t len, unsigned flags)
{
    put_desc(DESC, 0, addr, len, INDIRECT | flags, 1);
    put_desc(DESC, 1, BUFFERS, 1, 0, 0);
    driver_add(0);
}

static void indirect_in_indirect(void)
{
    put_desc(TABLE, 0, TABLE + 0x100, 16, INDIRECT, 0);
    put_desc(TABLE, 16, BUFFERS, 1, 0, 0);
    indirect(TABLE, 16, 0);
}

static void indirect_of_itself(void)
{
    put_desc(TABLE, 0, TABLE, 16, INDIRECT, 0);
    indirect(TABLE, 16, 0);
}

static void indirect_goes_on(void)
{
    put_desc(TABLE, 0, BUFFERS, 1, 0, 0);
    indirect(TABLE, 16, NEXT);
}

static void indirect_empty(void)
{
    indirect(TABLE, 0, 0);
}

static void indirect_odd(void)
{
    put_desc(TABLE, 0, BUFFERS, 1, 0, 0);
    indirect(TABLE, 17, 0);
}

static void indirect_nowhere(void)
{
    indirect(0x1000, 16, 0);
}

static void indirect_half_nowhere(void)
{
    indirect(RAM2_BASE + RAM2_SIZE - 16, 32, 0);
}

static void indirect_in_registers(void)
{
    indirect(MMIO_BASE, 0x200, 0);
}

static void indirect_misaligned(void)
{
    indirect(TABLE + 1, 16, 0);
}

static void indirect_loop(void)
{
    put_desc(TABLE, 0, BUFFERS, 1, NEXT, 1);
    put_desc(TABLE, 1, BUFFERS, 1, NEXT, 0);
    indirect(TABLE, 32, 0);
}

static void indirect_next_beyond(void)
{
    put_desc(TABLE, 0, BUFFERS, 1, NEXT, 2);
    indirect(TABLE, 32, 0);
}

static void too_many_buffers(void)
{
    for (unsigned i = 0; i < VIRTQUEUE_MAX_SIZE; i++) {
        put_desc(TABLE, i, BUFFERS, 1, NEXT, i + 1);
    }
    put_desc(TABLE, VIRTQUEUE_MAX_SIZE, BUFFERS, 1, 0, 0);
    indirect(TABLE, (VIRTQUEUE_MAX_SIZE + 1) * 16, 0);
}

/* Counting what is there must not follow it to its end either. */
static void endless_table(void)
{
    unsigned n = (RAM_SIZE - (BUFFERS - RAM_BASE)) / 16;

    for (unsigned i = 0; i < n; i++) {
        put_desc(BUFFERS, i, BUFFERS, 1, NEXT, (i + 1) % n);
    }
    indirect(BUFFERS, n * 16, 0);
    g_assert_false(virtqueue_avail_bytes(dev->vq, 0, UINT32_MAX));
    g_assert_true(VIRTIO_DEVICE(dev)->broken);
}

/* Memory of which nothing is touched. */
static void four_gigabytes(void)
{
    static MemoryRegion big;

    if (!big.container) {
        memory_region_init_ram(&big, NULL, "big", 0x80000000, &error_abort);
        memory_region_add_subregion(get_system_memory(), 0x100000000, &big);
    }
    put_desc(DESC, 0, 0x100000000, 0x80000000, NEXT, 1);
    put_desc(DESC, 1, 0x100000000, 0x80000000, 0, 0);
    driver_add(0);
}

static void desc_nowhere(void)
{
    driver_set_rings(0x1000, AVAIL, USED);
}

static void avail_nowhere(void)
{
    driver_set_rings(DESC, 0xfffffffffffffffe, USED);
}

static void used_in_registers(void)
{
    driver_set_rings(DESC, AVAIL, MMIO_BASE);
}

static void desc_over_the_end(void)
{
    driver_set_rings(RAM2_BASE + RAM2_SIZE - 64, AVAIL, USED);
}

static void desc_over_two_regions(void)
{
    driver_set_rings(RAM2_BASE - 64, AVAIL, USED);
}

static void desc_misaligned(void)
{
    driver_set_rings(DESC + 8, AVAIL, USED);
}

static void avail_misaligned(void)
{
    driver_set_rings(DESC, AVAIL + 1, USED);
}

static void used_misaligned(void)
{
    driver_set_rings(DESC, AVAIL, USED + 2);
}

#define CASE(fn)                                                                                   \
    {                                                                                              \
#fn, fn                                                                                    \
    }
static const struct {
    const char *name;
    void (*write)(void);
} cases[] = {
    CASE(head_beyond),           CASE(next_beyond),
    CASE(next_far_beyond),       CASE(loop_on_itself),
    CASE(loop_of_all),           CASE(index_jumps),
    CASE(index_goes_back),       CASE(zero_length),
    CASE(huge_length),           CASE(nowhere),
    CASE(end_nowhere),           CASE(wraps_around),
    CASE(in_registers),          CASE(out_behind_in),
    CASE(second_is_bad),         CASE(indirect_in_indirect),
    CASE(indirect_of_itself),    CASE(indirect_goes_on),
    CASE(indirect_empty),        CASE(indirect_odd),
    CASE(indirect_nowhere),      CASE(indirect_half_nowhere),
    CASE(indirect_in_registers), CASE(indirect_misaligned),
    CASE(indirect_loop),         CASE(indirect_next_beyond),
    CASE(too_many_buffers),      CASE(endless_table),
    CASE(four_gigabytes),        CASE(desc_nowhere),
    CASE(avail_nowhere),         CASE(used_in_registers),
    CASE(desc_over_the_end),     CASE(desc_over_two_regions),
    CASE(desc_misaligned),       CASE(avail_misaligned),
    CASE(used_misaligned),
};

static void heals(void)
{
    driver_start(FEATURES);
    g_assert_false(VIRTIO_DEVICE(dev)->broken);
    g_assert_cmphex(r32(REG_INTERRUPT_STATUS), ==, 0);
    put_desc(DESC, 0, BUFFERS, 1, 0, 0);
    driver_add(0);
    driver_kick();
    g_assert_cmpuint(dev->n, ==, 1);
    virtqueue_push(dev->vq, dev->elem[0], 0);
    g_free(dev->elem[0]);
    dev->n = 0;
    g_assert_cmpuint(used_count(), ==, 1);
}

static void test_case(gconstpointer data)
{
    void (*const *write)(void) = data;
    unsigned in, out;

    /* Found by popping, and by counting what is there. */
    for (int count = 0; count < 2; count++) {
        driver_start(FEATURES);
        (*write)();
        if (count) {
            virtqueue_get_avail_bytes(dev->vq, &in, &out, UINT32_MAX, UINT32_MAX);
        }
        driver_kick();
        g_assert_true(VIRTIO_DEVICE(dev)->broken);
        g_assert_cmphex(r32(REG_STATUS) & VIRTIO_CONFIG_S_NEEDS_RESET, !=, 0);
        g_assert_cmphex(r32(REG_INTERRUPT_STATUS) & 2, ==, 2);
        g_assert_cmpint(harness_level[0], ==, 1);
        g_assert_null(virtqueue_pop(dev->vq, sizeof(VirtQueueElement)));
        g_assert_true(virtio_queue_empty(dev->vq));
        /* The bit can not be written away (2.1.2). */
        w32(REG_STATUS, 0xf);
        g_assert_cmphex(r32(REG_STATUS) & VIRTIO_CONFIG_S_NEEDS_RESET, !=, 0);
    }
    heals();
}

/* An element that is out while the ring breaks can still be given back. */
static void test_push_when_broken(void)
{
    driver_start(FEATURES);
    put_desc(DESC, 0, BUFFERS, 4, WRITE, 0);
    driver_add(0);
    driver_kick();
    driver_add(QUEUE_NUM);
    driver_kick();
    g_assert_true(VIRTIO_DEVICE(dev)->broken);
    g_assert_cmpuint(dev->n, ==, 1);
    virtqueue_push(dev->vq, dev->elem[0], 4);
    virtio_notify(VIRTIO_DEVICE(dev), dev->vq);
    g_free(dev->elem[0]);
    dev->n = 0;
    g_assert_cmpuint(used_count(), ==, 0);
    heals();
}

/* ---- Random ---- */

static uint64_t random_address(GRand *rng)
{
    static const uint64_t places[] = { RAM_BASE,  TABLE,     BUFFERS, RAM2_BASE + RAM2_SIZE - 32,
                                       MMIO_BASE, UINT64_MAX };
    uint64_t addr = places[g_rand_int_range(rng, 0, ARRAY_SIZE(places))];

    return addr + 8 * g_rand_int_range(rng, -4, 256);
}

static void random_table(GRand *rng, hwaddr table, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        bool tidy = g_rand_int_range(rng, 0, 4);

        put_desc(table, i, random_address(rng),
                 tidy ? 16 * g_rand_int_range(rng, 1, 8) : g_rand_int(rng),
                 g_rand_int(rng) & (tidy ? 3 : 0xffff),
                 g_rand_int_range(rng, 0, n + (tidy ? 0 : 9)));
    }
}

static void give_some_back(GRand *rng)
{
    while (dev->n && g_rand_int_range(rng, 0, 3)) {
        VirtQueueElement *e = dev->elem[--dev->n];

        iov_memset(e->in_sg, e->in_num, 0, 0x55, 64);
        virtqueue_push(dev->vq, e, g_rand_int(rng));
        virtio_notify(VIRTIO_DEVICE(dev), dev->vq);
        g_free(e);
    }
}

static void test_random_rings(void)
{
    GRand *rng = g_rand_new_with_seed(1);

    for (unsigned round = 0; round < 20000; round++) {
        driver_start(g_rand_boolean(rng) ? FEATURES : 1ull << VIRTIO_RING_F_EVENT_IDX);
        for (unsigned turn = 0; turn < 8; turn++) {
            random_table(rng, DESC, QUEUE_NUM);
            random_table(rng, TABLE, 8);
            driver_add(g_rand_int_range(rng, 0, QUEUE_NUM + (round % 4 == 0)));
            driver_kick();
            give_some_back(rng);
        }
    }
    g_rand_free(rng);
    heals();
}

/* All registers of every transport, with rings that are noise. */
static void test_random_registers(void)
{
    GRand *rng = g_rand_new_with_seed(2);

    for (unsigned round = 0; round < 2000; round++) {
        driver_start(FEATURES);
        for (hwaddr at = DESC; at < TABLE + 0x1000; at += 4) {
            w32(at, g_rand_int(rng) & g_rand_int(rng) & g_rand_int(rng));
        }
        harness_hammer(MMIO_BASE, VIRTIO_MMIO_SIZE, 200, round);
        give_some_back(rng);
    }
    g_rand_free(rng);
    heals();
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    driver_init();
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        g_autofree char *path = g_strdup_printf("/virtio/hostile/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i].write, test_case);
    }
    g_test_add_func("/virtio/hostile/push-when-broken", test_push_when_broken);
    g_test_add_func("/virtio/hostile/random-rings", test_random_rings);
    g_test_add_func("/virtio/hostile/random-registers", test_random_registers);
    return g_test_run();
}
