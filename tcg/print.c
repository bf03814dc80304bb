/* SPDX-License-Identifier: MIT */
/*
 * The text form of IR. One instruction a line:
 *
 *     [%ref:type =] op[.cond][.argtype][.size] operands ; constants stand in place as #value
 *
 * tests/tcg has a parser of the same form.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "tcg/ir.h"

static const char *const type_names[] = { "void", "i32", "i64", "ptr", "v128" };
static const char *const cond_names[] = {
    "eq",  "ne",  "lt",  "ge",    "le",    "gt",    "ltu",
    "geu", "leu", "gtu", "tsteq", "tstne", "never", "always"
};
static const char *const atomic_names[] = { "xchg", "add",  "and",  "andn", "or",
                                            "xor",  "smax", "smin", "umax", "umin" };
static const char *const vece_names[] = { "b", "h", "s", "d", "q" };

static void print_ref(const IRBlock *ir, IRRef ref, GString *out)
{
    const IRInsn *in = &ir->insns[ref];

    if (ref && in->op == IR_const) {
        int64_t v = in->imm;

        if (v >= -4096 && v <= 4096) {
            g_string_append_printf(out, "#%" PRId64, v);
        } else {
            g_string_append_printf(out, "#0x%" PRIx64, in->type == IR_I32 ? (uint32_t)v : v);
        }
    } else {
        g_string_append_printf(out, "%%%u", ref);
    }
}

static void print_name(const IRInsn *in, GString *out)
{
    g_string_append(out, ir_op_info[in->op].name);
    if (ir_has_cond(in->op)) {
        g_string_append_printf(out, ".%s.%s", cond_names[in->cond], type_names[in->arg_type]);
    }
    if (in->op == IR_atomic_rmw) {
        g_string_append_printf(out, ".%s", atomic_names[in->cond]);
    }
    if (in->op == IR_fmadd || in->op == IR_frint) {
        g_string_append_printf(out, ".%u", in->cond);
    }
    if (in->op == IR_brcond || in->op == IR_goto_tb) {
        g_string_append_printf(out, ".%u", in->vece);
    } else if (ir_has_vece(in->op)) {
        g_string_append_printf(out, ".%s", vece_names[in->vece]);
    }
}

static void print_memop(uint32_t memop, GString *out)
{
    g_string_append_printf(out, "%c%u", memop & MO_SIGN ? 's' : 'u', memop_size(memop) * 8);
    if (memop_count(memop) > 1) {
        g_string_append_printf(out, "x%u", memop_count(memop));
    }
    g_string_append_printf(out, "%s%s%s%s%s", memop & MO_ALIGN ? ".align" : "",
                           memop & MO_ALIGN_16 ? ".align16" : "",
                           memop & MO_ATOMIC ? ".atomic" : "", memop & MO_PROBE ? ".probe" : "",
                           memop & MO_UNPRIV ? ".unpriv" : "");
    if (memop_table(memop)) {
        g_string_append_printf(out, ".table%u", memop_table(memop));
    }
}

static void print_call(const IRBlock *ir, const IRInsn *in, GString *out)
{
    static const char *const flag_names[] = { "pure", "no_wg", "no_raise", "env", "fp" };
    const IRCall *call = &ir->calls[in->imm];

    g_string_append_printf(out, " %s(", call->name ? call->name : "?");
    for (unsigned i = 0; i < call->nargs; i++) {
        g_string_append(out, i ? ", " : "");
        print_ref(ir, call->arg[i], out);
    }
    g_string_append_c(out, ')');
    for (unsigned i = 0; i < ARRAY_SIZE(flag_names); i++) {
        if (call->flags & 1u << i) {
            g_string_append_printf(out, " %s", flag_names[i]);
        }
    }
    if (in->op == IR_vcall) {
        g_string_append_printf(out, " desc=0x%" PRIx64, call->desc);
    }
}

static void print_imm(const IRBlock *ir, const IRInsn *in, bool first, GString *out)
{
    const char *sep = first ? " " : ", ";

    switch (ir_imm_kind(in->op)) {
    case IR_IMM_NONE:
        break;
    case IR_IMM_INT:
        g_string_append_printf(out, "%s%" PRId64, sep, in->imm);
        break;
    case IR_IMM_GLOBAL:
        g_string_append_printf(out, "%s%s", sep, ir->globals[in->imm].name);
        break;
    case IR_IMM_FIELD:
        g_string_append_printf(out, "%s%u, %u", sep, IR_FIELD_POS(in->imm), IR_FIELD_LEN(in->imm));
        break;
    case IR_IMM_MEM:
        g_string_append_printf(out, "%s%+d ", sep, in->disp);
        print_memop(in->memop, out);
        break;
    case IR_IMM_CALL:
        print_call(ir, in, out);
        break;
    }
}

void ir_print_insn(const IRBlock *ir, unsigned idx, GString *out)
{
    const IRInsn *in = &ir->insns[idx];
    IRImmKind kind = ir_imm_kind(in->op);
    unsigned n = 0;
    IRRef arg[6];

    if (in->type != IR_VOID && !(ir_op_info[in->op].flags & IRF_NORES)) {
        g_string_append_printf(out, "%%%u:%s = ", idx, type_names[in->type]);
    }
    print_name(in, out);
    if (kind != IR_IMM_CALL) {
        n = ir_args(ir, in, arg);
    }
    for (unsigned i = 0; i < n; i++) {
        g_string_append(out, i ? ", " : " ");
        print_ref(ir, arg[i], out);
    }
    print_imm(ir, in, n == 0, out);
    if (in->hint) {
        g_string_append_printf(out, " ; pin %u", in->hint - 1);
    }
}

void ir_print(const IRBlock *ir, GString *out)
{
    for (unsigned i = 1; i < ir->n; i++) {
        IROp op = ir->insns[i].op;

        if (op == IR_nop || op == IR_const) {
            continue;
        }
        g_string_append(out, op == IR_insn_start ? "" : "  ");
        ir_print_insn(ir, i, out);
        g_string_append_c(out, '\n');
    }
}
