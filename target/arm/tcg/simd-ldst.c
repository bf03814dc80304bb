/* SPDX-License-Identifier: MIT */
/*
 * A64: loads and stores of SIMD&FP registers (DDI0487 C4.1.94).
 *
 * Structures of two and four elements are taken apart by unzipping what was read in whole vectors,
 * and put together by zipping; for structures of three there are operations of their own.
 */
#include "qemu/osdep.h"

#include "target/arm/tcg/helpers.h"
#include "target/arm/tcg/simd.h"

static MemOp ldst_op(const DisasContext *s, unsigned size)
{
    return (MemOp)(size | align_op(s) | be_op(s));
}

/* --- one register or two --- */

bool trans_VLDR_lit(DisasContext *s, arg_VLDR_lit *a)
{
    TCGv_i64 addr = tcg_temp_new_i64();

    if (fp_access_check(s)) {
        tcg_gen_pc_rel_i64(addr, (int64_t)s->pc + a->imm);
        tcg_gen_qemu_ld_vec(read_v(a->rt), addr, ldst_op(s, a->size));
    }
    return true;
}

static bool ldst_imm(DisasContext *s, int rt, int rn, int64_t imm, int size, int idx, bool store)
{
    TCGv_i64 addr;

    if (!fp_access_check(s)) {
        return true;
    }
    addr = gen_index_begin(s, rn, imm, idx);
    if (store) {
        tcg_gen_qemu_st_vec(read_v(rt), addr, ldst_op(s, size));
    } else {
        tcg_gen_qemu_ld_vec(read_v(rt), addr, ldst_op(s, size));
    }
    gen_index_end(s, rn, addr, imm, idx);
    return true;
}

bool trans_VLDR_9(DisasContext *s, arg_VLDR_9 *a)
{
    return ldst_imm(s, a->rt, a->rn, a->imm, a->size, a->idx, false);
}

bool trans_VSTR_9(DisasContext *s, arg_VSTR_9 *a)
{
    return ldst_imm(s, a->rt, a->rn, a->imm, a->size, a->idx, true);
}

bool trans_VLDR_u(DisasContext *s, arg_VLDR_u *a)
{
    return ldst_imm(s, a->rt, a->rn, (int64_t)a->imm << a->size, a->size, 2, false);
}

bool trans_VSTR_u(DisasContext *s, arg_VSTR_u *a)
{
    return ldst_imm(s, a->rt, a->rn, (int64_t)a->imm << a->size, a->size, 2, true);
}

bool trans_VLDR_r(DisasContext *s, arg_VLDR_r *a)
{
    if (!(a->opt & 2)) {
        return false;
    }
    if (fp_access_check(s)) {
        TCGv_i64 addr = gen_addr_reg(s, a->rn, a->rm, a->opt, a->s ? a->size : 0);
        tcg_gen_qemu_ld_vec(read_v(a->rt), addr, ldst_op(s, a->size));
    }
    return true;
}

bool trans_VSTR_r(DisasContext *s, arg_VSTR_r *a)
{
    if (!(a->opt & 2)) {
        return false;
    }
    if (fp_access_check(s)) {
        TCGv_i64 addr = gen_addr_reg(s, a->rn, a->rm, a->opt, a->s ? a->size : 0);
        tcg_gen_qemu_st_vec(read_v(a->rt), addr, ldst_op(s, a->size));
    }
    return true;
}

bool trans_VLDP(DisasContext *s, arg_VLDP *a)
{
    TCGv_vec lo = tcg_temp_new_vec(), hi = tcg_temp_new_vec();
    int64_t imm = (int64_t)a->imm * (1 << a->size);
    TCGv_i64 addr;

    if (!fp_access_check(s)) {
        return true;
    }
    addr = gen_index_begin(s, a->rn, imm, a->idx);
    tcg_gen_qemu_ld_pair_vec(lo, hi, addr, ldst_op(s, a->size));
    gen_index_end(s, a->rn, addr, imm, a->idx);
    write_v(a->rt, lo);
    write_v(a->rt2, hi);
    return true;
}

