/* SPDX-License-Identifier: MIT */
/*
 * System control, exception state, PSTATE as registers, thread IDs (D19.2, C5.2), and the
 * IMPLEMENTATION DEFINED registers of the modelled cores that only hold what software wrote.
 */
#include "qemu/osdep.h"

#include "qemu/guest-random.h"
#include "qemu/log.h"
#include "target/arm/internals.h"
#include "target/arm/sysregs.h"
#include "tcg/flags.h"

static void sctlr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    uint64_t changed = env->sys.sctlr[1] ^ val;

    env->sys.sctlr[1] = val;
    if (changed & (SCTLR_M | SCTLR_WXN)) {
        tlb_flush(env_cpu(env));
    }
    arm_mode_changed(env);
}

static void mode_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    *(uint64_t *)((char *)env + r->offset) = r->value ? val & r->value : val;
    arm_mode_changed(env);
}

static uint64_t spsel_read(CPUARMState *env, const ARMSysReg *r)
{
    return env->pstate & PSTATE_SP;
}

static void spsel_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    pstate_write(env, (pstate_read(env) & ~(uint64_t)PSTATE_SP) | (val & 1));
}

static uint64_t currentel_read(CPUARMState *env, const ARMSysReg *r)
{
    return env->pstate & PSTATE_EL;
}

/* Registers that are one or more PSTATE bits: `value` has the bits. */
static uint64_t pstate_bits_read(CPUARMState *env, const ARMSysReg *r)
{
    return env->pstate & r->value;
}

static void pstate_bits_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    env->pstate = (env->pstate & ~r->value) | (val & r->value);
    if (r->value & (PSTATE_PAN | PSTATE_UAO)) {
        arm_mode_changed(env);
    }
}

static void daif_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    env->pstate = (env->pstate & ~(uint64_t)PSTATE_DAIF) | (val & PSTATE_DAIF);
    arm_daif_changed(env);
}

static bool uma_allows(CPUARMState *env, const ARMSysReg *r, bool is_read)
{
    return arm_sctlr(env) & SCTLR_UMA;
}

static uint64_t sp_el0_read(CPUARMState *env, const ARMSysReg *r)
{
    return arm_get_sp(env, 0);
}

static void sp_el0_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    arm_set_sp(env, 0, val);
}

static uint64_t fpcr_read(CPUARMState *env, const ARMSysReg *r)
{
    return vfp_get_fpcr(env);
}

static void fpcr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    vfp_set_fpcr(env, val);
    arm_mode_changed(env);
}

static uint64_t fpsr_read(CPUARMState *env, const ARMSysReg *r)
{
    return vfp_get_fpsr(env);
}

static void fpsr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    vfp_set_fpsr(env, val);
}

/* ISR_EL1: what is pending, whether masked or not; at EL1 virtual ones where those are routed. */
static uint64_t isr_read(CPUARMState *env, const ARMSysReg *r)
{
    uint32_t request = qatomic_read(&env_cpu(env)->interrupt_request);
    uint64_t hcr = arm_current_el(env) == 1 ? arm_hcr(env) : 0;
    uint32_t serror = hcr & HCR_AMO ? CPU_INTERRUPT_VSERR : CPU_INTERRUPT_SERROR;
    uint32_t irq = hcr & HCR_IMO ? CPU_INTERRUPT_VIRQ : CPU_INTERRUPT_HARD;
    uint32_t fiq = hcr & HCR_FMO ? CPU_INTERRUPT_VFIQ : CPU_INTERRUPT_FIQ;

    return (request & serror ? PSTATE_A : 0) | (request & irq ? PSTATE_I : 0) |
           (request & fiq ? PSTATE_F : 0);
}

static uint64_t rvbar_read(CPUARMState *env, const ARMSysReg *r)
{
    return ARM_CPU(env_cpu(env))->rvbar;
}

static bool is_el1_highest(const ARMCPU *cpu)
{
    return !cpu->has_el2 && !cpu->has_el3;
}

static bool has_pan(const ARMCPU *cpu)
{
    return isar_field(cpu->env.isar.id_aa64mmfr1, ID_AA64MMFR1_PAN);
}

static bool has_uao(const ARMCPU *cpu)
{
    return isar_field(cpu->env.isar.id_aa64mmfr2, ID_AA64MMFR2_UAO);
}

static bool has_dit(const ARMCPU *cpu)
{
    return isar_field(cpu->env.isar.id_aa64pfr0, ID_AA64PFR0_DIT);
}

/* 1 is the bit of PSTATE alone; 2 has instructions that name it. */
static bool has_ssbs(const ARMCPU *cpu)
{
    return isar_field(cpu->env.isar.id_aa64pfr1, ID_AA64PFR1_SSBS) >= 2;
}

