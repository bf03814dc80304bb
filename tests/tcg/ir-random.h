/* SPDX-License-Identifier: MIT */
/*
 * Random IR programs, made through the builder, for differential tests: folded against unfolded,
 * interpreter against back end. A program is a function of the GRand's seed and the options.
 */
#ifndef TESTS_IR_RANDOM_H
#define TESTS_IR_RANDOM_H

#include "qemu/osdep.h"
#include "tcg/tcg-op.h"

#define IRR_NX 14 /* x0..x10 are pinned, x11..x13 live in env */
#define IRR_NW 2
#define IRR_NV 6

/* A CPU state for these programs. */
typedef struct IRRandomEnv {
    TCGEnv tcg;
    uint64_t pc;
    uint64_t x[IRR_NX];
    uint32_t w[IRR_NW]; /* I32 globals */
    TCGVec v[IRR_NV];
    uint64_t field; /* reached by ldenv and stenv */
    TCGEnvCold cold;
} IRRandomEnv;

enum {
    IRR_G_VBASE,
    IRR_G_KIND,
    IRR_G_FLAG_A,
    IRR_G_FLAG_B,
    IRR_G_PC,
    IRR_G_X,
    IRR_G_W = IRR_G_X + IRR_NX,
    IRR_G_V = IRR_G_W + IRR_NW,
    IRR_N_GLOBALS = IRR_G_V + IRR_NV
};
extern const TCGGlobal ir_random_globals[IRR_N_GLOBALS];

#define IRR_INT   0x01
#define IRR_FLAGS 0x02
#define IRR_VEC   0x04
#define IRR_MEM   0x08
#define IRR_CALL  0x10
#define IRR_EXIT  0x20 /* side exits */
#define IRR_ALL   0x3f
#define IRR_FP    0x40 /* needs an fp_op */

typedef struct IRRandomOptions {
    unsigned features; /* IRR_* */
    unsigned n_ops;    /* builder operations */
    uint64_t
        mem_base; /* accesses fall in [mem_base, mem_base + mem_size); a power of two >= 8192 */
    uint64_t mem_size;
} IRRandomOptions;

/* Builds a whole block in @s (tcg_func_start included), without optimising it. */
void ir_random_block(TCGContext *s, GRand *r, const IRRandomOptions *opt);

/* Fills registers with interesting values; the flags with a valid kind. */
void ir_random_state(IRRandomEnv *env, GRand *r);

/* An interesting 64-bit value: boundaries, small numbers, bit patterns, random. */
uint64_t ir_random_value(GRand *r);

/* An interesting number of format @fmt (MO_16..MO_64): around the limits, NaNs, random. */
uint64_t ir_random_float(GRand *r, unsigned fmt);
/* 64 bits of them. */
uint64_t ir_random_float_lanes(GRand *r, unsigned fmt);
/* Fills the vector registers with such numbers. */
void ir_random_floats(IRRandomEnv *env, GRand *r);

#endif
