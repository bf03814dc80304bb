/* SPDX-License-Identifier: MIT */
/* System registers of EL2 and EL3 (D19.2), but for those of timers, and MMU maintenance. */
#include "qemu/osdep.h"

#include "qemu/main-loop.h"
#include "target/arm/internals.h"
#include "target/arm/pmu.h"
#include "target/arm/sysregs.h"

static void mode_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    *(uint64_t *)((char *)env + r->offset) = r->value ? val & r->value : val;
    arm_mode_changed(env);
}

/* What changes translations without an ASID or VMID that tells the old ones apart. */
static void regime_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    uint64_t *field = (uint64_t *)((char *)env + r->offset);

    if (*field != val) {
        *field = val;
        tlb_flush(env_cpu(env));
    }
    arm_mode_changed(env);
}

/* TTBR0_EL2 has an ASID only with E2H; without, software invalidates the TLB after a change. */
static void ttbr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    *(uint64_t *)((char *)env + r->offset) = val;
    arm_mode_changed(env);
}

#define HCR_MASK                                                                                   \
    (HCR_VM | HCR_PTW | HCR_FMO | HCR_IMO | HCR_AMO | HCR_VF | HCR_VI | HCR_VSE | HCR_DC | 0xe00 | \
     HCR_TWI | HCR_TWE | 1ull << 15 | HCR_TID1 | HCR_TID2 | HCR_TID3 | HCR_TSC | HCR_TIDCP |       \
     HCR_TACR | HCR_TSW | HCR_TPCP | HCR_TPU | HCR_TTLB | HCR_TVM | HCR_TGE | HCR_TDZ | HCR_TRVM | \
     HCR_CD | HCR_ID | HCR_TEA)

/* RW is RES1: there is no AArch32. E2H exists with FEAT_VHE, TGE's other effects always. */
static void hcr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    uint64_t mask = HCR_MASK;
    uint64_t old = env->sys.hcr;

    if (isar_field(env->isar.id_aa64mmfr1, ID_AA64MMFR1_VH)) {
        mask |= HCR_E2H;
    }
    mask |= isar_field(env->isar.id_aa64mmfr1, ID_AA64MMFR1_LO) ? HCR_TLOR : 0;
    mask |= isar_field(env->isar.id_aa64pfr0, ID_AA64PFR0_RAS) ? HCR_TERR : 0;
    if (!arm_has_el(env, 3)) {
        mask |= HCR_HCD;
    }
    if (arm_has_pauth(env)) {
        mask |= HCR_API | HCR_APK;
    }
    env->sys.hcr = (val & mask) | HCR_RW;
    /* TGE turns stage 2 off; with E2H, EL0 has another mode then. */
    if ((old ^ env->sys.hcr) &
        (HCR_VM | HCR_DC | HCR_PTW | HCR_E2H | (env->sys.hcr & HCR_E2H ? 0 : HCR_TGE))) {
        tlb_flush(env_cpu(env));
    }
    bql_lock();
    arm_update_virtual_interrupts(ARM_CPU(env_cpu(env)));
    bql_unlock();
    arm_mode_changed(env);
    arm_daif_changed(env);
}

/* What the features that it controls ask for; the XS attribute itself has no effect here. */
static void hcrx_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    uint64_t mask = 0;

    mask |= isar_field(env->isar.id_aa64isar1, ID_AA64ISAR1_XS) ? HCRX_FnXS | HCRX_FGTnXS : 0;
    mask |= isar_field(env->isar.id_aa64isar2, ID_AA64ISAR2_MOPS) ? HCRX_MSCEn | HCRX_MCE2 : 0;
    if (isar_field(env->isar.id_aa64isar1, ID_AA64ISAR1_LS64)) {
        mask |= HCRX_EnALS | HCRX_EnASR | HCRX_EnAS0;
    }
    env->sys.hcrx = val & mask;
}

/* NS changes what EL1 and EL0 are: their registers are not banked, their translations are. */
static void scr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    uint64_t mask = SCR_NS | SCR_IRQ | SCR_FIQ | SCR_EA | SCR_SMD | SCR_HCE | SCR_SIF | SCR_ST |
                    SCR_TWI | SCR_TWE;

    mask |= arm_has_pauth(env) ? SCR_API | SCR_APK : 0;
    mask |= arm_has_hcx(env) ? SCR_HXEn : 0;
    mask |= arm_has_accdata(env) ? SCR_ADEn | SCR_EnAS0 : 0;
    mask |= isar_field(env->isar.id_aa64mmfr1, ID_AA64MMFR1_LO) ? SCR_TLOR : 0;
    mask |= isar_field(env->isar.id_aa64pfr0, ID_AA64PFR0_RAS) ? SCR_TERR : 0;
    env->sys.scr = (val & mask) | SCR_RW | 0x30;
    arm_mode_changed(env);
}

