/* SPDX-License-Identifier: MIT */
/*
 * The builder: what a target's translator calls to make IR.
 *
 * A TCGv_* names a variable: a global (guest register), a temporary of this block, or a constant.
 * Assigning to one costs nothing: the builder renames. Folding happens while emitting.
 * All functions work on the calling thread's `tcg_ctx`.
 */
#ifndef TCG_OP_H
#define TCG_OP_H

#include "qemu/osdep.h"
#include "tcg/flags.h"
#include "tcg/ir.h"

typedef struct TCGv_i32_s {
    uint16_t var;
} TCGv_i32;
typedef struct TCGv_i64_s {
    uint16_t var;
} TCGv_i64;
typedef struct TCGv_vec_s {
    uint16_t var;
} TCGv_vec;

typedef struct TCGContext TCGContext;
extern __thread TCGContext *tcg_ctx;

/* A context with empty tables; @globals must outlive it. Variables 1..n are the globals in order.
 */
TCGContext *tcg_context_new(const TCGGlobal *globals, unsigned n_globals,
                            const TCGGlobal *flag_globals);
void tcg_context_free(TCGContext *s);
IRBlock *tcg_context_block(TCGContext *s);

/* Begins a block in @s and makes it current: drops all temporaries and IR. */
void tcg_func_start(TCGContext *s);
/* Whether the block is so full that it must end after this instruction. */
bool tcg_op_buf_full(void);
/* Runs the optimiser on the finished block. */
void tcg_optimize(IRBlock *ir);

/* ---- variables ---- */
TCGv_i32 tcg_global_i32(unsigned global);
TCGv_i64 tcg_global_i64(unsigned global);
TCGv_vec tcg_global_vec(unsigned global);
TCGv_i32 tcg_temp_new_i32(void);
TCGv_i64 tcg_temp_new_i64(void);
TCGv_vec tcg_temp_new_vec(void);
TCGv_i32 tcg_constant_i32(int32_t val);
TCGv_i64 tcg_constant_i64(int64_t val);
TCGv_vec tcg_constant_vec_dup64(uint64_t val); /* val in both halves */
/* Whether @v's current value is a known constant; then *val is it. */
bool tcg_const_value_i64(TCGv_i64 v, int64_t *val);

/* ---- integers: NAME_i32(ret, a, b) and NAME_i64; NAMEi(ret, a, constant) ---- */
/* The formatter takes `and`, `or` and `not` for C++ operators.
 * x / 0 = 0, MIN / -1 = MIN; clz and ctz of 0: the width. */
/* clang-format off */
#define TCG_BINARY_OPS(X)                                                                          \
    X(add) X(sub) X(mul) X(and) X(or) X(xor) X(andc) X(orc) X(eqv) X(shl) X(shr) X(sar) X(rotr)    \
    X(divu) X(divs)
#define TCG_UNARY_OPS(X)                                                                           \
    X(mov) X(neg) X(not) X(ext8s) X(ext8u) X(ext16s) X(ext16u) X(rbit) X(bswap) X(bswap16) X(clz)  \
    X(ctz) X(ctpop) X(clrsb)
/* clang-format on */
#define TCG_DECLARE_BINARY(name)                                                                   \
    void tcg_gen_##name##_i32(TCGv_i32 ret, TCGv_i32 a, TCGv_i32 b);                               \
    void tcg_gen_##name##_i64(TCGv_i64 ret, TCGv_i64 a, TCGv_i64 b);                               \
    void tcg_gen_##name##i_i32(TCGv_i32 ret, TCGv_i32 a, int32_t b);                               \
    void tcg_gen_##name##i_i64(TCGv_i64 ret, TCGv_i64 a, int64_t b);
#define TCG_DECLARE_UNARY(name)                                                                    \
    void tcg_gen_##name##_i32(TCGv_i32 ret, TCGv_i32 a);                                           \
    void tcg_gen_##name##_i64(TCGv_i64 ret, TCGv_i64 a);
