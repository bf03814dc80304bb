/* SPDX-License-Identifier: MIT */
/*
 * Leaving a block: direct edges, the jump cache, calls and returns on the pair stack, C calls, and
 * the code out of line.
 *
 * A pair on the stack is {host continuation, guest return address}; a host `call` pushes the
 * former. The limit check `cmp rsp,[limit]; jb` stands on backward edges, direct calls and indirect
 * entries: it is both the depth check and the request to exit.
 */
#include "gen.h"

ColdPath *add_cold(Gen *g, int kind, uint8_t *from)
{
    if (g->n_cold == MAX_COLD) {
        g->a.full = true;
        g->n_cold--;
    }
    ColdPath *c = &g->cold[g->n_cold++];
    *c = (ColdPath){ .kind = kind, .from = from, .insn_off = g->insn_off };
    return c;
}

/* The call just emitted returns to here: what it raises belongs to the current instruction. */
static void add_row_at(Gen *g, uint32_t insn_off)
{
    TCGCode *c = g->code;

    if (c->n_rows == TCG_MAX_ROWS) {
        g->a.full = true;
        return;
    }
    c->rows[c->n_rows++] = (TCGRow){ g->a.p - c->buf, insn_off };
}

void add_row(Gen *g)
{
    add_row_at(g, g->insn_off);
}

static void emit_limit_check(Gen *g, int64_t off)
{
    asm_rm(&g->a, ALU_RR(ALU_CMP) | O_W, RSP, ENVM(limit));
    ColdPath *c = add_cold(g, COLD_IRQ, asm_jcc(&g->a, CC_B, NULL));
    c->off = off;
}

/* Branches of edges are patched while other threads execute them: asm_align_rel32 first. */
enum { JMP_OPCODE = 1, CALL_OPCODE = 1, JCC_OPCODE = 2 }; /* bytes before the rel32 */

static void set_edge(Gen *g, unsigned n, uint8_t *patch, unsigned off)
{
    g->code->edge[n] = (TCGEdge){ .patch = patch, .off = off };
    ColdPath *c = add_cold(g, COLD_UNLINKED, patch);
    c->edge = n;
    c->off = off;
}

/* Makes JC_ENTRY(...) the entry for the guest address in rcx, and compares with its address. */
void emit_jc_compare(Asm *s)
{
    asm_mov_rr(s, false, RAX, RCX);
    asm_alu_ri(s, false, ALU_AND, RAX, (TCG_JC_SIZE - 1) * 4); /* instructions are 4 bytes */
    asm_rm(s, ALU_RR(ALU_CMP) | O_W, RCX, JC_ENTRY(pc));
}

/* rcx holds a guest address: go there through the jump cache. Uses rax. */
void emit_jc_lookup(Gen *g, bool call)
{
    Asm *s = &g->a;

    if (g->dense) {
        if (call) {
            asm_call(s, x86_stubs.dense_lookup);
        } else {
            asm_jmp(s, x86_stubs.dense_lookup);
        }
        return;
    }
    emit_jc_compare(s);
    if (call) {
        ColdPath *c = add_cold(g, COLD_JC_CALL_MISS, asm_jcc(s, CC_NE, NULL));
        asm_call_mem(s, JC_ENTRY(host));
        c->join = s->p;
    } else {
        asm_jcc(s, CC_NE, x86_stubs.jc_miss);
        asm_jmp_mem(s, JC_ENTRY(host));
    }
}

static void emit_far(Gen *g, int64_t off)
{
    asm_load(&g->a, true, RCX, ENVM(vbase));
    if (off != (int32_t)off) {
        asm_mov_ri(&g->a, RAX, off, false);
        asm_rr(&g->a, ALU_RR(ALU_ADD) | O_W, RCX, RAX);
    } else {
        asm_alu_ri(&g->a, true, ALU_ADD, RCX, off);
    }
    emit_jc_lookup(g, false);
}

static bool is_backward(const Gen *g, int64_t off)
{
    return off <= g->insn_off;
}

