/* SPDX-License-Identifier: MIT */
/* Constants behind the stubs, reached relative to rip: the code cache is smaller than 2 GiB. */
#include "gen.h"

#define DUP_D(x)                                                                                   \
    {                                                                                              \
        .d = {(x), (x) }                                                                           \
    }
#define DUP_S(x) DUP_D(0x0000000100000001ull * (x))
#define DUP_B(x) DUP_D(0x0101010101010101ull * (x))
#define NONE     0x8080808080808080ull /* vpshufb: zeros */

static const TCGVec values[K_LD3] = {
    [K_MIN_NORMAL_D] = DUP_D(0x0010000000000000),
    [K_2POW63_S] = { .w = { 0x5f000000 } },
    [K_2POW63_D] = { .d = { 0x43e0000000000000 } },
    [K_SIGN_D] = DUP_D(0x8000000000000000),
    [K_SIGN_S] = DUP_D(0x8000000080000000),
    [K_BIT31_D] = DUP_D(0x80000000),
    [K_LOW_B] = { .d = { 0xff } },
    [K_LOW_H] = { .d = { 0xffff } },
    [K_EVEN_B] = DUP_D(0x00ff00ff00ff00ff),
    [K_EVEN_H] = DUP_D(0x0000ffff0000ffff),
    [K_ODD_B] = DUP_D(0xff00ff00ff00ff00),
    [K_ODD_H] = DUP_D(0xffff0000ffff0000),
    [K_NIBBLES] = DUP_B(0x0f),
    [K_MINUS8_B] = DUP_B(0xf8),
    [K_7_B] = DUP_B(7),
    [K_POWERS] = DUP_D(0x8040201008040201),
    [K_POPCOUNT] = { .b = { 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4 } },
    [K_ABS_S] = DUP_S(0x7fffffff),
    [K_ABS_D] = DUP_D(0x7fffffffffffffff),
    [K_EXP_S] = DUP_S(0x7f800000),
    [K_ABS_H] = DUP_D(0x7fff7fff7fff7fff),
    [K_EXP_H] = DUP_D(0x7c007c007c007c00),
    [K_MIN_NORMAL_H] = DUP_D(0x0400040004000400),
    [K_EXP_D] = DUP_D(0x7ff0000000000000),
    [K_LOW_SIGN_S] = { .w = { 0x80000000 } },
    [K_LOW_SIGN_D] = { .d = { 0x8000000000000000 } },
    [K_STEP_MAX_S] = DUP_S(0x5effffff),
    [K_STEP_MAX_D] = DUP_D(0x5fdfffffffffffff),
    [K_TWO_S] = DUP_S(0x40000000),
    [K_TWO_S + 1] = DUP_S(0x40400000),
    [K_TWO_D] = DUP_D(0x4000000000000000),
    [K_TWO_D + 1] = DUP_D(0x4008000000000000),
    [K_HALF_S] = DUP_S(0x3f000000),
    [K_HALF_D] = DUP_D(0x3fe0000000000000),
    [K_MIN_NORMAL_S] = DUP_S(0x00800000),
    [K_RSQRTE_MAX] = DUP_S(0x7effffff),
    [K_RECPE_MAX] = DUP_S(0x7dffffff),
    [K_LOW_B_S] = DUP_S(0xff),
    [K_380_S] = DUP_S(380),
    [K_253_EXP_S] = DUP_S(253u << 23),
    [K_TBL_BIAS] = DUP_B(0x70),
    [K_REV_B_IN_H] = { .d = { 0x0607040502030001, 0x0e0f0c0d0a0b0809 } },
    [K_REV_B_IN_S] = { .d = { 0x0405060700010203, 0x0c0d0e0f08090a0b } },
    [K_REV_B_IN_D] = { .d = { 0x0001020304050607, 0x08090a0b0c0d0e0f } },
    [K_REV_H_IN_S] = { .d = { 0x0504070601000302, 0x0d0c0f0e09080b0a } },
    [K_REV_H_IN_D] = { .d = { 0x0100030205040706, 0x09080b0a0d0c0f0e } },
    [K_XTN_B] = { .d = { 0x0e0c0a0806040200, NONE } },
    [K_XTN_H] = { .d = { 0x0d0c090805040100, NONE } },
    [K_XTN_S] = { .d = { 0x0b0a090803020100, NONE } },
#define SHIFTS(n)                                                                                  \
    [K_SHL_B + (n)] = DUP_B(0xff << (n)&0xff), [K_SHR_B + (n)] = DUP_B(0xff >> (n)),               \
               [K_SAR_B + (n)] = DUP_B(0x80 >> (n))
    SHIFTS(0),
    SHIFTS(1),
    SHIFTS(2),
    SHIFTS(3),
    SHIFTS(4),
    SHIFTS(5),
    SHIFTS(6),
    SHIFTS(7),
    [K_SHA1] = DUP_D(0x5a8279995a827999), /* FIPS 180-4, 4.2.1 */
    [K_SHA1 + 1] = DUP_D(0x6ed9eba16ed9eba1),
    [K_SHA1 + 2] = DUP_D(0x8f1bbcdc8f1bbcdc),
    [K_SHA1 + 3] = DUP_D(0xca62c1d6ca62c1d6),
};

uint8_t consts_struct3(bool load, unsigned vece, unsigned out, unsigned in, unsigned byte)
{
    unsigned n = 16 >> vece, lane = byte >> vece;
    unsigned k = load ? 3 * lane + out : out * n + lane;
    unsigned from = load ? k / n : k % 3, from_lane = load ? k % n : k / 3;

    return from == in ? from_lane << vece | (byte & ((1u << vece) - 1)) : 0x80;
}

static void struct3_init(Asm *a, bool load)
{
    for (unsigned n = 0; n < 4 * 9; n++) {
        for (unsigned byte = 0; byte < 16; byte++) {
            asm_byte(a, consts_struct3(load, n / 9, n / 3 % 3, n % 3, byte));
        }
    }
}

void consts_init(Asm *a)
{
    asm_align(a, sizeof(TCGVec));
    x86_stubs.consts = (const TCGVec *)a->p;
    for (unsigned n = 0; n < K_LD3; n++) {
        asm_u64(a, values[n].d[0]);
        asm_u64(a, values[n].d[1]);
    }
    struct3_init(a, true);
    struct3_init(a, false);
}

void asm_vex_const(Asm *a, int opc, int reg, int vvvv, ConstNum k, unsigned imm_bytes)
{
    asm_vex_rip(a, opc, reg, vvvv, &x86_stubs.consts[k], imm_bytes);
}
