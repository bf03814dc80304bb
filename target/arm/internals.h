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
    MODE_PRIV = 1 << 0,        /* not at EL0; MODE_EL2 and MODE_EL3 tell more */
    MODE_SPSEL = 1 << 1,       /* PSTATE.SP: the Exception level's own SP is in use */
    MODE_FP_TRAP = 1 << 2,     /* CPACR_EL1 or CPTR_ELx traps FP and SIMD here */
    MODE_ALIGN = 1 << 3,       /* SCTLR_ELx.A */
    MODE_SP_BAD = 1 << 4,      /* the stack pointer is misaligned, and SCTLR_ELx.SA[0] minds */
    MODE_STEP = 1 << 5,        /* software step: one instruction a block */
    MODE_STEP_ARMED = 1 << 13, /* MDSCR_EL1.SS: MODE_STEP follows PSTATE.D */
    MODE_IL = 1 << 6,          /* PSTATE.IL: every instruction raises Illegal State */
    MODE_UAO = 1 << 7,         /* LDTR and STTR are privileged */
    MODE_TBI0 = 1 << 8,        /* bits 63:56 of addresses in the low half are ignored */
    MODE_TBI1 = 1 << 9,
    MODE_FZ = 1 << 10,       /* FPCR.FZ: exact floating point */
    MODE_FZ16 = 1 << 11,     /* FPCR.FZ16 or AHP: likewise */
    MODE_SEMIHOST = 1 << 12, /* HLT #0xf000 is a semihosting call */
    MODE_EL2 = 1 << 14,
    MODE_EL3 = 1 << 15,
    MODE_HOST = 1 << 16,    /* the EL2&0 regime: HCR_EL2.E2H at EL2, E2H and TGE at EL0 */
    MODE_TRAPS = 1 << 17,   /* EL2 or EL3 may trap system registers and WFx of this level */
    MODE_GUARDED = 1 << 18, /* of the page (TLBFill.code_mode), not of the CPU: see FEAT_BTI */
    MODE_BT = 1 << 19,      /* SCTLR_ELx.BT0 or BT1: PACIxSP accepts no jumps */
    MODE_PAC_IA = 1 << 20,  /* SCTLR_ELx.EnIA and so on, in the order of ARM_KEY_* */
    MODE_PAC_IB = 1 << 21,
    MODE_PAC_DA = 1 << 22,
    MODE_PAC_DB = 1 << 23,
    MODE_PAC_TRAP = 1 << 24, /* EL2 or EL3 trap pointer authentication */
    MODE_PAC_48 = 1 << 25,   /* two halves of 48 bits: where its codes stand */
    MODE_TBID0 = 1 << 26,    /* but not those of instructions: for pointer authentication */
    MODE_TBID1 = 1 << 27,
    MODE_BE = 1 << 28, /* data are big-endian: SCTLR_ELx.EE, or E0E at EL0 */
};

static inline unsigned mode_el(uint32_t mode)
{
    return mode & MODE_EL3 ? 3 : mode & MODE_EL2 ? 2 : mode & MODE_PRIV ? 1 : 0;
}

uint32_t arm_get_mode(CPUARMState *env);
/* MODE_TBI0 and MODE_TBI1 of a regime. @insn: for addresses of instructions. */
uint32_t arm_tbi_mode(const CPUARMState *env, unsigned regime, bool insn);

/*
 * A context key: bits 15..0 ASID, 18..16 flags, 34..19 VMID, 63..35 the mode. Equal keys see the
 * same mappings with the same permissions. What turns stages of translation on and off is not in
 * it: writes to those bits empty the TLB.
 */
#define CONTEXT_ASID      0xffffull
#define CONTEXT_EL0       (1ull << 16)
#define CONTEXT_PAN       (1ull << 17)
#define CONTEXT_SECURE    (1ull << 18)
#define CONTEXT_VMID(v)   ((uint64_t)((v)&0xffff) << 19)
#define CONTEXT_MODE(m)   ((uint64_t)(m) << 35)
#define CONTEXT_MODE_BITS 29
uint64_t arm_get_context_key(CPUARMState *env, bool unpriv);

