/* SPDX-License-Identifier: MIT */
/* Intrusive lists against an array, by random operations; bit fields, bitmaps, byte order. */
#include "qemu/osdep.h"

#include "qemu/bitmap.h"
#include "qemu/bswap.h"
#include "qemu/int128.h"
#include "qemu/queue.h"

typedef struct Item Item;
struct Item {
    int id;
    bool in;
    QTAILQ_ENTRY(Item) tail;
    QLIST_ENTRY(Item) list;
    QSIMPLEQ_ENTRY(Item) simple;
    QSLIST_ENTRY(Item) single;
};

enum { ITEMS = 16 };
static Item items[ITEMS];
static Item *model[ITEMS];
static int count;

static QTAILQ_HEAD(, Item) tailq = QTAILQ_HEAD_INITIALIZER(tailq);
static QLIST_HEAD(, Item) list = QLIST_HEAD_INITIALIZER(list);

static void model_insert(int at, Item *it)
{
    memmove(model + at + 1, model + at, (count - at) * sizeof(model[0]));
    model[at] = it;
    count++;
}

static void check(void)
{
    int i = 0;
    Item *it, *next;

    QTAILQ_FOREACH (it, &tailq, tail) {
        g_assert_true(it == model[i]);
        g_assert_true(QTAILQ_PREV(it, tail) == (i ? model[i - 1] : NULL));
        i++;
    }
    g_assert_cmpint(i, ==, count);
    QTAILQ_FOREACH_REVERSE (it, &tailq, tail) {
        g_assert_true(it == model[--i]);
    }
    g_assert_cmpint(i, ==, 0);
    g_assert_true(QTAILQ_LAST(&tailq) == (count ? model[count - 1] : NULL));
    QLIST_FOREACH_SAFE (it, &list, list, next) {
        g_assert_true(it == model[i++]);
    }
    g_assert_cmpint(i, ==, count);
}

static void insert(Item *it)
{
    int at = count ? g_test_rand_int_range(0, count) : 0;

    it->in = true;
    if (count && g_test_rand_bit()) {
        QTAILQ_INSERT_AFTER(&tailq, model[at], it, tail);
        QLIST_INSERT_AFTER(model[at], it, list);
        model_insert(at + 1, it);
    } else if (count && g_test_rand_bit()) {
        QTAILQ_INSERT_BEFORE(model[at], it, tail);
        QLIST_INSERT_BEFORE(model[at], it, list);
        model_insert(at, it);
    } else {
        QTAILQ_INSERT_HEAD(&tailq, it, tail);
        QLIST_INSERT_HEAD(&list, it, list);
        model_insert(0, it);
    }
}

static void take_out(Item *it)
{
    for (int i = 0; i < count; i++) {
        if (model[i] == it) {
            memmove(model + i, model + i + 1, (--count - i) * sizeof(model[0]));
        }
    }
    QTAILQ_REMOVE(&tailq, it, tail);
    QLIST_REMOVE(it, list);
    g_assert_false(QTAILQ_IN_USE(it, tail));
    g_assert_false(QLIST_IS_INSERTED(it, list));
    it->in = false;
}

static void test_double(void)
{
    Item *it, *next;

    for (int round = 0; round < 5000; round++) {
        it = &items[g_test_rand_int_range(0, ITEMS)];
        if (it->in) {
            take_out(it);
        } else if (count == 0) {
            QTAILQ_INSERT_TAIL(&tailq, it, tail);
            QLIST_INSERT_HEAD(&list, it, list);
            model_insert(0, it);
            it->in = true;
        } else {
            insert(it);
        }
        check();
    }
    QTAILQ_FOREACH_SAFE (it, &tailq, tail, next) {
        take_out(it);
    }
    g_assert_true(QTAILQ_EMPTY(&tailq) && QLIST_EMPTY(&list));
}

