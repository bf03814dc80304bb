/* SPDX-License-Identifier: MIT */
/* Read-copy-update: sections, callbacks, and a stress that ThreadSanitizer can judge. */
#include "qemu/osdep.h"

#include "qemu/bql.h"
#include "qemu/rcu.h"
#include "qemu/thread.h"

typedef struct Item {
    struct rcu_head rcu;
    unsigned magic;
    unsigned nr;
} Item;

#define LIVE 0x600dbeefu
#define DEAD 0xdeadu

static Item *published;     /* RCU */
static unsigned freed;      /* (BQL) */
static unsigned last_freed; /* (BQL) */
static bool stop;           /* atomic */

static Item *item_new(unsigned nr)
{
    Item *it = g_new0(Item, 1);

    it->magic = LIVE;
    it->nr = nr;
    return it;
}

static void item_free(Item *it)
{
    g_assert_true(bql_locked());
    g_assert_cmphex(it->magic, ==, LIVE);
    g_assert_cmpuint(it->nr, >, last_freed);
    last_freed = it->nr;
    freed++;
    it->magic = DEAD;
    g_free(it);
}

static void test_nesting(void)
{
    g_assert_false(rcu_read_locked());
    rcu_read_lock();
    rcu_read_lock();
    rcu_read_unlock();
    g_assert_true(rcu_read_locked());
    rcu_read_unlock();
    g_assert_false(rcu_read_locked());
    WITH_RCU_READ_LOCK_GUARD()
    {
        g_assert_true(rcu_read_locked());
    }
    g_assert_false(rcu_read_locked());
    synchronize_rcu();
}

static void test_callbacks(void)
{
    freed = last_freed = 0;
    for (unsigned i = 1; i <= 100; i++) {
        Item *it = item_new(i);

        call_rcu(it, item_free, rcu);
    }
    bql_lock();
    drain_call_rcu();
    g_assert_cmpuint(freed, ==, 100);
    bql_unlock();
}

/* A section that lasts until somebody asks for its end. */
static QemuEvent entered;

static void please_leave(void *opaque)
{
    qatomic_set((bool *)opaque, true);
}

static void *long_reader(void *unused)
{
    bool asked = false;

    rcu_set_force_quiescent(please_leave, &asked);
    rcu_read_lock();
    qemu_event_set(&entered);
    while (!qatomic_read(&asked)) {
        g_usleep(100);
    }
    rcu_read_unlock();
    rcu_set_force_quiescent(NULL, NULL);
    return NULL;
}

static void test_force(void)
{
    QemuThread t;

    qemu_event_init(&entered, false);
    qemu_thread_create(&t, "long reader", long_reader, NULL, QEMU_THREAD_JOINABLE);
    qemu_event_wait(&entered);
    synchronize_rcu(); /* would not end without the request */
    qemu_thread_join(&t);
    qemu_event_destroy(&entered);
}

static void *reader(void *unused)
{
    unsigned last = 0;

    for (unsigned n = 0; !qatomic_read(&stop); n++) {
        RCU_READ_LOCK_GUARD();
        Item *it = qatomic_rcu_read(&published);

        g_assert_cmphex(it->magic, ==, LIVE);
        g_assert_cmpuint(it->nr, >=, last);
        last = it->nr;
        g_assert_cmphex(it->magic, ==, LIVE);
    }
    return NULL;
}

static void test_stress(void)
{
    QemuThread t[3];
    const unsigned n = g_test_quick() ? 3000 : 100000;

    freed = last_freed = 0;
    published = item_new(1);
    for (int i = 0; i < ARRAY_SIZE(t); i++) {
        qemu_thread_create(&t[i], "reader", reader, NULL, QEMU_THREAD_JOINABLE);
    }
    for (unsigned i = 2; i <= n; i++) {
        Item *old = published;

        qatomic_rcu_set(&published, item_new(i));
        call_rcu(old, item_free, rcu);
        if (i % 100 == 0) {
            synchronize_rcu();
        }
    }
    qatomic_set(&stop, true);
    for (int i = 0; i < ARRAY_SIZE(t); i++) {
        qemu_thread_join(&t[i]);
    }
    call_rcu(published, item_free, rcu);
    drain_call_rcu();
    bql_lock();
    g_assert_cmpuint(freed, ==, n);
    bql_unlock();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rcu/nesting", test_nesting);
    g_test_add_func("/rcu/callbacks", test_callbacks);
    g_test_add_func("/rcu/force", test_force);
    g_test_add_func("/rcu/stress", test_stress);
    return g_test_run();
}
