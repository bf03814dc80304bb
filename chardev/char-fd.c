/* SPDX-License-Identifier: MIT */
/*
 * Back ends on file descriptors.
 *
 * Input is one GSource. Its prepare step asks the front end how much it takes and polls the
 * descriptor only when that is more than nothing: the host's pipe or terminal then holds the rest
 * and its writer waits, so no byte is read that can not be delivered. The descriptor is removed
 * from the poll set rather than polled for no events, because poll reports a hang-up always and
 * the loop would spin on it. A back end whose host end comes and goes (a socket) is polled for the
 * hang-up alone while nothing is there to read: the front end has to learn of it even if it takes
 * no bytes now, and without a front end nobody would read up to the end.
 *
 * Output watches are sources of their own, because the descriptor may be closed, and its number
 * reused, while one waits: the source compares the generation and fires.
 */
#include "qemu/osdep.h"

#include "chardev/char-fd.h"
#include "chardev/char-fe.h"
#include "qemu/module.h"

#include <poll.h>
#include <sys/ioctl.h>

#define READ_CHUNK 4096

/* --- input --- */

typedef struct FDSource {
    GSource parent;
    FDChardev *chr;
    gpointer tag; /* NULL: the descriptor is not polled */
    GIOCondition polled;
} FDSource;

static bool has_reader(FDChardev *s)
{
    CharFrontend *fe = CHARDEV(s)->fe;
    return fe && fe->chr_read;
}

static bool has_unread(FDChardev *s)
{
    int n = 0;
    return ioctl(s->fd_in, FIONREAD, &n) == 0 && n > 0;
}

static GIOCondition wanted_events(FDChardev *s)
{
    if (qemu_chr_be_can_write(CHARDEV(s)) > 0) {
        return G_IO_IN | G_IO_HUP | G_IO_ERR;
    }
    if (s->hung_up && (!has_reader(s) || !has_unread(s))) {
        return G_IO_HUP | G_IO_ERR | (GIOCondition)POLLRDHUP;
    }
    return 0;
}

static gboolean fd_source_prepare(GSource *source, gint *timeout)
{
    FDSource *s = (FDSource *)source;
    GIOCondition wanted = wanted_events(s->chr);

    if (wanted != s->polled && s->tag) {
        g_source_remove_unix_fd(source, s->tag);
        s->tag = NULL;
    }
    if (wanted && !s->tag) {
        s->tag = g_source_add_unix_fd(source, s->chr->fd_in, wanted);
    }
    s->polled = wanted;
    *timeout = -1;
    return false;
}

static gboolean fd_source_check(GSource *source)
{
    FDSource *s = (FDSource *)source;
    return s->tag && g_source_query_unix_fd(source, s->tag) != 0;
}

static void fd_chr_stop_reading(FDChardev *s)
{
    if (s->source) {
        g_source_destroy(s->source);
        g_source_unref(s->source);
        s->source = NULL;
    }
}

static void fd_chr_end_of_input(FDChardev *s)
{
    fd_chr_stop_reading(s);
    if (s->hung_up) {
        s->hung_up(s);
    } else {
        s->at_eof = true;
        qemu_chr_be_event(CHARDEV(s), CHR_EVENT_CLOSED);
    }
}

static gboolean fd_source_dispatch(GSource *source, GSourceFunc callback, gpointer data)
{
    FDChardev *s = ((FDSource *)source)->chr;
    Chardev *chr = CHARDEV(s);
    uint8_t buf[READ_CHUNK];
    int room = MIN(qemu_chr_be_can_write(chr), READ_CHUNK);

    if (room == 0) {
        if (wanted_events(s) & G_IO_HUP) {
            fd_chr_end_of_input(s);
        }
        return G_SOURCE_CONTINUE;
    }
    ssize_t n = read(s->fd_in, buf, room);
    if (n > 0) {
        qemu_chr_be_write(chr, buf, n);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        fd_chr_end_of_input(s);
    }
    return G_SOURCE_CONTINUE;
}

static GSourceFuncs fd_source_funcs = {
    .prepare = fd_source_prepare,
    .check = fd_source_check,
    .dispatch = fd_source_dispatch,
};

static void fd_chr_update_read_handler(Chardev *chr)
{
    FDChardev *s = CHARDEV_FD(chr);

    fd_chr_stop_reading(s);
    if (s->fd_in >= 0 && !s->at_eof && (s->hung_up || has_reader(s))) {
        s->source = g_source_new(&fd_source_funcs, sizeof(FDSource));
        ((FDSource *)s->source)->chr = s;
        g_source_set_name(s->source, chr->label);
        g_source_attach(s->source, chr->gcontext);
    }
}