/* A loop of several blocks closes here: is it worth a region? rax is free at a block's edge. */
static void count_down(Gen *g, int64_t off)
{
    Asm *s = &g->a;

    asm_mov_ri(s, RAX, (uintptr_t)g->code->countdown, false);
    asm_alu_mi(s, false, ALU_SUB, MEM(RAX, 0), 1);
    ColdPath *c = add_cold(g, COLD_HOT, asm_jcc(s, CC_S, NULL));
    c->off = off;
}

static void gen_goto(Gen *g, const IRInsn *i)
{
    if (is_backward(g, i->imm)) {
        emit_limit_check(g, i->imm);
        if (g->code->countdown && i->imm != g->code->pc_first) {
            count_down(g, i->imm);
        }
    }
    asm_align_rel32(&g->a, JMP_OPCODE);
    set_edge(g, i->vece, asm_jmp(&g->a, NULL), i->imm);
}

static void gen_brcond(Gen *g, const IRInsn *i)
{
    if (i->cond == TCG_COND_NEVER) {
        return;
    }
    if (i->cond == TCG_COND_ALWAYS) {
        gen_goto(g, i);
        return;
    }
    int cc = gen_compare(g, i);
    if (!is_backward(g, i->imm)) {
        asm_align_rel32(&g->a, JCC_OPCODE);
        set_edge(g, i->vece, asm_jcc(&g->a, cc, NULL), i->imm);
        return;
    }
    uint8_t *skip = asm_jcc(&g->a, cc ^ 1, NULL);
    gen_goto(g, i);
    asm_patch(skip, g->a.p);
}

static void gen_brcond_far(Gen *g, const IRInsn *i)
{
    ColdPath *c = add_cold(g, COLD_FAR, asm_jcc(&g->a, gen_compare(g, i), NULL));

    c->off = i->imm;
}

static void load_rcx(Gen *g, IRRef v)
{
    load_into(g, v, RCX); /* everything else in the pool is dead at the end of a block */
}

/* The value vbase + @off that a block's end at @n has just put into a register; or IR_NONE. */
static IRRef find_link(const IRBlock *ir, unsigned n, int64_t off)
{
    const IRInsn *insns = ir->insns;

    do {
        n--;
    } while (n && (insns[n].op == IR_nop || insns[n].op == IR_const || insns[n].op == IR_add));
    const IRInsn *v = &insns[insns[n].arg[0]];
    if (insns[n].op != IR_set || v->op != IR_add || v->type != IR_I64) {
        return IR_NONE;
    }
    const IRInsn *base = &insns[v->arg[0]], *c = &insns[v->arg[1]];
    bool is_link = base->op == IR_get && c->op == IR_const && c->imm == off &&
                   ir->globals[base->imm].offset == offsetof(TCGEnv, vbase);
    return is_link ? insns[n].arg[0] : IR_NONE;
}

static unsigned call_ret_off(const IRInsn *i)
{
    return i->imm & CALL_NEXT_PAGE ? 4096 : CALL_RET_OFF(i->imm);
}

void keep_link(IRBlock *ir)
{
    for (unsigned n = 2; n < ir->n; n++) {
        const IRInsn *i = &ir->insns[n];
        if (IR_IS_CALL_TB(i->op)) {
            ir->insns[find_link(ir, n, call_ret_off(i))].last_use = n;
        }
    }
}

static void push_link(Gen *g, const IRInsn *i)
{
    Asm *s = &g->a;
    IRRef v = find_link(g->ir, g->cur, call_ret_off(i));

    if (v) {
        asm_push(s, use_reg(g, v));
        return;
    }
    int reg = scratch_reg(g);
    asm_load(s, true, reg, ENVM(vbase));
    asm_alu_ri(s, true, ALU_ADD, reg, call_ret_off(i));
    asm_push(s, reg);
}

/*
 * A target that is found in the jump cache tests the limit, for it is an indirect entry. One that
 * is not leaves to the CPU loop, which looks at the depth of the pair stack.
 */
