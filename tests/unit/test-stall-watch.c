/* SPDX-License-Identifier: MIT */
/* The stall watch of debug builds names threads, locks and vCPUs that do not get on. */
#include "qemu/osdep.h"

#include "qemu/stall-watch.h"

#define LIMIT_MS 200

#ifdef CONFIG_STALL_WATCH

static QemuMutex the_lock;
static QemuSemaphore taken;

static void *holder(void *arg)
{
    qemu_mutex_lock(&the_lock);
    qemu_sem_post(&taken);
    g_usleep(10 * LIMIT_MS * 1000);
    qemu_mutex_unlock(&the_lock);
    return NULL;
}

static void *waiter(void *arg)
{
    qemu_mutex_lock(&the_lock);
    qemu_mutex_unlock(&the_lock);
    return NULL;
}

/* What is reported is seen by the parent. */
static void stall(void)
{
    QemuThread a, b;

    qemu_mutex_init(&the_lock);
    qemu_sem_init(&taken, 0);
    stall_watch_start(LIMIT_MS);
    qemu_thread_create(&a, "CPU 7/test", holder, NULL, QEMU_THREAD_JOINABLE);
    qemu_sem_wait(&taken);
    qemu_thread_create(&b, "CPU 8/test", waiter, NULL, QEMU_THREAD_JOINABLE);
    qemu_thread_join(&a);
    qemu_thread_join(&b);
}

static void test_lock(void)
{
    if (g_test_subprocess()) {
        stall();
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("*'CPU 8/test' has waited 200 ms for the lock 'the_lock', held by "
                              "'CPU 7/test'*");
}

static uint64_t steps;

static uint64_t probe(void *opaque)
{
    return qatomic_read(&steps);
}

static void test_probe(void)
{
    if (g_test_subprocess()) {
        stall_watch_add("a counter stood still", probe, NULL);
        stall_watch_start(LIMIT_MS);
        for (int i = 0; i < 60; i++) {
            g_usleep(LIMIT_MS * 1000 / 20);
            qatomic_set(&steps, i < 40 ? steps + 1 : 0);
        }
        fprintf(stderr, "so far\n");
        qatomic_set(&steps, 5);
        g_usleep(5 * LIMIT_MS * 1000);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("*so far\n*a counter stood still for 200 ms*");
    g_test_trap_assert_stderr_unmatched("*stood still*so far*");
}

#else

static void test_lock(void)
{
    g_test_skip("not a debug build: there is no watch");
}

static void test_probe(void)
{
    g_test_skip("not a debug build: there is no watch");
}

#endif

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stall-watch/lock", test_lock);
    g_test_add_func("/stall-watch/probe", test_probe);
    return g_test_run();
}
