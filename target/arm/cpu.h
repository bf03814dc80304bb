/* SPDX-License-Identifier: MIT */
/*
 * Arm CPUs: the architectural state of a PE with EL0 and EL1, and EL2 and EL3 where the CPU has
 * them, all in AArch64 state.
 *
 * Section numbers are those of DDI0487 (issue J). Locking: CPUARMState belongs to the vCPU's
 * thread; the timer's fields and irq_line (BQL) are touched with the big lock held.
 */
#ifndef TARGET_ARM_CPU_H
#define TARGET_ARM_CPU_H

#include "qemu/osdep.h"

#include "hw/core/cpu.h"
#include "qemu/timer.h"
#include "tcg/env.h"

#define TYPE_ARM_CPU "arm-cpu"
OBJECT_DECLARE_TYPE(ARMCPU, ARMCPUClass, ARM_CPU)
#define ARM_CPU_TYPE_SUFFIX     "-" TYPE_ARM_CPU
#define ARM_CPU_TYPE_NAME(name) (name ARM_CPU_TYPE_SUFFIX)

/* Unnamed GPIO inputs. */
enum { ARM_CPU_IRQ, ARM_CPU_FIQ, ARM_CPU_VIRQ, ARM_CPU_VFIQ, ARM_CPU_NIRQS };

/* Unnamed GPIO outputs: the interrupts of the generic timers. */
enum { GTIMER_PHYS, GTIMER_VIRT, GTIMER_HYP, GTIMER_SEC, GTIMER_HYPVIRT, NUM_GTIMERS };
#define GTIMER_FREQ 62500000 /* CNTFRQ_EL0 */

/* PSTATE as it is saved in SPSR_ELx (C5.2.20). NZCV is kept apart, in TCGEnv's symbolic flags. */
#define PSTATE_SP      (1u << 0)
#define PSTATE_EL      (3u << 2)
#define PSTATE_M32     (1u << 4)
#define PSTATE_F       (1u << 6)
#define PSTATE_I       (1u << 7)
#define PSTATE_A       (1u << 8)
#define PSTATE_D       (1u << 9)
#define PSTATE_DAIF    (PSTATE_D | PSTATE_A | PSTATE_I | PSTATE_F)
#define PSTATE_BTYPE   (3u << 10) /* kept apart too: env->tcg.entry */
#define PSTATE_SSBS    (1u << 12)
#define PSTATE_IL      (1u << 20)
#define PSTATE_SS      (1u << 21)
#define PSTATE_PAN     (1u << 22)
#define PSTATE_UAO     (1u << 23)
#define PSTATE_DIT     (1u << 24)
#define PSTATE_NZCV    (0xfu << 28)
#define PSTATE_EL0t    0u
#define PSTATE_EL1t    4u
#define PSTATE_EL1h    5u
#define PSTATE_ELh(el) ((unsigned)(el) << 2 | PSTATE_SP)

/* SCTLR_ELx (D19.2.130) */
#define SCTLR_M      (1ull << 0)
#define SCTLR_A      (1ull << 1)
#define SCTLR_C      (1ull << 2)
#define SCTLR_SA     (1ull << 3)
#define SCTLR_SA0    (1ull << 4)
#define SCTLR_UMA    (1ull << 9)
#define SCTLR_EnRCTX (1ull << 10)
#define SCTLR_I      (1ull << 12)
#define SCTLR_EnDB   (1ull << 13)
#define SCTLR_DZE    (1ull << 14)
#define SCTLR_UCT    (1ull << 15)
#define SCTLR_nTWI   (1ull << 16)
#define SCTLR_nTWE   (1ull << 18)
#define SCTLR_WXN    (1ull << 19)
#define SCTLR_SPAN   (1ull << 23)
#define SCTLR_E0E    (1ull << 24)
#define SCTLR_EE     (1ull << 25)
#define SCTLR_UCI    (1ull << 26)
#define SCTLR_EnDA   (1ull << 27)
#define SCTLR_EnIB   (1ull << 30)
#define SCTLR_EnIA   (1ull << 31)
#define SCTLR_MSCEn  (1ull << 33)
#define SCTLR_BT0    (1ull << 35)
#define SCTLR_BT1    (1ull << 36) /* in SCTLR_EL2 without E2H and in SCTLR_EL3: BT */
#define SCTLR_DSSBS  (1ull << 44)
#define SCTLR_EnASR  (1ull << 54)
#define SCTLR_EnAS0  (1ull << 55)
#define SCTLR_EnALS  (1ull << 56)
#define SCTLR_RES1   0x30d00800ull