TCG_BINARY_OPS(TCG_DECLARE_BINARY)
TCG_UNARY_OPS(TCG_DECLARE_UNARY)
void tcg_gen_movi_i32(TCGv_i32 ret, int32_t val);
void tcg_gen_movi_i64(TCGv_i64 ret, int64_t val);
void tcg_gen_ext32s_i64(TCGv_i64 ret, TCGv_i64 a);
void tcg_gen_ext32u_i64(TCGv_i64 ret, TCGv_i64 a);
void tcg_gen_muluh_i64(TCGv_i64 ret, TCGv_i64 a, TCGv_i64 b);
void tcg_gen_mulsh_i64(TCGv_i64 ret, TCGv_i64 a, TCGv_i64 b);
void tcg_gen_extu_i32_i64(TCGv_i64 ret, TCGv_i32 a);
void tcg_gen_ext_i32_i64(TCGv_i64 ret, TCGv_i32 a);
void tcg_gen_extrl_i64_i32(TCGv_i32 ret, TCGv_i64 a);
void tcg_gen_extrh_i64_i32(TCGv_i32 ret, TCGv_i64 a);
void tcg_gen_extract_i32(TCGv_i32 ret, TCGv_i32 a, unsigned ofs, unsigned len);
void tcg_gen_extract_i64(TCGv_i64 ret, TCGv_i64 a, unsigned ofs, unsigned len);
void tcg_gen_sextract_i32(TCGv_i32 ret, TCGv_i32 a, unsigned ofs, unsigned len);
void tcg_gen_sextract_i64(TCGv_i64 ret, TCGv_i64 a, unsigned ofs, unsigned len);
void tcg_gen_deposit_i32(TCGv_i32 ret, TCGv_i32 a, TCGv_i32 b, unsigned ofs, unsigned len);
void tcg_gen_deposit_i64(TCGv_i64 ret, TCGv_i64 a, TCGv_i64 b, unsigned ofs, unsigned len);
/* ret = low word of (hi:lo) >> ofs, 0 <= ofs <= width */
void tcg_gen_extract2_i32(TCGv_i32 ret, TCGv_i32 lo, TCGv_i32 hi, unsigned ofs);
void tcg_gen_extract2_i64(TCGv_i64 ret, TCGv_i64 lo, TCGv_i64 hi, unsigned ofs);
/* ret = CRC-32C a (bit order of a reflected CRC, not inverted), continued over b's low 1 << size
 * bytes */
void tcg_gen_crc32c_i64(TCGv_i64 ret, TCGv_i64 a, TCGv_i64 b, unsigned size);
void tcg_gen_setcond_i32(TCGCond cond, TCGv_i32 ret, TCGv_i32 a, TCGv_i32 b);
void tcg_gen_setcond_i64(TCGCond cond, TCGv_i64 ret, TCGv_i64 a, TCGv_i64 b);
void tcg_gen_movcond_i32(TCGCond cond, TCGv_i32 ret, TCGv_i32 c1, TCGv_i32 c2, TCGv_i32 v1,
                         TCGv_i32 v2);
void tcg_gen_movcond_i64(TCGCond cond, TCGv_i64 ret, TCGv_i64 c1, TCGv_i64 c2, TCGv_i64 v1,
                         TCGv_i64 v2);

/* ---- symbolic flags ---- */
/* The flags become {kind, a, b}; @res, if not null, is the operation's result (saves a compare). */
void tcg_gen_setflags(FlagKind kind, TCGv_i64 a, TCGv_i64 b, const TCGv_i64 *res);
/* The flags become the constant or computed @nzcv (bits 31..28 of it; others are ignored). */
void tcg_gen_setflags_nzcv(TCGv_i64 nzcv);
/* If condition @cc holds, the flags become {kind, a, b}, else the constant @nzcv (bits 31..28). */
void tcg_gen_setflags_if(FlagCond cc, FlagKind kind, TCGv_i64 a, TCGv_i64 b, uint32_t nzcv);
/* N Z C V of the current flags in bits 31..28, other bits 0. */
void tcg_gen_getflags_nzcv(TCGv_i64 ret);
/* The carry flag of the current flags as 0 or 1. */
void tcg_gen_getflags_c(TCGv_i64 ret);
/* A comparison of two 64-bit values that holds when flag condition @cc does. */
typedef struct TCGFlagTest {
    TCGCond cond;
    bool is32;
    TCGv_i64 a, b;
} TCGFlagTest;
TCGFlagTest tcg_gen_flagtest(FlagCond cc);
/* ret = cc ? v1 : v2, and 0/1 */
void tcg_gen_flags_movcond_i64(FlagCond cc, TCGv_i64 ret, TCGv_i64 v1, TCGv_i64 v2);
void tcg_gen_flags_setcond_i64(FlagCond cc, TCGv_i64 ret);

