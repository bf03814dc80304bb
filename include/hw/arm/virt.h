/* SPDX-License-Identifier: MIT */
/* The machine `virt`: a board that exists only in emulators, with QEMU's memory map. */
#ifndef HW_ARM_VIRT_H
#define HW_ARM_VIRT_H

#include "hw/arm/boot.h"
#include "hw/boards.h"
#include "hw/qdev-core.h"
#include "qemu/notify.h"
#include "qom/object.h"

#define NUM_VIRTIO_TRANSPORTS 32
#define NUM_IRQS              256 /* shared peripheral interrupts of the GIC */
#define PLATFORM_BUS_NUM_IRQS 64

/* PPIs of the generic timers, as INTIDs (Arm Base System Architecture, table 3) */
#define VIRTUAL_PMU_IRQ            23
#define ARCH_GIC_MAINT_IRQ         25
#define ARCH_TIMER_NS_EL2_IRQ      26
#define ARCH_TIMER_VIRT_IRQ        27
#define ARCH_TIMER_NS_EL2_VIRT_IRQ 28
#define ARCH_TIMER_S_EL1_IRQ       29
#define ARCH_TIMER_NS_EL1_IRQ      30

#define NUM_GICV2M_SPIS 64

#define VIRT_POWER_BUTTON_LINE 3 /* of the GPIO controller */

#define INTID_TO_PPI(intid) ((intid)-16)

/* What is in the memory map; rows of the table in virt.c. */
enum {
    VIRT_FLASH, /* both banks */
    VIRT_GIC_DIST,
    VIRT_GIC_CPU,
    VIRT_GIC_V2M, /* with a GICv2 */
    VIRT_GIC_HYP, /* this and the next with a GICv2 and virtualization=on */
    VIRT_GIC_VCPU,
    VIRT_GIC_ITS,    /* with a GICv3 */
    VIRT_GIC_REDIST, /* of the first 123 CPUs, with a GICv3 */
    VIRT_UART0,
    VIRT_RTC,
    VIRT_FW_CFG,
    VIRT_GPIO,
    VIRT_SECURE_UART, /* this and the next only with secure=on */
    VIRT_SECURE_MEM,
    VIRT_MMIO, /* the first of NUM_VIRTIO_TRANSPORTS slots */
    VIRT_PLATFORM_BUS,
    VIRT_MEM,
    VIRT_HIGH_GIC_REDIST2, /* of more CPUs; its base is known once they are */
    VIRT_NUM_ENTRIES,
};

#define TYPE_VIRT_MACHINE MACHINE_TYPE_NAME("virt")
OBJECT_DECLARE_TYPE(VirtMachineState, VirtMachineClass, VIRT_MACHINE)

struct VirtMachineClass {
    MachineClass parent;
};

struct VirtMachineState {
    MachineState parent;

    const MemMapEntry *memmap; /* by VIRT_*; VIRT_MEM's size is that of the RAM */
    const int *irqmap;         /* by VIRT_*: number of the shared interrupt */
    MemMapEntry map[VIRT_NUM_ENTRIES];
    DeviceState *gic, *power_button;
    Notifier powerdown_notifier;
    struct FWCfgState *fw_cfg;
    struct PlatformBusDevice *platform_bus;
    Notifier machine_done;
    struct arm_boot_info bootinfo;
    uint32_t clock_phandle, gic_phandle, msi_phandle;
    int gic_version;             /* property: 2 or 3; 0: by the number of CPUs */
    bool secure, virtualization; /* properties: CPUs have EL3, EL2 */
    bool its;                    /* property: LPIs and an ITS with a GICv3 */
    MemoryRegion *secure_memory; /* what Secure accesses see; NULL without `secure` */
    bool dtb_randomness;         /* property: seeds in /chosen */
    void *board_fdt;             /* as the board describes itself, before booting adds to it */
};

/* virt-gic.c: the version in use; the property; MPIDR affinity of CPU @n, which depends on it. */
int virt_gic_version(const VirtMachineState *vms);
char *virt_get_gic_version(Object *obj, Error **errp);
void virt_set_gic_version(Object *obj, const char *value, Error **errp);
uint64_t virt_cpu_affinity(const VirtMachineState *vms, unsigned n);
/* Ends the process if this GIC can not serve the machine's CPUs. */
void virt_check_gic(const VirtMachineState *vms);
/* Make vms->gic and connect it with the CPUs, which must be there; describe it. */
void virt_create_gic(VirtMachineState *vms);
/* After bootinfo is complete: a kernel below EL3 without firmware needs its interrupts. */
void virt_gic_kernel_loaded(VirtMachineState *vms);
uint32_t virt_gic_fdt_add_node(VirtMachineState *vms, void *fdt);

/* Make the flash banks; true if there is firmware to start. */
bool virt_create_flash(VirtMachineState *vms);

/* Build vms->board_fdt; the CPUs must be there. */
void virt_create_fdt(VirtMachineState *vms);

#endif
