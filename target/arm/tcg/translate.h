/* SPDX-License-Identifier: MIT */
/*
 * What the files of the A64 translator share. One file translates one class of instructions; a
 * trans_ function (see a64.decode) emits the IR of one and returns false where the encoding is
 * unallocated on this CPU. Translation looks at the mode bits (internals.h) and at the ID
 * registers, and at nothing else of the CPU's state.
 */
#ifndef TARGET_ARM_TCG_TRANSLATE_H
#define TARGET_ARM_TCG_TRANSLATE_H

#include "target/arm/internals.h"
#include "tcg/tcg-op.h"
#include "tcg/translator.h"

typedef struct DisasContext {
    DisasContextBase base;
    const ARMCPU *cpu;
    const ARMISARegisters *isar;
    uint32_t mode; /* MODE_* */
    unsigned pc;   /* page offset of this instruction; base.pc_next is that of the next one */
} DisasContext;

#define DISAS_EXIT DISAS_TARGET_0 /* leave to the CPU loop before the next instruction */
#define DISAS_JUMP                                                                                 \
    DISAS_TARGET_1 /* the same by block lookup: what is executed may have changed                  \
                    */

extern const TranslatorOps arm_translator_ops;

/* Indices of globals. */
enum {
    GLOBAL_X0 = 0,
    GLOBAL_SP = 31,
    GLOBAL_PC,
    GLOBAL_VBASE,
    GLOBAL_FLAG_KIND,
    GLOBAL_FLAG_A,
    GLOBAL_FLAG_B,
    GLOBAL_V0,
    GLOBAL_QC = GLOBAL_V0 + 32,
    NUM_GLOBALS
};

/* ---- general registers. Values may be read but not written to. ---- */
/* X or W register (all 64 bits); number 31 reads as zero. */
TCGv_i64 read_x(int reg);
/* The same, number 31 is the stack pointer. */
TCGv_i64 read_x_sp(int reg);
/* The W register @reg zero-extended where !sf. */
TCGv_i64 read_sf(int sf, int reg);
/* X register @reg := val; number 31 discards. */
void write_x(int reg, TCGv_i64 val);
void write_x_sp(int reg, TCGv_i64 val);
/* The same with the upper half of @val cleared where !sf. */
void write_sf(int sf, int reg, TCGv_i64 val);
void write_sf_sp(int sf, int reg, TCGv_i64 val);

/* ---- vector registers ---- */
TCGv_vec read_v(int reg);
void write_v(int reg, TCGv_vec val);

/* ---- addresses ---- */
/*
 * The base register of a load or store. A misaligned stack pointer faults (SCTLR_EL1.SA): whether
 * it is misaligned is a mode bit, so whoever may change that calls gen_sp_written() afterwards,
 * which ends the block; not for a change by a multiple of 16.
 */
TCGv_i64 gen_base(DisasContext *s, int rn);
void gen_sp_written(DisasContext *s);
/* base + offset in a new temporary, or base itself for 0. */
TCGv_i64 gen_addr(TCGv_i64 base, int64_t offset);
/*
 * Addressing by immediate, idx as in the decode tables: 0 and 2 offset, 1 post-indexed, 3
 * pre-indexed. gen_index_begin returns the address; gen_index_end, after the access, writes back.
 */
TCGv_i64 gen_index_begin(DisasContext *s, int rn, int64_t imm, int idx);
void gen_index_end(DisasContext *s, int rn, TCGv_i64 addr, int64_t imm, int idx);
/* Addressing by register: extension @opt (bit 1 must be set), shifted by @shift. */
TCGv_i64 gen_addr_reg(DisasContext *s, int rn, int rm, int opt, int shift);
/* Rm extended as @opt says (UXTB .. SXTX) and shifted. */
TCGv_i64 gen_extend(int rm, int opt, int shift);
/* What memory operations of data add to their size: MO_BSWAP where data are big-endian. */
static inline MemOp be_op(const DisasContext *s)
{
    return s->mode & MODE_BE ? MO_BSWAP : (MemOp)0;
}
/* MO_ALIGN where SCTLR_EL1.A asks for it. */
MemOp align_op(const DisasContext *s);

/* ---- exceptions and ends ---- */
/* After a call that always raises: the block needs an end all the same. */
void gen_no_return(DisasContext *s);
void gen_exception(DisasContext *s, int excp, uint32_t syndrome);
/* UNDEFINED, as for an unallocated encoding; translate_insn does it when trans_ returns false. */
void gen_undefined(DisasContext *s);
/* Branches, after what they do to @target or @pc; true. @rn: the register that BR names. */
bool gen_br(DisasContext *s, int rn, TCGv_i64 target);
bool gen_blr(DisasContext *s, TCGv_i64 target);
bool gen_ret(DisasContext *s, TCGv_i64 target);
bool gen_eret(DisasContext *s, TCGv_i64 pc);
/* Before a branch that might have raised an exception: under software step, the step is done. */
void gen_branch_stepped(const DisasContext *s);
/* False, with the exception emitted, where FP and SIMD are trapped: then return true. */
bool fp_access_check(DisasContext *s);

static inline bool is_el0(const DisasContext *s)
{
    return mode_el(s->mode) == 0;
}

/* Whether the CPU has a feature: isar_has(s->isar->id_aa64isar0, ID_AA64ISAR0_ATOMIC). */
static inline bool isar_has(uint64_t reg, unsigned lowest_bit)
{
    return isar_field(reg, lowest_bit) != 0;
}

#endif
