/* SPDX-License-Identifier: MIT */
/*
 * A kernel for firmware to boot: kernel, initrd and command line are items of fw_cfg, and the CPU
 * starts in the firmware. ("Firmware configuration items" of UEFI's ArmVirt, U-Boot's `qfw load`)
 */
#include "qemu/osdep.h"

#include "hw/arm/boot.h"
#include "hw/loader.h"
#include "hw/nvram/fw_cfg.h"
#include "qapi/error.h"
#include "qemu/readfile.h"

/* The size at @size_key, the bytes, expanded if they are gzip'ed, at @data_key; fw_cfg has them
 * for as long as the machine lives. */
static bool add_file(FWCfgState *fw, uint16_t size_key, uint16_t data_key, const char *what,
                     const char *filename, Error **errp)
{
    size_t len, plain_len;
    uint8_t *data = qemu_read_file(what, filename, UINT32_MAX, &len, errp);

    if (data && loader_is_gzip(data, len) && size_key == FW_CFG_KERNEL_SIZE) {
        uint8_t *plain = loader_gunzip(what, filename, data, len, UINT32_MAX, &plain_len, errp);

        g_free(data);
        data = plain;
        len = plain_len;
    }
    if (!data) {
        return false;
    }
    fw_cfg_add_i32(fw, size_key, len);
    fw_cfg_add_bytes(fw, data_key, data, len);
    return true;
}

bool arm_setup_firmware_boot(const MachineState *ms, struct arm_boot_info *info, Error **errp)
{
    FWCfgState *fw = info->fw_cfg;

    if (!ms->kernel_filename) {
        return true;
    }
    if (!fw) {
        error_setg(errp,
                   "this machine has no fw_cfg device, so that its firmware can not be given "
                   "the kernel '%s'",
                   ms->kernel_filename);
        return false;
    }
    if (!add_file(fw, FW_CFG_KERNEL_SIZE, FW_CFG_KERNEL_DATA, "kernel", ms->kernel_filename,
                  errp) ||
        (ms->initrd_filename && !add_file(fw, FW_CFG_INITRD_SIZE, FW_CFG_INITRD_DATA, "initrd",
                                          ms->initrd_filename, errp))) {
        return false;
    }
    if (ms->kernel_cmdline && ms->kernel_cmdline[0]) {
        fw_cfg_add_i32(fw, FW_CFG_CMDLINE_SIZE, strlen(ms->kernel_cmdline) + 1);
        fw_cfg_add_string(fw, FW_CFG_CMDLINE_DATA, ms->kernel_cmdline);
    }
    return true;
}