/* ---- guest memory ---- */
typedef enum TCGMemIndex { TCG_MEM_CURRENT, TCG_MEM_UNPRIV } TCGMemIndex;
/* One access of memop's size (up to 8 bytes), extended to 64 bits as memop says. */
void tcg_gen_qemu_ld_i64(TCGv_i64 val, TCGv_i64 addr, TCGMemIndex idx, MemOp memop);
void tcg_gen_qemu_st_i64(TCGv_i64 val, TCGv_i64 addr, TCGMemIndex idx, MemOp memop);
/* Two elements at addr and addr + size; the whole span is checked before anything is written. */
void tcg_gen_qemu_ld_pair_i64(TCGv_i64 lo, TCGv_i64 hi, TCGv_i64 addr, MemOp memop);
void tcg_gen_qemu_st_pair_i64(TCGv_i64 lo, TCGv_i64 hi, TCGv_i64 addr, MemOp memop);
/* Vectors: memop's size (1..16 bytes); a load zero-extends to 128 bits. */
void tcg_gen_qemu_ld_vec(TCGv_vec val, TCGv_i64 addr, MemOp memop);
void tcg_gen_qemu_st_vec(TCGv_vec val, TCGv_i64 addr, MemOp memop);
void tcg_gen_qemu_ld_pair_vec(TCGv_vec lo, TCGv_vec hi, TCGv_i64 addr, MemOp memop);
void tcg_gen_qemu_st_pair_vec(TCGv_vec lo, TCGv_vec hi, TCGv_i64 addr, MemOp memop);
/* n (1..4) whole vectors of size bytes each at consecutive addresses, span checked first. */
void tcg_gen_qemu_ld_multi_vec(TCGv_vec *val, unsigned n, TCGv_i64 addr, MemOp memop);
void tcg_gen_qemu_st_multi_vec(const TCGv_vec *val, unsigned n, TCGv_i64 addr, MemOp memop);
/* Raises the fault that an access to [addr, addr + size) would raise; size 1..64. */
void tcg_gen_probe_access(TCGv_i64 addr, unsigned size, bool write);
/* ret = old value (zero-extended from memop's size). */
void tcg_gen_atomic_rmw_i64(TCGAtomicOp op, TCGv_i64 ret, TCGv_i64 addr, TCGv_i64 val, MemOp memop);
void tcg_gen_atomic_cmpxchg_i64(TCGv_i64 ret, TCGv_i64 addr, TCGv_i64 cmp, TCGv_i64 newv,
                                MemOp memop);
void tcg_gen_mb(TCGBar bar);

/* ---- env fields that are not globals: plain loads and stores, never cached ---- */
void tcg_gen_ld_env_i64(TCGv_i64 ret, uint32_t offset, MemOp memop);
void tcg_gen_st_env_i64(TCGv_i64 val, uint32_t offset, MemOp memop);

/* ---- calls. Args: i64 variables; @ret may be NULL. env is passed first with TCG_CALL_ENV ---- */
void tcg_gen_call(const void *fn, const char *name, unsigned flags, const TCGv_i64 *ret,
                  const TCGv_i64 *args, unsigned nargs);
/* #define gen_helper_foo(...): see TCG_HELPER below */
#define TCG_CALL(fn, flags, ret, ...)                                                              \
    tcg_gen_call((const void *)(fn), #fn, (flags), (ret), (const TCGv_i64[]){ __VA_ARGS__ },       \
                 sizeof((const TCGv_i64[]){ __VA_ARGS__ }) / sizeof(TCGv_i64))
#define TCG_CALL0(fn, flags, ret) tcg_gen_call((const void *)(fn), #fn, (flags), (ret), NULL, 0)
/*
 * A C function on vectors: `void fn(CPUArchState *env, TCGVec *vop, uint64_t desc)`. The n operands
 * (0..3) are in vop[1..n]; the result is vop[0]. It may change env fields that are not globals
 * (FP status); it raises nothing. With flag TCG_CALL_FP, MXCSR is exchanged around it.
 */
typedef void TCGVecHelper(void *env, TCGVec *vop, uint64_t desc);
void tcg_gen_vcall(TCGVecHelper *fn, const char *name, unsigned flags, TCGv_vec ret,
                   const TCGv_vec *args, unsigned nargs, uint64_t desc);
#define TCG_VCALL(fn, ret, desc, ...)                                                              \
    tcg_gen_vcall((fn), #fn, 0, (ret), (const TCGv_vec[]){ __VA_ARGS__ },                          \
                  sizeof((const TCGv_vec[]){ __VA_ARGS__ }) / sizeof(TCGv_vec), (desc))

/* ---- vectors; vece: MO_8..MO_64 ---- */
/* clang-format off */
#define TCG_VBINARY_OPS(X)                                                                         \
    X(add) X(sub) X(mul) X(and) X(or) X(xor) X(andc) X(orc) X(smin) X(umin) X(smax) X(umax)        \
    X(cmpeq) X(cmpgt) X(cmpge) X(cmphi) X(cmphs) X(zip1) X(zip2) X(uzp1) X(uzp2) X(trn1) X(trn2)   \
    X(addp) X(umull) X(smull) X(ushl) X(sshl) X(ssadd) X(usadd) X(sssub) X(ussub)
