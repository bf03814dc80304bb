/* SPDX-License-Identifier: MIT */
/*
 * A64: branches and exception generation (DDI0487 C4.1.93).
 *
 * Code knows no absolute address: targets are page offsets, links are made from the page's virtual
 * address. An indirect branch leaves a tag in bits 63..56 where it is; the refill of the soft TLB
 * for a fetch from such an address goes on at the address without it.
 */
#include "qemu/osdep.h"

#include "a64-decode.h"
#include "qemu/log.h"
#include "semihosting/semihost.h"
#include "target/arm/syndrome.h"
#include "target/arm/tcg/helpers.h"
#include "target/arm/tcg/translate.h"

static void end_block(DisasContext *s)
{
    s->base.is_jmp = DISAS_NORETURN;
}

static bool jump(DisasContext *s, int64_t target)
{
    if (!translator_follow(&s->base, target)) {
        tcg_gen_goto(target);
        end_block(s);
    }
    return true;
}

bool trans_B(DisasContext *s, arg_B *a)
{
    return jump(s, (int64_t)s->pc + a->imm);
}

/* Under software step each instruction is followed by more than itself. */
static bool goes_on(const DisasContext *s)
{
    return !(s->mode & MODE_STEP) && translator_follow_call(&s->base);
}

bool trans_BL(DisasContext *s, arg_BL *a)
{
    tcg_gen_pc_rel_i64(read_x(30), s->base.pc_next);
    if (!tcg_gen_call_edge((int64_t)s->pc + a->imm, s->base.pc_next, goes_on(s))) {
        end_block(s);
    }
    return true;
}

static bool branch_on_flags(DisasContext *s, int cond, int64_t target)
{
    unsigned next = s->base.pc_next;

    if (cond >= 14) {
        return jump(s, target);
    }
    if (translator_follow(&s->base, target)) {
        tcg_gen_brflags_exit((FlagCond)(cond ^ 1), next);
        return true;
    }
    tcg_gen_brflags_exit((FlagCond)cond, target);
    return jump(s, next);
}

bool trans_B_cond(DisasContext *s, arg_B_cond *a)
{
    return branch_on_flags(s, a->cond, (int64_t)s->pc + a->imm);
}

/* FEAT_HBC: the hint that the branch behaves as it did before. */
bool trans_BC_cond(DisasContext *s, arg_BC_cond *a)
{
    return isar_has(s->isar->id_aa64isar2, ID_AA64ISAR2_BC) &&
           branch_on_flags(s, a->cond, (int64_t)s->pc + a->imm);
}

/* Branches if @val compared with @with is as @cond says. */
static bool branch_if(DisasContext *s, TCGCond cond, TCGv_i64 val, TCGv_i64 with, int64_t target)
{
    unsigned next = s->base.pc_next;

    if (translator_follow(&s->base, target)) {
        tcg_gen_brcond_exit_i64(cond ^ 1, val, with, next);
        return true;
    }
    tcg_gen_brcond_exit_i64(cond, val, with, target);
    return jump(s, next);
}

static bool compare_branch(DisasContext *s, arg_cb *a, TCGCond cond)
{
    return branch_if(s, cond, read_sf(a->sf, a->rt), tcg_constant_i64(0), (int64_t)s->pc + a->imm);
}

bool trans_CBZ(DisasContext *s, arg_CBZ *a)
{
    return compare_branch(s, a, TCG_COND_EQ);
}

bool trans_CBNZ(DisasContext *s, arg_CBNZ *a)
{
    return compare_branch(s, a, TCG_COND_NE);
}

static bool test_branch(DisasContext *s, arg_tb *a, TCGCond cond)
{
    return branch_if(s, cond, read_x(a->rt), tcg_constant_i64((int64_t)(1ull << a->bit)),
                     (int64_t)s->pc + a->imm);
}

bool trans_TBZ(DisasContext *s, arg_TBZ *a)
{
    return test_branch(s, a, TCG_COND_TSTEQ);
}