/* Where pointer authentication of EL @el is trapped to; 0: nowhere. */
unsigned arm_pauth_trap_el(const CPUARMState *env, unsigned el);

/* The bits of a VMID that are in use. */
unsigned arm_vmid_mask(const CPUARMState *env);

/* debug.c. The Exception level that debug exceptions of EL0 and EL1 go to. */
unsigned arm_debug_target_el(const CPUARMState *env);
/* Whether debug exceptions are enabled from EL @el with PSTATE.D as in @pstate (D2.4). */
bool arm_debug_enabled(const CPUARMState *env, unsigned el, uint64_t pstate);
/* The debug registers or locks have changed: what is enabled follows. */
void arm_debug_update(CPUARMState *env);
/* See TCGTargetOps. */
bool arm_page_has_breakpoint(CPUState *cs, uint64_t addr);
bool arm_page_is_watched(CPUState *cs, uint64_t addr);
bool arm_check_breakpoint(CPUState *cs, uint64_t pc);
void arm_check_watchpoint(CPUState *cs, uint64_t addr, unsigned len, bool write, bool unpriv);

/*
 * The mode or the context may have changed: system register writes and exceptions call this. Cheap.
 */
void arm_mode_changed(CPUARMState *env);

/* The same as arm_raise(), for an exception that goes at least to EL @target. */
void arm_raise_to(CPUARMState *env, int excp, uint32_t syndrome, unsigned target) G_GNUC_NORETURN;
/* Sets up cs->exception_index and the syndrome, restores the pc, and leaves to the CPU loop. */
void arm_raise(CPUARMState *env, int excp, uint32_t syndrome) G_GNUC_NORETURN;
/* The same, for an exception whose preferred return address is the next instruction. */
void arm_raise_after(CPUARMState *env, int excp, uint32_t syndrome) G_GNUC_NORETURN;

/* interrupt.c. The interrupts of @request (CPU_INTERRUPT_*) that would be taken now. */
uint32_t arm_interrupts_unmasked(const CPUARMState *env, uint32_t request);
/* Where a physical interrupt of this kind goes (D1.3.6). */
unsigned arm_interrupt_target(const CPUARMState *env, uint32_t request);
/* HCR_EL2 was written, or a virtual line moved: VI and VF are or-ed with the lines. BQL held. */
void arm_update_virtual_interrupts(ARMCPU *cpu);
bool arm_cpu_exec_interrupt(CPUState *cs, int request);
/* After DAIF was changed: a pending interrupt that is now unmasked ends translated code soon. */
void arm_daif_changed(CPUARMState *env);

/* event.c. The event register: sets @cpu's, or every CPU's; wakes who waits for it. Any thread. */
void arm_set_event(ARMCPU *cpu);
void arm_send_event(void);
/* Clears the CPU's own event register; tells what was in it. In its thread. */
bool arm_take_event(CPUARMState *env);
/* WFE in the CPU's thread: false if it is over already, true if the CPU is to be halted. It ends
 * when the physical counter reaches @timeout, too; UINT64_MAX: never. */
bool arm_wait_for_event(CPUARMState *env, uint64_t timeout);
/* The same for WFIT, which is a WFI that ends at @timeout. */
bool arm_wait_until(CPUARMState *env, uint64_t timeout);
/* Requests that end a WFI, masked or not. */
#define ARM_WFI_WAKES                                                                              \
    (CPU_INTERRUPT_HARD | CPU_INTERRUPT_FIQ | CPU_INTERRUPT_SERROR | CPU_INTERRUPT_VIRQ |          \
     CPU_INTERRUPT_VFIQ | CPU_INTERRUPT_VSERR | CPU_INTERRUPT_EXITTB)
