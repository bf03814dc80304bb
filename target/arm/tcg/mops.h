/* SPDX-License-Identifier: MIT */
/* Memory copy and set (FEAT_MOPS): what translation and helpers share. */
#ifndef TARGET_ARM_TCG_MOPS_H
#define TARGET_ARM_TCG_MOPS_H

#include "target/arm/cpu.h"

/* What an instruction is. */
enum {
    MOPS_WRITE_UNPRIV = 1, /* write, or read, as EL0 would */
    MOPS_READ_UNPRIV = 2,
    MOPS_CARRY = 4, /* PSTATE.C: the registers are those of option B, which is not ours */
    MOPS_SET = 8,
    MOPS_EPILOGUE = 16,
    MOPS_BOTH_WAYS = 32, /* CPY, not CPYF */
    MOPS_ISS_SHIFT = 8,  /* options and registers as the syndrome of a mismatch has them */
};

/* Raises where these instructions are disabled (CheckMOPSEnabled). */
void helper_mops_check(CPUARMState *env);
/*
 * A part of a copy or set, in one page, after helper_mops_check's test and that the registers are
 * as the prologue leaves them. @n: SIze register. Returns what to add to it.
 */
uint64_t helper_mops_copy(CPUARMState *env, uint64_t to, uint64_t from, uint64_t n, uint64_t desc);
uint64_t helper_mops_set(CPUARMState *env, uint64_t to, uint64_t data, uint64_t n, uint64_t desc);
/* Of an epilogue: raises if there is anything left. */
void helper_mops_end(CPUARMState *env, uint64_t n, uint64_t desc);

#endif
