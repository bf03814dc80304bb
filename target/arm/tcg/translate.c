/* SPDX-License-Identifier: MIT */
/* The A64 translator: one instruction at a time, and the pieces that all classes use. */
#include "qemu/osdep.h"

#include "a64-decode.h"
#include "a64-simd-decode.h"
#include "qemu/log.h"
#include "target/arm/syndrome.h"
#include "target/arm/tcg/helpers.h"
#include "target/arm/tcg/translate.h"

TCGv_i64 read_x(int reg)
{
    return reg == 31 ? tcg_constant_i64(0) : tcg_global_i64(GLOBAL_X0 + reg);
}

TCGv_i64 read_x_sp(int reg)
{
    return tcg_global_i64(GLOBAL_X0 + reg);
}

TCGv_i64 read_sf(int sf, int reg)
{
    TCGv_i64 val = read_x(reg), low;

    if (sf || reg == 31) {
        return val;
    }
    low = tcg_temp_new_i64();
    tcg_gen_ext32u_i64(low, val);
    return low;
}

void write_x(int reg, TCGv_i64 val)
{
    if (reg != 31) {
        tcg_gen_mov_i64(tcg_global_i64(GLOBAL_X0 + reg), val);
    }
}

void write_x_sp(int reg, TCGv_i64 val)
{
    tcg_gen_mov_i64(tcg_global_i64(GLOBAL_X0 + reg), val);
}

void write_sf(int sf, int reg, TCGv_i64 val)
{
    if (reg != 31) {
        write_sf_sp(sf, reg, val);
    }
}

void write_sf_sp(int sf, int reg, TCGv_i64 val)
{
    TCGv_i64 dst = tcg_global_i64(GLOBAL_X0 + reg);

    if (sf) {
        tcg_gen_mov_i64(dst, val);
    } else {
        tcg_gen_ext32u_i64(dst, val);
    }
}

TCGv_vec read_v(int reg)
{
    return tcg_global_vec(GLOBAL_V0 + reg);
}

void write_v(int reg, TCGv_vec val)
{
    tcg_gen_mov_vec(tcg_global_vec(GLOBAL_V0 + reg), val);
}

void gen_sp_written(DisasContext *s)
{
    TCG_CALL(helper_sp_written, TCG_CALL_ENV, NULL, tcg_constant_i64(s->mode & MODE_SP_BAD));
    if (s->base.is_jmp == DISAS_NEXT) {
        s->base.is_jmp = DISAS_JUMP;
    }
}

/* A copy, since the base register may be written before its old value was used. */
TCGv_i64 gen_base(DisasContext *s, int rn)
{
    TCGv_i64 base = tcg_temp_new_i64();

    if (rn == 31 && (s->mode & MODE_SP_BAD)) {
        gen_exception(s, EXCP_SP_ALIGN, syn_make(EC_SP_ALIGNMENT, 0));
    }

    tcg_gen_mov_i64(base, read_x_sp(rn));
    return base;
}

TCGv_i64 gen_addr(TCGv_i64 base, int64_t offset)
{
    TCGv_i64 addr;

    if (offset == 0) {
        return base;
    }
    addr = tcg_temp_new_i64();
    tcg_gen_addi_i64(addr, base, offset);
    return addr;
}

TCGv_i64 gen_index_begin(DisasContext *s, int rn, int64_t imm, int idx)
{
    return gen_addr(gen_base(s, rn), idx == 1 ? 0 : imm);
}

void gen_index_end(DisasContext *s, int rn, TCGv_i64 addr, int64_t imm, int idx)
{
    if (idx == 1) {
        tcg_gen_addi_i64(read_x_sp(rn), addr, imm);
    } else if (idx == 3) {
        tcg_gen_mov_i64(read_x_sp(rn), addr);
    } else {
        return;
    }
    if (rn == 31 && (imm & 15)) {
        gen_sp_written(s);
    }
}

TCGv_i64 gen_extend(int rm, int opt, int shift)
{
    TCGv_i64 src = read_x(rm), val = tcg_temp_new_i64();
    unsigned bits = 8u << (opt & 3);

    if (bits == 64) {
        tcg_gen_mov_i64(val, src);
    } else if (opt & 4) {
        tcg_gen_sextract_i64(val, src, 0, bits);
    } else {
        tcg_gen_extract_i64(val, src, 0, bits);
    }
    tcg_gen_shli_i64(val, val, shift);
    return val;
}

