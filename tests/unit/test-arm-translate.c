/* SPDX-License-Identifier: MIT */
/*
 * Every row of the A64 decode tables, with random bits in its fields, translates into well-formed
 * IR in each mode that matters.
 */
#include "qemu/osdep.h"

#include "arm-test.h"
#include "target/arm/a64-decode.h"
#include "target/arm/a64-simd-decode.h"
#include "target/arm/tcg/translate.h"

enum { TRIES_PER_ROW = 40 };

static const uint32_t modes[] = {
    0,         MODE_PRIV | MODE_SPSEL,          MODE_PRIV | MODE_ALIGN, MODE_FP_TRAP,
    MODE_STEP, MODE_PRIV | MODE_SPSEL | MODE_FZ
};

static TCGContext *context;

static void translate(CPUState *cs, uint32_t insn, uint32_t mode)
{
    static uint8_t page[4096];
    DisasContext s = { .base = { .cs = cs,
                                 .mode = mode,
                                 .pc_first = 0x100,
                                 .pc_next = 0x100,
                                 .is_jmp = DISAS_NEXT,
                                 .max_insns = 1,
                                 .page = page } };

    memcpy(page + 0x100, &insn, 4);
    tcg_func_start(context);
    arm_tcg_ops.translator->init_disas_context(&s.base);
    arm_tcg_ops.translator->translate_insn(&s.base);
    g_assert_cmpuint(s.base.pc_next, ==, 0x104);
    if (s.base.is_jmp != DISAS_NORETURN) {
        arm_tcg_ops.translator->tb_stop(&s.base);
    }
}

static void check_ir(uint32_t insn, const char *name)
{
    g_autofree char *message = ir_verify(tcg_context_block(context));

    if (message) {
        g_autoptr(GString) text = g_string_new(NULL);

        ir_print(tcg_context_block(context), text);
        g_error("%s (%08x): %s\n%s", name, insn, message, text->str);
    }
}

static void check_table(const char *type, const DecodeEntry *rows, size_t n)
{
    CPUState *cs = env_cpu(arm_test_cpu(type));

    for (size_t i = 0; i < n; i++) {
        for (unsigned t = 0; t < TRIES_PER_ROW; t++) {
            uint32_t insn = rows[i].value | (g_test_rand_int() & ~rows[i].mask);

            translate(cs, insn, modes[t % ARRAY_SIZE(modes)]);
            tcg_optimize(tcg_context_block(context));
            check_ir(insn, rows[i].name);
        }
    }
}

static void test_base(void)
{
    check_table(ARM_CPU_TYPE_NAME("cortex-a57"), a64_encodings, A64_ENCODINGS);
    check_table(ARM_CPU_TYPE_NAME("max"), a64_encodings, A64_ENCODINGS);
}

static void test_simd(void)
{
    check_table(ARM_CPU_TYPE_NAME("max"), a64_simd_encodings, A64_SIMD_ENCODINGS);
}

/* A misaligned pc at the end of a page: nothing behind the page is looked at. */
static void test_misaligned_pc(void)
{
    CPUState *cs = env_cpu(arm_test_cpu(ARM_CPU_TYPE_NAME("max")));
    g_autofree uint8_t *page = g_malloc(4096);

    for (unsigned off = 4093; off < 4096; off++) {
        DisasContext s = { .base = { .cs = cs,
                                     .mode = off & 1 ? MODE_STEP : 0,
                                     .pc_first = off,
                                     .pc_next = off,
                                     .is_jmp = DISAS_NEXT,
                                     .max_insns = 1,
                                     .page = page } };
        tcg_func_start(context);
        arm_tcg_ops.translator->init_disas_context(&s.base);
        arm_tcg_ops.translator->translate_insn(&s.base);
        g_assert_cmpuint(s.base.pc_next, <=, 4096);
        g_assert_cmpint(s.base.is_jmp, ==, DISAS_NORETURN);
        check_ir(off, "misaligned pc");
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    arm_test_init();
    context = tcg_context_new(arm_tcg_ops.globals, arm_tcg_ops.n_globals, NULL);
    g_test_add_func("/arm/translate/base", test_base);
    g_test_add_func("/arm/translate/simd", test_simd);
    g_test_add_func("/arm/translate/misaligned-pc", test_misaligned_pc);
    return g_test_run();
}
