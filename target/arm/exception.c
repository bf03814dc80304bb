/* SPDX-License-Identifier: MIT */
/*
 * Entry to and return from exceptions (D1.3).
 *
 * Whoever raises one sets cs->exception_index and env->exception and makes env->pc the preferred
 * return address. It is taken to the Exception level that the raiser names or the kind implies, but
 * never below the current one, and from EL0 to EL2 where HCR_EL2.TGE is set.
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
    [EXCP_BREAKPOINT] = "Hardware breakpoint",
    [EXCP_WATCHPOINT] = "Watchpoint",
    [EXCP_BRANCH_TARGET] = "Branch Target",
    [EXCP_PAUTH] = "Pointer authentication",
    [EXCP_MOPS] = "Memory copy and set",
};

static void log_entry(CPUARMState *env, int excp, unsigned target)
{
    if (qemu_loglevel_mask(CPU_LOG_INT)) {
        qemu_log("Taking exception %d [%s] on CPU %d\n"
                 "...from EL%u to EL%u, pc 0x%" PRIx64 ", ESR 0x%" PRIx32 ", FAR 0x%" PRIx64 "\n",
                 excp, excp_names[excp], env_cpu(env)->cpu_index, arm_current_el(env), target,
                 env->pc, env->exception.syndrome, env->exception.vaddress);
    }
}

static bool is_debug_exception(int excp)
{
    return excp == EXCP_BKPT || excp == EXCP_STEP || excp == EXCP_BREAKPOINT ||
           excp == EXCP_WATCHPOINT;
}

/* Where a synchronous exception goes (D1.3.1). */
static unsigned target_el(const CPUARMState *env, int excp)
{
    unsigned el = arm_current_el(env), target = MAX(1, env->exception.target_el);
    uint64_t hcr = arm_hcr(env);

    if (excp == EXCP_HVC) {
        target = 2;
    } else if (excp == EXCP_SMC && env->exception.target_el == 0) {
        target = 3;
    } else if (excp == EXCP_FP_ACCESS) {
        target = arm_fp_trap_el(env, el);
    } else if (el < 2 && is_debug_exception(excp)) {
        target = arm_debug_target_el(env);
    } else if (el == 0 && (hcr & HCR_TGE)) {
        target = MAX(target, 2);
    }
    return MAX(target, el);
}

/* PSTATE of the handler at EL @target (AArch64.TakeException). */
static uint64_t entry_pstate(const CPUARMState *env, unsigned target)
{
    uint64_t sctlr = env->sys.sctlr[target];
    uint64_t keep = env->pstate & (PSTATE_PAN | PSTATE_DIT);
    uint64_t pstate = keep | PSTATE_ELh(target) | PSTATE_DAIF;
    bool spans = target == 1 || (target == 2 && arm_in_host(env));

    if (spans && isar_field(env->isar.id_aa64mmfr1, ID_AA64MMFR1_PAN) && !(sctlr & SCTLR_SPAN)) {
        pstate |= PSTATE_PAN;
    }
    if (isar_field(env->isar.id_aa64pfr1, ID_AA64PFR1_SSBS) && (sctlr & SCTLR_DSSBS)) {
        pstate |= PSTATE_SSBS;
    }
    return pstate;
}

static void take_exception(CPUARMState *env, int excp, unsigned vector, unsigned target)
{
    uint64_t base = env->sys.vbar[target] & ~UINT64_C(0x7ff);

    log_entry(env, excp, target);
    if (arm_current_el(env) < target) {
        base += 0x400;
    } else if (env->pstate & PSTATE_SP) {
        base += 0x200;
    }
    env->sys.elr[target] = env->pc;
    env->sys.spsr[target] = pstate_read(env);
    if (vector == VEC_SYNC || vector == VEC_SERROR) {
        env->sys.esr[target] = env->exception.syndrome;
    }
    env->stepped = 0;
    pstate_write(env, entry_pstate(env, target));
    env->pc = base + vector;
}

static bool has_fault_address(int excp)
{
    return excp == EXCP_DATA_ABORT || excp == EXCP_PREFETCH_ABORT || excp == EXCP_PC_ALIGN ||
           excp == EXCP_BREAKPOINT || excp == EXCP_WATCHPOINT;
}

/* Aborts and the like say whether they come from the level that takes them (EC's low bit). */
static void adjust_syndrome(CPUARMState *env, unsigned target)
{
    switch (syn_ec(env->exception.syndrome)) {
    case EC_INSN_ABORT_LOWER:
    case EC_DATA_ABORT_LOWER:
    case EC_BREAKPOINT_LOWER:
    case EC_STEP_LOWER:
    case EC_WATCHPOINT_LOWER:
        if (target == arm_current_el(env)) {
            env->exception.syndrome += 1u << SYN_EC_SHIFT;
        }
        break;
    default:
        break;
    }
}

static void take_sync(CPUARMState *env, int excp)
{
    unsigned target = target_el(env, excp);

    if (has_fault_address(excp)) {
        env->sys.far[target] = env->exception.vaddress;
    }
    if (env->exception.ipa != UINT64_MAX && target == 2) {
        env->sys.hpfar = env->exception.ipa >> 12 << 4;
    }
    /* CPACR_EL1's trap, for TGE at EL2: no such trap there (AArch64.AdvSIMDFPAccessTrap). */
    if (excp == EXCP_FP_ACCESS && arm_fp_trapped_by_el1(env, arm_current_el(env)) && target == 2) {
        env->exception.syndrome = syn_uncategorized();
    }
    adjust_syndrome(env, target);
    take_exception(env, excp, VEC_SYNC, target);
}

