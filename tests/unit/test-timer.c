/* SPDX-License-Identifier: MIT */
/* Timers, clocks and their part in the main loop. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "system/cpu-timers.h"

static GString *journal;

static void note(void *opaque)
{
    g_string_append(journal, opaque);
}

static void run_until(const char *expected)
{
    for (int i = 0; i < 100 && strcmp(journal->str, expected) != 0; i++) {
        main_loop_wait(false);
    }
    g_assert_cmpstr(journal->str, ==, expected);
    g_string_truncate(journal, 0);
}

static void test_order(void)
{
    QEMUTimer *a = timer_new_ns(QEMU_CLOCK_REALTIME, note, (void *)"a");
    QEMUTimer *b = timer_new_us(QEMU_CLOCK_REALTIME, note, (void *)"b");
    QEMUTimer *c = timer_new_ms(QEMU_CLOCK_REALTIME, note, (void *)"c");
    int64_t now = get_clock();

    timer_mod(c, now / SCALE_MS + 9);
    timer_mod(a, now + 3 * SCALE_MS);
    timer_mod(b, now / SCALE_US + 6000);
    g_assert_true(timer_pending(a));
    g_assert_cmpint(timer_expire_time_ns(a), ==, now + 3 * SCALE_MS);
    run_until("abc");
    g_assert_false(timer_pending(a));

    now = get_clock();
    timer_mod(a, now); /* equal times: in the order of setting */
    timer_mod_ns(b, now);
    timer_mod_ns(c, now);
    run_until("abc");

    timer_mod(a, now + SCALE_MS);
    timer_mod_anticipate_ns(a, now + 2 * SCALE_MS); /* not earlier: no change */
    g_assert_cmpint(timer_expire_time_ns(a), ==, now + SCALE_MS);
    timer_mod_anticipate_ns(a, now + 1);
    g_assert_cmpint(timer_expire_time_ns(a), ==, now + 1);
    g_assert_true(timer_expired(a, now + 1));
    g_assert_false(timer_expired(a, now));
    timer_mod(b, INT64_MAX); /* us: does not overflow */
    timer_del(a);
    g_assert_false(timer_pending(a));
    main_loop_wait(true);
    g_assert_cmpstr(journal->str, ==, "");
    timer_free(a);
    timer_free(b);
    timer_free(c);
    timer_free(NULL);
}

static void test_precision(void)
{
    int64_t worst = 0, best = INT64_MAX;
    QEMUTimer ts;

    timer_init_ns(&ts, QEMU_CLOCK_REALTIME, note, (void *)"t");
    for (int i = 0; i < 20; i++) {
        int64_t target = get_clock() + 300 * SCALE_US, late;

        timer_mod(&ts, target);
        run_until("t");
        late = get_clock() - target;
        worst = MAX(worst, late);
        best = MIN(best, late);
    }
    timer_deinit(&ts);
    g_test_message("late by %" PRId64 " to %" PRId64 " ns", best, worst);
    g_assert_cmpint(best, >=, 0); /* never early */
}

enum { MANY = 1000 };
typedef struct Many {
    QEMUTimer ts;
    int64_t when;
} Many;
static Many many[MANY];
static int64_t last_when;
static int many_ran;

static void many_cb(void *opaque)
{
    Many *m = opaque;

    g_assert_cmpint(m->when, >=, last_when);
    last_when = m->when;
    many_ran++;
}

static void test_many(void)
{
    int64_t now = get_clock();
    int left = MANY;

    for (int i = 0; i < MANY; i++) {
        timer_init_ns(&many[i].ts, QEMU_CLOCK_REALTIME, many_cb, &many[i]);
        many[i].when = now + g_test_rand_int_range(0, 5 * SCALE_MS);
        timer_mod(&many[i].ts, many[i].when);
    }
    for (int i = 0; i < MANY; i++) {
        switch (g_test_rand_int_range(0, 3)) {
        case 0:
            timer_del(&many[i].ts);
            left--;
            break;
        case 1:
            many[i].when = now + g_test_rand_int_range(0, 5 * SCALE_MS);
            timer_mod(&many[i].ts, many[i].when);
            break;
        }
    }
    while (many_ran < left) {
        main_loop_wait(false);
    }
    g_assert_cmpint(many_ran, ==, left);
    g_assert_false(qemu_clock_has_timers(QEMU_CLOCK_REALTIME));
}

static QEMUTimer pair[2];
static int pair_runs[2];

