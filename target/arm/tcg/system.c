/* SPDX-License-Identifier: MIT */
/* A64: hints, barriers, PSTATE and system registers (DDI0487 C4.1.93, C5). */
#include "qemu/osdep.h"

#include "a64-decode.h"
#include "qemu/log.h"
#include "target/arm/syndrome.h"
#include "target/arm/sysregs.h"
#include "target/arm/tcg/helpers.h"
#include "target/arm/tcg/translate.h"

#define OFFSET(field) ((uint32_t)offsetof(CPUARMState, field))

/* ---- hints ---- */

#define HINT_ESB 16 /* error synchronization barrier */

bool trans_NOP(DisasContext *s, arg_NOP *a)
{
    return true;
}

bool trans_HINT(DisasContext *s, arg_HINT *a)
{
    if (a->op == HINT_ESB && isar_has(s->isar->id_aa64pfr0, ID_AA64PFR0_RAS)) {
        TCG_CALL0(helper_esb, TCG_CALL_ENV | TCG_CALL_NO_WG | TCG_CALL_NO_RAISE, NULL);
    }
    return true;
}

bool trans_YIELD(DisasContext *s, arg_YIELD *a)
{
    TCG_CALL0(helper_yield, TCG_CALL_ENV | TCG_CALL_NO_WG | TCG_CALL_NO_RAISE, NULL);
    return true;
}

static bool send_event(bool all)
{
    TCG_CALL(helper_sev, TCG_CALL_ENV | TCG_CALL_NO_WG | TCG_CALL_NO_RAISE, NULL,
             tcg_constant_i64(all));
    return true;
}

bool trans_SEV(DisasContext *s, arg_SEV *a)
{
    return send_event(true);
}

bool trans_SEVL(DisasContext *s, arg_SEVL *a)
{
    return send_event(false);
}

/* WFx may trap, whether or not there is an event. */
static void check_wfx(DisasContext *s, unsigned ti)
{
    if (is_el0(s) || (s->mode & MODE_TRAPS)) {
        TCG_CALL(helper_check_wfx, TCG_CALL_ENV, NULL, tcg_constant_i64(ti));
    }
}

bool trans_WFE(DisasContext *s, arg_WFE *a)
{
    check_wfx(s, 1);
    if (!(s->mode & MODE_STEP)) { /* as WFI */
        TCG_CALL0(helper_wfe, TCG_CALL_ENV, NULL);
        s->base.is_jmp = DISAS_EXIT;
    }
    return true;
}

bool trans_WFI(DisasContext *s, arg_WFI *a)
{
    check_wfx(s, 0);
    if (!(s->mode & MODE_STEP)) { /* it may end at any time: a step does not wait */
        TCG_CALL0(helper_wfi, TCG_CALL_ENV, NULL);
        s->base.is_jmp = DISAS_EXIT;
    }
    return true;
}

/* ---- waits with a time limit (FEAT_WFxT) ---- */

static bool timed_wait(DisasContext *s, int rt, unsigned ti)
{
    if (!isar_has(s->isar->id_aa64isar2, ID_AA64ISAR2_WFXT)) {
        return false;
    }
    TCG_CALL(helper_wfxt, TCG_CALL_ENV, NULL, read_x(rt), tcg_constant_i64(ti | 4 | rt << 5),
             tcg_constant_i64(!(s->mode & MODE_STEP)));
    s->base.is_jmp = DISAS_EXIT;
    return true;
}

bool trans_WFET(DisasContext *s, arg_WFET *a)
{
    return timed_wait(s, a->rt, 3);
}

bool trans_WFIT(DisasContext *s, arg_WFIT *a)
{
    return timed_wait(s, a->rt, 2);
}

/* ---- barriers ---- */

static bool memory_barrier(int crm)
{
    switch (crm & 3) {
    case 1:
        tcg_gen_mb((TCGBar)(TCG_MO_LD_LD | TCG_MO_LD_ST));
        break;
    case 2:
        tcg_gen_mb(TCG_MO_ST_ST);
        break;
    default:
        tcg_gen_mb(TCG_MO_ALL);
        break;
    }
    return true;
}

