/* SPDX-License-Identifier: MIT */
/*
 * Entry to and return from exceptions (D1.3).
 *
 * Whoever raises one sets cs->exception_index and env->exception and makes env->pc the preferred
 * return address. All exceptions are taken to EL1.
 */
#include "qemu/osdep.h"

#include "qemu/atomic.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "target/arm/internals.h"
#include "target/arm/syndrome.h"

/* Offsets in the vector table (D1.3.1.5). */
enum { VEC_SYNC = 0x000, VEC_IRQ = 0x080, VEC_FIQ = 0x100, VEC_SERROR = 0x180 };

static const char *const excp_names[] = {
    [EXCP_UDEF] = "Undefined Instruction",
    [EXCP_SVC] = "SVC",
    [EXCP_HVC] = "Hypervisor Call",
    [EXCP_SMC] = "Secure Monitor Call",
    [EXCP_BKPT] = "Breakpoint",
    [EXCP_PREFETCH_ABORT] = "Prefetch Abort",
    [EXCP_DATA_ABORT] = "Data Abort",
    [EXCP_IRQ] = "IRQ",
    [EXCP_FIQ] = "FIQ",
    [EXCP_SERROR] = "SError",
    [EXCP_SEMIHOST] = "Semihosting call",
    [EXCP_ILLEGAL_STATE] = "Illegal Execution State",
    [EXCP_PC_ALIGN] = "PC alignment",
    [EXCP_SP_ALIGN] = "SP alignment",
    [EXCP_FP_ACCESS] = "FP access trap",
    [EXCP_SYS_TRAP] = "System instruction trap",
    [EXCP_STEP] = "Software step",
};

static void log_entry(CPUARMState *env, int excp)
{
    if (qemu_loglevel_mask(CPU_LOG_INT)) {
        qemu_log("Taking exception %d [%s] on CPU %d\n"
                 "...from EL%u to EL1, pc 0x%" PRIx64 ", ESR 0x%" PRIx32 ", FAR 0x%" PRIx64 "\n",
                 excp, excp_names[excp], env_cpu(env)->cpu_index, arm_current_el(env), env->pc,
                 env->exception.syndrome, env->exception.vaddress);
    }
}

/* PSTATE of the handler (AArch64.TakeException). */
static uint64_t entry_pstate(const CPUARMState *env)
{
    uint64_t keep = env->pstate & (PSTATE_PAN | PSTATE_DIT);
    uint64_t pstate = keep | PSTATE_EL1h | PSTATE_DAIF;

    if (isar_field(env->isar.id_aa64mmfr1, ID_AA64MMFR1_PAN) && !(env->sys.sctlr & SCTLR_SPAN)) {
        pstate |= PSTATE_PAN;
    }
    if (isar_field(env->isar.id_aa64pfr1, ID_AA64PFR1_SSBS) && (env->sys.sctlr & SCTLR_DSSBS)) {
        pstate |= PSTATE_SSBS;
    }
    return pstate;
}

static void take_exception(CPUARMState *env, int excp, unsigned vector)
{
    uint64_t base = env->sys.vbar & ~UINT64_C(0x7ff);

    log_entry(env, excp);
    if (arm_current_el(env) == 0) {
        base += 0x400;
    } else if (env->pstate & PSTATE_SP) {
        base += 0x200;
    }
    env->sys.elr = env->pc;
    env->sys.spsr = pstate_read(env);
    if (vector == VEC_SYNC || vector == VEC_SERROR) {
        env->sys.esr = env->exception.syndrome;
    }
    pstate_write(env, entry_pstate(env));
    env->pc = base + vector;
}

static bool has_fault_address(int excp)
{
    return excp == EXCP_DATA_ABORT || excp == EXCP_PREFETCH_ABORT || excp == EXCP_PC_ALIGN;
}

void arm_do_interrupt(CPUState *cs)
{
    ARMCPU *cpu = ARM_CPU(cs);
    CPUARMState *env = &cpu->env;
    int excp = cs->exception_index;

    cs->exception_index = EXCP_NONE;
    switch (excp) {
    case EXCP_HVC:
    case EXCP_SMC:
        log_entry(env, excp);
        arm_handle_psci_call(cpu);
        return;
    case EXCP_SEMIHOST:
        log_entry(env, excp);
        arm_do_semihosting(cs);
        return;
    case EXCP_IRQ:
        take_exception(env, excp, VEC_IRQ);
        return;
    case EXCP_FIQ:
        take_exception(env, excp, VEC_FIQ);
        return;
    case EXCP_SERROR:
        take_exception(env, excp, VEC_SERROR);
        return;
    default:
        assert(excp >= EXCP_UDEF && excp <= EXCP_STEP);
        if (has_fault_address(excp)) {
            env->sys.far = env->exception.vaddress;
        }
        take_exception(env, excp, VEC_SYNC);
        return;
    }
}

