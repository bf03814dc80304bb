/* SPDX-License-Identifier: MIT */
/* FPCR, FPSR and exact arithmetic by fpu/ under them. */
#ifndef TARGET_ARM_FP_HELPER_H
#define TARGET_ARM_FP_HELPER_H

#include "fpu/softfloat.h"
#include "target/arm/internals.h"

/* FPCR (C5.2.8) */
#define FPCR_FZ16        (1u << 19)
#define FPCR_RMODE_SHIFT 22
#define FPCR_FZ          (1u << 24)
#define FPCR_DN          (1u << 25)
#define FPCR_AHP         (1u << 26)

/* FPSR (C5.2.10): what software can write. */
#define FPSR_MASK 0xf800009fu

/* The environment that FPCR asks for, without flags. */
float_status arm_fp_status(const CPUARMState *env);
/* Adds the flags of @s to FPSR. */
void arm_fp_flags(CPUARMState *env, const float_status *s);
/* An IR rounding mode (FpCvt without other bits) in fpu/'s numbering. */
FloatRoundMode arm_fp_rounding(unsigned fpcvt, const float_status *s);
/* Whether half precision has infinities and NaNs (not FPCR.AHP). */
static inline bool arm_fp_ieee_half(const CPUARMState *env)
{
    return !(env->fpcr & FPCR_AHP);
}

#endif