static bool has_pauth(const ARMCPU *cpu)
{
    return arm_has_pauth(&cpu->env);
}

static bool has_rndr(const ARMCPU *cpu)
{
    return isar_field(cpu->env.isar.id_aa64isar0, ID_AA64ISAR0_RNDR);
}

/* RNDR and RNDRRS (D19.2.117): Z tells that there was no random number. */
static uint64_t rndr_read(CPUARMState *env, const ARMSysReg *r)
{
    uint64_t val = 0;
    bool failed = qemu_guest_getrandom(&val, sizeof(val), NULL) != 0;

    env->tcg.flag_kind = FLAGS_NZCV;
    env->tcg.flag_a = failed ? 1u << 30 : 0;
    env->tcg.flag_b = 0;
    return failed ? 0 : val;
}

#define PLAIN(name_, n, m, o2, f)                                                                  \
    {                                                                                              \
        .name = name_, SR_ENC(3, 0, n, m, o2), .access = SR_RW1, SR_FIELD(f)                       \
    }

/* @m, @o2: of the lower half. */
#define KEY(name_, m, o2, k)                                                                       \
    { .name = name_ "KeyLo_EL1",                                                                   \
      SR_ENC(3, 0, 2, m, o2),                                                                      \
      .access = SR_RW1,                                                                            \
      SR_FIELD(sys.key[k].lo),                                                                     \
      .present = has_pauth },                                                                      \
    {                                                                                              \
        .name = name_ "KeyHi_EL1", SR_ENC(3, 0, 2, m, o2 + 1), .access = SR_RW1,                   \
        SR_FIELD(sys.key[k].hi), .present = has_pauth                                              \
    }

static bool has_accdata(const ARMCPU *cpu)
{
    return arm_has_accdata(&cpu->env);
}

static const ARMSysReg control_rows[] = {
    { .name = "SCTLR_EL1",
      SR_ENC(3, 0, 1, 0, 0),
      .access = SR_RW1,
      .flags = SR_END,
      SR_FIELD(sys.sctlr[1]),
      .write = sctlr_write },
    { .name = "ACTLR_EL1", SR_ENC(3, 0, 1, 0, 1), .access = SR_RW1, .flags = SR_CONST },
    { .name = "CPACR_EL1",
      SR_ENC(3, 0, 1, 0, 2),
      .access = SR_RW1,
      .flags = SR_END,
      SR_FIELD(sys.cptr[1]),
      .value = 3u << 20,
      .write = mode_write },
    KEY("APIA", 1, 0, ARM_KEY_IA),
    KEY("APIB", 1, 2, ARM_KEY_IB),
    KEY("APDA", 2, 0, ARM_KEY_DA),
    KEY("APDB", 2, 2, ARM_KEY_DB),
    KEY("APGA", 3, 0, ARM_KEY_GA),
    PLAIN("SPSR_EL1", 4, 0, 0, sys.spsr[1]),
    PLAIN("ELR_EL1", 4, 0, 1, sys.elr[1]),
    { .name = "SP_EL0",
      SR_ENC(3, 0, 4, 1, 0),
      .access = SR_RW1,
      .read = sp_el0_read,
      .write = sp_el0_write },
    { .name = "SPSel",
      SR_ENC(3, 0, 4, 2, 0),
      .access = SR_RW1,
      .flags = SR_END,
      .read = spsel_read,
      .write = spsel_write },
    { .name = "CurrentEL",
      SR_ENC(3, 0, 4, 2, 2),
      .access = SR_R1,
      .flags = SR_LAZY,
      .read = currentel_read },
    { .name = "PAN",
      SR_ENC(3, 0, 4, 2, 3),
      .access = SR_RW1,
      .flags = SR_END,
      .value = PSTATE_PAN,
      .read = pstate_bits_read,
      .write = pstate_bits_write,
      .present = has_pan },
    { .name = "UAO",
      SR_ENC(3, 0, 4, 2, 4),
      .access = SR_RW1,
      .flags = SR_END,
      .value = PSTATE_UAO,
      .read = pstate_bits_read,
      .write = pstate_bits_write,
      .present = has_uao },
    PLAIN("AFSR0_EL1", 5, 1, 0, sys.afsr0[1]),
    PLAIN("AFSR1_EL1", 5, 1, 1, sys.afsr1[1]),
    PLAIN("ESR_EL1", 5, 2, 0, sys.esr[1]),
    PLAIN("FAR_EL1", 6, 0, 0, sys.far[1]),
    { .name = "VBAR_EL1",
      SR_ENC(3, 0, 12, 0, 0),
      .access = SR_RW1,
      SR_FIELD(sys.vbar[1]),
      .value = ~0x7ffull },
    { .name = "RVBAR_EL1",
      SR_ENC(3, 0, 12, 0, 1),
      .access = SR_R1,
      .flags = SR_LAZY,
      .read = rvbar_read,
      .present = is_el1_highest },
    { .name = "ISR_EL1",
      SR_ENC(3, 0, 12, 1, 0),
      .access = SR_R1,
      .flags = SR_LAZY,
      .read = isr_read },
    { .name = "CONTEXTIDR_EL1",
      SR_ENC(3, 0, 13, 0, 1),
      .access = SR_RW1,
      SR_FIELD(sys.contextidr[1]),
      .value = 0xffffffff },
    PLAIN("TPIDR_EL1", 13, 0, 4, sys.tpidr[1]),
    { .name = "ACCDATA_EL1",
      SR_ENC(3, 0, 13, 0, 5),
      .access = SR_RW1,
      SR_FIELD(sys.accdata),
      .value = 0xffffffff,
      .present = has_accdata },
    { .name = "RNDR",
      SR_ENC(3, 3, 2, 4, 0),
      .access = SR_R,
      .read = rndr_read,
      .present = has_rndr },
    { .name = "RNDRRS",
      SR_ENC(3, 3, 2, 4, 1),
      .access = SR_R,
      .read = rndr_read,
      .present = has_rndr },
    { .name = "DAIF",
      SR_ENC(3, 3, 4, 2, 1),
      .access = SR_RW,
      .flags = SR_LAZY,
      .value = PSTATE_DAIF,
      .read = pstate_bits_read,
      .write = daif_write,
      .check = uma_allows },
    { .name = "DIT",
      SR_ENC(3, 3, 4, 2, 5),
      .access = SR_RW,
      .flags = SR_LAZY,
      .value = PSTATE_DIT,
      .read = pstate_bits_read,
      .write = pstate_bits_write,
      .present = has_dit },
    { .name = "SSBS",
      SR_ENC(3, 3, 4, 2, 6),
      .access = SR_RW,
      .flags = SR_LAZY,
      .value = PSTATE_SSBS,
      .read = pstate_bits_read,
      .write = pstate_bits_write,
      .present = has_ssbs },
    { .name = "FPCR",
      SR_ENC(3, 3, 4, 4, 0),
      .access = SR_RW,
      .flags = SR_FP | SR_END,
      .read = fpcr_read,
      .write = fpcr_write },
    { .name = "FPSR",
      SR_ENC(3, 3, 4, 4, 1),
      .access = SR_RW,
      .flags = SR_FP,
      .read = fpsr_read,
      .write = fpsr_write },
    { .name = "TPIDR_EL0", SR_ENC(3, 3, 13, 0, 2), .access = SR_RW, SR_FIELD(sys.tpidr[0]) },
    { .name = "TPIDRRO_EL0",
      SR_ENC(3, 3, 13, 0, 3),
      .access = SR_RW1_R0,
      SR_FIELD(sys.tpidrro_el0) },
};