/* HCR_EL2 (D19.2.48) */
#define HCR_VM    (1ull << 0)
#define HCR_PTW   (1ull << 2)
#define HCR_FMO   (1ull << 3)
#define HCR_IMO   (1ull << 4)
#define HCR_AMO   (1ull << 5)
#define HCR_VF    (1ull << 6)
#define HCR_VI    (1ull << 7)
#define HCR_VSE   (1ull << 8)
#define HCR_DC    (1ull << 12)
#define HCR_TWI   (1ull << 13)
#define HCR_TWE   (1ull << 14)
#define HCR_TID1  (1ull << 16)
#define HCR_TID2  (1ull << 17)
#define HCR_TID3  (1ull << 18)
#define HCR_TSC   (1ull << 19)
#define HCR_TIDCP (1ull << 20)
#define HCR_TACR  (1ull << 21)
#define HCR_TSW   (1ull << 22)
#define HCR_TPCP  (1ull << 23)
#define HCR_TPU   (1ull << 24)
#define HCR_TTLB  (1ull << 25)
#define HCR_TVM   (1ull << 26)
#define HCR_TGE   (1ull << 27)
#define HCR_TDZ   (1ull << 28)
#define HCR_HCD   (1ull << 29)
#define HCR_TRVM  (1ull << 30)
#define HCR_RW    (1ull << 31)
#define HCR_CD    (1ull << 32)
#define HCR_ID    (1ull << 33)
#define HCR_E2H   (1ull << 34)
#define HCR_TLOR  (1ull << 35)
#define HCR_TERR  (1ull << 36)
#define HCR_TEA   (1ull << 37)
#define HCR_APK   (1ull << 40)
#define HCR_API   (1ull << 41)

/* HCRX_EL2 (D19.2.49) */
#define HCRX_EnAS0  (1ull << 0)
#define HCRX_EnALS  (1ull << 1)
#define HCRX_EnASR  (1ull << 2)
#define HCRX_FnXS   (1ull << 3)
#define HCRX_FGTnXS (1ull << 4)
#define HCRX_MCE2   (1ull << 10)
#define HCRX_MSCEn  (1ull << 11)

/* SCR_EL3 (D19.2.119) */
#define SCR_NS    (1ull << 0)
#define SCR_IRQ   (1ull << 1)
#define SCR_FIQ   (1ull << 2)
#define SCR_EA    (1ull << 3)
#define SCR_SMD   (1ull << 7)
#define SCR_HCE   (1ull << 8)
#define SCR_SIF   (1ull << 9)
#define SCR_RW    (1ull << 10)
#define SCR_ST    (1ull << 11)
#define SCR_TWI   (1ull << 12)
#define SCR_TWE   (1ull << 13)
#define SCR_TLOR  (1ull << 14)
#define SCR_TERR  (1ull << 15)
#define SCR_APK   (1ull << 16)
#define SCR_API   (1ull << 17)
#define SCR_EnAS0 (1ull << 36)
#define SCR_ADEn  (1ull << 37)
#define SCR_HXEn  (1ull << 38)

