/* SPDX-License-Identifier: MIT */
/* What the files of target/arm share among themselves. */
#ifndef TARGET_ARM_INTERNALS_H
#define TARGET_ARM_INTERNALS_H

#include "target/arm/cpu.h"
#include "tcg/translator.h"

#ifndef PAGE_READ /* of TLBFill.prot */
#define PAGE_READ  1
#define PAGE_WRITE 2
#define PAGE_EXEC  4
#endif

/*
 * Mode bits: what of the state selects translated code (TCGTargetOps.get_mode). Nothing else of the
 * state may be looked at while translating.
 */
enum {
    MODE_EL1 = 1 << 0,
    MODE_SPSEL = 1 << 1,       /* PSTATE.SP: SP_EL1 is in use */
    MODE_FP_TRAP = 1 << 2,     /* CPACR_EL1.FPEN traps FP and SIMD here */
    MODE_ALIGN = 1 << 3,       /* SCTLR_EL1.A */
    MODE_SP_BAD = 1 << 4,      /* the stack pointer is misaligned, and SCTLR_EL1.SA[0] minds */
    MODE_STEP = 1 << 5,        /* software step: one instruction a block */
    MODE_STEP_ARMED = 1 << 13, /* MDSCR_EL1.SS: MODE_STEP follows PSTATE.D */
    MODE_IL = 1 << 6,          /* PSTATE.IL: every instruction raises Illegal State */
    MODE_UAO = 1 << 7,         /* LDTR and STTR are privileged */
    MODE_TBI0 = 1 << 8,        /* branches ignore bits 63:56 of addresses in the low half */
    MODE_TBI1 = 1 << 9,
    MODE_FZ = 1 << 10,       /* FPCR.FZ: exact floating point */
    MODE_FZ16 = 1 << 11,     /* FPCR.FZ16 or AHP: likewise */
    MODE_SEMIHOST = 1 << 12, /* HLT #0xf000 is a semihosting call */
};

uint32_t arm_get_mode(CPUARMState *env);

/*
 * A context key: bits 15..0 ASID, then the flags, then the mode in bits 63..32. Equal keys see the
 * same mappings with the same permissions.
 */
#define CONTEXT_ASID    0xffffull
#define CONTEXT_EL0     (1ull << 16)
#define CONTEXT_PAN     (1ull << 17)
#define CONTEXT_MMU     (1ull << 18)
#define CONTEXT_MODE(m) ((uint64_t)(m) << 32)
uint64_t arm_get_context_key(CPUARMState *env, bool unpriv);

/* Whether debug exceptions are enabled from EL @el with PSTATE.D as in @pstate (D2.4). */
bool arm_debug_enabled(const CPUARMState *env, unsigned el, uint64_t pstate);

/*
 * The mode or the context may have changed: system register writes and exceptions call this. Cheap.
 */
void arm_mode_changed(CPUARMState *env);

/* Sets up cs->exception_index and the syndrome, restores the pc, and leaves to the CPU loop. */
void arm_raise(CPUARMState *env, int excp, uint32_t syndrome) G_GNUC_NORETURN;
/* The same, for an exception whose preferred return address is the next instruction. */
void arm_raise_after(CPUARMState *env, int excp, uint32_t syndrome) G_GNUC_NORETURN;

/* Whether @request (CPU_INTERRUPT_* bits) has one that PSTATE lets through. */
bool arm_interrupt_unmasked(const CPUARMState *env, uint32_t request);
/* After DAIF was changed: a pending interrupt that is now unmasked ends translated code soon. */
void arm_daif_changed(CPUARMState *env);

/* exception.c */
void arm_do_interrupt(CPUState *cs);
bool arm_cpu_exec_interrupt(CPUState *cs, int request);
void arm_exception_return(CPUARMState *env);
/* @addr as a branch target: the tag removed where TCR_EL1.TBI says (AArch64.BranchAddr). */
uint64_t arm_branch_address(const CPUARMState *env, uint64_t addr);
/*
 * The CPU executes nothing more until an interrupt comes (or, with power_off set, until it is reset
 * or switched on). For do_interrupt and what it calls; BQL held.
 */
void arm_halt(CPUState *cs);

/* mmu.c */
typedef enum ARMFaultType {
    FAULT_NONE,
    FAULT_ADDRESS_SIZE,
    FAULT_TRANSLATION,
    FAULT_ACCESS_FLAG,
    FAULT_PERMISSION,
    FAULT_EXTERNAL_WALK,
} ARMFaultType;

typedef struct ARMFault {
    ARMFaultType type;
    unsigned level;
} ARMFault;

typedef struct ARMWalk {
    hwaddr phys;        /* of the address asked for */
    uint64_t page_size; /* of the mapping */
    uint8_t prot;       /* PAGE_* bits */
    bool global;
    uint8_t attr; /* MAIR-style memory attribute */
    uint8_t sh;
} ARMWalk;

typedef enum ARMAccess { ARM_READ, ARM_WRITE, ARM_FETCH } ARMAccess;

/*
 * Translates @addr at EL1&0, as EL0 if @user, with or without @pan. False: *fault says why.
 * Side effects: none (no hardware update of access flags).
 */
bool arm_walk(CPUARMState *env, uint64_t addr, ARMAccess access, bool user, bool pan, ARMWalk *out,
              ARMFault *fault);
/* The fault status code of IFSC and DFSC. */
unsigned arm_fault_fsc(const ARMFault *fault);

/* Bits of a physical address that the CPU has, from ID_AA64MMFR0_EL1.PARange. */
unsigned arm_pa_bits(const CPUARMState *env);

/* mmu-tlb.c */
bool arm_tlb_fill(CPUState *cs, uint64_t addr, unsigned size, MMUAccessType type, bool unpriv,
                  TLBFill *fill, bool probe);
void arm_unaligned_access(CPUState *cs, uint64_t addr, MMUAccessType type) G_GNUC_NORETURN;
void arm_transaction_failed(CPUState *cs, hwaddr phys, uint64_t addr, unsigned size,
                            MMUAccessType type, MemTxAttrs attrs, MemTxResult r) G_GNUC_NORETURN;

/* sysregs.c */
void arm_init_sysregs(ARMCPU *cpu);
void arm_reset_sysregs(ARMCPU *cpu);

/* gdb.c */
void arm_register_gdb_regs(ARMCPU *cpu);

/* timer.c */
bool arm_timers_realize(ARMCPU *cpu, Error **errp);
void arm_timers_finalize(ARMCPU *cpu);
void arm_timers_reset(ARMCPU *cpu);

/* psci.c: whether the HVC or SMC in progress is a PSCI call here; then it is done. */
bool arm_is_psci_call(ARMCPU *cpu, int excp);
void arm_handle_psci_call(ARMCPU *cpu);

/* machine.c */
extern const VMStateDescription vmstate_arm_cpu;

/* semihost.c */
void arm_do_semihosting(CPUState *cs);

/* tcg/ */
extern const TCGTargetOps arm_tcg_ops;
/* FP operations the exact way; see TCGTargetOps.fp_op. In tcg/, by the FP part. */
void arm_fp_op(CPUARMState *env, unsigned op, unsigned cond, unsigned fmt, int64_t imm);
uint8_t arm_fp_estimate(bool root, unsigned index);

#endif
