/* SPDX-License-Identifier: MIT */
/*
 * Exact floating point under FPCR, and FPCR and FPSR themselves.
 *
 * While translated code runs, the rounding mode is the host's (MXCSR.RC), and exceptions gather in
 * the host's sticky flags as well as in env->fpsr: FPSR is the union. cold.mxcsr_guest is the image
 * of MXCSR while C runs. What arithmetic is done here adds its flags to env->fpsr only.
 */
#include "qemu/osdep.h"

#include "target/arm/tcg/fp-helper.h"
#include "target/arm/tcg/vec-helper.h"
#include "tcg/ir.h"

/* MXCSR: sticky flags in bits 5..0, all exceptions masked, rounding mode in bits 14..13. */
#define MXCSR_STICKY   0x3fu
#define MXCSR_MASKED   0x1f80u
#define MXCSR_RC_SHIFT 13

/* IE ZE OE UE PE in bits 0 2 3 4 5 of MXCSR are IOC DZC OFC UFC IXC in bits 0 1 2 3 4 of FPSR. */
static uint32_t fpsr_of_mxcsr(uint32_t mxcsr)
{
    return (mxcsr & 1) | (mxcsr >> 1 & 0x1e);
}

uint32_t vfp_get_fpcr(CPUARMState *env)
{
    return env->fpcr;
}

uint32_t vfp_get_fpsr(CPUARMState *env)
{
    uint32_t qc = env->qc.d[0] | env->qc.d[1] ? FPSR_QC : 0;

    return env->fpsr | qc | fpsr_of_mxcsr(env->cold.mxcsr_guest);
}

void vfp_set_fpcr(CPUARMState *env, uint32_t val)
{
    static const uint8_t host_rc[4] = { 0, 2, 1, 3 }; /* RN RP RM RZ */
    uint32_t mask = FPCR_AHP | FPCR_DN | FPCR_FZ | 3u << FPCR_RMODE_SHIFT;
    uint32_t sticky = env->cold.mxcsr_guest & MXCSR_STICKY;

    if (isar_field(env->isar.id_aa64pfr0, ID_AA64PFR0_FP) == 1) {
        mask |= FPCR_FZ16;
    }
    env->fpcr = val & mask;
    env->cold.mxcsr_guest =
        MXCSR_MASKED | sticky | (uint32_t)host_rc[val >> FPCR_RMODE_SHIFT & 3] << MXCSR_RC_SHIFT;
}

void vfp_set_fpsr(CPUARMState *env, uint32_t val)
{
    env->fpsr = val & FPSR_MASK;
    env->qc = (TCGVec){ .d = { 0, 0 } };
    env->cold.mxcsr_guest &= ~MXCSR_STICKY;
}

float_status arm_fp_status(const CPUARMState *env)
{
    static const uint8_t modes[4] = { float_round_nearest_even, float_round_up, float_round_down,
                                      float_round_to_zero };
    float_status s = FLOAT_STATUS_ARM;

    s.float_rounding_mode = modes[env->fpcr >> FPCR_RMODE_SHIFT & 3];
    s.flush_to_zero = s.flush_inputs_to_zero = env->fpcr & FPCR_FZ;
    s.flush_to_zero_f16 = s.flush_inputs_to_zero_f16 = env->fpcr & FPCR_FZ16;
    s.default_nan_mode = env->fpcr & FPCR_DN;
    return s;
}

void arm_fp_flags(CPUARMState *env, const float_status *s)
{
    env->fpsr |= s->float_exception_flags & ~float_flag_input_denormal_used;
}

FloatRoundMode arm_fp_rounding(unsigned fpcvt, const float_status *s)
{
    static const uint8_t modes[5] = { float_round_nearest_even, float_round_up, float_round_down,
                                      float_round_to_zero, float_round_ties_away };

    fpcvt &= FPCVT_RMODE;
    return fpcvt < ARRAY_SIZE(modes) ? modes[fpcvt] : s->float_rounding_mode;
}

/*
 * One lane of an operation of IR_FP_OPS in format @type. Multiply-add negates operands before it
 * looks at NaNs, as FMSUB and its like do (C7.2.131): so a NaN operand changes its sign.
 */
