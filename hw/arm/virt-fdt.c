/* SPDX-License-Identifier: MIT */
/*
 * The device tree of the machine `virt`. The board's own nodes are here; a device's node is
 * written by its model. Bindings: Documentation/devicetree/bindings of the Linux kernel.
 */
#include "qemu/osdep.h"

#include "hw/arm/virt.h"
#include "hw/block/flash.h"
#include "hw/char/pl011.h"
#include "hw/gpio/gpio_key.h"
#include "hw/gpio/pl061.h"
#include "hw/nvram/fw_cfg.h"
#include "hw/platform-bus.h"
#include "hw/rtc/pl031.h"
#include "hw/virtio/virtio-mmio.h"
#include "qemu/guest-random.h"
#include "system/device_tree.h"
#include "target/arm/cpu.h"

/* Cells of an interrupt specifier (arm,gic.yaml) */
enum { GIC_FDT_IRQ_TYPE_PPI = 1, GIC_FDT_IRQ_FLAGS_LEVEL_HI = 4, GIC_FDT_IRQ_PPI_CPU_SHIFT = 8 };

static void fdt_add_root(const VirtMachineState *vms, void *fdt)
{
    const char *compatible = MACHINE(vms)->dt_compatible;

    qemu_fdt_setprop_string(fdt, "/", "compatible", compatible ? compatible : "linux,dummy-virt");
    qemu_fdt_setprop_string(fdt, "/", "model", "linux,dummy-virt");
    qemu_fdt_setprop_cell(fdt, "/", "#address-cells", 2);
    qemu_fdt_setprop_cell(fdt, "/", "#size-cells", 2);
}

/* Entropy for the kernel's random number generator and its address space layout. */
static void fdt_add_chosen(const VirtMachineState *vms, void *fdt)
{
    uint64_t kaslr;
    uint8_t rng[32];

    qemu_fdt_add_subnode(fdt, "/chosen");
    if (!vms->dtb_randomness) {
        return;
    }
    qemu_guest_getrandom_nofail(&kaslr, sizeof(kaslr));
    qemu_fdt_setprop_u64(fdt, "/chosen", "kaslr-seed", kaslr);
    qemu_guest_getrandom_nofail(rng, sizeof(rng));
    qemu_fdt_setprop(fdt, "/chosen", "rng-seed", rng, sizeof(rng));
}

static void fdt_add_clock(VirtMachineState *vms, void *fdt)
{
    qemu_fdt_add_subnode(fdt, "/apb-pclk");
    qemu_fdt_setprop_string(fdt, "/apb-pclk", "compatible", "fixed-clock");
    qemu_fdt_setprop_cell(fdt, "/apb-pclk", "#clock-cells", 0);
    qemu_fdt_setprop_cell(fdt, "/apb-pclk", "clock-frequency", 24000000);
    qemu_fdt_setprop_string(fdt, "/apb-pclk", "clock-output-names", "clk24mhz");
    vms->clock_phandle = qemu_fdt_new_phandle(fdt, "/apb-pclk");
}

/* A GICv2's specifier says which CPUs a PPI is for; a GICv3's does not. */
static uint32_t ppi_flags(const VirtMachineState *vms)
{
    const uint32_t cpus = virt_gic_version(vms) == 2 ? (1u << MACHINE(vms)->smp.cpus) - 1 : 0;

    return GIC_FDT_IRQ_FLAGS_LEVEL_HI | cpus << GIC_FDT_IRQ_PPI_CPU_SHIFT;
}

static void fdt_add_timer(const VirtMachineState *vms, void *fdt)
{
    static const char *const compatible[] = { "arm,armv8-timer", "arm,armv7-timer" };
    const uint32_t flags = ppi_flags(vms);

    qemu_fdt_add_subnode(fdt, "/timer");
    qemu_fdt_setprop_string_array(fdt, "/timer", "compatible", compatible, ARRAY_SIZE(compatible));
    qemu_fdt_setprop(fdt, "/timer", "always-on", NULL, 0);
    qemu_fdt_setprop_cells(fdt, "/timer", "interrupts", GIC_FDT_IRQ_TYPE_PPI,
                           INTID_TO_PPI(ARCH_TIMER_S_EL1_IRQ), flags, GIC_FDT_IRQ_TYPE_PPI,
                           INTID_TO_PPI(ARCH_TIMER_NS_EL1_IRQ), flags, GIC_FDT_IRQ_TYPE_PPI,
                           INTID_TO_PPI(ARCH_TIMER_VIRT_IRQ), flags, GIC_FDT_IRQ_TYPE_PPI,
                           INTID_TO_PPI(ARCH_TIMER_NS_EL2_IRQ), flags);
}

static void fdt_add_pmu(const VirtMachineState *vms, void *fdt)
{
    if (!ARM_CPU(qemu_get_cpu(0))->has_pmu) {
        return;
    }
    qemu_fdt_add_subnode(fdt, "/pmu");
    qemu_fdt_setprop_string(fdt, "/pmu", "compatible", "arm,armv8-pmuv3");
    qemu_fdt_setprop_cells(fdt, "/pmu", "interrupts", GIC_FDT_IRQ_TYPE_PPI,
                           INTID_TO_PPI(VIRTUAL_PMU_IRQ), ppi_flags(vms));
}

