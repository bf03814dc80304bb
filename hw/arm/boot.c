/* SPDX-License-Identifier: MIT */
/*
 * Placing kernel, initrd and device tree in memory, and starting the CPUs there.
 *
 * From the start of RAM upwards: the stub that jumps to the kernel, the kernel at its text_offset,
 * the initrd at 128 MiB (or half of a smaller RAM, or after a larger kernel), the device tree after
 * it on a 2 MiB boundary, as booting.rst wants it. A bare-metal ELF program goes where its segments
 * say; the tree then goes to the start of RAM if there is room below the program.
 */
#include "qemu/osdep.h"

#include <elf.h>
#include <libfdt.h>

#include "hw/arm/boot.h"
#include "hw/core/cpu.h"
#include "hw/loader.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/cutils.h"
#include "qemu/readfile.h"
#include "qemu/units.h"
#include "system/address-spaces.h"
#include "system/device_tree.h"
#include "system/reset.h"

/* The stub's room: a kernel whose text_offset is less goes 2 MiB up. */
#define STUB_ROOM       4096
#define RAW_TEXT_OFFSET 0x80000 /* where a raw program is put and starts */
#define DTB_ALIGN       (2 * MiB)

/* Stub ----------------------------------------------------------------------------------------- */

/* booting.rst, "Before jumping into the kernel": x0 = device tree, x1 to x3 = 0. */
static void add_stub(const struct arm_boot_info *info, hwaddr kernel_entry)
{
    const uint32_t code[] = {
        0x580000c4, /* ldr x4, =kernel_entry (at 0x18) */
        0x580000e0, /* ldr x0, =dtb_start (at 0x20) */
        0xd2800001, /* mov x1, #0 */
        0xd2800002, /* mov x2, #0 */
        0xd2800003, /* mov x3, #0 */
        0xd61f0080, /* br x4 */
        kernel_entry, kernel_entry >> 32, info->dtb_start, info->dtb_start >> 32,
    };
    uint8_t bytes[sizeof(code)];

    for (int i = 0; i < ARRAY_SIZE(code); i++) {
        stl_le_p(bytes + i * 4, code[i]);
    }
    rom_add_blob_fixed("bootloader", bytes, sizeof(bytes), info->loader_start);
}

/* Kernel --------------------------------------------------------------------------------------- */

static hwaddr ram_end(const struct arm_boot_info *info)
{
    return info->loader_start + info->ram_size;
}

static bool load_elf_kernel(const char *filename, Arm64Kernel *k, struct arm_boot_info *info,
                            Error **errp)
{
    ElfLoadOptions opts = { .data_order = ELF_ORDER_LE, .machine = EM_AARCH64 };
    ElfLoadInfo elf;

    if (loader_load_elf(filename, k->data, k->len, &opts, &elf, errp) < 0) {
        return false;
    }
    if (elf.low < info->loader_start || elf.high > ram_end(info)) {
        error_setg(errp,
                   "ELF file '%s' wants memory from 0x%" PRIx64 " to 0x%" PRIx64
                   ", RAM is from 0x%" PRIx64 " to 0x%" PRIx64
                   ": link it for RAM, or for Linux use "
                   "arch/arm64/boot/Image",
                   filename, elf.low, elf.high, info->loader_start, ram_end(info));
        return false;
    }
    info->entry = elf.entry;
    info->image_low = elf.low;
    info->image_high = elf.high;
    return true;
}

/* An Image or a raw program: one piece at an offset from the start of RAM. */
static bool load_flat_kernel(const char *filename, Arm64Kernel *k, struct arm_boot_info *info,
                             Error **errp)
{
    uint64_t offset = k->kind == ARM64_KERNEL_IMAGE ? k->text_offset : RAW_TEXT_OFFSET;
    uint64_t size = MAX(k->image_size, k->len);

    if (offset < STUB_ROOM) {
        offset += 2 * MiB;
    }
    if (offset > info->ram_size || size > info->ram_size - offset) {
        g_autofree char *want = size_to_str(size);
        g_autofree char *have = size_to_str(info->ram_size);

        error_setg(errp,
                   "the kernel '%s' needs %s at offset 0x%" PRIx64 " of RAM, which is %s: "
                   "give the machine more memory with -m",
                   filename, want, offset, have);
        return false;
    }
    info->is_linux = true;
    info->image_low = info->loader_start + offset;
    info->image_high = info->image_low + size;
    info->entry = info->loader_start;
    rom_add_owned(filename, g_steal_pointer(&k->data), k->len, k->len, info->image_low, NULL);
    return true;
}