#define TCG_VUNARY_OPS(X) X(not) X(neg) X(abs) X(cnt) X(uxtl) X(sxtl) X(xtn)
/* clang-format on */
#define TCG_DECLARE_VBINARY(name)                                                                  \
    void tcg_gen_##name##_vec(unsigned vece, TCGv_vec r, TCGv_vec a, TCGv_vec b);
#define TCG_DECLARE_VUNARY(name) void tcg_gen_##name##_vec(unsigned vece, TCGv_vec r, TCGv_vec a);
TCG_VBINARY_OPS(TCG_DECLARE_VBINARY)
TCG_VUNARY_OPS(TCG_DECLARE_VUNARY)
/* MO_16, MO_32: the high half of 2ab, rounded to nearest */
TCG_DECLARE_VBINARY(sdmulh)
TCG_DECLARE_VBINARY(srdmulh)
void tcg_gen_mov_vec(TCGv_vec r, TCGv_vec a);
void tcg_gen_shli_vec(unsigned vece, TCGv_vec r, TCGv_vec a, unsigned i);
void tcg_gen_shri_vec(unsigned vece, TCGv_vec r, TCGv_vec a, unsigned i);
void tcg_gen_sari_vec(unsigned vece, TCGv_vec r, TCGv_vec a, unsigned i);
void tcg_gen_bitsel_vec(TCGv_vec r, TCGv_vec mask, TCGv_vec a, TCGv_vec b); /* mask ? a : b */
void tcg_gen_dup_i64_vec(unsigned vece, TCGv_vec r, TCGv_i64 a);
void tcg_gen_duplane_vec(unsigned vece, TCGv_vec r, TCGv_vec a, unsigned lane);
/* Lane 0 of r = low bits of a, the rest 0; vece: MO_32 or MO_64. */
void tcg_gen_set_i64_vec(unsigned vece, TCGv_vec r, TCGv_i64 a);
void tcg_gen_insert_vec(unsigned vece, TCGv_vec r, TCGv_vec a, TCGv_i64 b, unsigned lane);
void tcg_gen_extract_vec(unsigned vece, TCGv_i64 r, TCGv_vec a, unsigned lane); /* zero-extends */
void tcg_gen_low_vec(unsigned vece, TCGv_vec r, TCGv_vec a); /* keep the low 1 << vece bytes */
void tcg_gen_ext_vec(TCGv_vec r, TCGv_vec a, TCGv_vec b,
                     unsigned bytes);                           /* 16 of (b:a) from byte */
void tcg_gen_tbl_vec(TCGv_vec r, TCGv_vec table, TCGv_vec idx); /* idx byte >= 16 gives 0 */
void tcg_gen_rev_vec(unsigned vece, TCGv_vec r, TCGv_vec a, unsigned container);
/* Structures of three lanes each in @a, @b and @c: all lanes number n. */
void tcg_gen_ld3_vec(unsigned vece, TCGv_vec r, TCGv_vec a, TCGv_vec b, TCGv_vec c, unsigned n);
/* Vector n of the structures that lanes of @a, @b and @c make. */
void tcg_gen_st3_vec(unsigned vece, TCGv_vec r, TCGv_vec a, TCGv_vec b, TCGv_vec c, unsigned n);
/* ---- cryptography ---- */
/* An AES round as FIPS 197 has it, of a ^ b: SubBytes and ShiftRows, or their inverses. */
void tcg_gen_aes_substitute(TCGv_vec r, TCGv_vec a, TCGv_vec b, bool inverse);
/* MixColumns or its inverse. After tcg_gen_aes_substitute the two become one operation. */
void tcg_gen_aes_mix(TCGv_vec r, TCGv_vec a, bool inverse);
/* a ^ key: after a round, a part of it. */
void tcg_gen_aes_key_vec(TCGv_vec r, TCGv_vec a, TCGv_vec key);
/* Four rounds of SHA-1: A..D, E in word 0, schedule with constants; 0 choose 1 parity 2 majority */
void tcg_gen_sha1_rounds(TCGv_vec r, TCGv_vec abcd, TCGv_vec e, TCGv_vec wk, unsigned function);
/* Four rounds of SHA-256: new A..D, or new E..H. Asking for both costs them once. */
void tcg_gen_sha256_rounds(TCGv_vec r, TCGv_vec abcd, TCGv_vec efgh, TCGv_vec wk, bool want_efgh);
/* The schedule; see vsha256msg1 and vsha256msg2. */
void tcg_gen_sha256_msg1(TCGv_vec r, TCGv_vec a, TCGv_vec b);
void tcg_gen_sha256_msg2(TCGv_vec r, TCGv_vec a, TCGv_vec b);
/* The 128-bit product of the low doublewords as polynomials over GF(2). */
void tcg_gen_pmull_vec(TCGv_vec r, TCGv_vec a, TCGv_vec b);
/* ---- floating point: fmt MO_16, MO_32, MO_64; scalar: lane 0 only, rest of r unspecified ---- */
/* clang-format off */
#define TCG_FBINARY_OPS(X)                                                                         \
    X(fadd) X(fsub) X(fmul) X(fdiv) X(fmin) X(fmax) X(fminnm) X(fmaxnm) X(fmulx)                   \
    X(fcmeq) X(fcmge) X(fcmgt) X(frecps) X(frsqrts)
