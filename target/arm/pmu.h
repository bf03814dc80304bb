/* SPDX-License-Identifier: MIT */
/* The performance monitors: bits of their registers, and pmu.c for sysregs-pmu.c and others. */
#ifndef TARGET_ARM_PMU_H
#define TARGET_ARM_PMU_H

#include "target/arm/cpu.h"

/* PMCR_EL0 (D19.5.11). X exports events to nobody. */
#define PMCR_E  (1u << 0)
#define PMCR_P  (1u << 1)
#define PMCR_C  (1u << 2)
#define PMCR_D  (1u << 3)
#define PMCR_X  (1u << 4)
#define PMCR_DP (1u << 5)
#define PMCR_LC (1u << 6)

/* In the registers with a bit for each counter, 31 is that of the cycle counter. */
#define PMU_BIT_C (1u << 31)
#define PMU_ALL   (PMU_BIT_C | ((1u << ARM_PMU_COUNTERS) - 1))

/* Events that exist (D13.11.2) */
enum { PMU_SW_INCR = 0x00, PMU_CPU_CYCLES = 0x11, PMU_CHAIN = 0x1e };

/* Number of event counters that are not reserved for EL2. */
unsigned arm_pmu_hpmn(const CPUARMState *env);
/* Whether counter @i (ARM_PMU_CYCLES: the cycle counter) counts at present. */
bool arm_pmu_counts(const CPUARMState *env, unsigned i);
/* The event that counter @i counts. */
unsigned arm_pmu_event(const CPUARMState *env, unsigned i);
/* @n events for counter @i, with what follows from an overflow but for the interrupt. */
void arm_pmu_add(CPUARMState *env, unsigned i, uint64_t n);
/* Brings the counts up to now: before they are read, and before anything changes. */
void arm_pmu_sync(CPUARMState *env);
/* After a change: what counts, the timer and the interrupt line follow. BQL held. */
void arm_pmu_changed(CPUARMState *env);

void arm_pmu_realize(ARMCPU *cpu);
void arm_pmu_finalize(ARMCPU *cpu);
void arm_pmu_reset(ARMCPU *cpu);
/* After loading saved state: checks it. */
void arm_pmu_loaded(CPUARMState *env);

#endif
