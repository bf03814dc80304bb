/* SPDX-License-Identifier: MIT */
/*
 * How many host instructions and bytes the back end needs for guest sequences: reads lines of
 * instruction words, prints a line "instructions bytes" for each. Counted is the frequent path of
 * one block, from its direct entry to where the rarely executed code begins. The host's features
 * are pinned to x86-64-v3, the guest's mode is what Linux gives its programs.
 */
#include "qemu/osdep.h"

#include <sys/mman.h>

#include "../unit/arm-test.h"
#include "target/arm/tcg/translate.h"
#include "tcg/host.h"

#ifdef CONFIG_CAPSTONE
#include <capstone/capstone.h>

#define CODE_SIZE (1 << 20)
#define FIRST     0x100 /* page offset of each sequence */

static uint64_t no_mmu(CPUArchState *env, uint64_t addr, uint32_t memop)
{
    g_assert_not_reached();
}

static void no_commit(CPUArchState *env)
{
    g_assert_not_reached();
}

static void no_op(void *env, TCGVec *vop, uint64_t desc)
{
    g_assert_not_reached();
}

static uint8_t *code_start, *code_end;

static void init_host(void)
{
    const TCGRuntime runtime = { no_mmu, no_mmu, no_commit, no_op, no_op, arm_fp_estimate, 0 };
    g_autofree char *why = NULL;
    Error *err = NULL;

    if (!tcg_host()->probe(&why) || !tcg_host()->set_isa("v3", &err)) {
        fprintf(stderr, "code-count: %s\n", why ? why : error_get_pretty(err));
        exit(77);
    }
    code_start = mmap(NULL, CODE_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    g_assert(code_start != MAP_FAILED);
    code_end = code_start + CODE_SIZE;
    code_start = tcg_host()->init(&runtime, arm_tcg_ops.globals, arm_tcg_ops.n_globals,
                                  arm_tcg_ops.cold_offset, code_start, code_end);
}

static unsigned count_insns(const uint8_t *code, size_t size)
{
    unsigned count = 0;
    uint64_t at = 0;
    csh handle;

    g_assert(cs_open(CS_ARCH_X86, CS_MODE_64, &handle) == CS_ERR_OK);
    cs_insn *insn = cs_malloc(handle);
    while (size && cs_disasm_iter(handle, &code, &size, &at, insn)) {
        count++;
    }
    g_assert(!size);
    cs_free(insn, 1);
    cs_close(&handle);
    return count;
}

static void measure(TCGContext *context, CPUState *cs, const uint32_t *words, unsigned n)
{
    static uint8_t page[4096] __attribute__((aligned(4096)));
    static TCGRow rows[TCG_MAX_ROWS];
    DisasContext s = {
        .base = { .cs = cs, .mode = MODE_TBI0, .pc_first = FIRST, .max_insns = n, .page = page }
    };
    TCGCode code = { .pc_first = FIRST, .buf = code_start, .buf_end = code_end, .rows = rows };

    memcpy(page + FIRST, words, n * sizeof(*words));
    tcg_func_start(context);
    translator_loop(cs, &arm_tcg_ops, &s.base);
    if (s.base.num_insns != n) {
        fprintf(stderr, "code-count: %08x...: a block of %u instructions, not %u\n", words[0],
                s.base.num_insns, n);
        exit(1);
    }
    IRBlock *ir = tcg_context_block(context);
    tcg_optimize(ir);
    code.ir = ir;
    g_assert_true(tcg_host()->gen(&code));
    printf("%u %zu\n", count_insns(code.body, code.hot_end - code.body),
           (size_t)(code.hot_end - code.body));
}

int main(void)
{
    char line[1024];

    arm_test_init();
    CPUState *cs = env_cpu(arm_test_cpu(ARM_CPU_TYPE_NAME("max")));
    init_host();
    TCGContext *context = tcg_context_new(arm_tcg_ops.globals, arm_tcg_ops.n_globals, NULL);
    while (fgets(line, sizeof(line), stdin)) {
        uint32_t words[64];
        unsigned n = 0;
        char *p = line, *end;
        for (; n < ARRAY_SIZE(words); p = end, n++) {
            words[n] = strtoul(p, &end, 16);
            if (end == p) {
                break;
            }
        }
        measure(context, cs, words, n);
    }
    return 0;
}
#else
int main(void)
{
    fprintf(stderr, "code-count: built without capstone\n");
    return 77;
}
#endif
