/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qapi/qapi-events-run-state.h"
#include "qemu/error-report.h"
#include "system/runstate.h"
#include "system/watchdog.h"

static WatchdogAction action; /* set by the command line and the monitor */

WatchdogAction get_watchdog_action(void)
{
    return action;
}

bool select_watchdog_action(const char *name, Error **errp)
{
    int value = qapi_enum_parse(&WatchdogAction_lookup, name, -1, NULL);

    if (value == WATCHDOG_ACTION_INJECT_NMI) {
        error_setg(errp, "watchdog action 'inject-nmi' is not supported: no machine has an NMI");
        return false;
    }
    if (value < 0) {
        error_setg(errp,
                   "unknown watchdog action '%s'; there are: reset, shutdown, poweroff, pause, "
                   "debug, none",
                   name);
        return false;
    }
    action = (WatchdogAction)value;
    return true;
}

void watchdog_perform_action(void)
{
    qapi_event_send_watchdog(action);
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
    case WATCHDOG_ACTION_INJECT_NMI: /* can not be selected */
    case WATCHDOG_ACTION__MAX:
        break;
    }
}
