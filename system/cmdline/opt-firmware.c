/* SPDX-License-Identifier: MIT */
/* What firmware gets to see: -fw_cfg files and the -uuid. */
#include "qemu/osdep.h"

#include "hw/nvram/fw_cfg.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/readfile.h"
#include "qemu/uuid.h"

#include "launch.h"

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

    if (!g_str_has_prefix(name, "opt/")) {
        warn_report("externally provided fw_cfg item names should be prefixed with \"opt/\"");
    }
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
