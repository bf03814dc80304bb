/* SPDX-License-Identifier: MIT */
/*
 * The registers of the performance monitors (D19.5). EL0 needs leave from PMUSERENR_EL0; EL1 and
 * EL0 see only the event counters below MDCR_EL2.HPMN. What is beyond reads as zero and ignores
 * writes (CONSTRAINED UNPREDICTABLE).
 */
#include "qemu/osdep.h"

#include "target/arm/internals.h"
#include "target/arm/pmu.h"
#include "target/arm/sysregs.h"

/* PMUSERENR_EL0 */
enum { USER_EN = 1, USER_SW = 2, USER_CR = 4, USER_ER = 8 };

static bool has_pmu(const ARMCPU *cpu)
{
    return isar_field(cpu->env.isar.id_aa64dfr0, ID_AA64DFR0_PMUVER) != 0;
}

/* ---- what EL0 may do ---- */

static bool en_allows(CPUARMState *env, const ARMSysReg *r, bool is_read)
{
    return env->pmu.userenr & USER_EN;
}

static bool swinc_allows(CPUARMState *env, const ARMSysReg *r, bool is_read)
{
    return env->pmu.userenr & (USER_EN | USER_SW);
}

static bool selr_allows(CPUARMState *env, const ARMSysReg *r, bool is_read)
{
    return env->pmu.userenr & (USER_EN | USER_ER);
}

static bool cycles_allow(CPUARMState *env, const ARMSysReg *r, bool is_read)
{
    return env->pmu.userenr & (USER_EN | (is_read ? USER_CR : 0));
}

static bool counter_allows(CPUARMState *env, const ARMSysReg *r, bool is_read)
{
    return env->pmu.userenr & (USER_EN | (is_read ? USER_ER : 0));
}

/* ---- what this level sees ---- */

static unsigned counters_seen(const CPUARMState *env)
{
    return arm_current_el(env) < 2 && arm_el2_enabled(env) ? arm_pmu_hpmn(env) : ARM_PMU_COUNTERS;
}

static uint64_t bits_seen(const CPUARMState *env)
{
    return PMU_BIT_C | ((1u << counters_seen(env)) - 1);
}

static uint64_t cr_read(CPUARMState *env, const ARMSysReg *r)
{
    return ARM_CPU(env_cpu(env))->pmu_id << 16 | counters_seen(env) << 11 | env->pmu.cr;
}

static void cr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    arm_pmu_sync(env);
    if (val & PMCR_C) {
        env->pmu.count[ARM_PMU_CYCLES] = 0;
        env->pmu.remainder = 0;
    }
    for (unsigned i = 0; (val & PMCR_P) && i < counters_seen(env); i++) {
        env->pmu.count[i] = 0;
    }
    env->pmu.cr = val & (PMCR_E | PMCR_D | PMCR_X | PMCR_DP | PMCR_LC);
    arm_pmu_changed(env);
}

/* PMCNTENSET, PMINTENSET and PMOVSSET, and the same with CLR. */
static uint64_t bits_read(CPUARMState *env, const ARMSysReg *r)
{
    arm_pmu_sync(env);
    return *(uint64_t *)((char *)env + r->offset) & bits_seen(env);
}

static void bits_set(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    arm_pmu_sync(env);
    *(uint64_t *)((char *)env + r->offset) |= val & bits_seen(env);
    arm_pmu_changed(env);
}

static void bits_clear(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    arm_pmu_sync(env);
    *(uint64_t *)((char *)env + r->offset) &= ~(val & bits_seen(env));
    arm_pmu_changed(env);
}

static void swinc_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    arm_pmu_sync(env);
    for (unsigned i = 0; i < counters_seen(env); i++) {
        if ((val >> i & 1) && arm_pmu_event(env, i) == PMU_SW_INCR && arm_pmu_counts(env, i)) {
            arm_pmu_add(env, i, 1);
        }
    }
    arm_pmu_changed(env);
}

/* ---- counters and their types ---- */