bool trans_VSTP(DisasContext *s, arg_VSTP *a)
{
    int64_t imm = (int64_t)a->imm * (1 << a->size);
    TCGv_i64 addr;

    if (!fp_access_check(s)) {
        return true;
    }
    addr = gen_index_begin(s, a->rn, imm, a->idx);
    tcg_gen_qemu_st_pair_vec(read_v(a->rt), read_v(a->rt2), addr, ldst_op(s, a->size));
    gen_index_end(s, a->rn, addr, imm, a->idx);
    return true;
}

/* --- multiple structures --- */

/* Write-back after an access of @bytes: by Rm, or by the bytes if that is 31. */
static void post_index(DisasContext *s, int rn, int rm, TCGv_i64 addr, unsigned bytes)
{
    if (rm == 31) {
        tcg_gen_addi_i64(read_x_sp(rn), addr, bytes);
    } else {
        tcg_gen_add_i64(read_x_sp(rn), addr, read_x(rm));
    }
    if (rn == 31 && (rm != 31 || (bytes & 15))) {
        gen_sp_written(s);
    }
}

/*
 * Whole vectors are aligned only to their elements: where SCTLR_EL1.A asks for it, the first
 * element is accessed alone before. A store must not write it if the rest faults.
 */
static void check_element_load(DisasContext *s, TCGv_i64 addr, unsigned esz)
{
    if (align_op(s) && esz) {
        tcg_gen_qemu_ld_i64(tcg_temp_new_i64(), addr, TCG_MEM_CURRENT, ldst_op(s, esz));
    }
}

static void check_store_alignment(TCGv_i64 addr, unsigned esz)
{
    TCG_CALL(helper_check_alignment, TCG_CALL_ENV, NULL, addr, tcg_constant_i64((1 << esz) - 1));
}

static void check_element_store(DisasContext *s, TCGv_i64 addr, unsigned esz, TCGv_vec first,
                                unsigned span)
{
    TCGv_i64 t = tcg_temp_new_i64();

    if (align_op(s) && esz) {
        check_store_alignment(addr, esz);
        tcg_gen_probe_access(addr, span, true);
        tcg_gen_extract_vec(esz, t, first, 0);
        tcg_gen_qemu_st_i64(t, addr, TCG_MEM_CURRENT, ldst_op(s, esz));
    }
}

typedef TCGv_vec VecList[4];

static void new_vecs(VecList v)
{
    for (unsigned i = 0; i < 4; i++) {
        v[i] = tcg_temp_new_vec();
    }
}

/* Even elements to *even and odd ones to *odd, of one or two vectors. */
static void unzip(unsigned esz, TCGv_vec even, TCGv_vec odd, TCGv_vec lo, TCGv_vec hi)
{
    tcg_gen_uzp1_vec(esz, even, lo, hi);
    tcg_gen_uzp2_vec(esz, odd, lo, hi);
}

static void load_2(VecList reg, TCGv_i64 addr, unsigned esz, bool q)
{
    VecList mem;

    new_vecs(mem);
    tcg_gen_qemu_ld_multi_vec(mem, q ? 2 : 1, addr, MO_128);
    unzip(esz, reg[0], reg[1], mem[0], q ? mem[1] : vec_zero());
}

static void load_4(VecList reg, TCGv_i64 addr, unsigned esz, bool q)
{
    VecList mem, part;

    new_vecs(mem);
    new_vecs(part);
    tcg_gen_qemu_ld_multi_vec(mem, q ? 4 : 2, addr, MO_128);
    unzip(esz, part[0], part[1], mem[0], mem[1]);
    if (q) {
        unzip(esz, part[2], part[3], mem[2], mem[3]);
    } else {
        part[2] = part[3] = vec_zero();
    }
    unzip(esz, reg[0], reg[2], part[0], part[2]);
    unzip(esz, reg[1], reg[3], part[1], part[3]);
}

