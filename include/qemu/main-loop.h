/* SPDX-License-Identifier: MIT */
/*
 * The main loop and the big lock.
 *
 * The main thread waits for file descriptors, timers, bottom halves and the sources of GLib's
 * default main context, and runs their callbacks under the big QEMU lock (BQL), which it lets go
 * only while it waits. Device models run under the BQL; a vCPU thread takes it to touch them. It
 * does not nest: bql_locked() tells whether this thread has it.
 */
#ifndef QEMU_MAIN_LOOP_H
#define QEMU_MAIN_LOOP_H

#include "block/aio.h"
#include "qemu/thread.h"

/* Called once, by the thread that will run the loop; takes the BQL for it. */
bool qemu_init_main_loop(Error **errp);
/* One turn. @nonblocking: do not wait if nothing is ready. The caller has the BQL. */
void main_loop_wait(int nonblocking);
AioContext *qemu_get_aio_context(void);
/* Makes main_loop_wait() return soon. Any thread, and signal handlers. */
void qemu_notify_event(void);

/* NULL handlers stop watching. Under the BQL. */
void qemu_set_fd_handler(int fd, IOHandler *fd_read, IOHandler *fd_write, void *opaque);

/* Bottom halves of the main loop; see block/aio.h. */
QEMUBH *qemu_bh_new(QEMUBHFunc *cb, void *opaque);

void bql_lock(void);
void bql_unlock(void);
bool bql_locked(void);
/* Waits for @cond with the BQL as its mutex. */
void qemu_cond_wait_bql(QemuCond *cond);
void qemu_cond_timedwait_bql(QemuCond *cond, int ms);

static inline bool bql_guard_take(void)
{
    bool taken = !bql_locked();

    if (taken) {
        bql_lock();
    }
    return taken;
}

static inline void bql_guard_drop(bool *taken)
{
    if (*taken) {
        bql_unlock();
    }
}

/* Holds the BQL to the end of the block, unless this thread has it already. */
#define BQL_LOCK_GUARD()                                                                           \
    __attribute__((cleanup(bql_guard_drop), unused)) bool glue(bql_guard_, __COUNTER__) =          \
        bql_guard_take()

/* True in the thread that qemu_init_main_loop() was called in. */
bool qemu_is_main_loop_thread(void);
/* True where global state may be touched: under the BQL. */
bool qemu_in_main_thread(void);

#endif
