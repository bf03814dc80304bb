/* SPDX-License-Identifier: MIT */
/* -icount: time by counted instructions. */
#include "qemu/osdep.h"

#include "launch.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "system/cpu-timers.h"

static bool parse_shift(const char *text, ICountConfig *c, Error **errp)
{
    uint64_t shift;

    c->is_auto = !strcmp(text, "auto");
    if (c->is_auto) {
        return true;
    }
    if (qemu_strtou64(text, NULL, 10, &shift) < 0 || shift > 10) {
        error_setg(errp, "shift=%s: must be 0 to 10 (an instruction takes 2^N ns) or auto", text);
        return false;
    }
    c->shift = shift;
    return true;
}

bool opt_icount(Launch *l, const char *arg, Error **errp)
{
    static const char *const known[] = { "shift", "align", "sleep", NULL };
    g_autoptr(KeyVal) kv = keyval_parse(arg, "shift", errp);
    ICountConfig c = { .on = true, .sleep = true };

    if (!kv || !keyval_check_keys(kv, known, "-icount", errp) ||
        !keyval_get_bool(kv, "align", &c.align, errp) ||
        !keyval_get_bool(kv, "sleep", &c.sleep, errp)) {
        return false;
    }
    if (c.align && !keyval_get(kv, "shift")) {
        error_setg(errp, "align=on needs shift=N, the pace that is to be kept: 0 to 10");
        return false;
    }
    if (!parse_shift(keyval_get(kv, "shift") ? keyval_get(kv, "shift") : "auto", &c, errp)) {
        return false;
    }
    if (c.align && c.is_auto) {
        error_setg(errp, "shift=auto and align=on are incompatible");
        return false;
    }
    if (c.align && !c.sleep) {
        error_setg(errp, "align=on and sleep=off are incompatible");
        return false;
    }
    icount_config = c;
    return true;
}