static void load_3(VecList reg, TCGv_i64 addr, unsigned esz, bool q)
{
    VecList mem;

    new_vecs(mem);
    tcg_gen_qemu_ld_multi_vec(mem, 3, addr, q_size(q));
    if (!q) {
        mem[0] = vec_join(mem[0], mem[1]);
        mem[1] = mem[2];
        mem[2] = vec_zero();
    }
    for (unsigned i = 0; i < 3; i++) {
        tcg_gen_ld3_vec(esz, reg[i], mem[0], mem[1], mem[2], i);
    }
}

static void store_2(VecList reg, TCGv_i64 addr, unsigned esz, bool q)
{
    VecList mem;

    new_vecs(mem);
    tcg_gen_zip1_vec(esz, mem[0], reg[0], reg[1]);
    if (q) {
        tcg_gen_zip2_vec(esz, mem[1], reg[0], reg[1]);
    }
    tcg_gen_qemu_st_multi_vec(mem, q ? 2 : 1, addr, MO_128);
}

static void store_4(VecList reg, TCGv_i64 addr, unsigned esz, bool q)
{
    VecList mem, part;

    new_vecs(mem);
    new_vecs(part);
    tcg_gen_zip1_vec(esz, part[0], reg[0], reg[2]);
    tcg_gen_zip1_vec(esz, part[1], reg[1], reg[3]);
    tcg_gen_zip1_vec(esz, mem[0], part[0], part[1]);
    tcg_gen_zip2_vec(esz, mem[1], part[0], part[1]);
    if (q) {
        tcg_gen_zip2_vec(esz, part[2], reg[0], reg[2]);
        tcg_gen_zip2_vec(esz, part[3], reg[1], reg[3]);
        tcg_gen_zip1_vec(esz, mem[2], part[2], part[3]);
        tcg_gen_zip2_vec(esz, mem[3], part[2], part[3]);
    }
    tcg_gen_qemu_st_multi_vec(mem, q ? 4 : 2, addr, MO_128);
}

static void store_3(VecList reg, TCGv_i64 addr, unsigned esz, bool q)
{
    VecList mem;

    new_vecs(mem);
    for (unsigned i = 0; i < (q ? 3 : 2); i++) {
        tcg_gen_st3_vec(esz, mem[i], reg[0], reg[1], reg[2], i);
    }
    if (!q) {
        mem[2] = mem[1];
        mem[1] = vec_high(mem[0]);
    }
    tcg_gen_qemu_st_multi_vec(mem, 3, addr, q_size(q));
}

/* Whole vectors are read and written in the order of memory: elements may have another one. */
static void swap_elements(const DisasContext *s, unsigned esz, TCGv_vec to, TCGv_vec from)
{
    if ((s->mode & MODE_BE) && esz) {
        tcg_gen_rev_vec(MO_8, to, from, esz);
    } else {
        tcg_gen_mov_vec(to, from);
    }
}

static void load_structs(VecList reg, TCGv_i64 addr, arg_vmult *a)
{
    switch (a->s) {
    case 1:
        tcg_gen_qemu_ld_multi_vec(reg, a->n, addr, q_size(a->q));
        break;
    case 2:
        load_2(reg, addr, a->esz, a->q);
        break;
    case 3:
        load_3(reg, addr, a->esz, a->q);
        break;
    default:
        load_4(reg, addr, a->esz, a->q);
    }
}

static void store_structs(VecList reg, TCGv_i64 addr, arg_vmult *a)
{
    switch (a->s) {
    case 1:
        tcg_gen_qemu_st_multi_vec(reg, a->n, addr, q_size(a->q));
        break;
    case 2:
        store_2(reg, addr, a->esz, a->q);
        break;
    case 3:
        store_3(reg, addr, a->esz, a->q);
        break;
    default:
        store_4(reg, addr, a->esz, a->q);
    }
}

bool trans_VLD_mult(DisasContext *s, arg_VLD_mult *a)
{
    TCGv_i64 addr;
    VecList reg;

    if (a->s > 1 && a->esz == MO_64 && !a->q) {
        return false;
    }
    if (!fp_access_check(s)) {
        return true;
    }
    addr = gen_base(s, a->rn);
    check_element_load(s, addr, a->esz);
    new_vecs(reg);
    load_structs(reg, addr, a);
    for (int i = 0; i < a->n; i++) {
        swap_elements(s, a->esz, reg[i], reg[i]);
        write_v_part((a->rt + i) & 31, q_size(a->q), reg[i]);
    }
    if (a->post) {
        post_index(s, a->rn, a->rm, addr, a->n << q_size(a->q));
    }
    return true;
}