TCGv_i64 gen_addr_reg(DisasContext *s, int rn, int rm, int opt, int shift)
{
    TCGv_i64 addr = tcg_temp_new_i64();

    tcg_gen_add_i64(addr, gen_base(s, rn), gen_extend(rm, opt, shift));
    return addr;
}

MemOp align_op(const DisasContext *s)
{
    return s->mode & MODE_ALIGN ? MO_ALIGN : 0;
}

void gen_no_return(DisasContext *s)
{
    tcg_gen_exit_tb();
    s->base.is_jmp = DISAS_NORETURN;
}

void gen_exception(DisasContext *s, int excp, uint32_t syndrome)
{
    TCG_CALL(helper_exception, TCG_CALL_ENV, NULL, tcg_constant_i64(excp),
             tcg_constant_i64(syndrome));
    gen_no_return(s);
}

void gen_undefined(DisasContext *s)
{
    gen_exception(s, EXCP_UDEF, syn_uncategorized());
}

bool fp_access_check(DisasContext *s)
{
    if (s->mode & MODE_FP_TRAP) {
        gen_exception(s, EXCP_FP_ACCESS, syn_fp_access());
        return false;
    }
    return true;
}

static void init_disas_context(DisasContextBase *db)
{
    DisasContext *s = container_of(db, DisasContext, base);

    s->cpu = ARM_CPU(db->cs);
    s->isar = &s->cpu->env.isar;
    s->mode = db->mode;
    if (s->mode & MODE_STEP) {
        db->max_insns = 1;
    }
}

static void log_undecoded(const DisasContext *s, uint32_t insn)
{
    qemu_log_mask(LOG_UNIMP,
                  "A64 instruction 0x%08" PRIx32 " at 0x%" PRIx64 " is not implemented\n", insn,
                  s->base.log_pc);
}

/* UDF and the encodings between it are permanently undefined: nothing is missing there. */
static bool is_reserved(uint32_t insn)
{
    return (insn & 0x1e000000) == 0;
}

/* Which values of PSTATE.BTYPE an instruction in a guarded page allows (bit n: n), all with BTYPE 0
 * (AArch64.CheckBranchTarget... BTypeCompatible). */
static unsigned allowed_btypes(const DisasContext *s, uint32_t insn)
{
    static const uint8_t bti[] = { 1, 1 | 1 << 1 | 1 << 2, 1 | 1 << 1 | 1 << 3, 15 };

    if ((insn & 0xffffff3f) == 0xd503241f) { /* BTI, by its two bits */
        return bti[insn >> 6 & 3];
    }
    if ((insn & 0xffffffbf) == 0xd503233f) { /* PACIASP, PACIBSP */
        return s->mode & MODE_BT ? bti[1] : 15;
    }
    /* BRK and HLT: their own exception comes first. */
    return (insn & 0xffe0001f) == 0xd4200000 || (insn & 0xffe0001f) == 0xd4400000 ? 15 : 1;
}

/*
 * BTYPE is looked at, and cleared, as the block is entered. With software step that comes first;
 * and some exceptions are to report it, so it stays.
 */
static void translate_entry(DisasContext *s, uint32_t insn)
{
    bool is_brk = (insn & 0xffe0001f) == 0xd4200000;
    unsigned mask = s->mode & MODE_GUARDED ? allowed_btypes(s, insn) : 15;

    if (!arm_has_bti(&s->cpu->env) || (s->mode & MODE_IL) || is_brk) {
        mask = 0;
    }
    if (!(s->mode & MODE_STEP)) {
        tcg_gen_entry_mask(mask);
    } else if (mask) {
        TCG_CALL(helper_check_entry, TCG_CALL_ENV, NULL, tcg_constant_i64(mask));
    }
}

/*
 * Branches, which end the block, cannot fault: the step is done before them. What raises exceptions
 * to be returned from behind it (SVC) does it itself; all else when it is through.
 */