bool arm_cpu_exec_interrupt(CPUState *cs, int request)
{
    CPUARMState *env = cpu_env(cs);
    uint64_t mask = env->pstate;

    if ((request & CPU_INTERRUPT_SERROR) && !(mask & PSTATE_A)) {
        cpu_reset_interrupt(cs, CPU_INTERRUPT_SERROR);
        env->exception.syndrome = syn_make(EC_SERROR, 0);
        cs->exception_index = EXCP_SERROR;
    } else if ((request & CPU_INTERRUPT_FIQ) && !(mask & PSTATE_F)) {
        cs->exception_index = EXCP_FIQ;
    } else if ((request & CPU_INTERRUPT_HARD) && !(mask & PSTATE_I)) {
        cs->exception_index = EXCP_IRQ;
    } else {
        return false;
    }
    arm_do_interrupt(cs);
    return true;
}

/* The bits of SPSR_EL1 that PSTATE has on this PE. */
static uint64_t pstate_implemented(const CPUARMState *env)
{
    const ARMISARegisters *id = &env->isar;
    uint64_t mask = PSTATE_NZCV | PSTATE_IL | PSTATE_SS | PSTATE_DAIF | 0xf;

    mask |= isar_field(id->id_aa64mmfr1, ID_AA64MMFR1_PAN) ? PSTATE_PAN : 0;
    mask |= isar_field(id->id_aa64mmfr2, ID_AA64MMFR2_UAO) ? PSTATE_UAO : 0;
    mask |= isar_field(id->id_aa64pfr0, ID_AA64PFR0_DIT) ? PSTATE_DIT : 0;
    mask |= isar_field(id->id_aa64pfr1, ID_AA64PFR1_SSBS) ? PSTATE_SSBS : 0;
    return mask;
}

/* Illegal return (D1.3.4): a mode that does not exist or lies above this one. */
static bool is_illegal_return(const CPUARMState *env, uint64_t spsr)
{
    unsigned mode = spsr & 0x1f;

    return mode != PSTATE_EL0t && mode != PSTATE_EL1t && mode != PSTATE_EL1h;
}

uint64_t arm_branch_address(const CPUARMState *env, uint64_t addr)
{
    bool high = addr >> 55 & 1;

    if (env->sys.tcr >> (high ? 38 : 37) & 1) {
        addr = (uint64_t)((int64_t)(addr << 8) >> 8);
    }
    return addr;
}

/* PSTATE.SS after a return: SPSR's only where stepping starts with it (DebugExceptionReturnSS). */
static bool return_ss(const CPUARMState *env, uint64_t spsr)
{
    return (spsr & PSTATE_SS) && (env->sys.mdscr & 1) &&
           !arm_debug_enabled(env, arm_current_el(env), env->pstate) &&
           arm_debug_enabled(env, (spsr & PSTATE_EL) >> 2, spsr);
}

void arm_exception_return(CPUARMState *env)
{
    uint64_t spsr = env->sys.spsr;
    uint64_t pc = env->sys.elr;
    uint64_t new;

    env->exclusive_addr = UINT64_MAX;
    if (is_illegal_return(env, spsr)) {
        uint64_t flags = PSTATE_NZCV | PSTATE_DAIF;

        qemu_log_mask(LOG_GUEST_ERROR, "Illegal exception return at EL1: SPSR 0x%" PRIx64 "\n",
                      spsr);
        new = (pstate_read(env) & ~flags) | (spsr & flags) | PSTATE_IL;
    } else {
        new = spsr &pstate_implemented(env) & ~(uint64_t)PSTATE_SS;
        if (return_ss(env, spsr)) {
            new |= PSTATE_SS;
        }
        pc = arm_branch_address(env, pc);
        qemu_log_mask(CPU_LOG_INT, "Exception return from AArch64 EL1 to EL%u PC 0x%" PRIx64 "\n",
                      (unsigned)(spsr & PSTATE_EL) >> 2, pc);
    }
    env->pc = pc;
    pstate_write(env, new);
    arm_daif_changed(env);
}
