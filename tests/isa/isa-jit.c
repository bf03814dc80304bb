/* SPDX-License-Identifier: MIT */
/*
 * Runs one instruction's block through the host back end. The soft TLB is empty, so each access
 * asks the slow path, whose answer is that guest addresses are host addresses.
 */
#include "qemu/osdep.h"

#include <sys/mman.h>

#include "isa-engine.h"
#include "tcg/eval.h"
#include "tcg/host.h"

#define CODE_SIZE (1 << 20)

static uint64_t rt_mmu(CPUArchState *env, uint64_t addr, uint32_t memop)
{
    isa_at(addr, memop_span(memop));
    return 0;
}

static void rt_commit(CPUArchState *env)
{
    g_assert_not_reached();
}

unsigned isa_jit_calls;

static void rt_vec_op(void *env, TCGVec *vop, uint64_t desc)
{
    isa_jit_calls++;
    ir_eval_vec(desc & 0xff, desc >> 16 & 0xff, (int32_t)(desc >> 32), &vop[0], &vop[1], &vop[2],
                &vop[3]);
}

static void rt_fp_op(void *env, TCGVec *vop, uint64_t desc)
{
    isa_jit_calls++;
    arm_fp_op(env, desc & 0xff, desc >> 8 & 0xff, desc >> 16 & 0xff, (int32_t)(desc >> 32));
}

static const TCGRuntime runtime = {
    rt_mmu, rt_mmu, rt_commit, rt_vec_op, rt_fp_op, arm_fp_estimate
};

static uint8_t *code_buf, *code_start;

void isa_jit_init(void)
{
    TCGContextSlot *slot = g_new0(TCGContextSlot, 1);
    char *why = NULL;

    if (!tcg_host()->probe(&why)) {
        fprintf(stderr, "isa-run: %s\n", why);
        exit(77);
    }
    code_buf = mmap(NULL, CODE_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    g_assert(code_buf != MAP_FAILED);
    code_start = tcg_host()->init(&runtime, arm_tcg_ops.globals, arm_tcg_ops.n_globals,
                                  arm_tcg_ops.cold_offset, code_buf, code_buf + CODE_SIZE);
    for (unsigned n = 0; n < TCG_TLB_SIZE; n++) {
        uint64_t empty = n ? 0 : 4096;
        slot->tlb[n] = (TCGTLBEntry){ empty, empty, empty, 0 };
    }
    for (unsigned n = 0; n < TCG_JC_SIZE; n++) {
        slot->jc[n] = (TCGJumpEntry){ ~0ull, tcg_host()->jc_miss };
    }
    tcg_host()->set_slot(slot);
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

const void *isa_jit_gen(const IRBlock *ir)
{
    static TCGRow rows[TCG_MAX_ROWS];
    TCGCode code = { .ir = ir, .buf = code_start, .buf_end = code_buf + CODE_SIZE, .rows = rows };

    g_assert_true(tcg_host()->gen(&code));
    return code.direct_entry;
}

void isa_jit_enter(CPUARMState *env, const void *entry)
{
    env->cold.pair_top = env->cold.pair_sp = (uintptr_t)stack_top();
    env->tcg.limit = env->cold.pair_top - 4096;
    tcg_host()->enter((CPUArchState *)env, entry);
}
