/* SPDX-License-Identifier: MIT */
/* Symbolic flags made concrete. The Arm sense of C: carry of a + b, not-borrow of a - b. */
#include "qemu/osdep.h"
#include "tcg/flags.h"

#define FLAG_N 0x80000000u
#define FLAG_Z 0x40000000u
#define FLAG_C 0x20000000u
#define FLAG_V 0x10000000u

/* All values are left-aligned in 64 bits, so bit 63 is the sign at either width. */
static uint32_t nzcv(uint64_t res, bool c, uint64_t v)
{
    return (res >> 63 ? FLAG_N : 0) | (res == 0 ? FLAG_Z : 0) | (c ? FLAG_C : 0) |
           (v >> 63 ? FLAG_V : 0);
}

uint32_t tcg_flags_nzcv(uint32_t kind, uint64_t a, uint64_t b)
{
    switch (kind) {
    case FLAGS_NZCV:
        return a & (FLAG_N | FLAG_Z | FLAG_C | FLAG_V);
    case FLAGS_ADD32:
        a <<= 32;
        b <<= 32;
        QEMU_FALLTHROUGH;
    case FLAGS_ADD64:
        return nzcv(a + b, a + b < a, ~(a ^ b) & (a ^ (a + b)));
    case FLAGS_SUB32:
        a <<= 32;
        b <<= 32;
        QEMU_FALLTHROUGH;
    case FLAGS_SUB64:
        return nzcv(a - b, a >= b, (a ^ b) & (a ^ (a - b)));
    case FLAGS_LOGIC32:
        a <<= 32;
        QEMU_FALLTHROUGH;
    case FLAGS_LOGIC64:
        return nzcv(a, false, 0);
    default:
        return 0;
    }
}

bool tcg_flags_test(uint32_t f, FlagCond cc)
{
    bool n = f & FLAG_N, z = f & FLAG_Z, c = f & FLAG_C, v = f & FLAG_V;
    bool r;

    switch (cc & ~1) {
    case FC_EQ:
        r = z;
        break;
    case FC_CS:
        r = c;
        break;
    case FC_MI:
        r = n;
        break;
    case FC_VS:
        r = v;
        break;
    case FC_HI:
        r = c && !z;
        break;
    case FC_GE:
        r = n == v;
        break;
    case FC_GT:
        r = !z && n == v;
        break;
    default:
        return true;
    }
    return r ^ (cc & 1);
}