/* Invalidations of other CPUs' TLBs are complete behind it, too (D8.16.6); only for those of the
 * Inner Shareable domain, and not with a DSB of loads alone. */
static bool full_barrier(int crm)
{
    memory_barrier(crm);
    if ((crm & 12) != 4 && (crm & 3) != 1) {
        TCG_CALL0(helper_dsb, TCG_CALL_ENV | TCG_CALL_NO_WG | TCG_CALL_NO_RAISE, NULL);
    }
    return true;
}

bool trans_DSB(DisasContext *s, arg_DSB *a)
{
    return full_barrier(a->crm);
}

/* No access has the XS attribute, so there is nothing more that the others would wait for. */
bool trans_DSB_nXS(DisasContext *s, arg_DSB_nXS *a)
{
    return isar_has(s->isar->id_aa64isar1, ID_AA64ISAR1_XS) && full_barrier(a->domain << 2 | 3);
}

bool trans_DMB(DisasContext *s, arg_DMB *a)
{
    return memory_barrier(a->crm);
}

/* What comes next may be other code: leave through lookup. */
bool trans_ISB(DisasContext *s, arg_ISB *a)
{
    s->base.is_jmp = DISAS_JUMP;
    return true;
}

bool trans_SB(DisasContext *s, arg_SB *a)
{
    return isar_has(s->isar->id_aa64isar1, ID_AA64ISAR1_SB);
}

/* ---- PSTATE, immediate ---- */

static bool msr_pstate_bit(DisasContext *s, uint32_t bit, int imm)
{
    if (is_el0(s)) {
        return false;
    }
    TCG_CALL(helper_set_pstate_bit, TCG_CALL_ENV, NULL, tcg_constant_i64(bit),
             tcg_constant_i64(imm & 1));
    s->base.is_jmp = DISAS_JUMP;
    return true;
}

bool trans_MSR_i_UAO(DisasContext *s, arg_MSR_i_UAO *a)
{
    return isar_has(s->isar->id_aa64mmfr2, ID_AA64MMFR2_UAO) &&
           msr_pstate_bit(s, PSTATE_UAO, a->imm);
}

bool trans_MSR_i_PAN(DisasContext *s, arg_MSR_i_PAN *a)
{
    return isar_has(s->isar->id_aa64mmfr1, ID_AA64MMFR1_PAN) &&
           msr_pstate_bit(s, PSTATE_PAN, a->imm);
}

bool trans_MSR_i_SPSEL(DisasContext *s, arg_MSR_i_SPSEL *a)
{
    return msr_pstate_bit(s, PSTATE_SP, a->imm);
}

/* SSBS and DIT select nothing here: plain bits. */
static bool msr_plain_bit(uint32_t bit, int imm)
{
    TCGv_i64 val = tcg_temp_new_i64();

    tcg_gen_ld_env_i64(val, OFFSET(pstate), MO_64);
    if (imm & 1) {
        tcg_gen_ori_i64(val, val, bit);
    } else {
        tcg_gen_andi_i64(val, val, ~(int64_t)bit);
    }
    tcg_gen_st_env_i64(val, OFFSET(pstate), MO_64);
    return true;
}

bool trans_MSR_i_SSBS(DisasContext *s, arg_MSR_i_SSBS *a)
{
    return isar_field(s->isar->id_aa64pfr1, ID_AA64PFR1_SSBS) >= 2 &&
           msr_plain_bit(PSTATE_SSBS, a->imm);
}

bool trans_MSR_i_DIT(DisasContext *s, arg_MSR_i_DIT *a)
{
    return isar_has(s->isar->id_aa64pfr0, ID_AA64PFR0_DIT) && msr_plain_bit(PSTATE_DIT, a->imm);
}

/* At EL0 SCTLR_ELx.UMA decides; the trap's syndrome has the encoding of MSR (immediate). */
static void check_uma(DisasContext *s, int imm, unsigned op2)
{
    if (is_el0(s)) {
        TCG_CALL(helper_check_uma, TCG_CALL_ENV, NULL,
                 tcg_constant_i64(syn_sys_trap(0, 3, 4, imm, op2, 31, false)));
    }
}

