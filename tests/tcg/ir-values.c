/* SPDX-License-Identifier: MIT */
/* What random IR programs compute with: integers, floating-point numbers, states. */
#include "qemu/osdep.h"
#include "ir-random.h"

uint64_t ir_random_value(GRand *r)
{
    static const uint64_t special[] = {
        0,
        1,
        2,
        3,
        31,
        32,
        63,
        64,
        0x7f,
        0x80,
        0xff,
        0x7fff,
        0x8000,
        0xffff,
        0x7fffffff,
        0x80000000,
        0xffffffff,
        0x100000000,
        0x7fffffffffffffff,
        0x8000000000000000,
        0xaaaaaaaa55555555,
    };
    uint64_t v = (uint64_t)g_rand_int(r) << 32 | g_rand_int(r);

    switch (g_rand_int_range(r, 0, 6)) {
    case 0:
        return special[v % ARRAY_SIZE(special)];
    case 1:
        return -special[v % ARRAY_SIZE(special)];
    case 2:
        return (int64_t)(int8_t)v;
    case 3:
        return UINT64_C(1) << (v & 63);
    case 4:
        return v >> (v & 63);
    default:
        return v;
    }
}

void ir_random_state(IRRandomEnv *env, GRand *r)
{
    for (unsigned i = 0; i < IRR_NX; i++) {
        env->x[i] = ir_random_value(r);
    }
    for (unsigned i = 0; i < IRR_NW; i++) {
        env->w[i] = ir_random_value(r);
    }
    for (unsigned i = 0; i < IRR_NV; i++) {
        env->v[i].d[0] = ir_random_value(r);
        env->v[i].d[1] = ir_random_value(r);
    }
    env->tcg.flag_kind = g_rand_int_range(r, 0, FLAGS_NKINDS);
    env->tcg.flag_a = ir_random_value(r);
    env->tcg.flag_b = ir_random_value(r);
    env->tcg.vbase = ir_random_value(r) & ~UINT64_C(4095);
    env->field = ir_random_value(r);
}

/* ---- floating-point numbers ---- */

/* Exponents around 0, around 1 and around the largest; fractions of few or all bits. */
uint64_t ir_random_float(GRand *r, unsigned fmt)
{
    static const uint8_t frac_bits[] = { [MO_16] = 10, [MO_32] = 23, [MO_64] = 52 };
    unsigned bits = 8u << fmt, f = frac_bits[fmt], e = bits - 1 - f, max = (1u << e) - 1;
    uint64_t v = (uint64_t)g_rand_int(r) << 32 | g_rand_int(r), one = UINT64_C(1) << f, frac, exp;

    switch (g_rand_int_range(r, 0, 8)) {
    case 0:
        exp = g_rand_int_range(r, 0, 3);
        break;
    case 1:
        exp = max - g_rand_int_range(r, 0, 3);
        break;
    case 2: /* the product of two is around the smallest normal number */
        exp = max / 4 + g_rand_int_range(r, -1, 3);
        break;
    case 3: /* around the limits of integers */
        exp = max / 2 + (31 << g_rand_int_range(r, 0, 2)) + g_rand_int_range(r, -1, 3);
        exp = MIN(exp, max);
        break;
    case 4:
        exp = v % (max + 1);
        break;
    default:
        exp = max / 2 + g_rand_int_range(r, -4, 5);
    }
    switch (g_rand_int_range(r, 0, 5)) {
    case 0:
        frac = 0;
        break;
    case 1:
        frac = one - 1 - (v >> 62);
        break;
    case 2:
        frac = one >> 1 >> (v & 7);
        break;
    case 3:
        frac = v >> 32 & 3;
        break;
    default:
        frac = v;
    }
    return (v >> 61 & 1) << (bits - 1) | exp << f | (frac & (one - 1));
}

uint64_t ir_random_float_lanes(GRand *r, unsigned fmt)
{
    uint64_t v = 0;

    for (unsigned bits = 0; bits < 64; bits += 8u << fmt) {
        v |= ir_random_float(r, fmt) << bits;
    }
    return v;
}

void ir_random_floats(IRRandomEnv *env, GRand *r)
{
    for (unsigned i = 0; i < IRR_NV; i++) {
        unsigned fmt = i % 4 == 3 ? MO_16 : MO_32 + i % 2;

        env->v[i].d[0] = ir_random_float_lanes(r, fmt);
        env->v[i].d[1] = ir_random_float_lanes(r, fmt);
    }
}
