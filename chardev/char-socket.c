/* SPDX-License-Identifier: MIT */
/*
 * Sockets: unix, TCP, and descriptors that the parent process passed; client and server.
 *
 * One connection at a time. A server listens while it has none; others wait in the kernel's queue.
 * A client that loses its connection tries again after `reconnect` if that was asked for, without
 * holding up the main loop: each address of the name in turn, then the pause.
 *
 *     server:  listening --accept--> connected --hang-up--> listening
 *     client:  connecting --done--> connected --hang-up--> paused --timer--> connecting
 *
 * A connection whose other end has gone lasts until the device has taken all of its input. Output
 * without a connection is refused with EIO, and the core drops it. All under the big lock, except
 * chr_write, which has chr_write_lock (see FDChardev for the descriptors).
 *
 * Not there: telnet, websockets and TLS. The name of a host is looked up in the main loop, which a
 * slow name server holds up at each attempt to connect again; numeric addresses have no such wait.
 */
#include "qemu/osdep.h"

#include "chardev/char-fd.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/module.h"

#include <glib-unix.h>
#include <poll.h>
#include <sys/socket.h>

#include "char-socket.h"

struct SocketChardev {
    FDChardev parent_obj;

    SocketChardevOptions opts;
    SocketListener listener;
    GSource *listen_sources[SOCKET_LISTEN_MAX]; /* while listening */

    int attempt_fd; /* a connection whose outcome is open; -1: none */
    int attempt_index;
    GSource *attempt_source;
    GSource *retry_timer;
    bool retry_reported; /* the first failure of a row of them */
};

OBJECT_DECLARE_SIMPLE_TYPE(SocketChardev, CHARDEV_SOCKET)

static void drop_source(GSource **source)
{
    if (*source) {
        g_source_destroy(*source);
        g_source_unref(*source);
        *source = NULL;
    }
}

/* --- what `info chardev` shows --- */

static void update_filename(SocketChardev *s)
{
    FDChardev *f = CHARDEV_FD(s);
    g_autofree char *addr = socket_address_print(&s->opts.addr);
    g_autofree char *peer = f->fd_in >= 0 ? socket_peer_name(f->fd_in) : g_strdup("");

    qemu_chr_set_filename(CHARDEV(s), g_strconcat(f->fd_in < 0 ? "disconnected:" : "", addr,
                                                  s->opts.server ? ",server=on" : "",
                                                  *peer ? " <-> " : "", peer, NULL));
}

/* --- connected --- */

static void start_listening(SocketChardev *s);
static void stop_listening(SocketChardev *s);
static void schedule_retry(SocketChardev *s);
static void try_addresses(SocketChardev *s);

static void connected(SocketChardev *s, int fd)
{
    if (s->opts.nodelay) {
        socket_set_nodelay(fd, true);
    }
    stop_listening(s);
    s->retry_reported = false;
    fd_chr_open(CHARDEV_FD(s), fd, fd);
    update_filename(s);
    qemu_chr_be_event(CHARDEV(s), CHR_EVENT_OPENED);
}

static void disconnected(FDChardev *f)
{
    SocketChardev *s = CHARDEV_SOCKET(f);

    fd_chr_close(f);
    update_filename(s);
    qemu_chr_be_event(CHARDEV(s), CHR_EVENT_CLOSED);
    if (s->opts.server) {
        start_listening(s);
    } else if (s->opts.reconnect_ms) {
        schedule_retry(s);
    }
}

static void socket_chr_disconnect(Chardev *chr)
{
    if (CHARDEV_FD(chr)->fd_in >= 0) {
        disconnected(CHARDEV_FD(chr));
    }
}

static int socket_chr_write(Chardev *chr, const uint8_t *buf, int len)
{
    FDChardev *f = CHARDEV_FD(chr);

    if (f->fd_out < 0) {
        errno = EIO;
        return -1;
    }
    /* An error means that the other end has gone. The input may still hold its last words, after
     * which the reader finds the end. */
    return send(f->fd_out, buf, len, MSG_NOSIGNAL);
}

/* --- server --- */

static gboolean on_connection(gint fd, GIOCondition cond, gpointer opaque)
{
    SocketChardev *s = opaque;
    int conn = socket_accept(fd);

    if (conn >= 0) {
        connected(s, conn);
    }
    return G_SOURCE_CONTINUE;
}

static void start_listening(SocketChardev *s)
{
    for (int i = 0; i < s->listener.count; i++) {
        GSource *source = g_unix_fd_source_new(s->listener.fds[i], G_IO_IN);
        g_source_set_callback(source, G_SOURCE_FUNC(on_connection), s, NULL);
        g_source_attach(source, NULL);
        s->listen_sources[i] = source;
    }
}

static void stop_listening(SocketChardev *s)
{
    for (int i = 0; i < s->listener.count; i++) {
        drop_source(&s->listen_sources[i]);
    }
}

static bool interrupted(void)
{
    const ChardevHostActions *actions = qemu_chr_host_actions();
    return actions->interrupted && actions->interrupted();
}