/* Traps of other registers to EL2 and EL3. */
#define CPTR_TFP   (1ull << 10)
#define CPTR_TCPAC (1ull << 31)
#define MDCR_HPMN  0x1full
#define MDCR_TPMCR (1ull << 5)
#define MDCR_TPM   (1ull << 6)
#define MDCR_HPME  (1ull << 7)
#define MDCR_TDE   (1ull << 8)
#define MDCR_TDA   (1ull << 9)
#define MDCR_TDOSA (1ull << 10)
#define MDCR_TDRA  (1ull << 11)
#define MDCR_SDD   (1ull << 16) /* of EL3: no debug exceptions from Secure state */
#define MDCR_HPMD  (1ull << 17) /* of EL2: no counting there */
#define MDCR_SPME  (1ull << 17) /* of EL3: counting in Secure state */

/* MDSCR_EL1 (D19.3.20) */
#define MDSCR_SS   (1u << 0)
#define MDSCR_TDCC (1u << 12)
#define MDSCR_KDE  (1u << 13)
#define MDSCR_MDE  (1u << 15)

/* Exceptions, in cs->exception_index. */
enum {
    EXCP_UDEF = 1,
    EXCP_SVC,
    EXCP_HVC,
    EXCP_SMC,
    EXCP_BKPT,
    EXCP_PREFETCH_ABORT,
    EXCP_DATA_ABORT,
    EXCP_IRQ,
    EXCP_FIQ,
    EXCP_SERROR,
    EXCP_SEMIHOST,
    EXCP_ILLEGAL_STATE, /* PSTATE.IL */
    EXCP_PC_ALIGN,
    EXCP_SP_ALIGN,
    EXCP_FP_ACCESS, /* trapped by CPACR_EL1.FPEN */
    EXCP_SYS_TRAP,  /* trapped MSR, MRS, SYS or WFx */
    EXCP_STEP,      /* software step */
    EXCP_BREAKPOINT,
    EXCP_WATCHPOINT,
    EXCP_BRANCH_TARGET,
    EXCP_PAUTH, /* a trapped instruction of pointer authentication, or one that failed */
    EXCP_MOPS,  /* a memory copy or set that goes on otherwise than it began */
    EXCP_LAST = EXCP_MOPS,
};

/* ID registers that tell features; software reads these values, the translator obeys them. */
typedef struct ARMISARegisters {
    uint64_t id_aa64pfr0, id_aa64pfr1;
    uint64_t id_aa64dfr0, id_aa64dfr1;
    uint64_t id_aa64isar0, id_aa64isar1, id_aa64isar2;
    uint64_t id_aa64mmfr0, id_aa64mmfr1, id_aa64mmfr2;
} ARMISARegisters;

/* Event counters; behind them, in arrays, the cycle counter. */
#define ARM_PMU_COUNTERS 6
#define ARM_PMU_CYCLES   ARM_PMU_COUNTERS

/* The performance monitors; see pmu.c. */
typedef struct ARMPMUState {
    uint64_t cr;                /* PMCR_EL0 without what is constant */
    uint64_t cnten, inten, ovs; /* a bit a counter, 31 for the cycle counter */
    uint64_t userenr, selr;
    uint64_t type[ARM_PMU_COUNTERS + 1];  /* PMEVTYPER<n>_EL0, PMCCFILTR_EL0 */
    uint64_t count[ARM_PMU_COUNTERS + 1]; /* as of `since` */
    uint64_t since;                       /* ns of the virtual clock */
    uint64_t remainder;                   /* cycles, where 64 count as one */
    uint32_t running;                     /* bit n: counter n counts cycles now */
    bool active;                          /* some counter is enabled */
} ARMPMUState;

enum { STEPPED_INSN = 1, STEPPED_EXCLUSIVE = 2 };

/* In wfe_wakes; no CPU_INTERRUPT_*. */
#define ARM_IN_WFE    0x80000000u /* in WFE or WFET */
#define ARM_IN_WFIT   0x40000000u /* in WFIT */
#define ARM_TIMED_OUT 0x20000000u /* its time has come */

/* A key of pointer authentication: IA, IB, DA, DB, then the generic one. */
enum { ARM_KEY_IA, ARM_KEY_IB, ARM_KEY_DA, ARM_KEY_DB, ARM_KEY_GA, ARM_NUM_KEYS };
typedef struct ARMKey {
    uint64_t lo, hi;
} ARMKey;

