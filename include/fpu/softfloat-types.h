/* SPDX-License-Identifier: MIT */
/*
 * Types of the exact floating-point library: numbers as their bit patterns, and the environment
 * (rounding, flushing, NaN rules, cumulative flags) that every operation takes.
 */
#ifndef FPU_SOFTFLOAT_TYPES_H
#define FPU_SOFTFLOAT_TYPES_H

#include <stdbool.h>
#include <stdint.h>

typedef uint16_t float16;
typedef uint16_t bfloat16;
typedef uint32_t float32;
typedef uint64_t float64;

/*
 * Cumulative exception flags. The values are those of Arm's FPSR (DDI0487 C5.2.9), so that
 * "fpsr |= flags" is all that target needs; the last one has no Arm counterpart.
 */
enum {
    float_flag_invalid = 0x01,
    float_flag_divbyzero = 0x02,
    float_flag_overflow = 0x04,
    float_flag_underflow = 0x08,
    float_flag_inexact = 0x10,
    float_flag_input_denormal_used = 0x20,    /* x86 DE: a denormal operand took part */
    float_flag_input_denormal_flushed = 0x80, /* Arm IDC: a denormal operand became zero */
};

typedef enum FloatRoundMode {
    float_round_nearest_even,
    float_round_down,
    float_round_up,
    float_round_to_zero,
    float_round_ties_away,
    float_round_to_odd, /* inexact: the least significant bit is set; overflow: largest finite */
} FloatRoundMode;

/* Which operand a NaN result is made from. Operand order is that of the call. */
typedef enum FloatNaNRule {
    float_nan_default, /* none: always the default NaN (RISC-V) */
    float_nan_arm,     /* first signaling NaN, else first quiet NaN; muladd looks at c, a, b */
    float_nan_x86,     /* first NaN, signaling or not; muladd looks at a, b, c (SSE, FMA3) */
} FloatNaNRule;

/* The result of infinity * 0 + quiet NaN. */
typedef enum FloatInfZeroRule {
    float_infzero_invalid_default, /* default NaN, invalid (Arm) */
    float_infzero_invalid_pick,    /* NaN chosen as usual, invalid (RISC-V) */
    float_infzero_pick,            /* NaN chosen as usual, no flag (x86 FMA3) */
} FloatInfZeroRule;

/* The result of a conversion to integer that is invalid. */
typedef enum FloatIntRule {
    float_int_arm,   /* saturate, NaN is 0 */
    float_int_riscv, /* saturate, NaN is the largest value */
    float_int_x86,   /* the "integer indefinite": signed minimum, unsigned all ones */
} FloatIntRule;

/* Byte-sized fields, so that translated code can reach them. */
typedef struct float_status {
    uint8_t float_exception_flags; /* only ever added to */
    uint8_t float_rounding_mode;   /* FloatRoundMode */
    uint8_t nan_rule;              /* FloatNaNRule */
    uint8_t infzero_rule;          /* FloatInfZeroRule */
    uint8_t int_rule;              /* FloatIntRule */
    bool default_nan_mode;         /* every NaN result is the default NaN */
    bool default_nan_negative;     /* sign of the default NaN */
    bool tininess_before_rounding; /* when underflow is detected */
    bool flush_to_zero;            /* results, all formats but half precision */
    bool flush_inputs_to_zero;     /* operands, all formats but half precision */
    bool flush_to_zero_f16;        /* the same for half precision (Arm FZ16) */
    bool flush_inputs_to_zero_f16; /* never sets a flag */
    /*
     * A result flushed to zero is detected before rounding and sets underflow only (Arm), or is
     * detected as underflow is and sets underflow and inexact (x86).
     */
    bool ftz_before_rounding;
} float_status;

/* The reset state of the architectures: round to nearest even, no flushing, no flags. */
#define FLOAT_STATUS_ARM                                                                           \
    ((float_status){ .nan_rule = float_nan_arm,                                                    \
                     .infzero_rule = float_infzero_invalid_default,                                \
                     .int_rule = float_int_arm,                                                    \
                     .tininess_before_rounding = true,                                             \
                     .ftz_before_rounding = true })
#define FLOAT_STATUS_RISCV                                                                         \
    ((float_status){ .nan_rule = float_nan_default,                                                \
                     .infzero_rule = float_infzero_invalid_pick,                                   \
                     .int_rule = float_int_riscv })
#define FLOAT_STATUS_X86                                                                           \
    ((float_status){ .nan_rule = float_nan_x86,                                                    \
                     .infzero_rule = float_infzero_pick,                                           \
                     .int_rule = float_int_x86,                                                    \
                     .default_nan_negative = true })

typedef enum FloatRelation {
    float_relation_less = -1,
    float_relation_equal = 0,
    float_relation_greater = 1,
    float_relation_unordered = 2,
} FloatRelation;

/* Flags of muladd. A negation acts on numbers only: NaN operands keep their sign. */
enum {
    float_muladd_negate_c = 1,
    float_muladd_negate_product = 2,
    float_muladd_negate_result = 4, /* before rounding */
};

#endif
