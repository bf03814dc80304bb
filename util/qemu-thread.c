/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include "qemu/stall-watch.h"
#include "qemu/thread.h"

#include <linux/futex.h>
#include <sys/syscall.h>

/* A pthread call that can only fail by our bug. */
static void thread_check(int err, const char *what)
{
    if (unlikely(err)) {
        fprintf(stderr, "%s: %s\n", what, strerror(err));
        abort();
    }
}

#define CHECK(call) thread_check(call, __func__)

static struct timespec deadline_in_ms(clockid_t clock, int ms)
{
    struct timespec ts;

    clock_gettime(clock, &ts);
    ts.tv_sec += ms / 1000;
    ts.tv_nsec += ms % 1000 * 1000000L;
    if (ts.tv_nsec >= 1000000000L) {
        ts.tv_sec++;
        ts.tv_nsec -= 1000000000L;
    }
    return ts;
}

void qemu_mutex_init_named(QemuMutex *mutex, const char *name)
{
    CHECK(pthread_mutex_init(&mutex->lock, NULL));
    mutex->name = name + (name[0] == '&');
    mutex->holder = NULL;
}

void qemu_mutex_destroy(QemuMutex *mutex)
{
    CHECK(pthread_mutex_destroy(&mutex->lock));
}

void qemu_mutex_lock(QemuMutex *mutex)
{
    stall_waits(mutex);
    CHECK(pthread_mutex_lock(&mutex->lock));
    stall_holds(mutex);
}

int qemu_mutex_trylock(QemuMutex *mutex)
{
    int err = pthread_mutex_trylock(&mutex->lock);

    if (err != EBUSY) {
        thread_check(err, __func__);
        stall_holds(mutex);
    }
    return -err;
}

void qemu_mutex_unlock(QemuMutex *mutex)
{
    stall_leaves(mutex);
    CHECK(pthread_mutex_unlock(&mutex->lock));
}

void qemu_rec_mutex_init(QemuRecMutex *mutex)
{
    pthread_mutexattr_t attr;

    CHECK(pthread_mutexattr_init(&attr));
    CHECK(pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE));
    CHECK(pthread_mutex_init(&mutex->m.lock, &attr));
    CHECK(pthread_mutexattr_destroy(&attr));
    mutex->m.name = NULL;
    mutex->m.holder = NULL;
}

void qemu_rec_mutex_destroy(QemuRecMutex *mutex)
{
    qemu_mutex_destroy(&mutex->m);
}

void qemu_rec_mutex_lock(QemuRecMutex *mutex)
{
    qemu_mutex_lock(&mutex->m);
}

int qemu_rec_mutex_trylock(QemuRecMutex *mutex)
{
    return qemu_mutex_trylock(&mutex->m);
}

void qemu_rec_mutex_unlock(QemuRecMutex *mutex)
{
    qemu_mutex_unlock(&mutex->m);
}

void qemu_cond_init(QemuCond *cond)
{
    pthread_condattr_t attr;

    CHECK(pthread_condattr_init(&attr));
    CHECK(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC));
    CHECK(pthread_cond_init(&cond->cond, &attr));
    CHECK(pthread_condattr_destroy(&attr));
}

void qemu_cond_destroy(QemuCond *cond)
{
    CHECK(pthread_cond_destroy(&cond->cond));
}

void qemu_cond_signal(QemuCond *cond)
{
    CHECK(pthread_cond_signal(&cond->cond));
}

void qemu_cond_broadcast(QemuCond *cond)
{
    CHECK(pthread_cond_broadcast(&cond->cond));
}

void qemu_cond_wait(QemuCond *cond, QemuMutex *mutex)
{
    stall_leaves(mutex);
    CHECK(pthread_cond_wait(&cond->cond, &mutex->lock));
    stall_holds(mutex);
}

bool qemu_cond_timedwait(QemuCond *cond, QemuMutex *mutex, int ms)
{
    struct timespec ts = deadline_in_ms(CLOCK_MONOTONIC, ms);

    stall_leaves(mutex);
    int err = pthread_cond_timedwait(&cond->cond, &mutex->lock, &ts);
    stall_holds(mutex);
    if (err != ETIMEDOUT) {
        thread_check(err, __func__);
    }
    return err == 0;
}

void qemu_sem_init(QemuSemaphore *sem, int init)
{
    CHECK(sem_init(&sem->sem, 0, init) ? errno : 0);
}

