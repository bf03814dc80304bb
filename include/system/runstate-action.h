/* SPDX-License-Identifier: MIT */
/* What to do on a guest's reboot, shutdown or panic: -action, -no-reboot, -no-shutdown. (BQL) */
#ifndef SYSTEM_RUNSTATE_ACTION_H
#define SYSTEM_RUNSTATE_ACTION_H

typedef enum RebootAction {
    REBOOT_ACTION_RESET,
    REBOOT_ACTION_SHUTDOWN,
} RebootAction;

typedef enum ShutdownAction {
    SHUTDOWN_ACTION_POWEROFF,
    SHUTDOWN_ACTION_PAUSE, /* stay, stopped, for the monitor */
} ShutdownAction;

typedef enum PanicAction {
    PANIC_ACTION_PAUSE,
    PANIC_ACTION_SHUTDOWN,
    PANIC_ACTION_EXIT_FAILURE,
    PANIC_ACTION_NONE,
} PanicAction;

extern RebootAction reboot_action;
extern ShutdownAction shutdown_action;
extern PanicAction panic_action;

#endif
