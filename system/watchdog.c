/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qemu/error-report.h"
#include "system/runstate.h"
#include "system/watchdog.h"

static const char *const names[] = {
    [WATCHDOG_ACTION_RESET] = "reset",       [WATCHDOG_ACTION_SHUTDOWN] = "shutdown",
    [WATCHDOG_ACTION_POWEROFF] = "poweroff", [WATCHDOG_ACTION_PAUSE] = "pause",
    [WATCHDOG_ACTION_DEBUG] = "debug",       [WATCHDOG_ACTION_NONE] = "none",
};

static WatchdogAction action; /* set by the command line and the monitor */

WatchdogAction get_watchdog_action(void)
{
    return action;
}

bool select_watchdog_action(const char *name, Error **errp)
{
    for (int n = 0; n < ARRAY_SIZE(names); n++) {
        if (strcmp(name, names[n]) == 0) {
            action = n;
            return true;
        }
    }
    if (strcmp(name, "inject-nmi") == 0) {
        error_setg(errp, "watchdog action 'inject-nmi' is not supported: no machine has an NMI");
        return false;
    }
    error_setg(errp,
               "unknown watchdog action '%s'; there are: reset, shutdown, poweroff, pause, "
               "debug, none",
               name);
    return false;
}

void watchdog_perform_action(void)
{
    switch (action) {
    case WATCHDOG_ACTION_RESET:
        qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
        break;
    case WATCHDOG_ACTION_SHUTDOWN:
        qemu_system_powerdown_request();
        break;
    case WATCHDOG_ACTION_POWEROFF:
        qemu_system_shutdown_request(SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
        break;
    case WATCHDOG_ACTION_PAUSE:
        qemu_system_vmstop_request(RUN_STATE_WATCHDOG);
        break;
    case WATCHDOG_ACTION_DEBUG:
        info_report("watchdog: timer fired");
        break;
    case WATCHDOG_ACTION_NONE:
        break;
    }
}