/* Whether a CPU in WFE has anything to go on for. Any thread. */
bool arm_event_has_work(const CPUARMState *env, uint32_t request);
/* TCGTargetOps.woken */
void arm_woken(CPUState *cs);
/* event_timer's */
void arm_event_expired(void *opaque);

/* timer.c. The physical counter; a timer for the moment at which it reaches @count (BQL). */
uint64_t arm_counter(const CPUARMState *env);
/* What CNTVCT_EL0 reads as. */
uint64_t arm_virtual_counter(const CPUARMState *env);
void arm_timer_at_count(const ARMCPU *cpu, QEMUTimer *timer, uint64_t count);

/* exception.c */
void arm_do_interrupt(CPUState *cs);
/* TCGTargetOps.entry_refused: the Branch Target exception of BTYPE and the instruction at pc. */
void arm_entry_refused(CPUState *cs) G_GNUC_NORETURN;
/* Where FP and SIMD instructions of EL @el are trapped to; 0: nowhere. */
unsigned arm_fp_trap_el(const CPUARMState *env, unsigned el);
/* Whether that is CPACR_EL1's doing, which comes first. */
bool arm_fp_trapped_by_el1(const CPUARMState *env, unsigned el);
/* To @pc, which is ELR_ELx, perhaps after authentication. */
void arm_exception_return(CPUARMState *env, uint64_t pc);
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
    FAULT_ATOMIC_UPDATE, /* of a descriptor that is not in memory */
} ARMFaultType;

typedef struct ARMFault {
    ARMFaultType type;
    unsigned level;
    bool stage2; /* found by stage 2, for `ipa` */
    bool s1ptw;  /* and that for an access of the stage 1 walk */
    uint64_t ipa;
} ARMFault;

typedef struct ARMWalk {
    hwaddr phys;        /* of the address asked for */
    uint64_t page_size; /* of the mapping */
    uint8_t prot;       /* PAGE_* bits */
    bool global;
    bool secure;  /* in which physical address space */
    bool guarded; /* GP */
    uint8_t attr; /* MAIR-style memory attribute */
    uint8_t sh;
    uint8_t level; /* of the last stage's descriptor, by stage 2 */
} ARMWalk;

typedef enum ARMAccess { ARM_READ, ARM_WRITE, ARM_FETCH } ARMAccess;

/* How to translate: the regime by the level that controls it, and what of PSTATE matters. */
typedef struct ARMWalkMode {
    uint8_t regime; /* 1 for EL1&0, 2 for EL2 or EL2&0, 3 */
    bool user;      /* as EL0 */
    bool pan;
    bool debug;       /* whoever asks is not the program: descriptors are not updated */
    bool stage1_only; /* leave stage 2 of the EL1&0 regime out: `phys` is an IPA then */
    bool secure;
} ARMWalkMode;

/* That of the current state; @unpriv: for LDTR and STTR. */
ARMWalkMode arm_walk_mode(const CPUARMState *env, bool unpriv);
/*
 * Translates @addr. False: *fault says why. Where the tables' owner has enabled that, descriptors'
 * Access flag and dirty state are updated, unless mode->debug is set. A page that is writable but
 * not dirty yet comes without PAGE_WRITE, unless the access is a write.
 */
bool arm_walk(CPUARMState *env, uint64_t addr, ARMAccess access, const ARMWalkMode *mode,
              ARMWalk *out, ARMFault *fault);
/*
 * mmu-stage2.c: the same for the intermediate physical address @ipa; `attr` becomes the
 * descriptor's MemAttr field.
 */
bool arm_walk_stage2(CPUARMState *env, uint64_t ipa, ARMAccess access, const ARMWalkMode *mode,
                     ARMWalk *out, ARMFault *fault);
/* @w of stage 1 becomes that of both. */
void arm_combine_stages(ARMWalk *w, const ARMWalk *second);
bool arm_stage2_enabled(const CPUARMState *env);

