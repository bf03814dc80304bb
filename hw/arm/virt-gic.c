/* SPDX-License-Identifier: MIT */
/* The interrupt controller of `virt`: which version, its place, its lines to and from the CPUs. */
#include "qemu/osdep.h"

#include "hw/arm/virt.h"
#include "hw/boards.h"
#include "hw/core/cpu.h"
#include "hw/intc/arm_gic.h"
#include "hw/intc/arm_gicv2m.h"
#include "hw/intc/arm_gicv3.h"
#include "hw/intc/arm_gicv3_its.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "qapi/error.h"
#include "qemu/units.h"
#include "system/address-spaces.h"
#include "system/device_tree.h"
#include "target/arm/cpu.h"

/* CPUs with the same Aff1, as many as a target list of an SGI can name. */
enum { GICV2_CLUSTER = 8, GICV3_CLUSTER = 16 };

/* The second region of redistributors is above all RAM, and not below this. */
#define HIGH_REDIST_BASE (256 * GiB)

char *virt_get_gic_version(Object *obj, Error **errp)
{
    const VirtMachineState *vms = VIRT_MACHINE(obj);

    return g_strdup_printf("%d", virt_gic_version(vms));
}

void virt_set_gic_version(Object *obj, const char *value, Error **errp)
{
    VirtMachineState *vms = VIRT_MACHINE(obj);
    static const char *const later[] = { "4", "host", NULL };

    if (strcmp(value, "2") == 0 || strcmp(value, "3") == 0) {
        vms->gic_version = value[0] - '0';
    } else if (strcmp(value, "max") == 0) {
        vms->gic_version = 3;
    } else if (g_strv_contains(later, value)) {
        error_setg(errp, "gic-version=%s is not supported yet: use gic-version=2 or 3", value);
    } else {
        error_setg(errp, "gic-version=%s does not exist: 2, 3 and max are supported", value);
    }
}

int virt_gic_version(const VirtMachineState *vms)
{
    if (vms->gic_version) {
        return vms->gic_version;
    }
    return MACHINE(vms)->smp.cpus > GIC_NCPU ? 3 : 2;
}

uint64_t virt_cpu_affinity(const VirtMachineState *vms, unsigned n)
{
    unsigned cluster = virt_gic_version(vms) == 2 ? GICV2_CLUSTER : GICV3_CLUSTER;

    return n / cluster << 8 | n % cluster;
}

void virt_check_gic(const VirtMachineState *vms)
{
    unsigned ncpus = MACHINE(vms)->smp.cpus;

    if (virt_gic_version(vms) == 2 && ncpus > GIC_NCPU) {
        error_setg(&error_fatal,
                   "-smp %u: a GICv2 serves at most %d CPUs: use -M virt,gic-version=3", ncpus,
                   GIC_NCPU);
    }
}

static void connect_cpu(DeviceState *gic, unsigned n, unsigned ncpus)
{
    static const int timer_ppi[NUM_GTIMERS] = {
        [GTIMER_PHYS] = ARCH_TIMER_NS_EL1_IRQ,         [GTIMER_VIRT] = ARCH_TIMER_VIRT_IRQ,
        [GTIMER_HYP] = ARCH_TIMER_NS_EL2_IRQ,          [GTIMER_SEC] = ARCH_TIMER_S_EL1_IRQ,
        [GTIMER_HYPVIRT] = ARCH_TIMER_NS_EL2_VIRT_IRQ,
    };
    DeviceState *cpu = DEVICE(qemu_get_cpu(n));
    SysBusDevice *sbd = SYS_BUS_DEVICE(gic);
    int ppi_base = NUM_IRQS + n * GIC_INTERNAL; /* behind the shared interrupts */

    for (int i = 0; i < NUM_GTIMERS; i++) {
        qdev_connect_gpio_out(cpu, i, qdev_get_gpio_in(gic, ppi_base + timer_ppi[i]));
    }
    qdev_connect_gpio_out_named(cpu, "pmu-interrupt", 0,
                                qdev_get_gpio_in(gic, ppi_base + VIRTUAL_PMU_IRQ));
    sysbus_connect_irq(sbd, ARM_CPU_NIRQS * ncpus + n,
                       qdev_get_gpio_in(gic, ppi_base + ARCH_GIC_MAINT_IRQ));
    for (int line = ARM_CPU_IRQ; line < ARM_CPU_NIRQS; line++) {
        sysbus_connect_irq(sbd, line * ncpus + n, qdev_get_gpio_in(cpu, line));
    }
}

static void create_gicv2(VirtMachineState *vms)
{
    SysBusDevice *sbd = SYS_BUS_DEVICE(vms->gic);

    qdev_prop_set_bit(vms->gic, "has-virtualization-extensions", vms->virtualization);
    qdev_prop_set_bit(vms->gic, "has-security-extensions", vms->secure);
    sysbus_realize_and_unref(sbd, &error_fatal);
    sysbus_mmio_map(sbd, 0, vms->memmap[VIRT_GIC_DIST].base);
    sysbus_mmio_map(sbd, 1, vms->memmap[VIRT_GIC_CPU].base);
    if (vms->virtualization) {
        sysbus_mmio_map(sbd, 2, vms->memmap[VIRT_GIC_HYP].base);
        sysbus_mmio_map(sbd, 3, vms->memmap[VIRT_GIC_VCPU].base);
    }
}