typedef struct ARMGenericTimer {
    uint64_t cval;
    uint64_t ctl; /* ENABLE, IMASK, ISTATUS */
} ARMGenericTimer;

/* Breakpoints, watchpoints, and how many of the former, at the end, compare contexts. */
#define ARM_NUM_BRP     6
#define ARM_NUM_WRP     4
#define ARM_NUM_CTX_CMP 2

/*
 * System registers that hold state. Those which exist once for each Exception level are arrays with
 * the level as index; an element for a level that has no such register is not used.
 */
typedef struct ARMSysState {
    uint64_t sctlr[4], ttbr0[4], ttbr1[4], tcr[4], mair[4], amair[4], contextidr[4];
    uint64_t vbar[4], esr[4], far[4], afsr0[4], afsr1[4], elr[4], spsr[4], tpidr[4];
    uint64_t sp_el[4]; /* the one in use is in xregs[31] instead */
    uint64_t cptr[4];  /* [1] is CPACR_EL1 */
    uint64_t mdcr[4];  /* [2] and [3] */
    uint64_t par, tpidrro_el0, csselr, accdata;
    uint64_t hcr, hcrx, vtcr, vttbr, hpfar, hstr, vpidr, vmpidr; /* EL2 */
    uint64_t scr;                                                /* EL3 */
    uint64_t disr, vdisr, vsesr;                                 /* deferred SErrors */
    uint64_t mdscr, oslock, osdlr, mdccint, dbgclaim, osdtrrx, osdtrtx, oseccr;
    uint64_t dbgbvr[ARM_NUM_BRP], dbgbcr[ARM_NUM_BRP];
    uint64_t dbgwvr[ARM_NUM_WRP], dbgwcr[ARM_NUM_WRP];
    uint64_t cntkctl, cntfrq, cnthctl, cntvoff;
    ARMKey key[ARM_NUM_KEYS];
    uint64_t scratch[8]; /* IMPLEMENTATION DEFINED registers that only hold what was written */
} ARMSysState;

/* What an enabled breakpoint or watchpoint covers, in bits 48:0 of addresses; len 0: none. */
typedef struct ARMDebugRange {
    uint64_t addr, len;
} ARMDebugRange;

typedef struct CPUArchState {
    TCGEnv tcg;
    uint64_t xregs[32]; /* X0 to X30, then the current stack pointer */
    uint64_t pc;        /* right outside of translated code only */
    uint64_t pstate;    /* without NZCV */

    TCGVec vregs[32];
    TCGVec qc; /* FPSR.QC, if any bit of it is set */
    uint32_t fpcr;
    uint32_t fpsr; /* what is not in the host's sticky flags: see vfp_get_fpsr */

    ARMSysState sys;
    ARMGenericTimer timer[NUM_GTIMERS]; /* (BQL) */
    ARMPMUState pmu;
    ARMISARegisters isar;
    uint64_t midr, mpidr, revidr, ctr, dczid, clidr, ccsidr[8];

    /* The exclusive monitor (B2.12.1): no address is marked when exclusive_addr is all ones. */
    uint64_t exclusive_addr;
    uint64_t exclusive_val;
    uint64_t exclusive_high;

    /* The event register, and waiting for it: event.c. */
    uint32_t event;     /* (atomic) it is set */
    uint32_t wfe_wakes; /* (atomic) 0: not in WFE or WFIT; else ARM_* | requests that end it */
    uint64_t event_at;  /* count at which the event streams were looked at last */

    /* Follows from the debug registers; see arm_debug_update(). */
    struct {
        ARMDebugRange brp[ARM_NUM_BRP], wrp[ARM_NUM_WRP];
    } debug;
    /*
     * STEPPED_*: an instruction has been stepped and nothing has happened since, so that the
     * pending software step exception can tell of it.
     */
    uint32_t stepped;

    /* Of the exception being raised. */
    struct {
        uint32_t syndrome;  /* ESR_ELx */
        uint32_t target_el; /* at least; 0: as usual for its kind */
        uint64_t vaddress;  /* FAR_ELx */
        uint64_t ipa;       /* of a stage 2 fault, with HPFAR_EL2 in mind; ~0: none */
        bool cache_op;      /* a cache maintenance instruction is being executed: CM */
    } exception;

    uint32_t irq_line; /* (BQL) levels of the GPIO inputs */
    TCGEnvCold cold;
} CPUARMState;

