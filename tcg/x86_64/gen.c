/* SPDX-License-Identifier: MIT */
/* The back end's driver: one block from IR to host code, and the TCGHost object. */
#include "gen.h"

Stubs x86_stubs;
static __thread Gen *gen_state;

#define ANY_ENTRY 15

/* What the block says of `entry`: refused ones leave to the CPU loop, which looks again. Uses rax
 * and rcx. */
static void emit_entry_check(Gen *g)
{
    Asm *s = &g->a;
    unsigned mask = g->ir->entry_mask;

    if (!mask) {
        return;
    }
    if (mask != ANY_ENTRY) {
        asm_load(s, false, RCX, ENVM(entry));
        asm_mov_ri(s, RAX, mask, false);
        asm_rr(s, 0xa3 | M_0F, RCX, RAX); /* bt eax, ecx */
        add_cold(g, COLD_IRQ, asm_jcc(s, CC_AE, NULL))->off = g->code->pc_first;
    }
    asm_store_imm32(s, false, ENVM(entry), 0);
}

static void emit_entry(Gen *g)
{
    Asm *s = &g->a;
    TCGCode *c = g->code;

    c->indirect_entry = s->p;
    if (g->dense) {
        asm_call(s, x86_stubs.dense_entry);
    } else {
        asm_rm(s, ALU_RR(ALU_CMP) | O_W, RSP, ENVM(limit));
        asm_jcc(s, CC_B, x86_stubs.exit_pc_irq);
        if (c->pc_first) {
            asm_alu_ri(s, true, ALU_SUB, RCX, c->pc_first);
        }
        asm_store(s, true, RCX, ENVM(vbase));
    }
    emit_entry_check(g);
    c->direct_entry = s->p;
    load_kept(g);
    c->loop_entry = s->p;
    if (c->icount) {
        asm_alu_mi(s, false, ALU_SUB, ENVM(icount_left), c->icount);
        add_cold(g, COLD_ICOUNT, asm_jcc(s, CC_S, NULL));
    }
    if (c->count) {
        asm_rm(s, 0xff | O_W, 0, COLDM(blocks_run)); /* inc */
    }
    if (c->runs) {
        asm_mov_ri(s, RAX, (uintptr_t)c->runs, false);
        asm_rm(s, 0xff | O_W, 0, MEM(RAX, 0)); /* inc */
    }
    c->body = s->p;
}

static void emit_insn(Gen *g, const IRInsn *i)
{
    switch (i->op) {
    case IR_nop:
    case IR_const:
    case IR_vconst:
        return;
    case IR_get:
        do_get(g, i);
        return;
    case IR_set:
        do_set(g, i);
        return;
    default:
        break;
    }
    bool done = gen_int(g, i) || gen_mem(g, i) || gen_flow(g, i) || gen_vec(g, i) || gen_fp(g, i);
    assert(done);
}

static bool continues_store(const Gen *g, const IRInsn *i)
{
    return i->op == IR_nop || i->op == IR_const || i->op == IR_vconst ||
           ((i->op == IR_st || i->op == IR_vst) && i->arg[0] == g->open_ptr);
}

static bool x86_gen(TCGCode *code)
{
    if (!gen_state) {
        gen_state = g_new0(Gen, 1);
    }
    Gen *g = gen_state;
    const IRBlock *ir = code->ir;

    g->a = (Asm){ code->buf, code->buf_end, false };
    g->code = code;
    g->ir = ir;
    g->cur = 0;
    g->n_cold = 0;
    g->n_pool = 0;
    g->open_store = NULL;
    g->insn_off = code->pc_first;
    code->n_rows = code->n_marks = 0;
    memset(code->edge, 0, sizeof(code->edge));
    coalesce((IRBlock *)ir);
    keep_link((IRBlock *)ir);
    regs_begin(g);
    emit_entry(g);
    for (unsigned n = 1; n < ir->n && !g->a.full; n++) {
        const IRInsn *i = &ir->insns[n];
        if (g->open_store && !continues_store(g, i)) {
            close_store(g);
        }
        g->cur = n;
        emit_insn(g, i);
        regs_end_insn(g);
    }
    code->hot_end = g->a.p;
    for (unsigned n = 0; n < g->n_cold; n++) {
        emit_cold(g, &g->cold[n]);
    }
    code->pool = g->a.p;
    emit_pool(g);
    code->code_end = g->a.p;
    return !g->a.full;
}

static TCGHost x86_host;

static uint8_t *x86_init(const TCGRuntime *rt, const TCGGlobal *globals, unsigned n_globals,
                         uint32_t cold_offset, uint8_t *buf, uint8_t *buf_end)
{
    Asm a = { buf, buf_end, false };

    x86_stubs.rt = *rt;
    x86_stubs.globals = globals;
    x86_stubs.n_globals = n_globals;
    x86_stubs.cold_offset = cold_offset;
    for (unsigned n = 0; n < N_PINNED; n++) {
        x86_stubs.pin_home[n] = NO_MEM;
    }
    for (unsigned n = 0; n < n_globals; n++) {
        if (globals[n].pin >= 0 && globals[n].pin < N_PINNED) {
            x86_stubs.pin_home[globals[n].pin] = (int32_t)globals[n].offset - TCG_ENV_BIAS;
        }
    }
    features_init();
    estimate_init();
    stubs_init(&a);
    assert(!a.full);
    x86_host.jc_miss = x86_stubs.jc_miss + rt->exec_offset;
    x86_host.sentinel = x86_stubs.sentinel + rt->exec_offset;
    x86_stubs.enter = (X86EnterFn *)((uintptr_t)x86_stubs.enter + rt->exec_offset);
    return a.p;
}

static void x86_enter(CPUArchState *env, const void *entry)
{
    x86_stubs.enter(env, entry);
}

static void x86_set_slot(TCGContextSlot *slot)
{
    asm volatile("wrgsbase %0" : : "r"(slot));
}

static unsigned x86_cold_reg(unsigned pin)
{
    return x86_pinned[pin];
}

static TCGHost x86_host = {
    .name = "x86_64",
    .n_pinned = N_PINNED,
    .probe = x86_probe,
    .set_isa = x86_set_isa,
    .get_isa = x86_get_isa,
    .init = x86_init,
    .gen = x86_gen,
    .enter = x86_enter,
    .set_slot = x86_set_slot,
    .patch = asm_patch_live,
    .name_of = stubs_name,
    .cold_reg_of_pin = x86_cold_reg,
};

const TCGHost *tcg_host(void)
{
    return &x86_host;
}
