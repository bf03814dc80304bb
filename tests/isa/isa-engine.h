/* SPDX-License-Identifier: MIT */
/* What the parts of isa-run share. */
#ifndef TESTS_ISA_ENGINE_H
#define TESTS_ISA_ENGINE_H

#include "target/arm/internals.h"
#include "tcg/ir.h"

/* @size bytes of the buffer, which lies at the guest's address. */
void *isa_at(uint64_t addr, unsigned size);

/* The host back end: exits with status 77 where this host has none. */
void isa_jit_init(void);
/* Host code of @ir, valid until the next call. */
const void *isa_jit_gen(const IRBlock *ir);
void isa_jit_enter(CPUARMState *env, const void *entry);
extern unsigned isa_jit_calls; /* operations that host code left to C */

#endif
