/* SPDX-License-Identifier: MIT */
/* Options for debugging and for what happens at the end of a run. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qemu/log.h"
#include "semihosting/semihost.h"
#include "system/runstate-action.h"
#include "system/watchdog.h"

#include "launch.h"

/* --- the log --- */

bool opt_log_items(Launch *l, const char *arg, Error **errp)
{
    int mask;

    if (!strcmp(arg, "help") || !strcmp(arg, "?")) {
        qemu_print_log_usage(stdout);
        l->done = true;
        return true;
    }
    if (!qemu_parse_log_mask(arg, &mask, errp)) {
        return false;
    }
    g_free(l->log_items);
    l->log_items = g_strdup(arg);
    return true;
}

bool opt_log_file(Launch *l, const char *arg, Error **errp)
{
    g_free(l->log_file);
    l->log_file = g_strdup(arg);
    return true;
}

bool opt_log_filter(Launch *l, const char *arg, Error **errp)
{
    g_free(l->log_filter);
    l->log_filter = g_strdup(arg);
    return qemu_set_dfilter_ranges(arg, errp);
}

bool launch_debug_setup(const Launch *l, Error **errp)
{
    ERRP_GUARD();
    int mask = 0;

    if (l->log_items && !qemu_parse_log_mask(l->log_items, &mask, errp)) {
        return false;
    }
    if (l->log_file && !qemu_set_log_filename(l->log_file, errp)) {
        error_prepend(errp, "-D %s: ", l->log_file);
        return false;
    }
    return mask == 0 || qemu_set_log(mask, errp);
}

/* --- semihosting --- */

bool opt_semihosting(Launch *l, const char *arg, Error **errp)
{
    qemu_semihosting_enable();
    return true;
}

bool opt_semihosting_config(Launch *l, const char *arg, Error **errp)
{
    g_autoptr(KeyVal) kv = keyval_parse(arg, "enable", errp);
    return kv && qemu_semihosting_configure(kv, errp);
}

/* --- the end of a run --- */

bool opt_no_reboot(Launch *l, const char *arg, Error **errp)
{
    reboot_action = REBOOT_ACTION_SHUTDOWN;
    return true;
}

bool opt_no_shutdown(Launch *l, const char *arg, Error **errp)
{
    shutdown_action = SHUTDOWN_ACTION_PAUSE;
    return true;
}

bool opt_watchdog_action(Launch *l, const char *arg, Error **errp)
{
    return select_watchdog_action(arg, errp);
}

/* The index of @value among the NULL-terminated @choices, or -1 and *errp. */
static int choose(const char *event, const char *value, const char *const *choices, Error **errp)
{
    for (int i = 0; choices[i]; i++) {
        if (!strcmp(value, choices[i])) {
            return i;
        }
    }
    g_autofree char *list = g_strjoinv(", ", (char **)choices);
    error_setg(errp, "%s=%s: unknown action; there are: %s", event, value, list);
    return -1;
}

static bool set_action(const char *event, const char *value, Error **errp)
{
    static const char *const reboot[] = { "reset", "shutdown", NULL };
    static const char *const shutdown[] = { "poweroff", "pause", NULL };
    static const char *const panic[] = { "pause", "shutdown", "exit-failure", "none", NULL };
    int choice;

    if (!strcmp(event, "watchdog")) {
        return select_watchdog_action(value, errp);
    }
    if (!strcmp(event, "reboot")) {
        choice = choose(event, value, reboot, errp);
        reboot_action = choice == 1 ? REBOOT_ACTION_SHUTDOWN : REBOOT_ACTION_RESET;
    } else if (!strcmp(event, "shutdown")) {
        choice = choose(event, value, shutdown, errp);
        shutdown_action = choice == 1 ? SHUTDOWN_ACTION_PAUSE : SHUTDOWN_ACTION_POWEROFF;
    } else {
        static const PanicAction actions[] = { PANIC_ACTION_PAUSE, PANIC_ACTION_SHUTDOWN,
                                               PANIC_ACTION_EXIT_FAILURE, PANIC_ACTION_NONE };
        choice = choose(event, value, panic, errp);
        panic_action = choice >= 0 ? actions[choice] : panic_action;
    }
    return choice >= 0;
}

bool opt_action(Launch *l, const char *arg, Error **errp)
{
    static const char *const known[] = { "reboot", "shutdown", "panic", "watchdog", NULL };
    g_autoptr(KeyVal) kv = keyval_parse(arg, NULL, errp);

    if (!kv || !keyval_check_keys(kv, known, "-action", errp)) {
        return false;
    }
    for (size_t i = 0; i < keyval_count(kv); i++) {
        if (!set_action(keyval_key(kv, i), keyval_value(kv, i), errp)) {
            return false;
        }
    }
    return true;
}