static void gen_call_tb(Gen *g, const IRInsn *i)
{
    Asm *s = &g->a;
    unsigned ret_off = call_ret_off(i);
    bool direct = i->imm & CALL_DIRECT;

    if (direct) {
        emit_limit_check(g, CALL_TARGET_OFF(i->imm));
    } else {
        use_reg(g, i->arg[0]); /* before the link may take its register */
    }
    push_link(g, i);
    if (direct) {
        asm_align_rel32(s, CALL_OPCODE);
        set_edge(g, i->vece, asm_call(s, NULL), CALL_TARGET_OFF(i->imm));
    } else {
        load_rcx(g, i->arg[0]);
        emit_jc_lookup(g, true);
    }
    if (ret_off == 4096) {
        asm_pop(s, RCX);
        emit_jc_lookup(g, false);
        return;
    }
    if (g->dense) {
        asm_call(s, x86_stubs.dense_continue);
    } else {
        asm_pop(s, RCX);
        if (ret_off) {
            asm_alu_ri(s, true, ALU_SUB, RCX, ret_off);
        }
        asm_store(s, true, RCX, ENVM(vbase));
    }
    if (i->op == IR_call_on) {
        forget_values(g);
        return;
    }
    asm_align_rel32(s, JMP_OPCODE);
    set_edge(g, i->vece + 1, asm_jmp(s, NULL), ret_off);
}

static void gen_ret(Gen *g, const IRInsn *i)
{
    load_rcx(g, i->arg[0]);
    if (g->dense) {
        asm_jmp(&g->a, x86_stubs.dense_ret);
        return;
    }
    asm_rm(&g->a, ALU_RR(ALU_CMP) | O_W, RCX, MEM(RSP, 8));
    asm_jcc(&g->a, CC_NE, x86_stubs.ret_miss);
    asm_ret(&g->a);
}

/* ---- C calls ---- */

static const uint8_t c_args[] = { RDI, RSI, RDX, RCX, R8, R9 };

/* Loads argument @v into @reg: from where evict_for_call and the save stub left it. */
static void load_arg(Gen *g, IRRef v, int reg)
{
    int64_t c;

    if (const_val(g, v, &c)) {
        asm_mov_ri(&g->a, reg, c, false);
        return;
    }
    const ValueLoc *l = &g->loc[v];
    int32_t mem = l->mem;
    if (mem == NO_MEM) {
        for (unsigned n = 0; n < N_PINNED; n++) {
            if (x86_pinned[n] == l->reg) {
                mem = x86_stubs.pin_home[n];
            }
        }
        assert(mem != NO_MEM);
    }
    asm_load(&g->a, insn_of(g, v)->type != IR_I32, reg, MEM(RBP, mem));
}

static void emit_call(Gen *g, const void *fn, bool fp)
{
    asm_mov_ri(&g->a, RAX, (uintptr_t)fn, false);
    asm_call(&g->a, fp ? x86_stubs.call_fp : x86_stubs.call);
    add_row(g);
    load_kept(g);
}

static void call_result(Gen *g, unsigned type)
{
    if (type == IR_VOID) {
        return;
    }
    if (type == IR_I32) {
        asm_mov_rr(&g->a, false, RAX, RAX);
    }
    def_in(g, RAX);
}

static void gen_call(Gen *g, const IRInsn *i)
{
    const IRCall *c = &g->ir->calls[i->imm];
    unsigned n = 0;

    evict_for_call(g, !(c->flags & (TCG_CALL_PURE | TCG_CALL_NO_WG)));
    asm_call(&g->a, x86_stubs.save);
    if (c->flags & TCG_CALL_ENV) {
        asm_lea(&g->a, true, c_args[n++], MEM(RBP, -TCG_ENV_BIAS));
    }
    for (unsigned k = 0; k < c->nargs; k++) {
        load_arg(g, c->arg[k], c_args[n++]);
    }
    emit_call(g, c->fn, c->flags & TCG_CALL_FP);
    call_result(g, c->ret);
}

