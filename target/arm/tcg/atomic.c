/* SPDX-License-Identifier: MIT */
/*
 * A64: exclusives, compare and swap, atomic operations (DDI0487 C4.1.94).
 *
 * A load-exclusive notes address and value in env. A store-exclusive is a compare-and-exchange
 * against that value; where the address is another one it exchanges the value for itself, so that
 * no branch is needed, and reports failure. A store by another CPU of the very value that was
 * loaded goes unnoticed: a documented deviation. All of these fault when not aligned (FEAT_LSE2 is
 * not implemented).
 */
#include "qemu/osdep.h"

#include "a64-decode.h"
#include "target/arm/tcg/helpers.h"
#include "target/arm/tcg/translate.h"

#define OFFSET(field) ((uint32_t)offsetof(CPUARMState, field))

static void mark(TCGv_i64 addr, TCGv_i64 val)
{
    tcg_gen_st_env_i64(addr, OFFSET(exclusive_addr), MO_64);
    tcg_gen_st_env_i64(val, OFFSET(exclusive_val), MO_64);
}

/* A pair of words as one access of 8 bytes, and back: the first is at the lower address. */
static void join_words(const DisasContext *s, TCGv_i64 both, TCGv_i64 first, TCGv_i64 second)
{
    bool be = s->mode & MODE_BE;

    tcg_gen_deposit_i64(both, be ? second : first, be ? first : second, 32, 32);
}

/* @first, with both, becomes the first, zero-extended. */
static void split_words(const DisasContext *s, TCGv_i64 first, TCGv_i64 second)
{
    TCGv_i64 high = tcg_temp_new_i64(), low = tcg_temp_new_i64();

    tcg_gen_shri_i64(high, first, 32);
    tcg_gen_ext32u_i64(low, first);
    tcg_gen_mov_i64(first, s->mode & MODE_BE ? high : low);
    tcg_gen_mov_i64(second, s->mode & MODE_BE ? low : high);
}

static void unmark(void)
{
    tcg_gen_st_env_i64(tcg_constant_i64(-1), OFFSET(exclusive_addr), MO_64);
}

bool trans_CLREX(DisasContext *s, arg_CLREX *a)
{
    unmark();
    return true;
}

bool trans_LDXR(DisasContext *s, arg_LDXR *a)
{
    TCGv_i64 addr = gen_base(s, a->rn), val = tcg_temp_new_i64();

    tcg_gen_qemu_ld_i64(val, addr, TCG_MEM_CURRENT, (MemOp)(a->size | MO_ALIGN | be_op(s)));
    mark(addr, val);
    if (a->acq) {
        tcg_gen_mb((TCGBar)(TCG_MO_LD_LD | TCG_MO_LD_ST));
    }
    write_x(a->rt, val);
    return true;
}

bool trans_LDXP(DisasContext *s, arg_LDXP *a)
{
    TCGv_i64 addr = gen_base(s, a->rn), lo = tcg_temp_new_i64(), hi = tcg_temp_new_i64();

    if (a->sz) {
        tcg_gen_qemu_ld_pair_i64(lo, hi, addr, (MemOp)(MO_64 | MO_ALIGN_16 | be_op(s)));
        mark(addr, lo);
        tcg_gen_st_env_i64(hi, OFFSET(exclusive_high), MO_64);
    } else {
        tcg_gen_qemu_ld_i64(lo, addr, TCG_MEM_CURRENT, (MemOp)(MO_64 | MO_ALIGN | be_op(s)));
        mark(addr, lo);
        split_words(s, lo, hi);
    }
    if (a->acq) {
        tcg_gen_mb((TCGBar)(TCG_MO_LD_LD | TCG_MO_LD_ST));
    }
    write_x(a->rt, lo);
    write_x(a->rt2, hi);
    return true;
}

/* @val zero-extended from 1 << size bytes. */
static TCGv_i64 part_of(TCGv_i64 val, int size)
{
    TCGv_i64 part = tcg_temp_new_i64();

    if (size == MO_64) {
        return val;
    }
    tcg_gen_extract_i64(part, val, 0, 8u << size);
    return part;
}

/* The status goes to Ws: 0 for success. */
static void store_exclusive(TCGv_i64 addr, TCGv_i64 val, int rs, MemOp op)
{
    TCGv_i64 marked = tcg_temp_new_i64(), expected = tcg_temp_new_i64();
    TCGv_i64 new = tcg_temp_new_i64(), old = tcg_temp_new_i64(), differs = tcg_temp_new_i64();
    TCGv_i64 status = tcg_temp_new_i64();

    tcg_gen_ld_env_i64(marked, OFFSET(exclusive_addr), MO_64);
    tcg_gen_ld_env_i64(expected, OFFSET(exclusive_val), MO_64);
    expected = part_of(expected, op & MO_SIZE); /* of a wider load */
    tcg_gen_movcond_i64(TCG_COND_EQ, new, addr, marked, val, expected);
    tcg_gen_atomic_cmpxchg_i64(old, addr, expected, new, op | MO_NO_READ);
    unmark();
    tcg_gen_setcond_i64(TCG_COND_NE, status, old, expected);
    tcg_gen_setcond_i64(TCG_COND_NE, differs, addr, marked);
    tcg_gen_or_i64(status, status, differs);
    write_x(rs, status);
}

