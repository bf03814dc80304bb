/* SPDX-License-Identifier: MIT */
/* Integer data processing: what the immediate and the register forms share. */
#ifndef TARGET_ARM_TCG_DP_H
#define TARGET_ARM_TCG_DP_H

#include "target/arm/tcg/translate.h"

typedef enum LogicOp { LOGIC_AND, LOGIC_ORR, LOGIC_EOR, LOGIC_ANDS } LogicOp;

/*
 * Rd := a + b or a - b, with the flags of it. @sp: Rd 31 is the stack pointer where flags are not
 * set (immediate and extended forms). Always true, for trans_ functions to return.
 */
bool gen_addsub(int sf, int rd, TCGv_i64 a, TCGv_i64 b, bool sub, bool setflags, bool sp);
/* The same for the bitwise operations. */
bool gen_logic(int sf, int rd, TCGv_i64 a, TCGv_i64 b, LogicOp op, bool sp);

/* DecodeBitMasks of a logical immediate; false: reserved. */
bool a64_decode_bitmask(uint64_t *mask, unsigned n, unsigned imms, unsigned immr);

#endif