bool trans_TBNZ(DisasContext *s, arg_TBNZ *a)
{
    return test_branch(s, a, TCG_COND_TSTNE);
}

/* PSTATE.BTYPE; other branches find it zero. */
static void set_btype(DisasContext *s, unsigned btype)
{
    if (arm_has_bti(&s->cpu->env)) {
        tcg_gen_st_env_i64(tcg_constant_i64(btype), offsetof(CPUARMState, tcg.entry), MO_32);
    }
}

bool gen_br(DisasContext *s, int rn, TCGv_i64 target)
{
    bool free_jump = (s->mode & MODE_GUARDED) && rn != 16 && rn != 17;

    set_btype(s, free_jump ? 3 : 1);
    tcg_gen_goto_ptr(target);
    end_block(s);
    return true;
}

bool gen_blr(DisasContext *s, TCGv_i64 target)
{
    set_btype(s, 2);
    tcg_gen_pc_rel_i64(read_x(30), s->base.pc_next);
    if (!tcg_gen_call_edge_ptr(target, s->base.pc_next, goes_on(s))) {
        end_block(s);
    }
    return true;
}

bool gen_ret(DisasContext *s, TCGv_i64 target)
{
    tcg_gen_ret_ptr(target);
    end_block(s);
    return true;
}

bool gen_eret(DisasContext *s, TCGv_i64 pc)
{
    TCG_CALL(helper_exception_return, TCG_CALL_ENV, NULL, pc);
    tcg_gen_goto_ptr(tcg_global_i64(GLOBAL_PC));
    end_block(s);
    return true;
}

bool trans_BR(DisasContext *s, arg_BR *a)
{
    return gen_br(s, a->rn, read_x(a->rn));
}

bool trans_BLR(DisasContext *s, arg_BLR *a)
{
    TCGv_i64 target = tcg_temp_new_i64();

    tcg_gen_mov_i64(target, read_x(a->rn)); /* which may be the link register */
    return gen_blr(s, target);
}

bool trans_RET(DisasContext *s, arg_RET *a)
{
    return gen_ret(s, read_x(a->rn));
}

bool trans_ERET(DisasContext *s, arg_ERET *a)
{
    TCGv_i64 pc = tcg_temp_new_i64();

    if (is_el0(s)) {
        return false;
    }
    tcg_gen_ld_env_i64(pc, offsetof(CPUARMState, sys.elr[mode_el(s->mode)]), MO_64);
    return gen_eret(s, pc);
}

/* ---- exception generation ---- */

bool trans_UDF(DisasContext *s, arg_UDF *a)
{
    return false;
}

bool trans_SVC(DisasContext *s, arg_SVC *a)
{
    TCG_CALL(helper_svc, TCG_CALL_ENV, NULL, tcg_constant_i64(a->imm));
    gen_no_return(s);
    return true;
}

bool trans_HVC(DisasContext *s, arg_HVC *a)
{
    if (is_el0(s)) {
        return false;
    }
    TCG_CALL(helper_hvc, TCG_CALL_ENV, NULL, tcg_constant_i64(a->imm));
    gen_no_return(s);
    return true;
}

bool trans_SMC(DisasContext *s, arg_SMC *a)
{
    if (is_el0(s)) {
        return false;
    }
    TCG_CALL(helper_smc, TCG_CALL_ENV, NULL, tcg_constant_i64(a->imm));
    gen_no_return(s);
    return true;
}

bool trans_BRK(DisasContext *s, arg_BRK *a)
{
    gen_exception(s, EXCP_BKPT, syn_make(EC_BRK64, a->imm));
    return true;
}

/* There is no external debugger: HLT is UNDEFINED (D1.3.4), but for semihosting's number. */
bool trans_HLT(DisasContext *s, arg_HLT *a)
{
    if (a->imm != 0xf000 || !semihosting_enabled(is_el0(s))) {
        return false;
    }
    TCG_CALL0(helper_semihosting, TCG_CALL_ENV, NULL);
    gen_no_return(s);
    return true;
}
