/* SPDX-License-Identifier: MIT */
/*
 * Threads and locks: thin wrappers of pthread (and of a futex for QemuEvent), which
 * ThreadSanitizer can see into. Misuse (unlocking what is not held, destroying what is in use) is
 * our bug and aborts. None of these may be used from a signal handler, except qemu_event_set().
 */
#ifndef QEMU_THREAD_H
#define QEMU_THREAD_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>

#include "qemu/atomic.h"

typedef struct QemuMutex {
    pthread_mutex_t lock;
    const char *name;            /* for people; may be NULL */
    struct ThreadRecord *holder; /* (atomic) see qemu/stall-watch.h */
} QemuMutex;

/* The same thread may lock it again. */
typedef struct QemuRecMutex {
    QemuMutex m;
} QemuRecMutex;

typedef struct QemuCond {
    pthread_cond_t cond; /* on CLOCK_MONOTONIC */
} QemuCond;

typedef struct QemuSemaphore {
    sem_t sem;
} QemuSemaphore;

/* A flag that threads can wait for. set() is a release, wait() and a true result an acquire. */
typedef struct QemuEvent {
    uint32_t value; /* EV_* of qemu-thread.c; atomic; the futex word */
} QemuEvent;

/* For sections of a few instructions that never block. */
typedef struct QemuSpin {
    int value;
} QemuSpin;

typedef struct QemuThread {
    pthread_t thread;
} QemuThread;

#define QEMU_THREAD_JOINABLE 0
#define QEMU_THREAD_DETACHED 1

/* A lock called by the name of its variable; & is left out. */
#define qemu_mutex_init(mutex) qemu_mutex_init_named(mutex, #mutex)
void qemu_mutex_init_named(QemuMutex *mutex, const char *name);
void qemu_mutex_destroy(QemuMutex *mutex);
void qemu_mutex_lock(QemuMutex *mutex);
/* 0 if taken, otherwise nonzero. */
int qemu_mutex_trylock(QemuMutex *mutex);
void qemu_mutex_unlock(QemuMutex *mutex);

void qemu_rec_mutex_init(QemuRecMutex *mutex);
void qemu_rec_mutex_destroy(QemuRecMutex *mutex);
void qemu_rec_mutex_lock(QemuRecMutex *mutex);
int qemu_rec_mutex_trylock(QemuRecMutex *mutex);
void qemu_rec_mutex_unlock(QemuRecMutex *mutex);

void qemu_cond_init(QemuCond *cond);
void qemu_cond_destroy(QemuCond *cond);
void qemu_cond_signal(QemuCond *cond);
void qemu_cond_broadcast(QemuCond *cond);
/* May return without a signal: the caller loops on its condition. */
void qemu_cond_wait(QemuCond *cond, QemuMutex *mutex);
/* Waits at most @ms milliseconds; false on timeout. */
bool qemu_cond_timedwait(QemuCond *cond, QemuMutex *mutex, int ms);

void qemu_sem_init(QemuSemaphore *sem, int init);
void qemu_sem_destroy(QemuSemaphore *sem);
void qemu_sem_post(QemuSemaphore *sem);
void qemu_sem_wait(QemuSemaphore *sem);
/* 0 if taken, -1 after @ms milliseconds. */
int qemu_sem_timedwait(QemuSemaphore *sem, int ms);

void qemu_event_init(QemuEvent *ev, bool init);
void qemu_event_destroy(QemuEvent *ev);
void qemu_event_set(QemuEvent *ev);
/* A full barrier follows: what the caller reads next is newer than any set() it clears. */
void qemu_event_reset(QemuEvent *ev);
void qemu_event_wait(QemuEvent *ev);

static inline void qemu_spin_init(QemuSpin *spin)
{
    __atomic_store_n(&spin->value, 0, __ATOMIC_RELEASE);
}

static inline void qemu_spin_destroy(QemuSpin *spin)
{
}

static inline bool qemu_spin_trylock(QemuSpin *spin)
{
    /* True if busy, as trylock in QEMU's API is. */
    return __atomic_exchange_n(&spin->value, 1, __ATOMIC_ACQUIRE);
}

static inline void qemu_spin_lock(QemuSpin *spin)
{
    while (qemu_spin_trylock(spin)) {
        while (qatomic_read(&spin->value)) {
            cpu_relax();
        }
    }
}

static inline void qemu_spin_unlock(QemuSpin *spin)
{
    __atomic_store_n(&spin->value, 0, __ATOMIC_RELEASE);
}

/*
 * Starts @start_routine(@arg) in a thread called @name (15 characters are kept), with all signals
 * blocked but those that a synchronous fault raises. Aborts if the host can not.
 */
void qemu_thread_create(QemuThread *thread, const char *name, void *(*start_routine)(void *),
                        void *arg, int mode);
void *qemu_thread_join(QemuThread *thread);
void qemu_thread_get_self(QemuThread *thread);
bool qemu_thread_is_self(QemuThread *thread);
QEMU_NORETURN void qemu_thread_exit(void *retval);
int qemu_get_thread_id(void);

#endif
