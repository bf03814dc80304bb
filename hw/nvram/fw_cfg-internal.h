/* SPDX-License-Identifier: MIT */
/* The core of fw_cfg as its bus glue sees it. */
#ifndef HW_NVRAM_FW_CFG_INTERNAL_H
#define HW_NVRAM_FW_CFG_INTERNAL_H

#include "hw/nvram/fw_cfg.h"

typedef struct FWCfgItem {
    uint8_t *data;
    uint32_t len;
    bool owned; /* data is freed with the item */
    bool writable;
    FWCfgCallback select_cb;
    FWCfgWriteCallback write_cb;
    void *opaque;
} FWCfgItem;

struct FWCfgState {
    SysBusDevice parent_obj;

    /* Properties */
    uint16_t file_slots;
    bool dma_enabled;

    /* Fixed once the machine runs. */
    FWCfgItem *items[2]; /* generic and the architecture's own; item_count() each */
    FWCfgFile *dir;      /* sorted by name, host byte order; its entry n has key FILE_FIRST + n */
    unsigned nfiles;
    uint8_t *dir_image; /* the item FILE_DIR */
    AddressSpace *dma_as;

    /* Guest's state, under the BQL. */
    uint16_t cur_entry;
    uint32_t cur_offset;
    uint64_t dma_addr; /* upper half of the DMA address, until the lower one comes */
};

void fw_cfg_select(FWCfgState *s, uint16_t key);
/* The next @size bytes of the item, the first in the most significant place. */
uint64_t fw_cfg_read_data(FWCfgState *s, unsigned size);
/* Carry out the descriptor at s->dma_addr and clear the address. */
void fw_cfg_dma_transfer(FWCfgState *s);

#endif
