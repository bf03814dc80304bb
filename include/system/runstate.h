/* SPDX-License-Identifier: MIT */
/*
 * Run states: is the machine running, and if not, why; requests to stop, reset and shut it down.
 *
 * Requests may come from any thread; the main loop carries them out, under the big lock. All other
 * functions need the big lock.
 */
#ifndef SYSTEM_RUNSTATE_H
#define SYSTEM_RUNSTATE_H

#include "qemu/osdep.h"
/* RunState and ShutdownCause are types of the monitor protocol: see qapi/run-state.json. */
#include "qapi/qapi-types-run-state.h"
#include "qemu/notify.h"

static inline bool shutdown_caused_by_guest(ShutdownCause cause)
{
    return cause >= SHUTDOWN_CAUSE_GUEST_SHUTDOWN;
}

/* --- The state --- */

RunState runstate_get(void);
void runstate_set(RunState state);
bool runstate_check(RunState state);
/* Also without the big lock, as a hint. */
bool runstate_is_running(void);
/* Running, or standing for a moment in the course of it. */
bool runstate_is_live(RunState state);
/* Continuing makes no sense without a reset. */
bool runstate_needs_reset(void);

/* --- Watching it --- */

typedef void VMChangeStateHandler(void *opaque, bool running, RunState state);
typedef struct VMChangeStateEntry VMChangeStateEntry;

/* @cb is called before the vCPUs run and after they have stopped: when starting by rising priority,
 * when stopping by falling. The first form is priority 0. */
VMChangeStateEntry *qemu_add_vm_change_state_handler(VMChangeStateHandler *cb, void *opaque);
VMChangeStateEntry *qemu_add_vm_change_state_handler_prio(VMChangeStateHandler *cb, void *opaque,
                                                          int priority);
/* Also from inside a handler. */
void qemu_del_vm_change_state_handler(VMChangeStateEntry *e);
void vm_state_notify(bool running, RunState state);

/* --- Running and stopping --- */

void vm_start(void);
/* All of vm_start() but the vCPUs: for starting under a debugger. False if it runs already. */
bool vm_prepare_start(void);
/* Stop with @state as the reason. From a vCPU's thread this is a request, carried out when the vCPU
 * comes out of guest code; else all vCPUs stand on return. 0 or -errno. */
int vm_stop(RunState state);
/* Stop if it runs; in any case @state is the state then. */
int vm_stop_force_state(RunState state);
/* The end: as a stop, and nobody is told that it could go on. */
void vm_shutdown(void);

/* --- Requests --- */

void qemu_system_shutdown_request(ShutdownCause cause);
void qemu_system_shutdown_request_with_code(ShutdownCause cause, int exit_code);
/* A reset; a shutdown under -no-reboot. */
void qemu_system_reset_request(ShutdownCause cause);
/* The power button. */
void qemu_system_powerdown_request(void);
void qemu_system_suspend_request(void);
void qemu_system_wakeup_request(void);
void qemu_system_vmstop_request(RunState state);
void qemu_system_debug_request(void);
/* A signal asks for the end. May be called by its handler. */
void qemu_system_killed(int signal, pid_t pid);
void qemu_system_guest_panicked(void);

/* The cause of a pending request, SHUTDOWN_CAUSE_NONE without. */
ShutdownCause qemu_shutdown_requested_get(void);
ShutdownCause qemu_reset_requested_get(void);
/* Whether there has ever been a request for a shutdown or a reset, carried out by now or not. */
bool qemu_end_was_requested(void);
bool qemu_wakeup_suspend_enabled(void);
void qemu_register_wakeup_support(void);

/* @notifier gets: nothing; nothing; nothing; a ShutdownCause *. */
void qemu_register_powerdown_notifier(Notifier *notifier);
void qemu_register_suspend_notifier(Notifier *notifier);
void qemu_register_wakeup_notifier(Notifier *notifier);
void qemu_register_shutdown_notifier(Notifier *notifier);

/* Reset all that is registered for it. The vCPUs stand. */
void qemu_system_reset(ShutdownCause cause);

/* Run the main loop until the machine is to end; the exit status. */
int qemu_main_loop(void);

#endif