static bool is_stepped_first(const DisasContext *s, uint32_t insn)
{
    unsigned opc = insn >> 21 & 15;

    if ((insn & 0x7c000000) == 0x14000000 || (insn & 0x7c000000) == 0x34000000) {
        return true; /* B and BL; CBZ, CBNZ, TBZ and TBNZ */
    }
    if ((insn & 0xfe000000) == 0xd6000000) { /* BR, BLR, RET and ERET; with pointer authentication
                                                they do it themselves */
        return !(insn & 0x800) && (opc <= 2 || (opc == 4 && !is_el0(s)));
    }
    if ((insn & 0xff000010) == 0x54000010) { /* BC.cond */
        return isar_has(s->isar->id_aa64isar2, ID_AA64ISAR2_BC);
    }
    return (insn & 0xff000010) == 0x54000000; /* B.cond */
}

/* LDXR, LDAXR, LDXP, LDAXP and their narrow forms. */
static bool is_load_exclusive(uint32_t insn)
{
    bool casp = !(insn >> 31) && (insn >> 21 & 1);

    return (insn & 0x3fc00000) == 0x08400000 && !casp;
}

void gen_branch_stepped(const DisasContext *s)
{
    if (s->mode & MODE_STEP) {
        TCG_CALL(helper_step_done, TCG_CALL_ENV, NULL, tcg_constant_i64(STEPPED_INSN));
    }
}

static void gen_step_done(const DisasContext *s, uint32_t insn)
{
    unsigned how = STEPPED_INSN | (is_load_exclusive(insn) ? STEPPED_EXCLUSIVE : 0);

    if (s->base.is_jmp != DISAS_NORETURN) {
        TCG_CALL(helper_step_done, TCG_CALL_ENV, NULL, tcg_constant_i64(how));
    }
}

static void translate_insn(DisasContextBase *db)
{
    DisasContext *s = container_of(db, DisasContext, base);
    uint32_t insn;

    s->pc = db->pc_next;
    tcg_gen_insn_start(s->pc);
    if (s->pc & 3) { /* nothing is fetched: the page may end before four bytes */
        db->pc_next++;
        if (s->mode & MODE_STEP) {
            TCG_CALL0(helper_step_begin, TCG_CALL_ENV, NULL);
        }
        TCG_CALL0(helper_misaligned_pc, TCG_CALL_ENV, NULL);
        gen_no_return(s);
        return;
    }
    insn = translator_ldl(db, s->pc);
    db->pc_next += 4;
    if (s->mode & MODE_STEP) {
        TCG_CALL0(helper_step_begin, TCG_CALL_ENV, NULL);
    }
    if (s->pc == s->base.pc_first) {
        translate_entry(s, insn);
    }
    if (s->mode & MODE_STEP && !(s->mode & MODE_IL) && is_stepped_first(s, insn)) {
        gen_step_done(s, insn);
    }
    if (s->mode & MODE_IL) {
        gen_exception(s, EXCP_ILLEGAL_STATE, syn_make(EC_ILLEGAL_STATE, 0));
    } else if (!disas_a64(s, insn) && !disas_a64_simd(s, insn)) {
        if (!is_reserved(insn)) {
            log_undecoded(s, insn);
        }
        gen_undefined(s);
    }
    if (s->mode & MODE_STEP) {
        gen_step_done(s, insn);
    }
}

static void tb_stop(DisasContextBase *db)
{
    TCGv_i64 next;

    switch (db->is_jmp) {
    case DISAS_EXIT:
        tcg_gen_pc_rel_i64(tcg_global_i64(GLOBAL_PC), db->pc_next);
        tcg_gen_exit_tb();
        break;
    case DISAS_JUMP:
        next = tcg_temp_new_i64();
        tcg_gen_pc_rel_i64(next, db->pc_next);
        tcg_gen_goto_ptr(next);
        break;
    default:
        tcg_gen_goto(db->pc_next);
        break;
    }
}

const TranslatorOps arm_translator_ops = {
    .context_size = sizeof(DisasContext),
    .init_disas_context = init_disas_context,
    .translate_insn = translate_insn,
    .tb_stop = tb_stop,
};
