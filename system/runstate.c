/* SPDX-License-Identifier: MIT */
/*
 * The machine's run state, and requests to change it.
 *
 * A request is an atomic word that any thread (for some: a signal handler) sets, followed by a wake
 * of the main loop, which takes the word by an exchange and acts under the big lock. A vCPU that
 * asks also stops itself, so that no guest code runs beyond what asked.
 */

#include "qemu/osdep.h"

#include "qapi/qapi-events-run-state.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "system/cpu-timers.h"
#include "system/cpus.h"
#include "system/reset.h"
#include "system/runstate-action.h"
#include "system/runstate.h"

RebootAction reboot_action = REBOOT_ACTION_RESET;
ShutdownAction shutdown_action = SHUTDOWN_ACTION_POWEROFF;
PanicAction panic_action = PANIC_ACTION_SHUTDOWN;

static RunState current_state = RUN_STATE_PRELAUNCH; /* atomic; written under the BQL */

#define NO_STOP RUN_STATE__MAX

/* All atomic. */
static struct {
    int shutdown; /* ShutdownCause */
    int reset;    /* ShutdownCause */
    int exit_code;
    int stop; /* RunState, NO_STOP: none */
    bool powerdown, suspend, wakeup, debug;
    bool ended;    /* there has been one for shutdown or reset */
    int killed_by; /* signal */
    pid_t killer;
} requests = { .stop = NO_STOP };

static NotifierList powerdown_notifiers = NOTIFIER_LIST_INITIALIZER(powerdown_notifiers);
static NotifierList suspend_notifiers = NOTIFIER_LIST_INITIALIZER(suspend_notifiers);
static NotifierList wakeup_notifiers = NOTIFIER_LIST_INITIALIZER(wakeup_notifiers);
static NotifierList shutdown_notifiers = NOTIFIER_LIST_INITIALIZER(shutdown_notifiers);
static bool wakeup_supported;

/* --- The state --- */

RunState runstate_get(void)
{
    return qatomic_read(&current_state);
}

void runstate_set(RunState state)
{
    assert(bql_locked() && state < RUN_STATE__MAX);
    qatomic_set(&current_state, state);
}

bool runstate_check(RunState state)
{
    return runstate_get() == state;
}

bool runstate_is_running(void)
{
    return runstate_check(RUN_STATE_RUNNING);
}

bool runstate_is_live(RunState state)
{
    return state == RUN_STATE_RUNNING || state == RUN_STATE_SUSPENDED;
}

bool runstate_needs_reset(void)
{
    return runstate_check(RUN_STATE_INTERNAL_ERROR) || runstate_check(RUN_STATE_SHUTDOWN);
}

/* --- Running and stopping --- */

bool vm_prepare_start(void)
{
    assert(bql_locked());
    if (runstate_is_running()) {
        return false;
    }
    qatomic_set(&requests.debug, false); /* of the last run: nothing has run since */
    cpu_enable_ticks();
    runstate_set(RUN_STATE_RUNNING);
    vm_state_notify(true, RUN_STATE_RUNNING);
    qapi_event_send_resume();
    return true;
}

void vm_start(void)
{
    if (vm_prepare_start()) {
        resume_all_vcpus();
    }
}

/* @tell: send an event, unless the end of the program says it all. */
static int do_vm_stop(RunState state, bool tell)
{
    assert(bql_locked());
    if (runstate_is_running()) {
        runstate_set(state);
        cpu_disable_ticks();
        pause_all_vcpus();
        vm_state_notify(false, state);
        if (tell) {
            qapi_event_send_stop();
        }
    }
    return 0;
}

int vm_stop(RunState state)
{
    if (qemu_in_vcpu_thread()) {
        qemu_system_vmstop_request(state);
        cpu_stop_current();
        return 0;
    }
    return do_vm_stop(state, true);
}

int vm_stop_force_state(RunState state)
{
    if (runstate_is_running()) {
        return vm_stop(state);
    }
    runstate_set(state);
    return 0;
}

void vm_shutdown(void)
{
    do_vm_stop(RUN_STATE_SHUTDOWN, false);
}

