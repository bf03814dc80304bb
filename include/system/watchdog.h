/* SPDX-License-Identifier: MIT */
/* What happens when a watchdog of the machine fires: -watchdog-action. Under the BQL. */
#ifndef SYSTEM_WATCHDOG_H
#define SYSTEM_WATCHDOG_H

#include "qapi/error.h"
#include "qapi/qapi-types-run-state.h"

WatchdogAction get_watchdog_action(void);

/* Choose the action by its name; false with *errp set if there is none of that name. */
bool select_watchdog_action(const char *name, Error **errp);

/* For the watchdog's model: the time is over. */
void watchdog_perform_action(void);

#endif
