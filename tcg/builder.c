/* SPDX-License-Identifier: MIT */
/*
 * The builder: variables, emission, integer operations.
 *
 * Assignment is renaming. cur[v] is the IRRef that variable v stands for; reading it is free, and
 * `mov` only copies the name. For a global, cur[] also equals what the architectural state holds
 * at this point of the program, since each assignment emits a `set`: IR_NONE means that a `get` is
 * needed first (at block entry, and after a call that may have written globals).
 *
 * A pure operation is folded (fold.c), then looked up in a hash table of the block's pure
 * operations; only if both fail is an instruction appended. Nothing is ever moved or rewritten,
 * so an IRRef stays valid to the end of the block.
 *
 * Locking: a context belongs to one thread at a time.
 */
#include "qemu/osdep.h"
#include "tcg/builder.h"

__thread TCGContext *tcg_ctx;

/* ---- contexts and blocks ---- */

static unsigned var_of_offset(const TCGGlobal *globals, unsigned n, size_t offset)
{
    for (unsigned i = 0; i < n; i++) {
        if (globals[i].offset == offset) {
            return i + 1;
        }
    }
    return 0;
}

TCGContext *tcg_context_new(const TCGGlobal *globals, unsigned n_globals,
                            const TCGGlobal *flag_globals)
{
    TCGContext *s = g_new0(TCGContext, 1);

    assert(n_globals <= TCG_MAX_GLOBALS);
    s->ir = (IRBlock){
        .insns = s->insns, .calls = s->calls, .globals = globals, .n_globals = n_globals
    };
    /* TCGEnv starts every CPUArchState, so its fields are known by their offsets. */
    s->var_flag_kind = var_of_offset(globals, n_globals, offsetof(TCGEnv, flag_kind));
    s->var_flag_a = var_of_offset(globals, n_globals, offsetof(TCGEnv, flag_a));
    s->var_flag_b = var_of_offset(globals, n_globals, offsetof(TCGEnv, flag_b));
    s->var_vbase = var_of_offset(globals, n_globals, offsetof(TCGEnv, vbase));
    for (unsigned i = 0; i < n_globals; i++) {
        s->var_type[i + 1] = globals[i].type;
    }
    tcg_func_start(s);
    return s;
}

void tcg_context_free(TCGContext *s)
{
    if (tcg_ctx == s) {
        tcg_ctx = NULL;
    }
    g_free(s);
}

IRBlock *tcg_context_block(TCGContext *s)
{
    return &s->ir;
}

void tcg_func_start(TCGContext *s)
{
    unsigned n = s->ir.n_globals + 1;

    tcg_ctx = s;
    s->ir.n = 1;
    s->ir.n_calls = 0;
    s->ir.entry_mask = 0;
    s->insns[0] = (IRInsn){ .op = IR_nop };
    s->home[0] = 0;
    s->n_vars = n;
    s->ir.n_edges = 0;
    s->flags.known = false;
    memset(s->cur, 0, n * sizeof(s->cur[0]));
    memset(s->bucket, 0, sizeof(s->bucket));
}

bool tcg_op_buf_full(void)
{
    TCGContext *s = tcg_ctx;

    return s->ir.n + TCG_INSN_SLACK > IR_MAX_INSNS || s->n_vars + TCG_VAR_SLACK > TCG_MAX_VARS ||
           s->ir.n_calls + TCG_CALL_SLACK > IR_MAX_CALLS;
}

/* ---- instructions ---- */

IRRef ir_append(TCGContext *s, const IRInsn *in)
{
    IRRef ref = s->ir.n;

    assert(s->ir.n < IR_MAX_INSNS);
    s->insns[ref] = *in;
    s->home[ref] = 0;
    s->ir.n++;
    return ref;
}

static unsigned insn_hash(const IRInsn *in)
{
    uint64_t h = in->op | in->type << 8 | in->cond << 16 | (uint64_t)in->vece << 24 |
                 (uint64_t)in->arg[0] << 32 | (uint64_t)in->arg[1] << 48;

    h ^= (uint64_t)in->imm * UINT64_C(0x9e3779b97f4a7c15);
    h ^= (uint64_t)in->arg[2] << 20 ^ (uint64_t)in->arg[3] << 40;
    h *= UINT64_C(0xff51afd7ed558ccd);
    return h >> 40 & (TCG_CSE_SIZE - 1);
}