/* PSTATE.D may have enabled or disabled software step. */
static void end_if_step_armed(DisasContext *s)
{
    if (s->mode & MODE_STEP_ARMED) {
        TCG_CALL0(helper_mode_changed, TCG_CALL_ENV, NULL);
        s->base.is_jmp = DISAS_JUMP;
    }
}

bool trans_MSR_i_DAIFSET(DisasContext *s, arg_MSR_i_DAIFSET *a)
{
    TCGv_i64 val = tcg_temp_new_i64();

    check_uma(s, a->imm, 6);
    tcg_gen_ld_env_i64(val, OFFSET(pstate), MO_64);
    tcg_gen_ori_i64(val, val, (int64_t)a->imm << 6);
    tcg_gen_st_env_i64(val, OFFSET(pstate), MO_64);
    end_if_step_armed(s);
    return true;
}

bool trans_MSR_i_DAIFCLR(DisasContext *s, arg_MSR_i_DAIFCLR *a)
{
    check_uma(s, a->imm, 7);
    TCG_CALL(helper_daif_clear, TCG_CALL_ENV | TCG_CALL_NO_WG | TCG_CALL_NO_RAISE, NULL,
             tcg_constant_i64(a->imm << 6));
    end_if_step_armed(s);
    return true;
}

/* ---- system registers and instructions ---- */

#define ENC_NZCV   SYSREG(3, 3, 4, 2, 0)
#define ENC_DAIF   SYSREG(3, 3, 4, 2, 1)
#define ENC_SP_EL0 SYSREG(3, 0, 4, 1, 0)
#define ENC_SP_EL1 SYSREG(3, 4, 4, 1, 0)
#define ENC_CNTFRQ SYSREG(3, 3, 14, 0, 0)
#define ENC_VPIDR  SYSREG(3, 4, 0, 0, 0)
#define ENC_VMPIDR SYSREG(3, 4, 0, 0, 5)

static bool access_nzcv(arg_sys *a)
{
    TCGv_i64 val = tcg_temp_new_i64();

    if (a->l) {
        tcg_gen_getflags_nzcv(val);
        write_x(a->rt, val);
    } else {
        tcg_gen_setflags_nzcv(read_x(a->rt));
    }
    return true;
}

static unsigned call_flags(const ARMSysReg *r)
{
    /* FPCR and FPSR are partly in the host's register, which TCG_CALL_FP exchanges with its image.
     */
    return TCG_CALL_ENV | (r->flags & SR_LAZY ? TCG_CALL_NO_WG | TCG_CALL_NO_RAISE : 0) |
           (r->flags & SR_FP ? TCG_CALL_FP : 0);
}

static void read_reg(const ARMSysReg *r, int rt)
{
    TCGv_i64 val = tcg_temp_new_i64(), row = tcg_constant_i64((intptr_t)r);

    if (r->flags & SR_CONST) {
        tcg_gen_movi_i64(val, r->value);
    } else if (r->read) {
        if (r->flags & SR_BQL) {
            TCG_CALL(helper_sysreg_read_bql, call_flags(r), &val, row);
        } else {
            TCG_CALL(helper_sysreg_read, call_flags(r), &val, row);
        }
    } else if (r->offset) {
        tcg_gen_ld_env_i64(val, r->offset, MO_64);
    } else {
        tcg_gen_movi_i64(val, 0);
    }
    write_x(rt, val);
}

static void write_reg(const ARMSysReg *r, int rt)
{
    TCGv_i64 val = read_x(rt), row = tcg_constant_i64((intptr_t)r);

    if (r->flags & (SR_CONST | SR_NOP)) {
        return;
    }
    if (r->write) {
        if (r->flags & SR_BQL) {
            TCG_CALL(helper_sysreg_write_bql, call_flags(r), NULL, row, val);
        } else {
            TCG_CALL(helper_sysreg_write, call_flags(r), NULL, row, val);
        }
    } else if (r->offset) {
        if (r->value) {
            TCGv_i64 masked = tcg_temp_new_i64();

            tcg_gen_andi_i64(masked, val, r->value);
            val = masked;
        }
        tcg_gen_st_env_i64(val, r->offset, MO_64);
    }
}