/* Counter @i as this level sees it; or none: -1. */
static int counter_seen(const CPUARMState *env, unsigned i)
{
    return i == 31 ? ARM_PMU_CYCLES : i < counters_seen(env) ? (int)i : -1;
}

/* Of PMEVCNTR<n>, PMEVTYPER<n> and PMCCFILTR: CRm<1:0>:op2. */
static unsigned number_of(const ARMSysReg *r)
{
    return (SYSREG_CRM(r->enc) & 3) << 3 | SYSREG_OP2(r->enc);
}

static uint64_t read_count(CPUARMState *env, int i)
{
    if (i < 0) {
        return 0;
    }
    arm_pmu_sync(env);
    return env->pmu.count[i];
}

static void write_count(CPUARMState *env, int i, uint64_t val)
{
    if (i < 0) {
        return;
    }
    arm_pmu_sync(env);
    env->pmu.count[i] = i == ARM_PMU_CYCLES ? val : (uint32_t)val;
    arm_pmu_changed(env);
}

/* Filters for levels that do not exist are RES0; event numbers have 16 bits from PMUv3p1 on. */
static uint64_t type_mask(const CPUARMState *env, int i)
{
    unsigned version = isar_field(env->isar.id_aa64dfr0, ID_AA64DFR0_PMUVER);
    uint64_t mask = 3ull << 30;

    mask |= arm_has_el(env, 2) ? 1u << 27 : 0;
    mask |= arm_has_el(env, 3) ? 3u << 28 | 1u << 26 : 0;
    return i == ARM_PMU_CYCLES ? mask : mask | (version >= 4 ? 0xffff : 0x3ff);
}

static uint64_t read_type(CPUARMState *env, int i)
{
    return i < 0 ? 0 : env->pmu.type[i];
}

static void write_type(CPUARMState *env, int i, uint64_t val)
{
    if (i < 0) {
        return;
    }
    arm_pmu_sync(env);
    env->pmu.type[i] = val & type_mask(env, i);
    arm_pmu_changed(env);
}

static uint64_t evcntr_read(CPUARMState *env, const ARMSysReg *r)
{
    return read_count(env, counter_seen(env, number_of(r)));
}

static void evcntr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    write_count(env, counter_seen(env, number_of(r)), val);
}

static uint64_t evtyper_read(CPUARMState *env, const ARMSysReg *r)
{
    return read_type(env, counter_seen(env, number_of(r)));
}

static void evtyper_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    write_type(env, counter_seen(env, number_of(r)), val);
}

static uint64_t ccntr_read(CPUARMState *env, const ARMSysReg *r)
{
    return read_count(env, ARM_PMU_CYCLES);
}

static void ccntr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    write_count(env, ARM_PMU_CYCLES, val);
}

/* By PMSELR_EL0; the cycle counter's type, but not its count, can be reached so. */
static int selected_counter(const CPUARMState *env)
{
    return env->pmu.selr == 31 ? -1 : counter_seen(env, env->pmu.selr);
}

static uint64_t xevcntr_read(CPUARMState *env, const ARMSysReg *r)
{
    return read_count(env, selected_counter(env));
}

static void xevcntr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    write_count(env, selected_counter(env), val);
}

static uint64_t xevtyper_read(CPUARMState *env, const ARMSysReg *r)
{
    return read_type(env, counter_seen(env, env->pmu.selr));
}

static void xevtyper_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    write_type(env, counter_seen(env, env->pmu.selr), val);
}

/* ---- the table ---- */

#define PMU_FLAGS (SR_LAZY | SR_BQL)
#define PMU_BITS(name_, o1, m, o2, rights, f, wr)                                                  \
    {                                                                                              \
        .name = name_, SR_ENC(3, o1, 9, m, o2), .access = rights, .flags = PMU_FLAGS, SR_FIELD(f), \
        .read = bits_read, .write = wr, .check = en_allows, .present = has_pmu                     \
    }
