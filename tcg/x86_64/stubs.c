/* SPDX-License-Identifier: MIT */
/*
 * Code that all blocks share: entry and exits, slow paths of memory checks, calls of C functions.
 *
 * Translated code runs on the pair stack. Whatever calls C first changes to the thread's own stack.
 * The return address into translated code is kept in cold->host_ra: an exception finds its row
 * there.
 */
#include "gen.h"

static void save_pinned(Asm *s)
{
    for (unsigned n = 0; n < N_PINNED; n++) {
        if (x86_stubs.pin_home[n] != NO_MEM) {
            asm_store(s, true, x86_pinned[n], MEM(RBP, x86_stubs.pin_home[n]));
        }
    }
}

static void load_pinned(Asm *s)
{
    for (unsigned n = 0; n < N_PINNED; n++) {
        if (x86_stubs.pin_home[n] != NO_MEM) {
            asm_load(s, true, x86_pinned[n], MEM(RBP, x86_stubs.pin_home[n]));
        }
    }
}

static const uint8_t callee_saved[] = { RBP, RBX, R12, R13, R14, R15 };

/* enter(env, code): a C function. Six pushes and the return address leave rsp 8 off 16: fixed here.
 */
static void stub_enter(Asm *s)
{
    x86_stubs.enter = (X86EnterFn *)s->p;
    for (unsigned n = 0; n < ARRAY_SIZE(callee_saved); n++) {
        asm_push(s, callee_saved[n]);
    }
    asm_alu_ri(s, true, ALU_SUB, RSP, 8);
    asm_lea(s, true, RBP, MEM(RDI, TCG_ENV_BIAS));
    asm_store(s, true, RSP, COLDM(c_sp));
    asm_rm(s, 0xae | M_0F, 3, COLDM(mxcsr_host));  /* stmxcsr */
    asm_rm(s, 0xae | M_0F, 2, COLDM(mxcsr_guest)); /* ldmxcsr */
    asm_mov_rr(s, true, RAX, RSI);
    asm_load(s, true, RSP, COLDM(pair_sp));
    load_pinned(s);
    asm_rr(s, 0xff, 4, RAX); /* jmp rax */
}

/* Back to C: the exit code is stored, pc too. */
static const uint8_t *stub_leave(Asm *s)
{
    const uint8_t *at = s->p;

    save_pinned(s);
    asm_store(s, true, RSP, COLDM(pair_sp));
    asm_load(s, true, RSP, COLDM(c_sp));
    asm_rm(s, 0xae | M_0F, 3, COLDM(mxcsr_guest));
    asm_rm(s, 0xae | M_0F, 2, COLDM(mxcsr_host));
    asm_alu_ri(s, true, ALU_ADD, RSP, 8);
    for (int n = ARRAY_SIZE(callee_saved) - 1; n >= 0; n--) {
        asm_pop(s, callee_saved[n]);
    }
    asm_ret(s);
    return at;
}

static int32_t pc_disp(void)
{
    for (unsigned n = 0; n < x86_stubs.n_globals; n++) {
        if (!strcmp(x86_stubs.globals[n].name, "pc")) {
            return (int32_t)x86_stubs.globals[n].offset - TCG_ENV_BIAS;
        }
    }
    g_assert_not_reached();
}

static void emit_exit(Asm *s, const uint8_t *leave, TCGExitReason reason)
{
    asm_store_imm32(s, true, COLDM(exit_code), reason);
    asm_jmp(s, leave);
}

static void stub_exits(Asm *s)
{
    const uint8_t *leave = stub_leave(s);
    X86Mem pc = MEM(RBP, pc_disp());

    x86_stubs.exit_tb = s->p; /* pc is set */
    emit_exit(s, leave, TCG_EXIT_LOOKUP);

    x86_stubs.exit_link = s->p;          /* on the stack: where it was called, page offset */
    asm_rm(s, 0x8f, 0, COLDM(exit_arg)); /* pop */
    asm_pop(s, RCX);
    asm_rm(s, ALU_RR(ALU_ADD) | O_W, RCX, ENVM(vbase));
    asm_store(s, true, RCX, pc);
    emit_exit(s, leave, TCG_EXIT_LINK);

    x86_stubs.exit_hot = s->p; /* likewise */
    asm_store(s, true, RAX, COLDM(exit_arg));
    asm_rm(s, ALU_RR(ALU_ADD) | O_W, RCX, ENVM(vbase));
    asm_store(s, true, RCX, pc);
    emit_exit(s, leave, TCG_EXIT_HOT);

    x86_stubs.exit_irq = s->p; /* rax: page offset */
    asm_rm(s, ALU_RR(ALU_ADD) | O_W, RAX, ENVM(vbase));
    asm_store(s, true, RAX, pc);
    emit_exit(s, leave, TCG_EXIT_REQUEST);

    x86_stubs.exit_pc_irq = s->p; /* rcx: pc */
    asm_store(s, true, RCX, pc);
    emit_exit(s, leave, TCG_EXIT_REQUEST);

    x86_stubs.exit_sample = s->p; /* rcx: pc */
    asm_store(s, true, RCX, pc);
    emit_exit(s, leave, TCG_EXIT_SAMPLE);

    x86_stubs.jc_miss = s->p; /* rcx: pc */
    asm_store(s, true, RCX, pc);
    emit_exit(s, leave, TCG_EXIT_LOOKUP);
}

