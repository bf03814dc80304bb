/* SPDX-License-Identifier: MIT */
/*
 * A64: loads and stores of 64 bytes, and stores that return a status (FEAT_LS64, FEAT_LS64_V,
 * FEAT_LS64_ACCDATA), DDI0487 C6.2 under LD64B, ST64B, ST64BV and ST64BV0.
 */
#include "qemu/osdep.h"

#include "a64-decode.h"
#include "target/arm/tcg/ls64.h"
#include "target/arm/tcg/translate.h"

/* False where the CPU has no such instruction, or not with these registers: even ones up to X22. */
static bool begin(DisasContext *s, Ls64Op op, int rt)
{
    static const uint8_t level[] = { 1, 1, 2, 3 };

    if (isar_field(s->isar->id_aa64isar1, ID_AA64ISAR1_LS64) < level[op] || (rt & 1) ||
        (rt & 24) == 24) {
        return false;
    }
    if (is_el0(s) || (s->mode & MODE_TRAPS)) {
        TCG_CALL(helper_ls64_check, TCG_CALL_ENV, NULL, tcg_constant_i64(op));
    }
    return true;
}

bool trans_LD64B(DisasContext *s, arg_LD64B *a)
{
    if (!begin(s, LS64_LD64B, a->rt)) {
        return false;
    }
    TCG_CALL(helper_ld64b, TCG_CALL_ENV, NULL, gen_base(s, a->rn), tcg_constant_i64(a->rt));
    return true;
}

static bool store(DisasContext *s, Ls64Op op, int rn, int rt, int rs)
{
    TCGv_i64 status = tcg_temp_new_i64();

    if (!begin(s, op, rt)) {
        return false;
    }
    TCG_CALL(helper_st64b, TCG_CALL_ENV, &status, gen_base(s, rn), tcg_constant_i64(rt),
             tcg_constant_i64(op));
    write_x(rs, status);
    return true;
}

bool trans_ST64B(DisasContext *s, arg_ST64B *a)
{
    return store(s, LS64_ST64B, a->rn, a->rt, 31);
}

bool trans_ST64BV(DisasContext *s, arg_ST64BV *a)
{
    return store(s, LS64_ST64BV, a->rn, a->rt, a->rs);
}

bool trans_ST64BV0(DisasContext *s, arg_ST64BV0 *a)
{
    return store(s, LS64_ST64BV0, a->rn, a->rt, a->rs);
}