/* Where CPU @n is in sockets, clusters, cores and threads (cpu-capacity and cpu-map bindings). */
static char *cpu_map_path(const CpuTopology *smp, unsigned n)
{
    unsigned core = n / smp->threads, cluster = core / smp->cores;
    unsigned socket = cluster / smp->clusters;
    g_autofree char *path = g_strdup_printf("/cpus/cpu-map/socket%u/cluster%u/core%u", socket,
                                            cluster % smp->clusters, core % smp->cores);

    return smp->threads > 1 ? g_strdup_printf("%s/thread%u", path, n % smp->threads)
                            : g_steal_pointer(&path);
}

static void fdt_add_cpu(const VirtMachineState *vms, void *fdt, unsigned n)
{
    const CpuTopology *smp = &MACHINE(vms)->smp;
    ARMCPU *cpu = ARM_CPU(qemu_get_cpu(n));
    g_autofree char *node = g_strdup_printf("/cpus/cpu@%u", n);

    qemu_fdt_add_subnode(fdt, node);
    qemu_fdt_setprop_string(fdt, node, "device_type", "cpu");
    qemu_fdt_setprop_string(fdt, node, "compatible", arm_cpu_dtb_compatible(cpu));
    if (smp->cpus > 1) {
        qemu_fdt_setprop_string(fdt, node, "enable-method", "psci");
    }
    qemu_fdt_setprop_cell(fdt, node, "reg", cpu->mp_affinity);
    qemu_fdt_new_phandle(fdt, node);
}

/* A tree lists the newest node first: adding the last CPU first brings them into order. */
static void fdt_add_cpus(const VirtMachineState *vms, void *fdt)
{
    const CpuTopology *smp = &MACHINE(vms)->smp;

    qemu_fdt_add_subnode(fdt, "/cpus");
    qemu_fdt_setprop_cell(fdt, "/cpus", "#address-cells", 1);
    qemu_fdt_setprop_cell(fdt, "/cpus", "#size-cells", 0);
    for (unsigned n = smp->cpus; n-- > 0;) {
        fdt_add_cpu(vms, fdt, n);
    }
    for (unsigned n = smp->cpus; n-- > 0;) {
        g_autofree char *node = g_strdup_printf("/cpus/cpu@%u", n);
        g_autofree char *place = cpu_map_path(smp, n);

        qemu_fdt_add_path(fdt, place);
        qemu_fdt_setprop_phandle(fdt, place, "cpu", node);
    }
}

static void fdt_add_devices(VirtMachineState *vms, void *fdt)
{
    const MemMapEntry *map = vms->memmap;
    g_autofree char *uart = NULL;
    uint32_t gpio;

    pflash_fdt_add_node(fdt, &map[VIRT_FLASH], 2, 4);
    vms->gic_phandle = virt_gic_fdt_add_node(vms, fdt);
    qemu_fdt_setprop_cell(fdt, "/", "interrupt-parent", vms->gic_phandle);

    uart = pl011_fdt_add_node(fdt, &map[VIRT_UART0], vms->irqmap[VIRT_UART0], vms->clock_phandle);
    qemu_fdt_setprop_string(fdt, "/chosen", "stdout-path", uart);
    qemu_fdt_add_subnode(fdt, "/aliases");
    qemu_fdt_setprop_string(fdt, "/aliases", "serial0", uart);

    pl031_fdt_add_node(fdt, &map[VIRT_RTC], vms->irqmap[VIRT_RTC], vms->clock_phandle);
    gpio = pl061_fdt_add_node(fdt, &map[VIRT_GPIO], vms->irqmap[VIRT_GPIO], vms->clock_phandle);
    gpio_key_fdt_add_poweroff(fdt, gpio, VIRT_POWER_BUTTON_LINE);
    virtio_mmio_fdt_add_nodes(fdt, &map[VIRT_MMIO], vms->irqmap[VIRT_MMIO], NUM_VIRTIO_TRANSPORTS);
    fw_cfg_fdt_add_node(fdt, &map[VIRT_FW_CFG]);
}

void virt_create_fdt(VirtMachineState *vms)
{
    int size;
    void *fdt = create_device_tree(&size);

    vms->board_fdt = fdt;
    fdt_add_root(vms, fdt);
    fdt_add_chosen(vms, fdt);
    fdt_add_clock(vms, fdt);
    fdt_add_timer(vms, fdt);
    fdt_add_pmu(vms, fdt);
    fdt_add_cpus(vms, fdt);
    fdt_add_devices(vms, fdt);
    platform_bus_fdt_add_nodes(vms->platform_bus, fdt, vms->gic_phandle,
                               vms->irqmap[VIRT_PLATFORM_BUS]);
}