static bool load_kernel(const char *filename, struct arm_boot_info *info, Error **errp)
{
    Arm64Kernel k;
    bool ok;

    if (!arm64_kernel_open(filename, info->ram_size, &k, errp)) {
        return false;
    }
    if (k.kind == ARM64_KERNEL_ELF) {
        ok = load_elf_kernel(filename, &k, info, errp);
    } else {
        ok = load_flat_kernel(filename, &k, info, errp);
    }
    g_free(k.data);
    return ok;
}

/* Initial RAM disk ----------------------------------------------------------------------------- */

static bool load_initrd(const char *filename, struct arm_boot_info *info, Error **errp)
{
    hwaddr start = info->loader_start + MIN(info->ram_size / 2, 128 * MiB);
    uint8_t *data;
    size_t len;

    start = ROUND_UP(MAX(start, info->image_high), 4 * KiB);
    if (start >= ram_end(info)) {
        error_setg(errp,
                   "no room for the initrd '%s' after the kernel: give the machine more "
                   "memory with -m",
                   filename);
        return false;
    }
    data = qemu_read_file("initrd", filename, ram_end(info) - start, &len, errp);
    if (!data) {
        return false;
    }
    info->initrd_start = start;
    info->initrd_size = len;
    rom_add_owned(filename, data, len, len, start, NULL);
    return true;
}

/* Device tree ---------------------------------------------------------------------------------- */

/* Bare-metal programs get the tree at the start of RAM, if they leave it room there. */
static void place_dtb(struct arm_boot_info *info)
{
    info->dtb_start = info->loader_start;
    if (info->is_linux) {
        hwaddr after =
            info->initrd_size
                ? info->initrd_start + info->initrd_size
                : MAX(info->image_high, info->loader_start + MIN(info->ram_size / 2, 128 * MiB));

        info->dtb_start = ROUND_UP(after, DTB_ALIGN);
    } else if (info->image_high) {
        info->dtb_limit = info->image_low;
    }
}

/* The cells of an address and of a size in `reg` properties below the root. */
typedef struct FdtCells {
    uint32_t addr, size;
} FdtCells;

static bool root_cells(void *fdt, FdtCells *cells, Error **errp)
{
    cells->addr = qemu_fdt_getprop_cell(fdt, "/", "#address-cells", 2);
    cells->size = qemu_fdt_getprop_cell(fdt, "/", "#size-cells", 1);
    if (cells->addr < 1 || cells->addr > 2 || cells->size < 1 || cells->size > 2) {
        error_setg(errp,
                   "device tree: #address-cells %u and #size-cells %u of the root; 1 or 2 "
                   "are supported",
                   cells->addr, cells->size);
        return false;
    }
    return true;
}

static bool is_memory_node(void *fdt, int node)
{
    int len;
    const char *type = fdt_getprop(fdt, node, "device_type", &len);
    const char *name = fdt_get_name(fdt, node, NULL);

    return (type && len == sizeof("memory") && memcmp(type, "memory", len) == 0) ||
           (name && (strcmp(name, "memory") == 0 || g_str_has_prefix(name, "memory@")));
}

/* Whatever RAM the tree described: the machine has the RAM that the user asked for. */
static void drop_memory_nodes(void *fdt)
{
    int node = fdt_first_subnode(fdt, 0);

    while (node >= 0) {
        if (is_memory_node(fdt, node)) {
            fdt_del_node(fdt, node);
            node = fdt_first_subnode(fdt, 0);
        } else {
            node = fdt_next_subnode(fdt, node);
        }
    }
}

