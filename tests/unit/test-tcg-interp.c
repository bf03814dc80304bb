/* SPDX-License-Identifier: MIT */
/*
 * The interpreter: operations against values written down here, and random programs three ways
 * (as asked for; folded; folded, optimised and cloned), which must agree on every register, byte of
 * memory and exit.
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "tcg/builder.h"
#include "tcg/eval.h"
#include "tcg/interp.h"
#include "tests/tcg/ir-random.h"

#define MEM_BASE 0x40000000
#define MEM_SIZE 8192

static __thread uint8_t memory[MEM_SIZE];

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
    return addr & 16 ? mem_at(addr, size) : NULL; /* both ways of doing atomics */
}

static const TCGInterpOps ops = {
    .cold_offset = offsetof(IRRandomEnv, cold),
    .ld = test_ld,
    .st = test_st,
    .mmu = test_mmu,
    .host = test_host,
};

typedef struct Outcome {
    IRRandomEnv env;
    uint8_t memory[MEM_SIZE];
    TCGInterpResult result;
    TCGInterpExit exit;
} Outcome;

static void run(const IRBlock *ir, const IRRandomEnv *env, Outcome *o)
{
    memset(o, 0, sizeof(*o));
    o->env = *env;
    for (unsigned i = 0; i < MEM_SIZE; i++) {
        memory[i] = i * 37;
    }
    o->result = tcg_interp_run(&ops, ir, (CPUArchState *)&o->env, &o->exit);
    memcpy(o->memory, memory, MEM_SIZE);
    memset(&o->env.cold, 0, sizeof(o->env.cold));
    if (o->result == TCG_INTERP_EXIT) {
        o->exit = (TCGInterpExit){ .insn_off = o->exit.insn_off };
    }
    if (o->result != TCG_INTERP_EXIT) {
        /* Folding frees edges: a call may have had to become a jump. */
        o->result = TCG_INTERP_GOTO;
        o->exit.edge = 0;
        o->exit.ret_pc = 0;
    }
}

static void check_same(const Outcome *x, const Outcome *y, const IRBlock *a, const IRBlock *b,
                       unsigned seed)
{
    if (!memcmp(x, y, sizeof(*x))) {
        return;
    }
    g_autoptr(GString) ta = g_string_new(NULL), tb = g_string_new(NULL);
    ir_print(a, ta);
    ir_print(b, tb);
    for (unsigned i = 0; i < IRR_NX; i++) {
        if (x->env.x[i] != y->env.x[i]) {
            g_test_message("x%u %" PRIx64 " %" PRIx64, i, x->env.x[i], y->env.x[i]);
        }
    }
    g_error("seed %u: results differ (exit %d %" PRIx64 ", %d %" PRIx64 ")\n%s\n--\n%s", seed,
            x->result, x->exit.pc, y->result, y->exit.pc, ta->str, tb->str);
}

static void verify(const IRBlock *ir, unsigned seed)
{
    g_autofree char *msg = ir_verify(ir);

    if (msg) {
        g_error("seed %u: %s", seed, msg);
    }
}

static void cut(IRBlock *ir)
{
    for (unsigned i = 1; i < ir->n; i++) {
        if (ir_op_info[ir->insns[i].op].flags & IRF_END) {
            ir->n = i + 1;
        }
    }
}

static void random_program(TCGContext *plain, TCGContext *folded, unsigned seed,
                           const IRRandomOptions *opt)
{
    IRBlock *a = tcg_context_block(plain), *b = tcg_context_block(folded);
    g_autofree IRBlock *c = NULL;
    IRRandomEnv env = { 0 };
    GRand *r = g_rand_new_with_seed(seed);
    Outcome oa, ob, oc;

    plain->no_fold = true;
    ir_random_block(plain, r, opt);
    g_rand_set_seed(r, seed);
    ir_random_block(folded, r, opt);
    cut(a);
    cut(b);
    verify(a, seed);
    verify(b, seed);
    c = ir_block_clone(b);
    tcg_optimize(c);
    verify(c, seed);
    for (unsigned i = 0; i < 4; i++) {
        ir_random_state(&env, r);
        run(a, &env, &oa);
        run(b, &env, &ob);
        check_same(&oa, &ob, a, b, seed);
        run(c, &env, &oc);
        check_same(&oa, &oc, a, c, seed);
    }
    g_rand_free(r);
}

static void run_random(unsigned features, unsigned n_ops, unsigned count)
{
    TCGContext *plain = tcg_context_new(ir_random_globals, IRR_N_GLOBALS, NULL);
    TCGContext *folded = tcg_context_new(ir_random_globals, IRR_N_GLOBALS, NULL);
    IRRandomOptions opt = { features, n_ops, MEM_BASE, MEM_SIZE };

    for (unsigned i = 0; i < count; i++) {
        random_program(plain, folded, i, &opt);
    }
    tcg_context_free(plain);
    tcg_context_free(folded);
}