#define MDCR_EL2_PMU (MDCR_HPMN | MDCR_TPMCR | MDCR_TPM | MDCR_HPME)
#define MDCR_EL3_PMU (MDCR_TPM | MDCR_SPME)

static uint64_t mdcr_mask(const CPUARMState *env, bool el2)
{
    unsigned version = isar_field(env->isar.id_aa64dfr0, ID_AA64DFR0_PMUVER);
    uint64_t mask = MDCR_TDA | MDCR_TDOSA | (el2 ? MDCR_TDE | MDCR_TDRA : MDCR_SDD);

    mask |= !version ? 0 : el2 ? MDCR_EL2_PMU : MDCR_EL3_PMU;
    return mask | (el2 && version >= 4 ? MDCR_HPMD : 0); /* PMUv3p1 */
}

/* Who takes debug exceptions, and from where, decides about software step, too. */
static void mdcr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    arm_pmu_sync(env);
    *(uint64_t *)((char *)env + r->offset) = val & mdcr_mask(env, SYSREG_OP1(r->enc) == 4);
    bql_lock();
    arm_pmu_changed(env);
    bql_unlock();
    arm_mode_changed(env);
}

static uint64_t sp_read(CPUARMState *env, const ARMSysReg *r)
{
    return arm_get_sp(env, SYSREG_OP1(r->enc) == 4 ? 1 : 2);
}

static void sp_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    arm_set_sp(env, SYSREG_OP1(r->enc) == 4 ? 1 : 2, val);
}

static uint64_t rvbar_read(CPUARMState *env, const ARMSysReg *r)
{
    return ARM_CPU(env_cpu(env))->rvbar;
}

static bool is_el2_highest(const ARMCPU *cpu)
{
    return !cpu->has_el3;
}

static bool has_hcx(const ARMCPU *cpu)
{
    return arm_has_hcx(&cpu->env);
}

static bool has_vhe(const ARMCPU *cpu)
{
    return isar_field(cpu->env.isar.id_aa64mmfr1, ID_AA64MMFR1_VH);
}

/* @o1: 4 for EL2, 6 for EL3. */
#define PLAIN(name_, o1, n, m, o2, f)                                                              \
    {                                                                                              \
        .name = name_, SR_ENC(3, o1, n, m, o2), .access = SR_RW1, SR_FIELD(f)                      \
    }
#define HOOKED(name_, o1, n, m, o2, f, hook)                                                       \
    {                                                                                              \
        .name = name_, SR_ENC(3, o1, n, m, o2), .access = SR_RW1, .flags = SR_END, SR_FIELD(f),    \
        .write = hook                                                                              \
    }
#define STACK(name_, o1)                                                                           \
    {                                                                                              \
        .name = name_, SR_ENC(3, o1, 4, 1, 0), .access = SR_RW1, .read = sp_read,                  \
        .write = sp_write                                                                          \
    }
#define RES0(name_, o1, n, m, o2)                                                                  \
    {                                                                                              \
        .name = name_, SR_ENC(3, o1, n, m, o2), .access = SR_RW1, .flags = SR_CONST                \
    }

