/* SPDX-License-Identifier: MIT */
/*
 * PSTATE, the banked stack pointers, and what follows from them: mode bits and context keys.
 *
 * The stack pointer in use lies in xregs[31], so that translated code needs no selection. It
 * changes places with sys.sp_el[] whenever PSTATE.EL or PSTATE.SP does.
 */
#include "qemu/osdep.h"

#include "qemu/atomic.h"
#include "target/arm/internals.h"
#include "tcg/flags.h"

#define TCR_TBI0 (1ull << 37)
#define TCR_TBI1 (1ull << 38)
#define TCR_A1   (1ull << 22)
#define TCR_AS   (1ull << 36)

#define MDSCR_SS  (1u << 0)
#define MDSCR_KDE (1u << 13)

static unsigned sp_index(uint64_t pstate)
{
    return (pstate & PSTATE_SP) ? (pstate & PSTATE_EL) >> 2 & 1 : 0;
}

uint64_t pstate_read(const CPUARMState *env)
{
    return env->pstate | tcg_flags_nzcv(env->tcg.flag_kind, env->tcg.flag_a, env->tcg.flag_b);
}

void pstate_write(CPUARMState *env, uint64_t val)
{
    uint64_t old = env->pstate;

    env->tcg.flag_kind = FLAGS_NZCV;
    env->tcg.flag_a = val & PSTATE_NZCV;
    env->tcg.flag_b = 0;
    env->sys.sp_el[sp_index(old)] = env->xregs[31];
    env->pstate = val & ~(uint64_t)PSTATE_NZCV;
    env->xregs[31] = env->sys.sp_el[sp_index(val)];
    arm_mode_changed(env);
}

uint64_t arm_get_sp(const CPUARMState *env, unsigned el)
{
    return el == sp_index(env->pstate) ? env->xregs[31] : env->sys.sp_el[el];
}

void arm_set_sp(CPUARMState *env, unsigned el, uint64_t val)
{
    if (el == sp_index(env->pstate)) {
        env->xregs[31] = val;
    } else {
        env->sys.sp_el[el] = val;
    }
}

/* Whether FP and SIMD instructions trap at this Exception level (CPACR_EL1.FPEN, D19.2.31). */
static bool fp_traps(const CPUARMState *env, unsigned el)
{
    switch (env->sys.cpacr >> 20 & 3) {
    case 3:
        return false;
    case 1:
        return el == 0;
    default:
        return true;
    }
}

bool arm_debug_enabled(const CPUARMState *env, unsigned el, uint64_t pstate)
{
    if (env->sys.oslock) {
        return false;
    }
    return el == 0 || ((env->sys.mdscr & MDSCR_KDE) && !(pstate & PSTATE_D));
}

uint32_t arm_get_mode(CPUARMState *env)
{
    unsigned el = arm_current_el(env);
    uint64_t sctlr = env->sys.sctlr;
    uint32_t mode = el ? MODE_EL1 : 0;

    mode |= env->pstate & PSTATE_SP ? MODE_SPSEL : 0;
    mode |= fp_traps(env, el) ? MODE_FP_TRAP : 0;
    mode |= sctlr & SCTLR_A ? MODE_ALIGN : 0;
    mode |= (env->xregs[31] & 15) && (sctlr & (el ? SCTLR_SA : SCTLR_SA0)) ? MODE_SP_BAD : 0;
    if (env->sys.mdscr & MDSCR_SS) {
        mode |= MODE_STEP_ARMED;
        mode |= arm_debug_enabled(env, el, env->pstate) ? MODE_STEP : 0;
    }
    mode |= env->pstate & PSTATE_IL ? MODE_IL : 0;
    mode |= env->pstate & PSTATE_UAO ? MODE_UAO : 0;
    mode |= env->sys.tcr & TCR_TBI0 ? MODE_TBI0 : 0;
    mode |= env->sys.tcr & TCR_TBI1 ? MODE_TBI1 : 0;
    mode |= env->fpcr & (1u << 24) ? MODE_FZ : 0;
    mode |= env->fpcr & (1u << 19 | 1u << 26) ? MODE_FZ16 : 0; /* or AHP */
    return mode;
}

uint64_t arm_get_context_key(CPUARMState *env, bool unpriv)
{
    uint64_t key = CONTEXT_MODE(arm_get_mode(env));
    uint64_t ttbr = env->sys.tcr & TCR_A1 ? env->sys.ttbr1 : env->sys.ttbr0;
    bool user = arm_current_el(env) == 0 || (unpriv && !(env->pstate & PSTATE_UAO));

    if (env->sys.sctlr & SCTLR_M) {
        key |= CONTEXT_MMU | (ttbr >> 48 & (env->sys.tcr & TCR_AS ? 0xffff : 0xff));
    }
    key |= user ? CONTEXT_EL0 : 0;
    key |= !user && (env->pstate & PSTATE_PAN) ? CONTEXT_PAN : 0;
    return key;
}

void arm_mode_changed(CPUARMState *env)
{
    CPUState *cs = env_cpu(env);

    if (cs->tcg) { /* not under another accelerator, nor before the CPU is realized */
        tlb_context_changed(cs);
    }
}

bool arm_interrupt_unmasked(const CPUARMState *env, uint32_t request)
{
    return ((request & CPU_INTERRUPT_SERROR) && !(env->pstate & PSTATE_A)) ||
           ((request & CPU_INTERRUPT_FIQ) && !(env->pstate & PSTATE_F)) ||
           ((request & CPU_INTERRUPT_HARD) && !(env->pstate & PSTATE_I));
}

void arm_daif_changed(CPUARMState *env)
{
    if (arm_interrupt_unmasked(env, qatomic_read(&env_cpu(env)->interrupt_request))) {
        qatomic_set(&env->tcg.limit, ~UINT64_C(0));
    }
}

void arm_raise(CPUARMState *env, int excp, uint32_t syndrome)
{
    CPUState *cs = env_cpu(env);

    cs->exception_index = excp;
    env->exception.syndrome = syndrome;
    cpu_loop_exit_restore(cs);
}

void arm_raise_after(CPUARMState *env, int excp, uint32_t syndrome)
{
    CPUState *cs = env_cpu(env);

    cpu_restore_pc(cs);
    env->pc += 4;
    cs->exception_index = excp;
    env->exception.syndrome = syndrome;
    cpu_loop_exit(cs);
}

void arm_halt(CPUState *cs)
{
    cs->halted = 1;
    qatomic_set(&cs->exit_request, true); /* the loop leaves before the next block */
}
