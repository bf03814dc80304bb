/* SPDX-License-Identifier: MIT */
/*
 * Dense code: for caches that are too small for what is executed, where translating again costs
 * more than a few jumps. What the usual form of a block repeats inline is called in stubs here: the
 * check of a memory access, the work of an indirect entry, look-ups in the jump cache. It is half
 * the size.
 *
 *   lea rcx,[base+disp] ; call check ; access [rax+base+disp]
 *
 * The check's slow path is the usual one, with the return address into the block. But no copy of
 * the stores follows for those that do not go to RAM: the runtime is told by MO_RESTART that such a
 * write must be made by another block, and starts the instruction again.
 *
 * Blocks that loop to themselves, accesses with vectors in registers, and those that demand
 * alignment are as usual.
 *
 * Stubs are called, so each call has its return, and the host predicts them; an address that the
 * stub leaves on the pair stack is the continuation of a guest call.
 */
#include "gen.h"

/* Accesses of one element and of two. */
#define N_SIZES 5
#define CHECKED (MO_SIZE | MO_COUNT_MASK)

static unsigned check_number(unsigned memop)
{
    return (memop & MO_SIZE) + N_SIZES * (memop_count(memop) - 1);
}

/* rcx: guest address. Returns the addend in rax; rcx is overwritten. */
static const uint8_t *stub_check(Asm *s, unsigned memop, bool write)
{
    const TLBCheck check = { .base = RCX, .span = memop_span(memop), .write = write };
    const uint8_t *at = s->p;

    asm_store(s, true, RCX, COLDM(dense_addr));
    uint8_t *fails = emit_tlb_check(s, &check, NULL);
    emit_tlb_addend(s, &check);
    asm_ret(s);
    asm_patch(fails, s->p);
    asm_load(s, true, RCX, COLDM(dense_addr)); /* the tag may be another one meanwhile */
    asm_mov_ri(s, RAX, memop | (write ? MO_RESTART : 0), false);
    asm_jmp(s, write ? x86_stubs.mmu_w[0] : x86_stubs.mmu_r[0]);
    return at;
}

bool gen_dense_check(Gen *g, const IRInsn *i, bool write)
{
    Asm *s = &g->a;
    unsigned memop = i->memop & ~(MO_SIGN | MO_BSWAP | MO_TABLE_MASK);

    if (!g->dense || (memop & ~CHECKED) || memop_count(memop) > 2 || any_vec_live(g)) {
        return false;
    }
    g->locked |= (1u << RAX) | (1u << RCX);
    evict(g, RAX);
    evict(g, RCX);
    int base = use_reg(g, i->arg[0]);
    if (i->disp) {
        asm_lea(s, true, RCX, MEM(base, i->disp));
    } else {
        asm_mov_rr(s, true, RCX, base);
    }
    asm_call(s, x86_stubs.dense_check[write][check_number(memop)]);
    add_row(g);
    def_in(g, RAX);
    return true;
}

/* rcx: pc. Returns with vbase set, or leaves: one of many entries as a sample of what is hot. */
static const uint8_t *stub_entry(Asm *s)
{
    const uint8_t *at = s->p;

    asm_rm(s, ALU_RR(ALU_CMP) | O_W, RSP, ENVM(limit));
    uint8_t *leave = asm_jcc(s, CC_B, NULL);
    asm_alu_mi(s, false, ALU_SUB, COLDM(dense_entries), 1);
    uint8_t *sample = asm_jcc(s, CC_S, NULL);
    asm_alu_ri(s, true, ALU_AND, RCX, -4096);
    asm_store(s, true, RCX, ENVM(vbase));
    asm_ret(s);
    asm_patch(leave, s->p);
    asm_pop(s, RAX);
    asm_jmp(s, x86_stubs.exit_pc_irq);
    asm_patch(sample, s->p);
    asm_pop(s, RAX);
    asm_jmp(s, x86_stubs.exit_sample);
    return at;
}

/* Called where a guest call returns to: below its own return address is the guest's, which it takes
 * off the stack, and which says what vbase is. */
static const uint8_t *stub_continue(Asm *s)
{
    const uint8_t *at = s->p;

    asm_load(s, true, RCX, MEM(RSP, 8));
    asm_alu_ri(s, true, ALU_AND, RCX, -4096);
    asm_store(s, true, RCX, ENVM(vbase));
    asm_byte(s, 0xc2); /* ret 8 */
    asm_byte(s, 8);
    asm_byte(s, 0);
    return at;
}

void dense_init(Asm *s)
{
    Stubs *st = &x86_stubs;

    for (unsigned n = 0; n < 2 * N_SIZES; n++) {
        unsigned memop = n % N_SIZES | (n < N_SIZES ? 0 : MO_COUNT(2));
        st->dense_check[false][n] = stub_check(s, memop, false);
        st->dense_check[true][n] = stub_check(s, memop, true);
    }
    st->dense_entry = stub_entry(s);
    st->dense_continue = stub_continue(s);
    st->dense_lookup = s->p; /* rcx: guest address; jumped to, or called: then it is a guest call */
    emit_jc_compare(s);
    asm_jcc(s, CC_NE, st->jc_miss);
    asm_jmp_mem(s, JC_ENTRY(host));
    st->dense_ret = s->p; /* rcx: guest address; jumped to */
    asm_rm(s, ALU_RR(ALU_CMP) | O_W, RCX, MEM(RSP, 8));
    asm_jcc(s, CC_NE, st->ret_miss);
    asm_ret(s);
}