/* rcx: the guest return address, not on top. It is among the next pairs (longjmp, tail calls) or
 * nowhere: then the stack is reset and the jump cache asked. */
static void stub_ret_miss(Asm *s)
{
    uint8_t *found[8];

    x86_stubs.ret_miss = s->p;
    for (unsigned n = 1; n <= 8; n++) {
        asm_rm(s, ALU_RR(ALU_CMP) | O_W, RCX, MEM(RSP, 16 * n + 8));
        found[n - 1] = asm_jcc(s, CC_E, NULL);
    }
    asm_load(s, true, RSP, COLDM(pair_top));
    emit_jc_compare(s);
    asm_jcc(s, CC_NE, x86_stubs.jc_miss);
    asm_jmp_mem(s, JC_ENTRY(host));
    for (unsigned n = 1; n <= 8; n++) {
        asm_patch(found[n - 1], s->p);
        asm_alu_ri(s, true, ALU_ADD, RSP, 16 * n);
        asm_ret(s);
    }
    /* A return that finds the sentinel's pair: it is on top, its guest address can't be matched
     * by an aligned pc; a forged one ends in a lookup. */
    x86_stubs.sentinel = s->p;
    asm_load(s, true, RSP, COLDM(pair_top));
    asm_jmp(s, x86_stubs.jc_miss);
}

static const uint8_t caller_saved[] = { RDX, RSI, RDI, R8, R9, R10, R11 };

/* All registers to cold->host_regs (an exception distributes the pinned ones), vectors if live. */
static void save_raw(Asm *s, bool vec)
{
    for (int r = 0; r < 16; r++) {
        if (r != RSP && r != RBP && r != RAX && r != RCX) {
            asm_store(s, true, r, MEM(RBP, COLD_DISP(host_regs[0]) + 8 * r));
        }
    }
    for (int r = 0; vec && r < 14; r++) {
        asm_vex_rm(s, 0x29 | M_0F, r, 0, MEM(RBP, COLD_DISP(host_vecs[0]) + 16 * r));
    }
    asm_store_imm32(s, false, COLDM(bounce_memop), 0);
    asm_rm(s, 0xc6, 0, COLDM(raw_saved));
    asm_byte(s, 1);
}

/* The return address is taken off the pair stack while C runs, and put back. */
static void call_c(Asm *s, const void *fn)
{
    asm_rm(s, 0x8f, 0, COLDM(host_ra)); /* pop */
    asm_store(s, true, RSP, COLDM(pair_sp));
    asm_load(s, true, RSP, COLDM(c_sp));
    if (fn) {
        asm_mov_ri(s, RAX, (uintptr_t)fn, false);
    }
    asm_call_reg(s, RAX);
    asm_load(s, true, RSP, COLDM(pair_sp));
    asm_rm(s, 0xff, 6, COLDM(host_ra)); /* push */
}

static void restore_raw(Asm *s, bool vec)
{
    for (unsigned n = 0; n < ARRAY_SIZE(caller_saved); n++) {
        int r = caller_saved[n];
        asm_load(s, true, r, MEM(RBP, COLD_DISP(host_regs[0]) + 8 * r));
    }
    for (int r = 0; vec && r < 14; r++) {
        asm_vex_rm(s, 0x28 | M_0F, r, 0, MEM(RBP, COLD_DISP(host_vecs[0]) + 16 * r));
    }
    asm_rm(s, 0xc6, 0, COLDM(raw_saved));
    asm_byte(s, 0);
}

/* eax: memop, rcx: guest address. Returns the addend in rax; ZF clear if a commit must follow. */
static const uint8_t *stub_mmu(Asm *s, const void *fn, bool vec)
{
    const uint8_t *at = s->p;

    save_raw(s, vec);
    asm_lea(s, true, RDI, MEM(RBP, -TCG_ENV_BIAS));
    asm_mov_rr(s, true, RSI, RCX);
    asm_mov_rr(s, false, RDX, RAX);
    call_c(s, fn);
    restore_raw(s, vec);
    asm_alu_mi(s, false, ALU_CMP, COLDM(bounce_memop), 0);
    asm_ret(s);
    return at;
}

static const uint8_t *stub_commit(Asm *s, bool vec)
{
    const uint8_t *at = s->p;

    for (int r = 0; r < 16; r++) {
        if (r != RSP && r != RBP) {
            asm_store(s, true, r, MEM(RBP, COLD_DISP(host_regs[0]) + 8 * r));
        }
    }
    for (int r = 0; vec && r < 14; r++) {
        asm_vex_rm(s, 0x29 | M_0F, r, 0, MEM(RBP, COLD_DISP(host_vecs[0]) + 16 * r));
    }
    asm_rm(s, 0xc6, 0, COLDM(raw_saved));
    asm_byte(s, 1);
    asm_lea(s, true, RDI, MEM(RBP, -TCG_ENV_BIAS));
    call_c(s, x86_stubs.rt.commit);
    restore_raw(s, vec);
    asm_load(s, true, RAX, MEM(RBP, COLD_DISP(host_regs[0]) + 8 * RAX));
    asm_load(s, true, RCX, MEM(RBP, COLD_DISP(host_regs[0]) + 8 * RCX));
    asm_ret(s);
    return at;
}

