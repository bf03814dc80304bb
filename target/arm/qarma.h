/* SPDX-License-Identifier: MIT */
/* QARMA5, the architected algorithm of pointer authentication. Private to target/arm. */
#ifndef TARGET_ARM_QARMA_H
#define TARGET_ARM_QARMA_H

#include "qemu/osdep.h"

/* Fills the tables; once, before any CPU runs. */
void arm_qarma_init(void);
/* ComputePAC of @data with tweak @modifier; the key's upper half is the whitening key. */
uint64_t arm_qarma5(uint64_t data, uint64_t modifier, uint64_t key_hi, uint64_t key_lo);

#endif
