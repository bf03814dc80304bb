/* SPDX-License-Identifier: MIT */
/* Private to tcg/ and its tests: what the expressions of fold.rules may use, and the rules' table.
 */
#ifndef TCG_FOLD_UTIL_H
#define TCG_FOLD_UTIL_H

#include "qemu/host-utils.h"
#include "tcg/builder.h"

/* One rule, for the tests: `fold` or, of a comparison, `cmp`. */
typedef struct IRFoldRule {
    IRRef (*fold)(TCGContext *s, const IRInsn *in);
    bool (*cmp)(TCGContext *s, IRCmp *c);
} IRFoldRule;

extern const IRFoldRule ir_fold_rule[];

/*
 * How many low bits of @ref can be other than zero / than copies of the sign (which is counted),
 * as far as the operation that made it tells; at most the width.
 */
unsigned ir_ubits(const TCGContext *s, IRRef ref);
unsigned ir_sbits(const TCGContext *s, IRRef ref);
#define ubits(x) ir_ubits(s, x)
#define sbits(x) ir_sbits(s, x)

static inline uint64_t ones(unsigned n)
{
    return n == 0 ? 0 : ~UINT64_C(0) >> (64 - n);
}

static inline bool is_pow2(uint64_t c)
{
    return is_power_of_2(c);
}

/* Of a power of two. */
static inline unsigned ilog2(uint64_t c)
{
    return ctz64(c);
}

/* 1, 3, 7, ...: ones from bit 0 up. */
static inline bool is_mask(uint64_t c)
{
    return c && !(c & (c + 1));
}

static inline unsigned mask_len(uint64_t c)
{
    return cto64(c);
}

/* Whether hosts can take @c of width @w as an immediate operand: 32 bits, sign-extended. */
static inline bool is_imm32(uint64_t c, unsigned w)
{
    return w == 32 || (uint64_t)(int64_t)(int32_t)c == c;
}

static inline bool fold_is_value(const TCGContext *s, IRRef ref, int64_t val)
{
    const IRInsn *in = ir_insn(s, ref);

    return in->op == IR_const && in->imm == (in->type == IR_I32 ? (int32_t)val : val);
}

static inline bool fold_is_vconst(const TCGContext *s, IRRef ref, int64_t val)
{
    const IRInsn *in = ir_insn(s, ref);

    return in->op == IR_vconst && in->imm == val;
}

#endif
