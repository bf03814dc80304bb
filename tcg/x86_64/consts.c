/* SPDX-License-Identifier: MIT */
/* Constants behind the stubs, reached relative to rip: the code cache is smaller than 2 GiB. */
#include "gen.h"

static const TCGVec values[K_COUNT] = {
    [K_MIN_NORMAL2_S] = { .w = { 0x01000000, 0x01000000, 0x01000000, 0x01000000 } },
    [K_MIN_NORMAL2_D] = { .d = { 0x0020000000000000, 0x0020000000000000 } },
    [K_2POW63_S] = { .w = { 0x5f000000 } },
    [K_2POW63_D] = { .d = { 0x43e0000000000000 } },
};

void consts_init(Asm *a)
{
    asm_align(a, sizeof(TCGVec));
    x86_stubs.consts = (const TCGVec *)a->p;
    for (unsigned n = 0; n < K_COUNT; n++) {
        asm_u64(a, values[n].d[0]);
        asm_u64(a, values[n].d[1]);
    }
}

void asm_vex_const(Asm *a, int opc, int reg, int vvvv, ConstNum k, unsigned imm_bytes)
{
    asm_vex_rip(a, opc, reg, vvvv, &x86_stubs.consts[k], imm_bytes);
}
