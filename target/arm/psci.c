/* SPDX-License-Identifier: MIT */
/*
 * Power State Coordination Interface (DEN0022, version 1.1), as firmware would provide it.
 *
 * A call is an HVC or SMC with the function in W0; arguments and result are in X0 to X3. CPUs are
 * switched on and off by work that runs in their own thread. What a CPU that is about to be on will
 * do is part of its state, and the work only looks at that: who resets or loads the state has not
 * to care about work that is queued.
 */
#include "qemu/osdep.h"

#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "system/runstate.h"
#include "target/arm/internals.h"

enum {
    PSCI_VERSION = 0x84000000,
    PSCI_CPU_SUSPEND = 0x84000001,
    PSCI_CPU_OFF = 0x84000002,
    PSCI_CPU_ON = 0x84000003,
    PSCI_AFFINITY_INFO = 0x84000004,
    PSCI_MIGRATE = 0x84000005,
    PSCI_MIGRATE_INFO_TYPE = 0x84000006,
    PSCI_SYSTEM_OFF = 0x84000008,
    PSCI_SYSTEM_RESET = 0x84000009,
    PSCI_FEATURES = 0x8400000a,
    PSCI_SYSTEM_RESET2 = 0x84000012,
};
#define PSCI_64 0x40000000u /* the SMC64 form of a function */

enum {
    PSCI_SUCCESS = 0,
    PSCI_NOT_SUPPORTED = -1,
    PSCI_INVALID_PARAMETERS = -2,
    PSCI_ALREADY_ON = -4,
    PSCI_ON_PENDING = -5,
    PSCI_INVALID_ADDRESS = -9,
};

#define MPIDR_AFFINITY 0xff00ffffffull

bool arm_is_psci_call(ARMCPU *cpu, int excp)
{
    switch (cpu->psci_conduit) {
    case QEMU_PSCI_CONDUIT_HVC:
        return excp == EXCP_HVC;
    case QEMU_PSCI_CONDUIT_SMC:
        return excp == EXCP_SMC;
    default:
        return false;
    }
}

static ARMCPU *cpu_by_affinity(uint64_t affinity)
{
    CPUState *cs;

    CPU_FOREACH (cs) {
        if ((ARM_CPU(cs)->mp_affinity & MPIDR_AFFINITY) == (affinity & MPIDR_AFFINITY)) {
            return ARM_CPU(cs);
        }
    }
    return NULL;
}

static void cpu_on_work(CPUState *cs, run_on_cpu_data data)
{
    ARMCPU *cpu = ARM_CPU(cs);

    cpu->on_queued = false;
    if (!cpu->on_pending) {
        return; /* the machine has been reset since */
    }
    cpu_reset(cs); /* clears on_pending */
    arm_cpu_set_boot_state(cpu, cpu->on_entry, cpu->on_context, false);
    cpu->power_off = false;
    qatomic_set(&cs->halted, 0);
}

void arm_psci_switch_on(ARMCPU *cpu)
{
    if (cpu->on_pending && !cpu->on_queued) {
        cpu->on_queued = true;
        async_run_on_cpu(CPU(cpu), cpu_on_work, RUN_ON_CPU_NULL);
    }
}

/* BQL held. */
static int64_t cpu_on(uint64_t target, uint64_t entry, uint64_t context)
{
    ARMCPU *cpu = cpu_by_affinity(target);

    if (!cpu) {
        return PSCI_INVALID_PARAMETERS;
    }
    if (entry & 3) {
        return PSCI_INVALID_ADDRESS;
    }
    if (!cpu->power_off) {
        return PSCI_ALREADY_ON;
    }
    if (cpu->on_pending) {
        return PSCI_ON_PENDING;
    }
    cpu->on_pending = true;
    cpu->on_entry = entry;
    cpu->on_context = context;
    arm_psci_switch_on(cpu);
    return PSCI_SUCCESS;
}

/* The calling CPU executes nothing more until it is reset or switched on. BQL held. */
static void stop_here(ARMCPU *cpu)
{
    cpu->power_off = true;
    arm_halt(CPU(cpu));
}

