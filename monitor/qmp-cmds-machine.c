/* SPDX-License-Identifier: MIT */
/* QMP commands on the machine, its CPUs and its run state. */
#include "qemu/osdep.h"

#include "hw/boards.h"
#include "hw/core/cpu.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-machine.h"
#include "qapi/qapi-commands-misc.h"
#include "qapi/qapi-commands-run-state.h"
#include "qemu/target-info.h"
#include "qemu/uuid.h"
#include "system/runstate-action.h"
#include "system/runstate.h"
#include "system/system.h"
#include "system/watchdog.h"

#include "monitor-internal.h"

/* ---- Run state ---- */

StatusInfo *qmp_query_status(Error **errp)
{
    StatusInfo *info = g_new0(StatusInfo, 1);

    info->running = runstate_is_running();
    info->status = runstate_get();
    return info;
}

void qmp_watchdog_set_action(WatchdogAction action, Error **errp)
{
    select_watchdog_action(WatchdogAction_str(action), errp);
}

void qmp_set_action(bool has_reboot, RebootAction reboot, bool has_shutdown,
                    ShutdownAction shutdown, bool has_panic, PanicAction panic, bool has_watchdog,
                    WatchdogAction watchdog, Error **errp)
{
    if (has_watchdog && !select_watchdog_action(WatchdogAction_str(watchdog), errp)) {
        return;
    }
    if (has_reboot) {
        reboot_action = reboot;
    }
    if (has_shutdown) {
        shutdown_action = shutdown;
    }
    if (has_panic) {
        panic_action = panic;
    }
}

void qmp_stop(Error **errp)
{
    vm_stop(RUN_STATE_PAUSED);
}

void qmp_cont(Error **errp)
{
    if (runstate_needs_reset()) {
        error_setg(errp, "The guest has ended; system_reset has to come first");
        return;
    }
    vm_start();
}

void qmp_system_reset(Error **errp)
{
    qemu_system_reset_request(SHUTDOWN_CAUSE_HOST_QMP_SYSTEM_RESET);
}

void qmp_system_powerdown(Error **errp)
{
    qemu_system_powerdown_request();
}

void qmp_system_wakeup(Error **errp)
{
    if (!qemu_wakeup_suspend_enabled()) {
        error_setg(errp, "wake-up from suspend is not supported by this guest");
        return;
    }
    if (!runstate_check(RUN_STATE_SUSPENDED)) {
        error_setg(errp, "the guest does not sleep");
        return;
    }
    qemu_system_wakeup_request();
}

/* ---- The machine ---- */

static SysEmuTarget current_target(void)
{
    return qapi_enum_parse(&SysEmuTarget_lookup, target_info()->name, SYS_EMU_TARGET__MAX,
                           &error_abort);
}

TargetArch *qmp_query_target(Error **errp)
{
    TargetArch *info = g_new0(TargetArch, 1);

    info->arch = current_target();
    return info;
}

NameInfo *qmp_query_name(Error **errp)
{
    NameInfo *info = g_new0(NameInfo, 1);

    info->name = g_strdup(qemu_get_vm_name());
    return info;
}

UuidInfo *qmp_query_uuid(Error **errp)
{
    UuidInfo *info = g_new0(UuidInfo, 1);

    info->UUID = qemu_uuid_unparse_strdup(&qemu_uuid);
    return info;
}

KvmInfo *qmp_query_kvm(Error **errp)
{
    return g_new0(KvmInfo, 1);
}

CurrentMachineParams *qmp_query_current_machine(Error **errp)
{
    CurrentMachineParams *params = g_new0(CurrentMachineParams, 1);

    params->wakeup_suspend_support = qemu_wakeup_suspend_enabled();
    return params;
}

MachineInfoList *qmp_query_machines(Error **errp)
{
    g_autoptr(GSList) types = object_class_get_list_sorted(TYPE_MACHINE, false);
    MachineInfoList *list = NULL, **tail = &list;

    for (GSList *el = types; el; el = el->next) {
        MachineClass *mc = MACHINE_CLASS(el->data);
        MachineInfo *info = g_new0(MachineInfo, 1);
        info->name = g_strdup(mc->name);
        info->alias = g_strdup(mc->alias);
        info->has_is_default = info->is_default = mc->is_default;
        info->cpu_max = MAX(mc->max_cpus, 1);
        info->deprecated = mc->deprecation_reason != NULL;
        info->default_cpu_type = g_strdup(mc->default_cpu_type);
        info->default_ram_id = g_strdup(mc->default_ram_id);
        QAPI_LIST_APPEND(tail, info);
    }
    return list;
}

/* ---- CPUs ---- */

static CpuInstanceProperties *cpu_place(CPUState *cs)
{
    const CpuTopology *smp = &current_machine->smp;
    CpuInstanceProperties *props = g_new0(CpuInstanceProperties, 1);
    unsigned index = cs->cpu_index;

    props->has_thread_id = props->has_core_id = props->has_cluster_id = props->has_socket_id = true;
    props->thread_id = index % smp->threads;
    index /= smp->threads;
    props->core_id = index % smp->cores;
    index /= smp->cores;
    props->cluster_id = index % smp->clusters;
    index /= smp->clusters;
    props->socket_id = index / smp->dies;
    return props;
}

CpuInfoFastList *qmp_query_cpus_fast(Error **errp)
{
    CpuInfoFastList *list = NULL, **tail = &list;
    CPUState *cs;

    CPU_FOREACH (cs) {
        CpuInfoFast *info = g_new0(CpuInfoFast, 1);
        info->cpu_index = cs->cpu_index;
        info->qom_path = object_get_canonical_path(OBJECT(cs));
        info->thread_id = cs->thread_id;
        info->props = cpu_place(cs);
        info->target = current_target();
        QAPI_LIST_APPEND(tail, info);
    }
    return list;
}

CpuDefinitionInfoList *qmp_query_cpu_definitions(Error **errp)
{
    const char *base = target_info()->cpu_type;
    g_autoptr(GSList) types = object_class_get_list_sorted(base, false);
    g_autofree char *suffix = g_strdup_printf("-%s", base);
    CpuDefinitionInfoList *list = NULL, **tail = &list;

    for (GSList *el = types; el; el = el->next) {
        CpuDefinitionInfo *info = g_new0(CpuDefinitionInfo, 1);
        info->q_typename = g_strdup(object_class_get_name(el->data));
        info->name = g_strdup(info->q_typename);
        if (g_str_has_suffix(info->name, suffix)) {
            info->name[strlen(info->name) - strlen(suffix)] = '\0';
        }
        QAPI_LIST_APPEND(tail, info);
    }
    return list;
}

/* ---- The other monitor ---- */

char *qmp_human_monitor_command(const char *command_line, bool has_cpu_index, int64_t cpu_index,
                                Error **errp)
{
    g_autoptr(GString) out = g_string_new(NULL);

    if (has_cpu_index && (cpu_index < 0 || cpu_index > INT_MAX || !qemu_get_cpu(cpu_index))) {
        error_setg(errp, "there is no CPU %" PRId64 "; query-cpus-fast lists them", cpu_index);
        return NULL;
    }
    g_autofree char *text = monitor_run_hmp_on(command_line, has_cpu_index ? cpu_index : 0);
    for (const char *c = text; *c; c++) {
        /* The line ends of a terminal, which is where people see this text. */
        g_string_append(out, *c == '\n' ? "\r" : "");
        g_string_append_c(out, *c);
    }
    return g_string_free(g_steal_pointer(&out), false);
}
