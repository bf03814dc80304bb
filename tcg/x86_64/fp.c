/* SPDX-License-Identifier: MIT */
/* Floating point: operations go to the target's exact arithmetic through the fp_op hook. */
#include "gen.h"

bool gen_fp(Gen *g, const IRInsn *i)
{
    switch (i->op) {
#define CASE3(name, n, f) case IR_##name:
        IR_FP_OPS(CASE3)
#undef CASE3
    case IR_fcmp:
    case IR_fcvt_ff:
    case IR_fcvt_fi:
    case IR_fcvt_if:
        gen_vec_fallback(g, i, x86_stubs.rt.fp_op, tcg_vec_desc(i));
        return true;
    default:
        return false;
    }
}
