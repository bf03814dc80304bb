/* SPDX-License-Identifier: MIT */
/* What the device-tree nodes of a GICv2 and a GICv3 have alike (bindings: arm,gic.yaml). */
#ifndef HW_INTC_GIC_FDT_H
#define HW_INTC_GIC_FDT_H

#include "hw/boards.h"

/* Add /intc@... with registers at the @n @places; its path, to be freed. @maintenance: INTID of the
 * PPI of the maintenance interrupt, 0: none. */
char *gic_fdt_add_node(void *fdt, const char *compatible, const MemMapEntry *places, unsigned n,
                       unsigned maintenance);

#endif
