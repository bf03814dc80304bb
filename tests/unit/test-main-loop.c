/* SPDX-License-Identifier: MIT */
/* Bottom halves, file descriptors, waking, the big lock, contexts of other threads. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qemu/main-loop.h"

static int runs;

static void count(void *opaque)
{
    runs++;
}

static void test_bh(void)
{
    QEMUBH *bh = qemu_bh_new(count, NULL);

    runs = 0;
    main_loop_wait(true);
    g_assert_cmpint(runs, ==, 0);
    qemu_bh_schedule(bh);
    qemu_bh_schedule(bh); /* once is enough */
    main_loop_wait(false);
    g_assert_cmpint(runs, ==, 1);
    main_loop_wait(true);
    g_assert_cmpint(runs, ==, 1);
    qemu_bh_schedule(bh);
    qemu_bh_cancel(bh);
    main_loop_wait(true);
    g_assert_cmpint(runs, ==, 1);
    qemu_bh_schedule(bh);
    qemu_bh_delete(bh);
    main_loop_wait(true);
    g_assert_cmpint(runs, ==, 1);
    aio_bh_schedule_oneshot(qemu_get_aio_context(), count, NULL);
    main_loop_wait(false);
    g_assert_cmpint(runs, ==, 2);
    qemu_bh_delete(NULL);
}

static QEMUBH *again;

static void again_cb(void *opaque)
{
    runs++;
    qemu_bh_schedule(again);
}

static void suicide_cb(void *opaque)
{
    runs++;
    qemu_bh_delete(*(QEMUBH **)opaque);
}

static void test_bh_from_itself(void)
{
    QEMUBH *bh;

    runs = 0;
    again = qemu_bh_new(again_cb, NULL);
    qemu_bh_schedule(again);
    for (int i = 1; i < 5; i++) {
        main_loop_wait(false);
        g_assert_cmpint(runs, ==, i); /* once a turn */
    }
    qemu_bh_delete(again);
    bh = qemu_bh_new(suicide_cb, &bh);
    runs = 0;
    qemu_bh_schedule(bh);
    main_loop_wait(false);
    main_loop_wait(true);
    g_assert_cmpint(runs, ==, 1);
}

enum { THREADS = 4, ROUNDS = 500 };

static void *scheduler_thread(void *opaque)
{
    for (int i = 0; i < ROUNDS; i++) {
        aio_bh_schedule_oneshot(qemu_get_aio_context(), count, NULL);
        if (i % 50 == 0) {
            g_usleep(200);
        }
    }
    return NULL;
}

static void test_bh_threads(void)
{
    QemuThread threads[THREADS];

    runs = 0;
    for (int i = 0; i < THREADS; i++) {
        qemu_thread_create(&threads[i], "scheduler", scheduler_thread, NULL, QEMU_THREAD_JOINABLE);
    }
    while (runs < THREADS * ROUNDS) {
        main_loop_wait(false);
    }
    for (int i = 0; i < THREADS; i++) {
        qemu_thread_join(&threads[i]);
    }
    main_loop_wait(true);
    g_assert_cmpint(runs, ==, THREADS * ROUNDS);
}

static int fds[2];
static char last_read;

static void on_read(void *opaque)
{
    g_assert_cmpint(read(fds[0], &last_read, 1), ==, 1);
    runs++;
}

static void on_read_stop(void *opaque)
{
    on_read(opaque);
    qemu_set_fd_handler(fds[0], NULL, NULL, NULL);
}

static void on_write(void *opaque)
{
    runs += 100;
    qemu_set_fd_handler(fds[1], NULL, NULL, NULL);
}

static void test_fd(void)
{
    runs = 0;
    g_assert_cmpint(qemu_pipe(fds), ==, 0);
    qemu_set_fd_handler(fds[0], on_read, NULL, NULL);
    main_loop_wait(true);
    g_assert_cmpint(runs, ==, 0);
    g_assert_cmpint(write(fds[1], "xyz", 3), ==, 3);
    main_loop_wait(false);
    g_assert_cmpint(last_read, ==, 'x');
    qemu_set_fd_handler(fds[0], on_read_stop, NULL, NULL);
    main_loop_wait(false);
    main_loop_wait(true);
    g_assert_cmpint(last_read, ==, 'y');
    g_assert_cmpint(runs, ==, 2);
    qemu_set_fd_handler(fds[1], NULL, on_write, NULL);
    main_loop_wait(false);
    main_loop_wait(true);
    g_assert_cmpint(runs, ==, 102);
    close(fds[0]);
    close(fds[1]);
}

