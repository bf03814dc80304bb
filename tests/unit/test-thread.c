/* SPDX-License-Identifier: MIT */
/* Locks, condition variables, semaphores, events, spin locks, atomics. */
#include "qemu/osdep.h"

#include "qemu/lockable.h"
#include "qemu/thread.h"

enum { THREADS = 4, ROUNDS = 20000 };

static QemuMutex mutex;
static QemuSpin spin;
static int under_mutex, under_spin;
static unsigned atomic_sum;

static void run_threads(void *(*fn)(void *))
{
    QemuThread threads[THREADS];

    for (intptr_t i = 0; i < THREADS; i++) {
        qemu_thread_create(&threads[i], "worker", fn, (void *)i, QEMU_THREAD_JOINABLE);
    }
    for (intptr_t i = 0; i < THREADS; i++) {
        g_assert_true(qemu_thread_join(&threads[i]) == (void *)i);
    }
}

static void *count_worker(void *opaque)
{
    for (int i = 0; i < ROUNDS; i++) {
        WITH_QEMU_LOCK_GUARD(&mutex)
        {
            under_mutex++;
        }
        qemu_spin_lock(&spin);
        under_spin++;
        qemu_spin_unlock(&spin);
        qatomic_inc(&atomic_sum);
    }
    return opaque;
}

static void test_counting(void)
{
    qemu_mutex_init(&mutex);
    qemu_spin_init(&spin);
    run_threads(count_worker);
    g_assert_cmpint(under_mutex, ==, THREADS * ROUNDS);
    g_assert_cmpint(under_spin, ==, THREADS * ROUNDS);
    g_assert_cmpint(atomic_sum, ==, THREADS * ROUNDS);
    qemu_mutex_destroy(&mutex);
}

static void test_guards(void)
{
    qemu_mutex_init(&mutex);
    {
        QEMU_LOCK_GUARD(&mutex);
        g_assert_cmpint(qemu_mutex_trylock(&mutex), !=, 0);
    }
    for (int i = 0; i < 2; i++) {
        WITH_QEMU_LOCK_GUARD(&mutex)
        {
            if (i == 0) {
                break; /* leaves the guard's loop: the lock is free */
            }
        }
        g_assert_cmpint(qemu_mutex_trylock(&mutex), ==, 0);
        qemu_mutex_unlock(&mutex);
    }
    qemu_mutex_destroy(&mutex);
}

static void test_recursive(void)
{
    QemuRecMutex rec;

    qemu_rec_mutex_init(&rec);
    qemu_rec_mutex_lock(&rec);
    qemu_rec_mutex_lock(&rec);
    g_assert_cmpint(qemu_rec_mutex_trylock(&rec), ==, 0);
    qemu_rec_mutex_unlock(&rec);
    qemu_rec_mutex_unlock(&rec);
    qemu_rec_mutex_unlock(&rec);
    qemu_rec_mutex_destroy(&rec);
}

static QemuCond cond;
static int turn;

/* The threads take turns, ROUNDS / 100 each. */
static void *turn_worker(void *opaque)
{
    int me = (int)(intptr_t)opaque;

    for (int i = 0; i < ROUNDS / 100; i++) {
        qemu_mutex_lock(&mutex);
        while (turn % THREADS != me) {
            qemu_cond_wait(&cond, &mutex);
        }
        turn++;
        qemu_cond_broadcast(&cond);
        qemu_mutex_unlock(&mutex);
    }
    return opaque;
}

