/* SPDX-License-Identifier: MIT */
/*
 * The host back end against the IR interpreter: random programs run by both must leave the same
 * registers, memory and next address. Guest memory is reached by the inline check, by the slow path
 * to RAM, and through the bounce buffer.
 */
#include "qemu/osdep.h"
#include "target/arm/internals.h"
#include "target/arm/tcg/fp-helper.h"
#include "tcg/eval.h"
#include "tcg/host.h"
#include "tcg/interp.h"
#include "tests/tcg/ir-random.h"
#include <sys/mman.h>

#define MEM_BASE  0x40000000
#define MEM_SIZE  8192
#define CODE_SIZE (1 << 20)

static uint8_t *memory; /* its pages side by side */
static uint8_t *alias;  /* and each followed by one that can not be accessed */
static TCGContextSlot *slot;
static uint8_t *code_buf, *code_start;
static IRRandomEnv *jit_env;
static enum { FAST, SLOW, BOUNCE } how;

static void *mem_at(uint64_t addr, unsigned size)
{
    g_assert_cmphex(addr, >=, MEM_BASE);
    g_assert_cmphex(addr + size, <=, MEM_BASE + MEM_SIZE);
    return memory + (addr - MEM_BASE);
}

static uint64_t test_ld(CPUArchState *env, uint64_t addr, uint32_t memop, uint32_t unpriv)
{
    uint64_t v = 0;

    memcpy(&v, mem_at(addr, memop_size(memop)), memop_size(memop));
    return v;
}

static void test_st(CPUArchState *env, uint64_t addr, uint64_t val, uint32_t memop, uint32_t unpriv)
{
    memcpy(mem_at(addr, memop_size(memop)), &val, memop_size(memop));
}

static void test_mmu(CPUArchState *env, uint64_t addr, uint32_t memop, bool write)
{
    mem_at(addr, memop_span(memop));
}

static void *test_host(CPUArchState *env, uint64_t addr, unsigned size)
{
    return mem_at(addr, size);
}

/* ---- floating point as Arm has it ---- */

static CPUARMState *fp_cpu; /* has FPCR and FPSR */

static void fp_begin(unsigned mode)
{
    vfp_set_fpsr(fp_cpu, 0);
    vfp_set_fpcr(fp_cpu, mode << FPCR_RMODE_SHIFT);
}

static void fp_op(IRRandomEnv *env, unsigned op, unsigned cond, unsigned fmt, int64_t imm)
{
    memcpy(fp_cpu->cold.vop, env->cold.vop, sizeof(env->cold.vop));
    arm_fp_op(fp_cpu, op, cond, fmt, imm);
    env->cold.vop[0] = fp_cpu->cold.vop[0];
}

static void test_fp_op(CPUArchState *env, unsigned op, unsigned cond, unsigned fmt, int64_t imm)
{
    fp_op((IRRandomEnv *)env, op, cond, fmt, imm);
}

static const TCGInterpOps interp_ops = {
    .cold_offset = offsetof(IRRandomEnv, cold),
    .ld = test_ld,
    .st = test_st,
    .mmu = test_mmu,
    .host = test_host,
    .fp_op = test_fp_op,
};

/* Changes every register that C may change, so that nothing survives by luck. */
static void __attribute__((noinline)) clobber(void)
{
    asm volatile("movl $0x5a5a5a5a, %%eax\n movl %%eax, %%ecx\n movl %%eax, %%edx\n"
                 "movl %%eax, %%esi\n movl %%eax, %%edi\n movl %%eax, %%r8d\n movl %%eax, %%r9d\n"
                 "movl %%eax, %%r10d\n movl %%eax, %%r11d\n" ::
                     : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "cc");
}

