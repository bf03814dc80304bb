/* SPDX-License-Identifier: MIT */
/* What to do on a guest's reboot, shutdown or panic: -action, -no-reboot, -no-shutdown. (BQL) */
#ifndef SYSTEM_RUNSTATE_ACTION_H
#define SYSTEM_RUNSTATE_ACTION_H

#include "qapi/qapi-types-run-state.h"

extern RebootAction reboot_action;
extern ShutdownAction shutdown_action;
extern PanicAction panic_action;

#endif
