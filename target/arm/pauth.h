/* SPDX-License-Identifier: MIT */
/* Pointer authentication. Private to target/arm. */
#ifndef TARGET_ARM_PAUTH_H
#define TARGET_ARM_PAUTH_H

#include "target/arm/internals.h"

/*
 * The fast algorithm's code of an address, in the upper bits of the result: cheap enough to be
 * inline code, and any change of the address, modifier or key changes it with the probability that
 * its length allows. It has no strength against who knows how it is made. Upper bits of the address
 * are left out, so that signed and plain pointers have the same code.
 */
#define PAUTH_FAST_DROP 16
#define PAUTH_FAST_ADD  0x5bd1e995
static inline uint64_t arm_pauth_fast(uint64_t ptr, uint64_t modifier, uint64_t key_hi,
                                      uint64_t key_lo)
{
    return (ptr << PAUTH_FAST_DROP ^ key_lo) * ((modifier ^ key_hi) + PAUTH_FAST_ADD);
}

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
