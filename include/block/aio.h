/* SPDX-License-Identifier: MIT */
/*
 * An event context: file descriptors, bottom halves and a wake-up, as a GSource of a GMainContext.
 * The main loop's context (qemu_get_aio_context()) lives in the default GMainContext; another
 * thread can have its own and run it with aio_poll().
 *
 * A bottom half is a callback that runs soon, in the context's thread and outside of the caller's
 * stack. Scheduling is allowed from any thread and wakes the loop; the rest belongs to the
 * context's thread (for the main one: whoever holds the big lock).
 */
#ifndef BLOCK_AIO_H
#define BLOCK_AIO_H

#include "qemu/osdep.h"

typedef void QEMUBHFunc(void *opaque);
typedef void IOHandler(void *opaque);

AioContext *aio_context_new(Error **errp);
void aio_context_ref(AioContext *ctx);
void aio_context_unref(AioContext *ctx);
/* A new reference. */
GSource *aio_get_g_source(AioContext *ctx);

/* Wakes the loop, or makes its next wait return at once. Any thread. */
void aio_notify(AioContext *ctx);
/* Runs what is ready, waiting for something if @blocking; true if a callback ran. */
bool aio_poll(AioContext *ctx, bool blocking);

QEMUBH *aio_bh_new(AioContext *ctx, QEMUBHFunc *cb, void *opaque);
/* Scheduled at once and freed after its run. Any thread. */
void aio_bh_schedule_oneshot(AioContext *ctx, QEMUBHFunc *cb, void *opaque);

/* Scheduling an already scheduled one changes nothing. Any thread. */
void qemu_bh_schedule(QEMUBH *bh);
void qemu_bh_cancel(QEMUBH *bh);
/* Cancels and frees; NULL is allowed. Allowed in its own callback. */
void qemu_bh_delete(QEMUBH *bh);

/* Both handlers NULL: @fd is not watched any more, and neither runs again. */
void aio_set_fd_handler(AioContext *ctx, int fd, IOHandler *io_read, IOHandler *io_write,
                        void *opaque);

#endif