static void create_v2m(VirtMachineState *vms)
{
    DeviceState *dev = qdev_new(TYPE_ARM_GICV2M);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);
    int first = vms->irqmap[VIRT_GIC_V2M];

    qdev_prop_set_uint32(dev, "base-spi", GIC_INTERNAL + first);
    qdev_prop_set_uint32(dev, "num-spi", NUM_GICV2M_SPIS);
    sysbus_realize_and_unref(sbd, &error_fatal);
    sysbus_mmio_map(sbd, 0, vms->memmap[VIRT_GIC_V2M].base);
    for (int n = 0; n < NUM_GICV2M_SPIS; n++) {
        sysbus_connect_irq(sbd, n, qdev_get_gpio_in(vms->gic, first + n));
    }
}

/* The regions of redistributors that so many CPUs need. */
static unsigned redist_regions(VirtMachineState *vms)
{
    const MemMapEntry *low = &vms->memmap[VIRT_GIC_REDIST];
    MemMapEntry *high = &vms->map[VIRT_HIGH_GIC_REDIST2];
    const MemMapEntry *ram = &vms->memmap[VIRT_MEM];

    if (MACHINE(vms)->smp.cpus <= low->size / GICV3_REDIST_SIZE) {
        return 1;
    }
    high->base = ROUND_UP(MAX(HIGH_REDIST_BASE, ram->base + ram->size), high->size);
    return 2;
}

static void create_gicv3(VirtMachineState *vms)
{
    SysBusDevice *sbd = SYS_BUS_DEVICE(vms->gic);
    unsigned ncpus = MACHINE(vms)->smp.cpus, regions = redist_regions(vms);
    unsigned low = MIN(ncpus, vms->memmap[VIRT_GIC_REDIST].size / GICV3_REDIST_SIZE);
    g_autofree char *counts =
        regions > 1 ? g_strdup_printf("%u,%u", low, ncpus - low) : g_strdup_printf("%u", low);

    object_property_parse(OBJECT(vms->gic), "redist-region-count", counts, &error_abort);
    qdev_prop_set_bit(vms->gic, "has-security-extensions", vms->secure);
    if (vms->its) {
        object_property_set_link(OBJECT(vms->gic), "sysmem", OBJECT(get_system_memory()),
                                 &error_abort);
        qdev_prop_set_bit(vms->gic, "has-lpi", true);
    }
    sysbus_realize_and_unref(sbd, &error_fatal);
    sysbus_mmio_map(sbd, 0, vms->memmap[VIRT_GIC_DIST].base);
    sysbus_mmio_map(sbd, 1, vms->memmap[VIRT_GIC_REDIST].base);
    if (regions > 1) {
        sysbus_mmio_map(sbd, 2, vms->memmap[VIRT_HIGH_GIC_REDIST2].base);
    }
}

static void create_its(VirtMachineState *vms)
{
    DeviceState *dev = qdev_new(TYPE_ARM_GICV3_ITS);

    object_property_set_link(OBJECT(dev), "parent-gicv3", OBJECT(vms->gic), &error_abort);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, vms->memmap[VIRT_GIC_ITS].base);
}

void virt_create_gic(VirtMachineState *vms)
{
    unsigned ncpus = MACHINE(vms)->smp.cpus;
    int version = virt_gic_version(vms);

    vms->gic = qdev_new(version == 2 ? TYPE_ARM_GIC : TYPE_ARM_GICV3);
    qdev_prop_set_uint32(vms->gic, "revision", version);
    qdev_prop_set_uint32(vms->gic, "num-cpu", ncpus);
    qdev_prop_set_uint32(vms->gic, "num-irq", NUM_IRQS + GIC_INTERNAL);
    if (version == 2) {
        create_gicv2(vms);
    } else {
        create_gicv3(vms);
    }
    for (unsigned n = 0; n < ncpus; n++) {
        connect_cpu(vms->gic, n, ncpus);
    }
    if (version == 2) {
        create_v2m(vms);
    } else if (vms->its) {
        create_its(vms);
    }
}

void virt_gic_kernel_loaded(VirtMachineState *vms)
{
    if (!vms->secure || !vms->bootinfo.is_linux) {
        return;
    }
    if (virt_gic_version(vms) == 2) {
        arm_gic_give_to_nonsecure(vms->gic);
    } else {
        arm_gicv3_give_to_nonsecure(vms->gic);
    }
}

uint32_t virt_gic_fdt_add_node(VirtMachineState *vms, void *fdt)
{
    const MemMapEntry *map = vms->memmap;
    const MemMapEntry places[] = { map[VIRT_GIC_DIST], map[VIRT_GIC_CPU], map[VIRT_GIC_HYP],
                                   map[VIRT_GIC_VCPU] };
    const MemMapEntry redist[] = { map[VIRT_GIC_REDIST], map[VIRT_HIGH_GIC_REDIST2] };

    g_autofree char *node = g_strdup_printf("/intc@%" PRIx64, map[VIRT_GIC_DIST].base);
    unsigned maintenance = vms->virtualization ? ARCH_GIC_MAINT_IRQ : 0;
    uint32_t phandle;

    if (virt_gic_version(vms) == 2) {
        phandle = arm_gic_fdt_add_node(fdt, places, maintenance);

        vms->msi_phandle = arm_gicv2m_fdt_add_node(fdt, node, &map[VIRT_GIC_V2M]);
        return phandle;
    }
    phandle =
        arm_gicv3_fdt_add_node(fdt, &map[VIRT_GIC_DIST], redist, redist_regions(vms), maintenance);
    if (vms->its) {
        vms->msi_phandle = arm_gicv3_its_fdt_add_node(fdt, node, &map[VIRT_GIC_ITS]);
    }
    return phandle;
}
