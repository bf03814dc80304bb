/* SPDX-License-Identifier: MIT */
/* Pointer authentication. Private to target/arm. */
#ifndef TARGET_ARM_PAUTH_H
#define TARGET_ARM_PAUTH_H

#include "target/arm/internals.h"

/* Multipliers of the fast algorithm: odd, with about as many ones as zeros. */
#define PAUTH_FAST_1 0x9e3779b97f4a7c15ull
#define PAUTH_FAST_2 0xc2b2ae3d27d4eb4full
#define PAUTH_FAST_3 0xd6e8feb86659fd93ull

/*
 * AddPAC, Auth and Strip of the architecture for the current regime, with key @key (ARM_KEY_IA to
 * ARM_KEY_DB), whether it is enabled or not. arm_pauth_check may raise, where the CPU has
 * FEAT_FPAC;
 * @combined: for a branch or load.
 */
uint64_t arm_pauth_sign(const CPUARMState *env, uint64_t ptr, uint64_t modifier, unsigned key);
uint64_t arm_pauth_check(CPUARMState *env, uint64_t ptr, uint64_t modifier, unsigned key,
                         bool combined);
uint64_t arm_pauth_strip(const CPUARMState *env, uint64_t ptr, bool data);
/* PACGA */
uint64_t arm_pauth_generic(const CPUARMState *env, uint64_t data, uint64_t modifier);

#endif
