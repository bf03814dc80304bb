/* SPDX-License-Identifier: MIT */
/*
 * GICv2m: a frame that turns writes of devices into shared interrupts of a GICv2, so that there are
 * message-signalled interrupts (Arm Server Base System Architecture, appendix E).
 *
 * SysBus interface: one region of 4 KiB; num-spi interrupts, of which number n is a pulse for a
 * write of base-spi + n.
 */
#ifndef HW_INTC_ARM_GICV2M_H
#define HW_INTC_ARM_GICV2M_H

#include "qemu/osdep.h"
#include "hw/boards.h"
#include "hw/qdev-core.h"

#define TYPE_ARM_GICV2M "arm-gicv2m"

/* Describe the frame in a device tree, below the interrupt controller's node; its phandle. */
uint32_t arm_gicv2m_fdt_add_node(void *fdt, const char *parent, const MemMapEntry *place);

#endif
