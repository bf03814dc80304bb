/* SPDX-License-Identifier: MIT */
/* Private to tcg/ and its tests: the meaning of pure operations, expanded from tcg/opcodes.h. */
#ifndef TCG_EVAL_H
#define TCG_EVAL_H

#include "qemu/osdep.h"
#include "tcg/ir.h"

/* An operation of IR_INT_OPS on I32 or I64; I32 operands and results are zero-extended. */
uint64_t ir_eval_int(IROp op, IRType type, uint64_t a, uint64_t b);

/* Also the pure integer operations of IR_MISC_OPS: trunc .. addshl. */
bool ir_evaluates(IROp op);
uint64_t ir_eval(IROp op, IRType type, uint64_t a, uint64_t b, int64_t imm);

/* a cond b; operands of @type. */
bool ir_eval_cond(TCGCond cond, IRType type, uint64_t a, uint64_t b);

/*
 * A vector operation (IR_VEC_OPS, and vdup .. vpmull of IR_MISC_OPS without vextract). An integer
 * operand stands in d[0] of its TCGVec. False if @op is not one.
 */
bool ir_eval_vec(IROp op, unsigned vece, int64_t imm, TCGVec *r, const TCGVec *a, const TCGVec *b,
                 const TCGVec *c);
/* Those of them that are in interp-crypto.c. */
bool ir_eval_crypto(IROp op, int64_t imm, TCGVec *r, const TCGVec *a, const TCGVec *b,
                    const TCGVec *c);
uint64_t ir_vec_lane(const TCGVec *v, unsigned vece, unsigned lane);

#endif
