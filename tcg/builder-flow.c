/* SPDX-License-Identifier: MIT */
/*
 * Calls, and the ways out of a block.
 *
 * A block's same-page edges are numbered from 0; those beyond IR_MAX_EDGES leave through the jump
 * cache. After an operation that ends the block, what a front end still emits is dropped by
 * tcg_optimize: so a conditional exit that is always taken simply becomes the block's end.
 */
#include "qemu/osdep.h"
#include "tcg/builder.h"

#define PAGE_BYTES 4096

static bool in_page(int64_t off)
{
    return off >= 0 && off < PAGE_BYTES;
}

/* ---- calls ---- */

void tcg_gen_call(const void *fn, const char *name, unsigned flags, const TCGv_i64 *ret,
                  const TCGv_i64 *args, unsigned nargs)
{
    TCGContext *s = tcg_ctx;
    IRCall call = {
        .fn = fn, .name = name, .nargs = nargs, .flags = flags, .ret = ret ? IR_I64 : IR_VOID
    };
    IRInsn in = { .op = IR_call, .type = call.ret, .imm = s->ir.n_calls };
    IRRef ref;

    assert(nargs <= ARRAY_SIZE(call.arg) && s->ir.n_calls < IR_MAX_CALLS);
    for (unsigned i = 0; i < nargs; i++) {
        call.arg[i] = rd64(args[i]);
    }
    s->calls[s->ir.n_calls++] = call;
    ref = ir_append(s, &in);
    if (!(flags & (TCG_CALL_PURE | TCG_CALL_NO_WG))) {
        ir_forget_globals(s);
    }
    if (ret) {
        wr64(*ret, ref);
    }
}

/* ---- conditional exits ---- */

static void gen_brcond(IRCmp c, int64_t off)
{
    TCGContext *s = tcg_ctx;
    int known = s->no_fold ? -1 : ir_fold_cmp(s, &c);
    IRInsn in = { .op = IR_brcond, .imm = off };

    if (known >= 0) {
        if (known) {
            tcg_gen_goto(off);
        }
        return;
    }
    in.cond = c.cond;
    in.arg_type = c.type;
    in.arg[0] = c.a;
    in.arg[1] = c.b;
    if (in_page(off) && s->ir.n_edges < IR_MAX_EDGES) {
        in.vece = s->ir.n_edges++;
    } else {
        in.op = IR_brcond_far;
    }
    ir_append(s, &in);
}

void tcg_gen_brcond_exit_i32(TCGCond cond, TCGv_i32 a, TCGv_i32 b, int64_t off)
{
    IRRef ra = rd32(a), rb = rd32(b);

    gen_brcond((IRCmp){ cond, IR_I32, ra, rb }, off);
}

void tcg_gen_brcond_exit_i64(TCGCond cond, TCGv_i64 a, TCGv_i64 b, int64_t off)
{
    IRRef ra = rd64(a), rb = rd64(b);

    gen_brcond((IRCmp){ cond, IR_I64, ra, rb }, off);
}

void tcg_gen_brflags_exit(FlagCond cc, int64_t off)
{
    gen_brcond(ir_flagtest(tcg_ctx, cc), off);
}

/* ---- ends ---- */

static void gen_end(IROp op, IRRef a, int64_t imm)
{
    IRInsn in = { .op = op, .arg = { a }, .imm = imm };

    ir_append(tcg_ctx, &in);
}

void tcg_gen_goto(int64_t off)
{
    TCGContext *s = tcg_ctx;
    IRInsn in = { .op = IR_goto_tb, .imm = off };

    if (in_page(off) && s->ir.n_edges < IR_MAX_EDGES) {
        in.vece = s->ir.n_edges++;
    } else {
        in.op = IR_goto_far;
    }
    ir_append(s, &in);
}

void tcg_gen_goto_ptr(TCGv_i64 addr)
{
    gen_end(IR_goto_ptr, rd64(addr), 0);
}

void tcg_gen_ret_ptr(TCGv_i64 addr)
{
    gen_end(IR_ret_ptr, rd64(addr), 0);
}

void tcg_gen_exit_tb(void)
{
    gen_end(IR_exit_tb, IR_NONE, 0);
}

static IRRef pc_rel(TCGContext *s, int64_t off)
{
    return ir_op2(s, IR_add, IR_I64, ir_read(s, s->var_vbase, IR_I64), ir_const(s, IR_I64, off));
}

/* A call has two edges; a block that has used nearly all of them loses the pair. */
static bool gen_call_edge(IRRef target, int64_t direct_off, unsigned ret_off, bool go_on)
{
    TCGContext *s = tcg_ctx;
    IRInsn in = { .op = go_on ? IR_call_on : IR_call_tb, .vece = s->ir.n_edges };

    assert(ret_off <= PAGE_BYTES);
    in.imm = ret_off & (PAGE_BYTES - 1);
    if (ret_off == PAGE_BYTES) {
        in.imm |= CALL_NEXT_PAGE;
    }
    if (s->ir.n_edges + 2 > IR_MAX_EDGES) {
        gen_end(IR_goto_ptr, target ? target : pc_rel(s, direct_off), 0);
        return false;
    }
    s->ir.n_edges += go_on ? 1 : 2;
    in.arg[0] = target;
    if (!target) {
        in.imm |= CALL_DIRECT | direct_off << 32;
    }
    ir_append(s, &in);
    if (go_on) {
        ir_forget_values(s);
    }
    return go_on;
}

bool tcg_gen_call_edge(int64_t target_off, unsigned ret_off, bool go_on)
{
    bool direct = in_page(target_off);

    return gen_call_edge(direct ? IR_NONE : pc_rel(tcg_ctx, target_off), direct ? target_off : 0,
                         ret_off, go_on);
}

bool tcg_gen_call_edge_ptr(TCGv_i64 target, unsigned ret_off, bool go_on)
{
    return gen_call_edge(rd64(target), 0, ret_off, go_on);
}

void tcg_gen_insn_start(unsigned off)
{
    TCGContext *s = tcg_ctx;
    IRInsn *last = &s->insns[s->ir.n - 1];
    IRInsn in = { .op = IR_insn_start, .imm = off };

    if (last->op == IR_insn_start) {
        *last = in; /* an instruction that emitted nothing needs no row */
    } else {
        ir_append(s, &in);
    }
}

void tcg_gen_entry_mask(unsigned mask)
{
    assert(mask == 0 || ((mask & 1) && mask < 16));
    tcg_ctx->ir.entry_mask = mask;
}

void tcg_gen_pc_rel_i64(TCGv_i64 ret, int64_t off)
{
    wr64(ret, pc_rel(tcg_ctx, off));
}