#define PMU_HOOKS(name_, n, m, o2, rd, wr, allows)                                                 \
    {                                                                                              \
        .name = name_, SR_ENC(3, 3, n, m, o2), .access = SR_RW, .flags = PMU_FLAGS, .read = rd,    \
        .write = wr, .check = allows, .present = has_pmu                                           \
    }
#define PMU_CEID(name_, o2, val)                                                                   \
    {                                                                                              \
        .name = name_, SR_ENC(3, 3, 9, 12, o2), .access = SR_R, .flags = SR_CONST, .value = val,   \
        .check = en_allows, .present = has_pmu                                                     \
    }
#define EVCNTR(n)                                                                                  \
    PMU_HOOKS("PMEVCNTR" #n "_EL0", 14, 8, n, evcntr_read, evcntr_write, counter_allows)
#define EVTYPER(n)                                                                                 \
    PMU_HOOKS("PMEVTYPER" #n "_EL0", 14, 12, n, evtyper_read, evtyper_write, en_allows)

static const ARMSysReg pmu_rows[] = {
    PMU_BITS("PMINTENSET_EL1", 0, 14, 1, SR_RW1, pmu.inten, bits_set),
    PMU_BITS("PMINTENCLR_EL1", 0, 14, 2, SR_RW1, pmu.inten, bits_clear),
    PMU_HOOKS("PMCR_EL0", 9, 12, 0, cr_read, cr_write, en_allows),
    PMU_BITS("PMCNTENSET_EL0", 3, 12, 1, SR_RW, pmu.cnten, bits_set),
    PMU_BITS("PMCNTENCLR_EL0", 3, 12, 2, SR_RW, pmu.cnten, bits_clear),
    PMU_BITS("PMOVSCLR_EL0", 3, 12, 3, SR_RW, pmu.ovs, bits_clear),
    { .name = "PMSWINC_EL0",
      SR_ENC(3, 3, 9, 12, 4),
      .access = SR_W,
      .flags = PMU_FLAGS,
      .write = swinc_write,
      .check = swinc_allows,
      .present = has_pmu },
    { .name = "PMSELR_EL0",
      SR_ENC(3, 3, 9, 12, 5),
      .access = SR_RW,
      SR_FIELD(pmu.selr),
      .value = 31,
      .check = selr_allows,
      .present = has_pmu },
    PMU_CEID("PMCEID0_EL0", 6, 1u << PMU_SW_INCR | 1u << PMU_CPU_CYCLES | 1u << PMU_CHAIN),
    PMU_CEID("PMCEID1_EL0", 7, 0),
    PMU_HOOKS("PMCCNTR_EL0", 9, 13, 0, ccntr_read, ccntr_write, cycles_allow),
    PMU_HOOKS("PMXEVTYPER_EL0", 9, 13, 1, xevtyper_read, xevtyper_write, en_allows),
    PMU_HOOKS("PMXEVCNTR_EL0", 9, 13, 2, xevcntr_read, xevcntr_write, counter_allows),
    { .name = "PMUSERENR_EL0",
      SR_ENC(3, 3, 9, 14, 0),
      .access = SR_RW1_R0,
      SR_FIELD(pmu.userenr),
      .value = USER_EN | USER_SW | USER_CR | USER_ER,
      .present = has_pmu },
    PMU_BITS("PMOVSSET_EL0", 3, 14, 3, SR_RW, pmu.ovs, bits_set),
    EVCNTR(0),
    EVCNTR(1),
    EVCNTR(2),
    EVCNTR(3),
    EVCNTR(4),
    EVCNTR(5),
    EVTYPER(0),
    EVTYPER(1),
    EVTYPER(2),
    EVTYPER(3),
    EVTYPER(4),
    EVTYPER(5),
    PMU_HOOKS("PMCCFILTR_EL0", 14, 15, 7, evtyper_read, evtyper_write, en_allows),
};

QEMU_BUILD_BUG_ON(ARM_PMU_COUNTERS != 6);

const ARMSysRegTable arm_pmu_table = SR_TABLE(pmu_rows);