void qemu_system_reset(ShutdownCause cause)
{
    assert(bql_locked());
    qemu_devices_reset(cause == SHUTDOWN_CAUSE_SNAPSHOT_LOAD ? RESET_TYPE_SNAPSHOT_LOAD
                                                             : RESET_TYPE_COLD);
}

/* --- Requests --- */

void qemu_system_shutdown_request(ShutdownCause cause)
{
    qatomic_set(&requests.ended, true);
    qatomic_set(&requests.shutdown, (int)cause);
    cpu_stop_current();
    qemu_notify_event();
}

void qemu_system_shutdown_request_with_code(ShutdownCause cause, int exit_code)
{
    qatomic_set(&requests.exit_code, exit_code);
    qemu_system_shutdown_request(cause);
}

void qemu_system_reset_request(ShutdownCause cause)
{
    qatomic_set(&requests.ended, true);
    if (reboot_action == REBOOT_ACTION_SHUTDOWN && cause != SHUTDOWN_CAUSE_SUBSYSTEM_RESET) {
        qatomic_set(&requests.shutdown, (int)cause);
    } else {
        qatomic_set(&requests.reset, (int)cause);
    }
    cpu_stop_current();
    qemu_notify_event();
}

void qemu_system_killed(int signal, pid_t pid)
{
    qatomic_set(&requests.killer, pid);
    qatomic_set(&requests.killed_by, signal);
    /* Whatever -no-shutdown says: see take_shutdown(). */
    qatomic_store_release(&requests.shutdown, SHUTDOWN_CAUSE_HOST_SIGNAL);
    qemu_notify_event();
}

void qemu_system_powerdown_request(void)
{
    qatomic_set(&requests.powerdown, true);
    qemu_notify_event();
}

void qemu_system_suspend_request(void)
{
    if (!runstate_check(RUN_STATE_SUSPENDED)) {
        qatomic_set(&requests.suspend, true);
        cpu_stop_current();
        qemu_notify_event();
    }
}

void qemu_system_wakeup_request(void)
{
    if (runstate_check(RUN_STATE_SUSPENDED)) {
        qatomic_set(&requests.wakeup, true);
        qemu_notify_event();
    }
}

void qemu_system_vmstop_request(RunState state)
{
    qatomic_set(&requests.stop, (int)state);
    qemu_notify_event();
}

void qemu_system_debug_request(void)
{
    qatomic_set(&requests.debug, true);
    cpu_stop_current();
    qemu_notify_event();
}

void qemu_system_guest_panicked(void)
{
    static const GuestPanicAction told[PANIC_ACTION__MAX] = {
        [PANIC_ACTION_PAUSE] = GUEST_PANIC_ACTION_PAUSE,
        [PANIC_ACTION_SHUTDOWN] = GUEST_PANIC_ACTION_POWEROFF,
        [PANIC_ACTION_EXIT_FAILURE] = GUEST_PANIC_ACTION_POWEROFF,
        [PANIC_ACTION_NONE] = GUEST_PANIC_ACTION_RUN,
    };

    qapi_event_send_guest_panicked(told[panic_action]);
    switch (panic_action) {
    case PANIC_ACTION_PAUSE:
        vm_stop(RUN_STATE_GUEST_PANICKED);
        break;
    case PANIC_ACTION_SHUTDOWN:
        qemu_system_shutdown_request(SHUTDOWN_CAUSE_GUEST_PANIC);
        break;
    case PANIC_ACTION_EXIT_FAILURE:
        qemu_system_shutdown_request_with_code(SHUTDOWN_CAUSE_GUEST_PANIC, EXIT_FAILURE);
        break;
    case PANIC_ACTION_NONE:
    case PANIC_ACTION__MAX:
        break;
    }
}

ShutdownCause qemu_shutdown_requested_get(void)
{
    return (ShutdownCause)qatomic_read(&requests.shutdown);
}

ShutdownCause qemu_reset_requested_get(void)
{
    return (ShutdownCause)qatomic_read(&requests.reset);
}

bool qemu_end_was_requested(void)
{
    return qatomic_read(&requests.ended);
}

bool qemu_wakeup_suspend_enabled(void)
{
    return wakeup_supported;
}

void qemu_register_wakeup_support(void)
{
    wakeup_supported = true;
}

