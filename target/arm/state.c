/* SPDX-License-Identifier: MIT */
/*
 * PSTATE, the banked stack pointers, and what follows from them: mode bits and context keys.
 *
 * The stack pointer in use lies in xregs[31], so that translated code needs no selection. It
 * changes places with sys.sp_el[] whenever PSTATE.EL or PSTATE.SP does.
 *
 * PSTATE.BTYPE is tcg.entry: indirect branches set it, and blocks clear it where they are entered.
 */
#include "qemu/osdep.h"

#include "qemu/atomic.h"
#include "target/arm/internals.h"
#include "tcg/flags.h"

#define TCR_TBI   (1ull << 20) /* of EL2 without E2H, and of EL3 */
#define TCR_TBI0  (1ull << 37)
#define TCR_TBI1  (1ull << 38)
#define TCR_TBID  (1ull << 29)
#define TCR_TBID0 (1ull << 51)
#define TCR_TBID1 (1ull << 52)
#define TCR_A1    (1ull << 22)
#define TCR_AS    (1ull << 36)
#define VTCR_VS   (1ull << 19)

QEMU_BUILD_BUG_ON(MODE_BE >> CONTEXT_MODE_BITS != 0); /* the last one */

static unsigned sp_index(uint64_t pstate)
{
    return (pstate & PSTATE_SP) ? (pstate & PSTATE_EL) >> 2 : 0;
}

uint64_t pstate_read(const CPUARMState *env)
{
    return env->pstate | (uint64_t)env->tcg.entry << 10 |
           tcg_flags_nzcv(env->tcg.flag_kind, env->tcg.flag_a, env->tcg.flag_b);
}