void arm_do_interrupt(CPUState *cs)
{
    ARMCPU *cpu = ARM_CPU(cs);
    CPUARMState *env = &cpu->env;
    int excp = cs->exception_index;

    cs->exception_index = EXCP_NONE;
    switch (excp) {
    case EXCP_IRQ:
        take_exception(env, excp, VEC_IRQ, MAX(1, env->exception.target_el));
        return;
    case EXCP_FIQ:
        take_exception(env, excp, VEC_FIQ, MAX(1, env->exception.target_el));
        return;
    case EXCP_SERROR:
        take_exception(env, excp, VEC_SERROR, MAX(1, env->exception.target_el));
        return;
    case EXCP_SEMIHOST: {
        BQL_LOCK_GUARD();

        log_entry(env, excp, arm_current_el(env));
        arm_do_semihosting(cs);
        return;
    }
    case EXCP_HVC:
    case EXCP_SMC:
        if (env->exception.target_el == 0 && arm_is_psci_call(cpu, excp)) {
            log_entry(env, excp, arm_current_el(env));
            arm_handle_psci_call(cpu);
            return;
        }
        break;
    default:
        assert(excp >= EXCP_UDEF && excp <= EXCP_LAST);
    }
    take_sync(env, excp);
}

void arm_entry_refused(CPUState *cs)
{
    CPUARMState *env = cpu_env(cs);

    arm_raise(env, EXCP_BRANCH_TARGET, syn_make(EC_BRANCH_TARGET, env->tcg.entry));
}

/* The bits of SPSR_ELx that PSTATE has on this PE. */
static uint64_t pstate_implemented(const CPUARMState *env)
{
    const ARMISARegisters *id = &env->isar;
    uint64_t mask = PSTATE_NZCV | PSTATE_IL | PSTATE_SS | PSTATE_DAIF | 0xf;

    mask |= isar_field(id->id_aa64mmfr1, ID_AA64MMFR1_PAN) ? PSTATE_PAN : 0;
    mask |= isar_field(id->id_aa64mmfr2, ID_AA64MMFR2_UAO) ? PSTATE_UAO : 0;
    mask |= isar_field(id->id_aa64pfr0, ID_AA64PFR0_DIT) ? PSTATE_DIT : 0;
    mask |= isar_field(id->id_aa64pfr1, ID_AA64PFR1_SSBS) ? PSTATE_SSBS : 0;
    mask |= arm_has_bti(env) ? PSTATE_BTYPE : 0;
    return mask;
}

/* Illegal return (D1.3.4): a mode that does not exist, lies above this one or is barred. */
static bool is_illegal_return(const CPUARMState *env, uint64_t spsr)
{
    unsigned mode = spsr & 0x1f, el = mode >> 2;

    if ((mode & PSTATE_M32) || (mode & 2) || mode == PSTATE_SP) {
        return true;
    }
    if (el > arm_current_el(env) || !arm_has_el(env, el)) {
        return true;
    }
    return (el == 2 && arm_is_secure_below_el3(env)) || (el == 1 && (arm_hcr(env) & HCR_TGE));
}

uint64_t arm_branch_address(const CPUARMState *env, uint64_t addr)
{
    bool high = addr >> 55 & 1;
    uint32_t mode = arm_tbi_mode(env, arm_regime_el(env, arm_current_el(env)), true);

    if (!(mode & (high ? MODE_TBI1 : MODE_TBI0))) {
        return addr;
    }
    if (!arm_regime_has_el0(env, arm_regime_el(env, arm_current_el(env)))) {
        return addr & MAKE_64BIT_MASK(0, 56);
    }
    return (uint64_t)((int64_t)(addr << 8) >> 8);
}

/* PSTATE.SS after a return: SPSR's only where stepping starts with it (DebugExceptionReturnSS). */
static bool return_ss(const CPUARMState *env, uint64_t spsr, bool illegal)
{
    unsigned dest = illegal ? arm_current_el(env) : (spsr & PSTATE_EL) >> 2;

    return (spsr & PSTATE_SS) && (env->sys.mdscr & MDSCR_SS) &&
           !arm_debug_enabled(env, arm_current_el(env), env->pstate) &&
           arm_debug_enabled(env, dest, spsr);
}

void arm_exception_return(CPUARMState *env, uint64_t pc)
{
    unsigned el = arm_current_el(env);
    uint64_t spsr = env->sys.spsr[el];
    bool illegal = is_illegal_return(env, spsr);
    bool was_stepped = arm_debug_enabled(env, el, env->pstate);
    uint64_t new;

    env->exclusive_addr = UINT64_MAX;
    qatomic_set(&env->event, 1); /* D1.6.1: what the handler did may be what WFE waits for */
    if (illegal) {
        uint64_t flags = PSTATE_NZCV | PSTATE_DAIF | PSTATE_SS;

        qemu_log_mask(LOG_GUEST_ERROR, "Illegal exception return at EL%u: SPSR 0x%" PRIx64 "\n", el,
                      spsr);
        new = (pstate_read(env) & ~flags) | (spsr & flags) | PSTATE_IL;
    } else {
        new = spsr &pstate_implemented(env);
        qemu_log_mask(CPU_LOG_INT,
                      "Exception return from AArch64 EL%u to AArch64 EL%u PC 0x%" PRIx64 "\n", el,
                      (unsigned)(spsr & PSTATE_EL) >> 2, pc);
    }
    if (!return_ss(env, spsr, illegal)) {
        new &= ~(uint64_t)PSTATE_SS;
    }
    env->stepped = was_stepped ? env->stepped : 0;
    pstate_write(env, new);
    env->pc = illegal ? pc : arm_branch_address(env, pc);
    arm_daif_changed(env);
}