/* 0 on, 1 off, 2 about to be on (DEN0022 5.7). A group of CPUs counts as on. */
static int64_t affinity_info(uint64_t affinity, uint64_t level)
{
    ARMCPU *cpu = cpu_by_affinity(affinity);

    if (level > 3 || (level == 0 && !cpu)) {
        return PSCI_INVALID_PARAMETERS;
    }
    if (level > 0 || !cpu->power_off) {
        return 0;
    }
    return cpu->on_pending ? 2 : 1;
}

/* Which functions have arguments of 64 bits, and so an SMC64 form (DEN0022 5.1). */
static bool has_form(uint32_t fn)
{
    switch (fn & ~PSCI_64) {
    case PSCI_CPU_SUSPEND:
    case PSCI_CPU_ON:
    case PSCI_AFFINITY_INFO:
    case PSCI_SYSTEM_RESET2:
        return true;
    default:
        return !(fn & PSCI_64);
    }
}

static int64_t features(uint32_t fn)
{
    if (!has_form(fn)) {
        return PSCI_NOT_SUPPORTED;
    }
    switch (fn & ~PSCI_64) {
    case PSCI_VERSION:
    case PSCI_CPU_SUSPEND:
    case PSCI_CPU_OFF:
    case PSCI_CPU_ON:
    case PSCI_AFFINITY_INFO:
    case PSCI_MIGRATE_INFO_TYPE:
    case PSCI_SYSTEM_OFF:
    case PSCI_SYSTEM_RESET:
    case PSCI_SYSTEM_RESET2:
    case PSCI_FEATURES:
        return PSCI_SUCCESS;
    default:
        return PSCI_NOT_SUPPORTED;
    }
}

/* Of power_state (5.4.2): state ID and type; there is one affinity level. */
#define POWER_STATE 0x1ffffu

/* To standby, like WFI, whatever is asked for: a deeper state may be left at once (6.3). */
static int64_t cpu_suspend(ARMCPU *cpu, uint64_t power_state)
{
    if (power_state & 0xffffffff & ~POWER_STATE) {
        return PSCI_INVALID_PARAMETERS;
    }
    if (!cpu_has_work(CPU(cpu))) {
        arm_halt(CPU(cpu));
    }
    return PSCI_SUCCESS;
}

static int64_t call(ARMCPU *cpu, uint32_t fn, uint64_t *args)
{
    if (!has_form(fn)) {
        return PSCI_NOT_SUPPORTED;
    }
    for (int i = 0; i < 3 && !(fn & PSCI_64); i++) {
        args[i] = (uint32_t)args[i];
    }
    switch (fn & ~PSCI_64) {
    case PSCI_VERSION:
        return 0x10001;
    case PSCI_CPU_SUSPEND:
        return cpu_suspend(cpu, args[0]);
    case PSCI_CPU_OFF:
        stop_here(cpu);
        return PSCI_SUCCESS;
    case PSCI_CPU_ON:
        return cpu_on(args[0], args[1], args[2]);
    case PSCI_AFFINITY_INFO:
        return affinity_info(args[0], args[1]);
    case PSCI_MIGRATE_INFO_TYPE:
        return 2; /* no Trusted OS */
    case PSCI_SYSTEM_OFF:
        qemu_system_shutdown_request(SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
        stop_here(cpu);
        return PSCI_SUCCESS;
    case PSCI_SYSTEM_RESET:
        qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
        stop_here(cpu);
        return PSCI_SUCCESS;
    case PSCI_SYSTEM_RESET2: /* type 0 is a warm reset, vendors' have bit 31; as a cold one here */
        if ((uint32_t)args[0]) {
            return PSCI_INVALID_PARAMETERS;
        }
        qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
        stop_here(cpu);
        return PSCI_SUCCESS;
    case PSCI_FEATURES:
        return features(args[0]);
    default:
        qemu_log_mask(LOG_UNIMP, "PSCI: function 0x%" PRIx32 " is not implemented\n", fn);
        return PSCI_NOT_SUPPORTED;
    }
}

void arm_handle_psci_call(ARMCPU *cpu)
{
    CPUARMState *env = &cpu->env;
    BQL_LOCK_GUARD();

    uint64_t args[] = { env->xregs[1], env->xregs[2], env->xregs[3] };

    env->xregs[0] = call(cpu, env->xregs[0], args);
}
