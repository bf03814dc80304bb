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
#include "qemu/bql.h"
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

/* The lock itself is qemu/bql.h's. */

/* True in the thread that qemu_init_main_loop() was called in. */
bool qemu_is_main_loop_thread(void);
/* True where global state may be touched: under the BQL. */
bool qemu_in_main_thread(void);

#endif
