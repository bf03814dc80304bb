/* SPDX-License-Identifier: MIT */
/* C functions that translated code calls. Arguments and results are 64 bits wide. */
#ifndef TARGET_ARM_TCG_HELPERS_H
#define TARGET_ARM_TCG_HELPERS_H

#include "target/arm/sysregs.h"

/* Exceptions. None but helper_firmware_call of these returns... and that neither. */
void helper_exception(CPUARMState *env, uint64_t excp, uint64_t syndrome);
void helper_svc(CPUARMState *env, uint64_t imm);
/* At EL1 and above; UNDEFINED where nothing takes the call. */
void helper_hvc(CPUARMState *env, uint64_t imm);
void helper_smc(CPUARMState *env, uint64_t imm);
void helper_semihosting(CPUARMState *env);

/* Returns to @pc: sets pc, PSTATE and the stack pointer; the caller leaves to the CPU loop. */
void helper_exception_return(CPUARMState *env, uint64_t pc);

/* Raises unless BTYPE is one of @mask, and clears it: see tcg_gen_entry_mask(). */
void helper_check_entry(CPUARMState *env, uint64_t mask);

/* Pointer authentication: see pauth.h. */
#define PAUTH_COMBINED 8 /* added to the key */
uint64_t helper_pauth_sign(CPUARMState *env, uint64_t ptr, uint64_t modifier, uint64_t key);
uint64_t helper_pauth_check(CPUARMState *env, uint64_t ptr, uint64_t modifier, uint64_t key);
uint64_t helper_pauth_strip(CPUARMState *env, uint64_t ptr, uint64_t data);
uint64_t helper_pauth_generic(CPUARMState *env, uint64_t data, uint64_t modifier);
void helper_pauth_trap(CPUARMState *env);

/* After SP was set to what may have another alignment: MODE_SP_BAD (@was_bad) may change. */
void helper_sp_written(CPUARMState *env, uint64_t was_bad);
/* Raises for the misaligned pc of the current instruction. */
void helper_misaligned_pc(CPUARMState *env);

/* Waits until other CPUs have done the TLB invalidations that this one has sent them. */
void helper_dsb(CPUARMState *env);
/* Lets another CPU go on: this one waits for it in a loop. */
void helper_yield(CPUARMState *env);
/* Waits for an interrupt, unless one is pending. */
void helper_wfi(CPUARMState *env);
/* Waits for the event register, or an interrupt. */
void helper_wfe(CPUARMState *env);
/* SEV: @all is 1; SEVL: 0. */
void helper_sev(CPUARMState *env, uint64_t all);
/* Each traps, or does nothing. @iss: syn_wfx(). */
void helper_check_wfx(CPUARMState *env, uint64_t iss);
/* WFET and WFIT until CNTVCT_EL0 is @timeout: may trap. */
void helper_wfxt(CPUARMState *env, uint64_t timeout, uint64_t iss, uint64_t may_wait);
void helper_check_uma(CPUARMState *env, uint64_t syndrome);

/* Before an instruction under software step, and when it is certain not to fault (STEPPED_*). */
void helper_step_begin(CPUARMState *env);
void helper_step_done(CPUARMState *env, uint64_t how);

void helper_mode_changed(CPUARMState *env);
/* PSTATE.bit := val; the block must end. */
void helper_set_pstate_bit(CPUARMState *env, uint64_t bit, uint64_t val);
void helper_daif_clear(CPUARMState *env, uint64_t bits);

uint64_t helper_sysreg_read(CPUARMState *env, const ARMSysReg *r);
uint64_t helper_sysreg_read_bql(CPUARMState *env, const ARMSysReg *r);
void helper_sysreg_write(CPUARMState *env, const ARMSysReg *r, uint64_t val);
void helper_sysreg_write_bql(CPUARMState *env, const ARMSysReg *r, uint64_t val);
void helper_sysreg_trap(CPUARMState *env, const ARMSysReg *r, uint64_t is_read, uint64_t syndrome);
/* Raises where the register is UNDEFINED in this state. */
void helper_sysreg_undefined(CPUARMState *env, const ARMSysReg *r);
void helper_esb(CPUARMState *env);
void helper_sysreg_check(CPUARMState *env, const ARMSysReg *r, uint64_t is_read, uint64_t syndrome);

/* The alignment fault of a store, before faults of its translation; @mask is its alignment - 1. */
void helper_check_alignment(CPUARMState *env, uint64_t addr, uint64_t mask);
/* An arithmetic atomic on a big-endian number; @desc: TCGAtomicOp << 8 | log2 of its bytes. */
uint64_t helper_atomic_be(CPUARMState *env, uint64_t addr, uint64_t val, uint64_t desc);
/* 16-byte store-exclusive: the status. */
uint64_t helper_stxp(CPUARMState *env, uint64_t addr, uint64_t lo, uint64_t hi);
/* 16-byte compare and swap of the pairs that begin at X<rs> and X<rt>. */
void helper_casp(CPUARMState *env, uint64_t addr, uint64_t rs, uint64_t rt);

#endif
