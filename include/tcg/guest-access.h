/* SPDX-License-Identifier: MIT */
/* Guest memory access by C code on behalf of an instruction; accel/tcg supplies it. */
#ifndef TCG_GUEST_ACCESS_H
#define TCG_GUEST_ACCESS_H

#include "qemu/osdep.h"

typedef struct CPUArchState CPUArchState;

/*
 * One access of @memop's size (up to 8 bytes) at the current view of memory, or at the unprivileged
 * one. Raises the guest's fault like an instruction: does not return then.
 */
uint64_t cpu_ld_mmu(CPUArchState *env, uint64_t addr, uint32_t memop, uint32_t unpriv);
void cpu_st_mmu(CPUArchState *env, uint64_t addr, uint64_t val, uint32_t memop, uint32_t unpriv);

#endif
