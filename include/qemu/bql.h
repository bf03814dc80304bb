/* SPDX-License-Identifier: MIT */
/*
 * The big lock. Device models, the region graph, timers, bottom halves and run states belong to it;
 * vCPU threads run guest code without it. It is not recursive.
 */
#ifndef QEMU_BQL_H
#define QEMU_BQL_H

#include "qemu/osdep.h"
#include "qemu/thread.h"

void bql_lock(void);
void bql_unlock(void);
/* True if the calling thread holds it. */
bool bql_locked(void);

/* Wait for @cond with the big lock as its mutex. The second returns false after @ms milliseconds.
 */
void qemu_cond_wait_bql(QemuCond *cond);
bool qemu_cond_timedwait_bql(QemuCond *cond, int ms);

static inline bool bql_guard_lock_(void)
{
    if (bql_locked()) {
        return false;
    }
    bql_lock();
    return true;
}

static inline void bql_guard_unlock_(bool *taken)
{
    if (*taken) {
        bql_unlock();
    }
}

/* Hold the lock to the end of the enclosing scope; nothing if the thread has it already. */
#define BQL_LOCK_GUARD()                                                                           \
    __attribute__((cleanup(bql_guard_unlock_), unused)) bool bql_guard_ = bql_guard_lock_()

#endif