static uint64_t rt_read(CPUArchState *env, uint64_t addr, uint32_t memop)
{
    unsigned len = memop_span(memop);

    clobber();
    if (how != BOUNCE) {
        mem_at(addr, len);
        return (uintptr_t)memory - MEM_BASE;
    }
    memcpy(jit_env->cold.bounce, mem_at(addr, len), len);
    return (uintptr_t)jit_env->cold.bounce - addr;
}

static uint64_t rt_write(CPUArchState *env, uint64_t addr, uint32_t memop)
{
    clobber();
    if (how != BOUNCE || (memop & (MO_ATOMIC | MO_PROBE | MO_RESTART))) {
        mem_at(addr, memop_span(memop));
        return (uintptr_t)memory - MEM_BASE;
    }
    jit_env->cold.bounce_addr = addr;
    jit_env->cold.bounce_memop = memop | 0x80000000;
    memset(jit_env->cold.bounce, 0xee, sizeof(jit_env->cold.bounce));
    return (uintptr_t)jit_env->cold.bounce - addr;
}

static void rt_commit(CPUArchState *env)
{
    unsigned len = memop_span(jit_env->cold.bounce_memop & 0x7fffffff);

    clobber();
    memcpy(mem_at(jit_env->cold.bounce_addr, len), jit_env->cold.bounce, len);
    jit_env->cold.bounce_memop = 0;
}

static void rt_vec_op(void *env, TCGVec *vop, uint64_t desc)
{
    ir_eval_vec(desc & 0xff, desc >> 16 & 0xff, (int32_t)(desc >> 32), &vop[0], &vop[1], &vop[2],
                &vop[3]);
    clobber();
}

static void rt_fp_op(void *env, TCGVec *vop, uint64_t desc)
{
    fp_op(env, desc & 0xff, desc >> 8 & 0xff, desc >> 16 & 0xff, (int32_t)(desc >> 32));
    clobber();
}