static bool add_memory_node(void *fdt, const struct arm_boot_info *info, FdtCells cells,
                            Error **errp)
{
    g_autofree char *name = g_strdup_printf("/memory@%" PRIx64, info->loader_start);

    if ((cells.size == 1 && info->ram_size > UINT32_MAX) ||
        (cells.addr == 1 && info->loader_start > UINT32_MAX)) {
        error_setg(errp, "device tree: 4 GiB of RAM or more need #address-cells and #size-cells 2");
        return false;
    }
    drop_memory_nodes(fdt);
    qemu_fdt_add_subnode(fdt, name);
    qemu_fdt_setprop_string(fdt, name, "device_type", "memory");
    qemu_fdt_setprop_sized_cells(fdt, name, "reg", cells.addr, info->loader_start, cells.size,
                                 info->ram_size);
    return true;
}

/* DEN 0022 (PSCI), 5.1.1 and the binding of the Devicetree; a tree that has the node is left as is.
 */
static void add_psci_node(void *fdt, const struct arm_boot_info *info)
{
    static const char *const compatible[] = { "arm,psci-1.0", "arm,psci-0.2", "arm,psci" };

    if (info->psci_conduit == QEMU_PSCI_CONDUIT_DISABLED || qemu_fdt_node_exists(fdt, "/psci")) {
        return;
    }
    qemu_fdt_add_subnode(fdt, "/psci");
    qemu_fdt_setprop_string_array(fdt, "/psci", "compatible", compatible, ARRAY_SIZE(compatible));
    qemu_fdt_setprop_string(fdt, "/psci", "method",
                            info->psci_conduit == QEMU_PSCI_CONDUIT_HVC ? "hvc" : "smc");
    qemu_fdt_setprop_cell(fdt, "/psci", "cpu_suspend", 0xc4000001);
    qemu_fdt_setprop_cell(fdt, "/psci", "cpu_off", 0x84000002);
    qemu_fdt_setprop_cell(fdt, "/psci", "cpu_on", 0xc4000003);
    qemu_fdt_setprop_cell(fdt, "/psci", "migrate", 0xc4000005);
}

static void add_chosen(void *fdt, const char *cmdline, const struct arm_boot_info *info,
                       FdtCells cells)
{
    qemu_fdt_add_path(fdt, "/chosen");
    if (cmdline && cmdline[0]) {
        qemu_fdt_setprop_string(fdt, "/chosen", "bootargs", cmdline);
    }
    if (info->initrd_size) {
        qemu_fdt_setprop_sized_cells(fdt, "/chosen", "linux,initrd-start", cells.addr,
                                     info->initrd_start);
        qemu_fdt_setprop_sized_cells(fdt, "/chosen", "linux,initrd-end", cells.addr,
                                     info->initrd_start + info->initrd_size);
    }
}

void *arm_make_dtb(const char *filename, const char *cmdline, const struct arm_boot_info *info,
                   Error **errp)
{
    g_autofree void *fdt = NULL;
    FdtCells cells;
    int size;

    fdt = filename ? load_device_tree(filename, &size, errp) : info->get_dtb(info, &size);
    if (!fdt || !root_cells(fdt, &cells, errp) || !add_memory_node(fdt, info, cells, errp)) {
        return NULL;
    }
    add_psci_node(fdt, info);
    add_chosen(fdt, cmdline, info, cells);
    if (info->modify_dtb) {
        info->modify_dtb(info, fdt);
    }
    fdt_pack(fdt);
    return g_steal_pointer(&fdt);
}

/* Each boot gets new seeds: the copy that the next reset writes is changed. */
static void randomize_dtb(void *opaque)
{
    qemu_fdt_randomize_seeds(opaque);
}

