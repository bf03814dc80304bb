/* SPDX-License-Identifier: MIT */
/* The IR interpreter as a way of running blocks, and as the JIT's fallback for single operations.
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "tcg/eval.h"

static void *host_for_atomic(CPUArchState *env, uint64_t addr, unsigned size)
{
    return cpu_probe_host(env, addr, size, MMU_DATA_STORE, false);
}

void tcg_interpret(CPUState *cs, const TranslationBlock *tb)
{
    TCGCpu *t = tcg_cpu(cs);
    const TCGInterpOps ops = {
        .cold_offset = t->ops->cold_offset,
        .ld = cpu_ld_mmu,
        .st = cpu_st_mmu,
        .mmu = tcg_check_mmu,
        .host = host_for_atomic,
        .fp_op = t->ops->fp_op,
    };

    t->interpreting = true;
    if (tcg_interp_run(&ops, tb->extra->ir, cs->env_ptr, &t->interp) != TCG_INTERP_EXIT) {
        *tcg_pc(t) = t->interp.pc;
    }
    t->interpreting = false;
    t->cold->exit_code = TCG_EXIT_LOOKUP;
}

/* desc as tcg_vec_desc packs it */
void tcg_run_vec_op(void *env, TCGVec *vop, uint64_t desc)
{
    bool known = ir_eval_vec(desc & 0xff, desc >> 16 & 0xff, (int32_t)(desc >> 32), &vop[0],
                             &vop[1], &vop[2], &vop[3]);
    assert(known);
}

void tcg_run_fp_op(void *env, TCGVec *vop, uint64_t desc)
{
    tcg_state.ops->fp_op(env, desc & 0xff, desc >> 8 & 0xff, desc >> 16 & 0xff,
                         (int32_t)(desc >> 32));
}
