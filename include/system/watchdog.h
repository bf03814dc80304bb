/* SPDX-License-Identifier: MIT */
/* What happens when a watchdog of the machine fires: -watchdog-action. Under the BQL. */
#ifndef SYSTEM_WATCHDOG_H
#define SYSTEM_WATCHDOG_H

#include "qapi/error.h"

typedef enum WatchdogAction {
    WATCHDOG_ACTION_RESET,    /* the default */
    WATCHDOG_ACTION_SHUTDOWN, /* as by the power button */
    WATCHDOG_ACTION_POWEROFF, /* at once */
    WATCHDOG_ACTION_PAUSE,
    WATCHDOG_ACTION_DEBUG, /* a message only */
    WATCHDOG_ACTION_NONE,
} WatchdogAction;

WatchdogAction get_watchdog_action(void);

/* Choose the action by its name; false with *errp set if there is none of that name. */
bool select_watchdog_action(const char *name, Error **errp);

/* For the watchdog's model: the time is over. */
void watchdog_perform_action(void);

#endif
