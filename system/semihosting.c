/* SPDX-License-Identifier: MIT */
/* Semihosting settings; see semihosting/semihost.h. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "semihosting/semihost.h"

static struct {
    bool enabled;
    bool userspace;
    SemihostingTarget target;
    GPtrArray *args; /* of char, NULL until the first */
    char *cmdline;   /* the arguments joined; built on demand */
    char *chardev_id;
    Chardev *chardev;
} semihosting;

bool semihosting_enabled(bool is_user)
{
    return semihosting.enabled && (!is_user || semihosting.userspace);
}

SemihostingTarget semihosting_get_target(void)
{
    return semihosting.target;
}

int semihosting_get_argc(void)
{
    return semihosting.args ? semihosting.args->len : 0;
}

const char *semihosting_get_arg(int i)
{
    return i >= 0 && i < semihosting_get_argc() ? g_ptr_array_index(semihosting.args, i) : NULL;
}

static void add_arg(const char *arg)
{
    if (!semihosting.args) {
        semihosting.args = g_ptr_array_new_with_free_func(g_free);
    }
    g_ptr_array_add(semihosting.args, g_strdup(arg));
    g_free(semihosting.cmdline);
    semihosting.cmdline = NULL;
}

const char *semihosting_get_cmdline(void)
{
    if (!semihosting.cmdline) {
        GString *line = g_string_new(NULL);
        for (int i = 0; i < semihosting_get_argc(); i++) {
            g_string_append_printf(line, "%s%s", i ? " " : "", semihosting_get_arg(i));
        }
        semihosting.cmdline = g_string_free(line, false);
    }
    return semihosting.cmdline;
}

void semihosting_arg_fallback(const char *file, const char *cmd)
{
    if (!semihosting.enabled || semihosting_get_argc() > 0) {
        return;
    }
    add_arg(file);
    g_auto(GStrv) words = g_strsplit(cmd ? cmd : "", " ", -1);
    for (char **word = words; *word; word++) {
        if (**word) {
            add_arg(*word);
        }
    }
}

Chardev *semihosting_get_chardev(void)
{
    return semihosting.chardev;
}

void qemu_semihosting_enable(void)
{
    semihosting.enabled = true;
}

static bool set_target(const char *text, Error **errp)
{
    if (!text) {
        return true;
    }
    if (!strcmp(text, "native")) {
        semihosting.target = SEMIHOSTING_TARGET_NATIVE;
    } else if (!strcmp(text, "auto")) {
        semihosting.target = SEMIHOSTING_TARGET_AUTO;
    } else if (!strcmp(text, "gdb")) {
        error_setg(errp, "target=gdb is not supported yet; there are: native, auto");
        return false;
    } else {
        error_setg(errp, "unknown target '%s'; there are: native, auto", text);
        return false;
    }
    return true;
}

bool qemu_semihosting_configure(const KeyVal *kv, Error **errp)
{
    static const char *const known[] = { "enable", "target", "userspace", "chardev", "arg", NULL };
    bool enable = true;

    if (!keyval_check_keys(kv, known, "-semihosting-config", errp) ||
        !keyval_get_bool(kv, "enable", &enable, errp) ||
        !keyval_get_bool(kv, "userspace", &semihosting.userspace, errp) ||
        !set_target(keyval_get(kv, "target"), errp)) {
        return false;
    }
    semihosting.enabled = enable;
    for (size_t i = 0; i < keyval_count(kv); i++) {
        if (!strcmp(keyval_key(kv, i), "arg")) {
            add_arg(keyval_value(kv, i));
        } else if (!strcmp(keyval_key(kv, i), "chardev")) {
            g_free(semihosting.chardev_id);
            semihosting.chardev_id = g_strdup(keyval_value(kv, i));
        }
    }
    return true;
}

bool qemu_semihosting_chardev_init(Error **errp)
{
    if (!semihosting.chardev_id) {
        return true;
    }
    semihosting.chardev = qemu_chr_find(semihosting.chardev_id);
    if (!semihosting.chardev) {
        error_setg(errp, "-semihosting-config: there is no character device with id '%s'",
                   semihosting.chardev_id);
        return false;
    }
    return true;
}
