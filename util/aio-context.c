/* SPDX-License-Identifier: MIT */
/*
 * Event contexts.
 *
 * A context is a GSource, so a GMainContext can drive it; aio_poll() drives it alone. Three kinds
 * of work: file descriptors (polled), bottom halves (a queue), and for the main context the timers.
 *
 * Bottom halves may be scheduled from any thread: the queue is under `lock`. Each gets a number
 * when it is queued, and a turn runs those queued before it began, so one that schedules itself
 * again does not keep the loop from its other work. A one-shot is freed before its callback is
 * called, and nothing touches a bottom half after its callback, which may have deleted it.
 *
 * Waking: an eventfd. `notified` is set from the first write until the loop has read it, so that a
 * burst costs one system call. The loop reads the eventfd, clears `notified`, then looks for work;
 * who adds work sets `notified` afterwards: whoever comes second in the total order of the two sees
 * the other. The thread that runs a context need not wake itself.
 */
#include "qemu/osdep.h"

#include <poll.h>
#include <sys/eventfd.h>

#include "aio-internal.h"
#include "qapi/error.h"
#include "qemu/atomic.h"
#include "qemu/lockable.h"
#include "qemu/queue.h"
#include "qemu/timer.h"

struct QEMUBH {
    AioContext *ctx;
    QEMUBHFunc *cb;
    void *opaque;
    bool oneshot;
    uint64_t number;             /* ctx->lock */
    QTAILQ_ENTRY(QEMUBH) queued; /* ctx->lock */
};

typedef struct AioHandler AioHandler;
struct AioHandler {
    GPollFD pfd;
    IOHandler *io_read, *io_write;
    void *opaque;
    bool deleted; /* while handlers are being walked */
    QLIST_ENTRY(AioHandler) node;
};

struct AioContext {
    GSource source;
    QemuMutex lock;
    QTAILQ_HEAD(, QEMUBH) bh_queue; /* lock */
    uint64_t bh_number;             /* lock */
    unsigned bh_count;              /* written under lock, read atomically */
    GPollFD event;
    bool notified; /* atomic */
    bool has_timers;
    /* The thread's own. */
    QLIST_HEAD(, AioHandler) handlers;
    unsigned walking;
};

/* The context that this thread runs; not to be woken by it. */
static __thread AioContext *own_context;

/* ---- Waking ---- */

void aio_notify_always(AioContext *ctx)
{
    static const uint64_t one = 1;

    if (!qatomic_xchg(&ctx->notified, true)) {
        ssize_t n = RETRY_ON_EINTR(write(ctx->event.fd, &one, sizeof(one)));

        (void)n; /* EAGAIN: the counter is full, so it is readable */
    }
}

void aio_notify(AioContext *ctx)
{
    if (ctx != own_context) {
        aio_notify_always(ctx);
    }
}

static void aio_notify_accept(AioContext *ctx)
{
    uint64_t count;
    ssize_t n = RETRY_ON_EINTR(read(ctx->event.fd, &count, sizeof(count)));

    (void)n; /* EAGAIN: already read */
    qatomic_set_mb(&ctx->notified, false);
}

/* ---- Bottom halves ---- */

QEMUBH *aio_bh_new(AioContext *ctx, QEMUBHFunc *cb, void *opaque)
{
    QEMUBH *bh = g_new0(QEMUBH, 1);

    bh->ctx = ctx;
    bh->cb = cb;
    bh->opaque = opaque;
    return bh;
}

void qemu_bh_schedule(QEMUBH *bh)
{
    AioContext *ctx = bh->ctx;

    WITH_QEMU_LOCK_GUARD(&ctx->lock)
    {
        if (!QTAILQ_IN_USE(bh, queued)) {
            bh->number = ctx->bh_number++;
            QTAILQ_INSERT_TAIL(&ctx->bh_queue, bh, queued);
            qatomic_set(&ctx->bh_count, ctx->bh_count + 1);
        }
    }
    /* A one-shot may be gone by now. */
    aio_notify(ctx);
}

void aio_bh_schedule_oneshot(AioContext *ctx, QEMUBHFunc *cb, void *opaque)
{
    QEMUBH *bh = aio_bh_new(ctx, cb, opaque);

    bh->oneshot = true;
    qemu_bh_schedule(bh);
}

static void bh_dequeue_locked(QEMUBH *bh)
{
    AioContext *ctx = bh->ctx;

    if (QTAILQ_IN_USE(bh, queued)) {
        QTAILQ_REMOVE(&ctx->bh_queue, bh, queued);
        qatomic_set(&ctx->bh_count, ctx->bh_count - 1);
    }
}