static void test_single(void)
{
    QSIMPLEQ_HEAD(, Item) q = QSIMPLEQ_HEAD_INITIALIZER(q), r;
    QSLIST_HEAD(, Item) s = QSLIST_HEAD_INITIALIZER(s);
    Item *it;
    int i = 0;

    QSIMPLEQ_INIT(&r);
    for (i = 0; i < 6; i++) {
        items[i].id = i;
        QSLIST_INSERT_HEAD(&s, &items[i], single);
    }
    QSLIST_FOREACH(it, &s, single)
    {
        g_assert_cmpint(it->id, ==, --i);
    }
    QSLIST_REMOVE_HEAD(&s, single);
    g_assert_cmpint(QSLIST_FIRST(&s)->id, ==, 4);
    QSIMPLEQ_INSERT_TAIL(&q, &items[1], simple);
    QSIMPLEQ_INSERT_HEAD(&q, &items[0], simple);
    QSIMPLEQ_INSERT_TAIL(&r, &items[2], simple);
    QSIMPLEQ_INSERT_TAIL(&r, &items[3], simple);
    QSIMPLEQ_CONCAT(&q, &r);
    g_assert_true(QSIMPLEQ_EMPTY(&r));
    QSIMPLEQ_FOREACH (it, &q, simple) {
        g_assert_cmpint(it->id, ==, i++);
    }
    g_assert_cmpint(i, ==, 4);
    while (!QSIMPLEQ_EMPTY(&q)) {
        QSIMPLEQ_REMOVE_HEAD(&q, simple);
    }
    QSIMPLEQ_INSERT_TAIL(&q, &items[5], simple);
    g_assert_true(QSIMPLEQ_FIRST(&q) == &items[5]);
}

static void test_bits(void)
{
    uint64_t lo, hi;

    g_assert_cmphex(extract32(0x12345678, 8, 8), ==, 0x56);
    g_assert_cmphex(extract32(UINT32_MAX, 0, 32), ==, UINT32_MAX);
    g_assert_cmphex(extract64(UINT64_MAX, 0, 64), ==, UINT64_MAX);
    g_assert_cmphex(extract64(1ull << 63, 63, 1), ==, 1);
    g_assert_cmpint(sextract32(0x80, 0, 8), ==, -128);
    g_assert_cmpint(sextract64(0x7f0, 4, 8), ==, 127);
    g_assert_cmphex(deposit32(UINT32_MAX, 4, 8, 0x100), ==, 0xfffff00f);
    g_assert_cmphex(deposit64(0, 60, 4, UINT64_MAX), ==, 0xfull << 60);
    g_assert_cmphex(MAKE_64BIT_MASK(0, 64), ==, UINT64_MAX);
    g_assert_cmphex(MAKE_64BIT_MASK(12, 4), ==, 0xf000);
    g_assert_cmphex(ror32(0x1, 1), ==, 0x80000000);
    g_assert_cmphex(rol64(1ull << 63, 1), ==, 1);
    g_assert_cmphex(ror64(5, 0), ==, 5);
    g_assert_cmphex(ror8(1, 1), ==, 0x80);
    g_assert_cmphex(rol16(0x8001, 4), ==, 0x18);
    g_assert_cmpint(clz32(0), ==, 32);
    g_assert_cmpint(clz64(1), ==, 63);
    g_assert_cmpint(ctz64(0), ==, 64);
    g_assert_cmpint(clo32(0xf0000000), ==, 4);
    g_assert_cmpint(clrsb32(0xffffffff), ==, 31);
    g_assert_cmpint(ctpop64(UINT64_MAX), ==, 64);
    g_assert_cmphex(revbit8(0x01), ==, 0x80);
    g_assert_cmphex(revbit32(0x00000003), ==, 0xc0000000);
    g_assert_cmphex(revbit64(2), ==, 1ull << 62);
    mulu64(&lo, &hi, UINT64_MAX, UINT64_MAX);
    g_assert_cmphex(lo, ==, 1);
    g_assert_cmphex(hi, ==, UINT64_MAX - 1);
    muls64(&lo, &hi, -1, 5);
    g_assert_cmpint((int64_t)hi, ==, -1);
    g_assert_cmpuint(muldiv64(UINT64_MAX, 10, 10), ==, UINT64_MAX);
    g_assert_cmpuint(pow2ceil(5), ==, 8);
    g_assert_cmpuint(pow2ceil(8), ==, 8);
    g_assert_cmpuint(pow2ceil((1ull << 63) + 1), ==, 0);
    g_assert_cmpuint(pow2floor(9), ==, 8);
    g_assert_cmpint(ROUND_UP(13, 8), ==, 16);
    g_assert_cmphex(ROUND_UP(0x100000001ull, 4096), ==, 0x100001000ull);
    g_assert_cmphex(ROUND_DOWN(0x1ffffull, 4096), ==, 0x1f000ull);
    g_assert_cmpint(QEMU_ALIGN_UP(13, 10), ==, 20);
    g_assert_cmphex(int128_get64(int128_rshift(int128_2_64(), 1)), ==, 1ull << 63);
}