static void test_cond(void)
{
    struct timespec before, after;

    qemu_mutex_init(&mutex);
    qemu_cond_init(&cond);
    run_threads(turn_worker);
    g_assert_cmpint(turn, ==, THREADS * ROUNDS / 100);
    qemu_mutex_lock(&mutex);
    clock_gettime(CLOCK_MONOTONIC, &before);
    g_assert_false(qemu_cond_timedwait(&cond, &mutex, 5));
    clock_gettime(CLOCK_MONOTONIC, &after);
    g_assert_cmpint((after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec - before.tv_nsec,
                    >=, 4900000);
    qemu_mutex_unlock(&mutex);
    qemu_cond_destroy(&cond);
    qemu_mutex_destroy(&mutex);
}

static QemuSemaphore sem, done;

static void *sem_worker(void *opaque)
{
    for (int i = 0; i < 1000; i++) {
        qemu_sem_wait(&sem);
    }
    qemu_sem_post(&done);
    return NULL;
}

static void test_sem(void)
{
    QemuThread thread;

    qemu_sem_init(&sem, 0);
    qemu_sem_init(&done, 0);
    g_assert_cmpint(qemu_sem_timedwait(&sem, 2), ==, -1);
    qemu_thread_create(&thread, "a name longer than the kernel's", sem_worker, NULL,
                       QEMU_THREAD_DETACHED);
    for (int i = 0; i < 1000; i++) {
        qemu_sem_post(&sem);
    }
    g_assert_cmpint(qemu_sem_timedwait(&done, 10000), ==, 0);
    qemu_sem_destroy(&sem);
    qemu_sem_destroy(&done);
}

/* Ping-pong: each side publishes plain data through the event. */
static QemuEvent ping, pong;
static int ball;

static void *event_worker(void *opaque)
{
    for (int i = 0; i < 2000; i++) {
        qemu_event_wait(&ping);
        qemu_event_reset(&ping);
        g_assert_cmpint(ball, ==, 2 * i + 1);
        ball++;
        qemu_event_set(&pong);
    }
    return NULL;
}

static void test_event(void)
{
    QemuThread thread;

    qemu_event_init(&ping, false);
    qemu_event_init(&pong, true);
    qemu_event_wait(&pong); /* set already */
    qemu_event_reset(&pong);
    qemu_thread_create(&thread, "events", event_worker, NULL, QEMU_THREAD_JOINABLE);
    for (int i = 0; i < 2000; i++) {
        ball++;
        qemu_event_set(&ping);
        qemu_event_wait(&pong);
        qemu_event_reset(&pong);
        g_assert_cmpint(ball, ==, 2 * i + 2);
    }
    qemu_thread_join(&thread);
    qemu_event_destroy(&ping);
}

static void *self_worker(void *opaque)
{
    sigset_t blocked;

    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    g_assert_true(sigismember(&blocked, SIGINT));
    g_assert_false(sigismember(&blocked, SIGSEGV));
    g_assert_false(qemu_thread_is_self(opaque));
    qemu_thread_exit((void *)7);
}

static void test_self(void)
{
    QemuThread self, thread;

    qemu_thread_get_self(&self);
    g_assert_true(qemu_thread_is_self(&self));
    g_assert_cmpint(qemu_get_thread_id(), ==, getpid());
    qemu_thread_create(&thread, "self", self_worker, &self, QEMU_THREAD_JOINABLE);
    g_assert_true(qemu_thread_join(&thread) == (void *)7);
}

static void test_atomic(void)
{
    uint32_t v = 5;
    void *p = NULL;

    g_assert_cmpint(qatomic_fetch_or(&v, 8), ==, 5);
    g_assert_cmpint(qatomic_and_fetch(&v, 12), ==, 12);
    g_assert_cmpint(qatomic_cmpxchg(&v, 12, 1), ==, 12);
    g_assert_cmpint(qatomic_cmpxchg(&v, 12, 2), ==, 1);
    g_assert_cmpint(qatomic_xchg(&v, 3), ==, 1);
    g_assert_cmpint(qatomic_dec_fetch(&v), ==, 2);
    qatomic_set_mb(&v, 9);
    smp_mb();
    g_assert_cmpint(qatomic_load_acquire(&v), ==, 9);
    qatomic_rcu_set(&p, &v);
    g_assert_true(qatomic_rcu_read(&p) == &v);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/thread/counting", test_counting);
    g_test_add_func("/thread/guards", test_guards);
    g_test_add_func("/thread/recursive", test_recursive);
    g_test_add_func("/thread/cond", test_cond);
    g_test_add_func("/thread/sem", test_sem);
    g_test_add_func("/thread/event", test_event);
    g_test_add_func("/thread/self", test_self);
    g_test_add_func("/thread/atomic", test_atomic);
    return g_test_run();
}
