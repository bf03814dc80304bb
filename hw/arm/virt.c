/* SPDX-License-Identifier: MIT */
/*
 * The machine `virt`: memory, CPUs, GIC, generic timers, flash, PL011, PL031, PL061, fw_cfg and the
 * slots for virtio and the platform bus, at the addresses that QEMU's machine of this name has
 * them. Not here yet: PCIe.
 */
#include "qemu/osdep.h"

#include "hw/arm/boot.h"
#include "hw/arm/virt.h"
#include "hw/boards.h"
#include "hw/char/pl011.h"
#include "hw/core/cpu.h"
#include "hw/gpio/gpio_key.h"
#include "hw/gpio/pl061.h"
#include "hw/hotplug.h"
#include "hw/intc/arm_gicv3.h"
#include "hw/irq.h"
#include "hw/nvram/fw_cfg.h"
#include "hw/platform-bus.h"
#include "hw/qdev-properties-system.h"
#include "hw/qdev-properties.h"
#include "hw/rtc/pl031.h"
#include "hw/sysbus.h"
#include "hw/virtio/virtio-mmio.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "qemu/uuid.h"
#include "system/address-spaces.h"
#include "system/device_tree.h"
#include "system/runstate.h"
#include "system/system.h"
#include "target/arm/cpu.h"

/* The first 128 MiB are for flash, the second for devices; RAM begins at 1 GiB. */
/* clang-format off */
static const MemMapEntry base_memmap[VIRT_NUM_ENTRIES] = {
    [VIRT_FLASH] = { 0, 0x08000000 },
    [VIRT_GIC_DIST] = { 0x08000000, 0x00010000 },
    [VIRT_GIC_CPU] = { 0x08010000, 0x00010000 },
    [VIRT_GIC_V2M] = { 0x08020000, 0x00001000 },
    [VIRT_GIC_HYP] = { 0x08030000, 0x00010000 },
    [VIRT_GIC_VCPU] = { 0x08040000, 0x00010000 },
    [VIRT_GIC_ITS] = { 0x08080000, 0x00020000 },
    [VIRT_GIC_REDIST] = { 0x080a0000, 0x00f60000 },
    [VIRT_UART0] = { 0x09000000, 0x00001000 },
    [VIRT_RTC] = { 0x09010000, 0x00001000 },
    [VIRT_FW_CFG] = { 0x09020000, 0x00000018 },
    [VIRT_GPIO] = { 0x09030000, 0x00001000 },
    [VIRT_SECURE_UART] = { 0x09040000, 0x1000 },
    [VIRT_SECURE_MEM] = { 0x0e000000, 16 * MiB },
    [VIRT_MMIO] = { 0x0a000000, VIRTIO_MMIO_SIZE },
    [VIRT_PLATFORM_BUS] = { 0x0c000000, 0x02000000 },
    [VIRT_MEM] = { GiB, 0 },
    [VIRT_HIGH_GIC_REDIST2] = { 0, 64 * MiB },
};
/* clang-format on */

/* The first of NUM_VIRTIO_TRANSPORTS and PLATFORM_BUS_NUM_IRQS, and single ones. */
static const int base_irqmap[VIRT_NUM_ENTRIES] = {
    [VIRT_GIC_V2M] = 48,       [VIRT_UART0] = 1,       [VIRT_RTC] = 2,
    [VIRT_GPIO] = 7,           [VIRT_SECURE_UART] = 8, [VIRT_MMIO] = 16,
    [VIRT_PLATFORM_BUS] = 112,
};

/* CPUs ----------------------------------------------------------------------------------------- */

/* How software asks for power management: by the call that the level below firmware has left. */
static int psci_conduit(const VirtMachineState *vms)
{
    if (vms->secure && vms->bootinfo.firmware_loaded) {
        return QEMU_PSCI_CONDUIT_DISABLED; /* the firmware at EL3 answers */
    }
    return vms->virtualization ? QEMU_PSCI_CONDUIT_SMC : QEMU_PSCI_CONDUIT_HVC;
}

