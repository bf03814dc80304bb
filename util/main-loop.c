/* SPDX-License-Identifier: MIT */
/*
 * The main loop: GLib's default main context, polled by ourselves, so that the wait ends to the
 * nanosecond when a timer is due and the big lock is free meanwhile.
 *
 * GLib's own timeout is in milliseconds, and our source's part of it is rounded up: the exact
 * deadline is never later, so the sooner of both is right.
 */
#include "qemu/osdep.h"

#include "qemu/main-loop.h"

#include <poll.h>
#include <sys/prctl.h>

#include "aio-internal.h"
#include "qapi/error.h"
#include "qemu/atomic.h"
#include "qemu/timer.h"

QEMU_BUILD_BUG_ON(sizeof(GPollFD) != sizeof(struct pollfd));
QEMU_BUILD_BUG_ON(offsetof(GPollFD, revents) != offsetof(struct pollfd, revents));

static struct {
    AioContext *ctx; /* atomic; set once */
    QemuThread thread;
    GArray *fds; /* of GPollFD; the main thread's */
} loop;

bool qemu_init_main_loop(Error **errp)
{
    AioContext *ctx;

    assert(!loop.ctx);
    ctx = aio_context_new(errp);
    if (!ctx) {
        return false;
    }
    qemu_thread_get_self(&loop.thread);
    loop.fds = g_array_new(FALSE, FALSE, sizeof(GPollFD));
    g_array_set_size(loop.fds, 16);
    aio_context_own(ctx);
    g_source_set_name((GSource *)ctx, "main-loop");
    g_source_attach((GSource *)ctx, NULL);
    /* The kernel's default lets it wake us 50 us late. */
    prctl(PR_SET_TIMERSLACK, 1);
    qatomic_store_release(&loop.ctx, ctx);
    if (!bql_locked()) {
        bql_lock();
    }
    return true;
}

AioContext *qemu_get_aio_context(void)
{
    return qatomic_load_acquire(&loop.ctx);
}

bool qemu_is_main_loop_thread(void)
{
    return qemu_get_aio_context() && qemu_thread_is_self(&loop.thread);
}

bool qemu_in_main_thread(void)
{
    return bql_locked();
}

void qemu_notify_event(void)
{
    AioContext *ctx = qemu_get_aio_context();

    if (ctx) {
        aio_notify_always(ctx);
    }
}

void qemu_clock_notify(QEMUClockType type)
{
    AioContext *ctx = qemu_get_aio_context();

    if (ctx) {
        aio_notify(ctx);
    }
}

void qemu_set_fd_handler(int fd, IOHandler *fd_read, IOHandler *fd_write, void *opaque)
{
    aio_set_fd_handler(qemu_get_aio_context(), fd, fd_read, fd_write, opaque);
}

QEMUBH *qemu_bh_new(QEMUBHFunc *cb, void *opaque)
{
    return aio_bh_new(qemu_get_aio_context(), cb, opaque);
}

/* Fills loop.fds; the number of descriptors. */
static int loop_query(GMainContext *context, int priority, int *timeout_ms)
{
    int n;

    while ((n = g_main_context_query(context, priority, timeout_ms, (GPollFD *)loop.fds->data,
                                     loop.fds->len)) > (int)loop.fds->len) {
        g_array_set_size(loop.fds, n);
    }
    return n;
}

void main_loop_wait(int nonblocking)
{
    GMainContext *context = g_main_context_default();
    int priority, n, timeout_ms;
    int64_t timeout;

    g_main_context_acquire(context);
    g_main_context_prepare(context, &priority);
    n = loop_query(context, priority, &timeout_ms);
    timeout = timeout_ms < 0 ? -1 : timeout_ms * (int64_t)SCALE_MS;
    timeout = nonblocking ? 0 : qemu_soonest_timeout(timeout, qemu_timers_deadline_ns());

    bql_unlock();
    if (aio_ppoll((struct pollfd *)loop.fds->data, n, timeout) < 0) {
        for (int i = 0; i < n; i++) {
            g_array_index(loop.fds, GPollFD, i).revents = 0; /* a signal: nothing was written */
        }
    }
    bql_lock();

    if (g_main_context_check(context, priority, (GPollFD *)loop.fds->data, n)) {
        g_main_context_dispatch(context);
    }
    g_main_context_release(context);
}
