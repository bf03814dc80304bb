/* SPDX-License-Identifier: MIT */
/* The passes over a finished block, and their driver. */
#include "qemu/osdep.h"
#include "tcg/ir.h"
#include "tcg/tcg-op.h"

/* Drops what stands after the first end: code behind an exit that is always taken. */
static void cut_after_end(IRBlock *ir)
{
    const IRInsn *insns = ir->insns;
    unsigned n = ir->n;

    for (unsigned i = 1; i < n; i++) {
        if (ir_op_info[insns[i].op].flags & IRF_END) {
            ir->n = i + 1;
            return;
        }
    }
}

static void check_block(const IRBlock *ir, const char *after)
{
#ifdef CONFIG_DEBUG_TCG
    g_autofree char *msg = ir_verify(ir);

    if (msg) {
        g_error("IR after %s: %s", after, msg);
    }
#endif
}

void tcg_optimize(IRBlock *ir)
{
    cut_after_end(ir);
    check_block(ir, "translation");
    ir_pass_liveness(ir);
    check_block(ir, "optimization");
}