/* Secure accesses see all that Non-secure ones do, and secure RAM and devices over it. */
static void create_secure_memory(VirtMachineState *vms)
{
    MemoryRegion *all = g_new0(MemoryRegion, 1), *below = g_new0(MemoryRegion, 1);
    MemoryRegion *ram = g_new0(MemoryRegion, 1);
    const MemMapEntry *e = &vms->memmap[VIRT_SECURE_MEM];

    memory_region_init(all, OBJECT(vms), "secure-memory", UINT64_MAX);
    memory_region_init_alias(below, OBJECT(vms), "non-secure", get_system_memory(), 0, UINT64_MAX);
    memory_region_add_subregion_overlap(all, 0, below, -1);
    memory_region_init_ram(ram, NULL, "virt.secure-ram", e->size, &error_fatal);
    memory_region_add_subregion(all, e->base, ram);
    vms->secure_memory = all;
}

static void create_cpus(VirtMachineState *vms)
{
    const MachineState *ms = MACHINE(vms);

    for (unsigned n = 0; n < ms->smp.cpus; n++) {
        Object *cpu = object_new(ms->cpu_type);

        object_property_set_uint(cpu, "mp-affinity", virt_cpu_affinity(vms, n), &error_abort);
        object_property_set_uint(cpu, "psci-conduit", psci_conduit(vms), &error_abort);
        object_property_set_bool(cpu, "has_el2", vms->virtualization, &error_abort);
        object_property_set_bool(cpu, "has_el3", vms->secure, &error_abort);
        if (vms->secure) {
            object_property_set_link(cpu, "secure-memory", OBJECT(vms->secure_memory),
                                     &error_abort);
        }
        /* Without PSCI nobody could switch them on: firmware holds them. */
        object_property_set_bool(cpu, "start-powered-off", n > 0 && psci_conduit(vms),
                                 &error_abort);
        qdev_realize(DEVICE(cpu), NULL, &error_fatal);
        object_unref(cpu);
    }
}

/* ID_AA64MMFR0_EL1.PARange: the physical addresses that the CPU can form (DDI0487 D19.2.64) */
static void check_ram_size(const MachineState *ms)
{
    static const uint8_t bits[] = { 32, 36, 40, 42, 44, 48 };
    const ARMCPU *cpu = ARM_CPU(first_cpu);
    unsigned range = isar_field(cpu->env.isar.id_aa64mmfr0, ID_AA64MMFR0_PARANGE);
    uint64_t limit = (1ull << bits[MIN(range, ARRAY_SIZE(bits) - 1)]) - base_memmap[VIRT_MEM].base;

    if (ms->ram_size > limit) {
        g_autofree char *want = size_to_str(ms->ram_size);
        g_autofree char *max = size_to_str(limit);

        error_setg(&error_fatal,
                   "-m: %s of memory is more than the %s that CPU type '%s' can "
                   "address on this machine",
                   want, max, ms->cpu_type);
    }
}

/* Devices -------------------------------------------------------------------------------------- */

/* Data, selector and DMA registers at offsets 0, 8 and 16 ("MMIO register locations"). */
static void create_fw_cfg(VirtMachineState *vms)
{
    const MachineState *ms = MACHINE(vms);
    hwaddr base = vms->memmap[VIRT_FW_CFG].base;

    vms->fw_cfg = fw_cfg_init_mem_dma(base + 8, base, 8, base + 16, &address_space_memory);
    fw_cfg_add_i16(vms->fw_cfg, FW_CFG_NB_CPUS, ms->smp.cpus);
    fw_cfg_add_i16(vms->fw_cfg, FW_CFG_MAX_CPUS, ms->smp.max_cpus);
    fw_cfg_add_i64(vms->fw_cfg, FW_CFG_RAM_SIZE, ms->ram_size);
    fw_cfg_add_i16(vms->fw_cfg, FW_CFG_NOGRAPHIC, 1);
    fw_cfg_add_i16(vms->fw_cfg, FW_CFG_BOOT_MENU, 0);
    fw_cfg_add_bytes(vms->fw_cfg, FW_CFG_UUID, &qemu_uuid, sizeof(qemu_uuid));
}

