/* SPDX-License-Identifier: MIT */
/* A64: loads and stores of general registers (DDI0487 C4.1.94), but for exclusives and atomics. */
#include "qemu/osdep.h"

#include "a64-decode.h"
#include "target/arm/tcg/translate.h"

/* ext: see a64.decode. */
static MemOp load_op(const DisasContext *s, int size, int ext)
{
    return (MemOp)(size | (ext ? MO_SIGN : 0) | align_op(s) | be_op(s));
}

static void load(TCGv_i64 val, TCGv_i64 addr, TCGMemIndex idx, MemOp op, int ext)
{
    tcg_gen_qemu_ld_i64(val, addr, idx, op);
    if (ext == 2) {
        tcg_gen_ext32u_i64(val, val);
    }
}

static MemOp store_op(const DisasContext *s, int size)
{
    return (MemOp)(size | align_op(s) | be_op(s));
}

bool trans_LDR_u(DisasContext *s, arg_LDR_u *a)
{
    TCGv_i64 val = tcg_temp_new_i64();
    TCGv_i64 addr = gen_addr(gen_base(s, a->rn), (int64_t)a->imm << a->size);

    load(val, addr, TCG_MEM_CURRENT, load_op(s, a->size, a->ext), a->ext);
    write_x(a->rt, val);
    return true;
}

bool trans_STR_u(DisasContext *s, arg_STR_u *a)
{
    TCGv_i64 addr = gen_addr(gen_base(s, a->rn), (int64_t)a->imm << a->size);

    tcg_gen_qemu_st_i64(read_x(a->rt), addr, TCG_MEM_CURRENT, store_op(s, a->size));
    return true;
}

/* LDTR and STTR at EL1 act as EL0 would, unless PSTATE.UAO is set. */
static TCGMemIndex mem_index(const DisasContext *s, int idx)
{
    return idx == 2 && !is_el0(s) && !(s->mode & MODE_UAO) ? TCG_MEM_UNPRIV : TCG_MEM_CURRENT;
}

bool trans_LDR_9(DisasContext *s, arg_LDR_9 *a)
{
    TCGv_i64 val = tcg_temp_new_i64();
    TCGv_i64 addr = gen_index_begin(s, a->rn, a->imm, a->idx);

    load(val, addr, mem_index(s, a->idx), load_op(s, a->size, a->ext), a->ext);
    gen_index_end(s, a->rn, addr, a->imm, a->idx);
    write_x(a->rt, val);
    return true;
}

bool trans_STR_9(DisasContext *s, arg_STR_9 *a)
{
    TCGv_i64 addr = gen_index_begin(s, a->rn, a->imm, a->idx);

    tcg_gen_qemu_st_i64(read_x(a->rt), addr, mem_index(s, a->idx), store_op(s, a->size));
    gen_index_end(s, a->rn, addr, a->imm, a->idx);
    return true;
}

bool trans_LDR_r(DisasContext *s, arg_LDR_r *a)
{
    TCGv_i64 val = tcg_temp_new_i64();

    if (!(a->opt & 2)) {
        return false;
    }
    load(val, gen_addr_reg(s, a->rn, a->rm, a->opt, a->s ? a->size : 0), TCG_MEM_CURRENT,
         load_op(s, a->size, a->ext), a->ext);
    write_x(a->rt, val);
    return true;
}

bool trans_STR_r(DisasContext *s, arg_STR_r *a)
{
    if (!(a->opt & 2)) {
        return false;
    }
    tcg_gen_qemu_st_i64(read_x(a->rt), gen_addr_reg(s, a->rn, a->rm, a->opt, a->s ? a->size : 0),
                        TCG_MEM_CURRENT, store_op(s, a->size));
    return true;
}

bool trans_LDR_lit(DisasContext *s, arg_LDR_lit *a)
{
    TCGv_i64 addr = tcg_temp_new_i64(), val = tcg_temp_new_i64();

    tcg_gen_pc_rel_i64(addr, (int64_t)s->pc + a->imm);
    load(val, addr, TCG_MEM_CURRENT, load_op(s, a->size, a->ext), a->ext);
    write_x(a->rt, val);
    return true;
}