bool arm_setup_dtb(MachineState *ms, struct arm_boot_info *info, Error **errp)
{
    void *fdt = arm_make_dtb(ms->dtb, ms->kernel_cmdline, info, errp);
    hwaddr limit = info->dtb_limit ? info->dtb_limit : ram_end(info);
    size_t size;

    if (!fdt) {
        return false;
    }
    g_free(ms->fdt);
    ms->fdt = fdt;
    size = fdt_totalsize(fdt);
    if (limit <= info->dtb_start || size > limit - info->dtb_start) {
        if (!info->is_linux) {
            info->dtb_start = 0; /* a bare-metal program that fills RAM goes without a tree */
            return true;
        }
        error_setg(errp, "no room for the device tree after the kernel and the initrd: give the "
                         "machine more memory with -m");
        return false;
    }
    rom_add_owned("dtb", g_memdup2(fdt, size), size, size, info->dtb_start, NULL);
    qemu_register_reset(randomize_dtb, rom_ptr(info->dtb_start, size));
    return true;
}

/* Start ---------------------------------------------------------------------------------------- */

/* What a reset does to one CPU; lives as long as the machine. */
typedef struct BootCpu {
    ARMCPU *cpu;
    bool start;   /* the boot CPU, with something to start */
    bool highest; /* in the state of reset, as bare-metal programs expect it */
    hwaddr entry;
} BootCpu;

static void boot_cpu_reset(void *opaque)
{
    BootCpu *b = opaque;

    cpu_reset(CPU(b->cpu));
    if (b->start) {
        arm_cpu_set_boot_state(b->cpu, b->entry, 0, b->highest);
    }
}

/* A program that runs at the level of the conduit gets those calls itself: PSCI is its own affair;
 * also one that is none of ours to load, by -bios or -device loader. */
static void drop_psci_below_program(const ARMCPU *cpu, struct arm_boot_info *info)
{
    bool own_smc = cpu->has_el3, own_hvc = cpu->has_el3 || cpu->has_el2;

    if (!info->is_linux && (info->psci_conduit == QEMU_PSCI_CONDUIT_HVC ? own_hvc : own_smc)) {
        info->psci_conduit = QEMU_PSCI_CONDUIT_DISABLED;
    }
}

static void register_cpus(ARMCPU *boot_cpu, const MachineState *ms,
                          const struct arm_boot_info *info)
{
    CPUState *cs;

    CPU_FOREACH (cs) {
        BootCpu *b = g_new0(BootCpu, 1);

        b->cpu = ARM_CPU(cs);
        b->start = b->cpu == boot_cpu && ms->kernel_filename && !info->firmware_loaded;
        b->highest = !info->is_linux;
        b->entry = info->entry;
        if (info->psci_conduit == QEMU_PSCI_CONDUIT_DISABLED) {
            b->cpu->psci_conduit = QEMU_PSCI_CONDUIT_DISABLED;
        }
        qemu_register_reset(boot_cpu_reset, b);
    }
}

static bool load_kernel_and_initrd(const MachineState *ms, struct arm_boot_info *info, Error **errp)
{
    if (ms->kernel_filename && !load_kernel(ms->kernel_filename, info, errp)) {
        return false;
    }
    if (ms->initrd_filename && !info->is_linux) {
        error_setg(errp, "'%s' is a bare-metal ELF program: it takes no initrd",
                   ms->kernel_filename);
        return false;
    }
    return !ms->initrd_filename || load_initrd(ms->initrd_filename, info, errp);
}

bool arm_setup_boot(ARMCPU *cpu, MachineState *ms, struct arm_boot_info *info, Error **errp)
{
    bool ok = info->firmware_loaded ? arm_setup_firmware_boot(ms, info, errp)
                                    : load_kernel_and_initrd(ms, info, errp);

    if (!ok) {
        return false;
    }
    place_dtb(info);
    if (info->is_linux) {
        add_stub(info, info->image_low);
    }
    drop_psci_below_program(cpu, info);
    register_cpus(cpu, ms, info);
    return info->skip_dtb_autoload || arm_setup_dtb(ms, info, errp);
}

void arm_load_kernel(ARMCPU *cpu, MachineState *ms, struct arm_boot_info *info)
{
    arm_setup_boot(cpu, ms, info, &error_fatal);
}