void qemu_register_powerdown_notifier(Notifier *notifier)
{
    notifier_list_add(&powerdown_notifiers, notifier);
}

void qemu_register_suspend_notifier(Notifier *notifier)
{
    notifier_list_add(&suspend_notifiers, notifier);
}

void qemu_register_wakeup_notifier(Notifier *notifier)
{
    notifier_list_add(&wakeup_notifiers, notifier);
}

void qemu_register_shutdown_notifier(Notifier *notifier)
{
    notifier_list_add(&shutdown_notifiers, notifier);
}

/* --- Carrying them out, in the main loop --- */

static void report_killer(void)
{
    int sig = qatomic_xchg(&requests.killed_by, 0);

    /* 0: from the terminal, which needs no explanation. */
    if (sig && qatomic_read(&requests.killer)) {
        g_autofree char *path =
            g_strdup_printf("/proc/%d/comm", (int)qatomic_read(&requests.killer));
        g_autofree char *name = NULL;

        g_file_get_contents(path, &name, NULL, NULL);
        error_report("terminating on signal %d from pid %d (%s)", sig,
                     (int)qatomic_read(&requests.killer),
                     name ? g_strchomp(name) : "unknown process");
    }
}

/* True if the loop is to end. */
static bool take_shutdown(void)
{
    ShutdownCause cause = (ShutdownCause)qatomic_xchg(&requests.shutdown, SHUTDOWN_CAUSE_NONE);
    bool stay;

    if (cause == SHUTDOWN_CAUSE_NONE) {
        return false;
    }
    report_killer();
    qapi_event_send_shutdown(shutdown_caused_by_guest(cause), cause);
    notifier_list_notify(&shutdown_notifiers, &cause);
    stay = shutdown_action == SHUTDOWN_ACTION_PAUSE && cause != SHUTDOWN_CAUSE_HOST_SIGNAL;
    if (stay) {
        vm_stop(RUN_STATE_SHUTDOWN);
    }
    return !stay;
}

static void take_reset(void)
{
    ShutdownCause cause = (ShutdownCause)qatomic_xchg(&requests.reset, SHUTDOWN_CAUSE_NONE);

    if (cause == SHUTDOWN_CAUSE_NONE) {
        return;
    }
    pause_all_vcpus();
    qemu_system_reset(cause);
    if (cause != SHUTDOWN_CAUSE_SUBSYSTEM_RESET) {
        qapi_event_send_reset(shutdown_caused_by_guest(cause), cause);
    }
    resume_all_vcpus();
    if (!runstate_is_running() && !runstate_check(RUN_STATE_INMIGRATE) &&
        !runstate_check(RUN_STATE_FINISH_MIGRATE)) {
        runstate_set(RUN_STATE_PRELAUNCH);
    }
}

static void take_suspend_and_wakeup(void)
{
    if (qatomic_xchg(&requests.suspend, false)) {
        notifier_list_notify(&suspend_notifiers, NULL);
        do_vm_stop(RUN_STATE_SUSPENDED, false);
        qapi_event_send_suspend();
    }
    if (qatomic_xchg(&requests.wakeup, false) && runstate_check(RUN_STATE_SUSPENDED)) {
        qemu_devices_reset(RESET_TYPE_WAKEUP);
        notifier_list_notify(&wakeup_notifiers, NULL);
        qapi_event_send_wakeup();
        vm_start();
    }
}

static bool should_exit(void)
{
    RunState stop;

    if (qatomic_xchg(&requests.debug, false)) {
        vm_stop(RUN_STATE_DEBUG);
    }
    if (take_shutdown()) {
        return true;
    }
    take_reset();
    take_suspend_and_wakeup();
    if (qatomic_xchg(&requests.powerdown, false)) {
        qapi_event_send_powerdown();
        notifier_list_notify(&powerdown_notifiers, NULL);
    }
    stop = (RunState)qatomic_xchg(&requests.stop, NO_STOP);
    if (stop != NO_STOP) {
        vm_stop(stop);
    }
    return false;
}

int qemu_main_loop(void)
{
    while (!should_exit()) {
        main_loop_wait(false);
    }
    return qatomic_read(&requests.exit_code);
}
