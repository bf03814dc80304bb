/* SPDX-License-Identifier: MIT */
/*
 * ARM Generic Interrupt Controller, versions 1 and 2, emulated.
 *
 * SysBus interface. Memory: 0 the distributor, 1 the CPU interface of the CPU that makes the
 * access; with has-virtualization-extensions, 2 its virtual interface control (GICH) and 3 its
 * virtual CPU interface (GICV); then the CPU interfaces of CPU 0 and so on. Interrupts out: num-cpu
 * IRQ lines, then as many FIQ, virtual IRQ, virtual FIQ and maintenance lines. GPIO in: num-irq -
 * 32 shared interrupts, then 32 per CPU.
 */
#ifndef HW_INTC_ARM_GIC_H
#define HW_INTC_ARM_GIC_H

#include "hw/boards.h"
#include "hw/intc/arm_gic_common.h"

#define TYPE_ARM_GIC "arm_gic"

/* From the next reset on, with the Security Extensions, all interrupts and priorities are
 * Non-secure state's: for a kernel that is started without firmware which would do that. */
void arm_gic_give_to_nonsecure(DeviceState *dev);

/* Describe a GICv2 in a device tree as /intc@...; its phandle. @places: the distributor, the CPU
 * interface and, if the PPI @maintenance (INTID) is not 0, GICH and GICV. */
uint32_t arm_gic_fdt_add_node(void *fdt, const MemMapEntry *places, unsigned maintenance);

#endif