void qemu_sem_destroy(QemuSemaphore *sem)
{
    CHECK(sem_destroy(&sem->sem) ? errno : 0);
}

void qemu_sem_post(QemuSemaphore *sem)
{
    CHECK(sem_post(&sem->sem) ? errno : 0);
}

void qemu_sem_wait(QemuSemaphore *sem)
{
    CHECK(RETRY_ON_EINTR(sem_wait(&sem->sem)) ? errno : 0);
}

int qemu_sem_timedwait(QemuSemaphore *sem, int ms)
{
    struct timespec ts = deadline_in_ms(CLOCK_REALTIME, ms);

    if (RETRY_ON_EINTR(sem_timedwait(&sem->sem, &ts)) == 0) {
        return 0;
    }
    thread_check(errno == ETIMEDOUT ? 0 : errno, __func__);
    return -1;
}

/*
 * QemuEvent: the futex word is SET, FREE (not set, nobody sleeps) or BUSY (not set, somebody may
 * sleep). Only FREE -> BUSY is made by waiters, so set() has to wake exactly when it replaces BUSY.
 */
enum { EV_SET = 0, EV_FREE = 1, EV_BUSY = 2 };

static void futex_wake_all(uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

static void futex_wait(uint32_t *word, uint32_t expected)
{
    /* EAGAIN: the word has changed; EINTR: a signal. The caller looks again in any case. */
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, NULL, NULL, 0);
}

void qemu_event_init(QemuEvent *ev, bool init)
{
    qatomic_store_release(&ev->value, init ? EV_SET : EV_FREE);
}

void qemu_event_destroy(QemuEvent *ev)
{
}

void qemu_event_set(QemuEvent *ev)
{
    if (qatomic_xchg(&ev->value, EV_SET) == EV_BUSY) {
        futex_wake_all(&ev->value);
    }
}

void qemu_event_reset(QemuEvent *ev)
{
    /* A full barrier even where nothing changes: see the header. */
    qatomic_cmpxchg(&ev->value, EV_SET, EV_FREE);
}

void qemu_event_wait(QemuEvent *ev)
{
    uint32_t value;

    while ((value = qatomic_load_acquire(&ev->value)) != EV_SET) {
        if (value == EV_FREE && qatomic_cmpxchg(&ev->value, EV_FREE, EV_BUSY) == EV_SET) {
            return;
        }
        futex_wait(&ev->value, EV_BUSY);
    }
}

typedef struct ThreadStart {
    void *(*fn)(void *);
    void *arg;
    char name[16]; /* the kernel's limit */
} ThreadStart;

static void *thread_start(void *opaque)
{
    ThreadStart start = *(ThreadStart *)opaque;

    g_free(opaque);
    pthread_setname_np(pthread_self(), start.name);
    return start.fn(start.arg);
}

void qemu_thread_create(QemuThread *thread, const char *name, void *(*start_routine)(void *),
                        void *arg, int mode)
{
    static const int synchronous[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };
    ThreadStart *start = g_new(ThreadStart, 1);
    sigset_t blocked, saved;
    pthread_attr_t attr;

    start->fn = start_routine;
    start->arg = arg;
    g_strlcpy(start->name, name, sizeof(start->name));

    /* Process signals belong to the main thread; a blocked fault signal would kill us. */
    sigfillset(&blocked);
    for (size_t i = 0; i < ARRAY_SIZE(synchronous); i++) {
        sigdelset(&blocked, synchronous[i]);
    }
    CHECK(pthread_attr_init(&attr));
    if (mode == QEMU_THREAD_DETACHED) {
        CHECK(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED));
    }
    pthread_sigmask(SIG_SETMASK, &blocked, &saved);
    CHECK(pthread_create(&thread->thread, &attr, thread_start, start));
    pthread_sigmask(SIG_SETMASK, &saved, NULL);
    CHECK(pthread_attr_destroy(&attr));
}

void *qemu_thread_join(QemuThread *thread)
{
    void *ret;

    CHECK(pthread_join(thread->thread, &ret));
    return ret;
}

void qemu_thread_get_self(QemuThread *thread)
{
    thread->thread = pthread_self();
}

bool qemu_thread_is_self(QemuThread *thread)
{
    return pthread_equal(pthread_self(), thread->thread);
}

void qemu_thread_exit(void *retval)
{
    pthread_exit(retval);
}

int qemu_get_thread_id(void)
{
    return (int)syscall(SYS_gettid);
}