/* Whether this Exception level may access @r, by the name @enc, at all; at EL0 the row's check
 * comes on top. */
static bool access_allowed(const DisasContext *s, const ARMSysReg *r, uint16_t enc, bool is_read)
{
    unsigned need = is_el0(s) ? (is_read ? SR_R0 : SR_W0) : (is_read ? SR_R1 : SR_W1);

    if (r->enc == ENC_SP_EL0 && !(s->mode & MODE_SPSEL)) {
        return false; /* it is the current stack pointer */
    }
    if (r->enc == ENC_CNTFRQ && !is_read) { /* the highest level tells the others */
        return mode_el(s->mode) == (s->cpu->has_el3 ? 3 : s->cpu->has_el2 ? 2 : 1);
    }
    return (r->access & need) && mode_el(s->mode) >= arm_sysreg_min_el(enc);
}

static void log_unknown(const DisasContext *s, const arg_sys *a)
{
    qemu_log_mask(LOG_UNIMP,
                  "%s of system register S%d_%d_C%d_C%d_%d at 0x%" PRIx64 " is not implemented\n",
                  a->l ? "read" : "write", a->op0, a->op1, a->crn, a->crm, a->op2, s->base.log_pc);
}

static void check_access(DisasContext *s, const ARMSysReg *r, const arg_sys *a)
{
    TCGv_i64 syndrome =
        tcg_constant_i64(syn_sys_trap(a->op0, a->op1, a->crn, a->crm, a->op2, a->rt, a->l));
    TCGv_i64 row = tcg_constant_i64((intptr_t)r), is_read = tcg_constant_i64(a->l);

    if (r->undefined) {
        TCG_CALL(helper_sysreg_undefined, TCG_CALL_ENV, NULL, row);
    }
    if (r->check && is_el0(s)) {
        TCG_CALL(helper_sysreg_check, TCG_CALL_ENV, NULL, row, is_read, syndrome);
    }
    if ((s->mode & MODE_TRAPS) && arm_sysreg_may_trap(r->enc, mode_el(s->mode))) {
        TCG_CALL(helper_sysreg_trap, TCG_CALL_ENV, NULL, row, is_read, syndrome);
    }
}

/*
 * Without EL2 its registers are RES0 at EL3, but for SP_EL1, which EL1 has; and the two that EL2
 * would set for EL1 read as EL1 sees them (D19.1.2).
 */
static bool access_without_el2(DisasContext *s, uint16_t enc, const arg_sys *a)
{
    bool plain = enc == ENC_SP_EL1 || (a->l && (enc == ENC_VPIDR || enc == ENC_VMPIDR));

    if (s->cpu->has_el2 || SYSREG_OP0(enc) != 3 || arm_sysreg_min_el(enc) != 2 || plain) {
        return false;
    }
    if (a->l) {
        write_x(a->rt, tcg_constant_i64(0));
    }
    return true;
}

bool trans_SYS(DisasContext *s, arg_SYS *a)
{
    uint16_t enc = SYSREG(a->op0, a->op1, a->crn, a->crm, a->op2);
    const ARMSysReg *r;

    if (enc == ENC_NZCV) {
        return access_nzcv(a);
    }
    r = arm_find_sysreg(s->cpu, arm_sysreg_redirect(enc, s->mode));
    if (!r || !access_allowed(s, r, enc, a->l)) {
        if (!r) {
            log_unknown(s, a);
        }
        gen_undefined(s);
        return true;
    }
    if (((r->flags & SR_FP) && !fp_access_check(s)) || access_without_el2(s, enc, a)) {
        return true;
    }
    check_access(s, r, a);
    if (r->flags & SR_UNIMP) {
        log_unknown(s, a);
    }
    if (a->l) {
        read_reg(r, a->rt);
    } else {
        write_reg(r, a->rt);
        if (r->enc == ENC_DAIF) {
            end_if_step_armed(s);
        }
        if (r->flags & SR_END) {
            s->base.is_jmp = DISAS_JUMP;
        }
    }
    return true;
}