/* clang-format on */
#define TCG_DECLARE_FBINARY(name)                                                                  \
    void tcg_gen_##name##_vec(unsigned fmt, bool scalar, TCGv_vec r, TCGv_vec a, TCGv_vec b);
TCG_FBINARY_OPS(TCG_DECLARE_FBINARY)
void tcg_gen_fsqrt_vec(unsigned fmt, bool scalar, TCGv_vec r, TCGv_vec a);
void tcg_gen_frecpe_vec(unsigned fmt, bool scalar, TCGv_vec r, TCGv_vec a);
void tcg_gen_frsqrte_vec(unsigned fmt, bool scalar, TCGv_vec r, TCGv_vec a);
void tcg_gen_fmadd_vec(unsigned fmt, bool scalar, TCGv_vec r, TCGv_vec a, TCGv_vec b, TCGv_vec c,
                       bool neg_product, bool neg_c);
void tcg_gen_frint_vec(unsigned fmt, bool scalar, TCGv_vec r, TCGv_vec a, unsigned rmode,
                       bool exact);
/* FCMP_*: the flags are those of r - 1. */
void tcg_gen_fcmp(unsigned fmt, TCGv_i64 r, TCGv_vec a, TCGv_vec b, bool signalling);
void tcg_gen_fcvt_ff(unsigned from, unsigned to, TCGv_vec r, TCGv_vec a);
void tcg_gen_fcvt_fi(unsigned fmt, TCGv_i64 r, TCGv_vec a, unsigned fpcvt);
void tcg_gen_fcvt_if(unsigned fmt, TCGv_vec r, TCGv_i64 a, unsigned fpcvt);

/* ---- leaving the block. Offsets are byte offsets from the start of the block's page ---- */
/* Starts the instruction at page offset @off: fault points up to the next one belong to it. */
void tcg_gen_insn_start(unsigned off);
/*
 * Ways of entering the block, for targets that restrict where indirect branches lead to. Such a
 * branch stores a number from 1 to 3 to env's `entry`; it is 0 otherwise. Bit n of @mask: entry n
 * is allowed, and makes `entry` 0 again; if it is not, TCGTargetOps.entry_refused is called before
 * the block has done anything. @mask 0, as without a call: the block leaves `entry` alone.
 */
void tcg_gen_entry_mask(unsigned mask);
/* Taken when a cond b: goes to guest page offset @off (may be outside [0, 4096): then another
 * page). */
void tcg_gen_brcond_exit_i32(TCGCond cond, TCGv_i32 a, TCGv_i32 b, int64_t off);
void tcg_gen_brcond_exit_i64(TCGCond cond, TCGv_i64 a, TCGv_i64 b, int64_t off);
void tcg_gen_brflags_exit(FlagCond cc, int64_t off);
/* These end the block. */
void tcg_gen_goto(int64_t off);
void tcg_gen_goto_ptr(TCGv_i64 addr);
/* A call that will return to page offset @ret_off (<= 4096); the link register is the caller's to
 * set. With @go_on, what is emitted next is executed after it: true, if not the block has ended. */
bool tcg_gen_call_edge(int64_t target_off, unsigned ret_off, bool go_on);
bool tcg_gen_call_edge_ptr(TCGv_i64 target, unsigned ret_off, bool go_on);
void tcg_gen_ret_ptr(TCGv_i64 addr);
/* Back to the CPU loop; the pc global (target's) must have been set. Interrupts are looked at. */
void tcg_gen_exit_tb(void);
/* ret = virtual address of page offset @off of the current page (off may be out of the page). */
void tcg_gen_pc_rel_i64(TCGv_i64 ret, int64_t off);

#endif
