/* SPDX-License-Identifier: MIT */
/*
 * Options that connect the machine's lines to the host: -chardev, -serial, -monitor, -mon, and the
 * display options, which decide what happens to lines that nobody mentioned.
 *
 * Without a user interface the terminal is the display: unless -display none asks for silence, the
 * first serial line and the monitor share it, as QEMU does with -nographic.
 */
#include "qemu/osdep.h"

#include "chardev/char.h"
#include "monitor/monitor.h"
#include "qapi/error.h"
#include "system/system.h"

#include "launch.h"

/* In front of the argument of -qmp-pretty. */
#define QMP_PRETTY '+'

/* --- handlers --- */

bool opt_chardev(Launch *l, const char *arg, Error **errp)
{
    g_autoptr(KeyVal) kv = keyval_parse(arg, "backend", errp);

    if (!kv) {
        return false;
    }
    if (keyval_wants_help(kv)) {
        qemu_chr_print_help();
        l->done = true;
        return true;
    }
    if (!keyval_get(kv, "backend")) {
        error_setg(errp, "a backend is missing, as in -chardev stdio,id=NAME");
        return false;
    }
    g_ptr_array_add(l->chardevs, g_steal_pointer(&kv));
    return true;
}

bool opt_serial(Launch *l, const char *arg, Error **errp)
{
    g_ptr_array_add(l->serials, g_strdup(arg));
    return true;
}

bool opt_monitor(Launch *l, const char *arg, Error **errp)
{
    g_ptr_array_add(l->monitors, g_strdup(arg));
    return true;
}

bool opt_mon(Launch *l, const char *arg, Error **errp)
{
    static const char *const known[] = { "chardev", "mode", "pretty", "id", NULL };
    g_autoptr(KeyVal) kv = keyval_parse(arg, "chardev", errp);
    const char *mode;

    if (!kv || !keyval_check_keys(kv, known, "-mon", errp)) {
        return false;
    }
    if (!keyval_get(kv, "chardev")) {
        error_setg(errp, "a monitor needs a character device: chardev=ID");
        return false;
    }
    mode = keyval_get(kv, "mode");
    if (mode && strcmp(mode, "control") && strcmp(mode, "readline")) {
        error_setg(errp, "unknown mode '%s'; there are: readline, control", mode);
        return false;
    }
    bool pretty;
    if (!keyval_get_bool(kv, "pretty", &pretty, errp)) {
        return false;
    }
    g_ptr_array_add(l->mons, g_steal_pointer(&kv));
    return true;
}

bool opt_qmp(Launch *l, const char *arg, Error **errp)
{
    g_ptr_array_add(l->qmps, g_strdup(arg));
    return true;
}

bool opt_qmp_pretty(Launch *l, const char *arg, Error **errp)
{
    g_ptr_array_add(l->qmps, g_strdup_printf("%c%s", QMP_PRETTY, arg));
    return true;
}

bool opt_echr(Launch *l, const char *arg, Error **errp)
{
    g_autoptr(KeyVal) kv = keyval_new();
    uint64_t character = 0;

    keyval_set(kv, "escape", arg);
    if (!keyval_get_uint(kv, "escape", 255, &character, errp)) {
        return false;
    }
    qemu_chr_mux_set_escape(character);
    return true;
}

bool opt_nographic(Launch *l, const char *arg, Error **errp)
{
    l->nographic = true;
    return true;
}

bool opt_display(Launch *l, const char *arg, Error **errp)
{
    static const char *const planned[] = { "sdl",  "gtk",          "vnc",       "curses", "cocoa",
                                           "dbus", "egl-headless", "spice-app", NULL };
    static const char *const known[] = { "none", "sdl", "gtk", "vnc", "curses", "cocoa", NULL };
    g_autofree char *type = g_strndup(arg, strcspn(arg, ",="));

    if (!strcmp(type, "help") || !strcmp(type, "?")) {
        printf("Available display backend types:\nnone\n");
        l->done = true;
        return true;
    }
    if (g_strv_contains(planned, type)) {
        error_setg(errp, "display '%s' is not supported yet; there is: none", type);
        return false;
    }
    if (strcmp(type, "none")) {
        g_autofree char *hint = did_you_mean(type, known);
        error_setg(errp, "unknown display '%s'%s", type, *hint ? hint : "; there is: none");
        return false;
    }
    l->display_none = true;
    return true;
}

/* --- creation --- */

