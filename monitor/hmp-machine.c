/* SPDX-License-Identifier: MIT */
/* Commands on the machine as a whole, and what info says of its CPUs, memory map and lines. */
#include "qemu/osdep.h"

#include "hw/loader.h"
#include "qapi/error.h"
#include "qemu/accel.h"
#include "qemu/log.h"
#include "system/memory.h"
#include "system/runstate-action.h"
#include "system/runstate.h"
#include "system/system.h"

#include "monitor-internal.h"

/* --- run state --- */

void hmp_quit(Monitor *mon, const char *args)
{
    shutdown_action = SHUTDOWN_ACTION_POWEROFF;
    qemu_system_shutdown_request(SHUTDOWN_CAUSE_HOST_QMP_QUIT);
}

void hmp_stop(Monitor *mon, const char *args)
{
    vm_stop(RUN_STATE_PAUSED);
}

void hmp_cont(Monitor *mon, const char *args)
{
    if (runstate_needs_reset()) {
        monitor_printf(mon, "Error: the guest has ended; system_reset first\n");
        return;
    }
    vm_start();
}

void hmp_system_reset(Monitor *mon, const char *args)
{
    qemu_system_reset_request(SHUTDOWN_CAUSE_HOST_QMP_SYSTEM_RESET);
}

void hmp_system_powerdown(Monitor *mon, const char *args)
{
    qemu_system_powerdown_request();
}

void hmp_info_status(Monitor *mon, const char *args)
{
    monitor_printf(mon, "VM status: %s", runstate_is_running() ? "running" : "paused");
    if (!runstate_is_running() && !runstate_check(RUN_STATE_PAUSED)) {
        monitor_printf(mon, " (%s)", RunState_str(runstate_get()));
    }
    monitor_puts(mon, "\n");
}

void hmp_info_version(Monitor *mon, const char *args)
{
    monitor_printf(mon, QUERN_INTERFACE_VERSION ".0 (Quern " QUERN_VERSION ")\n");
}

void hmp_info_name(Monitor *mon, const char *args)
{
    if (qemu_get_vm_name()) {
        monitor_printf(mon, "%s\n", qemu_get_vm_name());
    }
}

/* --- log --- */

void hmp_log(Monitor *mon, const char *args)
{
    Error *err = NULL;
    int mask;

    if (!strcmp(args, "help") || !*args) {
        for (const QEMULogItem *item = qemu_log_items; item->mask; item++) {
            monitor_printf(mon, "%-15s %s\n", item->name, item->help);
        }
        return;
    }
    if (qemu_parse_log_mask(args, &mask, &err)) {
        qemu_set_log(mask, &err);
    }
    monitor_handle_error(mon, err);
}

void hmp_logfile(Monitor *mon, const char *args)
{
    Error *err = NULL;
    qemu_set_log_filename(args, &err);
    monitor_handle_error(mon, err);
}

/* --- CPUs --- */

CPUState *monitor_get_cpu(Monitor *mon)
{
    CPUState *cs = qemu_get_cpu(mon->cpu_index);
    if (!cs) {
        monitor_printf(mon, "this machine has no CPU\n");
    }
    return cs;
}

void hmp_cpu(Monitor *mon, const char *args)
{
    char *end;
    unsigned long index = strtoul(args, &end, 10);

    if (!g_ascii_isdigit(*args) || *end || index > INT_MAX || !qemu_get_cpu(index)) {
        monitor_printf(mon, "there is no CPU '%s'; 'info cpus' lists them\n", args);
        return;
    }
    mon->cpu_index = index;
}

void hmp_info_cpus(Monitor *mon, const char *args)
{
    CPUState *cs;

    CPU_FOREACH (cs) {
        monitor_printf(mon, "%c CPU #%d: thread_id=%d\n",
                       cs->cpu_index == mon->cpu_index ? '*' : ' ', cs->cpu_index, cs->thread_id);
    }
}

typedef struct DumpRequest {
    GString *out;
} DumpRequest;

/* In the CPU's own thread, where its registers are its own. */
static void dump_cpu(CPUState *cs, run_on_cpu_data data)
{
    DumpRequest *request = data.host_ptr;
    g_string_append_printf(request->out, "\nCPU#%d\n", cs->cpu_index);
    CPU_GET_CLASS(cs)->dump_state(cs, request->out, 0);
}

static void print_registers(Monitor *mon, CPUState *cs)
{
    g_autoptr(GString) out = g_string_new(NULL);
    DumpRequest request = { out };

    if (!CPU_GET_CLASS(cs)->dump_state) {
        monitor_printf(mon, "this CPU has no register dump\n");
        return;
    }
    run_on_cpu(cs, dump_cpu, RUN_ON_CPU_HOST_PTR(&request));
    monitor_puts(mon, out->str);
}

void hmp_info_registers(Monitor *mon, const char *args)
{
    CPUState *cs;

    if (!strcmp(args, "-a")) {
        CPU_FOREACH (cs) {
            print_registers(mon, cs);
        }
    } else if (*args) {
        monitor_printf(mon, "info registers [-a]\n");
    } else if ((cs = monitor_get_cpu(mon))) {
        print_registers(mon, cs);
    }
}

void hmp_info_replay_hash(Monitor *mon, const char *args)
{
    AccelClass *ac = current_accel() ? ACCEL_GET_CLASS(current_accel()) : NULL;
    g_autoptr(GString) out = g_string_new(NULL);

    if (!ac || !ac->info_replay_hash) {
        monitor_printf(mon, "accelerator '%s' counts no instructions\n", current_accel_name());
        return;
    }
    ac->info_replay_hash(out);
    monitor_puts(mon, out->str);
}

void hmp_info_jit(Monitor *mon, const char *args)
{
    AccelClass *ac = current_accel() ? ACCEL_GET_CLASS(current_accel()) : NULL;
    g_autoptr(GString) out = g_string_new(NULL);

    if (!ac || !ac->info_jit) {
        monitor_printf(mon, "accelerator '%s' does not translate code\n", current_accel_name());
        return;
    }
    ac->info_jit(out);
    monitor_puts(mon, out->str);
}

/* --- memory and lines --- */

void hmp_info_mtree(Monitor *mon, const char *args)
{
    g_autoptr(GString) out = g_string_new(NULL);
    MtreeOptions options = { 0 };
    char *word;

    while ((word = monitor_next_word(&args))) {
        g_autofree char *flag = word;
        if (!strcmp(flag, "-f")) {
            options.flatview = true;
        } else if (!strcmp(flag, "-o")) {
            options.owner = true;
        } else if (!strcmp(flag, "-D")) {
            options.disabled = true;
        } else if (strcmp(flag, "-d")) {
            monitor_printf(mon, "unknown flag '%s'; there are: -f -o -D\n", flag);
            return;
        }
    }
    mtree_print(out, options);
    monitor_puts(mon, out->str);
}

void hmp_info_roms(Monitor *mon, const char *args)
{
    g_autoptr(GString) out = g_string_new(NULL);
    rom_print_all(out);
    monitor_puts(mon, out->str);
}