static void again_cb(void *opaque)
{
    int i = (int)(intptr_t)opaque;

    pair_runs[i]++;
    timer_mod(&pair[i], 0); /* long past */
}

static void test_starvation(void)
{
    for (int i = 0; i < 2; i++) {
        timer_init_ns(&pair[i], QEMU_CLOCK_REALTIME, again_cb, (void *)(intptr_t)i);
        timer_mod(&pair[i], i);
    }
    for (int i = 0; i < 10; i++) {
        main_loop_wait(true);
    }
    g_assert_cmpint(pair_runs[0], ==, 10);
    g_assert_cmpint(pair_runs[1], ==, 10);
    timer_deinit(&pair[0]);
    timer_deinit(&pair[1]);
}

static QEMUTimer victim;

static void kill_cb(void *opaque)
{
    note(opaque);
    timer_del(&victim);
}

static void test_delete_due(void)
{
    QEMUTimer killer;

    timer_init_ns(&killer, QEMU_CLOCK_REALTIME, kill_cb, (void *)"k");
    timer_init_ns(&victim, QEMU_CLOCK_REALTIME, note, (void *)"v");
    timer_mod(&killer, 1);
    timer_mod(&victim, 2);
    main_loop_wait(true);
    main_loop_wait(true);
    g_assert_cmpstr(journal->str, ==, "k");
    g_string_truncate(journal, 0);
}

static void test_virtual_clock(void)
{
    QEMUTimer *t = timer_new_ns(QEMU_CLOCK_VIRTUAL, note, (void *)"v");
    int64_t stood;

    g_assert_cmpint(qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL), ==, 0);
    timer_mod(t, 0);
    main_loop_wait(true);
    g_assert_cmpstr(journal->str, ==, ""); /* the clock stands: not even a due timer runs */
    g_assert_cmpint(qemu_clock_deadline_ns(QEMU_CLOCK_VIRTUAL), ==, -1);
    cpu_enable_ticks();
    g_assert_true(cpu_ticks_enabled());
    run_until("v");
    g_usleep(1000);
    g_assert_cmpint(qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL), >, 1000000);
    cpu_disable_ticks();
    cpu_disable_ticks();
    stood = cpu_get_clock();
    g_usleep(1000);
    g_assert_cmpint(cpu_get_clock(), ==, stood);
    cpu_set_clock(5 * NANOSECONDS_PER_SECOND);
    cpu_enable_ticks();
    g_assert_cmpint(cpu_get_clock(), >=, 5 * NANOSECONDS_PER_SECOND);
    g_assert_cmpint(cpu_get_clock(), <, 6 * NANOSECONDS_PER_SECOND + stood);
    timer_mod(t, cpu_get_clock() + SCALE_MS);
    run_until("v");
    cpu_disable_ticks();
    timer_free(t);
}

/* Another thread sets timers while the loop waits for something far away. */
static QEMUTimer remote;
static int remote_runs;

static void remote_cb(void *opaque)
{
    remote_runs++;
}

static void *remote_thread(void *opaque)
{
    for (int i = 0; i < 50; i++) {
        bql_lock();
        timer_mod(&remote, get_clock() + 100 * SCALE_US);
        bql_unlock();
        g_usleep(500);
    }
    return NULL;
}

static void test_remote(void)
{
    QEMUTimer *far_away = timer_new_ms(QEMU_CLOCK_REALTIME, note, (void *)"far");
    int64_t start = get_clock();
    QemuThread thread;

    timer_init_ns(&remote, QEMU_CLOCK_REALTIME, remote_cb, NULL);
    timer_mod(far_away, get_clock() / SCALE_MS + 10000);
    qemu_thread_create(&thread, "remote", remote_thread, NULL, QEMU_THREAD_JOINABLE);
    while (remote_runs < 20) {
        main_loop_wait(false);
    }
    g_assert_cmpint(get_clock() - start, <, 5 * NANOSECONDS_PER_SECOND);
    bql_unlock();
    qemu_thread_join(&thread);
    bql_lock();
    timer_free(far_away);
    timer_deinit(&remote);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    journal = g_string_new(NULL);
    qemu_init_main_loop(&error_abort);
    g_test_add_func("/timer/order", test_order);
    g_test_add_func("/timer/precision", test_precision);
    g_test_add_func("/timer/many", test_many);
    g_test_add_func("/timer/starvation", test_starvation);
    g_test_add_func("/timer/delete-due", test_delete_due);
    g_test_add_func("/timer/virtual-clock", test_virtual_clock);
    g_test_add_func("/timer/remote", test_remote);
    return g_test_run();
}