static bool insn_equal(const IRInsn *x, const IRInsn *y)
{
    return x->op == y->op && x->type == y->type && x->cond == y->cond && x->vece == y->vece &&
           x->arg_type == y->arg_type && x->imm == y->imm &&
           !memcmp(x->arg, y->arg, sizeof(x->arg));
}

/* The first instruction equal to @in, appended if there is none. */
static IRRef intern(TCGContext *s, const IRInsn *in)
{
    unsigned h = insn_hash(in);
    IRRef ref;

    for (ref = s->bucket[h]; ref; ref = s->chain[ref]) {
        if (insn_equal(&s->insns[ref], in) && !ir_is_stale(s, ref)) {
            return ref;
        }
    }
    ref = ir_append(s, in);
    s->chain[ref] = s->bucket[h];
    s->bucket[h] = ref;
    return ref;
}

IRRef ir_emit(TCGContext *s, IRInsn *in)
{
    IRRef ref;

    if (s->no_fold) {
        return ir_append(s, in);
    }
    ref = ir_fold(s, in);
    return ref ? ref : intern(s, in);
}

IRRef ir_const(TCGContext *s, IRType type, uint64_t val)
{
    IRInsn in = { .op = IR_const,
                  .type = type,
                  .imm = type == IR_I32 ? (int32_t)val : (int64_t)val };
    unsigned n = s->ir.n;
    IRRef ref = intern(s, &in);

    if (ref >= n) {
        s->const_var[ref] = 0;
    }
    return ref;
}

IRRef ir_vconst(TCGContext *s, uint64_t val)
{
    IRInsn in = { .op = IR_vconst, .type = IR_V128, .imm = (int64_t)val };
    unsigned n = s->ir.n;
    IRRef ref = intern(s, &in);

    if (ref >= n) {
        s->const_var[ref] = 0;
    }
    return ref;
}

IRRef ir_op1(TCGContext *s, IROp op, IRType type, IRRef a)
{
    IRInsn in = { .op = op, .type = type, .arg = { a } };

    return ir_emit(s, &in);
}

IRRef ir_op2(TCGContext *s, IROp op, IRType type, IRRef a, IRRef b)
{
    IRInsn in = { .op = op, .type = type, .arg = { a, b } };

    return ir_emit(s, &in);
}

IRRef ir_op1i(TCGContext *s, IROp op, IRType type, IRRef a, int64_t imm)
{
    IRInsn in = { .op = op, .type = type, .arg = { a }, .imm = imm };

    return ir_emit(s, &in);
}

IRRef ir_op2i(TCGContext *s, IROp op, IRType type, IRRef a, IRRef b, int64_t imm)
{
    IRInsn in = { .op = op, .type = type, .arg = { a, b }, .imm = imm };

    return ir_emit(s, &in);
}

IRRef ir_setcond(TCGContext *s, TCGCond cond, IRType type, IRType arg_type, IRRef a, IRRef b)
{
    IRInsn in = {
        .op = IR_setcond, .type = type, .cond = cond, .arg_type = arg_type, .arg = { a, b }
    };

    return ir_emit(s, &in);
}

IRRef ir_select(TCGContext *s, TCGCond cond, IRType type, IRType arg_type, IRRef a, IRRef b,
                IRRef c, IRRef d)
{
    IRInsn in = {
        .op = IR_select, .type = type, .cond = cond, .arg_type = arg_type, .arg = { a, b, c, d }
    };

    return ir_emit(s, &in);
}

/* ---- variables ---- */

static unsigned new_var(TCGContext *s, unsigned type)
{
    assert(s->n_vars < TCG_MAX_VARS);
    s->cur[s->n_vars] = IR_NONE;
    s->var_type[s->n_vars] = type;
    return s->n_vars++;
}

/* @ref seen as @to: I32 and I64 views of one integer. */
static IRRef convert(TCGContext *s, IRType from, IRType to, IRRef ref)
{
    if (from == to) {
        return ref;
    }
    assert((from == IR_I64 && to == IR_I32) || (from == IR_I32 && to == IR_I64));
    return ir_op1(s, to == IR_I32 ? IR_trunc : IR_zext, to, ref);
}

