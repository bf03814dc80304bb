/* SPDX-License-Identifier: MIT */
/*
 * Guest memory: a check (`mmu`) of the whole span, then accesses through the pointer it gives.
 *
 * The address is split into base + constant, so that the check and the accesses share the base's
 * register and accesses with one base can later share a check. The split stops at a value that a
 * guest register holds now: that register is live anyway, and what it was made of may have been
 * overwritten since (post-indexed addressing).
 *
 * The byte order is the builder's business: loads and stores in the IR are in the host's order, and
 * a swap is an operation of its own that folds and is shared like any other.
 */
#include "qemu/osdep.h"
#include "tcg/builder.h"
#include "tcg/fold-util.h"
#include "tcg/guest-access.h"

typedef struct MemRef {
    IRRef ptr, base;
    int32_t disp;
} MemRef;

#define MAX_SPAN 4096

static MemRef split_address(TCGContext *s, IRRef addr)
{
    MemRef m = { .base = addr };

    while (!ir_is_home(s, m.base)) {
        const IRInsn *in = ir_insn(s, m.base);
        uint64_t c;
        int64_t disp;

        if (in->op != IR_add || !ir_is_const(s, in->arg[1], &c) || ir_is_stale(s, in->arg[0]) ||
            __builtin_add_overflow((int64_t)c, m.disp, &disp) || disp < INT32_MIN + MAX_SPAN ||
            disp > INT32_MAX - MAX_SPAN) {
            break;
        }
        m.base = in->arg[0];
        m.disp = disp;
    }
    return m;
}

#define MAX_TABLE_BITS 11

/* Whether @addr is @base plus something small that varies; then *last is the most that it can be.
 */
static bool is_entry(TCGContext *s, IRRef base, IRRef index, unsigned shift, unsigned *last)
{
    unsigned bits = ir_ubits(s, index);

    *last = ((1u << (bits & 31)) - 1) << shift;
    return bits + shift <= MAX_TABLE_BITS && bits && !ir_is_stale(s, base);
}

/* An index from memory is known late, where a table is long known: the check of all of it does not
 * wait for the index. */
static void look_for_table(TCGContext *s, IRInsn *mmu)
{
    const IRInsn *in = ir_insn(s, mmu->arg[0]);
    IRRef a = in->arg[0], b = in->arg[1];
    unsigned last;
    uint64_t c;

    if (in->type != IR_I64 || (in->op != IR_add && in->op != IR_addshl) || ir_is_const(s, b, &c)) {
        return;
    }
    if (is_entry(s, a, b, in->op == IR_addshl ? in->imm : 0, &last)) {
        mmu->arg[1] = a;
    } else if (in->op == IR_add && is_entry(s, b, a, 0, &last)) {
        mmu->arg[1] = b;
    } else {
        return;
    }
    mmu->op = IR_mmu_t;
    mmu->memop |= last << MO_TABLE_SHIFT;
}

/* Emits the check of memop's span at @addr. */
static MemRef gen_mmu(IROp op, TCGv_i64 addr, uint32_t memop)
{
    TCGContext *s = tcg_ctx;
    MemRef m = split_address(s, rd64(addr));
    IRInsn in = { .op = op, .type = IR_PTR, .arg = { m.base } };

    in.disp = m.disp;
    in.memop = memop & ~(MO_BSWAP | MO_SIGN);
    if (op == IR_mmu_r && !(in.memop & ~MO_SIZE)) {
        look_for_table(s, &in);
    }
    m.ptr = ir_append(s, &in);
    return m;
}

static IRRef gen_access(IROp op, IRType type, const MemRef *m, unsigned ofs, uint32_t memop,
                        IRRef val)
{
    IRInsn in = { .op = op, .type = type, .arg = { m->ptr, m->base, val } };

    in.disp = m->disp + (int32_t)ofs;
    in.memop = memop & (MO_SIZE | MO_SIGN | MO_UNPRIV);
    return ir_append(tcg_ctx, &in);
}

/* The low @size bytes of @v exchanged, zero-extended; @v is zero-extended for a load. */
static IRRef gen_swap(IRRef v, uint32_t memop)
{
    TCGContext *s = tcg_ctx;

    switch (memop & MO_SIZE) {
    case MO_16:
        return ir_op1(s, IR_bswap16, IR_I64, v);
    case MO_32:
        v = ir_op1(s, IR_bswap, IR_I32, ir_op1(s, IR_trunc, IR_I32, v));
        return ir_op1(s, IR_zext, IR_I64, v);
    case MO_64:
        return ir_op1(s, IR_bswap, IR_I64, v);
    default:
        return v;
    }
}

