/* SPDX-License-Identifier: MIT */
/*
 * Clocks and timers. Times are nanoseconds unless a timer is made with another scale; callbacks run
 * in the main loop's thread under the big lock. A timer runs once each time it is set. Setting and
 * deleting is allowed from any thread; freeing only where the callback can not run (under the big
 * lock).
 */
#ifndef QEMU_TIMER_H
#define QEMU_TIMER_H

#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "qemu/queue.h"

#define NANOSECONDS_PER_SECOND 1000000000LL

#define SCALE_MS 1000000
#define SCALE_US 1000
#define SCALE_NS 1

typedef enum {
    QEMU_CLOCK_REALTIME,   /* the host's monotonic clock: always runs */
    QEMU_CLOCK_VIRTUAL,    /* what the guest lives by: stands while the machine is stopped */
    QEMU_CLOCK_HOST,       /* the host's time of day: may jump */
    QEMU_CLOCK_VIRTUAL_RT, /* like VIRTUAL, but never warped by instruction counting */
    QEMU_CLOCK_MAX,
} QEMUClockType;

typedef void QEMUTimerCB(void *opaque);

struct QEMUTimer {
    int64_t expire_time; /* ns; -1: not pending. Written under the list's lock, read atomically */
    QEMUTimerList *list;
    QEMUTimerCB *cb;
    void *opaque;
    uint64_t seq;                /* order among equal times; the list's lock */
    unsigned position;           /* in the list's heap; the list's lock */
    QTAILQ_ENTRY(QEMUTimer) due; /* queue of those about to run; the list's lock */
    int scale;                   /* ns per unit of timer_mod() */
};

/* ---- Clocks ---- */

int64_t qemu_clock_get_ns(QEMUClockType type);

static inline int64_t qemu_clock_get_us(QEMUClockType type)
{
    return qemu_clock_get_ns(type) / SCALE_US;
}

static inline int64_t qemu_clock_get_ms(QEMUClockType type)
{
    return qemu_clock_get_ns(type) / SCALE_MS;
}

/* The host's monotonic clock and its time of day, ns. */
static inline int64_t get_clock(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * NANOSECONDS_PER_SECOND + ts.tv_nsec;
}

static inline int64_t get_clock_realtime(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return ts.tv_sec * NANOSECONDS_PER_SECOND + ts.tv_nsec;
}

/* A free running counter of the host CPU. */
static inline int64_t cpu_get_host_ticks(void)
{
#if defined(__x86_64__) || defined(__i386__)
    return (int64_t)__builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    int64_t v;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(v));
    return v;
#else
    return get_clock();
#endif
}

/* ns until the next timer of @type, 0 if one is due, -1 if there is none (or the clock is off). */
int64_t qemu_clock_deadline_ns(QEMUClockType type);
/* The same over all clocks. */
int64_t qemu_timers_deadline_ns(void);
bool qemu_clock_has_timers(QEMUClockType type);
/* Runs what is due; true if a callback ran. Main loop only. */
bool qemu_clock_run_timers(QEMUClockType type);
bool qemu_clock_run_all_timers(void);
/* Off: its timers wait. For the virtual clock see system/cpu-timers.h. */
void qemu_clock_enable(QEMUClockType type, bool enabled);
/* Makes the main loop look at deadlines again: the clock has been moved. */
void qemu_clock_notify(QEMUClockType type);

/* The sooner of two timeouts, of which -1 is never. */
static inline int64_t qemu_soonest_timeout(int64_t a, int64_t b)
{
    return (uint64_t)a < (uint64_t)b ? a : b;
}

/* Rounded up: not a timeout of 0 for what is not due. */
int qemu_timeout_ns_to_ms(int64_t ns);

/* ---- Timers ---- */

/* For a timer inside a device's state. */
void timer_init(QEMUTimer *ts, QEMUClockType type, int scale, QEMUTimerCB *cb, void *opaque);
void timer_deinit(QEMUTimer *ts);

static inline void timer_init_ns(QEMUTimer *ts, QEMUClockType type, QEMUTimerCB *cb, void *opaque)
{
    timer_init(ts, type, SCALE_NS, cb, opaque);
}

static inline void timer_init_us(QEMUTimer *ts, QEMUClockType type, QEMUTimerCB *cb, void *opaque)
{
    timer_init(ts, type, SCALE_US, cb, opaque);
}

static inline void timer_init_ms(QEMUTimer *ts, QEMUClockType type, QEMUTimerCB *cb, void *opaque)
{
    timer_init(ts, type, SCALE_MS, cb, opaque);
}

static inline QEMUTimer *timer_new(QEMUClockType type, int scale, QEMUTimerCB *cb, void *opaque)
{
    QEMUTimer *ts = g_new0(QEMUTimer, 1);

    timer_init(ts, type, scale, cb, opaque);
    return ts;
}

static inline QEMUTimer *timer_new_ns(QEMUClockType type, QEMUTimerCB *cb, void *opaque)
{
    return timer_new(type, SCALE_NS, cb, opaque);
}

static inline QEMUTimer *timer_new_us(QEMUClockType type, QEMUTimerCB *cb, void *opaque)
{
    return timer_new(type, SCALE_US, cb, opaque);
}

static inline QEMUTimer *timer_new_ms(QEMUClockType type, QEMUTimerCB *cb, void *opaque)
{
    return timer_new(type, SCALE_MS, cb, opaque);
}

/* Deletes and frees; NULL is allowed. */
void timer_free(QEMUTimer *ts);
void timer_del(QEMUTimer *ts);

/* Sets the time of the next run; replaces an earlier one. A past time runs at the next chance. */
void timer_mod_ns(QEMUTimer *ts, int64_t expire_time);
void timer_mod(QEMUTimer *ts, int64_t expire_time);
/* The same unless the timer is pending for an earlier time. */
void timer_mod_anticipate_ns(QEMUTimer *ts, int64_t expire_time);
void timer_mod_anticipate(QEMUTimer *ts, int64_t expire_time);

bool timer_pending(const QEMUTimer *ts);
/* True if the timer is pending and due at @current_time (in the timer's scale). */
bool timer_expired(const QEMUTimer *ts, int64_t current_time);
/* ns, -1 if not pending. */
uint64_t timer_expire_time_ns(const QEMUTimer *ts);

#endif
