/* SPDX-License-Identifier: MIT */
/* The builder: renaming, folding, flags, edges; every block must verify. */
#include "qemu/osdep.h"
#include "tcg/tcg-op.h"

enum { G_VBASE, G_KIND, G_FA, G_FB, G_X0, G_X1, G_X2, G_V0, G_W, N_GLOBALS };

typedef struct TestEnv {
    TCGEnv tcg;
    uint64_t x[3];
    uint32_t w;
    TCGVec v[1];
} TestEnv;

static const TCGGlobal globals[] = {
    [G_VBASE] = { "vbase", offsetof(TCGEnv, vbase), IR_I64, -1 },
    [G_KIND] = { "kind", offsetof(TCGEnv, flag_kind), IR_I32, -1 },
    [G_FA] = { "fa", offsetof(TCGEnv, flag_a), IR_I64, -1 },
    [G_FB] = { "fb", offsetof(TCGEnv, flag_b), IR_I64, -1 },
    [G_X0] = { "x0", offsetof(TestEnv, x[0]), IR_I64, 0 },
    [G_X1] = { "x1", offsetof(TestEnv, x[1]), IR_I64, 1 },
    [G_X2] = { "x2", offsetof(TestEnv, x[2]), IR_I64, 2 },
    [G_V0] = { "v0", offsetof(TestEnv, v[0]), IR_V128, -1 },
    [G_W] = { "w", offsetof(TestEnv, w), IR_I32, -1 },
};

static TCGContext *ctx;

static void start(void)
{
    ctx = tcg_context_new(globals, N_GLOBALS, NULL);
}

/* Ends the block and compares its text, as optimised, with @expected. */
static void finish(const char *expected)
{
    IRBlock *ir = tcg_context_block(ctx);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *bad = NULL;

    tcg_optimize(ir);
    bad = ir_verify(ir);
    g_assert_cmpstr(bad, ==, NULL);
    ir_print(ir, text);
    g_assert_cmpstr(text->str, ==, expected);
    tcg_context_free(ctx);
}

static void test_rename(void)
{
    TCGv_i64 x0, x1, t;

    start();
    x0 = tcg_global_i64(G_X0);
    x1 = tcg_global_i64(G_X1);
    t = tcg_temp_new_i64();
    tcg_gen_mov_i64(t, x0);
    tcg_gen_add_i64(x0, x0, x1);
    tcg_gen_mov_i64(x1, t);
    tcg_gen_addi_i64(x0, x0, 0);
    tcg_gen_exit_tb();
    finish("  %1:i64 = get x0\n"
           "  %2:i64 = get x1\n"
           "  %3:i64 = add %1, %2 ; pin 0\n"
           "  set %3, x0\n"
           "  set %1, x1\n"
           "  exit_tb\n");
}

static void test_flags(void)
{
    TCGv_i64 x0, x1;

    start();
    x0 = tcg_global_i64(G_X0);
    x1 = tcg_global_i64(G_X1);
    tcg_gen_setflags(FLAGS_SUB64, x0, x1, NULL);
    tcg_gen_brflags_exit(FC_HI, 0x40);
    tcg_gen_goto(0x1004);
    finish("  %1:i64 = get x0\n"
           "  %2:i64 = get x1\n"
           "  set %1, fa\n"
           "  set %2, fb\n"
           "  set #4, kind\n"
           "  brcond.gtu.i64.0 %1, %2, 64\n"
           "  goto_far 4100\n");
}

static void test_memory(void)
{
    TCGv_i64 x0, x1, t;

    start();
    x0 = tcg_global_i64(G_X0);
    x1 = tcg_global_i64(G_X1);
    t = tcg_temp_new_i64();
    tcg_gen_insn_start(16);
    tcg_gen_addi_i64(t, x0, 24);
    tcg_gen_qemu_ld_pair_i64(x0, x1, t, MO_64);
    tcg_gen_exit_tb();
    finish("insn_start 16\n"
           "  %2:i64 = get x0\n"
           "  %5:ptr = mmu_r %2, +24 u64x2\n"
           "  %6:i64 = ld %5, %2, +24 u64 ; pin 0\n"
           "  %7:i64 = ld %5, %2, +32 u64 ; pin 1\n"
           "  set %6, x0\n"
           "  set %7, x1\n"
           "  exit_tb\n");
}

static void test_call_forgets(void)
{
    TCGv_i64 x0;

    start();
    x0 = tcg_global_i64(G_X0);
    tcg_gen_addi_i64(x0, x0, 1);
    TCG_CALL(tcg_flags_nzcv, TCG_CALL_NO_WG, NULL, x0);
    tcg_gen_addi_i64(x0, x0, 1);
    TCG_CALL0(tcg_flags_nzcv, 0, NULL);
    tcg_gen_addi_i64(x0, x0, 1);
    tcg_gen_goto(0);
    finish("  %1:i64 = get x0\n"
           "  %3:i64 = add %1, #1 ; pin 0\n"
           "  set %3, x0\n"
           "  call tcg_flags_nzcv(%3) no_wg\n"
           "  %6:i64 = add %3, #1 ; pin 0\n"
           "  set %6, x0\n"
           "  call tcg_flags_nzcv()\n"
           "  %9:i64 = get x0\n"
           "  %10:i64 = add %9, #1 ; pin 0\n"
           "  set %10, x0\n"
           "  goto_tb.0 0\n");
}

static void test_views(void)
{
    TCGv_i64 x0, x1;
    TCGv_i32 t;

    start();
    x0 = tcg_global_i64(G_X0);
    x1 = tcg_global_i64(G_X1);
    t = tcg_temp_new_i32();
    tcg_gen_extrl_i64_i32(t, x0);
    tcg_gen_extu_i32_i64(x1, t);
    tcg_gen_muli_i32(t, t, 3);
    tcg_gen_extu_i32_i64(x0, t);
    tcg_gen_extrl_i64_i32(tcg_global_i32(G_W), x0);
    tcg_gen_exit_tb();
    finish("  %1:i64 = get x0\n"
           "  %2:i32 = trunc %1\n"
           "  %3:i64 = ext32u %1 ; pin 1\n"
           "  set %3, x1\n"
           "  %6:i32 = addshl %2, %2, 1 ; pin 0\n"
           "  %7:i64 = zext %6 ; pin 0\n"
           "  set %7, x0\n"
           "  set %6, w\n"
           "  exit_tb\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcg/builder/rename", test_rename);
    g_test_add_func("/tcg/builder/flags", test_flags);
    g_test_add_func("/tcg/builder/memory", test_memory);
    g_test_add_func("/tcg/builder/call-forgets", test_call_forgets);
    g_test_add_func("/tcg/builder/views", test_views);
    return g_test_run();
}
