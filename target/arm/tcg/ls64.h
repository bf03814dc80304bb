/* SPDX-License-Identifier: MIT */
/* 64 bytes at once (FEAT_LS64 and what follows it): what translation and helpers share. */
#ifndef TARGET_ARM_TCG_LS64_H
#define TARGET_ARM_TCG_LS64_H

#include "target/arm/cpu.h"

typedef enum Ls64Op { LS64_LD64B, LS64_ST64B, LS64_ST64BV, LS64_ST64BV0 } Ls64Op;

/* Traps where SCTLR_ELx, HCRX_EL2 or SCR_EL3 do not let the current level use @op. */
void helper_ls64_check(CPUARMState *env, uint64_t op);
/* X<rt> to X<rt + 7> from, or to, @addr. Of a store the status, which is success. */
void helper_ld64b(CPUARMState *env, uint64_t addr, uint64_t rt);
uint64_t helper_st64b(CPUARMState *env, uint64_t addr, uint64_t rt, uint64_t op);

#endif