void pstate_write(CPUARMState *env, uint64_t val)
{
    uint64_t old = env->pstate;
    bool counts = env->pmu.active && ((old ^ val) & PSTATE_EL);

    if (counts) {
        arm_pmu_level_changing(env);
    }
    env->tcg.flag_kind = FLAGS_NZCV;
    env->tcg.flag_a = val & PSTATE_NZCV;
    env->tcg.flag_b = 0;
    env->sys.sp_el[sp_index(old)] = env->xregs[31];
    env->tcg.entry = arm_has_bti(env) ? (val & PSTATE_BTYPE) >> 10 : 0;
    env->pstate = val & ~(uint64_t)(PSTATE_NZCV | PSTATE_BTYPE);
    env->xregs[31] = env->sys.sp_el[sp_index(val)];
    if (counts) {
        arm_pmu_level_changed(env);
    }
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

/* Whether a FPEN field (CPACR_EL1, or CPTR_EL2 with E2H) traps; EL0 is trapped by 1 too. */
static bool fpen_traps(uint64_t reg, bool el0)
{
    unsigned fpen = reg >> 20 & 3;

    return fpen != 3 && (fpen != 1 || el0);
}

bool arm_fp_trapped_by_el1(const CPUARMState *env, unsigned el)
{
    return el < 2 && !arm_in_host(env) && fpen_traps(env->sys.cptr[1], el == 0);
}

/* CPACR_EL1.FPEN, then CPTR_EL2 in its two layouts, then CPTR_EL3 (D19.2.31, D19.2.32). */
unsigned arm_fp_trap_el(const CPUARMState *env, unsigned el)
{
    uint64_t hcr = arm_hcr(env);
    bool in_host = arm_in_host(env);

    if (arm_fp_trapped_by_el1(env, el)) {
        return hcr & HCR_TGE ? 2 : 1;
    }
    if (el < 3 && arm_el2_enabled(env)) {
        if (hcr & HCR_E2H ? fpen_traps(env->sys.cptr[2], el == 0 && in_host)
                          : (env->sys.cptr[2] & CPTR_TFP) != 0) {
            return 2;
        }
    }
    return arm_has_el(env, 3) && (env->sys.cptr[3] & CPTR_TFP) ? 3 : 0;
}

/* TBI of a regime: of the two halves where it has them, else of all. TBID, which comes with pointer
 * authentication, exempts instruction addresses. */
uint32_t arm_tbi_mode(const CPUARMState *env, unsigned regime, bool insn)
{
    uint64_t tcr = env->sys.tcr[regime];

    if (insn && arm_has_pauth(env)) {
        if (arm_regime_has_el0(env, regime)) {
            tcr &= ~((tcr & (TCR_TBID0 | TCR_TBID1)) >> 14);
        } else {
            tcr &= ~((tcr & TCR_TBID) >> 9);
        }
    }
    if (!arm_regime_has_el0(env, regime)) {
        return tcr & TCR_TBI ? MODE_TBI0 | MODE_TBI1 : 0;
    }
    return (tcr & TCR_TBI0 ? MODE_TBI0 : 0) | (tcr & TCR_TBI1 ? MODE_TBI1 : 0);
}

static uint32_t level_mode(const CPUARMState *env, unsigned el, unsigned regime)
{
    static const uint32_t bits[] = { 0, MODE_PRIV, MODE_PRIV | MODE_EL2, MODE_PRIV | MODE_EL3 };
    uint32_t mode = bits[el];

    mode |= regime == 2 && (env->sys.hcr & HCR_E2H) ? MODE_HOST : 0;
    if (el < 3 && (arm_has_el(env, 3) || (el < 2 && arm_el2_enabled(env)))) {
        mode |= MODE_TRAPS;
    }
    return mode;
}

/* Traps of pointer authentication (D19.2.48, HCR_EL2.API; SCR_EL3.API). */
unsigned arm_pauth_trap_el(const CPUARMState *env, unsigned el)
{
    if (el < 2 && arm_el2_enabled(env) && !(env->sys.hcr & HCR_API) &&
        !(el == 0 && arm_in_host(env))) {
        return 2;
    }
    return el < 3 && arm_has_el(env, 3) && !(env->sys.scr & SCR_API) ? 3 : 0;
}

static bool is_48_bits(const CPUARMState *env, unsigned regime)
{
    uint64_t tcr = env->sys.tcr[regime];

    return arm_regime_has_el0(env, regime) && (tcr & 63) == 16 && (tcr >> 16 & 63) == 16;
}

static uint32_t pauth_mode(const CPUARMState *env, unsigned el, unsigned regime)
{
    uint64_t sctlr = env->sys.sctlr[regime];
    uint32_t mode = 0;

    if (!arm_has_pauth(env)) {
        return 0;
    }
    mode |= sctlr & SCTLR_EnIA ? MODE_PAC_IA : 0;
    mode |= sctlr & SCTLR_EnIB ? MODE_PAC_IB : 0;
    mode |= sctlr & SCTLR_EnDA ? MODE_PAC_DA : 0;
    mode |= sctlr & SCTLR_EnDB ? MODE_PAC_DB : 0;
    if (is_48_bits(env, regime)) {
        mode |= MODE_PAC_48;
        mode |= env->sys.tcr[regime] & TCR_TBID0 ? MODE_TBID0 : 0;
        mode |= env->sys.tcr[regime] & TCR_TBID1 ? MODE_TBID1 : 0;
    }
    return mode | (arm_pauth_trap_el(env, el) ? MODE_PAC_TRAP : 0);
}

uint32_t arm_get_mode(CPUARMState *env)
{
    unsigned el = arm_current_el(env);
    unsigned regime = arm_regime_el(env, el);
    uint64_t sctlr = env->sys.sctlr[regime];
    uint32_t mode = level_mode(env, el, regime);

    mode |= env->pstate & PSTATE_SP ? MODE_SPSEL : 0;
    mode |= arm_fp_trap_el(env, el) ? MODE_FP_TRAP : 0;
    mode |= sctlr & SCTLR_A ? MODE_ALIGN : 0;
    mode |= arm_is_big_endian(env) ? MODE_BE : 0;
    mode |= (env->xregs[31] & 15) && (sctlr & (el ? SCTLR_SA : SCTLR_SA0)) ? MODE_SP_BAD : 0;
    if (env->sys.mdscr & MDSCR_SS) {
        mode |= MODE_STEP_ARMED;
        mode |= arm_debug_enabled(env, el, env->pstate) ? MODE_STEP : 0;
    }
    mode |= env->pstate & PSTATE_IL ? MODE_IL : 0;
    mode |= env->pstate & PSTATE_UAO ? MODE_UAO : 0;
    mode |= arm_tbi_mode(env, regime, false);
    mode |= arm_has_bti(env) && (sctlr & (el ? SCTLR_BT1 : SCTLR_BT0)) ? MODE_BT : 0;
    mode |= pauth_mode(env, el, regime);
    mode |= env->fpcr & (1u << 24) ? MODE_FZ : 0;
    mode |= env->fpcr & (1u << 19 | 1u << 26) ? MODE_FZ16 : 0; /* or AHP */
    return mode;
}

ARMWalkMode arm_walk_mode(const CPUARMState *env, bool unpriv)
{
    unsigned el = arm_current_el(env);
    unsigned regime = arm_regime_el(env, el);
    bool user = el == 0 || (unpriv && arm_regime_has_el0(env, regime) &&
                            !(env->pstate & PSTATE_UAO) && (el == 1 || arm_in_host(env)));

    return (ARMWalkMode){
        .regime = regime,
        .user = user,
        .pan = !user && arm_regime_has_el0(env, regime) && (env->pstate & PSTATE_PAN),
        .secure = arm_is_secure(env),
    };
}

/* VTTBR_EL2.VMID has 8 bits, or 16 where VTCR_EL2.VS says so and FEAT_VMID16 exists. */
unsigned arm_vmid_mask(const CPUARMState *env)
{
    bool wide =
        (env->sys.vtcr & VTCR_VS) && isar_field(env->isar.id_aa64mmfr1, ID_AA64MMFR1_VMIDBITS) == 2;

    return wide ? 0xffff : 0xff;
}

static unsigned arm_vmid(const CPUARMState *env)
{
    return env->sys.vttbr >> 48 & arm_vmid_mask(env);
}

uint64_t arm_get_context_key(CPUARMState *env, bool unpriv)
{
    ARMWalkMode w = arm_walk_mode(env, unpriv);
    uint64_t tcr = env->sys.tcr[w.regime];
    uint64_t key = CONTEXT_MODE(arm_get_mode(env));

    if ((env->sys.sctlr[w.regime] & SCTLR_M) && arm_regime_has_el0(env, w.regime)) {
        uint64_t ttbr = tcr & TCR_A1 ? env->sys.ttbr1[w.regime] : env->sys.ttbr0[w.regime];

        key |= ttbr >> 48 & (tcr & TCR_AS ? 0xffff : 0xff);
    }
    if (w.regime == 1 && arm_stage2_enabled(env)) {
        key |= CONTEXT_VMID(arm_vmid(env));
    }
    key |= w.user ? CONTEXT_EL0 : 0;
    key |= w.pan ? CONTEXT_PAN : 0;
    return key | (w.secure ? CONTEXT_SECURE : 0);
}

void arm_mode_changed(CPUARMState *env)
{
    CPUState *cs = env_cpu(env);

    if (cs->tcg) { /* not under another accelerator, nor before the CPU is realized */
        tlb_context_changed(cs);
    }
    if (ARM_CPU(cs)->gicv3_world_changed) {
        ARM_CPU(cs)->gicv3_world_changed(ARM_CPU(cs)->gicv3);
    }
}

static void set_exception(CPUARMState *env, int excp, uint32_t syndrome, unsigned target)
{
    env_cpu(env)->exception_index = excp;
    env->exception.syndrome = syndrome;
    env->exception.target_el = target;
    env->exception.ipa = UINT64_MAX;
}

void arm_raise_to(CPUARMState *env, int excp, uint32_t syndrome, unsigned target)
{
    set_exception(env, excp, syndrome, target);
    cpu_loop_exit_restore(env_cpu(env));
}

void arm_raise(CPUARMState *env, int excp, uint32_t syndrome)
{
    arm_raise_to(env, excp, syndrome, 0);
}

void arm_raise_after(CPUARMState *env, int excp, uint32_t syndrome)
{
    CPUState *cs = env_cpu(env);

    cpu_restore_pc(cs);
    env->pc += 4;
    set_exception(env, excp, syndrome, 0);
    cpu_loop_exit(cs);
}

void arm_halt(CPUState *cs)
{
    qatomic_set(&cs->halted, 1);
    qatomic_set(&cs->exit_request, true); /* the loop leaves before the next block */
}
