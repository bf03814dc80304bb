/* SPDX-License-Identifier: MIT */
/*
 * The two flash banks of `virt`, in the first 128 MiB, and the firmware in them: from files by
 * -drive if=pflash, or for the first bank from -bios.
 */
#include "qemu/osdep.h"

#include "hw/arm/virt.h"
#include "hw/block/flash.h"
#include "hw/loader.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "qapi/error.h"
#include "qemu/datadir.h"
#include "qemu/units.h"
#include "system/blockdev.h"

#define FLASH_BANKS      2
#define FLASH_SECTOR     (256 * KiB) /* of two 128 KiB blocks side by side */
#define FLASH_BANK_WIDTH 4

/* Two 28F128J3-like devices of 16 bits make a bank: device code 0x18 of manufacturer 0x89. */
static void create_bank(const char *name, const MemMapEntry *place, const DriveInfo *drive)
{
    DeviceState *dev = qdev_new(TYPE_PFLASH_CFI01);

    qdev_prop_set_string(dev, "name", name);
    if (drive) {
        qdev_prop_set_string(dev, "file", drive->file);
        qdev_prop_set_bit(dev, "read-only", drive->read_only);
    }
    qdev_prop_set_uint32(dev, "num-blocks", place->size / FLASH_SECTOR);
    qdev_prop_set_uint64(dev, "sector-length", FLASH_SECTOR);
    qdev_prop_set_uint8(dev, "width", FLASH_BANK_WIDTH);
    qdev_prop_set_uint8(dev, "device-width", 2);
    qdev_prop_set_uint16(dev, "id0", 0x89);
    qdev_prop_set_uint16(dev, "id1", 0x18);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, place->base);
}

/* Resets write the firmware anew, whatever the guest did to the bank. */
static void load_firmware(const char *name, const MemMapEntry *bank)
{
    g_autofree char *path = qemu_find_file(QEMU_FILE_TYPE_BIOS, name);

    if (!path) {
        error_setg(&error_fatal,
                   "-bios: could not find firmware '%s'; -L DIR adds a directory, "
                   "-L help lists them",
                   name);
    }
    if (load_image_targphys(path, bank->base, bank->size, &error_fatal) < 0) {
        return;
    }
}

bool virt_create_flash(VirtMachineState *vms)
{
    const char *firmware = MACHINE(vms)->firmware;
    MemMapEntry place = vms->memmap[VIRT_FLASH];
    DriveInfo *drive[FLASH_BANKS];

    place.size /= FLASH_BANKS;
    for (int n = 0; n < FLASH_BANKS; n++) {
        g_autofree char *name = g_strdup_printf("virt.flash%d", n);
        MemMapEntry bank = { place.base + n * place.size, place.size };

        drive[n] = drive_get(IF_PFLASH, 0, n);
        create_bank(name, &bank, drive[n]);
    }
    if (firmware && drive[0]) {
        error_setg(&error_fatal, "-bios and -drive if=pflash,unit=0 both give the contents of the "
                                 "first flash bank: use one of them");
    }
    if (firmware) {
        load_firmware(firmware, &place);
    }
    return firmware || drive[0];
}