void qemu_bh_cancel(QEMUBH *bh)
{
    QEMU_LOCK_GUARD(&bh->ctx->lock);
    bh_dequeue_locked(bh);
}

void qemu_bh_delete(QEMUBH *bh)
{
    if (bh) {
        qemu_bh_cancel(bh);
        g_free(bh);
    }
}

static bool bh_pending(AioContext *ctx)
{
    return qatomic_read(&ctx->bh_count) != 0;
}

/* Takes the first one queued before @limit, NULL if there is none. */
static QEMUBH *bh_next(AioContext *ctx, uint64_t limit)
{
    QEMUBH *bh;

    QEMU_LOCK_GUARD(&ctx->lock);
    bh = QTAILQ_FIRST(&ctx->bh_queue);
    if (!bh || bh->number >= limit) {
        return NULL;
    }
    bh_dequeue_locked(bh);
    return bh;
}

static bool bh_run(AioContext *ctx)
{
    bool progress = false;
    uint64_t limit;
    QEMUBH *bh;

    if (!bh_pending(ctx)) {
        return false;
    }
    qemu_mutex_lock(&ctx->lock);
    limit = ctx->bh_number;
    qemu_mutex_unlock(&ctx->lock);
    while ((bh = bh_next(ctx, limit))) {
        QEMUBHFunc *cb = bh->cb;
        void *opaque = bh->opaque;

        if (bh->oneshot) {
            g_free(bh);
        }
        cb(opaque);
        progress = true;
    }
    return progress;
}

/* ---- File descriptors ---- */

static void handler_drop(AioContext *ctx, AioHandler *h)
{
    g_source_remove_poll(&ctx->source, &h->pfd);
    if (ctx->walking) {
        h->deleted = true;
        h->io_read = h->io_write = NULL;
        h->pfd.revents = 0;
    } else {
        QLIST_REMOVE(h, node);
        g_free(h);
    }
}

void aio_set_fd_handler(AioContext *ctx, int fd, IOHandler *io_read, IOHandler *io_write,
                        void *opaque)
{
    AioHandler *h;

    QLIST_FOREACH (h, &ctx->handlers, node) {
        if (h->pfd.fd == fd && !h->deleted) {
            break;
        }
    }
    if (!io_read && !io_write) {
        if (h) {
            handler_drop(ctx, h);
            aio_notify(ctx);
        }
        return;
    }
    if (!h) {
        h = g_new0(AioHandler, 1);
        h->pfd.fd = fd;
        QLIST_INSERT_HEAD(&ctx->handlers, h, node);
        g_source_add_poll(&ctx->source, &h->pfd);
    }
    h->io_read = io_read;
    h->io_write = io_write;
    h->opaque = opaque;
    h->pfd.events =
        (io_read ? G_IO_IN | G_IO_HUP | G_IO_ERR : 0) | (io_write ? G_IO_OUT | G_IO_ERR : 0);
    aio_notify(ctx);
}

static bool handlers_ready(AioContext *ctx)
{
    AioHandler *h;

    QLIST_FOREACH (h, &ctx->handlers, node) {
        if (h->pfd.revents & h->pfd.events) {
            return true;
        }
    }
    return false;
}

static bool handlers_run(AioContext *ctx)
{
    AioHandler *h, *next;
    bool progress = false;

    ctx->walking++;
    QLIST_FOREACH (h, &ctx->handlers, node) {
        int revents = h->pfd.revents & h->pfd.events;

        h->pfd.revents = 0;
        if ((revents & (G_IO_IN | G_IO_HUP | G_IO_ERR)) && h->io_read) {
            h->io_read(h->opaque);
            progress = true;
        }
        if ((revents & (G_IO_OUT | G_IO_ERR)) && h->io_write) {
            h->io_write(h->opaque);
            progress = true;
        }
    }
    if (--ctx->walking == 0) {
        QLIST_FOREACH_SAFE (h, &ctx->handlers, node, next) {
            if (h->deleted) {
                QLIST_REMOVE(h, node);
                g_free(h);
            }
        }
    }
    return progress;
}

/* ---- Turns ---- */

static int64_t context_timeout_ns(AioContext *ctx)
{
    if (bh_pending(ctx)) {
        return 0;
    }
    return ctx->has_timers ? qemu_timers_deadline_ns() : -1;
}