IRRef ir_read(TCGContext *s, unsigned var, IRType type)
{
    IRType var_type = s->var_type[var] & ~TCG_VAR_CONST;

    assert(var && var < s->n_vars);
    if (!s->cur[var]) {
        IRInsn in = { .op = IR_get, .type = var_type, .imm = var - 1 };

        assert(var <= s->ir.n_globals); /* else: a temporary is read before it is assigned */
        s->cur[var] = ir_append(s, &in);
        s->home[s->cur[var]] = var;
    }
    return convert(s, var_type, type, s->cur[var]);
}

void ir_write(TCGContext *s, unsigned var, IRType type, IRRef ref)
{
    IRType var_type = s->var_type[var];
    IRInsn in = { .op = IR_set, .type = var_type, .imm = var - 1 };

    assert(var && var < s->n_vars && !(var_type & TCG_VAR_CONST));
    ref = convert(s, type, var_type, ref);
    if (s->cur[var] == ref) {
        return;
    }
    s->cur[var] = ref;
    if (var > s->ir.n_globals) {
        return;
    }
    in.arg[0] = ref;
    ir_append(s, &in);
    if (s->insns[ref].op != IR_const && s->insns[ref].op != IR_vconst) {
        s->home[ref] = var;
    }
    if (var == s->var_flag_kind || var == s->var_flag_a || var == s->var_flag_b) {
        s->flags.known = false;
    }
}

void ir_forget_globals(TCGContext *s)
{
    IRRef vbase = s->cur[s->var_vbase];

    memset(s->cur + 1, 0, s->ir.n_globals * sizeof(s->cur[0]));
    if (s->var_vbase) {
        s->cur[s->var_vbase] = vbase;
    }
    s->flags.known = false;
}

void ir_forget_values(TCGContext *s)
{
    memset(s->cur + 1, 0, s->ir.n_globals * sizeof(s->cur[0]));
    memset(s->bucket, 0, sizeof(s->bucket));
    s->flags.known = false;
}

static unsigned global_var(unsigned global, IRType type)
{
    TCGContext *s = tcg_ctx;

    assert(global < s->ir.n_globals);
    assert((s->var_type[global + 1] == IR_V128) == (type == IR_V128));
    return global + 1;
}

TCGv_i32 tcg_global_i32(unsigned global)
{
    return (TCGv_i32){ global_var(global, IR_I32) };
}

TCGv_i64 tcg_global_i64(unsigned global)
{
    return (TCGv_i64){ global_var(global, IR_I64) };
}

TCGv_vec tcg_global_vec(unsigned global)
{
    return (TCGv_vec){ global_var(global, IR_V128) };
}

TCGv_i32 tcg_temp_new_i32(void)
{
    return (TCGv_i32){ new_var(tcg_ctx, IR_I32) };
}

TCGv_i64 tcg_temp_new_i64(void)
{
    return (TCGv_i64){ new_var(tcg_ctx, IR_I64) };
}

TCGv_vec tcg_temp_new_vec(void)
{
    return (TCGv_vec){ new_var(tcg_ctx, IR_V128) };
}

/* The variable that stands for constant @ref. */
static unsigned const_var(TCGContext *s, IRRef ref)
{
    if (!s->const_var[ref]) {
        unsigned var = new_var(s, s->insns[ref].type | TCG_VAR_CONST);

        s->cur[var] = ref;
        s->const_var[ref] = var;
    }
    return s->const_var[ref];
}

TCGv_i32 tcg_constant_i32(int32_t val)
{
    return (TCGv_i32){ const_var(tcg_ctx, ir_const(tcg_ctx, IR_I32, val)) };
}

TCGv_i64 tcg_constant_i64(int64_t val)
{
    return (TCGv_i64){ const_var(tcg_ctx, ir_const(tcg_ctx, IR_I64, val)) };
}

TCGv_vec tcg_constant_vec_dup64(uint64_t val)
{
    return (TCGv_vec){ const_var(tcg_ctx, ir_vconst(tcg_ctx, val)) };
}

bool tcg_const_value_i64(TCGv_i64 v, int64_t *val)
{
    IRRef ref = tcg_ctx->cur[v.var];
    uint64_t u;

    if (!ref || !ir_is_const(tcg_ctx, ref, &u)) {
        return false;
    }
    *val = u;
    return true;
}