static void mxcsr_to_host(Asm *s)
{
    asm_rm(s, 0xae | M_0F, 3, COLDM(mxcsr_guest));
    asm_rm(s, 0xae | M_0F, 2, COLDM(mxcsr_host));
    asm_rm(s, 0xc6, 0, COLDM(mxcsr_swapped));
    asm_byte(s, 1);
}

static void mxcsr_to_guest(Asm *s)
{
    asm_rm(s, 0xae | M_0F, 2, COLDM(mxcsr_guest));
    asm_rm(s, 0xc6, 0, COLDM(mxcsr_swapped));
    asm_byte(s, 0);
}

static const uint8_t *stub_call(Asm *s, bool fp)
{
    const uint8_t *at = s->p;

    if (fp) {
        mxcsr_to_host(s);
    }
    call_c(s, NULL);
    if (fp) {
        mxcsr_to_guest(s);
    }
    load_pinned(s);
    asm_ret(s);
    return at;
}

/* An FP operation whose inline result can't be trusted: the operands are in vop[1..3], the
 * descriptor is in fp_desc. Keeps every register but xmm14 and xmm15. */
static const uint8_t *stub_fp(Asm *s)
{
    const uint8_t *at = s->p;

    for (int r = 0; r < 16; r++) {
        if (r != RSP && r != RBP) {
            asm_store(s, true, r, MEM(RBP, COLD_DISP(host_regs[0]) + 8 * r));
        }
    }
    for (int r = 0; r < 14; r++) {
        asm_vex_rm(s, 0x29 | M_0F, r, 0, MEM(RBP, COLD_DISP(host_vecs[0]) + 16 * r));
    }
    mxcsr_to_host(s);
    asm_lea(s, true, RDI, MEM(RBP, -TCG_ENV_BIAS));
    asm_lea(s, true, RSI, COLDM(vop[0]));
    asm_load(s, true, RDX, COLDM(fp_desc));
    call_c(s, (const void *)x86_stubs.rt.fp_op);
    mxcsr_to_guest(s);
    restore_raw(s, true);
    asm_load(s, true, RAX, MEM(RBP, COLD_DISP(host_regs[0]) + 8 * RAX));
    asm_load(s, true, RCX, MEM(RBP, COLD_DISP(host_regs[0]) + 8 * RCX));
    asm_ret(s);
    return at;
}

void stubs_init(Asm *s)
{
    Stubs *st = &x86_stubs;

    stub_enter(s);
    stub_exits(s);
    stub_ret_miss(s);
    for (int vec = 0; vec < 2; vec++) {
        st->mmu_r[vec] = stub_mmu(s, st->rt.mmu_read, vec);
        st->mmu_w[vec] = stub_mmu(s, st->rt.mmu_write, vec);
        st->commit[vec] = stub_commit(s, vec);
    }
    st->save = s->p;
    save_pinned(s);
    asm_ret(s);
    st->call = stub_call(s, false);
    st->call_fp = stub_call(s, true);
    st->fp = stub_fp(s);
    dense_init(s);
    consts_init(s);
    asm_align(s, 64);
}

const char *stubs_name(const void *at)
{
    const Stubs *st = &x86_stubs;
    const struct {
        const void *at;
        const char *name;
    } names[] = {
        { st->exit_tb, "exit" },
        { st->exit_link, "exit-link" },
        { st->exit_irq, "exit-request" },
        { st->exit_pc_irq, "exit-request-pc" },
        { st->jc_miss, "look-up" },
        { st->ret_miss, "return-miss" },
        { st->mmu_r[0], "slow-read" },
        { st->mmu_r[1], "slow-read-vec" },
        { st->mmu_w[0], "slow-write" },
        { st->mmu_w[1], "slow-write-vec" },
        { st->commit[0], "commit" },
        { st->commit[1], "commit-vec" },
        { st->save, "save-registers" },
        { st->call, "call-helper" },
        { st->call_fp, "call-fp-helper" },
        { st->fp, "exact-fp" },
        { st->exit_sample, "exit-sample" },
        { st->dense_entry, "entry" },
        { st->dense_continue, "continue" },
        { st->dense_lookup, "jump" },
        { st->dense_ret, "return" },
    };

    for (unsigned n = 0; n < ARRAY_SIZE(names); n++) {
        if (names[n].at == at) {
            return names[n].name;
        }
    }
    for (unsigned n = 0; n < ARRAY_SIZE(st->dense_check[0]); n++) {
        if (st->dense_check[false][n] == at || st->dense_check[true][n] == at) {
            return st->dense_check[false][n] == at ? "check-read" : "check-write";
        }
    }
    return NULL;
}
