/* SPDX-License-Identifier: MIT */
/*
 * Cache maintenance (C5.3). No data cache is modelled: DC operations do nothing but fault as they
 * should; DC ZVA writes. Translated code is the instruction cache. It mostly notices writes when
 * they are made, but those of other CPUs may arrive late: IC IVAU makes it look again, and ends the
 * block, for the code may be in the block itself.
 */
#include "qemu/osdep.h"

#include "target/arm/internals.h"
#include "target/arm/sysregs.h"

static bool uci_allows(CPUARMState *env, const ARMSysReg *r, bool is_read)
{
    return arm_sctlr(env) & SCTLR_UCI;
}

static bool dze_allows(CPUARMState *env, const ARMSysReg *r, bool is_read)
{
    return arm_sctlr(env) & SCTLR_DZE;
}

/* DC and IC by address fault like a load, with ESR_EL1.CM and WnR set (D19.2.40). */
static void probe_line(CPUARMState *env, uint64_t addr, MMUAccessType type)
{
    env->exception.cache_op = true;
    cpu_probe_host(env, addr, 1, type, false);
    env->exception.cache_op = false;
}

static void dc_by_va(CPUARMState *env, const ARMSysReg *r, uint64_t addr)
{
    probe_line(env, addr, MMU_DATA_LOAD);
}

/* DC IVAC needs write permission (C5.3.15). */
static void dc_ivac(CPUARMState *env, const ARMSysReg *r, uint64_t addr)
{
    probe_line(env, addr, MMU_DATA_STORE);
}

/* The line has 64 bytes in all models (CTR_EL0.IminLine). */
static void ic_ivau(CPUARMState *env, const ARMSysReg *r, uint64_t addr)
{
    env->exception.cache_op = true;
    tb_invalidate_virt(env_cpu(env), addr, 64);
    env->exception.cache_op = false;
}

/* Zeroes a naturally aligned block of 4 << DCZID_EL0.BS bytes. */
static void dc_zva(CPUARMState *env, const ARMSysReg *r, uint64_t addr)
{
    unsigned size = 4u << (env->dczid & 15);
    uint64_t start = addr & ~(uint64_t)(size - 1);
    void *host = cpu_probe_host(env, addr, 1, MMU_DATA_STORE, false);

    if (host) {
        host = cpu_probe_host(env, start, size, MMU_DATA_STORE, false);
    }
    if (host) {
        memset(host, 0, size);
        return;
    }
    for (unsigned i = 0; i < size; i += 8) {
        cpu_st_mmu(env, start + i, 0, MO_64, false);
    }
}

static bool has_dpb(const ARMCPU *cpu)
{
    return isar_field(cpu->env.isar.id_aa64isar1, ID_AA64ISAR1_DPB);
}

static bool has_dpb2(const ARMCPU *cpu)
{
    return isar_field(cpu->env.isar.id_aa64isar1, ID_AA64ISAR1_DPB) >= 2;
}

static bool has_specres(const ARMCPU *cpu)
{
    return isar_field(cpu->env.isar.id_aa64isar1, ID_AA64ISAR1_SPECRES);
}

static bool rctx_allows(CPUARMState *env, const ARMSysReg *r, bool is_read)
{
    return arm_sctlr(env) & SCTLR_EnRCTX;
}

/* Prediction restriction: nothing is predicted. */
#define RESTRICTION(name_, o2)                                                                     \
    {                                                                                              \
        .name = name_, SR_ENC(1, 3, 7, 3, o2), .access = SR_W, .flags = SR_NOP,                    \
        .check = rctx_allows, .present = has_specres                                               \
    }

#define NOP1(name_, m, o2)                                                                         \
    {                                                                                              \
        .name = name_, SR_ENC(1, 0, 7, m, o2), .access = SR_W1, .flags = SR_NOP                    \
    }
#define DC_EL0(name_, m, o2, p)                                                                    \
    {                                                                                              \
        .name = name_, SR_ENC(1, 3, 7, m, o2), .access = SR_W, .flags = SR_ADDR,                   \
        .write = dc_by_va, .check = uci_allows, .present = p                                       \
    }

static const ARMSysReg cache_rows[] = {
    NOP1("IC IALLUIS", 1, 0),
    NOP1("IC IALLU", 5, 0),
    { .name = "DC IVAC",
      SR_ENC(1, 0, 7, 6, 1),
      .access = SR_W1,
      .flags = SR_ADDR,
      .write = dc_ivac },
    NOP1("DC ISW", 6, 2),
    NOP1("DC CSW", 10, 2),
    NOP1("DC CISW", 14, 2),
    RESTRICTION("CFP RCTX", 4),
    RESTRICTION("DVP RCTX", 5),
    RESTRICTION("CPP RCTX", 7),
    { .name = "DC ZVA",
      SR_ENC(1, 3, 7, 4, 1),
      .access = SR_W,
      .flags = SR_ADDR,
      .write = dc_zva,
      .check = dze_allows },
    { .name = "IC IVAU",
      SR_ENC(1, 3, 7, 5, 1),
      .access = SR_W,
      .flags = SR_ADDR | SR_END,
      .write = ic_ivau,
      .check = uci_allows },
    DC_EL0("DC CVAC", 10, 1, NULL),
    DC_EL0("DC CVAU", 11, 1, NULL),
    DC_EL0("DC CVAP", 12, 1, has_dpb),
    DC_EL0("DC CVADP", 13, 1, has_dpb2),
    DC_EL0("DC CIVAC", 14, 1, NULL),
};

const ARMSysRegTable arm_cache_table = SR_TABLE(cache_rows);
