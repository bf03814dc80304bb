/* SPDX-License-Identifier: MIT */
/*
 * A new pseudo terminal: its name is printed, and a terminal program opens it.
 *
 * The master side reports a hang-up while nobody has the slave open. Its read source ends then, and
 * inotify tells of the next open: a poll would spin on the hang-up, and a timer lose what the guest
 * prints meanwhile. Output while nobody is there vanishes, as on a line without a terminal.
 *
 * The master stays open all the time; a duplicate of it is FDChardev's connection while somebody is
 * there. Everything is under the big lock.
 */
#include "qemu/osdep.h"

#include "chardev/char-fd.h"
#include "qapi/error.h"
#include "qemu/module.h"

#include <glib-unix.h>
#include <poll.h>
#include <pty.h>
#include <sys/inotify.h>
#include <termios.h>

OBJECT_DECLARE_SIMPLE_TYPE(PtyChardev, CHARDEV_PTY)

struct PtyChardev {
    FDChardev parent_obj;

    int master;
    char *slave_name;
    char *link; /* path= of the symbolic link to the slave; or NULL */
    int inotify_fd;
    GSource *open_watch; /* reads inotify_fd */
};

static bool slave_is_open(PtyChardev *s)
{
    struct pollfd pfd = { .fd = s->master, .events = 0 };
    return poll(&pfd, 1, 0) == 0 || !(pfd.revents & POLLHUP);
}

static void look_for_user(PtyChardev *s)
{
    if (CHARDEV_FD(s)->fd_in < 0 && slave_is_open(s)) {
        int in = fcntl(s->master, F_DUPFD_CLOEXEC, 3);
        if (in >= 0) {
            fd_chr_open(CHARDEV_FD(s), in, in);
            qemu_chr_be_event(CHARDEV(s), CHR_EVENT_OPENED);
        }
    }
}

static void user_has_gone(FDChardev *f)
{
    fd_chr_close(f);
    qemu_chr_be_event(CHARDEV(f), CHR_EVENT_CLOSED);
    /* Opened again before this was noticed: there is no new event to wait for. */
    look_for_user(CHARDEV_PTY(f));
}

static gboolean on_slave_opened(gint fd, GIOCondition cond, gpointer opaque)
{
    char events[1024] __attribute__((aligned(__alignof__(struct inotify_event))));

    while (read(fd, events, sizeof(events)) > 0) {
    }
    look_for_user(opaque);
    return G_SOURCE_CONTINUE;
}

static bool watch_slave(PtyChardev *s, Error **errp)
{
    s->inotify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (s->inotify_fd < 0 || inotify_add_watch(s->inotify_fd, s->slave_name, IN_OPEN) < 0) {
        error_setg_errno(errp, errno, "can not watch '%s' for being opened", s->slave_name);
        return false;
    }
    s->open_watch = g_unix_fd_source_new(s->inotify_fd, G_IO_IN);
    g_source_set_callback(s->open_watch, G_SOURCE_FUNC(on_slave_opened), s, NULL);
    g_source_attach(s->open_watch, NULL);
    return true;
}

/* A line, not a terminal of ours: nothing is echoed or translated. */
static bool open_pair(PtyChardev *s, Error **errp)
{
    struct termios tty;
    char name[64];
    int slave;

    if (openpty(&s->master, &slave, name, NULL, NULL) < 0) {
        s->master = -1;
        error_setg_errno(errp, errno, "can not create a pseudo terminal");
        return false;
    }
    if (tcgetattr(slave, &tty) == 0) {
        cfmakeraw(&tty);
        tcsetattr(slave, TCSANOW, &tty);
    }
    close(slave);
    s->slave_name = g_strdup(name);
    fcntl(s->master, F_SETFD, FD_CLOEXEC);
    if (fcntl(s->master, F_SETFL, fcntl(s->master, F_GETFL) | O_NONBLOCK) < 0) {
        error_setg_errno(errp, errno, "can not set up '%s'", name);
        return false;
    }
    return true;
}

static const char *const pty_params[] = { "path", NULL };

static bool pty_chr_open(Chardev *chr, const KeyVal *opts, Error **errp)
{
    PtyChardev *s = CHARDEV_PTY(chr);
    const char *link = keyval_get(opts, "path");

    if (!open_pair(s, errp) || !watch_slave(s, errp)) {
        return false;
    }
    if (link) {
        if (symlink(s->slave_name, link) < 0) {
            error_setg_errno(errp, errno, "can not make the link '%s' to '%s'", link,
                             s->slave_name);
            return false;
        }
        s->link = g_strdup(link);
    }
    qemu_chr_set_filename(chr, g_strdup_printf("pty:%s", s->slave_name));
    /* Scripts read this line. */
    printf("char device redirected to %s (label %s)\n", s->slave_name, chr->label);
    fflush(stdout);
    return true;
}

static void pty_chr_instance_init(Object *obj)
{
    PtyChardev *s = CHARDEV_PTY(obj);

    s->master = -1;
    s->inotify_fd = -1;
    CHARDEV_FD(s)->hung_up = user_has_gone;
}

static void pty_chr_finalize(Object *obj)
{
    PtyChardev *s = CHARDEV_PTY(obj);

    if (s->open_watch) {
        g_source_destroy(s->open_watch);
        g_source_unref(s->open_watch);
    }
    if (s->inotify_fd >= 0) {
        close(s->inotify_fd);
    }
    if (s->link) {
        unlink(s->link);
        g_free(s->link);
    }
    if (s->master >= 0) {
        close(s->master);
    }
    g_free(s->slave_name);
}

static void pty_chr_class_init(ObjectClass *klass, const void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(klass);
    cc->internal = false;
    cc->params = pty_params;
    cc->short_param = "path";
    cc->opens_later = true;
    cc->chr_open = pty_chr_open;
}

static const TypeInfo pty_chr_type = {
    .name = TYPE_CHARDEV_PTY,
    .parent = TYPE_CHARDEV_FD,
    .instance_size = sizeof(PtyChardev),
    .instance_init = pty_chr_instance_init,
    .instance_finalize = pty_chr_finalize,
    .class_init = pty_chr_class_init,
};

static void pty_chr_register_types(void)
{
    type_register_static(&pty_chr_type);
}

type_init(pty_chr_register_types)
