/* SPDX-License-Identifier: MIT */
/* The verifier: what every pass and back end may rely on. */
#include "qemu/osdep.h"
#include "tcg/ir.h"

#define ANY_INT 0x80 /* I32 or I64, the type of the instruction */

/* The types of the first three operands where they do not follow from the result's. */
typedef struct Signature {
    uint8_t res, arg[4];
} Signature;

static Signature memory_signature(const IRInsn *in)
{
    switch (in->op) {
    case IR_mmu_r:
    case IR_mmu_w:
    case IR_mmu_t:
        return (Signature){ IR_PTR, { IR_I64, IR_I64 } };
    case IR_vld:
    case IR_vst:
        return (Signature){ IR_V128, { IR_PTR, IR_I64, IR_V128 } };
    default:
        return (Signature){ IR_I64, { IR_PTR, IR_I64, IR_I64, IR_I64 } };
    }
}

static Signature vector_signature(const IRInsn *in)
{
    switch (in->op) {
    case IR_vdup:
    case IR_vset:
        return (Signature){ IR_V128, { IR_I64 } };
    case IR_vinsert:
        return (Signature){ IR_V128, { IR_V128, IR_I64 } };
    case IR_vextract:
    case IR_fcvt_fi:
        return (Signature){ IR_I64, { IR_V128 } };
    case IR_fcvt_if:
        return (Signature){ IR_V128, { IR_I64 } };
    case IR_fcmp:
        return (Signature){ IR_I64, { IR_V128, IR_V128 } };
    default:
        return (Signature){ IR_V128, { IR_V128, IR_V128, IR_V128 } };
    }
}

static Signature signature(const IRBlock *ir, const IRInsn *in)
{
    uint8_t t = in->type, at = in->arg_type;

    switch (in->op) {
    case IR_get:
    case IR_set:
        t = ir->globals[in->imm].type;
        return (Signature){ t, { t } };
    case IR_trunc:
        return (Signature){ IR_I32, { IR_I64 } };
    case IR_zext:
        return (Signature){ IR_I64, { IR_I32 } };
    case IR_setcond:
        return (Signature){ ANY_INT, { at, at } };
    case IR_select:
        return (Signature){ t, { at, at, t, t } };
    case IR_brcond:
    case IR_brcond_far:
        return (Signature){ IR_VOID, { at, at } };
    case IR_flags_nzcv:
        return (Signature){ IR_I32, { IR_I32, IR_I64, IR_I64 } };
    case IR_vconst:
        return (Signature){ IR_V128, { 0 } };
    case IR_goto_ptr:
    case IR_ret_ptr:
    case IR_call_tb:
    case IR_call_on:
        return (Signature){ IR_VOID, { IR_I64 } };
    case IR_ldenv:
    case IR_stenv:
        return (Signature){ IR_I64, { IR_I64 } };
    default:
        break;
    }
    if (in->op >= IR_mmu_r && in->op <= IR_atomic_cas) {
        return memory_signature(in);
    }
    if ((in->op >= IR_vdup && in->op <= IR_fcvt_if) || in->op >= IR_vadd) {
        return vector_signature(in);
    }
    if (in->op >= IR_add && in->op <= IR_ext32u) {
        return (Signature){ ANY_INT, { t, t } };
    }
    if (in->op == IR_crc32c) {
        return (Signature){ IR_I64, { IR_I64, IR_I64 } };
    }
    if (in->op >= IR_extract && in->op <= IR_addshl) {
        return (Signature){ ANY_INT, { t, t } };
    }
    return (Signature){ in->op == IR_const ? ANY_INT : t, { 0 } };
}

IRType ir_arg_type(const IRBlock *ir, const IRInsn *insn, unsigned i)
{
    Signature sig = signature(ir, insn);

    if (insn->op == IR_call || insn->op == IR_vcall) {
        return insn->op == IR_call ? IR_I64 : IR_V128;
    }
    return sig.arg[i];
}

static const char *check_imm(const IRBlock *ir, const IRInsn *in)
{
    unsigned width = in->type == IR_I32 ? 32 : 64;
    unsigned pos = IR_FIELD_POS(in->imm), len = IR_FIELD_LEN(in->imm);

    switch (ir_imm_kind(in->op)) {
    case IR_IMM_GLOBAL:
        return (uint64_t)in->imm < ir->n_globals ? NULL : "no such global";
    case IR_IMM_CALL:
        return (uint64_t)in->imm < ir->n_calls ? NULL : "no such call";
    case IR_IMM_FIELD:
        return len > 0 && pos + len <= width ? NULL : "field outside the value";
    case IR_IMM_MEM:
        return (in->memop & MO_SIZE) <= MO_128 ? NULL : "bad size";
    default:
        break;
    }
    if (in->op == IR_addshl) {
        return in->imm >= 1 && in->imm <= 3 ? NULL : "bad scale";
    }
    if (in->op == IR_vset) {
        return in->vece == MO_32 || in->vece == MO_64 ? NULL : "bad size";
    }
    if (in->op == IR_crc32c) {
        return in->imm >= 0 && in->imm <= 3 ? NULL : "bad size";
    }
    if (in->op == IR_extract2) {
        return in->imm > 0 && in->imm < width ? NULL : "bit number out of range";
    }
    return NULL;
}

static const char *check_args(const IRBlock *ir, unsigned idx, const Signature *sig)
{
    const IRInsn *in = &ir->insns[idx];
    bool is_call = in->op == IR_call || in->op == IR_vcall;
    IRRef arg[6];
    unsigned n = ir_args(ir, in, arg);

    for (unsigned i = 0; i < n; i++) {
        const IRInsn *def = &ir->insns[arg[i]];

        if (arg[i] == IR_NONE || arg[i] >= idx) {
            return "operand is used before it is defined";
        }
        if (def->op == IR_nop || def->type == IR_VOID || (ir_op_info[def->op].flags & IRF_NORES)) {
            return "operand has no value";
        }
        if (is_call ? (def->type == IR_V128) != (in->op == IR_vcall) : def->type != sig->arg[i]) {
            return "operand has the wrong type";
        }
    }
    return NULL;
}

static const char *check_insn(const IRBlock *ir, unsigned idx)
{
    const IRInsn *in = &ir->insns[idx];
    const char *msg;
    Signature sig;

    if (in->op >= IR_NOPS) {
        return "no such operation";
    }
    msg = check_imm(ir, in);
    if (msg) {
        return msg;
    }
    sig = signature(ir, in);
    if (sig.res == ANY_INT ? in->type != IR_I32 && in->type != IR_I64 : in->type != sig.res) {
        return "result has the wrong type";
    }
    if (ir_has_cond(in->op) &&
        (in->cond > TCG_COND_ALWAYS || (in->arg_type != IR_I32 && in->arg_type != IR_I64))) {
        return "bad condition";
    }
    if (ir_op_info[in->op].flags & IRF_END && idx + 1 != ir->n) {
        return "instruction after the end of the block";
    }
    return check_args(ir, idx, &sig);
}

char *ir_verify(const IRBlock *ir)
{
    const char *msg = NULL;

    if (ir->n < 2 || !(ir_op_info[ir->insns[ir->n - 1].op].flags & IRF_END)) {
        return g_strdup("the block has no end");
    }
    for (unsigned i = 1; i < ir->n; i++) {
        msg = check_insn(ir, i);
        if (msg) {
            g_autoptr(GString) text = g_string_new(NULL);

            ir_print_insn(ir, i, text);
            return g_strdup_printf("%s: %s", text->str, msg);
        }
    }
    return NULL;
}