static void test_bitmap(void)
{
    unsigned long *map = bitmap_new(200);
    bool plain[200] = { 0 };

    for (int round = 0; round < 300; round++) {
        int start = g_test_rand_int_range(0, 200);
        int nr = g_test_rand_int_range(0, 201 - start);
        bool value = g_test_rand_bit();
        int ones = 0;

        (value ? bitmap_set : bitmap_clear)(map, start, nr);
        memset(plain + start, value, nr);
        for (int i = 0; i < 200; i++) {
            g_assert_cmpint(test_bit(i, map), ==, plain[i]);
            ones += plain[i];
        }
        g_assert_cmpint(bitmap_count_one(map, 200), ==, ones);
        g_assert_cmpint(bitmap_empty(map, 200), ==, ones == 0);
        g_assert_cmpint(bitmap_full(map, 200), ==, ones == 200);
        for (int i = 0; i < 200; i = (int)find_next_bit(map, 200, i) + 1) {
            g_assert_true(i == 0 || plain[i - 1]);
        }
    }
    bitmap_zero(map, 200);
    set_bit(77, map);
    g_assert_cmpint(find_first_bit(map, 200), ==, 77);
    g_assert_cmpint(find_next_bit(map, 200, 78), ==, 200);
    g_assert_cmpint(find_first_zero_bit(map, 200), ==, 0);
    g_free(map);
}

static void test_bytes(void)
{
    uint8_t b[9] = { 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88 };

    g_assert_cmphex(lduw_le_p(b + 1), ==, 0x2211);
    g_assert_cmphex(lduw_be_p(b + 1), ==, 0x1122);
    g_assert_cmphex((uint32_t)ldl_le_p(b + 1), ==, 0x44332211);
    g_assert_cmphex((uint32_t)ldl_be_p(b + 1), ==, 0x11223344);
    g_assert_cmphex(ldq_le_p(b + 1), ==, 0x8877665544332211);
    g_assert_cmphex(ldq_be_p(b + 1), ==, 0x1122334455667788);
    g_assert_cmpint(ldsw_be_p(b + 7), ==, 0x7788);
    g_assert_cmpint(ldsw_le_p(b + 7), ==, (int16_t)0x8877);
    g_assert_cmphex(ldn_be_p(b + 1, 4), ==, 0x11223344);
    g_assert_cmphex(ldn_le_p(b + 1, 8), ==, ldq_le_p(b + 1));
    stl_be_p(b + 1, 0xaabbccdd);
    g_assert_cmphex(b[1], ==, 0xaa);
    stn_le_p(b + 1, 2, 0x1234);
    g_assert_cmphex(b[1], ==, 0x34);
    stq_le_p(b + 1, 1);
    g_assert_cmphex(ldq_he_p(b + 1), ==, le64_to_cpu(cpu_to_le64(ldq_he_p(b + 1))));
    g_assert_cmphex(cpu_to_be32(0x01020304), ==, const_be32(0x01020304));
    g_assert_cmphex(bswap16(0x1234), ==, 0x3412);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/queue/double", test_double);
    g_test_add_func("/queue/single", test_single);
    g_test_add_func("/bits/fields", test_bits);
    g_test_add_func("/bits/bitmap", test_bitmap);
    g_test_add_func("/bits/bytes", test_bytes);
    return g_test_run();
}