/* Operands to vop[1..], env, vop and desc as arguments, the result from vop[0]. */
static void emit_vec_call(Gen *g, const IRRef *args, unsigned nargs, const void *fn, uint64_t desc,
                          bool fp, unsigned type)
{
    Asm *s = &g->a;

    for (unsigned k = 0; k < nargs; k++) {
        const IRInsn *a = insn_of(g, args[k]);
        if (a->type == IR_V128) {
            asm_vex_rm(s, 0x29 | M_0F, use_vec(g, args[k]), 0,
                       MEM(RBP, COLD_DISP(vop[0]) + 16 * (k + 1)));
        } else {
            asm_store(s, a->type != IR_I32, use_reg(g, args[k]),
                      MEM(RBP, COLD_DISP(vop[0]) + 16 * (k + 1)));
        }
        g->locked = 0;
    }
    evict_for_call(g, false);
    asm_call(s, x86_stubs.save);
    asm_lea(s, true, RDI, MEM(RBP, -TCG_ENV_BIAS));
    asm_lea(s, true, RSI, COLDM(vop[0]));
    asm_mov_ri(s, RDX, desc, false);
    emit_call(g, fn, fp);
    if (type == IR_V128) {
        int d = def_vec(g);
        asm_vex_rm(s, 0x28 | M_0F, d, 0, COLDM(vop[0]));
    } else if (type != IR_VOID) {
        int d = def_reg(g);
        asm_load(s, type != IR_I32, d, COLDM(vop[0]));
    }
}

void gen_vec_fallback(Gen *g, const IRInsn *i, TCGHostVecFn *fn, uint64_t desc)
{
    emit_vec_call(g, i->arg, ir_op_info[i->op].nargs, fn, desc, fn == x86_stubs.rt.fp_op, i->type);
}

static void gen_vcall(Gen *g, const IRInsn *i)
{
    const IRCall *c = &g->ir->calls[i->imm];

    emit_vec_call(g, c->arg, c->nargs, c->fn, c->desc, c->flags & TCG_CALL_FP, IR_V128);
}

static void gen_flags_nzcv(Gen *g, const IRInsn *i)
{
    evict_for_call(g, false);
    asm_call(&g->a, x86_stubs.save);
    for (unsigned k = 0; k < 3; k++) {
        load_arg(g, i->arg[k], c_args[k]);
    }
    emit_call(g, (const void *)tcg_flags_nzcv, false);
    call_result(g, IR_I32);
}

bool gen_flow(Gen *g, const IRInsn *i)
{
    switch (i->op) {
    case IR_insn_start:
        g->insn_off = i->imm;
        if (g->code->marks && g->code->n_marks < TCG_MAX_MARKS) {
            g->code->marks[g->code->n_marks++] = (TCGRow){ g->a.p - g->code->buf, i->imm };
        }
        break;
    case IR_brcond:
        gen_brcond(g, i);
        break;
    case IR_brcond_far:
        gen_brcond_far(g, i);
        break;
    case IR_goto_tb:
        gen_goto(g, i);
        break;
    case IR_goto_far:
        emit_far(g, i->imm);
        break;
    case IR_goto_ptr:
        load_rcx(g, i->arg[0]);
        emit_jc_lookup(g, false);
        break;
    case IR_call_tb:
    case IR_call_on:
        gen_call_tb(g, i);
        break;
    case IR_ret_ptr:
        gen_ret(g, i);
        break;
    case IR_exit_tb:
        asm_jmp(&g->a, x86_stubs.exit_tb);
        break;
    case IR_call:
        gen_call(g, i);
        break;
    case IR_vcall:
        gen_vcall(g, i);
        break;
    case IR_flags_nzcv:
        gen_flags_nzcv(g, i);
        break;
    default:
        return false;
    }
    return true;
}

/* ---- out of line ---- */

/*
 * The stores again, at another place. Their bytes do not depend on it, but for constants that they
 * load from behind the block: the copies of these loads are patched, too.
 */
static void copy_stores(Gen *g, const ColdPath *c)
{
    uint8_t *to = g->a.p;
    unsigned n_pool = g->n_pool;

    for (const uint8_t *p = c->st_begin; p < c->st_end && !g->a.full; p++) {
        asm_byte(&g->a, *p);
    }
    for (unsigned n = 0; n < n_pool && !g->a.full; n++) {
        const PoolUse *use = &g->pool[n];
        if (use->at >= c->st_begin && use->at < c->st_end) {
            add_pool_use(g, to + (use->at - c->st_begin), use->val);
        }
    }
}