struct ARMCPU {
    CPUState parent_obj;

    CPUARMState env;
    GHashTable *sysregs;    /* encoding -> const ARMSysReg *; constant after realize */
    GPtrArray *gdb_sysregs; /* of const ARMSysReg: those that debuggers see, in their order */
    QEMUTimer *gt_timer[NUM_GTIMERS];
    qemu_irq gt_timer_outputs[NUM_GTIMERS];
    QEMUTimer *event_timer; /* the next event of a stream, for a CPU in WFE */
    QEMUTimer *pmu_timer;
    qemu_irq pmu_interrupt;
    uint32_t pmu_id;

    uint64_t reset_sctlr;
    uint64_t midr_override;             /* property "midr": MIDR_EL1 if not 0 */
    uint64_t cbar;                      /* property "reset-cbar": CBAR_EL1 */
    bool cfgend;                        /* property: data are big-endian after reset */
    uint64_t cntfrq;                    /* property: ticks a second; constant after realize */
    uint32_t ns_per_tick;               /* of the counter, if that is a whole number, else 0 */
    uint64_t rvbar;                     /* property: where execution begins */
    uint64_t mp_affinity;               /* property: Aff3..Aff0 of MPIDR_EL1 */
    uint32_t psci_conduit;              /* property: PSCI_CONDUIT_* */
    bool has_el2, has_el3;              /* properties; constant after realize */
    bool has_pmu;                       /* property "pmu" */
    bool pauth;                         /* property: pointer authentication */
    bool pauth_impdef, pauth_qarma5;    /* properties: its algorithm */
    struct MemoryRegion *secure_memory; /* property: what Secure accesses see; NULL: the same */
    bool power_off;                     /* (BQL) PSCI: off */
    bool on_pending;                    /* (BQL) PSCI: about to be switched on */
    bool on_queued;                     /* (BQL) work that does so is under way */
    uint64_t on_entry, on_context;      /* (BQL) with on_pending: where it begins, its x0 */
    const char *dtb_compatible;

    void *gicv3; /* the CPU interface of a GICv3, see arm_cpu_attach_gicv3(); NULL: none */
    void (*gicv3_reset)(void *gicv3);
    void (*gicv3_world_changed)(void *gicv3); /* NULL: it need not know */
    uint32_t gicv3_traps; /* its ICH_HCR_TC and so on (sysregs.h); it sets them (BQL) */
};

struct ARMCPUClass {
    CPUClass parent_class;

    DeviceRealize parent_realize;
    ResettablePhases parent_phases;
    const struct ARMCPUModel *model;
};

enum { QEMU_PSCI_CONDUIT_DISABLED, QEMU_PSCI_CONDUIT_SMC, QEMU_PSCI_CONDUIT_HVC };

