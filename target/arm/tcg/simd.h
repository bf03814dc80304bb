/* SPDX-License-Identifier: MIT */
/*
 * What the translators of floating point and Advanced SIMD share.
 *
 * An instruction writes a whole vector register: what is above its result becomes 0. Operations of
 * the IR work on 128 bits, so results of 64 bits and scalars go through write_v_part; operations
 * that can raise floating-point exceptions must not see what is above their operands, either.
 */
#ifndef TARGET_ARM_TCG_SIMD_H
#define TARGET_ARM_TCG_SIMD_H

#include "a64-simd-decode.h"
#include "qemu/host-utils.h"
#include "target/arm/tcg/translate.h"
#include "target/arm/tcg/vec-helper.h"

/* Defines trans_NAME as a call of a function that all instructions of one shape share. */
#define TRANS(NAME, FUNC, ...)                                                                     \
    bool trans_##NAME(DisasContext *s, arg_##NAME *a)                                              \
    {                                                                                              \
        return FUNC(s, a, __VA_ARGS__);                                                            \
    }

/* tcg_gen_*_vec and what is made of them. @d may be read where the shape passes the old value. */
typedef void GenVec1(unsigned vece, TCGv_vec d, TCGv_vec n);
typedef void GenVec2(unsigned vece, TCGv_vec d, TCGv_vec n, TCGv_vec m);
typedef void GenVecI(unsigned vece, TCGv_vec d, TCGv_vec n, unsigned imm);

/* Vd := the low 1 << size bytes of val, and zeros. */
static inline void write_v_part(int rd, unsigned size, TCGv_vec val)
{
    if (size == MO_128) {
        write_v(rd, val);
    } else {
        tcg_gen_low_vec(size, read_v(rd), val);
    }
}

static inline bool has_fp16(const DisasContext *s)
{
    return isar_field(s->isar->id_aa64pfr0, ID_AA64PFR0_FP) == 1;
}

/* VFPExpandImm of J1.1.3: sign, 3 bits of exponent around 0, 4 bits of fraction. */
uint64_t vfp_expand_imm(unsigned fmt, unsigned imm8);

static inline unsigned q_size(int q)
{
    return q ? MO_128 : MO_64;
}

static inline TCGv_vec vec_copy(TCGv_vec v)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_mov_vec(t, v);
    return t;
}

static inline TCGv_vec vec_zero(void)
{
    return tcg_constant_vec_dup64(0);
}

/* @val in each lane of 1 << esz bytes: of 64 bits, of a vector. */
static inline uint64_t dup_bits(unsigned esz, uint64_t val)
{
    for (unsigned bits = 8u << esz; bits < 64; bits *= 2) {
        val = (val & ((1ull << bits) - 1)) | val << bits;
    }
    return val;
}

static inline TCGv_vec vec_const(unsigned esz, uint64_t val)
{
    return tcg_constant_vec_dup64(dup_bits(esz, val));
}

/* The upper half of @v in the lower one. */
static inline TCGv_vec vec_high(TCGv_vec v)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_ext_vec(t, v, v, 8);
    return t;
}

/* The half that a widening instruction reads: the upper one if @q. */
static inline TCGv_vec vec_half(TCGv_vec v, int q)
{
    return q ? vec_high(v) : v;
}

/* The low halves of @lo and @hi as one vector. */
static inline TCGv_vec vec_join(TCGv_vec lo, TCGv_vec hi)
{
    TCGv_vec t = tcg_temp_new_vec();

    tcg_gen_zip1_vec(MO_64, t, lo, hi);
    return t;
}

/* Writes a narrowed result, in the low half of @val: to the upper half of Vd if @q. */
static inline void write_v_narrow(int rd, int q, TCGv_vec val)
{
    if (q) {
        write_v(rd, vec_join(read_v(rd), val));
    } else {
        write_v_part(rd, MO_64, val);
    }
}

/*
 * Two operands of a pairwise operation: the even and the odd lanes of the concatenation of @n and
 * @m, each of 1 << size bytes (MO_64 or MO_128).
 */
void vec_pairs(unsigned vece, unsigned size, TCGv_vec *even, TCGv_vec *odd, TCGv_vec n, TCGv_vec m);

/*
 * An operation: by IR operations, or by a helper with its name for -d op. A generating function
 * finds the old value of Vd in d; a helper gets it as the last operand.
 */
#define VEC_OP_IR(gen)      (gen), NULL, NULL
#define VEC_OP_HELPER(name) NULL, helper_##name, #name

/* Vd := n op m, of 1 << size bytes. */
void gen_vec2(int rd, unsigned size, unsigned esz, TCGv_vec n, TCGv_vec m, GenVec2 *gen,
              TCGVecHelper *fn, const char *name);
/* Vd := op n */
void gen_vec1(int rd, unsigned size, unsigned esz, TCGv_vec n, GenVec1 *gen, TCGVecHelper *fn,
              const char *name);

#endif
