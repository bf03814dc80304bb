/* SPDX-License-Identifier: MIT */
/*
 * Timers: one list for each clock.
 *
 * Pending timers are in a binary heap ordered by (time, order of setting); a timer knows its place
 * in it, so that it can be moved or taken out. To run, all due timers go from the heap to a queue
 * first and are called from there, one by one, without the lock: a callback that sets its timer to
 * a past time is called in the next turn and starves nobody, and one that deletes or moves another
 * due timer finds it in the queue.
 *
 * `lock` guards heap and queue. `earliest` mirrors the head of the heap for readers without lock.
 */
#include "qemu/osdep.h"

#include "qemu/timer.h"

#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "system/cpu-timers.h"

enum { NOT_IN_HEAP = UINT_MAX };

struct QEMUTimerList {
    QemuMutex lock;
    QEMUTimer **heap;
    unsigned count, capacity;
    uint64_t seq;
    int64_t earliest; /* atomic; INT64_MAX if the heap is empty */
    bool disabled;    /* atomic */
    QEMUClockType type;
    QTAILQ_HEAD(, QEMUTimer) due;
};

#define TIMER_LIST(t, off)                                                                         \
    [t] = { .lock = { PTHREAD_MUTEX_INITIALIZER },                                                 \
            .earliest = INT64_MAX,                                                                 \
            .disabled = (off),                                                                     \
            .type = (t),                                                                           \
            .due = QTAILQ_HEAD_INITIALIZER(timer_lists[t].due) }

/* The virtual clock stands until cpu_enable_ticks(). */
static QEMUTimerList timer_lists[QEMU_CLOCK_MAX] = {
    TIMER_LIST(QEMU_CLOCK_REALTIME, false),
    TIMER_LIST(QEMU_CLOCK_VIRTUAL, true),
    TIMER_LIST(QEMU_CLOCK_HOST, false),
    TIMER_LIST(QEMU_CLOCK_VIRTUAL_RT, false),
};

/* ---- The heap; under the list's lock ---- */

static bool timer_before(const QEMUTimer *a, const QEMUTimer *b)
{
    return a->expire_time < b->expire_time || (a->expire_time == b->expire_time && a->seq < b->seq);
}

static void heap_put(QEMUTimerList *list, unsigned i, QEMUTimer *ts)
{
    list->heap[i] = ts;
    ts->position = i;
}