bool trans_LDP(DisasContext *s, arg_LDP *a)
{
    TCGv_i64 lo = tcg_temp_new_i64(), hi = tcg_temp_new_i64();
    int64_t imm = (int64_t)a->imm * (1 << a->size);
    TCGv_i64 addr = gen_index_begin(s, a->rn, imm, a->idx);

    tcg_gen_qemu_ld_pair_i64(lo, hi, addr, load_op(s, a->size, a->ext));
    gen_index_end(s, a->rn, addr, imm, a->idx);
    write_x(a->rt, lo);
    write_x(a->rt2, hi);
    return true;
}

bool trans_STP(DisasContext *s, arg_STP *a)
{
    int64_t imm = (int64_t)a->imm * (1 << a->size);
    TCGv_i64 addr = gen_index_begin(s, a->rn, imm, a->idx);

    tcg_gen_qemu_st_pair_i64(read_x(a->rt), read_x(a->rt2), addr, store_op(s, a->size));
    gen_index_end(s, a->rn, addr, imm, a->idx);
    return true;
}

/* ---- acquire and release. Loads keep their order on the host; a release store is followed by a
 * full barrier, so that a later acquire is not seen before it (B2.3.8). ---- */

bool trans_LDAR(DisasContext *s, arg_LDAR *a)
{
    TCGv_i64 val = tcg_temp_new_i64();

    tcg_gen_qemu_ld_i64(val, gen_base(s, a->rn), TCG_MEM_CURRENT,
                        (MemOp)(a->size | MO_ALIGN | be_op(s)));
    tcg_gen_mb((TCGBar)(TCG_MO_LD_LD | TCG_MO_LD_ST));
    write_x(a->rt, val);
    return true;
}

bool trans_STLR(DisasContext *s, arg_STLR *a)
{
    tcg_gen_mb((TCGBar)(TCG_MO_LD_ST | TCG_MO_ST_ST));
    tcg_gen_qemu_st_i64(read_x(a->rt), gen_base(s, a->rn), TCG_MEM_CURRENT,
                        (MemOp)(a->size | MO_ALIGN | be_op(s)));
    tcg_gen_mb(TCG_MO_ST_LD);
    return true;
}

/* There are no LORegions (LORID_EL1), so these order everything (B2.3.13). */
static bool has_lor(const DisasContext *s)
{
    return isar_has(s->isar->id_aa64mmfr1, ID_AA64MMFR1_LO);
}

bool trans_LDLAR(DisasContext *s, arg_LDLAR *a)
{
    return has_lor(s) && trans_LDAR(s, a);
}

bool trans_STLLR(DisasContext *s, arg_STLLR *a)
{
    return has_lor(s) && trans_STLR(s, a);
}

bool trans_LDAPR(DisasContext *s, arg_LDAPR *a)
{
    return isar_has(s->isar->id_aa64isar1, ID_AA64ISAR1_LRCPC) && trans_LDAR(s, a);
}

static bool has_lrcpc2(const DisasContext *s)
{
    return isar_field(s->isar->id_aa64isar1, ID_AA64ISAR1_LRCPC) >= 2;
}

bool trans_LDAPUR(DisasContext *s, arg_LDAPUR *a)
{
    TCGv_i64 val = tcg_temp_new_i64();

    if (!has_lrcpc2(s)) {
        return false;
    }
    load(val, gen_addr(gen_base(s, a->rn), a->imm), TCG_MEM_CURRENT,
         (MemOp)(load_op(s, a->size, a->ext) | MO_ALIGN), a->ext);
    tcg_gen_mb((TCGBar)(TCG_MO_LD_LD | TCG_MO_LD_ST));
    write_x(a->rt, val);
    return true;
}

bool trans_STLUR(DisasContext *s, arg_STLUR *a)
{
    if (!has_lrcpc2(s)) {
        return false;
    }
    tcg_gen_mb((TCGBar)(TCG_MO_LD_ST | TCG_MO_ST_ST));
    tcg_gen_qemu_st_i64(read_x(a->rt), gen_addr(gen_base(s, a->rn), a->imm), TCG_MEM_CURRENT,
                        (MemOp)(a->size | MO_ALIGN | be_op(s)));
    tcg_gen_mb(TCG_MO_ST_LD);
    return true;
}