bool trans_VST_mult(DisasContext *s, arg_VST_mult *a)
{
    TCGv_i64 addr;
    VecList reg;

    if (a->s > 1 && a->esz == MO_64 && !a->q) {
        return false;
    }
    if (!fp_access_check(s)) {
        return true;
    }
    addr = gen_base(s, a->rn);
    for (int i = 0; i < a->n; i++) {
        reg[i] = read_v((a->rt + i) & 31);
    }
    check_element_store(s, addr, a->esz, reg[0], a->n << q_size(a->q));
    for (int i = 0; i < a->n && (s->mode & MODE_BE); i++) {
        TCGv_vec mem = tcg_temp_new_vec();

        swap_elements(s, a->esz, mem, reg[i]);
        reg[i] = mem;
    }
    store_structs(reg, addr, a);
    if (a->post) {
        post_index(s, a->rn, a->rm, addr, a->n << q_size(a->q));
    }
    return true;
}

/* --- one structure. n: number of elements - 1 --- */

/* All elements are read before a register is written, so a fault leaves them alone. */
static void load_elements(DisasContext *s, TCGv_i64 *elem, TCGv_i64 addr, int n, unsigned esz)
{
    for (int i = 0; i <= n; i++) {
        elem[i] = tcg_temp_new_i64();
        tcg_gen_qemu_ld_i64(elem[i], gen_addr(addr, i << esz), TCG_MEM_CURRENT, ldst_op(s, esz));
    }
}

bool trans_VLD_lane(DisasContext *s, arg_VLD_lane *a)
{
    TCGv_i64 addr, elem[4];

    if (!fp_access_check(s)) {
        return true;
    }
    addr = gen_base(s, a->rn);
    load_elements(s, elem, addr, a->n, a->esz);
    for (int i = 0; i <= a->n; i++) {
        TCGv_vec reg = read_v((a->rt + i) & 31);
        tcg_gen_insert_vec(a->esz, reg, reg, elem[i], a->lane);
    }
    if (a->post) {
        post_index(s, a->rn, a->rm, addr, (a->n + 1) << a->esz);
    }
    return true;
}

bool trans_VST_lane(DisasContext *s, arg_VST_lane *a)
{
    TCGv_i64 addr, t = tcg_temp_new_i64();

    if (!fp_access_check(s)) {
        return true;
    }
    addr = gen_base(s, a->rn);
    if (a->n > 0) {
        if (align_op(s) && a->esz) {
            check_store_alignment(addr, a->esz);
        }
        tcg_gen_probe_access(addr, (a->n + 1) << a->esz, true);
    }
    for (int i = 0; i <= a->n; i++) {
        tcg_gen_extract_vec(a->esz, t, read_v((a->rt + i) & 31), a->lane);
        tcg_gen_qemu_st_i64(t, gen_addr(addr, i << a->esz), TCG_MEM_CURRENT, ldst_op(s, a->esz));
    }
    if (a->post) {
        post_index(s, a->rn, a->rm, addr, (a->n + 1) << a->esz);
    }
    return true;
}

bool trans_VLD_dup(DisasContext *s, arg_VLD_dup *a)
{
    TCGv_vec v = tcg_temp_new_vec();
    TCGv_i64 addr, elem[4];

    if (!fp_access_check(s)) {
        return true;
    }
    addr = gen_base(s, a->rn);
    load_elements(s, elem, addr, a->n, a->esz);
    for (int i = 0; i <= a->n; i++) {
        tcg_gen_dup_i64_vec(a->esz, v, elem[i]);
        write_v_part((a->rt + i) & 31, q_size(a->q), v);
    }
    if (a->post) {
        post_index(s, a->rn, a->rm, addr, (a->n + 1) << a->esz);
    }
    return true;
}