/* --- output --- */

static int fd_chr_write(Chardev *chr, const uint8_t *buf, int len)
{
    FDChardev *s = CHARDEV_FD(chr);
    return s->fd_out < 0 ? len : write(s->fd_out, buf, len);
}

static void fd_chr_wait_writable(Chardev *chr)
{
    struct pollfd pfd = { .fd = CHARDEV_FD(chr)->fd_out, .events = POLLOUT };
    poll(&pfd, 1, 200); /* and then look whether to go on */
}

typedef struct FDWatch {
    GSource parent;
    FDChardev *chr; /* a reference */
    unsigned generation;
    gpointer tag;
} FDWatch;

static bool watch_is_stale(const FDWatch *w)
{
    return w->generation != w->chr->generation;
}

static gboolean fd_watch_prepare(GSource *source, gint *timeout)
{
    *timeout = -1;
    return watch_is_stale((FDWatch *)source);
}

static gboolean fd_watch_check(GSource *source)
{
    FDWatch *w = (FDWatch *)source;
    return watch_is_stale(w) || g_source_query_unix_fd(source, w->tag) != 0;
}

static gboolean fd_watch_dispatch(GSource *source, GSourceFunc callback, gpointer data)
{
    FDWatch *w = (FDWatch *)source;
    GIOCondition cond = watch_is_stale(w) ? G_IO_HUP : g_source_query_unix_fd(source, w->tag);

    FEWatchFunc func = (FEWatchFunc)(void (*)(void))callback;

    return func ? func(NULL, cond, data) : G_SOURCE_REMOVE;
}

static void fd_watch_finalize(GSource *source)
{
    object_unref(OBJECT(((FDWatch *)source)->chr));
}

static GSourceFuncs fd_watch_funcs = {
    .prepare = fd_watch_prepare,
    .check = fd_watch_check,
    .dispatch = fd_watch_dispatch,
    .finalize = fd_watch_finalize,
};

static GSource *fd_chr_add_watch(Chardev *chr, GIOCondition cond)
{
    FDChardev *s = CHARDEV_FD(chr);

    if (s->fd_out < 0) {
        return NULL;
    }
    GSource *source = g_source_new(&fd_watch_funcs, sizeof(FDWatch));
    FDWatch *w = (FDWatch *)source;
    w->chr = s;
    object_ref(OBJECT(s));
    w->generation = s->generation;
    w->tag = g_source_add_unix_fd(source, s->fd_out, cond | G_IO_HUP | G_IO_ERR);
    return source;
}

/* --- life --- */

void fd_chr_open(FDChardev *s, int fd_in, int fd_out)
{
    Chardev *chr = CHARDEV(s);

    assert(s->fd_in < 0 && s->fd_out < 0);
    qemu_mutex_lock(&chr->chr_write_lock);
    s->fd_in = fd_in;
    s->fd_out = fd_out;
    s->generation++;
    qemu_mutex_unlock(&chr->chr_write_lock);
    s->at_eof = false;
    fd_chr_update_read_handler(chr);
}

void fd_chr_close(FDChardev *s)
{
    Chardev *chr = CHARDEV(s);

    fd_chr_stop_reading(s);
    qemu_mutex_lock(&chr->chr_write_lock);
    if (s->fd_in >= 0) {
        close(s->fd_in);
    }
    if (s->fd_out >= 0 && s->fd_out != s->fd_in) {
        close(s->fd_out);
    }
    s->fd_in = s->fd_out = -1;
    s->generation++;
    qemu_mutex_unlock(&chr->chr_write_lock);
}

static void fd_chr_instance_init(Object *obj)
{
    FDChardev *s = CHARDEV_FD(obj);
    s->fd_in = -1;
    s->fd_out = -1;
}

static void fd_chr_finalize(Object *obj)
{
    fd_chr_close(CHARDEV_FD(obj));
}

static void fd_chr_class_init(ObjectClass *klass, const void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(klass);
    cc->internal = true;
    cc->chr_write = fd_chr_write;
    cc->chr_wait_writable = fd_chr_wait_writable;
    cc->chr_add_watch = fd_chr_add_watch;
    cc->chr_update_read_handler = fd_chr_update_read_handler;
}

static const TypeInfo fd_chr_type = {
    .name = TYPE_CHARDEV_FD,
    .parent = TYPE_CHARDEV,
    .abstract = true,
    .instance_size = sizeof(FDChardev),
    .instance_init = fd_chr_instance_init,
    .instance_finalize = fd_chr_finalize,
    .class_init = fd_chr_class_init,
};

static void fd_chr_register_types(void)
{
    type_register_static(&fd_chr_type);
}

type_init(fd_chr_register_types)
