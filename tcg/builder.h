/* SPDX-License-Identifier: MIT */
/* Private to tcg/: the builder's state and the functions that emit IR. */
#ifndef TCG_BUILDER_H
#define TCG_BUILDER_H

#include "qemu/osdep.h"
#include "tcg/ir.h"
#include "tcg/tcg-op.h"

#define TCG_MAX_VARS   (TCG_MAX_GLOBALS + 4096)
#define TCG_CSE_SIZE   256
#define TCG_INSN_SLACK 1536 /* IR instructions that one guest instruction may take */
#define TCG_VAR_SLACK  1024
#define TCG_CALL_SLACK 64

#define TCG_VAR_CONST 0x80 /* flag in var_type: must not be assigned to */

/* What the block knows about the current flags. */
typedef struct TCGFlagState {
    bool known;
    FlagKind kind;
    IRRef a, b;
    IRRef res;  /* IR_NONE: not known */
    IRRef cond; /* not IR_NONE: where this I64 is 0, the flags are @nzcv instead */
    uint32_t nzcv;
} TCGFlagState;

struct TCGContext {
    IRBlock ir;
    /* Variables of these fields of TCGEnv, 0 where the target has no such global. */
    unsigned var_flag_kind, var_flag_a, var_flag_b, var_vbase;
    unsigned n_vars;
    bool no_fold; /* tests: emit what is asked for */
    TCGFlagState flags;

    /* The current value of each variable; a global's IR_NONE: to be read. */
    IRRef cur[TCG_MAX_VARS];
    uint8_t var_type[TCG_MAX_VARS];

    /* By instruction: next in its hash chain; the constant's variable; 1 + the global it was in. */
    uint16_t chain[IR_MAX_INSNS];
    uint16_t const_var[IR_MAX_INSNS];
    uint8_t home[IR_MAX_INSNS];
    uint16_t bucket[TCG_CSE_SIZE];

    IRInsn insns[IR_MAX_INSNS];
    IRCall calls[IR_MAX_CALLS];
};

/* ---- variables ---- */
IRRef ir_read(TCGContext *s, unsigned var, IRType type);
void ir_write(TCGContext *s, unsigned var, IRType type, IRRef ref);

static inline IRRef rd32(TCGv_i32 v)
{
    return ir_read(tcg_ctx, v.var, IR_I32);
}

static inline IRRef rd64(TCGv_i64 v)
{
    return ir_read(tcg_ctx, v.var, IR_I64);
}

static inline IRRef rdv(TCGv_vec v)
{
    return ir_read(tcg_ctx, v.var, IR_V128);
}

static inline void wr32(TCGv_i32 v, IRRef ref)
{
    ir_write(tcg_ctx, v.var, IR_I32, ref);
}

static inline void wr64(TCGv_i64 v, IRRef ref)
{
    ir_write(tcg_ctx, v.var, IR_I64, ref);
}

static inline void wrv(TCGv_vec v, IRRef ref)
{
    ir_write(tcg_ctx, v.var, IR_V128, ref);
}

/* A temporary whose value is @ref. */
TCGv_i64 ir_wrap_i64(TCGContext *s, IRRef ref);

/* Forgets the values of all globals: a call may have written them. vbase is constant in a block. */
void ir_forget_globals(TCGContext *s);
/* The same for all values: none computed before will be used. Temporaries are not to be read. */
void ir_forget_values(TCGContext *s);

/* ---- instructions ---- */
/* Appends as it is. */
IRRef ir_append(TCGContext *s, const IRInsn *in);
/* Folds, then looks for an equal instruction, then appends. For operations without side effects. */
IRRef ir_emit(TCGContext *s, IRInsn *in);

IRRef ir_const(TCGContext *s, IRType type, uint64_t val);
IRRef ir_vconst(TCGContext *s, uint64_t val);
IRRef ir_op1(TCGContext *s, IROp op, IRType type, IRRef a);
IRRef ir_op2(TCGContext *s, IROp op, IRType type, IRRef a, IRRef b);
IRRef ir_op1i(TCGContext *s, IROp op, IRType type, IRRef a, int64_t imm);
IRRef ir_op2i(TCGContext *s, IROp op, IRType type, IRRef a, IRRef b, int64_t imm);
IRRef ir_setcond(TCGContext *s, TCGCond cond, IRType type, IRType arg_type, IRRef a, IRRef b);
IRRef ir_select(TCGContext *s, TCGCond cond, IRType type, IRType arg_type, IRRef a, IRRef b,
                IRRef c, IRRef d);

static inline const IRInsn *ir_insn(const TCGContext *s, IRRef ref)
{
    return &s->ir.insns[ref];
}

/* Whether @ref is an integer constant; then *val is it, zero-extended from its type. */
static inline bool ir_is_const(const TCGContext *s, IRRef ref, uint64_t *val)
{
    const IRInsn *in = ir_insn(s, ref);

    if (in->op != IR_const) {
        return false;
    }
    *val = in->type == IR_I32 ? (uint32_t)in->imm : (uint64_t)in->imm;
    return true;
}

/*
 * Whether a global held @ref but has been overwritten. Folding must not revive such a value: its
 * pinned register holds another one, so a further use costs a copy.
 */
static inline bool ir_is_stale(const TCGContext *s, IRRef ref)
{
    return s->home[ref] && s->cur[s->home[ref]] != ref;
}

/* Whether @ref is the current value of a global. */
static inline bool ir_is_home(const TCGContext *s, IRRef ref)
{
    return s->home[ref] && s->cur[s->home[ref]] == ref;
}

/* A V128 result; unused operands are IR_NONE. */
IRRef ir_vec(TCGContext *s, IROp op, unsigned vece, IRRef a, IRRef b, IRRef c, int64_t imm);
IRRef ir_vextract(TCGContext *s, unsigned vece, IRRef a, unsigned lane);

/* ---- folding ---- */
typedef struct IRCmp {
    TCGCond cond;
    IRType type;
    IRRef a, b;
} IRCmp;

/* The value of @in if it need not be emitted, else IR_NONE; may rewrite @in. */
IRRef ir_fold(TCGContext *s, IRInsn *in);
/* Simplifies a comparison: 0 or 1 if its outcome is known, else -1. */
int ir_fold_cmp(TCGContext *s, IRCmp *c);
/* Generated from fold.rules: the first rule that applies, IR_NONE / false if none does. */
IRRef ir_fold_rules(TCGContext *s, const IRInsn *in);
bool ir_fold_cmp_rules(TCGContext *s, IRCmp *c);

/* ---- flags ---- */
IRRef ir_flags_nzcv(TCGContext *s);
/* The comparison that is equivalent to @cc; may emit instructions. */
IRCmp ir_flagtest(TCGContext *s, FlagCond cc);

#endif