/* Fields of ID registers, by their lowest bit. */
enum {
    ID_AA64PFR0_EL2 = 8,
    ID_AA64PFR0_EL3 = 12,
    ID_AA64PFR0_FP = 16,
    ID_AA64PFR0_ADVSIMD = 20,
    ID_AA64PFR0_GIC = 24,
    ID_AA64PFR0_RAS = 28,
    ID_AA64PFR0_DIT = 48,
    ID_AA64PFR0_CSV2 = 56,
    ID_AA64PFR0_CSV3 = 60,
    ID_AA64PFR1_BT = 0,
    ID_AA64PFR1_SSBS = 4,
    ID_AA64DFR0_PMUVER = 8,
    ID_AA64ISAR0_AES = 4,
    ID_AA64ISAR0_SHA1 = 8,
    ID_AA64ISAR0_SHA2 = 12,
    ID_AA64ISAR0_CRC32 = 16,
    ID_AA64ISAR0_ATOMIC = 20,
    ID_AA64ISAR0_RDM = 28,
    ID_AA64ISAR0_SHA3 = 32,
    ID_AA64ISAR0_SM3 = 36,
    ID_AA64ISAR0_SM4 = 40,
    ID_AA64ISAR0_DP = 44,
    ID_AA64ISAR0_FHM = 48,
    ID_AA64ISAR0_TS = 52,
    ID_AA64ISAR0_RNDR = 60,
    ID_AA64ISAR1_DPB = 0,
    ID_AA64ISAR1_APA = 4,
    ID_AA64ISAR1_API = 8,
    ID_AA64ISAR1_JSCVT = 12,
    ID_AA64ISAR1_FCMA = 16,
    ID_AA64ISAR1_LRCPC = 20,
    ID_AA64ISAR1_GPA = 24,
    ID_AA64ISAR1_GPI = 28,
    ID_AA64ISAR1_FRINTTS = 32,
    ID_AA64ISAR1_SB = 36,
    ID_AA64ISAR1_SPECRES = 40,
    ID_AA64ISAR1_BF16 = 44,
    ID_AA64ISAR1_DGH = 48,
    ID_AA64ISAR1_I8MM = 52,
    ID_AA64ISAR1_XS = 56,
    ID_AA64ISAR1_LS64 = 60,
    ID_AA64ISAR2_WFXT = 0,
    ID_AA64ISAR2_MOPS = 16,
    ID_AA64ISAR2_BC = 20,
    ID_AA64ISAR2_CSSC = 52,
    ID_AA64MMFR0_PARANGE = 0,
    ID_AA64MMFR0_ASIDBITS = 4,
    ID_AA64MMFR0_BIGEND = 8,
    ID_AA64MMFR0_SNSMEM = 12,
    ID_AA64MMFR0_TGRAN16 = 20,
    ID_AA64MMFR1_HAFDBS = 0,
    ID_AA64MMFR1_VMIDBITS = 4,
    ID_AA64MMFR1_VH = 8,
    ID_AA64MMFR1_HPDS = 12,
    ID_AA64MMFR1_LO = 16,
    ID_AA64MMFR1_PAN = 20,
    ID_AA64MMFR1_XNX = 28,
    ID_AA64MMFR1_HCX = 40,
    ID_AA64MMFR2_CNP = 0,
    ID_AA64MMFR2_UAO = 4,
    ID_AA64MMFR2_IESB = 12,
    ID_AA64MMFR2_E0PD = 60,
};

static inline unsigned isar_field(uint64_t reg, unsigned lowest_bit)
{
    return reg >> lowest_bit & 15;
}

static inline unsigned arm_current_el(const CPUARMState *env)
{
    return (env->pstate & PSTATE_EL) >> 2;
}

static inline bool arm_has_el(const CPUARMState *env, unsigned el)
{
    return el < 2 || isar_field(env->isar.id_aa64pfr0, el == 2 ? ID_AA64PFR0_EL2 : ID_AA64PFR0_EL3);
}

/* Whether EL2 and below are in Secure state (there is no Secure EL2). */
static inline bool arm_is_secure_below_el3(const CPUARMState *env)
{
    return arm_has_el(env, 3) && !(env->sys.scr & SCR_NS);
}

static inline bool arm_is_secure(const CPUARMState *env)
{
    return arm_has_el(env, 3) && (arm_current_el(env) == 3 || !(env->sys.scr & SCR_NS));
}

static inline bool arm_el2_enabled(const CPUARMState *env)
{
    return arm_has_el(env, 2) && !arm_is_secure_below_el3(env);
}