static void test_random_int(void)
{
    run_random(IRR_INT, 30, 3000);
}

static void test_random_flags(void)
{
    run_random(IRR_INT | IRR_FLAGS | IRR_EXIT, 20, 3000);
}

static void test_random_all(void)
{
    run_random(IRR_ALL, 60, 2000);
}

/* ---- values from outside ---- */

typedef struct Known {
    IROp op;
    IRType type;
    uint64_t a, b, expect;
} Known;

static void test_known(void)
{
    const uint64_t min = UINT64_C(1) << 63;
    const Known known[] = {
        { IR_sub, IR_I32, 0, 1, 0xffffffff },
        { IR_mulhu, IR_I32, 0xffffffff, 0xffffffff, 0xfffffffe },
        { IR_mulhs, IR_I32, 0xffffffff, 0xffffffff, 0 },
        { IR_mulhs, IR_I64, -1, 1, -1 },
        { IR_mulhu, IR_I64, -1, -1, -2 },
        { IR_divu, IR_I64, 7, 0, 0 },
        { IR_divs, IR_I64, -7, 2, -3 },
        { IR_divs, IR_I64, min, -1, min },
        { IR_divs, IR_I32, 0x80000000, 0xffffffff, 0x80000000 },
        { IR_divs, IR_I32, 0xfffffff9, 2, 0xfffffffd },
        { IR_shl, IR_I32, 1, 33, 2 },
        { IR_shr, IR_I64, min, 127, 1 },
        { IR_sar, IR_I32, 0x80000000, 31, 0xffffffff },
        { IR_rotr, IR_I32, 1, 1, 0x80000000 },
        { IR_rotr, IR_I64, 0x1234, 0, 0x1234 },
        { IR_andn, IR_I32, 0xff, 0xf, 0xf0 },
        { IR_orn, IR_I32, 0, 0xff, 0xffffff00 },
        { IR_eqv, IR_I64, 5, 5, -1 },
        { IR_clz, IR_I32, 0, 0, 32 },
        { IR_clz, IR_I64, 1, 0, 63 },
        { IR_ctz, IR_I32, 0, 0, 32 },
        { IR_ctz, IR_I64, 8, 0, 3 },
        { IR_ctpop, IR_I32, 0xf0000001, 0, 5 },
        { IR_ctpop, IR_I64, -1, 0, 64 },
        { IR_rbit, IR_I32, 1, 0, 0x80000000 },
        { IR_bswap, IR_I32, 0x12345678, 0, 0x78563412 },
        { IR_bswap16, IR_I64, 0x0011223344556677, 0, 0x1100332255447766 },
        { IR_ext8s, IR_I32, 0x80, 0, 0xffffff80 },
        { IR_ext16s, IR_I64, 0x8000, 0, -0x8000 },
        { IR_ext32s, IR_I64, 0x80000000, 0, 0xffffffff80000000 },
        { IR_not, IR_I32, 0, 0, 0xffffffff },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(known); i++) {
        const Known *k = &known[i];

        g_assert_cmphex(ir_eval(k->op, k->type, k->a, k->b, 0), ==, k->expect);
    }
    g_assert_cmphex(ir_eval(IR_extract, IR_I64, 0xabcd, 0, IR_FIELD(4, 8)), ==, 0xbc);
    g_assert_cmphex(ir_eval(IR_sextract, IR_I32, 0xabcd, 0, IR_FIELD(4, 8)), ==, 0xffffffbc);
    g_assert_cmphex(ir_eval(IR_sextract, IR_I64, min, 0, IR_FIELD(63, 1)), ==, UINT64_MAX);
    g_assert_cmphex(ir_eval(IR_deposit, IR_I64, 0xabcd, 0x12, IR_FIELD(4, 8)), ==, 0xa12d);
    g_assert_cmphex(ir_eval(IR_extract2, IR_I32, 0x11111111, 0x22222222, 8), ==, 0x22111111);
    /* RFC 3720 B.4: 32 bytes of zeros */
    uint64_t crc = UINT32_MAX;
    for (unsigned n = 0; n < 4; n++) {
        crc = ir_eval(IR_crc32c, IR_I64, crc, 0, MO_64);
    }
    g_assert_cmphex(crc ^ UINT32_MAX, ==, 0x8a9136aa);
}

