/* SPDX-License-Identifier: MIT */
/* The big lock; see qemu/bql.h. */
#include "qemu/osdep.h"

#include "qemu/bql.h"

static QemuMutex big_lock = { .lock = PTHREAD_MUTEX_INITIALIZER, .name = "big lock" };
static __thread bool held;

void bql_lock(void)
{
    assert(!held);
    qemu_mutex_lock(&big_lock);
    held = true;
}

void bql_unlock(void)
{
    assert(held);
    held = false;
    qemu_mutex_unlock(&big_lock);
}

bool bql_locked(void)
{
    return held;
}

void qemu_cond_wait_bql(QemuCond *cond)
{
    assert(held);
    held = false;
    qemu_cond_wait(cond, &big_lock);
    held = true;
}

bool qemu_cond_timedwait_bql(QemuCond *cond, int ms)
{
    bool in_time;

    assert(held);
    held = false;
    in_time = qemu_cond_timedwait(cond, &big_lock, ms);
    held = true;
    return in_time;
}