static bool context_dispatch(AioContext *ctx)
{
    bool progress = handlers_run(ctx);

    progress |= bh_run(ctx);
    if (ctx->has_timers) {
        progress |= qemu_clock_run_all_timers();
    }
    return progress;
}

static gboolean source_prepare(GSource *source, int *timeout)
{
    AioContext *ctx = (AioContext *)source;

    *timeout = qemu_timeout_ns_to_ms(context_timeout_ns(ctx));
    return *timeout == 0;
}

static gboolean source_check(GSource *source)
{
    AioContext *ctx = (AioContext *)source;

    if (ctx->event.revents & G_IO_IN) {
        aio_notify_accept(ctx);
    }
    return handlers_ready(ctx) || context_timeout_ns(ctx) == 0;
}

static gboolean source_dispatch(GSource *source, GSourceFunc callback, void *user_data)
{
    context_dispatch((AioContext *)source);
    return G_SOURCE_CONTINUE;
}

static void source_finalize(GSource *source)
{
    AioContext *ctx = (AioContext *)source;
    AioHandler *h;
    QEMUBH *bh;

    while ((bh = QTAILQ_FIRST(&ctx->bh_queue))) {
        assert(bh->oneshot); /* others belong to somebody who should have deleted them */
        bh_dequeue_locked(bh);
        g_free(bh);
    }
    while ((h = QLIST_FIRST(&ctx->handlers))) {
        QLIST_REMOVE(h, node);
        g_free(h);
    }
    if (own_context == ctx) {
        own_context = NULL;
    }
    close(ctx->event.fd);
    qemu_mutex_destroy(&ctx->lock);
}

bool aio_poll(AioContext *ctx, bool blocking)
{
    AioContext *outer = own_context;
    g_autofree struct pollfd *fds = NULL;
    unsigned n = 0, i = 1;
    int64_t timeout;
    AioHandler *h;
    bool progress;

    own_context = ctx;
    QLIST_FOREACH (h, &ctx->handlers, node) {
        n += !h->deleted;
    }
    fds = g_new0(struct pollfd, n + 1);
    fds[0] = (struct pollfd){ .fd = ctx->event.fd, .events = POLLIN };
    QLIST_FOREACH (h, &ctx->handlers, node) {
        if (!h->deleted) {
            fds[i++] = (struct pollfd){ .fd = h->pfd.fd, .events = h->pfd.events };
        }
    }
    timeout = blocking ? context_timeout_ns(ctx) : 0;
    aio_ppoll(fds, n + 1, timeout);
    if (fds[0].revents) {
        aio_notify_accept(ctx);
    }
    i = 1;
    QLIST_FOREACH (h, &ctx->handlers, node) {
        if (!h->deleted) {
            h->pfd.revents = fds[i++].revents;
        }
    }
    progress = context_dispatch(ctx);
    own_context = outer;
    return progress;
}

int aio_ppoll(struct pollfd *fds, unsigned n, int64_t timeout_ns)
{
    struct timespec ts = {
        .tv_sec = timeout_ns / NANOSECONDS_PER_SECOND,
        .tv_nsec = timeout_ns % NANOSECONDS_PER_SECOND,
    };

    return ppoll(fds, n, timeout_ns < 0 ? NULL : &ts, NULL);
}

/* ---- Making ---- */

AioContext *aio_context_new(Error **errp)
{
    static GSourceFuncs funcs = {
        .prepare = source_prepare,
        .check = source_check,
        .dispatch = source_dispatch,
        .finalize = source_finalize,
    };
    AioContext *ctx;
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

    if (fd < 0) {
        error_setg_errno(errp, errno, "Could not make an eventfd for the event loop");
        return NULL;
    }
    ctx = (AioContext *)g_source_new(&funcs, sizeof(*ctx));
    g_source_set_can_recurse(&ctx->source, TRUE);
    qemu_mutex_init(&ctx->lock);
    QTAILQ_INIT(&ctx->bh_queue);
    QLIST_INIT(&ctx->handlers);
    ctx->event = (GPollFD){ .fd = fd, .events = G_IO_IN };
    g_source_add_poll(&ctx->source, &ctx->event);
    return ctx;
}

void aio_context_own(AioContext *ctx)
{
    own_context = ctx;
    ctx->has_timers = true;
}

void aio_context_ref(AioContext *ctx)
{
    g_source_ref(&ctx->source);
}

void aio_context_unref(AioContext *ctx)
{
    g_source_unref(&ctx->source);
}

GSource *aio_get_g_source(AioContext *ctx)
{
    return g_source_ref(&ctx->source);
}
