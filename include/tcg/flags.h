/* SPDX-License-Identifier: MIT */
/*
 * Symbolic condition flags: {kind, a, b} in TCGEnv stand for N, Z, C and V until somebody asks.
 * C is the carry of an addition and the inverted borrow of a subtraction (the Arm sense).
 */
#ifndef TCG_FLAGS_H
#define TCG_FLAGS_H

#include "qemu/osdep.h"

typedef enum FlagKind {
    FLAGS_NZCV,  /* a holds N Z C V in bits 31..28 */
    FLAGS_ADD32, /* of a + b at 32 bits */
    FLAGS_ADD64,
    FLAGS_SUB32, /* of a - b */
    FLAGS_SUB64,
    FLAGS_LOGIC32, /* N and Z of a; C = V = 0 */
    FLAGS_LOGIC64,
    FLAGS_NKINDS
} FlagKind;

/* The conditions of flags, numbered as in the Arm architecture (C1.2.4): bit 0 inverts. */
typedef enum FlagCond {
    FC_EQ,
    FC_NE,
    FC_CS,
    FC_CC,
    FC_MI,
    FC_PL,
    FC_VS,
    FC_VC,
    FC_HI,
    FC_LS,
    FC_GE,
    FC_LT,
    FC_GT,
    FC_LE,
    FC_AL,
    FC_NV
} FlagCond;

/* N Z C V in bits 31..28 of the flags {kind, a, b}; a bad kind gives 0. Pure; general registers
 * only. */
uint32_t tcg_flags_nzcv(uint32_t kind, uint64_t a, uint64_t b);

/* Whether condition @cc holds for @nzcv (bits 31..28). AL and NV hold always. */
bool tcg_flags_test(uint32_t nzcv, FlagCond cc);

#endif