bool trans_STXR(DisasContext *s, arg_STXR *a)
{
    store_exclusive(gen_base(s, a->rn), read_x(a->rt), a->rs,
                    (MemOp)(a->size | MO_ALIGN | be_op(s)));
    return true;
}

bool trans_STXP(DisasContext *s, arg_STXP *a)
{
    TCGv_i64 addr = gen_base(s, a->rn), val = tcg_temp_new_i64();

    if (a->sz) {
        TCG_CALL(helper_stxp, TCG_CALL_ENV, &val, addr, read_x(a->rt), read_x(a->rt2));
        write_x(a->rs, val);
    } else {
        join_words(s, val, read_x(a->rt), read_x(a->rt2));
        store_exclusive(addr, val, a->rs, (MemOp)(MO_64 | MO_ALIGN | be_op(s)));
    }
    return true;
}

/* ---- FEAT_LSE ---- */

static bool has_lse(const DisasContext *s)
{
    return isar_has(s->isar->id_aa64isar0, ID_AA64ISAR0_ATOMIC);
}

static TCGv_i64 read_sized(int reg, int size)
{
    return part_of(read_x(reg), size);
}

bool trans_CAS(DisasContext *s, arg_CAS *a)
{
    TCGv_i64 old = tcg_temp_new_i64();

    if (!has_lse(s)) {
        return false;
    }
    tcg_gen_atomic_cmpxchg_i64(old, gen_base(s, a->rn), read_sized(a->rs, a->size),
                               read_sized(a->rt, a->size), (MemOp)(a->size | MO_ALIGN | be_op(s)));
    write_x(a->rs, old);
    return true;
}

/* Pairs of even and odd registers. */
bool trans_CASP(DisasContext *s, arg_CASP *a)
{
    TCGv_i64 addr, old, new;

    if (!has_lse(s) || (a->rs & 1) || (a->rt & 1)) {
        return false;
    }
    addr = gen_base(s, a->rn);
    if (a->sz) {
        TCG_CALL(helper_casp, TCG_CALL_ENV, NULL, addr, tcg_constant_i64(a->rs),
                 tcg_constant_i64(a->rt));
        return true;
    }
    old = tcg_temp_new_i64();
    new = tcg_temp_new_i64();
    join_words(s, old, read_x(a->rs), read_x(a->rs + 1));
    join_words(s, new, read_x(a->rt), read_x(a->rt + 1));
    tcg_gen_atomic_cmpxchg_i64(old, addr, old, new, (MemOp)(MO_64 | MO_ALIGN | be_op(s)));
    split_words(s, old, new);
    write_x(a->rs, old);
    write_x(a->rs + 1, new);
    return true;
}

/* What can not be done on numbers in the other order of bytes. */
static bool is_arithmetic(TCGAtomicOp op)
{
    return op == TCG_ATOMIC_ADD || op >= TCG_ATOMIC_SMAX;
}

static bool atomic(DisasContext *s, arg_atomic *a, TCGAtomicOp op)
{
    TCGv_i64 old = tcg_temp_new_i64();

    if (!has_lse(s)) {
        return false;
    }
    if ((s->mode & MODE_BE) && a->size && is_arithmetic(op)) {
        TCG_CALL(helper_atomic_be, TCG_CALL_ENV, &old, gen_base(s, a->rn), read_x(a->rs),
                 tcg_constant_i64(op << 8 | a->size));
    } else {
        tcg_gen_atomic_rmw_i64(op, old, gen_base(s, a->rn), read_x(a->rs),
                               (MemOp)(a->size | MO_ALIGN | (is_arithmetic(op) ? 0 : be_op(s))));
    }
    write_x(a->rt, old);
    return true;
}

bool trans_LDADD(DisasContext *s, arg_LDADD *a)
{
    return atomic(s, a, TCG_ATOMIC_ADD);
}

bool trans_LDCLR(DisasContext *s, arg_LDCLR *a)
{
    return atomic(s, a, TCG_ATOMIC_ANDN);
}

bool trans_LDEOR(DisasContext *s, arg_LDEOR *a)
{
    return atomic(s, a, TCG_ATOMIC_XOR);
}

bool trans_LDSET(DisasContext *s, arg_LDSET *a)
{
    return atomic(s, a, TCG_ATOMIC_OR);
}

bool trans_LDSMAX(DisasContext *s, arg_LDSMAX *a)
{
    return atomic(s, a, TCG_ATOMIC_SMAX);
}

bool trans_LDSMIN(DisasContext *s, arg_LDSMIN *a)
{
    return atomic(s, a, TCG_ATOMIC_SMIN);
}

bool trans_LDUMAX(DisasContext *s, arg_LDUMAX *a)
{
    return atomic(s, a, TCG_ATOMIC_UMAX);
}

bool trans_LDUMIN(DisasContext *s, arg_LDUMIN *a)
{
    return atomic(s, a, TCG_ATOMIC_UMIN);
}

bool trans_SWP(DisasContext *s, arg_SWP *a)
{
    return atomic(s, a, TCG_ATOMIC_XCHG);
}