/* wait=on: the machine is not built before somebody is there. */
static bool wait_for_connection(SocketChardev *s, Error **errp)
{
    struct pollfd pfds[SOCKET_LISTEN_MAX];

    update_filename(s);
    info_report("QEMU waiting for connection on: %s", CHARDEV(s)->filename);
    for (;;) {
        for (int i = 0; i < s->listener.count; i++) {
            pfds[i] = (struct pollfd){ .fd = s->listener.fds[i], .events = POLLIN };
        }
        /* A signal may be another thread's, and then does not end the poll. */
        poll(pfds, s->listener.count, 200);
        if (interrupted()) {
            error_setg(errp, "ended by a signal while waiting for a connection on %s",
                       CHARDEV(s)->filename);
            return false;
        }
        for (int i = 0; i < s->listener.count; i++) {
            int conn = socket_accept(s->listener.fds[i]);
            if (conn >= 0) {
                connected(s, conn);
                return true;
            }
        }
    }
}

static bool open_server(SocketChardev *s, Error **errp)
{
    if (!socket_listen(&s->listener, &s->opts.addr, errp)) {
        return false;
    }
    if (s->opts.wait) {
        return wait_for_connection(s, errp);
    }
    update_filename(s);
    start_listening(s);
    return true;
}

/* --- client --- */

static gboolean on_attempt_ended(gint fd, GIOCondition cond, gpointer opaque)
{
    SocketChardev *s = opaque;

    drop_source(&s->attempt_source);
    s->attempt_fd = -1;
    if (socket_connect_result(fd) == 0) {
        connected(s, fd);
    } else {
        close(fd);
        s->attempt_index++;
        try_addresses(s);
    }
    return G_SOURCE_REMOVE;
}

static void watch_attempt(SocketChardev *s, int fd)
{
    s->attempt_fd = fd;
    s->attempt_source = g_unix_fd_source_new(fd, G_IO_OUT | G_IO_HUP | G_IO_ERR);
    g_source_set_callback(s->attempt_source, G_SOURCE_FUNC(on_attempt_ended), s, NULL);
    g_source_attach(s->attempt_source, NULL);
}

/* From attempt_index on, up to one that may work. */
static void try_addresses(SocketChardev *s)
{
    for (;; s->attempt_index++) {
        Error *err = NULL;
        bool pending;
        int fd = socket_connect_nonblocking(&s->opts.addr, s->attempt_index, &pending, &err);

        if (fd >= 0 && pending) {
            watch_attempt(s, fd);
            return;
        }
        if (fd >= 0) {
            connected(s, fd);
            return;
        }
        if (!err) {
            schedule_retry(s);
            return;
        }
        if (!s->retry_reported) {
            s->retry_reported = true;
            info_report("character device '%s': %s; trying again every %" PRIu64 " ms",
                        CHARDEV(s)->label, error_get_pretty(err), s->opts.reconnect_ms);
        }
        error_free(err);
    }
}

static gboolean on_retry(gpointer opaque)
{
    SocketChardev *s = opaque;

    drop_source(&s->retry_timer);
    s->attempt_index = 0;
    try_addresses(s);
    return G_SOURCE_REMOVE;
}

static void schedule_retry(SocketChardev *s)
{
    s->retry_timer = g_timeout_source_new(s->opts.reconnect_ms);
    g_source_set_callback(s->retry_timer, on_retry, s, NULL);
    g_source_attach(s->retry_timer, NULL);
}

static bool open_client(SocketChardev *s, Error **errp)
{
    if (s->opts.reconnect_ms) {
        update_filename(s);
        try_addresses(s);
        return true;
    }
    int fd = socket_connect(&s->opts.addr, errp);
    if (fd < 0) {
        return false;
    }
    connected(s, fd);
    return true;
}

/* --- type --- */

static bool socket_chr_open(Chardev *chr, const KeyVal *opts, Error **errp)
{
    SocketChardev *s = CHARDEV_SOCKET(chr);

    if (!socket_chardev_parse(&s->opts, opts, errp)) {
        return false;
    }
    return s->opts.server ? open_server(s, errp) : open_client(s, errp);
}

static void socket_chr_instance_init(Object *obj)
{
    SocketChardev *s = CHARDEV_SOCKET(obj);

    s->opts.addr.fd = -1;
    s->attempt_fd = -1;
    CHARDEV_FD(s)->hung_up = disconnected;
}

static void socket_chr_finalize(Object *obj)
{
    SocketChardev *s = CHARDEV_SOCKET(obj);

    stop_listening(s);
    drop_source(&s->attempt_source);
    drop_source(&s->retry_timer);
    if (s->attempt_fd >= 0) {
        close(s->attempt_fd);
    }
    socket_listener_close(&s->listener);
    socket_address_clear(&s->opts.addr);
}

static void socket_chr_class_init(ObjectClass *klass, const void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(klass);
    cc->internal = false;
    cc->params = socket_chardev_params;
    cc->opens_later = true;
    cc->chr_open = socket_chr_open;
    cc->chr_write = socket_chr_write;
    cc->chr_disconnect = socket_chr_disconnect;
}

static const TypeInfo socket_chr_type = {
    .name = TYPE_CHARDEV_SOCKET,
    .parent = TYPE_CHARDEV_FD,
    .instance_size = sizeof(SocketChardev),
    .instance_init = socket_chr_instance_init,
    .instance_finalize = socket_chr_finalize,
    .class_init = socket_chr_class_init,
};

static void socket_chr_register_types(void)
{
    type_register_static(&socket_chr_type);
}

type_init(socket_chr_register_types)
