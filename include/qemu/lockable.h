/* SPDX-License-Identifier: MIT */
/* Scoped locking: QEMU_LOCK_GUARD holds to the end of the block, WITH_QEMU_LOCK_GUARD opens one. */
#ifndef QEMU_LOCKABLE_H
#define QEMU_LOCKABLE_H

#include "qemu/thread.h"

static inline QemuMutex *qemu_lock_guard_take(QemuMutex *m)
{
    qemu_mutex_lock(m);
    return m;
}

static inline void qemu_lock_guard_drop(QemuMutex **m)
{
    if (*m) {
        qemu_mutex_unlock(*m);
    }
}

#define QEMU_LOCK_GUARD(m)                                                                         \
    __attribute__((cleanup(qemu_lock_guard_drop), unused)) QemuMutex *glue(                        \
        lock_guard_, __COUNTER__) = qemu_lock_guard_take(m)

#define WITH_LOCK_GUARD_(m, var)                                                                   \
    for (__attribute__((cleanup(qemu_lock_guard_drop))) QemuMutex *var = qemu_lock_guard_take(m);  \
         var; qemu_mutex_unlock(var), var = NULL)
#define WITH_QEMU_LOCK_GUARD(m) WITH_LOCK_GUARD_(m, glue(lock_guard_, __COUNTER__))

#endif
