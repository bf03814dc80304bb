/* SPDX-License-Identifier: MIT */
/*
 * What the instruction that a data abort comes from adds to its syndrome (D19.2.37, ISS for Data
 * Aborts). The word is read again at the preferred return address: nothing about it needs to be
 * kept by translated code.
 */
#include "qemu/osdep.h"

#include "exec/memory.h"
#include "target/arm/internals.h"

#define ISS_ISV    (1u << 24)
#define ISS_SAS(s) ((uint32_t)(s) << 22)
#define ISS_SSE    (1u << 21)
#define ISS_SRT(r) ((uint32_t)(r) << 16)
#define ISS_SF     (1u << 15)
#define ISS_AR     (1u << 14)

bool arm_read_insn(CPUARMState *env, uint32_t *insn)
{
    ARMWalkMode mode = arm_walk_mode(env, false);
    MemTxResult result = MEMTX_OK;
    MemTxAttrs attrs = { 0 };
    ARMFault fault;
    ARMWalk w;

    if (!arm_walk(env, env->pc, ARM_FETCH, &mode, &w, &fault)) {
        return false;
    }
    attrs.secure = w.secure;
    *insn = address_space_ldl_le(cpu_get_address_space_for(env_cpu(env), attrs), w.phys, attrs,
                                 &result);
    return result == MEMTX_OK;
}

/* Size, then opc as loads and stores have it: store, load, load signed to 64 and to 32 bits. */
static uint32_t one_register(uint32_t insn, unsigned size, unsigned opc, bool ordered)
{
    bool is_signed = opc >= 2;
    bool wide = is_signed ? opc == 2 : size == 3;

    if (is_signed && size == 3) {
        return 0; /* PRFM */
    }
    return ISS_ISV | ISS_SAS(size) | ISS_SRT(insn & 31) | (is_signed ? ISS_SSE : 0) |
           (wide ? ISS_SF : 0) | (ordered ? ISS_AR : 0);
}

static bool is_ldapr(uint32_t insn)
{
    return (insn & 0x3ffffc00) == 0x38bfc000;
}

/* Loads and stores of one general register without write-back; not exclusives, not atomics. */
uint32_t arm_abort_iss(uint32_t insn)
{
    unsigned size = insn >> 30, opc = insn >> 22 & 3, form = insn >> 10 & 3;

    switch (insn & 0x3f000000) {
    case 0x39000000: /* unsigned offset */
        return one_register(insn, size, opc, false);
    case 0x38000000: /* bit 21: register offset, atomics; else unscaled, unprivileged and others */
        if (is_ldapr(insn)) {
            return one_register(insn, size, 1, true);
        }
        if (form == 2 || (form == 0 && !(insn & 1 << 21))) {
            return one_register(insn, size, opc, false);
        }
        return 0;
    case 0x18000000: /* literal; 3 is PRFM */
        return size == 3 ? 0 : one_register(insn, size == 1 ? 3 : 2, size == 2 ? 2 : 1, false);
    case 0x19000000: /* LDAPUR, STLUR */
        return form || (insn & 1 << 21) ? 0 : one_register(insn, size, opc, true);
    case 0x08000000: /* LDAR, STLR and the like */
        return (insn & 0xa00000) == 0x800000 ? one_register(insn, size, opc & 1, true) : 0;
    default:
        return 0;
    }
}

bool arm_insn_is_store_exclusive(uint32_t insn)
{
    return (insn & 0x3fc00000) == 0x08000000 && (!(insn & 1 << 21) || insn >> 31);
}

/* LD64B and its stores are among them. */
static bool is_64_bytes(uint32_t insn)
{
    unsigned op = insn >> 12 & 7;

    return (insn & 0xffe08c00) == 0xf8208000 && (op == 5 || (op >= 1 && op <= 3));
}

/* FEAT_LSE: reads and writes. CAS, CASP, then the operations and SWP. */
bool arm_insn_is_atomic(uint32_t insn)
{
    return (insn & 0x3fa00000) == 0x08a00000 || (insn & 0xbfa00000) == 0x08200000 ||
           ((insn & 0x3f200c00) == 0x38200000 && !is_ldapr(insn) && !is_64_bytes(insn));
}
