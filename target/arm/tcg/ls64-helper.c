/* SPDX-License-Identifier: MIT */
/*
 * Loads and stores of 64 bytes: what they may access, and the bytes.
 *
 * They are for Device memory and Normal memory that is not cached; elsewhere they fault (B2.3.3,
 * "unsupported exclusive or atomic"). Which locations there have them is IMPLEMENTATION DEFINED
 * (AddressSupportsLS64): RAM does, devices do not; and a store with a status succeeds. Deviation:
 * another CPU may see one doubleword of eight before the next; each is whole.
 */
#include "qemu/osdep.h"

#include "qemu/atomic.h"
#include "qemu/bswap.h"
#include "target/arm/internals.h"
#include "target/arm/syndrome.h"
#include "target/arm/tcg/ls64.h"
#include "tcg/translator.h"

/* A bit for each instruction, by Ls64Op: in SCTLR_ELx for EL0, in HCRX_EL2 for EL1 and EL0. */
static const struct {
    uint64_t sctlr, hcrx;
    unsigned iss;
} controls[] = {
    [LS64_LD64B] = { SCTLR_EnALS, HCRX_EnALS, 2 },
    [LS64_ST64B] = { SCTLR_EnALS, HCRX_EnALS, 2 },
    [LS64_ST64BV] = { SCTLR_EnASR, HCRX_EnASR, 0 },
    [LS64_ST64BV0] = { SCTLR_EnAS0, HCRX_EnAS0, 1 },
};

void helper_ls64_check(CPUARMState *env, uint64_t op)
{
    uint32_t syndrome = syn_make(EC_LS64_TRAP, controls[op].iss);
    unsigned el = arm_current_el(env);

    if (el == 0 && !(arm_sctlr(env) & controls[op].sctlr)) {
        arm_raise(env, EXCP_SYS_TRAP, syndrome);
    }
    if (el < 2 && arm_el2_enabled(env) && !arm_in_host(env) &&
        !(arm_hcrx(env) & controls[op].hcrx)) {
        arm_raise_to(env, EXCP_SYS_TRAP, syndrome, 2);
    }
    if (op == LS64_ST64BV0 && el < 3 && arm_has_el(env, 3) && !(env->sys.scr & SCR_EnAS0)) {
        arm_raise_to(env, EXCP_SYS_TRAP, syndrome, 3);
    }
}

/* Device, or Normal that is not cached, with or without XS; SCTLR_ELx.C = 0 makes all of it that.
 */
static bool is_uncached(CPUARMState *env, uint64_t addr, bool write)
{
    ARMWalkMode mode = arm_walk_mode(env, false);
    ARMFault fault;
    ARMWalk w;

    mode.debug = true; /* the access itself has updated what there was to update */
    return arm_walk(env, addr, write ? ARM_WRITE : ARM_READ, &mode, &w, &fault) &&
           (!(w.attr & 0xf0) || w.attr == 0x44 || w.attr == 0x40 || !(arm_sctlr(env) & SCTLR_C));
}

/* The RAM at @addr; raises all there is to raise. */
static uint64_t *begin(CPUARMState *env, uint64_t addr, Ls64Op op)
{
    static const uint8_t lst[] = { 2, 2, 1, 3 };
    bool write = op != LS64_LD64B;
    uint64_t *host;

    if (addr & 63) {
        arm_unaligned_access(env_cpu(env), addr, write ? MMU_DATA_STORE : MMU_DATA_LOAD);
    }
    if (write) {
        host = cpu_probe_host(env, addr, 64, MMU_DATA_STORE, false);
    } else {
        host = cpu_probe_read(env, addr, 64, false);
    }
    if (!host || !is_uncached(env, addr, write)) {
        arm_raise_no_64_bytes(env, addr, write, lst[op]);
    }
    return host;
}

/* Doublewords are in memory as data are at this level. */
static uint64_t in_order(const CPUARMState *env, uint64_t val)
{
    return arm_is_big_endian(env) ? bswap64(val) : val;
}

void helper_ld64b(CPUARMState *env, uint64_t addr, uint64_t rt)
{
    uint64_t *host = begin(env, addr, LS64_LD64B);

    for (unsigned i = 0; i < 8; i++) {
        env->xregs[rt + i] = in_order(env, qatomic_read(&host[i]));
    }
}

uint64_t helper_st64b(CPUARMState *env, uint64_t addr, uint64_t rt, uint64_t op)
{
    uint64_t *host = begin(env, addr, (Ls64Op)op);

    for (unsigned i = 0; i < 8; i++) {
        uint64_t val = env->xregs[rt + i];

        if (op == LS64_ST64BV0 && i == 0) { /* the low word is ACCDATA_EL1's */
            val = deposit64(val, 0, 32, env->sys.accdata);
        }
        qatomic_set(&host[i], in_order(env, val));
    }
    return 0;
}
