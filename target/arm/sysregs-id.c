/* SPDX-License-Identifier: MIT */
/*
 * Identification registers (D19.2, op0 3, CRn 0). Those of AArch32, which this PE has at no
 * Exception level, and all encodings reserved for more of them, read as zero (D18.1.1, table
 * D18-2).
 */
#include "qemu/osdep.h"

#include "target/arm/sysregs.h"

static bool uct_allows(CPUARMState *env, const ARMSysReg *r, bool is_read)
{
    return arm_sctlr(env) & SCTLR_UCT;
}

/* Reads as "block zeroing prohibited" (DZP) where SCTLR_EL1.DZE says so for EL0. */
static uint64_t dczid_read(CPUARMState *env, const ARMSysReg *r)
{
    bool prohibited = arm_current_el(env) == 0 && !(arm_sctlr(env) & SCTLR_DZE);

    return env->dczid | (uint64_t)prohibited << 4;
}

static uint64_t ccsidr_read(CPUARMState *env, const ARMSysReg *r)
{
    return env->ccsidr[env->sys.csselr & 7];
}

/* EL1 sees what EL2 wants it to see. */
static uint64_t midr_read(CPUARMState *env, const ARMSysReg *r)
{
    return arm_current_el(env) == 1 && arm_el2_enabled(env) ? env->sys.vpidr : env->midr;
}

static uint64_t mpidr_read(CPUARMState *env, const ARMSysReg *r)
{
    return arm_current_el(env) == 1 && arm_el2_enabled(env) ? env->sys.vmpidr : env->mpidr;
}

#define RAZ(name_, m, o2)                                                                          \
    {                                                                                              \
        .name = name_, SR_ENC(3, 0, 0, m, o2), .access = SR_R1, .flags = SR_CONST                  \
    }
#define ID(name_, m, o2, f)                                                                        \
    {                                                                                              \
        .name = name_, SR_ENC(3, 0, 0, m, o2), .access = SR_R1, SR_FIELD(f)                        \
    }
#define RESERVED(m, o2) RAZ("ID_RES_" #m "_" #o2, m, o2)

static const ARMSysReg id_rows[] = {
    { .name = "MIDR_EL1",
      SR_ENC(3, 0, 0, 0, 0),
      .access = SR_R1,
      .flags = SR_LAZY,
      .read = midr_read },
    { .name = "MPIDR_EL1",
      SR_ENC(3, 0, 0, 0, 5),
      .access = SR_R1,
      .flags = SR_LAZY,
      .read = mpidr_read },
    ID("REVIDR_EL1", 0, 6, revidr),
    RAZ("ID_PFR0_EL1", 1, 0),
    RAZ("ID_PFR1_EL1", 1, 1),
    RAZ("ID_DFR0_EL1", 1, 2),
    RAZ("ID_AFR0_EL1", 1, 3),
    RAZ("ID_MMFR0_EL1", 1, 4),
    RAZ("ID_MMFR1_EL1", 1, 5),
    RAZ("ID_MMFR2_EL1", 1, 6),
    RAZ("ID_MMFR3_EL1", 1, 7),
    RAZ("ID_ISAR0_EL1", 2, 0),
    RAZ("ID_ISAR1_EL1", 2, 1),
    RAZ("ID_ISAR2_EL1", 2, 2),
    RAZ("ID_ISAR3_EL1", 2, 3),
    RAZ("ID_ISAR4_EL1", 2, 4),
    RAZ("ID_ISAR5_EL1", 2, 5),
    RAZ("ID_MMFR4_EL1", 2, 6),
    RAZ("ID_ISAR6_EL1", 2, 7),
    RAZ("MVFR0_EL1", 3, 0),
    RAZ("MVFR1_EL1", 3, 1),
    RAZ("MVFR2_EL1", 3, 2),
    RESERVED(3, 3),
    RAZ("ID_PFR2_EL1", 3, 4),
    RAZ("ID_DFR1_EL1", 3, 5),
    RAZ("ID_MMFR5_EL1", 3, 6),
    RESERVED(3, 7),
    ID("ID_AA64PFR0_EL1", 4, 0, isar.id_aa64pfr0),
    ID("ID_AA64PFR1_EL1", 4, 1, isar.id_aa64pfr1),
    RAZ("ID_AA64PFR2_EL1", 4, 2),
    RESERVED(4, 3),
    RAZ("ID_AA64ZFR0_EL1", 4, 4),
    RAZ("ID_AA64SMFR0_EL1", 4, 5),
    RESERVED(4, 6),
    RAZ("ID_AA64FPFR0_EL1", 4, 7),
    ID("ID_AA64DFR0_EL1", 5, 0, isar.id_aa64dfr0),
    ID("ID_AA64DFR1_EL1", 5, 1, isar.id_aa64dfr1),
    RESERVED(5, 2),
    RESERVED(5, 3),
    RAZ("ID_AA64AFR0_EL1", 5, 4),
    RAZ("ID_AA64AFR1_EL1", 5, 5),
    RESERVED(5, 6),
    RESERVED(5, 7),
    ID("ID_AA64ISAR0_EL1", 6, 0, isar.id_aa64isar0),
    ID("ID_AA64ISAR1_EL1", 6, 1, isar.id_aa64isar1),
    ID("ID_AA64ISAR2_EL1", 6, 2, isar.id_aa64isar2),
    RAZ("ID_AA64ISAR3_EL1", 6, 3),
    RESERVED(6, 4),
    RESERVED(6, 5),
    RESERVED(6, 6),
    RESERVED(6, 7),
    ID("ID_AA64MMFR0_EL1", 7, 0, isar.id_aa64mmfr0),
    ID("ID_AA64MMFR1_EL1", 7, 1, isar.id_aa64mmfr1),
    ID("ID_AA64MMFR2_EL1", 7, 2, isar.id_aa64mmfr2),
    RAZ("ID_AA64MMFR3_EL1", 7, 3),
    RAZ("ID_AA64MMFR4_EL1", 7, 4),
    RESERVED(7, 5),
    RESERVED(7, 6),
    RESERVED(7, 7),
    { .name = "CCSIDR_EL1",
      SR_ENC(3, 1, 0, 0, 0),
      .access = SR_R1,
      .flags = SR_LAZY,
      .read = ccsidr_read },
    { .name = "CLIDR_EL1", SR_ENC(3, 1, 0, 0, 1), .access = SR_R1, SR_FIELD(clidr) },
    { .name = "AIDR_EL1", SR_ENC(3, 1, 0, 0, 7), .access = SR_R1, .flags = SR_CONST },
    { .name = "CSSELR_EL1",
      SR_ENC(3, 2, 0, 0, 0),
      .access = SR_RW1,
      SR_FIELD(sys.csselr),
      .value = 15 },
    { .name = "CTR_EL0",
      SR_ENC(3, 3, 0, 0, 1),
      .access = SR_R,
      SR_FIELD(ctr),
      .check = uct_allows },
    { .name = "DCZID_EL0",
      SR_ENC(3, 3, 0, 0, 7),
      .access = SR_R,
      .flags = SR_LAZY,
      .read = dczid_read },
};

const ARMSysRegTable arm_id_table = SR_TABLE(id_rows);
