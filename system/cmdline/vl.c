/* SPDX-License-Identifier: MIT */
/*
 * From the command line to a running machine. The phases and their order:
 *
 *   types registered → target picked → options read → daemon → main loop → log → machine object →
 *   accelerator → character devices and monitors → -object → machine properties → board built →
 *   -device → reset → run
 *
 * A phase that fails leaves an error and nothing running; main reports it and cleans up.
 */
#include "qemu/osdep.h"

#include "chardev/char.h"
#include "gdbstub/gdbserver.h"
#include "hw/loader.h"
#include "hw/qdev-core.h"
#include "monitor/monitor.h"
#include "qapi/error.h"
#include "qemu/accel.h"
#include "qemu/datadir.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "semihosting/semihost.h"
#include "system/blockdev.h"
#include "system/cpus.h"
#include "system/runstate-action.h"
#include "system/runstate.h"
#include "system/system.h"

#include "launch.h"

const char *quern_version_line(void)
{
    return "Quern emulator version " QUERN_VERSION " (interface of QEMU " QUERN_INTERFACE_VERSION
           ")";
}

void launch_init(Launch *l)
{
    *l = (Launch){
        .machine = keyval_new(),
        .memory = keyval_new(),
        .smp = keyval_new(),
        .accels = g_ptr_array_new_with_free_func((GDestroyNotify)keyval_free),
        .chardevs = g_ptr_array_new_with_free_func((GDestroyNotify)keyval_free),
        .serials = g_ptr_array_new_with_free_func(g_free),
        .monitors = g_ptr_array_new_with_free_func(g_free),
        .mons = g_ptr_array_new_with_free_func((GDestroyNotify)keyval_free),
        .qmps = g_ptr_array_new_with_free_func(g_free),
        .devices = g_ptr_array_new_with_free_func((GDestroyNotify)keyval_free),
        .objects = g_ptr_array_new_with_free_func((GDestroyNotify)keyval_free),
        .fw_cfg = g_ptr_array_new_with_free_func((GDestroyNotify)keyval_free),
        .rtc = keyval_new(),
    };
}

void launch_destroy(Launch *l)
{
    keyval_free(l->machine);
    keyval_free(l->memory);
    keyval_free(l->smp);
    g_ptr_array_unref(l->accels);
    g_ptr_array_unref(l->chardevs);
    g_ptr_array_unref(l->serials);
    g_ptr_array_unref(l->monitors);
    g_ptr_array_unref(l->mons);
    g_ptr_array_unref(l->qmps);
    g_ptr_array_unref(l->devices);
    g_ptr_array_unref(l->fw_cfg);
    g_ptr_array_unref(l->objects);
    keyval_free(l->rtc);
    g_free(l->pidfile);
    g_free(l->cpu);
    g_free(l->gdb);
    g_free(l->qtest);
    g_free(l->qtest_log);
    g_free(l->log_items);
    g_free(l->log_file);
    g_free(l->log_filter);
}

/* Ctrl-A X and the monitor's quit end the run whatever -no-shutdown says. */
static void quit_from_terminal(void)
{
    shutdown_action = SHUTDOWN_ACTION_POWEROFF;
    qemu_system_shutdown_request(SHUTDOWN_CAUSE_HOST_UI);
}

/* The guest's last word, whatever -no-shutdown says. */
static void exit_by_guest(int status)
{
    shutdown_action = SHUTDOWN_ACTION_POWEROFF;
    qemu_system_shutdown_request_with_code(SHUTDOWN_CAUSE_GUEST_SHUTDOWN, status);
}

/* (atomic) The main loop has taken a request to end, and waits for the CPUs. */
static bool is_ending;

static bool shutdown_is_requested(void)
{
    return qatomic_read(&is_ending) || qemu_shutdown_requested_get() != SHUTDOWN_CAUSE_NONE;
}

/* "--target=NAME" as the first word picks the target of a binary called plain `quern`. */
static const TargetInfo *pick_target(int *argc, char ***argv, Error **errp)
{
    const char *name;

    if (*argc > 1 && g_str_has_prefix((*argv)[1], "--target=")) {
        name = (*argv)[1] + strlen("--target=");
        (*argc)--;
        (*argv)++;
        return target_info_by_name(name, errp);
    }
    return target_info_from_argv0((*argv)[0], errp);
}

static bool build_machine(Launch *l, Error **errp)
{
    if (!launch_debug_setup(l, errp) || !launch_create_machine(l, errp) ||
        !launch_start_accel(l, errp) || !launch_create_chardevs(l, errp) ||
        !qemu_semihosting_chardev_init(errp) || !launch_create_objects(l, errp) ||
        !launch_configure_machine(l, errp)) {
        return false;
    }
    if (current_machine->kernel_filename) {
        semihosting_arg_fallback(current_machine->kernel_filename, current_machine->kernel_cmdline);
    }
    if (!machine_run_board_init(current_machine, errp) || !drive_check_claimed(errp) ||
        !launch_add_fw_cfg(l, errp) || !launch_create_devices(l, errp) ||
        !machine_creation_done(current_machine, errp)) {
        return false;
    }
    accel_setup_post(current_machine);
    return true;
}

static QemuInitResult run_phases(Launch *l, int argc, char **argv, Error **errp)
{
    if (!(l->target = pick_target(&argc, &argv, errp))) {
        return QEMU_INIT_FAILED;
    }
    target_info_set(l->target);
    if (!launch_parse_options(l, argc, argv, errp)) {
        return QEMU_INIT_FAILED;
    }
    if (l->done) {
        return QEMU_INIT_DONE;
    }
    qemu_add_default_firmwarepath(argv[0]);
    if (!launch_process_setup(l, errp) || !qemu_init_main_loop(errp)) {
        return QEMU_INIT_FAILED;
    }
    launch_install_signals();
    qemu_chr_mux_set_actions(&(ChardevMuxActions){ .quit = quit_from_terminal });
    qemu_chr_set_host_actions(
        &(ChardevHostActions){ .exit = exit_by_guest, .interrupted = shutdown_is_requested });
    if (!build_machine(l, errp)) {
        return QEMU_INIT_FAILED;
    }
    if (current_machine->dump_done) {
        return QEMU_INIT_DONE;
    }
    if (!launch_start_qtest(l, errp) || !launch_start_gdbserver(l, errp)) {
        return QEMU_INIT_FAILED;
    }
    qemu_system_reset(SHUTDOWN_CAUSE_NONE);
    monitor_start_all();
    if (l->paused) {
        runstate_set(RUN_STATE_PRELAUNCH);
    } else {
        vm_start();
    }
    return QEMU_INIT_RUN;
}

QemuInitResult qemu_init(int argc, char **argv, Error **errp)
{
    Launch launch;

    error_init(argv[0]);
    module_call_init(MODULE_INIT_QOM);
    launch_init(&launch);
    QemuInitResult result = run_phases(&launch, argc, argv, errp);
    if (result != QEMU_INIT_FAILED) {
        launch_process_ready(&launch);
    }
    launch_destroy(&launch);
    return result;
}

void qemu_cleanup(int status)
{
    qatomic_set(&is_ending, true); /* a CPU may wait for a host end that takes nothing */
    gdb_exit(status);
    if (current_machine) {
        vm_shutdown();
    }
    monitor_cleanup();
    qemu_chr_cleanup();
    launch_process_cleanup();
    fflush(stdout);
}
