/* SPDX-License-Identifier: MIT */
/* ARM PrimeCell GPIO (PL061). */
#ifndef HW_GPIO_PL061_H
#define HW_GPIO_PL061_H

#include "hw/boards.h"
#include "qom/object.h"

#define TYPE_PL061 "pl061"
OBJECT_DECLARE_SIMPLE_TYPE(PL061State, PL061)

/* Describe the device in a device tree; its phandle. @clock is that of apb_pclk. */
uint32_t pl061_fdt_add_node(void *fdt, const MemMapEntry *place, int irq, uint32_t clock);

#endif
