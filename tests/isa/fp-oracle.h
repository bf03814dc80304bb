/* SPDX-License-Identifier: MIT */
/* Floating point as the manual's pseudocode has it (DDI0487 J1.1.3, shared/functions/float). */
#ifndef TESTS_ISA_FP_ORACLE_H
#define TESTS_ISA_FP_ORACLE_H

#include "../unit/softfloat-operands.h"

enum {
    ORACLE_AHP = 1 << 26,
    ORACLE_DN = 1 << 25,
    ORACLE_FZ = 1 << 24,
    ORACLE_FZ16 = 1 << 19,
    ORACLE_RMODE_SHIFT = 22,
};

typedef struct OracleEnv {
    uint32_t fpcr;
    uint32_t fpsr; /* flags gather here, as in FPSR */
} OracleEnv;

typedef struct OracleOp OracleOp;

/* The result of one lane. */
typedef uint64_t OracleFn(const OracleOp *op, const uint64_t *v, OracleEnv *env);

struct OracleOp {
    OracleFn *fn;
    const TestFormat *from, *to; /* floating-point formats; the other one too where there is one */
    int mode;                    /* FloatRoundMode, or ORACLE_CURRENT */
    int bits;                    /* of the integer */
    int fbits;                   /* of its fraction */
    bool is_unsigned;
    bool exact; /* raises Inexact; of a comparison: signals quiet NaNs */
};

enum { ORACLE_CURRENT = -1 };

OracleFn oracle_add, oracle_sub, oracle_mul, oracle_nmul, oracle_mulx, oracle_div, oracle_abd;
OracleFn oracle_sqrt, oracle_madd, oracle_msub, oracle_nmadd, oracle_nmsub;
OracleFn oracle_max, oracle_min, oracle_maxnm, oracle_minnm;
OracleFn oracle_cmeq, oracle_cmge, oracle_cmgt, oracle_acge, oracle_acgt, oracle_cmp;
OracleFn oracle_cmgt0, oracle_cmge0, oracle_cmeq0, oracle_cmle0, oracle_cmlt0;
OracleFn oracle_recps, oracle_rsqrts, oracle_recpe, oracle_rsqrte, oracle_recpx;
OracleFn oracle_rint, oracle_rint_n, oracle_convert, oracle_to_fixed, oracle_from_fixed;
OracleFn oracle_to_fixed_js;

void oracle_init(void);

#endif