/* The flags against an adder of 128 bits. */
static void test_flags(void)
{
    GRand *r = g_rand_new_with_seed(1);

    for (unsigned i = 0; i < 20000; i++) {
        uint64_t a = ir_random_value(r), b = ir_random_value(r);
        bool sub = i & 1, is32 = i & 2;
        unsigned kind = (sub ? FLAGS_SUB32 : FLAGS_ADD32) + !is32;
        __int128 sa = is32 ? (int32_t)a : (int64_t)a, sb = is32 ? (int32_t)b : (int64_t)b;
        unsigned __int128 ua = is32 ? (uint32_t)a : a, ub = is32 ? (uint32_t)b : b;
        __int128 exact = sub ? sa - sb : sa + sb;
        int64_t res = is32 ? (int32_t)exact : (int64_t)exact;
        bool c = sub ? ua >= ub : (ua + ub) >> (is32 ? 32 : 64);
        uint32_t expect = (res < 0 ? 8u : 0) | (res == 0 ? 4 : 0) | (c ? 2 : 0) | (res != exact);

        g_assert_cmphex(tcg_flags_nzcv(kind, a, b), ==, expect << 28);
    }
    g_assert_cmphex(tcg_flags_nzcv(FLAGS_LOGIC32, 0x80000000, 0), ==, 0x80000000);
    g_assert_cmphex(tcg_flags_nzcv(FLAGS_LOGIC64, 0, 5), ==, 0x40000000);
    g_assert_cmphex(tcg_flags_nzcv(FLAGS_NKINDS, 1, 2), ==, 0);
    g_rand_free(r);
}

static void check_vec(IROp op, unsigned vece, int64_t imm, TCGVec expect)
{
    const TCGVec a = { .d = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 } };
    const TCGVec b = { .d = { 0x1716151413121110, 0x1f1e1d1c1b1a1918 } };
    TCGVec r;

    g_assert_true(ir_eval_vec(op, vece, imm, &r, &a, &b, &a));
    g_assert_cmphex(r.d[0], ==, expect.d[0]);
    g_assert_cmphex(r.d[1], ==, expect.d[1]);
}

#define V(hi, lo) ((TCGVec){ .d = { UINT64_C(lo), UINT64_C(hi) } })

static void test_vectors(void)
{
    check_vec(IR_vzip1, MO_8, 0, V(0x1707160615051404, 0x1303120211011000));
    check_vec(IR_vzip2, MO_32, 0, V(0x1f1e1d1c0f0e0d0c, 0x1b1a19180b0a0908));
    check_vec(IR_vuzp1, MO_16, 0, V(0x1d1c191815141110, 0x0d0c090805040100));
    check_vec(IR_vuzp2, MO_64, 0, V(0x1f1e1d1c1b1a1918, 0x0f0e0d0c0b0a0908));
    check_vec(IR_vtrn1, MO_8, 0, V(0x1e0e1c0c1a0a1808, 0x1606140412021000));
    check_vec(IR_vtrn2, MO_32, 0, V(0x1f1e1d1c0f0e0d0c, 0x1716151407060504));
    check_vec(IR_vext, MO_8, 3, V(0x1211100f0e0d0c0b, 0x0a09080706050403));
    check_vec(IR_vrev, MO_8, 2, V(0x0c0d0e0f08090a0b, 0x0405060700010203));
    check_vec(IR_vrev, MO_16, 3, V(0x09080b0a0d0c0f0e, 0x0100030205040706));
    check_vec(IR_vaddp, MO_64, 0, V(0x363432302e2c2a28, 0x161412100e0c0a08));
    check_vec(IR_vduplane, MO_16, 1, V(0x0302030203020302, 0x0302030203020302));
    check_vec(IR_vuxtl, MO_8, 0, V(0x0007000600050004, 0x0003000200010000));
    check_vec(IR_vxtn, MO_16, 0, V(0, 0x0d0c090805040100));
    check_vec(IR_vlow, MO_16, 0, V(0, 0x0100));
    check_vec(IR_vtbl, MO_8, 0, V(0, 0));
    check_vec(IR_vcnt, MO_8, 0, V(0x0403030203020201, 0x0302020102010100));
    check_vec(IR_vcmphi, MO_8, 0, V(0, 0));
    check_vec(IR_vumull, MO_32, 0, V(0x00a2258bd539b850, 0x00395c6a64311000));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcg/interp/known", test_known);
    g_test_add_func("/tcg/interp/flags", test_flags);
    g_test_add_func("/tcg/interp/vectors", test_vectors);
    g_test_add_func("/tcg/interp/random-int", test_random_int);
    g_test_add_func("/tcg/interp/random-flags", test_random_flags);
    g_test_add_func("/tcg/interp/random-all", test_random_all);
    return g_test_run();
}
