/* SPDX-License-Identifier: MIT */
/* Firmware, what it is stored in, and what it gets to see: -L, -pflash and -drive if=pflash,
 * -fw_cfg files and the -uuid. */
#include "qemu/osdep.h"

#include "hw/nvram/fw_cfg.h"
#include "qapi/error.h"
#include "qemu/datadir.h"
#include "qemu/error-report.h"
#include "qemu/readfile.h"
#include "qemu/uuid.h"
#include "system/blockdev.h"

#include "launch.h"

bool opt_data_dir(Launch *l, const char *arg, Error **errp)
{
    if (strcmp(arg, "help") == 0 || strcmp(arg, "?") == 0) {
        qemu_add_default_firmwarepath(error_get_progname());
        qemu_list_data_dirs();
        l->done = true;
        return true;
    }
    qemu_add_data_dir(arg);
    return true;
}

/* The next free bank. */
bool opt_pflash(Launch *l, const char *arg, Error **errp)
{
    return drive_add(IF_PFLASH, -1, arg, false, errp);
}

static bool check_drive(const KeyVal *kv, Error **errp)
{
    static const char *const known[] = { "if",    "file",     "format",    "unit", "index",
                                         "bus",   "readonly", "read-only", "id",   "cache",
                                         "media", "snapshot", NULL };
    static const char *const interfaces[] = { "none", "ide", "scsi",   "floppy", "pflash",
                                              "mtd",  "sd",  "virtio", "xen",    NULL };
    const char *interface = keyval_get(kv, "if");
    const char *format = keyval_get(kv, "format");
    bool snapshot = false;

    if (!keyval_check_keys(kv, known, "-drive", errp) ||
        !keyval_get_bool(kv, "snapshot", &snapshot, errp)) {
        return false;
    }
    if (interface && !g_strv_contains(interfaces, interface)) {
        g_autofree char *hint = did_you_mean(interface, interfaces);
        error_setg(errp, "if=%s: unknown interface%s", interface, hint);
        return false;
    }
    if (g_strcmp0(interface, "pflash")) {
        error_setg(errp, "disks (if=%s) are not supported yet; there is: if=pflash",
                   interface ? interface : "virtio");
        return false;
    }
    if (format && strcmp(format, "raw")) {
        error_setg(errp, "format '%s' is not supported yet for flash: use format=raw", format);
        return false;
    }
    if (snapshot) {
        error_setg(errp, "snapshot=on is not supported yet: use a copy of the file");
        return false;
    }
    if (!keyval_get(kv, "file")) {
        error_setg(errp, "file=FILE is missing");
        return false;
    }
    return true;
}

bool opt_drive(Launch *l, const char *arg, Error **errp)
{
    g_autoptr(KeyVal) kv = keyval_parse(arg, NULL, errp);
    bool read_only = false;
    uint64_t unit = 0, bus = 0;

    if (!kv || !check_drive(kv, errp) || !keyval_get_bool(kv, "read-only", &read_only, errp) ||
        !keyval_get_bool(kv, "readonly", &read_only, errp) ||
        !keyval_get_uint(kv, "bus", 0, &bus, errp) ||
        !keyval_get_uint(kv, "index", INT_MAX, &unit, errp) ||
        !keyval_get_uint(kv, "unit", INT_MAX, &unit, errp)) {
        return false;
    }
    return drive_add(IF_PFLASH, keyval_get(kv, "unit") || keyval_get(kv, "index") ? (int)unit : -1,
                     keyval_get(kv, "file"), read_only, errp);
}

bool opt_uuid(Launch *l, const char *arg, Error **errp)
{
    if (qemu_uuid_parse(arg, &qemu_uuid) < 0) {
        error_setg(errp, "not a UUID, as in -uuid 550e8400-e29b-41d4-a716-446655440000");
        return false;
    }
    return true;
}

/* [name=]NAME,file=FILE or [name=]NAME,string=TEXT */
bool opt_fw_cfg(Launch *l, const char *arg, Error **errp)
{
    static const char *const known[] = { "name", "file", "string", NULL };
    g_autoptr(KeyVal) kv = keyval_parse(arg, "name", errp);

    if (!kv || !keyval_check_keys(kv, known, "-fw_cfg", errp)) {
        return false;
    }
    if (!keyval_get(kv, "name")) {
        error_setg(errp, "a name is missing, as in -fw_cfg name=opt/org.example/key,string=TEXT");
        return false;
    }
    if (!keyval_get(kv, "file") == !keyval_get(kv, "string")) {
        error_setg(errp, "exactly one of file= and string= is needed");
        return false;
    }
    g_ptr_array_add(l->fw_cfg, g_steal_pointer(&kv));
    return true;
}

static bool add_fw_cfg(FWCfgState *s, const KeyVal *kv, Error **errp)
{
    const char *name = keyval_get(kv, "name");
    const char *file = keyval_get(kv, "file");
    const char *string = keyval_get(kv, "string");
    void *data;
    size_t len;

    if (file) {
        data = qemu_read_file("fw_cfg file", file, SSIZE_MAX - 1, &len, errp);
        if (!data) {
            return false;
        }
    } else {
        data = g_strdup(string);
        len = strlen(string); /* without the NUL */
    }
    if (!fw_cfg_add_user_file(s, name, data, len, errp)) {
        g_free(data);
        return false;
    }
    if (!g_str_has_prefix(name, "opt/")) {
        warn_report("externally provided fw_cfg item names should be prefixed with \"opt/\"");
    }
    return true;
}

bool launch_add_fw_cfg(Launch *l, Error **errp)
{
    ERRP_GUARD();
    FWCfgState *s = fw_cfg_find();

    if (l->fw_cfg->len && !s) {
        error_setg(errp, "-fw_cfg: this machine has no fw_cfg device");
        return false;
    }
    for (guint i = 0; i < l->fw_cfg->len; i++) {
        if (!add_fw_cfg(s, g_ptr_array_index(l->fw_cfg, i), errp)) {
            error_prepend(errp, "-fw_cfg: ");
            return false;
        }
    }
    return true;
}
