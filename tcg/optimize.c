/* SPDX-License-Identifier: MIT */
/* The passes over a finished block, and their driver. */
#include "qemu/log.h"
#include "qemu/osdep.h"
#include "tcg/ir.h"
#include "tcg/tcg-op.h"

/* Drops what stands after the first end: code behind an exit that is always taken. */
static void cut_after_end(IRBlock *ir)
{
    for (unsigned i = 1; i < ir->n; i++) {
        if (ir_op_info[ir->insns[i].op].flags & IRF_END) {
            ir->n = i + 1;
            return;
        }
    }
}

static void log_block(const IRBlock *ir, int mask, const char *title)
{
    if (qemu_loglevel_mask(mask)) {
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

/*
 * Whether globals can be seen at @in: an exception, an exit, or a C function that is not pure
 * finds the architectural state, so all sets before it count.
 */
static bool observes_globals(const IRBlock *ir, const IRInsn *in)
{
    if (in->op == IR_call) {
        return !(ir->calls[in->imm].flags & TCG_CALL_PURE);
    }
    return ir_op_info[in->op].flags & (IRF_FAULT | IRF_EXIT);
}

/*
 * Backward, with the set of globals that will be overwritten before anybody can look: a `set` of
 * one of these does nothing.
 */
bool ir_pass_dead_set(IRBlock *ir)
{
    uint64_t dead[TCG_MAX_GLOBALS / 64] = { 0 };
    bool changed = false;

    for (unsigned i = ir->n - 1; i > 0; i--) {
        IRInsn *in = &ir->insns[i];
        uint64_t bit = UINT64_C(1) << (in->imm & 63);
        uint64_t *word = &dead[(unsigned)in->imm / 64 % ARRAY_SIZE(dead)];

        if (in->op == IR_set) {
            if (*word & bit) {
                *in = (IRInsn){ .op = IR_nop };
                changed = true;
            } else {
                *word |= bit;
            }
        } else if (in->op == IR_get) {
            *word &= ~bit;
        } else if (observes_globals(ir, in)) {
            memset(dead, 0, sizeof(dead));
        }
    }
    return changed;
}

void tcg_optimize(IRBlock *ir)
{
    cut_after_end(ir);
    log_block(ir, CPU_LOG_TB_OP, "OP");
    check_block(ir, "translation");
    ir_pass_dead_set(ir);
    ir_pass_liveness(ir);
    check_block(ir, "optimization");
    log_block(ir, CPU_LOG_TB_OP_OPT, "OP after optimization and liveness analysis");
}