/* Puts @ts, for which place @i is free, where it belongs. */
static void heap_settle(QEMUTimerList *list, unsigned i, QEMUTimer *ts)
{
    while (i > 0 && timer_before(ts, list->heap[(i - 1) / 2])) {
        heap_put(list, i, list->heap[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    for (;;) {
        unsigned kid = 2 * i + 1;

        if (kid + 1 < list->count && timer_before(list->heap[kid + 1], list->heap[kid])) {
            kid++;
        }
        if (kid >= list->count || !timer_before(list->heap[kid], ts)) {
            break;
        }
        heap_put(list, i, list->heap[kid]);
        i = kid;
    }
    heap_put(list, i, ts);
}

static void heap_changed(QEMUTimerList *list)
{
    qatomic_set(&list->earliest, list->count ? list->heap[0]->expire_time : INT64_MAX);
}

static void heap_insert(QEMUTimerList *list, QEMUTimer *ts)
{
    if (list->count == list->capacity) {
        list->capacity = MAX(16, 2 * list->capacity);
        list->heap = g_renew(QEMUTimer *, list->heap, list->capacity);
    }
    ts->seq = list->seq++;
    list->count++;
    heap_settle(list, list->count - 1, ts);
    heap_changed(list);
}

static void heap_remove(QEMUTimerList *list, QEMUTimer *ts)
{
    unsigned i = ts->position;
    QEMUTimer *last = list->heap[--list->count];

    if (last != ts) {
        heap_settle(list, i, last);
    }
    ts->position = NOT_IN_HEAP;
    heap_changed(list);
}

/* Takes @ts from wherever it waits. */
static void timer_unlink(QEMUTimerList *list, QEMUTimer *ts)
{
    if (ts->position != NOT_IN_HEAP) {
        heap_remove(list, ts);
    } else if (QTAILQ_IN_USE(ts, due)) {
        QTAILQ_REMOVE(&list->due, ts, due);
    }
    qatomic_set(&ts->expire_time, -1);
}

/* ---- Timers ---- */

void timer_init(QEMUTimer *ts, QEMUClockType type, int scale, QEMUTimerCB *cb, void *opaque)
{
    *ts = (QEMUTimer){
        .expire_time = -1,
        .list = &timer_lists[type],
        .cb = cb,
        .opaque = opaque,
        .position = NOT_IN_HEAP,
        .scale = scale,
    };
}

void timer_deinit(QEMUTimer *ts)
{
    if (ts->list) {
        timer_del(ts);
        ts->list = NULL;
    }
}

void timer_free(QEMUTimer *ts)
{
    if (ts) {
        timer_deinit(ts);
        g_free(ts);
    }
}

void timer_del(QEMUTimer *ts)
{
    QEMUTimerList *list = ts->list;

    if (list && timer_pending(ts)) {
        qemu_mutex_lock(&list->lock);
        timer_unlink(list, ts);
        qemu_mutex_unlock(&list->lock);
    }
}

static void timer_set(QEMUTimer *ts, int64_t expire_time, bool only_earlier)
{
    QEMUTimerList *list = ts->list;
    bool first = false;

    expire_time = MAX(expire_time, 0);
    qemu_mutex_lock(&list->lock);
    if (!only_earlier || ts->expire_time == -1 || expire_time < ts->expire_time) {
        int64_t earliest = qatomic_read(&list->earliest);

        timer_unlink(list, ts);
        qatomic_set(&ts->expire_time, expire_time);
        heap_insert(list, ts);
        first = expire_time < earliest;
    }
    qemu_mutex_unlock(&list->lock);
    if (first && list->type == QEMU_CLOCK_VIRTUAL && cpu_clock_is_counted()) {
        cpu_clock_deadline_changed();
    } else if (first && !qatomic_read(&list->disabled)) {
        qemu_clock_notify(list->type); /* the loop may be waiting for a later time */
    }
}

void timer_mod_ns(QEMUTimer *ts, int64_t expire_time)
{
    timer_set(ts, expire_time, false);
}

void timer_mod_anticipate_ns(QEMUTimer *ts, int64_t expire_time)
{
    timer_set(ts, expire_time, true);
}

static int64_t scaled(const QEMUTimer *ts, int64_t time)
{
    int64_t ns;

    return __builtin_mul_overflow(time, (int64_t)ts->scale, &ns) ? (time < 0 ? 0 : INT64_MAX) : ns;
}

void timer_mod(QEMUTimer *ts, int64_t expire_time)
{
    timer_set(ts, scaled(ts, expire_time), false);
}

void timer_mod_anticipate(QEMUTimer *ts, int64_t expire_time)
{
    timer_set(ts, scaled(ts, expire_time), true);
}

bool timer_pending(const QEMUTimer *ts)
{
    return qatomic_read(&ts->expire_time) >= 0;
}

bool timer_expired(const QEMUTimer *ts, int64_t current_time)
{
    int64_t expire = qatomic_read(&ts->expire_time);

    return expire >= 0 && expire <= scaled(ts, current_time);
}

uint64_t timer_expire_time_ns(const QEMUTimer *ts)
{
    return qatomic_read(&ts->expire_time);
}

/* ---- Clocks ---- */

int64_t qemu_clock_get_ns(QEMUClockType type)
{
    switch (type) {
    case QEMU_CLOCK_REALTIME:
        return get_clock();
    case QEMU_CLOCK_HOST:
        return get_clock_realtime();
    case QEMU_CLOCK_VIRTUAL_RT:
        return cpu_get_clock_uncounted();
    case QEMU_CLOCK_VIRTUAL:
    default:
        return cpu_get_clock();
    }
}

void qemu_clock_enable(QEMUClockType type, bool enabled)
{
    bool was_disabled = qatomic_xchg(&timer_lists[type].disabled, !enabled);

    if (enabled && was_disabled) {
        qemu_clock_notify(type);
    }
}

bool qemu_clock_has_timers(QEMUClockType type)
{
    return qatomic_read(&timer_lists[type].earliest) != INT64_MAX;
}

int64_t qemu_clock_deadline_ns(QEMUClockType type)
{
    QEMUTimerList *list = &timer_lists[type];
    int64_t earliest = qatomic_read(&list->earliest);

    if (earliest == INT64_MAX || qatomic_read(&list->disabled)) {
        return -1;
    }
    return MAX(0, earliest - qemu_clock_get_ns(type));
}

/* The accelerator runs the timers of a clock that it counts. */
static bool is_others(int type)
{
    return type == QEMU_CLOCK_VIRTUAL && cpu_clock_is_counted();
}

int64_t qemu_timers_deadline_ns(void)
{
    int64_t deadline = -1;

    for (int type = 0; type < QEMU_CLOCK_MAX; type++) {
        if (is_others(type)) {
            continue;
        }
        int64_t own = qemu_clock_deadline_ns(type);
        bool manual = type == QEMU_CLOCK_VIRTUAL || type == QEMU_CLOCK_VIRTUAL_RT;

        /* Waiting brings a manual clock no nearer to its deadline. */
        if (own > 0 && manual && cpu_clock_is_manual()) {
            continue;
        }
        deadline = qemu_soonest_timeout(deadline, own);
    }
    return deadline;
}

/* Moves what is due from the heap to the queue. */
static void timers_collect_due(QEMUTimerList *list)
{
    int64_t now = qemu_clock_get_ns(list->type);

    while (list->count && list->heap[0]->expire_time <= now) {
        QEMUTimer *ts = list->heap[0];

        heap_remove(list, ts);
        QTAILQ_INSERT_TAIL(&list->due, ts, due);
    }
}

bool qemu_clock_run_timers(QEMUClockType type)
{
    QEMUTimerList *list = &timer_lists[type];
    bool progress = false;
    QEMUTimer *ts;

    if (qemu_clock_deadline_ns(type) != 0) {
        return false;
    }
    qemu_mutex_lock(&list->lock);
    timers_collect_due(list);
    while ((ts = QTAILQ_FIRST(&list->due)) && !qatomic_read(&list->disabled)) {
        QEMUTimerCB *cb = ts->cb;
        void *opaque = ts->opaque;

        timer_unlink(list, ts);
        qemu_mutex_unlock(&list->lock);
        cb(opaque); /* may free the timer */
        progress = true;
        qemu_mutex_lock(&list->lock);
    }
    while ((ts = QTAILQ_FIRST(&list->due))) {
        /* A callback stopped the clock: the rest waits until it runs again. */
        QTAILQ_REMOVE(&list->due, ts, due);
        heap_insert(list, ts);
    }
    qemu_mutex_unlock(&list->lock);
    return progress;
}

bool qemu_clock_run_all_timers(void)
{
    bool progress = false;

    for (int type = 0; type < QEMU_CLOCK_MAX; type++) {
        progress |= !is_others(type) && qemu_clock_run_timers(type);
    }
    return progress;
}

int qemu_timeout_ns_to_ms(int64_t ns)
{
    if (ns < 0) {
        return -1;
    }
    return (int)MIN(DIV_ROUND_UP(ns, SCALE_MS), INT_MAX);
}
