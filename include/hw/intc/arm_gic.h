/* SPDX-License-Identifier: MIT */
/*
 * ARM Generic Interrupt Controller, versions 1 and 2, emulated.
 *
 * SysBus interface. Memory: 0 the distributor, 1 the CPU interface of the CPU that makes the
 * access, 2 + n that of CPU n. Interrupts out: num-cpu IRQ lines, then as many FIQ, virtual IRQ,
 * virtual FIQ and maintenance lines. GPIO in: num-irq - 32 shared interrupts, then 32 per CPU.
 */
#ifndef HW_INTC_ARM_GIC_H
#define HW_INTC_ARM_GIC_H

#include "hw/boards.h"
#include "hw/intc/arm_gic_common.h"

#define TYPE_ARM_GIC "arm_gic"

/* Describe a GICv2 in a device tree as /intc@...; its phandle. */
uint32_t arm_gic_fdt_add_node(void *fdt, const MemMapEntry *dist, const MemMapEntry *cpu);

#endif