static IRRef gen_sign(IRRef v, uint32_t memop)
{
    static const IROp ext[] = { IR_ext8s, IR_ext16s, IR_ext32s };
    unsigned size = memop & MO_SIZE;

    return (memop & MO_SIGN) && size < MO_64 ? ir_op1(tcg_ctx, ext[size], IR_I64, v) : v;
}

static IRRef gen_ld(const MemRef *m, unsigned ofs, uint32_t memop)
{
    if (!(memop & MO_BSWAP)) {
        return gen_access(IR_ld, IR_I64, m, ofs, memop, IR_NONE);
    }
    return gen_sign(gen_swap(gen_access(IR_ld, IR_I64, m, ofs, memop & ~MO_SIGN, IR_NONE), memop),
                    memop);
}

/* What is stored for @v. Before the check: stores follow theirs directly (back ends rely on it). */
static IRRef swap_for_store(IRRef v, uint32_t memop)
{
    return memop & MO_BSWAP ? gen_swap(v, memop) : v;
}

static void gen_st(const MemRef *m, unsigned ofs, uint32_t memop, IRRef val)
{
    gen_access(IR_st, IR_I64, m, ofs, memop & ~MO_SIGN, val);
}

/* ---- integers ---- */

static unsigned view_of(TCGMemIndex idx)
{
    return idx == TCG_MEM_UNPRIV ? MO_UNPRIV : 0;
}

void tcg_gen_qemu_ld_i64(TCGv_i64 val, TCGv_i64 addr, TCGMemIndex idx, MemOp memop)
{
    MemRef m;

    memop |= view_of(idx);
    m = gen_mmu(IR_mmu_r, addr, memop);
    wr64(val, gen_ld(&m, 0, memop));
}

void tcg_gen_qemu_st_i64(TCGv_i64 val, TCGv_i64 addr, TCGMemIndex idx, MemOp memop)
{
    IRRef v = rd64(val);
    MemRef m;

    memop |= view_of(idx);
    v = swap_for_store(v, memop);
    m = gen_mmu(IR_mmu_w, addr, memop);
    gen_st(&m, 0, memop, v);
}

void tcg_gen_qemu_ld_pair_i64(TCGv_i64 lo, TCGv_i64 hi, TCGv_i64 addr, MemOp memop)
{
    MemRef m = gen_mmu(IR_mmu_r, addr, memop | MO_COUNT(2));
    IRRef v0 = gen_ld(&m, 0, memop);
    IRRef v1 = gen_ld(&m, memop_size(memop), memop);

    wr64(lo, v0);
    wr64(hi, v1);
}

void tcg_gen_qemu_st_pair_i64(TCGv_i64 lo, TCGv_i64 hi, TCGv_i64 addr, MemOp memop)
{
    IRRef v0 = swap_for_store(rd64(lo), memop), v1 = swap_for_store(rd64(hi), memop);
    MemRef m = gen_mmu(IR_mmu_w, addr, memop | MO_COUNT(2));

    gen_st(&m, 0, memop, v0);
    gen_st(&m, memop_size(memop), memop, v1);
}

/* ---- vectors ---- */

/* Reverses the bytes of a vector's low memop_size bytes. */
static IRRef gen_swap_vec(IRRef v, uint32_t memop)
{
    unsigned size = memop & MO_SIZE;

    if (!(memop & MO_BSWAP) || size == MO_8) {
        return v;
    }
    v = ir_vec(tcg_ctx, IR_vrev, MO_8, v, IR_NONE, IR_NONE, MIN(size, MO_64));
    return size == MO_128 ? ir_vec(tcg_ctx, IR_vext, MO_8, v, v, IR_NONE, 8) : v;
}

void tcg_gen_qemu_ld_multi_vec(TCGv_vec *val, unsigned n, TCGv_i64 addr, MemOp memop)
{
    MemRef m = gen_mmu(IR_mmu_r, addr, memop | MO_COUNT(n));
    IRRef v[4];

    assert(n >= 1 && n <= ARRAY_SIZE(v));
    for (unsigned i = 0; i < n; i++) {
        v[i] = gen_access(IR_vld, IR_V128, &m, i * memop_size(memop), memop & MO_SIZE, IR_NONE);
    }
    for (unsigned i = 0; i < n; i++) {
        wrv(val[i], gen_swap_vec(v[i], memop));
    }
}