TCGv_i64 ir_wrap_i64(TCGContext *s, IRRef ref)
{
    unsigned var = new_var(s, IR_I64);

    s->cur[var] = ref;
    return (TCGv_i64){ var };
}

/* ---- integer operations. Operands are read in order, so that the IR is the same everywhere ----
 */

static void gen2_i32(IROp op, TCGv_i32 ret, TCGv_i32 a, TCGv_i32 b)
{
    IRRef ra = rd32(a), rb = rd32(b);

    wr32(ret, ir_op2(tcg_ctx, op, IR_I32, ra, rb));
}

static void gen2_i64(IROp op, TCGv_i64 ret, TCGv_i64 a, TCGv_i64 b)
{
    IRRef ra = rd64(a), rb = rd64(b);

    wr64(ret, ir_op2(tcg_ctx, op, IR_I64, ra, rb));
}

static void gen2i_i32(IROp op, TCGv_i32 ret, TCGv_i32 a, int32_t b)
{
    IRRef ra = rd32(a);

    wr32(ret, ir_op2(tcg_ctx, op, IR_I32, ra, ir_const(tcg_ctx, IR_I32, b)));
}

static void gen2i_i64(IROp op, TCGv_i64 ret, TCGv_i64 a, int64_t b)
{
    IRRef ra = rd64(a);

    wr64(ret, ir_op2(tcg_ctx, op, IR_I64, ra, ir_const(tcg_ctx, IR_I64, b)));
}

