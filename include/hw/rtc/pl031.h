/* SPDX-License-Identifier: MIT */
/* ARM PrimeCell Real Time Clock (PL031), ARM DDI 0224. */
#ifndef HW_RTC_PL031_H
#define HW_RTC_PL031_H

#include "hw/boards.h"
#include "hw/sysbus.h"
#include "qemu/timer.h"
#include "qom/object.h"
#include "system/memory.h"

#define TYPE_PL031 "pl031"
OBJECT_DECLARE_SIMPLE_TYPE(PL031State, PL031)

struct PL031State {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq irq;
    QEMUTimer *timer; /* the next match */

    /* Registers, under the BQL. */
    uint32_t tick_offset; /* counter minus the host clock's seconds, modulo 2^32 */
    uint32_t mr, lr, imsc, ris;
};

/* Describe a PL031 in a device tree; @irq: number of the shared interrupt, @clock: phandle. */
void pl031_fdt_add_node(void *fdt, const MemMapEntry *place, int irq, uint32_t clock);

#endif
