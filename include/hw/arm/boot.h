/* SPDX-License-Identifier: MIT */
/*
 * Booting on Arm boards: kernels by the Linux boot protocol (Documentation/arch/arm64/booting.rst)
 * and bare-metal programs. Runs under the BQL while the machine is made.
 */
#ifndef HW_ARM_BOOT_H
#define HW_ARM_BOOT_H

#include "exec/hwaddr.h"
#include "hw/boards.h"
#include "qapi/error.h"
#include "target/arm/cpu.h"

/* What the board says, and where things were put. Addresses are guest physical. */
struct arm_boot_info {
    /* By the board. */
    uint64_t ram_size;         /* bytes of RAM from loader_start on */
    hwaddr loader_start;       /* start of RAM */
    bool firmware_loaded;      /* the CPU starts at its reset address, firmware boots the kernel */
    struct FWCfgState *fw_cfg; /* where firmware finds the kernel; may be NULL */
    int psci_conduit;          /* QEMU_PSCI_CONDUIT_*: how a kernel calls PSCI */
    void *(*get_dtb)(const struct arm_boot_info *info, int *size); /* the tree; the caller's copy */
    void (*modify_dtb)(const struct arm_boot_info *info, void *fdt); /* last changes; may be NULL */
    bool skip_dtb_autoload; /* the board calls arm_setup_dtb() when all devices are there */

    /* By arm_load_kernel(). */
    hwaddr entry;                 /* where the boot CPU starts after reset */
    bool is_linux;                /* entry is the stub that passes the device tree in x0 */
    hwaddr image_low, image_high; /* the range of the kernel in memory, its BSS included */
    hwaddr initrd_start;
    uint64_t initrd_size;
    hwaddr dtb_start, dtb_limit; /* room for the tree; limit 0: up to the end of RAM */
};

/*
 * Load what the machine's kernel, initrd and dtb properties name, place the device tree, and have
 * the CPUs start right after each reset. Without a kernel, and with firmware, only the tree is
 * placed, at the start of RAM. False with *errp set when anything does not fit or can not be read.
 */
bool arm_setup_boot(ARMCPU *cpu, MachineState *ms, struct arm_boot_info *info, Error **errp);

/* The part that makes the device tree and places it. */
bool arm_setup_dtb(MachineState *ms, struct arm_boot_info *info, Error **errp);

/* The first with QEMU's name: errors end the process with one line. */
void arm_load_kernel(ARMCPU *cpu, MachineState *ms, struct arm_boot_info *info);

/* The part of it for a machine with firmware: the kernel goes to fw_cfg. */
bool arm_setup_firmware_boot(const MachineState *ms, struct arm_boot_info *info, Error **errp);

/*
 * The tree that a kernel gets: the one in file @filename, or info->get_dtb()'s if that is NULL,
 * with memory, PSCI, @cmdline and the initrd put in. The caller frees it. NULL and *errp: it can
 * not be read, or is none.
 */
void *arm_make_dtb(const char *filename, const char *cmdline, const struct arm_boot_info *info,
                   Error **errp);

/* Kernel files --------------------------------------------------------------------------------- */

typedef enum {
    ARM64_KERNEL_RAW,   /* unknown bytes: a bare-metal program */
    ARM64_KERNEL_IMAGE, /* with the header of booting.rst, section 4 */
    ARM64_KERNEL_ELF,
} Arm64KernelKind;

typedef struct Arm64Kernel {
    Arm64KernelKind kind;
    uint8_t *data; /* expanded; g_free() it */
    size_t len;
    uint64_t text_offset, image_size; /* of an Image; image_size counts the BSS */
} Arm64Kernel;

/*
 * Read a kernel: Image, gzip'ed Image, EFI zboot image, ELF, or raw. What is recognised as another
 * architecture's, another kind of file or incomplete is refused. @max limits the expanded size.
 */
bool arm64_kernel_open(const char *filename, uint64_t max, Arm64Kernel *kernel, Error **errp);

#endif
