/* SPDX-License-Identifier: MIT */
/* What the rows of tcg/opcodes.h say, as tables and predicates. */
#include "qemu/osdep.h"
#include "tcg/ir.h"

const IROpInfo ir_op_info[IR_NOPS] = {
#define INFO4(name, n, f, m) [IR_##name] = { #name, n, f },
#define INFO3(name, n, f)    [IR_##name] = { #name, n, f },
    IR_MISC_OPS(INFO3) IR_INT_OPS(INFO4) IR_VEC_OPS(INFO4) IR_FP_OPS(INFO3)
#undef INFO4
#undef INFO3
};

IRImmKind ir_imm_kind(IROp op)
{
    switch (op) {
    case IR_get:
    case IR_set:
        return IR_IMM_GLOBAL;
    case IR_extract:
    case IR_sextract:
    case IR_deposit:
        return IR_IMM_FIELD;
    case IR_ldenv:
    case IR_stenv:
    case IR_mmu_r:
    case IR_mmu_w:
    case IR_mmu_t:
    case IR_ld:
    case IR_st:
    case IR_vld:
    case IR_vst:
    case IR_atomic_rmw:
    case IR_atomic_cas:
        return IR_IMM_MEM;
    case IR_call:
    case IR_vcall:
        return IR_IMM_CALL;
    case IR_const:
    case IR_vconst:
    case IR_extract2:
    case IR_addshl:
    case IR_crc32c:
    case IR_fence:
    case IR_vduplane:
    case IR_vinsert:
    case IR_vextract:
    case IR_vext:
    case IR_vrev:
    case IR_vld3:
    case IR_vst3:
    case IR_vshufw:
    case IR_vsha1:
    case IR_vpmull:
    case IR_vshli:
    case IR_vshri:
    case IR_vsari:
    case IR_fcmp:
    case IR_fcvt_ff:
    case IR_fcvt_fi:
    case IR_fcvt_if:
    case IR_brcond:
    case IR_brcond_far:
    case IR_goto_tb:
    case IR_goto_far:
    case IR_call_tb:
    case IR_call_on:
    case IR_insn_start:
        return IR_IMM_INT;
    default:
        return op >= IR_fadd && op <= IR_frint ? IR_IMM_INT : IR_IMM_NONE;
    }
}

bool ir_has_cond(IROp op)
{
    return op == IR_setcond || op == IR_select || op == IR_brcond || op == IR_brcond_far;
}

bool ir_has_vece(IROp op)
{
    switch (op) {
    case IR_fcmp:
    case IR_fcvt_ff:
    case IR_fcvt_fi:
    case IR_fcvt_if:
    case IR_brcond:
    case IR_goto_tb:
        return true;
    default:
        return op >= IR_vdup && op <= IR_vst3 ? op != IR_vext && op != IR_vtbl : op >= IR_vadd;
    }
}

unsigned ir_args(const IRBlock *ir, const IRInsn *insn, IRRef out[6])
{
    const IRRef *arg = insn->arg;
    unsigned n = ir_op_info[insn->op].nargs;

    if (insn->op == IR_call || insn->op == IR_vcall) {
        const IRCall *call = &ir->calls[insn->imm];

        arg = call->arg;
        n = call->nargs;
    } else if (IR_IS_CALL_TB(insn->op) && (insn->imm & CALL_DIRECT)) {
        n = 0;
    }
    for (unsigned i = 0; i < n; i++) {
        out[i] = arg[i];
    }
    return n;
}

bool ir_is_fault_point(const IRBlock *ir, const IRInsn *insn)
{
    if (insn->op == IR_call) {
        return !(ir->calls[insn->imm].flags & (TCG_CALL_PURE | TCG_CALL_NO_RAISE));
    }
    return ir_op_info[insn->op].flags & IRF_FAULT;
}

TCGCond tcg_swap_cond(TCGCond c)
{
    static const uint8_t swapped[] = {
        [TCG_COND_EQ] = TCG_COND_EQ,       [TCG_COND_NE] = TCG_COND_NE,
        [TCG_COND_LT] = TCG_COND_GT,       [TCG_COND_GE] = TCG_COND_LE,
        [TCG_COND_LE] = TCG_COND_GE,       [TCG_COND_GT] = TCG_COND_LT,
        [TCG_COND_LTU] = TCG_COND_GTU,     [TCG_COND_GEU] = TCG_COND_LEU,
        [TCG_COND_LEU] = TCG_COND_GEU,     [TCG_COND_GTU] = TCG_COND_LTU,
        [TCG_COND_TSTEQ] = TCG_COND_TSTEQ, [TCG_COND_TSTNE] = TCG_COND_TSTNE,
        [TCG_COND_NEVER] = TCG_COND_NEVER, [TCG_COND_ALWAYS] = TCG_COND_ALWAYS,
    };

    return swapped[c];
}
