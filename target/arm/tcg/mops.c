/* SPDX-License-Identifier: MIT */
/*
 * A64: memory copy and memory set (FEAT_MOPS), DDI0487 C6.2 under CPYFP and SETP.
 *
 * Of the two ways in which a prologue may hand over to what follows, this is option A, which
 * PSTATE.C = 0 tells. Going forwards, the prologue moves the addresses to the ends of the areas and
 * makes the size negative: Xd + Xn is where to go on. Going backwards, it changes nothing: Xn bytes
 * are left, the last of them first. So the size is all that changes on the way, and it is zero at
 * the end. Here the prologue copies nothing, the epilogue neither, and the main instruction does at
 * most a page at a time and then branches to itself: each part either faults before it has done
 * anything, or is completed with its register; interrupts are taken in between.
 */
#include "qemu/osdep.h"

#include "a64-decode.h"
#include "target/arm/syndrome.h"
#include "target/arm/tcg/mops.h"
#include "target/arm/tcg/translate.h"

/* The largest sizes; larger ones are these (SETP, CPYFP; CPYP). */
#define MAX_SIZE           INT64_MAX
#define MAX_SIZE_BOTH_WAYS 0x007fffffffffffffll

/* False: not there, or registers with which it is UNDEFINED. */
static bool exists(const DisasContext *s, const arg_cpy *a, bool is_set)
{
    return isar_has(s->isar->id_aa64isar2, ID_AA64ISAR2_MOPS) && a->rd != 31 && a->rn != 31 &&
           (is_set || a->rs != 31) && a->rd != a->rn && a->rd != a->rs && a->rn != a->rs;
}

/* From EL1 up they are enabled, but for what a hypervisor lets EL1 do. */
static void check_enabled(const DisasContext *s)
{
    if (is_el0(s) || (s->mode & MODE_TRAPS)) {
        TCG_CALL0(helper_mops_check, TCG_CALL_ENV, NULL);
    }
}

static TCGv_i64 size_at_most(TCGv_i64 size, int64_t max)
{
    TCGv_i64 t = tcg_temp_new_i64(), limit = tcg_constant_i64(max);

    tcg_gen_movcond_i64(TCG_COND_LTU, t, size, limit, size, limit);
    return t;
}

/* Xd and, if it is a copy, Xs at the ends of their areas. */
static bool forward_prologue(DisasContext *s, arg_cpy *a, bool is_set)
{
    TCGv_i64 n;

    if (!exists(s, a, is_set)) {
        return false;
    }
    check_enabled(s);
    n = size_at_most(read_x(a->rn), MAX_SIZE);
    tcg_gen_add_i64(read_x(a->rd), read_x(a->rd), n);
    if (!is_set) {
        tcg_gen_add_i64(read_x(a->rs), read_x(a->rs), n);
    }
    tcg_gen_neg_i64(read_x(a->rn), n);
    tcg_gen_setflags_nzcv(tcg_constant_i64(0));
    return true;
}

bool trans_CPYFP(DisasContext *s, arg_CPYFP *a)
{
    return forward_prologue(s, a, false);
}

bool trans_SETP(DisasContext *s, arg_SETP *a)
{
    return forward_prologue(s, a, true);
}

/*
 * Backwards if the destination begins inside the source, tags left aside: 0 < to - from < size.
 * Where neither way would be wrong, forwards.
 */
bool trans_CPYP(DisasContext *s, arg_CPYP *a)
{
    TCGv_i64 to = tcg_temp_new_i64(), from = tcg_temp_new_i64(), last = tcg_temp_new_i64();
    TCGv_i64 step = tcg_temp_new_i64(), zero = tcg_constant_i64(0), n, minus_n;

    if (!exists(s, a, false)) {
        return false;
    }
    check_enabled(s);
    n = size_at_most(read_x(a->rn), MAX_SIZE_BOTH_WAYS);
    minus_n = tcg_temp_new_i64();
    tcg_gen_extract_i64(to, read_x(a->rd), 0, 56);
    tcg_gen_extract_i64(from, read_x(a->rs), 0, 56);
    tcg_gen_sub_i64(to, to, from);
    tcg_gen_addi_i64(to, to, -1);
    tcg_gen_addi_i64(last, n, -1); /* of nothing: both ways are the same */
    tcg_gen_neg_i64(minus_n, n);
    tcg_gen_movcond_i64(TCG_COND_LTU, step, to, last, zero, n);
    tcg_gen_movcond_i64(TCG_COND_LTU, read_x(a->rn), to, last, n, minus_n);
    tcg_gen_add_i64(read_x(a->rd), read_x(a->rd), step);
    tcg_gen_add_i64(read_x(a->rs), read_x(a->rs), step);
    tcg_gen_setflags_nzcv(zero);
    return true;
}

/* The descriptor of a helper. */
static TCGv_i64 describe(const DisasContext *s, const arg_cpy *a, int what)
{
    bool as_el0 = !is_el0(s) && !(s->mode & MODE_UAO);
    uint64_t iss = (uint64_t)a->opt << 19 | a->rd << 10 | a->rs << 5 | a->rn;
    TCGv_i64 desc = tcg_temp_new_i64();
    int unpriv = what & MOPS_SET ? a->opt & MOPS_WRITE_UNPRIV : a->opt & 3;

    tcg_gen_getflags_c(desc);
    tcg_gen_shli_i64(desc, desc, 2);
    tcg_gen_ori_i64(desc, desc, (int64_t)(iss << MOPS_ISS_SHIFT) | what | (as_el0 ? unpriv : 0));
    return desc;
}

static bool main_part(DisasContext *s, arg_cpy *a, int what)
{
    TCGv_i64 done = tcg_temp_new_i64(), n = read_x(a->rn), desc;

    if (!exists(s, a, what & MOPS_SET)) {
        return false;
    }
    check_enabled(s);
    desc = describe(s, a, what);
    if (what & MOPS_SET) {
        TCG_CALL(helper_mops_set, TCG_CALL_ENV, &done, read_x(a->rd), read_x(a->rs), n, desc);
    } else {
        TCG_CALL(helper_mops_copy, TCG_CALL_ENV, &done, read_x(a->rd), read_x(a->rs), n, desc);
    }
    tcg_gen_add_i64(n, n, done);
    tcg_gen_brcond_exit_i64(TCG_COND_NE, n, tcg_constant_i64(0), s->pc);
    s->base.is_jmp = DISAS_TOO_MANY; /* the next instruction is a block of its own */
    return true;
}

static bool epilogue(DisasContext *s, arg_cpy *a, int what)
{
    if (!exists(s, a, what & MOPS_SET)) {
        return false;
    }
    check_enabled(s);
    TCG_CALL(helper_mops_end, TCG_CALL_ENV, NULL, read_x(a->rn),
             describe(s, a, what | MOPS_EPILOGUE));
    return true;
}

bool trans_CPYFM(DisasContext *s, arg_CPYFM *a)
{
    return main_part(s, a, 0);
}

bool trans_CPYM(DisasContext *s, arg_CPYM *a)
{
    return main_part(s, a, MOPS_BOTH_WAYS);
}

bool trans_SETM(DisasContext *s, arg_SETM *a)
{
    return main_part(s, a, MOPS_SET);
}

bool trans_CPYFE(DisasContext *s, arg_CPYFE *a)
{
    return epilogue(s, a, 0);
}

bool trans_CPYE(DisasContext *s, arg_CPYE *a)
{
    return epilogue(s, a, MOPS_BOTH_WAYS);
}

bool trans_SETE(DisasContext *s, arg_SETE *a)
{
    return epilogue(s, a, MOPS_SET);
}
