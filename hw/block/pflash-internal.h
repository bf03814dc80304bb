/* SPDX-License-Identifier: MIT */
/* State of a CFI flash bank and what its parts share. */
#ifndef HW_BLOCK_PFLASH_INTERNAL_H
#define HW_BLOCK_PFLASH_INTERNAL_H

#include "hw/block/flash.h"
#include "hw/sysbus.h"

/* What reads give. */
typedef enum { READ_ARRAY, READ_STATUS, READ_ID, READ_QUERY } FlashReadMode;

/* What the next write means: the second and later cycles of a command. */
typedef enum {
    STEP_COMMAND,
    STEP_PROGRAM,
    STEP_ERASE,
    STEP_LOCK,
    STEP_BUFFER_COUNT,
    STEP_BUFFER_DATA,
    STEP_BUFFER_CONFIRM,
    STEP_LAST = STEP_BUFFER_CONFIRM,
} FlashStep;

/* Bits of the status register (28FxxxJ3, "Status Register Definitions") */
enum {
    STATUS_LOCKED = 0x02,
    STATUS_PROGRAM_ERROR = 0x10,
    STATUS_ERASE_ERROR = 0x20,
    STATUS_SEQUENCE_ERROR = STATUS_PROGRAM_ERROR | STATUS_ERASE_ERROR,
    STATUS_READY = 0x80,
};

#define CFI_TABLE_SIZE 0x52

struct PFlashCFI01 {
    SysBusDevice parent_obj;

    /* Properties */
    char *name, *file;
    uint32_t num_blocks;
    uint64_t sector_len; /* bytes of the bank that one erase clears */
    uint8_t bank_width, device_width, max_device_width;
    bool big_endian, read_only;
    uint16_t id[4];

    /* Fixed by realize. */
    MemoryRegion mem;
    uint8_t *storage; /* of mem */
    uint64_t size;
    uint32_t buffer_size; /* of the whole bank */
    uint8_t cfi[CFI_TABLE_SIZE];
    int fd; /* of the file, -1: none or read-only */

    /* Under the BQL. */
    uint8_t read_mode, step, status;
    bool buffer_started; /* buffer_base is set by the first datum */
    uint32_t count;      /* data still to come */
    uint64_t buffer_base;
    uint8_t *buffer;
};

/* Fill fl->cfi from the geometry. */
void pflash_cfi01_make_table(PFlashCFI01 *fl);
/* Open fl->file, lock it and read it into fl->storage. */
bool pflash_open_file(PFlashCFI01 *fl, Error **errp);
/* Bring bytes of the storage to the file; false, with a report, if that fails. */
bool pflash_write_file(PFlashCFI01 *fl, uint64_t offset, uint64_t len);

#endif