/* Lines that the command line does not mention; -nodefaults leaves them unconnected. */
static void add_default_lines(Launch *l)
{
    bool own_serial = l->serials->len > 0;
    bool own_monitor = l->monitors->len > 0 || l->mons->len > 0 || l->qmps->len > 0;
    bool on_terminal = l->nographic || !l->display_none;

    /* A test server on the terminal has it for itself; a test wants nothing else there. */
    if (!on_terminal || l->nodefaults || l->qtest || l->daemonize) {
        return;
    }
    /* A -chardev stdio, or any other use of the terminal, has taken it. */
    for (guint i = 0; i < l->chardevs->len; i++) {
        if (!g_strcmp0(keyval_get(g_ptr_array_index(l->chardevs, i), "backend"), "stdio")) {
            return;
        }
    }
    if (!own_serial && !own_monitor) {
        g_ptr_array_add(l->serials, g_strdup("mon:stdio"));
    } else if (!own_serial) {
        bool taken = false;
        for (guint i = 0; i < l->monitors->len; i++) {
            taken |= g_str_has_prefix(g_ptr_array_index(l->monitors, i), "stdio");
        }
        g_ptr_array_add(l->serials, g_strdup(taken ? "null" : "stdio,signal=off"));
    } else if (!own_monitor && l->nographic) {
        for (guint i = 0; i < l->serials->len; i++) {
            if (strstr(g_ptr_array_index(l->serials, i), "stdio")) {
                return;
            }
        }
        g_ptr_array_add(l->monitors, g_strdup("stdio"));
    }
}

/* A line in the short form; with "mon:" a monitor shares it. *chr is NULL for "none". */
static bool create_line(const char *option, const char *label, const char *spec, Chardev **chr,
                        Error **errp)
{
    ERRP_GUARD();

    *chr = qemu_chr_new(label, spec, errp);
    if (!*errp && *chr && qemu_chr_spec_has_monitor(spec)) {
        monitor_init_hmp(*chr, true, errp);
    }
    if (*errp) {
        error_prepend(errp, "%s %s: ", option, spec);
        return false;
    }
    return true;
}

static bool create_serials(Launch *l, Error **errp)
{
    for (guint i = 0; i < l->serials->len; i++) {
        g_autofree char *label = g_strdup_printf("serial%u", i);
        Chardev *chr;
        if (!create_line("-serial", label, g_ptr_array_index(l->serials, i), &chr, errp)) {
            return false;
        }
        serial_hd_add(chr);
    }
    return true;
}

static bool create_mon(const KeyVal *kv, Chardev *chr, Error **errp)
{
    bool pretty = false;

    if (!g_strcmp0(keyval_get(kv, "mode"), "control")) {
        return keyval_get_bool(kv, "pretty", &pretty, errp) && monitor_init_qmp(chr, pretty, errp);
    }
    return monitor_init_hmp(chr, true, errp);
}

static bool create_monitors(Launch *l, Error **errp)
{
    ERRP_GUARD();

    for (guint i = 0; i < l->monitors->len; i++) {
        const char *spec = g_ptr_array_index(l->monitors, i);
        const char *rest = qemu_chr_spec_has_monitor(spec) ? spec + strlen("mon:") : spec;
        g_autofree char *label = g_strdup_printf("compat_monitor%u", i);
        Chardev *chr;
        if (!create_line("-monitor", label, rest, &chr, errp)) {
            return false;
        }
        if (chr && !monitor_init_hmp(chr, true, errp)) {
            error_prepend(errp, "-monitor %s: ", spec);
            return false;
        }
    }
    for (guint i = 0; i < l->mons->len; i++) {
        const char *id = keyval_get(g_ptr_array_index(l->mons, i), "chardev");
        Chardev *chr = qemu_chr_find(id);
        if (!chr) {
            error_setg(errp, "-mon %s: there is no character device with id '%s'", id, id);
            return false;
        }
        if (!create_mon(g_ptr_array_index(l->mons, i), chr, errp)) {
            error_prepend(errp, "-mon %s: ", id);
            return false;
        }
    }
    return true;
}

static bool create_qmps(Launch *l, Error **errp)
{
    ERRP_GUARD();

    for (guint i = 0; i < l->qmps->len; i++) {
        const char *spec = g_ptr_array_index(l->qmps, i);
        bool pretty = *spec == QMP_PRETTY;
        /* Programs look for this label. */
        g_autofree char *label = g_strdup_printf("compat_monitor%u", l->monitors->len + i);
        Chardev *chr;
        spec += pretty;
        if (!create_line("-qmp", label, spec, &chr, errp)) {
            return false;
        }
        if (chr && !monitor_init_qmp(chr, pretty, errp)) {
            error_prepend(errp, "-qmp %s: ", spec);
            return false;
        }
    }
    return true;
}

bool launch_create_chardevs(Launch *l, Error **errp)
{
    ERRP_GUARD();

    add_default_lines(l);
    for (guint i = 0; i < l->chardevs->len; i++) {
        const KeyVal *kv = g_ptr_array_index(l->chardevs, i);
        if (!qemu_chr_new_from_opts(kv, errp)) {
            const char *id = keyval_get(kv, "id");
            error_prepend(errp, "-chardev %s%s%s: ", keyval_get(kv, "backend"), id ? ",id=" : "",
                          id ? id : "");
            return false;
        }
    }
    return create_serials(l, errp) && create_monitors(l, errp) && create_qmps(l, errp);
}