/* The check of one access whose bytes could not be checked together with others'. Returns the
 * branch that is taken if it fails as well. */
static uint8_t *cold_own_check(Gen *g, const ColdPath *c)
{
    Asm *s = &g->a;
    const IRInsn *i = c->insn;
    const TLBCheck own = {
        .base = c->base,
        .disp = i->disp,
        .span = memop_span(i->memop),
        .write = i->op == IR_mmu_w,
    };

    if (c->table) {
        /* nobody waits for the addend */
    } else if (c->share & SHARE_LEADS) {
        asm_store_imm32(s, true, MEM(RBP, SHARE_DISP(c->share)), 0);
    } else if (c->keep_rcx) {
        asm_store(s, true, RCX, COLDM(share_rcx));
    }
    uint8_t *fails = emit_tlb_check(s, &own, NULL);
    emit_tlb_addend(s, &own);
    if (c->keep_rcx) {
        asm_load(s, true, RCX, COLDM(share_rcx));
    }
    asm_jmp(s, c->join);
    return fails;
}

static void cold_mmu(Gen *g, const ColdPath *c)
{
    Asm *s = &g->a;
    const IRInsn *i = c->insn;
    bool write = i->op == IR_mmu_w;
    const Stubs *st = &x86_stubs;

    if (c->share != SHARE_NONE || c->table) {
        uint8_t *fails = cold_own_check(g, c);
        asm_patch(fails, s->p);
        if (c->keep_rcx) {
            asm_load(s, true, RCX, COLDM(share_rcx));
        }
    }
    asm_lea(s, true, RCX, MEM(c->base, i->disp));
    asm_mov_ri(s, RAX, i->memop & ~MO_TABLE_MASK, false);
    asm_call(s, write ? st->mmu_w[c->vec_live] : st->mmu_r[c->vec_live]);
    add_row_at(g, c->insn_off);
    if (c->keep_rcx) {
        asm_load(s, true, RCX, COLDM(share_rcx));
    }
    if (!c->st_end) {
        asm_jmp(s, c->join);
        return;
    }
    asm_jcc(s, CC_E, c->join); /* the stub returns with ZF clear where the bounce buffer is used */
    copy_stores(g, c);
    asm_call(s, st->commit[c->vec_live_after]);
    add_row_at(g, c->insn_off);
    asm_jmp(s, c->st_end);
}

void emit_cold(Gen *g, ColdPath *c)
{
    Asm *s = &g->a;

    if (s->full) {
        return;
    }
    asm_patch(c->from, s->p);
    if (c->from2) {
        asm_patch(c->from2, s->p);
    }
    switch (c->kind) {
    case COLD_MMU:
        cold_mmu(g, c);
        break;
    case COLD_IRQ:
        asm_mov_ri(s, RAX, c->off, false);
        asm_jmp(s, x86_stubs.exit_irq);
        break;
    case COLD_ICOUNT:
        asm_alu_mi(s, false, ALU_ADD, ENVM(icount_left), g->code->icount);
        asm_mov_ri(s, RAX, g->code->pc_first, false);
        asm_jmp(s, x86_stubs.exit_irq);
        break;
    case COLD_HOT:
        asm_mov_ri(s, RAX, (uintptr_t)g->code->hot_arg, false);
        asm_mov_ri(s, RCX, c->off, false);
        asm_jmp(s, x86_stubs.exit_hot);
        break;
    case COLD_UNLINKED:
        g->code->edge[c->edge].unlinked = s->p;
        asm_push_imm(s, c->off);
        asm_call(s, x86_stubs.exit_link); /* never returns: the return address says which edge */
        g->code->edge[c->edge].taken = s->p;
        break;
    case COLD_JC_CALL_MISS:
        asm_byte(s, 0x48); /* lea rax, [rip + join] */
        asm_byte(s, 0x8d);
        asm_byte(s, 0x05);
        asm_u32(s, c->join - (s->p + 4));
        asm_push(s, RAX);
        asm_jmp(s, x86_stubs.jc_miss);
        break;
    case COLD_FAR:
        emit_far(g, c->off);
        break;
    case COLD_FP:
        cold_fp(g, c);
        break;
    }
}