/* GLib's own sources run too, and GLib's own loop runs ours. */
static gboolean glib_cb(gpointer opaque)
{
    runs++;
    return G_SOURCE_REMOVE;
}

static void test_glib(void)
{
    runs = 0;
    g_idle_add(glib_cb, NULL);
    g_timeout_add(2, glib_cb, NULL);
    while (runs < 2) {
        main_loop_wait(false);
    }
    aio_bh_schedule_oneshot(qemu_get_aio_context(), count, NULL);
    while (runs < 3) {
        g_main_context_iteration(NULL, TRUE);
    }
}

static void on_signal(int sig)
{
    runs++;
    qemu_notify_event();
}

static void *kill_thread(void *opaque)
{
    g_usleep(20000);
    kill(getpid(), SIGUSR1);
    return NULL;
}

static void test_notify_from_signal(void)
{
    QemuThread thread;

    runs = 0;
    signal(SIGUSR1, on_signal);
    qemu_thread_create(&thread, "kill", kill_thread, NULL, QEMU_THREAD_JOINABLE);
    while (!runs) {
        main_loop_wait(false);
    }
    qemu_thread_join(&thread);
}

/* The lock is free while the loop waits, and held in callbacks. */
static void *locker_thread(void *opaque)
{
    for (int i = 0; i < 100; i++) {
        g_assert_false(bql_locked());
        bql_lock();
        g_assert_true(bql_locked());
        runs++;
        bql_unlock();
    }
    {
        BQL_LOCK_GUARD();
        runs++;
    }
    aio_bh_schedule_oneshot(qemu_get_aio_context(), count, NULL);
    return NULL;
}

static void test_bql(void)
{
    QemuThread thread;

    runs = 0;
    g_assert_true(bql_locked());
    g_assert_true(qemu_is_main_loop_thread());
    qemu_thread_create(&thread, "locker", locker_thread, NULL, QEMU_THREAD_JOINABLE);
    while (runs < 102) {
        main_loop_wait(false);
    }
    qemu_thread_join(&thread);
}

/* A context of another thread. */
typedef struct Other {
    AioContext *ctx;
    bool stop;
    int turns;
} Other;

static void other_stop(void *opaque)
{
    ((Other *)opaque)->stop = true;
}

static void other_turn(void *opaque)
{
    ((Other *)opaque)->turns++;
}

static void *other_thread(void *opaque)
{
    Other *o = opaque;

    while (!o->stop) {
        aio_poll(o->ctx, true);
    }
    return NULL;
}

static void test_other_context(void)
{
    Other o = { .ctx = aio_context_new(&error_abort) };
    QemuThread thread;

    qemu_thread_create(&thread, "other", other_thread, &o, QEMU_THREAD_JOINABLE);
    for (int i = 0; i < 100; i++) {
        aio_bh_schedule_oneshot(o.ctx, other_turn, &o);
    }
    aio_bh_schedule_oneshot(o.ctx, other_stop, &o);
    qemu_thread_join(&thread);
    g_assert_cmpint(o.turns, ==, 100);
    g_assert_false(aio_poll(o.ctx, false));
    aio_context_unref(o.ctx);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qemu_init_main_loop(&error_abort);
    g_test_add_func("/main-loop/bh", test_bh);
    g_test_add_func("/main-loop/bh-from-itself", test_bh_from_itself);
    g_test_add_func("/main-loop/bh-threads", test_bh_threads);
    g_test_add_func("/main-loop/fd", test_fd);
    g_test_add_func("/main-loop/glib", test_glib);
    g_test_add_func("/main-loop/notify-from-signal", test_notify_from_signal);
    g_test_add_func("/main-loop/bql", test_bql);
    g_test_add_func("/main-loop/other-context", test_other_context);
    return g_test_run();
}