/* HCR_EL2 as it is in effect: zero without EL2 or in Secure state. */
static inline uint64_t arm_hcr(const CPUARMState *env)
{
    return arm_el2_enabled(env) ? env->sys.hcr : 0;
}

/* HCRX_EL2 as EL3 lets it be in effect. */
static inline uint64_t arm_hcrx(const CPUARMState *env)
{
    return !arm_has_el(env, 3) || (env->sys.scr & SCR_HXEn) ? env->sys.hcrx : 0;
}

/* Whether EL0 is that of a host OS at EL2: the EL2&0 regime. */
static inline bool arm_in_host(const CPUARMState *env)
{
    return (arm_hcr(env) & (HCR_E2H | HCR_TGE)) == (HCR_E2H | HCR_TGE);
}

/* The Exception level whose registers control the translation regime of @el. */
static inline unsigned arm_regime_el(const CPUARMState *env, unsigned el)
{
    return el ? el : arm_in_host(env) ? 2 : 1;
}

/* Whether the regime that @el controls has an EL0, two halves and ASIDs. */
static inline bool arm_regime_has_el0(const CPUARMState *env, unsigned regime)
{
    return regime == 1 || (regime == 2 && (env->sys.hcr & HCR_E2H));
}

/* SCTLR of the current regime. */
static inline uint64_t arm_sctlr(const CPUARMState *env)
{
    return env->sys.sctlr[arm_regime_el(env, arm_current_el(env))];
}

static inline bool arm_has_bti(const CPUARMState *env)
{
    return isar_field(env->isar.id_aa64pfr1, ID_AA64PFR1_BT) != 0;
}

static inline bool arm_has_pauth(const CPUARMState *env)
{
    return isar_field(env->isar.id_aa64isar1, ID_AA64ISAR1_APA) ||
           isar_field(env->isar.id_aa64isar1, ID_AA64ISAR1_API);
}

static inline bool arm_has_hcx(const CPUARMState *env)
{
    return isar_field(env->isar.id_aa64mmfr1, ID_AA64MMFR1_HCX) != 0;
}

static inline bool arm_has_accdata(const CPUARMState *env)
{
    return isar_field(env->isar.id_aa64isar1, ID_AA64ISAR1_LS64) >= 3;
}

/* The order of bytes of data at the current level (D19.2.130). */
static inline bool arm_is_big_endian(const CPUARMState *env)
{
    return arm_sctlr(env) & (arm_current_el(env) ? SCTLR_EE : SCTLR_E0E);
}

/* PSTATE with NZCV and BTYPE, as an exception saves it. */
uint64_t pstate_read(const CPUARMState *env);
/* Sets all of PSTATE, moving the stack pointers and telling TCG when the context changes. */
void pstate_write(CPUARMState *env, uint64_t val);

/* SP_EL0 to SP_EL3, wherever they are at the moment. */
uint64_t arm_get_sp(const CPUARMState *env, unsigned el);
void arm_set_sp(CPUARMState *env, unsigned el, uint64_t val);

/* FPCR and FPSR; the latter is partly in the host's MXCSR image while translated code runs. */
uint32_t vfp_get_fpcr(CPUARMState *env);
#define FPSR_QC (1u << 27)
uint32_t vfp_get_fpsr(CPUARMState *env);
void vfp_set_fpcr(CPUARMState *env, uint32_t val);
void vfp_set_fpsr(CPUARMState *env, uint32_t val);

/*
 * Puts @cpu, just reset, into the state from which a kernel starts at @entry with @x0 in X0, with
 * the MMU off: Non-secure, at EL2 if there is one, else at EL1. @firmware: at the highest Exception
 * level. Called on reset by the machine's boot code, or by PSCI CPU_ON.
 */
void arm_cpu_set_boot_state(ARMCPU *cpu, uint64_t entry, uint64_t x0, bool firmware);

/* The device-tree "compatible" string of the model. */
const char *arm_cpu_dtb_compatible(const ARMCPU *cpu);

#endif