const ARMSysRegTable arm_control_table = SR_TABLE(control_rows);

/* Cortex-A53, A57 and A72 (their TRMs, chapter 4). L2CTLR tells the number of cores less one. */
static uint64_t l2ctlr_read(CPUARMState *env, const ARMSysReg *r)
{
    unsigned cores = 0;
    CPUState *cs;

    CPU_FOREACH (cs) {
        cores++;
    }
    return (uint64_t)((MIN(cores, 4) - 1) & 3) << 24;
}

static uint64_t cbar_read(CPUARMState *env, const ARMSysReg *r)
{
    return ARM_CPU(env_cpu(env))->cbar;
}

#define IMPDEF(name_, n, m, o2, i)                                                                 \
    {                                                                                              \
        .name = name_, SR_ENC(3, 1, n, m, o2), .access = SR_RW1, SR_FIELD(sys.scratch[i])          \
    }

static const ARMSysReg impdef_rows[] = {
    { .name = "L2CTLR_EL1",
      SR_ENC(3, 1, 11, 0, 2),
      .access = SR_RW1,
      .flags = SR_LAZY,
      .read = l2ctlr_read },
    IMPDEF("L2ECTLR_EL1", 11, 0, 3, 0),
    IMPDEF("L2ACTLR_EL1", 15, 0, 0, 1),
    IMPDEF("CPUACTLR_EL1", 15, 2, 0, 2),
    IMPDEF("CPUECTLR_EL1", 15, 2, 1, 3),
    IMPDEF("CPUMERRSR_EL1", 15, 2, 2, 4),
    IMPDEF("L2MERRSR_EL1", 15, 2, 3, 5),
    { .name = "CBAR_EL1",
      SR_ENC(3, 1, 15, 3, 0),
      .access = SR_R1,
      .flags = SR_LAZY,
      .read = cbar_read },
};

const ARMSysRegTable arm_impdef_table = SR_TABLE(impdef_rows);