/* Board ---------------------------------------------------------------------------------------- */

static qemu_irq virt_irq(const VirtMachineState *vms, int entry)
{
    return qdev_get_gpio_in(vms->gic, vms->irqmap[entry]);
}

static void virt_power_button(Notifier *notifier, void *data)
{
    VirtMachineState *vms = container_of(notifier, VirtMachineState, powerdown_notifier);

    qemu_set_irq(qdev_get_gpio_in(vms->power_button, 0), 1);
}

/* Lines that nobody drives are low: the button is the only input. */
static void create_gpio(VirtMachineState *vms)
{
    DeviceState *gpio = qdev_new(TYPE_PL061);

    qdev_prop_set_uint8(gpio, "pullups", 0);
    qdev_prop_set_uint8(gpio, "pulldowns", 0xff);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(gpio), &error_fatal);
    sysbus_mmio_map(SYS_BUS_DEVICE(gpio), 0, vms->memmap[VIRT_GPIO].base);
    sysbus_connect_irq(SYS_BUS_DEVICE(gpio), 0, virt_irq(vms, VIRT_GPIO));

    vms->power_button =
        sysbus_create_simple(TYPE_GPIOKEY, -1, qdev_get_gpio_in(gpio, VIRT_POWER_BUTTON_LINE));
    vms->powerdown_notifier.notify = virt_power_button;
    qemu_register_powerdown_notifier(&vms->powerdown_notifier);
}

/* -device fills the slots from the last one down. */
static void create_virtio_transports(const VirtMachineState *vms)
{
    const MemMapEntry *first = &vms->memmap[VIRT_MMIO];

    for (int i = 0; i < NUM_VIRTIO_TRANSPORTS; i++) {
        sysbus_create_simple(TYPE_VIRTIO_MMIO, first->base + i * first->size,
                             qdev_get_gpio_in(vms->gic, vms->irqmap[VIRT_MMIO] + i));
    }
}

/* Where system bus devices of -device go. */
static void create_platform_bus(VirtMachineState *vms)
{
    const MemMapEntry *place = &vms->memmap[VIRT_PLATFORM_BUS];
    DeviceState *dev = qdev_new(TYPE_PLATFORM_BUS_DEVICE);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);

    qdev_prop_set_uint32(dev, "num_irqs", PLATFORM_BUS_NUM_IRQS);
    qdev_prop_set_uint32(dev, "mmio_size", place->size);
    sysbus_realize_and_unref(sbd, &error_fatal);
    sysbus_mmio_map(sbd, 0, place->base);
    for (int i = 0; i < PLATFORM_BUS_NUM_IRQS; i++) {
        sysbus_connect_irq(sbd, i, qdev_get_gpio_in(vms->gic, vms->irqmap[VIRT_PLATFORM_BUS] + i));
    }
    vms->platform_bus = PLATFORM_BUS_DEVICE(dev);
}

static HotplugHandler *virt_get_hotplug_handler(MachineState *machine, DeviceState *dev)
{
    return device_is_dynamic_sysbus(dev) ? HOTPLUG_HANDLER(machine) : NULL;
}

static void virt_pre_plug(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    if (dev->hotplugged) {
        error_setg(errp, "a system bus device can not be added to the running machine");
    }
}

static void virt_plug(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    platform_bus_link_device(VIRT_MACHINE(handler)->platform_bus, SYS_BUS_DEVICE(dev), errp);
}

/* The second -serial, for what runs in Secure state. */
static void create_secure_uart(VirtMachineState *vms)
{
    DeviceState *dev = qdev_new(TYPE_PL011);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);

    qdev_prop_set_chr(dev, "chardev", serial_hd(1));
    sysbus_realize_and_unref(sbd, &error_fatal);
    memory_region_add_subregion(vms->secure_memory, vms->memmap[VIRT_SECURE_UART].base,
                                sysbus_mmio_get_region(sbd, 0));
    sysbus_connect_irq(sbd, 0, virt_irq(vms, VIRT_SECURE_UART));
}

