/* SPDX-License-Identifier: MIT */
/* NOR flash with the Common Flash Interface. */
#ifndef HW_BLOCK_FLASH_H
#define HW_BLOCK_FLASH_H

#include "hw/boards.h"
#include "qom/object.h"
#include "system/memory.h"

#define TYPE_PFLASH_CFI01 "cfi.pflash01"
OBJECT_DECLARE_SIMPLE_TYPE(PFlashCFI01, PFLASH_CFI01)

MemoryRegion *pflash_cfi01_get_memory(PFlashCFI01 *fl);

/* Describe @banks flash banks of place->size / @banks bytes each, one behind the other. */
void pflash_fdt_add_node(void *fdt, const MemMapEntry *place, unsigned banks, unsigned bank_width);

#endif