void tcg_gen_qemu_st_multi_vec(const TCGv_vec *val, unsigned n, TCGv_i64 addr, MemOp memop)
{
    IRRef v[4];
    MemRef m;

    assert(n >= 1 && n <= ARRAY_SIZE(v));
    for (unsigned i = 0; i < n; i++) {
        v[i] = gen_swap_vec(rdv(val[i]), memop);
    }
    m = gen_mmu(IR_mmu_w, addr, memop | MO_COUNT(n));
    for (unsigned i = 0; i < n; i++) {
        gen_access(IR_vst, IR_V128, &m, i * memop_size(memop), memop & MO_SIZE, v[i]);
    }
}

void tcg_gen_qemu_ld_vec(TCGv_vec val, TCGv_i64 addr, MemOp memop)
{
    tcg_gen_qemu_ld_multi_vec(&val, 1, addr, memop);
}

void tcg_gen_qemu_st_vec(TCGv_vec val, TCGv_i64 addr, MemOp memop)
{
    tcg_gen_qemu_st_multi_vec(&val, 1, addr, memop);
}

void tcg_gen_qemu_ld_pair_vec(TCGv_vec lo, TCGv_vec hi, TCGv_i64 addr, MemOp memop)
{
    tcg_gen_qemu_ld_multi_vec((TCGv_vec[]){ lo, hi }, 2, addr, memop);
}

void tcg_gen_qemu_st_pair_vec(TCGv_vec lo, TCGv_vec hi, TCGv_i64 addr, MemOp memop)
{
    tcg_gen_qemu_st_multi_vec((const TCGv_vec[]){ lo, hi }, 2, addr, memop);
}

/* ---- probes, atomics, barriers ---- */

void tcg_gen_probe_access(TCGv_i64 addr, unsigned size, bool write)
{
    assert(size >= 1 && size <= 64);
    gen_mmu(write ? IR_mmu_w : IR_mmu_r, addr, MO_8 | MO_PROBE | MO_COUNT(size));
}

static IRRef gen_atomic(IROp op, unsigned cond, TCGv_i64 addr, uint32_t memop, IRRef c, IRRef d)
{
    MemRef m = gen_mmu(IR_mmu_w, addr, memop | MO_ATOMIC);
    IRInsn in = { .op = op, .type = IR_I64, .cond = cond, .arg = { m.ptr, m.base, c, d } };

    in.disp = m.disp;
    in.memop = memop & MO_SIZE;
    return ir_append(tcg_ctx, &in);
}

void tcg_gen_atomic_rmw_i64(TCGAtomicOp op, TCGv_i64 ret, TCGv_i64 addr, TCGv_i64 val, MemOp memop)
{
    bool swap = memop & MO_BSWAP;
    bool bitwise = op == TCG_ATOMIC_XCHG || (op >= TCG_ATOMIC_AND && op <= TCG_ATOMIC_XOR);
    IRRef v = rd64(val);

    assert(!swap || bitwise);
    v = gen_atomic(IR_atomic_rmw, op, addr, memop, swap ? gen_swap(v, memop) : v, IR_NONE);
    wr64(ret, swap ? gen_swap(v, memop) : v);
}

void tcg_gen_atomic_cmpxchg_i64(TCGv_i64 ret, TCGv_i64 addr, TCGv_i64 cmp, TCGv_i64 newv,
                                MemOp memop)
{
    bool swap = memop & MO_BSWAP;
    IRRef c = rd64(cmp), d = rd64(newv), v;

    if (swap) {
        c = gen_swap(c, memop);
        d = gen_swap(d, memop);
    }
    v = gen_atomic(IR_atomic_cas, 0, addr, memop, c, d);
    wr64(ret, swap ? gen_swap(v, memop) : v);
}

void tcg_gen_mb(TCGBar bar)
{
    IRInsn in = { .op = IR_fence, .imm = bar };

    ir_append(tcg_ctx, &in);
}

/* ---- fields of env ---- */

void tcg_gen_ld_env_i64(TCGv_i64 ret, uint32_t offset, MemOp memop)
{
    IRInsn in = { .op = IR_ldenv, .type = IR_I64 };

    in.disp = (int32_t)offset;
    in.memop = memop & (MO_SIZE | MO_SIGN | MO_UNPRIV);
    wr64(ret, ir_append(tcg_ctx, &in));
}

void tcg_gen_st_env_i64(TCGv_i64 val, uint32_t offset, MemOp memop)
{
    IRInsn in = { .op = IR_stenv, .type = IR_I64, .arg = { rd64(val) } };

    in.disp = (int32_t)offset;
    in.memop = memop & MO_SIZE;
    ir_append(tcg_ctx, &in);
}