static void *virt_get_dtb(const struct arm_boot_info *info, int *size)
{
    VirtMachineState *vms = container_of(info, VirtMachineState, bootinfo);

    *size = FDT_MAX_SIZE;
    return g_memdup2(vms->board_fdt, FDT_MAX_SIZE);
}

static void virt_boot(VirtMachineState *vms)
{
    MachineState *ms = MACHINE(vms);

    vms->bootinfo.ram_size = ms->ram_size;
    vms->bootinfo.loader_start = vms->memmap[VIRT_MEM].base;
    vms->bootinfo.psci_conduit = psci_conduit(vms);
    vms->bootinfo.get_dtb = virt_get_dtb;
    vms->bootinfo.skip_dtb_autoload = true;
    arm_load_kernel(ARM_CPU(first_cpu), ms, &vms->bootinfo);
}

/* The device tree lists the devices of the command line, too: it comes last. */
static void virt_machine_done(Notifier *notifier, void *data)
{
    VirtMachineState *vms = container_of(notifier, VirtMachineState, machine_done);
    MachineState *ms = MACHINE(vms);

    virt_create_fdt(vms);
    arm_setup_dtb(ms, &vms->bootinfo, &error_fatal);
    if (ms->dumpdtb) {
        ms->dump_done = qemu_fdt_dump(ms->fdt, ms->dumpdtb, &error_fatal);
    }
}

static void virt_init(MachineState *machine)
{
    VirtMachineState *vms = VIRT_MACHINE(machine);

    vms->map[VIRT_MEM].size = machine->ram_size;
    vms->bootinfo.firmware_loaded = virt_create_flash(vms);
    virt_check_gic(vms);
    if (vms->secure) {
        create_secure_memory(vms);
    }
    create_cpus(vms);
    check_ram_size(machine);
    memory_region_add_subregion(get_system_memory(), vms->memmap[VIRT_MEM].base, machine->ram);
    virt_create_gic(vms);
    pl011_create(vms->memmap[VIRT_UART0].base, virt_irq(vms, VIRT_UART0), serial_hd(0));
    if (vms->secure) {
        create_secure_uart(vms);
    }
    sysbus_create_simple(TYPE_PL031, vms->memmap[VIRT_RTC].base, virt_irq(vms, VIRT_RTC));
    create_gpio(vms);
    create_virtio_transports(vms);
    create_fw_cfg(vms);
    vms->bootinfo.fw_cfg = vms->fw_cfg;
    create_platform_bus(vms);
    virt_boot(vms);
    virt_gic_kernel_loaded(vms);
    vms->machine_done.notify = virt_machine_done;
    qemu_add_machine_init_done_notifier(&vms->machine_done);
}

/* Properties ----------------------------------------------------------------------------------- */

/* They name nodes of -blockdev. */
static char *virt_get_pflash(Object *obj, Error **errp)
{
    return g_strdup("");
}

static void virt_set_pflash(Object *obj, const char *value, Error **errp)
{
    error_setg(errp, "pflash0= and pflash1= need -blockdev, which is not supported yet: use -drive "
                     "if=pflash,format=raw,unit=N,file=FILE");
}

static bool virt_get_secure(Object *obj, Error **errp)
{
    return VIRT_MACHINE(obj)->secure;
}

static void virt_set_secure(Object *obj, bool value, Error **errp)
{
    VIRT_MACHINE(obj)->secure = value;
}

static bool virt_get_its(Object *obj, Error **errp)
{
    return VIRT_MACHINE(obj)->its;
}

static void virt_set_its(Object *obj, bool value, Error **errp)
{
    VIRT_MACHINE(obj)->its = value;
}

static bool virt_get_virtualization(Object *obj, Error **errp)
{
    return VIRT_MACHINE(obj)->virtualization;
}

