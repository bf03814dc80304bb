/* SPDX-License-Identifier: MIT */
/*
 * The firmware configuration device (QEMU's docs/specs/fw_cfg.rst): numbered items and named files
 * that the board offers to firmware and kernel, read byte by byte or by DMA.
 *
 * Items are added while the board is made, under the BQL. The bytes given to fw_cfg_add_bytes() and
 * fw_cfg_add_file() stay the caller's and must live as long as the device; the other functions keep
 * a copy.
 */
#ifndef HW_NVRAM_FW_CFG_H
#define HW_NVRAM_FW_CFG_H

#include "hw/boards.h"
#include "hw/sysbus.h"
#include "qom/object.h"
#include "system/memory.h"

#define TYPE_FW_CFG     "fw_cfg"
#define TYPE_FW_CFG_MEM "fw_cfg_mem"
OBJECT_DECLARE_SIMPLE_TYPE(FWCfgState, FW_CFG)

/* Selector keys ("Selector (Control) Register") */
enum {
    FW_CFG_SIGNATURE = 0x00,
    FW_CFG_ID = 0x01,
    FW_CFG_UUID = 0x02,
    FW_CFG_RAM_SIZE = 0x03,
    FW_CFG_NOGRAPHIC = 0x04,
    FW_CFG_NB_CPUS = 0x05,
    FW_CFG_MACHINE_ID = 0x06,
    FW_CFG_KERNEL_ADDR = 0x07,
    FW_CFG_KERNEL_SIZE = 0x08,
    FW_CFG_KERNEL_CMDLINE = 0x09,
    FW_CFG_INITRD_ADDR = 0x0a,
    FW_CFG_INITRD_SIZE = 0x0b,
    FW_CFG_BOOT_DEVICE = 0x0c,
    FW_CFG_NUMA = 0x0d,
    FW_CFG_BOOT_MENU = 0x0e,
    FW_CFG_MAX_CPUS = 0x0f,
    FW_CFG_KERNEL_ENTRY = 0x10,
    FW_CFG_KERNEL_DATA = 0x11,
    FW_CFG_INITRD_DATA = 0x12,
    FW_CFG_CMDLINE_ADDR = 0x13,
    FW_CFG_CMDLINE_SIZE = 0x14,
    FW_CFG_CMDLINE_DATA = 0x15,
    FW_CFG_SETUP_ADDR = 0x16,
    FW_CFG_SETUP_SIZE = 0x17,
    FW_CFG_SETUP_DATA = 0x18,
    FW_CFG_FILE_DIR = 0x19,
    FW_CFG_FILE_FIRST = 0x20,
    FW_CFG_ARCH_LOCAL = 0x8000, /* bit: the item is the architecture's own */
    FW_CFG_ENTRY_MASK = 0x3fff,
    FW_CFG_INVALID = 0xffff,
};

/* Bits of FW_CFG_ID */
#define FW_CFG_VERSION     0x01
#define FW_CFG_VERSION_DMA 0x02

/* Bits of the control word of a DMA descriptor */
#define FW_CFG_DMA_CTL_ERROR  0x01
#define FW_CFG_DMA_CTL_READ   0x02
#define FW_CFG_DMA_CTL_SKIP   0x04
#define FW_CFG_DMA_CTL_SELECT 0x08
#define FW_CFG_DMA_CTL_WRITE  0x10

#define FW_CFG_MAX_FILE_PATH 56 /* with the NUL that ends it */

/* An entry of the directory as guests see it; numbers are big-endian. */
typedef struct FWCfgFile {
    uint32_t size;
    uint16_t select;
    uint16_t reserved;
    char name[FW_CFG_MAX_FILE_PATH];
} FWCfgFile;

typedef struct FWCfgDmaAccess {
    uint32_t control, length;
    uint64_t address;
} FWCfgDmaAccess;

/* Called as the item is selected, before it is read. */
typedef void (*FWCfgCallback)(void *opaque);
/* Called after the guest wrote @len bytes at @start. */
typedef void (*FWCfgWriteCallback)(void *opaque, off_t start, size_t len);

void fw_cfg_add_bytes(FWCfgState *s, uint16_t key, void *data, size_t len);
void fw_cfg_add_string(FWCfgState *s, uint16_t key, const char *value);
void fw_cfg_add_i16(FWCfgState *s, uint16_t key, uint16_t value); /* little-endian for the guest */
void fw_cfg_add_i32(FWCfgState *s, uint16_t key, uint32_t value);
void fw_cfg_add_i64(FWCfgState *s, uint16_t key, uint64_t value);
void fw_cfg_modify_i16(FWCfgState *s, uint16_t key, uint16_t value);
void fw_cfg_modify_string(FWCfgState *s, uint16_t key, const char *value);

/* Files; the board must not add one twice, and there must be room. */
void fw_cfg_add_file(FWCfgState *s, const char *name, void *data, size_t len);
void fw_cfg_add_file_callback(FWCfgState *s, const char *name, FWCfgCallback select_cb,
                              FWCfgWriteCallback write_cb, void *opaque, void *data, size_t len,
                              bool read_only);
/* New bytes for a file, which is added if it is not there; the old ones, to be freed by who owns
 * them, or NULL. */
void *fw_cfg_modify_file(FWCfgState *s, const char *name, void *data, size_t len);
/* For what a user names: takes over @data (from g_malloc), but false with *errp set, and nothing
 * taken, when the name is taken or too long or there is no room. */
bool fw_cfg_add_user_file(FWCfgState *s, const char *name, void *data, size_t len, Error **errp);

/* The machine's device, or NULL. */
FWCfgState *fw_cfg_find(void);

/*
 * Make the memory-mapped device: a data register of @data_width bytes, the selector, and the DMA
 * register (0: none), with @dma_as as the memory that DMA goes to.
 */
FWCfgState *fw_cfg_init_mem_dma(hwaddr ctl_addr, hwaddr data_addr, uint32_t data_width,
                                hwaddr dma_addr, AddressSpace *dma_as);

/* Describe the device of fw_cfg_init_mem_dma() in a device tree. */
void fw_cfg_fdt_add_node(void *fdt, const MemMapEntry *place);

#endif