#define GEN_BINARY(name, op)                                                                       \
    void tcg_gen_##name##_i32(TCGv_i32 ret, TCGv_i32 a, TCGv_i32 b)                                \
    {                                                                                              \
        gen2_i32(IR_##op, ret, a, b);                                                              \
    }                                                                                              \
    void tcg_gen_##name##_i64(TCGv_i64 ret, TCGv_i64 a, TCGv_i64 b)                                \
    {                                                                                              \
        gen2_i64(IR_##op, ret, a, b);                                                              \
    }                                                                                              \
    void tcg_gen_##name##i_i32(TCGv_i32 ret, TCGv_i32 a, int32_t b)                                \
    {                                                                                              \
        gen2i_i32(IR_##op, ret, a, b);                                                             \
    }                                                                                              \
    void tcg_gen_##name##i_i64(TCGv_i64 ret, TCGv_i64 a, int64_t b)                                \
    {                                                                                              \
        gen2i_i64(IR_##op, ret, a, b);                                                             \
    }

#define GEN_UNARY(name, op)                                                                        \
    void tcg_gen_##name##_i32(TCGv_i32 ret, TCGv_i32 a)                                            \
    {                                                                                              \
        wr32(ret, ir_op1(tcg_ctx, IR_##op, IR_I32, rd32(a)));                                      \
    }                                                                                              \
    void tcg_gen_##name##_i64(TCGv_i64 ret, TCGv_i64 a)                                            \
    {                                                                                              \
        wr64(ret, ir_op1(tcg_ctx, IR_##op, IR_I64, rd64(a)));                                      \
    }

GEN_BINARY(add, add)
GEN_BINARY(sub, sub)
GEN_BINARY(mul, mul)
GEN_BINARY(and, and)
GEN_BINARY(or, or)
GEN_BINARY(xor, xor)
GEN_BINARY(andc, andn)
GEN_BINARY(orc, orn)
GEN_BINARY(eqv, eqv)
GEN_BINARY(shl, shl)
GEN_BINARY(shr, shr)
GEN_BINARY(sar, sar)
GEN_BINARY(rotr, rotr)
GEN_BINARY(divu, divu)
GEN_BINARY(divs, divs)
GEN_UNARY(neg, neg)
GEN_UNARY(not, not )
GEN_UNARY(ext8s, ext8s)
GEN_UNARY(ext8u, ext8u)
GEN_UNARY(ext16s, ext16s)
GEN_UNARY(ext16u, ext16u)
GEN_UNARY(rbit, rbit)
GEN_UNARY(bswap, bswap)
GEN_UNARY(bswap16, bswap16)
GEN_UNARY(clz, clz)
GEN_UNARY(ctz, ctz)
GEN_UNARY(ctpop, ctpop)

void tcg_gen_mov_i32(TCGv_i32 ret, TCGv_i32 a)
{
    wr32(ret, rd32(a));
}

void tcg_gen_mov_i64(TCGv_i64 ret, TCGv_i64 a)
{
    wr64(ret, rd64(a));
}

void tcg_gen_movi_i32(TCGv_i32 ret, int32_t val)
{
    wr32(ret, ir_const(tcg_ctx, IR_I32, val));
}

void tcg_gen_movi_i64(TCGv_i64 ret, int64_t val)
{
    wr64(ret, ir_const(tcg_ctx, IR_I64, val));
}

/* Redundant sign bits: the leading zeros of x ^ (x >> all), less the sign bit itself. */
static IRRef gen_clrsb(IRType type, IRRef a)
{
    TCGContext *s = tcg_ctx;
    IRRef sign = ir_op2(s, IR_sar, type, a, ir_const(s, type, type == IR_I32 ? 31 : 63));
    IRRef n = ir_op1(s, IR_clz, type, ir_op2(s, IR_xor, type, a, sign));

    return ir_op2(s, IR_add, type, n, ir_const(s, type, -1));
}

void tcg_gen_clrsb_i32(TCGv_i32 ret, TCGv_i32 a)
{
    wr32(ret, gen_clrsb(IR_I32, rd32(a)));
}

void tcg_gen_clrsb_i64(TCGv_i64 ret, TCGv_i64 a)
{
    wr64(ret, gen_clrsb(IR_I64, rd64(a)));
}

void tcg_gen_ext32s_i64(TCGv_i64 ret, TCGv_i64 a)
{
    wr64(ret, ir_op1(tcg_ctx, IR_ext32s, IR_I64, rd64(a)));
}

void tcg_gen_ext32u_i64(TCGv_i64 ret, TCGv_i64 a)
{
    wr64(ret, ir_op1(tcg_ctx, IR_ext32u, IR_I64, rd64(a)));
}

void tcg_gen_muluh_i64(TCGv_i64 ret, TCGv_i64 a, TCGv_i64 b)
{
    gen2_i64(IR_mulhu, ret, a, b);
}

void tcg_gen_mulsh_i64(TCGv_i64 ret, TCGv_i64 a, TCGv_i64 b)
{
    gen2_i64(IR_mulhs, ret, a, b);
}

void tcg_gen_extu_i32_i64(TCGv_i64 ret, TCGv_i32 a)
{
    wr64(ret, rd64((TCGv_i64){ a.var }));
}

void tcg_gen_ext_i32_i64(TCGv_i64 ret, TCGv_i32 a)
{
    wr64(ret, ir_op1(tcg_ctx, IR_ext32s, IR_I64, rd64((TCGv_i64){ a.var })));
}

void tcg_gen_extrl_i64_i32(TCGv_i32 ret, TCGv_i64 a)
{
    wr32(ret, rd32((TCGv_i32){ a.var }));
}

void tcg_gen_extrh_i64_i32(TCGv_i32 ret, TCGv_i64 a)
{
    IRRef hi = ir_op2(tcg_ctx, IR_shr, IR_I64, rd64(a), ir_const(tcg_ctx, IR_I64, 32));

    wr32(ret, ir_op1(tcg_ctx, IR_trunc, IR_I32, hi));
}

/* ---- bit fields; [ofs, ofs + len) must lie in the operand ---- */

static IRRef gen_extract(IROp op, IRType type, IRRef a, unsigned ofs, unsigned len)
{
    unsigned width = type == IR_I32 ? 32 : 64;

    assert(len > 0 && ofs < width && len <= width - ofs);
    if (len == width) {
        return a;
    }
    return ir_op1i(tcg_ctx, op, type, a, IR_FIELD(ofs, len));
}

void tcg_gen_extract_i32(TCGv_i32 ret, TCGv_i32 a, unsigned ofs, unsigned len)
{
    wr32(ret, gen_extract(IR_extract, IR_I32, rd32(a), ofs, len));
}

void tcg_gen_extract_i64(TCGv_i64 ret, TCGv_i64 a, unsigned ofs, unsigned len)
{
    wr64(ret, gen_extract(IR_extract, IR_I64, rd64(a), ofs, len));
}

void tcg_gen_sextract_i32(TCGv_i32 ret, TCGv_i32 a, unsigned ofs, unsigned len)
{
    wr32(ret, gen_extract(IR_sextract, IR_I32, rd32(a), ofs, len));
}

void tcg_gen_sextract_i64(TCGv_i64 ret, TCGv_i64 a, unsigned ofs, unsigned len)
{
    wr64(ret, gen_extract(IR_sextract, IR_I64, rd64(a), ofs, len));
}

static IRRef gen_deposit(IRType type, IRRef a, IRRef b, unsigned ofs, unsigned len)
{
    unsigned width = type == IR_I32 ? 32 : 64;

    assert(len > 0 && ofs < width && len <= width - ofs);
    if (len == width) {
        return b;
    }
    return ir_op2i(tcg_ctx, IR_deposit, type, a, b, IR_FIELD(ofs, len));
}

void tcg_gen_deposit_i32(TCGv_i32 ret, TCGv_i32 a, TCGv_i32 b, unsigned ofs, unsigned len)
{
    IRRef ra = rd32(a), rb = rd32(b);

    wr32(ret, gen_deposit(IR_I32, ra, rb, ofs, len));
}

void tcg_gen_deposit_i64(TCGv_i64 ret, TCGv_i64 a, TCGv_i64 b, unsigned ofs, unsigned len)
{
    IRRef ra = rd64(a), rb = rd64(b);

    wr64(ret, gen_deposit(IR_I64, ra, rb, ofs, len));
}

static IRRef gen_extract2(IRType type, IRRef lo, IRRef hi, unsigned ofs)
{
    unsigned width = type == IR_I32 ? 32 : 64;

    assert(ofs <= width);
    if (ofs == 0) {
        return lo;
    }
    return ofs == width ? hi : ir_op2i(tcg_ctx, IR_extract2, type, lo, hi, ofs);
}

void tcg_gen_extract2_i32(TCGv_i32 ret, TCGv_i32 lo, TCGv_i32 hi, unsigned ofs)
{
    IRRef rl = rd32(lo), rh = rd32(hi);

    wr32(ret, gen_extract2(IR_I32, rl, rh, ofs));
}

void tcg_gen_extract2_i64(TCGv_i64 ret, TCGv_i64 lo, TCGv_i64 hi, unsigned ofs)
{
    IRRef rl = rd64(lo), rh = rd64(hi);

    wr64(ret, gen_extract2(IR_I64, rl, rh, ofs));
}

void tcg_gen_crc32c_i64(TCGv_i64 ret, TCGv_i64 a, TCGv_i64 b, unsigned size)
{
    IRRef ra = rd64(a), rb = rd64(b);

    wr64(ret, ir_op2i(tcg_ctx, IR_crc32c, IR_I64, ra, rb, size));
}

/* ---- conditions ---- */

void tcg_gen_setcond_i32(TCGCond cond, TCGv_i32 ret, TCGv_i32 a, TCGv_i32 b)
{
    IRRef ra = rd32(a), rb = rd32(b);

    wr32(ret, ir_setcond(tcg_ctx, cond, IR_I32, IR_I32, ra, rb));
}

void tcg_gen_setcond_i64(TCGCond cond, TCGv_i64 ret, TCGv_i64 a, TCGv_i64 b)
{
    IRRef ra = rd64(a), rb = rd64(b);

    wr64(ret, ir_setcond(tcg_ctx, cond, IR_I64, IR_I64, ra, rb));
}

void tcg_gen_movcond_i32(TCGCond cond, TCGv_i32 ret, TCGv_i32 c1, TCGv_i32 c2, TCGv_i32 v1,
                         TCGv_i32 v2)
{
    IRRef a = rd32(c1), b = rd32(c2), c = rd32(v1), d = rd32(v2);

    wr32(ret, ir_select(tcg_ctx, cond, IR_I32, IR_I32, a, b, c, d));
}

void tcg_gen_movcond_i64(TCGCond cond, TCGv_i64 ret, TCGv_i64 c1, TCGv_i64 c2, TCGv_i64 v1,
                         TCGv_i64 v2)
{
    IRRef a = rd64(c1), b = rd64(c2), c = rd64(v1), d = rd64(v2);

    wr64(ret, ir_select(tcg_ctx, cond, IR_I64, IR_I64, a, b, c, d));
}