static void virt_set_virtualization(Object *obj, bool value, Error **errp)
{
    VIRT_MACHINE(obj)->virtualization = value;
}

static bool virt_get_dtb_randomness(Object *obj, Error **errp)
{
    return VIRT_MACHINE(obj)->dtb_randomness;
}

static void virt_set_dtb_randomness(Object *obj, bool value, Error **errp)
{
    VIRT_MACHINE(obj)->dtb_randomness = value;
}

static void virt_add_bool(ObjectClass *oc, const char *name, bool (*get)(Object *, Error **),
                          void (*set)(Object *, bool, Error **), const char *description)
{
    object_class_property_add_bool(oc, name, get, set);
    object_class_property_set_description(oc, name, description);
}

static void virt_machine_class_init(ObjectClass *oc, const void *data)
{
    MachineClass *mc = MACHINE_CLASS(oc);
    HotplugHandlerClass *hdc = HOTPLUG_HANDLER_CLASS(oc);

    mc->init = virt_init;
    mc->get_hotplug_handler = virt_get_hotplug_handler;
    hdc->pre_plug = virt_pre_plug;
    hdc->plug = virt_plug;
    mc->max_cpus = GICV3_MAXCPU;
    mc->smp_props.clusters_supported = true;
    mc->default_cpu_type = ARM_CPU_TYPE_NAME("cortex-a57");
    mc->default_ram_id = "mach-virt.ram";

    object_class_property_add_str(oc, "gic-version", virt_get_gic_version, virt_set_gic_version);
    object_class_property_set_description(oc, "gic-version", "Version of the GIC: 2, 3 or max");
    object_class_property_add_str(oc, "pflash0", virt_get_pflash, virt_set_pflash);
    object_class_property_add_str(oc, "pflash1", virt_get_pflash, virt_set_pflash);
    virt_add_bool(oc, "secure", virt_get_secure, virt_set_secure, "CPUs with EL3");
    virt_add_bool(oc, "virtualization", virt_get_virtualization, virt_set_virtualization,
                  "CPUs with EL2");
    virt_add_bool(oc, "its", virt_get_its, virt_set_its,
                  "With a GICv3: LPIs and an interrupt translation service");
    virt_add_bool(oc, "dtb-randomness", virt_get_dtb_randomness, virt_set_dtb_randomness,
                  "Random seeds in the device tree");
    virt_add_bool(oc, "dtb-kaslr-seed", virt_get_dtb_randomness, virt_set_dtb_randomness,
                  "Deprecated synonym of dtb-randomness");
}

static void virt_instance_init(Object *obj)
{
    VirtMachineState *vms = VIRT_MACHINE(obj);

    memcpy(vms->map, base_memmap, sizeof(vms->map));
    vms->memmap = vms->map;
    vms->irqmap = base_irqmap;
    vms->dtb_randomness = true;
    vms->its = true;
}

static void virt_instance_finalize(Object *obj)
{
    g_free(VIRT_MACHINE(obj)->board_fdt);
}

static void virt_machine_11_1_class_init(ObjectClass *oc, const void *data)
{
    MachineClass *mc = MACHINE_CLASS(oc);

    mc->desc = "QEMU 11.1 ARM Virtual Machine";
    mc->alias = "virt";
}

static const TypeInfo virt_machine_types[] = {
    {
        .name = TYPE_VIRT_MACHINE,
        .parent = TYPE_MACHINE,
        .abstract = true,
        .instance_size = sizeof(VirtMachineState),
        .class_size = sizeof(VirtMachineClass),
        .instance_init = virt_instance_init,
        .instance_finalize = virt_instance_finalize,
        .class_init = virt_machine_class_init,
        .interfaces = (const InterfaceInfo[]){ { TYPE_HOTPLUG_HANDLER }, { 0 } },
    },
    {
        .name = MACHINE_TYPE_NAME("virt-11.1"),
        .parent = TYPE_VIRT_MACHINE,
        .class_init = virt_machine_11_1_class_init,
    },
};

DEFINE_TYPES(virt_machine_types)
