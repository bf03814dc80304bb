/* SPDX-License-Identifier: MIT */
/*
 * Interrupt translation service of a GICv3 (ARM IHI 0069, chapters 5 and 12.19), emulated.
 *
 * SysBus interface. Memory: 0 the control frame and the translation frame, 64 KiB each. The link
 * parent-gicv3 names the GICv3, which must be realized before and have LPIs (has-lpi); tables are
 * in its `sysmem`. A message is a write of an event's number to GITS_TRANSLATER; the device that
 * sends it is MemTxAttrs.requester_id, 0 for CPUs and what says nothing.
 */
#ifndef HW_INTC_ARM_GICV3_ITS_H
#define HW_INTC_ARM_GICV3_ITS_H

#include "hw/boards.h"

#define TYPE_ARM_GICV3_ITS "arm-gicv3-its"

#define GITS_TRANSLATER_OFFSET 0x10040 /* in the device's memory */

/* Describe it in a device tree below the interrupt controller @parent; its phandle. */
uint32_t arm_gicv3_its_fdt_add_node(void *fdt, const char *parent, const MemMapEntry *place);

#endif
