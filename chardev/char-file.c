/* SPDX-License-Identifier: MIT */
/* Output into a file; input, if asked for, from another. */
#include "qemu/osdep.h"

#include "chardev/char-fd.h"
#include "qapi/error.h"
#include "qemu/module.h"

static const char *const file_params[] = { "path", "append", "input-path", NULL };

static bool file_chr_open(Chardev *chr, const KeyVal *opts, Error **errp)
{
    const char *path = keyval_get(opts, "path");
    const char *input = keyval_get(opts, "input-path");
    bool append = false;
    int fd_in = -1;

    if (!path || !*path) {
        error_setg(errp, "character device 'file' needs path=FILE");
        return false;
    }
    if (!keyval_get_bool(opts, "append", &append, errp)) {
        return false;
    }
    int fd_out = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC), 0666);
    if (fd_out < 0) {
        error_setg_errno(errp, errno, "can not open '%s' for writing", path);
        return false;
    }
    if (input && (fd_in = open(input, O_RDONLY | O_NONBLOCK | O_CLOEXEC)) < 0) {
        error_setg_errno(errp, errno, "can not open '%s' for reading", input);
        close(fd_out);
        return false;
    }
    fd_chr_open(CHARDEV_FD(chr), fd_in, fd_out);
    qemu_chr_set_filename(chr, g_strdup_printf("file:%s", path));
    return true;
}

static void file_chr_class_init(ObjectClass *klass, const void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(klass);
    cc->internal = false;
    cc->params = file_params;
    cc->short_param = "path";
    cc->chr_open = file_chr_open;
}

static const TypeInfo file_chr_type = {
    .name = TYPE_CHARDEV_FILE,
    .parent = TYPE_CHARDEV_FD,
    .class_init = file_chr_class_init,
};

static void file_chr_register_types(void)
{
    type_register_static(&file_chr_type);
}

type_init(file_chr_register_types)
