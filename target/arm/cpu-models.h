/* SPDX-License-Identifier: MIT */
/* The CPU models: identification registers and reset values. Private to target/arm. */
#ifndef TARGET_ARM_CPU_MODELS_H
#define TARGET_ARM_CPU_MODELS_H

#include "target/arm/cpu.h"

typedef struct ARMCPUModel {
    const char *name;       /* as in -cpu */
    const char *compatible; /* device tree */
    uint64_t midr;
    uint64_t ctr, clidr, dczid;
    uint64_t ccsidr[3]; /* L1 data, L1 instruction, L2 */
    uint16_t pmu_id;    /* implementer and identification code in PMCR_EL0 */
    ARMISARegisters isar;
} ARMCPUModel;

extern const ARMCPUModel arm_cpu_models[];
extern const size_t arm_n_cpu_models;

/* cpu-props.c: properties of all models, and of `max` alone. */
void arm_add_cpu_properties(ObjectClass *oc);
void arm_add_max_properties(ObjectClass *oc);

#endif