static const ARMSysReg el2_rows[] = {
    PLAIN("VPIDR_EL2", 4, 0, 0, 0, sys.vpidr),
    PLAIN("VMPIDR_EL2", 4, 0, 0, 5, sys.vmpidr),
    HOOKED("SCTLR_EL2", 4, 1, 0, 0, sys.sctlr[2], regime_write),
    RES0("ACTLR_EL2", 4, 1, 0, 1),
    HOOKED("HCR_EL2", 4, 1, 1, 0, sys.hcr, hcr_write),
    HOOKED("MDCR_EL2", 4, 1, 1, 1, sys.mdcr[2], mdcr_write),
    HOOKED("CPTR_EL2", 4, 1, 1, 2, sys.cptr[2], mode_write),
    PLAIN("HSTR_EL2", 4, 1, 1, 3, sys.hstr),
    RES0("HACR_EL2", 4, 1, 1, 7),
    { .name = "HCRX_EL2",
      SR_ENC(3, 4, 1, 2, 2),
      .access = SR_RW1,
      SR_FIELD(sys.hcrx),
      .write = hcrx_write,
      .present = has_hcx },
    HOOKED("TTBR0_EL2", 4, 2, 0, 0, sys.ttbr0[2], ttbr_write),
    { .name = "TTBR1_EL2",
      SR_ENC(3, 4, 2, 0, 1),
      .access = SR_RW1,
      .flags = SR_END,
      SR_FIELD(sys.ttbr1[2]),
      .write = ttbr_write,
      .present = has_vhe },
    HOOKED("TCR_EL2", 4, 2, 0, 2, sys.tcr[2], regime_write),
    HOOKED("VTTBR_EL2", 4, 2, 1, 0, sys.vttbr, ttbr_write),
    HOOKED("VTCR_EL2", 4, 2, 1, 2, sys.vtcr, regime_write),
    PLAIN("SPSR_EL2", 4, 4, 0, 0, sys.spsr[2]),
    PLAIN("ELR_EL2", 4, 4, 0, 1, sys.elr[2]),
    STACK("SP_EL1", 4),
    PLAIN("AFSR0_EL2", 4, 5, 1, 0, sys.afsr0[2]),
    PLAIN("AFSR1_EL2", 4, 5, 1, 1, sys.afsr1[2]),
    PLAIN("ESR_EL2", 4, 5, 2, 0, sys.esr[2]),
    PLAIN("FAR_EL2", 4, 6, 0, 0, sys.far[2]),
    PLAIN("HPFAR_EL2", 4, 6, 0, 4, sys.hpfar),
    PLAIN("MAIR_EL2", 4, 10, 2, 0, sys.mair[2]),
    PLAIN("AMAIR_EL2", 4, 10, 3, 0, sys.amair[2]),
    { .name = "VBAR_EL2",
      SR_ENC(3, 4, 12, 0, 0),
      .access = SR_RW1,
      SR_FIELD(sys.vbar[2]),
      .value = ~0x7ffull },
    { .name = "RVBAR_EL2",
      SR_ENC(3, 4, 12, 0, 1),
      .access = SR_R1,
      .flags = SR_LAZY,
      .read = rvbar_read,
      .present = is_el2_highest },
    { .name = "CONTEXTIDR_EL2",
      SR_ENC(3, 4, 13, 0, 1),
      .access = SR_RW1,
      SR_FIELD(sys.contextidr[2]),
      .value = 0xffffffff,
      .present = has_vhe },
    PLAIN("TPIDR_EL2", 4, 13, 0, 2, sys.tpidr[2]),

    HOOKED("SCTLR_EL3", 6, 1, 0, 0, sys.sctlr[3], regime_write),
    RES0("ACTLR_EL3", 6, 1, 0, 1),
    HOOKED("SCR_EL3", 6, 1, 1, 0, sys.scr, scr_write),
    HOOKED("CPTR_EL3", 6, 1, 1, 2, sys.cptr[3], mode_write),
    HOOKED("MDCR_EL3", 6, 1, 3, 1, sys.mdcr[3], mdcr_write),
    HOOKED("TTBR0_EL3", 6, 2, 0, 0, sys.ttbr0[3], regime_write),
    HOOKED("TCR_EL3", 6, 2, 0, 2, sys.tcr[3], regime_write),
    PLAIN("SPSR_EL3", 6, 4, 0, 0, sys.spsr[3]),
    PLAIN("ELR_EL3", 6, 4, 0, 1, sys.elr[3]),
    STACK("SP_EL2", 6),
    PLAIN("AFSR0_EL3", 6, 5, 1, 0, sys.afsr0[3]),
    PLAIN("AFSR1_EL3", 6, 5, 1, 1, sys.afsr1[3]),
    PLAIN("ESR_EL3", 6, 5, 2, 0, sys.esr[3]),
    PLAIN("FAR_EL3", 6, 6, 0, 0, sys.far[3]),
    PLAIN("MAIR_EL3", 6, 10, 2, 0, sys.mair[3]),
    PLAIN("AMAIR_EL3", 6, 10, 3, 0, sys.amair[3]),
    { .name = "VBAR_EL3",
      SR_ENC(3, 6, 12, 0, 0),
      .access = SR_RW1,
      SR_FIELD(sys.vbar[3]),
      .value = ~0x7ffull },
    { .name = "RVBAR_EL3",
      SR_ENC(3, 6, 12, 0, 1),
      .access = SR_R1,
      .flags = SR_LAZY,
      .read = rvbar_read },
    PLAIN("TPIDR_EL3", 6, 13, 0, 2, sys.tpidr[3]),
};

const ARMSysRegTable arm_el2_table = SR_TABLE(el2_rows);