static void map_memory(void)
{
    int fd = memfd_create("guest", 0);

    g_assert_cmpint(ftruncate(fd, MEM_SIZE), ==, 0);
    memory = mmap(NULL, MEM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    alias = mmap(NULL, 2 * MEM_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (unsigned ofs = 0; ofs < MEM_SIZE; ofs += 4096) {
        mmap(alias + 2 * ofs, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, ofs);
    }
    close(fd);
}

static void setup(void)
{
    static const TCGRuntime rt = { rt_read,   rt_write, rt_commit,
                                   rt_vec_op, rt_fp_op, arm_fp_estimate };

    jit_env = aligned_alloc(64, ROUND_UP(sizeof(*jit_env), 64));
    fp_cpu = g_new0(CPUARMState, 1);
    slot = mmap(NULL, sizeof(*slot), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    code_buf = mmap(NULL, CODE_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    map_memory();
    code_start = tcg_host()->init(&rt, ir_random_globals, IRR_N_GLOBALS,
                                  offsetof(IRRandomEnv, cold), code_buf, code_buf + CODE_SIZE);
    tcg_host()->set_slot(slot);
}

/* With FAST the pages are in the TLB; crossing accesses take the slow path in any case. */
static void fill_slot(void)
{
    for (unsigned n = 0; n < TCG_TLB_SIZE; n++) {
        uint64_t empty = n ? 0 : 4096;
        slot->tlb[n] = (TCGTLBEntry){ empty, empty, empty, 0 };
    }
    for (unsigned n = 0; n < TCG_JC_SIZE; n++) {
        slot->jc[n] = (TCGJumpEntry){ ~0ull, tcg_host()->jc_miss };
    }
    for (unsigned n = 0; how == FAST && n < MEM_SIZE / 4096; n++) {
        uint64_t va = MEM_BASE + n * 4096;
        slot->tlb[(va >> 12) & (TCG_TLB_SIZE - 1)] =
            (TCGTLBEntry){ va, va, va, (uintptr_t)alias + n * 8192 - va };
    }
}

static void fill_memory(void)
{
    for (unsigned i = 0; i < MEM_SIZE; i++) {
        memory[i] = i * 37;
    }
}

static uint8_t *stack_top(void)
{
    static uint64_t stack[4096] __attribute__((aligned(16)));

    for (unsigned n = 2048; n < 4096; n += 2) {
        stack[n] = (uintptr_t)tcg_host()->sentinel;
        stack[n + 1] = 1;
    }
    return (uint8_t *)&stack[2048];
}

/* Runs the block as host code; the next pc is in env->pc. */
static void run_jit(const IRBlock *ir, bool dense)
{
    static TCGRow rows[TCG_MAX_ROWS];
    TCGCode code = {
        .ir = ir, .dense = dense, .buf = code_start, .buf_end = code_buf + CODE_SIZE, .rows = rows
    };
    TCGEnvCold *cold = &jit_env->cold;

    g_assert_true(tcg_host()->gen(&code));
    for (unsigned n = 0; n < ir->n_edges; n++) {
        if (code.edge[n].patch) {
            tcg_host()->patch(code.edge[n].patch, code.edge[n].unlinked);
        }
    }
    cold->pair_top = cold->pair_sp = (uintptr_t)stack_top();
    jit_env->tcg.limit = cold->pair_top - 4096;
    cold->mxcsr_guest = fp_cpu->cold.mxcsr_guest;
    tcg_host()->enter((CPUArchState *)jit_env, code.direct_entry);
    fp_cpu->cold.mxcsr_guest = cold->mxcsr_guest;
}

static void compare(const IRRandomEnv *want, uint32_t fpsr, const uint8_t *mem, const IRBlock *ir,
                    unsigned seed)
{
    bool same = !memcmp(want->x, jit_env->x, sizeof(want->x)) &&
                !memcmp(want->w, jit_env->w, sizeof(want->w)) &&
                !memcmp(want->v, jit_env->v, sizeof(want->v)) && want->field == jit_env->field &&
                want->tcg.flag_a == jit_env->tcg.flag_a &&
                want->tcg.flag_b == jit_env->tcg.flag_b &&
                want->tcg.flag_kind == jit_env->tcg.flag_kind && want->pc == jit_env->pc &&
                fpsr == vfp_get_fpsr(fp_cpu) && !memcmp(mem, memory, MEM_SIZE);

    if (same) {
        return;
    }
    g_autoptr(GString) text = g_string_new(NULL);
    ir_print(ir, text);
    g_printerr("seed %u, mode %d:\n%s\npc %" PRIx64 " %" PRIx64 "\n", seed, how, text->str,
               want->pc, jit_env->pc);
    for (unsigned n = 0; n < IRR_NX; n++) {
        g_printerr("x%-2u %016" PRIx64 " %016" PRIx64 "%s\n", n, want->x[n], jit_env->x[n],
                   want->x[n] == jit_env->x[n] ? "" : " <<<");
    }
    for (unsigned n = 0; n < IRR_NV; n++) {
        g_printerr("v%-2u %016" PRIx64 "%016" PRIx64 " %016" PRIx64 "%016" PRIx64 "%s\n", n,
                   want->v[n].d[1], want->v[n].d[0], jit_env->v[n].d[1], jit_env->v[n].d[0],
                   memcmp(&want->v[n], &jit_env->v[n], 16) ? " <<<" : "");
    }
    for (unsigned n = 0; n < MEM_SIZE; n++) {
        if (mem[n] != memory[n]) {
            g_printerr("memory[%u] %02x %02x\n", n, mem[n], memory[n]);
        }
    }
    g_printerr("fpsr %x %x fpcr %x\n", fpsr, vfp_get_fpsr(fp_cpu), vfp_get_fpcr(fp_cpu));
    g_printerr("w %x %x, %x %x field %" PRIx64 " %" PRIx64 " flags %x %x\n", want->w[0],
               jit_env->w[0], want->w[1], jit_env->w[1], want->field, jit_env->field,
               want->tcg.flag_kind, jit_env->tcg.flag_kind);
    g_test_fail();
    abort();
}

/* Runs the optimised block of @s from @start in both ways. */
static void check_block(TCGContext *s, const IRRandomEnv *start, unsigned seed)
{
    IRBlock *ir = tcg_context_block(s);
    IRRandomEnv want = *start;
    uint8_t mem[MEM_SIZE];
    TCGInterpExit out = { 0 };

    fill_memory();
    fp_begin(seed % 4);
    TCGInterpResult res = tcg_interp_run(&interp_ops, ir, (CPUArchState *)&want, &out);
    if (res != TCG_INTERP_EXIT) {
        want.pc = out.pc;
    }
    memcpy(mem, memory, MEM_SIZE);
    uint32_t fpsr = vfp_get_fpsr(fp_cpu);

    g_autofree IRBlock *copy = ir_block_clone(ir);
    fill_memory();
    fill_slot();
    *jit_env = *start;
    jit_env->cold.unpriv_tlb = slot->tlb;
    memset(jit_env->cold.share, 0x5a, sizeof(jit_env->cold.share)); /* of another block */
    fp_begin(seed % 4);
    run_jit(ir, seed & 4);
    compare(&want, fpsr, mem, copy, seed);
}

static void test_random(gconstpointer features)
{
    unsigned count = g_getenv("TCG_TEST_COUNT") ? atoi(g_getenv("TCG_TEST_COUNT")) : 3000;
    unsigned first = g_getenv("TCG_TEST_SEED") ? atoi(g_getenv("TCG_TEST_SEED")) : 1;
    TCGContext *s = tcg_context_new(ir_random_globals, IRR_N_GLOBALS, NULL);

    for (unsigned seed = first; seed < first + count; seed++) {
        g_autoptr(GRand) r = g_rand_new_with_seed(seed);
        IRRandomOptions opt = { GPOINTER_TO_UINT(features), 4 + seed % 40, MEM_BASE, MEM_SIZE };
        IRRandomEnv start = { 0 };

        how = seed % 3;
        ir_random_state(&start, r);
        if (opt.features & IRR_FP) {
            opt.n_ops = 1 + seed % 6;
            ir_random_floats(&start, r);
        }
        ir_random_block(s, r, &opt);
        tcg_optimize(tcg_context_block(s));
        check_block(s, &start, seed);
    }
    tcg_context_free(s);
}

/* The copy of a store out of line loads the same constant from behind the block. */
static void test_const_store(void)
{
    TCGContext *s = tcg_context_new(ir_random_globals, IRR_N_GLOBALS, NULL);
    IRRandomEnv start = { 0 };

    for (how = 0; how < 3; how++) {
        tcg_func_start(s);
        tcg_gen_insn_start(0);
        tcg_gen_qemu_st_vec(tcg_constant_vec_dup64(0x123456789abcdef0),
                            tcg_constant_i64(MEM_BASE + 0x41), MO_128);
        tcg_gen_goto(0);
        tcg_optimize(tcg_context_block(s));
        check_block(s, &start, how);
    }
    tcg_context_free(s);
}

/* A block that does not fit leaves what lies behind its buffer alone: the next segment's code. */
static void check_full_buffer(const IRBlock *ir)
{
    static TCGRow rows[TCG_MAX_ROWS];
    enum { BEHIND = 16 };
    bool fits = false;

    for (unsigned room = 64; !fits; room++) {
        g_autofree IRBlock *copy = ir_block_clone(ir);
        TCGCode code = { .ir = copy, .pc_first = 8, .dense = room & 1, .rows = rows };
        code.buf = code_start;
        code.buf_end = code_start + room;
        memset(code.buf_end, 0xee, BEHIND);
        fits = tcg_host()->gen(&code) && !code.dense;
        for (unsigned n = 0; n < BEHIND; n++) {
            g_assert_cmphex(code.buf_end[n], ==, 0xee);
        }
    }
}

static void test_full_buffer(void)
{
    TCGContext *s = tcg_context_new(ir_random_globals, IRR_N_GLOBALS, NULL);
    IRRandomOptions opt = { IRR_ALL, 20, MEM_BASE, MEM_SIZE };

    for (unsigned seed = 0; seed < 60; seed++) {
        g_autoptr(GRand) r = g_rand_new_with_seed(seed);
        if (seed % 2) {
            ir_random_block(s, r, &opt);
        } else { /* branches back */
            tcg_func_start(s);
            for (unsigned n = 8; n < 40; n += 4) {
                tcg_gen_insn_start(n);
                tcg_gen_brcond_exit_i64(TCG_COND_LT, tcg_global_i64(IRR_G_X),
                                        tcg_global_i64(IRR_G_X + 1), 0);
            }
            tcg_gen_goto(0);
        }
        tcg_optimize(tcg_context_block(s));
        check_full_buffer(tcg_context_block(s));
    }
    tcg_context_free(s);
}

/* ---- what runs inline ---- */

typedef void BinOp(unsigned, TCGv_vec, TCGv_vec, TCGv_vec);
typedef void UnOp(unsigned, TCGv_vec, TCGv_vec);
typedef void BinFp(unsigned, bool, TCGv_vec, TCGv_vec, TCGv_vec);

/* The one block that @s holds must contain no call: each has a row. Rows out of line would count,
 * too, but only memory checks have these. */
static void expect_inline(TCGContext *s, const char *name, unsigned vece)
{
    static TCGRow rows[TCG_MAX_ROWS];
    TCGCode code = { .buf = code_start, .buf_end = code_buf + CODE_SIZE, .rows = rows };

    tcg_gen_goto(0);
    code.ir = tcg_context_block(s);
    tcg_optimize((IRBlock *)code.ir);
    g_assert_true(tcg_host()->gen(&code));
    if (code.n_rows) {
        g_test_message("%s on elements of %u bytes calls C", name, 1u << vece);
        g_test_fail();
    }
}

#define V(n) tcg_global_vec(IRR_G_V + (n))

static void test_inline_vec(void)
{
#define ROW(name) { tcg_gen_##name##_vec, #name },
    static const struct {
        BinOp *fn;
        const char *name;
    } bin[] = { TCG_VBINARY_OPS(ROW) };
    static const struct {
        UnOp *fn;
        const char *name;
    } un[] = { TCG_VUNARY_OPS(ROW) };
    TCGContext *s = tcg_context_new(ir_random_globals, IRR_N_GLOBALS, NULL);

    for (unsigned vece = MO_8; vece <= MO_32; vece++) {
        for (unsigned n = 0; n < ARRAY_SIZE(bin); n++) {
            tcg_func_start(s);
            bin[n].fn(vece, V(0), V(1), V(2));
            expect_inline(s, bin[n].name, vece);
        }
        for (unsigned n = 0; n < ARRAY_SIZE(un); n++) {
            tcg_func_start(s);
            un[n].fn(un[n].fn == tcg_gen_cnt_vec ? MO_8 : vece, V(0), V(1));
            expect_inline(s, un[n].name, vece);
        }
        for (unsigned n = 0; n < 8; n++) {
            tcg_func_start(s);
            tcg_gen_shli_vec(vece, V(0), V(0), n);
            tcg_gen_shri_vec(vece, V(1), V(1), n);
            tcg_gen_sari_vec(vece, V(2), V(2), n);
            tcg_gen_tbl_vec(V(3), V(3), V(4));
            tcg_gen_rev_vec(vece, V(4), V(4), MO_64);
            tcg_gen_dup_i64_vec(vece, V(5), tcg_constant_i64(n));
            expect_inline(s, "shifts and moves", vece);
        }
    }
    tcg_context_free(s);
}

static void gen_each_conversion(unsigned fmt, unsigned rmode)
{
    tcg_gen_fmadd_vec(fmt, rmode & 1, V(0), V(1), V(2), V(3), rmode & 2, rmode & 1);
    tcg_gen_fsqrt_vec(fmt, rmode & 1, V(1), V(1));
    tcg_gen_frint_vec(fmt, rmode & 1, V(2), V(2), rmode, rmode & 2);
    tcg_gen_fcmp(fmt, tcg_global_i64(IRR_G_X), V(2), V(3), rmode & 1);
    tcg_gen_fcvt_ff(fmt, fmt ^ MO_32 ^ MO_64, V(4), V(4));
    for (unsigned n = 0; n < 4; n++) {
        unsigned cvt = rmode | (n & 1 ? FPCVT_I32 : 0) | (n & 2 ? FPCVT_UNSIGNED : 0);
        tcg_gen_fcvt_fi(fmt, tcg_global_i64(IRR_G_X + 1 + n), V(5), cvt);
        tcg_gen_fcvt_if(fmt, V(5), tcg_global_i64(IRR_G_X + n), cvt);
    }
}

static void test_inline_fp(void)
{
    static const struct {
        BinFp *fn;
        const char *name;
    } bin[] = { TCG_FBINARY_OPS(ROW) };
    TCGContext *s = tcg_context_new(ir_random_globals, IRR_N_GLOBALS, NULL);

    for (unsigned fmt = MO_32; fmt <= MO_64; fmt++) {
        for (unsigned n = 0; n < ARRAY_SIZE(bin); n++) {
            for (unsigned scalar = 0; scalar < 2 && bin[n].fn != tcg_gen_fmulx_vec; scalar++) {
                tcg_func_start(s);
                bin[n].fn(fmt, scalar, V(0), V(1), V(2));
                expect_inline(s, bin[n].name, fmt);
            }
        }
        for (unsigned rmode = FPCVT_RNE; rmode <= FPCVT_RZ; rmode++) {
            tcg_func_start(s);
            gen_each_conversion(fmt, rmode);
            expect_inline(s, "conversions", fmt);
        }
    }
    tcg_context_free(s);
}

int main(int argc, char **argv)
{
    char *why = NULL;

    g_test_init(&argc, &argv, NULL);
    if (!tcg_host()->probe(&why)) {
        g_test_skip(why);
        return 0;
    }
    setup();
    g_test_add_data_func("/tcg/backend/int", GUINT_TO_POINTER(IRR_INT), test_random);
    g_test_add_data_func("/tcg/backend/flags", GUINT_TO_POINTER(IRR_INT | IRR_FLAGS), test_random);
    g_test_add_data_func("/tcg/backend/mem", GUINT_TO_POINTER(IRR_INT | IRR_MEM), test_random);
    g_test_add_data_func("/tcg/backend/vec", GUINT_TO_POINTER(IRR_INT | IRR_VEC), test_random);
    g_test_add_data_func("/tcg/backend/call", GUINT_TO_POINTER(IRR_INT | IRR_CALL), test_random);
    g_test_add_data_func("/tcg/backend/exit", GUINT_TO_POINTER(IRR_INT | IRR_EXIT), test_random);
    g_test_add_data_func("/tcg/backend/fp", GUINT_TO_POINTER(IRR_FP), test_random);
    g_test_add_data_func("/tcg/backend/fp-vec", GUINT_TO_POINTER(IRR_FP | IRR_VEC | IRR_FLAGS),
                         test_random);
    g_test_add_data_func("/tcg/backend/all", GUINT_TO_POINTER(IRR_ALL), test_random);
    g_test_add_func("/tcg/backend/const-store", test_const_store);
    g_test_add_func("/tcg/backend/full-buffer", test_full_buffer);
    g_test_add_func("/tcg/backend/inline/vec", test_inline_vec);
    g_test_add_func("/tcg/backend/inline/fp", test_inline_fp);
    return g_test_run();
}