#define DEFINE_LANE_OP(type, sign)                                                                 \
    static type type##_lane(unsigned op, unsigned cond, type a, type b, type c, float_status *s)   \
    {                                                                                              \
        switch (op) {                                                                              \
        case IR_fadd:                                                                              \
            return type##_add(a, b, s);                                                            \
        case IR_fsub:                                                                              \
            return type##_sub(a, b, s);                                                            \
        case IR_fmul:                                                                              \
            return type##_mul(a, b, s);                                                            \
        case IR_fdiv:                                                                              \
            return type##_div(a, b, s);                                                            \
        case IR_fsqrt:                                                                             \
            return type##_sqrt(a, s);                                                              \
        case IR_fmadd:                                                                             \
            a ^= cond & 1 ? (sign) : 0;                                                            \
            c ^= cond & 2 ? (sign) : 0;                                                            \
            return type##_muladd(a, b, c, 0, s);                                                   \
        case IR_fmin:                                                                              \
            return type##_min(a, b, s);                                                            \
        case IR_fmax:                                                                              \
            return type##_max(a, b, s);                                                            \
        case IR_fminnm:                                                                            \
            return type##_minnum(a, b, s);                                                         \
        case IR_fmaxnm:                                                                            \
            return type##_maxnum(a, b, s);                                                         \
        case IR_fmulx:                                                                             \
            return type##_mulx(a, b, s);                                                           \
        case IR_fcmeq:                                                                             \
            return type##_compare_quiet(a, b, s) == float_relation_equal ? -1 : 0;                 \
        case IR_fcmge:                                                                             \
            return (type##_compare(a, b, s) & ~1) == 0 ? -1 : 0;                                   \
        case IR_fcmgt:                                                                             \
            return type##_compare(a, b, s) == float_relation_greater ? -1 : 0;                     \
        case IR_frecps:                                                                            \
            return type##_recps(a, b, s);                                                          \
        case IR_frsqrts:                                                                           \
            return type##_rsqrts(a, b, s);                                                         \
        case IR_frecpe:                                                                            \
            return type##_recpe(a, s);                                                             \
        case IR_frsqrte:                                                                           \
            return type##_rsqrte(a, s);                                                            \
        case IR_frint:                                                                             \
            return type##_round_to_int(a, arm_fp_rounding(cond, s), cond & 8, s);                  \
        default:                                                                                   \
            g_assert_not_reached();                                                                \
        }                                                                                          \
    }

DEFINE_LANE_OP(float16, 0x8000)
DEFINE_LANE_OP(float32, 0x80000000u)
DEFINE_LANE_OP(float64, 0x8000000000000000ull)

#define LANES(type, field)                                                                         \
    for (unsigned i = 0; i < (scalar ? 1 : ARRAY_SIZE(v->field)); i++) {                           \
        v[0].field[i] = type##_lane(op, cond, v[1].field[i], v[2].field[i], v[3].field[i], s);     \
    }

static void lanes_op(TCGVec *v, unsigned op, unsigned cond, unsigned fmt, bool scalar,
                     float_status *s)
{
    switch (fmt) {
    case MO_16:
        LANES(float16, h);
        break;
    case MO_32:
        LANES(float32, w);
        break;
    default:
        LANES(float64, d);
    }
}

/* FCMP_* (J1.1.3, FPCompare) */
static uint64_t compare(const TCGVec *v, unsigned fmt, bool signalling, float_status *s)
{
    static const int64_t result[] = { FCMP_LESS, FCMP_EQUAL, FCMP_GREATER, FCMP_UNORDERED };
    FloatRelation r;

    switch (fmt) {
    case MO_16:
        r = (signalling ? float16_compare : float16_compare_quiet)(v[1].h[0], v[2].h[0], s);
        break;
    case MO_32:
        r = (signalling ? float32_compare : float32_compare_quiet)(v[1].w[0], v[2].w[0], s);
        break;
    default:
        r = (signalling ? float64_compare : float64_compare_quiet)(v[1].d[0], v[2].d[0], s);
    }
    return result[r + 1];
}

/* Lane 0 of another format. */
static uint64_t convert_format(const TCGVec *v, unsigned from, unsigned to, bool ieee,
                               float_status *s)
{
    switch (from << 4 | to) {
    case MO_16 << 4 | MO_32:
        return float16_to_float32(v[1].h[0], ieee, s);
    case MO_16 << 4 | MO_64:
        return float16_to_float64(v[1].h[0], ieee, s);
    case MO_32 << 4 | MO_16:
        return float32_to_float16(v[1].w[0], ieee, s);
    case MO_32 << 4 | MO_64:
        return float32_to_float64(v[1].w[0], s);
    case MO_64 << 4 | MO_16:
        return float64_to_float16(v[1].d[0], ieee, s);
    case MO_64 << 4 | MO_32:
        return float64_to_float32(v[1].d[0], s);
    default:
        g_assert_not_reached();
    }
}

#define TO_INTEGER(type, a)                                                                        \
    switch (cvt & (FPCVT_UNSIGNED | FPCVT_I32)) {                                                  \
    case 0:                                                                                        \
        return type##_to_int64_scalbn(a, mode, scale, s);                                          \
    case FPCVT_UNSIGNED:                                                                           \
        return type##_to_uint64_scalbn(a, mode, scale, s);                                         \
    case FPCVT_I32:                                                                                \
        return (uint32_t)type##_to_int32_scalbn(a, mode, scale, s);                                \
    default:                                                                                       \
        return type##_to_uint32_scalbn(a, mode, scale, s);                                         \
    }

static uint64_t to_integer(const TCGVec *v, unsigned fmt, unsigned cvt, float_status *s)
{
    FloatRoundMode mode = arm_fp_rounding(cvt, s);
    int scale = cvt >> FPCVT_SCALE_SHIFT;

    switch (fmt) {
    case MO_16:
        TO_INTEGER(float16, v[1].h[0])
    case MO_32:
        TO_INTEGER(float32, v[1].w[0])
    default:
        TO_INTEGER(float64, v[1].d[0])
    }
}

static uint64_t from_integer(uint64_t a, unsigned fmt, unsigned cvt, float_status *s)
{
    int scale = -(int)(cvt >> FPCVT_SCALE_SHIFT);
    bool is_unsigned = cvt & FPCVT_UNSIGNED;

    if (cvt & FPCVT_I32) {
        a = is_unsigned ? (uint32_t)a : (uint64_t)(int32_t)a;
    }
    switch (fmt) {
    case MO_16:
        return is_unsigned ? uint64_to_float16_scalbn(a, scale, s)
                           : int64_to_float16_scalbn(a, scale, s);
    case MO_32:
        return is_unsigned ? uint64_to_float32_scalbn(a, scale, s)
                           : int64_to_float32_scalbn(a, scale, s);
    default:
        return is_unsigned ? uint64_to_float64_scalbn(a, scale, s)
                           : int64_to_float64_scalbn(a, scale, s);
    }
}

static void scalar_result(TCGVec *v, uint64_t low)
{
    v[0].d[0] = low;
    v[0].d[1] = 0;
}

void arm_fp_op(CPUARMState *env, unsigned op, unsigned cond, unsigned fmt, int64_t imm)
{
    TCGVec *v = env->cold.vop;
    float_status s = arm_fp_status(env);

    switch (op) {
    case IR_fcmp:
        scalar_result(v, compare(v, fmt, imm, &s));
        break;
    case IR_fcvt_ff:
        scalar_result(v, convert_format(v, fmt, imm, arm_fp_ieee_half(env), &s));
        break;
    case IR_fcvt_fi:
        scalar_result(v, to_integer(v, fmt, imm, &s));
        break;
    case IR_fcvt_if:
        scalar_result(v, from_integer(v[1].d[0], fmt, imm, &s));
        break;
    default:
        lanes_op(v, op, cond, fmt, imm == 1, &s);
    }
    arm_fp_flags(env, &s);
}

/* Of the integer estimates, which have the bit before the fraction, too. */
uint8_t arm_fp_estimate(bool root, unsigned index)
{
    uint32_t a = index << 23;

    if (!root) {
        return uint32_recpe(a | 1u << 31) >> 23;
    }
    a = (index & 0x7f) << 23;
    return uint32_rsqrte(index & 0x80 ? a | 1u << 30 : a << 1 | 1u << 31) >> 23;
}

void helper_fp_exact(void *env, TCGVec *v, uint64_t desc)
{
    arm_fp_op(env, desc & 0xffff, desc >> 16 & 0xff, desc >> 24 & 0xff, desc >> 32);
}