/* What both stages use. log2 of the granule that a TCR selects for its half. */
unsigned arm_granule_bits(const CPUARMState *env, uint64_t tcr, bool high);
/* Bits of an output address, from a PS or IPS field. */
unsigned arm_output_bits(const CPUARMState *env, unsigned ps);
bool arm_access_allowed(uint8_t prot, ARMAccess access);
/* @big: in big-endian order, as SCTLR_ELx.EE of the regime says. */
uint64_t arm_read_descriptor(CPUARMState *env, hwaddr addr, bool secure, bool big,
                             MemTxResult *result);
/*
 * Hardware update (D8.5): replaces the descriptor at @addr. A walk that finds that it has changed
 * meanwhile (UPDATE_AGAIN) begins again.
 */
typedef enum ARMUpdate { UPDATE_DONE, UPDATE_AGAIN, UPDATE_ABORT, UPDATE_NO_MEMORY } ARMUpdate;
ARMUpdate arm_update_descriptor(CPUARMState *env, hwaddr addr, bool secure, bool big, uint64_t old,
                                uint64_t new);
/* Whether the CPU updates Access flags (1) and dirty state (2): ID_AA64MMFR1_EL1.HAFDBS. */
unsigned arm_hafdbs(const CPUARMState *env);
/* The fault status code of IFSC and DFSC. */
unsigned arm_fault_fsc(const ARMFault *fault);

/* Bits of a physical address that the CPU has, from ID_AA64MMFR0_EL1.PARange. */
unsigned arm_pa_bits(const CPUARMState *env);

/* mmu-tlb.c */
bool arm_tlb_fill(CPUState *cs, uint64_t addr, unsigned size, MMUAccessType type, bool unpriv,
                  TLBFill *fill, bool probe);
/* The abort of an AT instruction that PAR_EL1 does not report; its ISS has CM and WnR set. */
void arm_raise_at_abort(CPUARMState *env, uint64_t addr, const ARMFault *fault) G_GNUC_NORETURN;
/* That of LD64B and its stores in memory that does not have them; @lst: the field of the ISS. */
void arm_raise_no_64_bytes(CPUARMState *env, uint64_t addr, bool write,
                           unsigned lst) G_GNUC_NORETURN;
void arm_unaligned_access(CPUState *cs, uint64_t addr, MMUAccessType type) G_GNUC_NORETURN;
void arm_transaction_failed(CPUState *cs, hwaddr phys, uint64_t addr, unsigned size,
                            MMUAccessType type, MemTxAttrs attrs, MemTxResult r) G_GNUC_NORETURN;

/* abort-insn.c. The instruction at the pc; false if it can not be read. */
bool arm_read_insn(CPUARMState *env, uint32_t *insn);
/* ISV, SAS, SSE, SRT, SF and AR of the ISS of a stage 2 data abort; 0: not valid. */
uint32_t arm_abort_iss(uint32_t insn);
bool arm_insn_is_store_exclusive(uint32_t insn);
bool arm_insn_is_atomic(uint32_t insn);

/* sysregs.c */
void arm_init_sysregs(ARMCPU *cpu);
void arm_reset_sysregs(ARMCPU *cpu);

/* sysregs-ras.c: ESB. */
void arm_error_barrier(CPUARMState *env);

/* gdb.c */
void arm_register_gdb_regs(ARMCPU *cpu);

/* timer.c */
bool arm_timers_realize(ARMCPU *cpu, Error **errp);
void arm_timers_finalize(ARMCPU *cpu);
void arm_timers_reset(ARMCPU *cpu);

/* pmu.c: around a change of the Exception level or security state, while env->pmu.active. */
void arm_pmu_level_changing(CPUARMState *env);
void arm_pmu_level_changed(CPUARMState *env);

/* psci.c: whether the HVC or SMC in progress is a PSCI call here; then it is done. */
bool arm_is_psci_call(ARMCPU *cpu, int excp);
void arm_handle_psci_call(ARMCPU *cpu);
/* If @cpu's state says that it is about to be switched on, its thread will do so. BQL held. */
void arm_psci_switch_on(ARMCPU *cpu);

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
