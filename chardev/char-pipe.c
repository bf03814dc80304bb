/* SPDX-License-Identifier: MIT */
/*
 * Named pipes that the user has made: PATH.in for input and PATH.out for output, or one PATH for
 * both. Each is opened for reading and writing, so that neither a reader's nor a writer's end on
 * the other side matters: output waits for the next reader, input for the next writer.
 */
#include "qemu/osdep.h"

#include "chardev/char-fd.h"
#include "qapi/error.h"
#include "qemu/module.h"

static const char *const pipe_params[] = { "path", NULL };

static int open_pipe(const char *path)
{
    return open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

static bool pipe_chr_open(Chardev *chr, const KeyVal *opts, Error **errp)
{
    const char *path = keyval_get(opts, "path");

    if (!path || !*path) {
        error_setg(errp, "character device 'pipe' needs path=PIPE");
        return false;
    }
    g_autofree char *in = g_strconcat(path, ".in", NULL);
    g_autofree char *out = g_strconcat(path, ".out", NULL);
    int fd_in = open_pipe(in), fd_out = open_pipe(out);

    if (fd_in < 0 || fd_out < 0) {
        if (fd_in >= 0) {
            close(fd_in);
        }
        if (fd_out >= 0) {
            close(fd_out);
        }
        if ((fd_in = fd_out = open_pipe(path)) < 0) {
            error_setg_errno(errp, errno, "can open neither the pair '%s' and '%s' nor '%s'", in,
                             out, path);
            return false;
        }
    }
    fd_chr_open(CHARDEV_FD(chr), fd_in, fd_out);
    qemu_chr_set_filename(chr, g_strdup_printf("pipe:%s", path));
    return true;
}

static void pipe_chr_class_init(ObjectClass *klass, const void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(klass);
    cc->internal = false;
    cc->params = pipe_params;
    cc->short_param = "path";
    cc->chr_open = pipe_chr_open;
}

static const TypeInfo pipe_chr_type = {
    .name = TYPE_CHARDEV_PIPE,
    .parent = TYPE_CHARDEV_FD,
    .class_init = pipe_chr_class_init,
};

static void pipe_chr_register_types(void)
{
    type_register_static(&pipe_chr_type);
}

type_init(pipe_chr_register_types)
