/* SPDX-License-Identifier: MIT */
/* The passes over a finished block, and their driver. */
#include "qemu/osdep.h"
#include "qemu/log.h"
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

static void log_block(const IRBlock *ir, bool log, int mask, const char *title)
{
    if (log && qemu_loglevel_mask(mask)) {
        g_autoptr(GString) text = g_string_new(NULL);

        ir_print(ir, text);
        qemu_log("%s:\n%s\n", title, text->str);
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

void tcg_optimize(IRBlock *ir, bool log)
{
    cut_after_end(ir);
    log_block(ir, log, CPU_LOG_TB_OP, "OP");
    check_block(ir, "translation");
    ir_pass_liveness(ir);
    check_block(ir, "optimization");
    log_block(ir, log, CPU_LOG_TB_OP_OPT, "OP after optimization and liveness analysis");
}
