/* SPDX-License-Identifier: MIT */
/* What all machines share: their properties and the order in which a board is built. */
#include "qemu/osdep.h"

#include "hw/boards.h"
#include "hw/loader.h"
#include "hw/qdev-core.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/module.h"
#include "qemu/units.h"

/* RAM comes in units that are pages of every target. */
#define RAM_GRANULE (8 * KiB)

MachineState *current_machine;

/* String properties --------------------------------------------------------------------------- */

#define MACHINE_STR_PROPERTY(field)                                                                \
    static char *machine_get_##field(Object *obj, Error **errp)                                    \
    {                                                                                              \
        return g_strdup(MACHINE(obj)->field);                                                      \
    }                                                                                              \
    static void machine_set_##field(Object *obj, const char *value, Error **errp)                  \
    {                                                                                              \
        g_free(MACHINE(obj)->field);                                                               \
        MACHINE(obj)->field = g_strdup(value);                                                     \
    }

MACHINE_STR_PROPERTY(kernel_filename)
MACHINE_STR_PROPERTY(kernel_cmdline)
MACHINE_STR_PROPERTY(initrd_filename)
MACHINE_STR_PROPERTY(dtb)
MACHINE_STR_PROPERTY(dumpdtb)
MACHINE_STR_PROPERTY(dt_compatible)
MACHINE_STR_PROPERTY(firmware)

static const struct {
    const char *name;
    char *(*get)(Object *obj, Error **errp);
    void (*set)(Object *obj, const char *value, Error **errp);
    const char *description;
} machine_str_properties[] = {
    { "kernel", machine_get_kernel_filename, machine_set_kernel_filename,
      "Linux kernel image file" },
    { "initrd", machine_get_initrd_filename, machine_set_initrd_filename,
      "Linux initial ramdisk file" },
    { "append", machine_get_kernel_cmdline, machine_set_kernel_cmdline,
      "Linux kernel command line" },
    { "dtb", machine_get_dtb, machine_set_dtb, "Linux kernel device tree file" },
    { "dumpdtb", machine_get_dumpdtb, machine_set_dumpdtb, "Dump current dtb to a file and quit" },
    { "dt-compatible", machine_get_dt_compatible, machine_set_dt_compatible,
      "Overrides the \"compatible\" property of the dt root node" },
    { "firmware", machine_get_firmware, machine_set_firmware, "Firmware image" },
};

/* Type ----------------------------------------------------------------------------------------- */

/* The name for users is the type's, less the suffix; an alias is never inherited. */
static void machine_class_base_init(ObjectClass *oc, const void *data)
{
    MachineClass *mc = MACHINE_CLASS(oc);
    const char *type = object_class_get_name(oc);

    mc->alias = NULL;
    mc->is_default = false;
    if (g_str_has_suffix(type, TYPE_MACHINE_SUFFIX)) {
        mc->name = g_strndup(type, strlen(type) - strlen(TYPE_MACHINE_SUFFIX));
    }
}

static void machine_class_init(ObjectClass *oc, const void *data)
{
    MachineClass *mc = MACHINE_CLASS(oc);

    mc->default_ram_size = 128 * 1024 * 1024;
    for (int i = 0; i < ARRAY_SIZE(machine_str_properties); i++) {
        const char *name = machine_str_properties[i].name;

        object_class_property_add_str(oc, name, machine_str_properties[i].get,
                                      machine_str_properties[i].set);
        object_class_property_set_description(oc, name, machine_str_properties[i].description);
    }
}

static void machine_instance_init(Object *obj)
{
    MachineState *ms = MACHINE(obj);
    MachineClass *mc = MACHINE_GET_CLASS(obj);
    unsigned cpus = MAX(mc->default_cpus, 1);

    ms->ram_size = mc->default_ram_size;
    ms->cpu_type = mc->default_cpu_type;
    ms->smp = (CpuTopology){ .cpus = cpus,
                             .sockets = 1,
                             .dies = 1,
                             .clusters = 1,
                             .cores = cpus,
                             .threads = 1,
                             .max_cpus = cpus };
}

static void machine_finalize(Object *obj)
{
    MachineState *ms = MACHINE(obj);

    g_free(ms->kernel_filename);
    g_free(ms->kernel_cmdline);
    g_free(ms->initrd_filename);
    g_free(ms->dtb);
    g_free(ms->dumpdtb);
    g_free(ms->dt_compatible);
    g_free(ms->firmware);
    g_free(ms->fdt);
}

/* Building the board --------------------------------------------------------------------------- */

bool machine_cpu_type_supported(const MachineClass *mc, const char *type)
{
    return !mc->valid_cpu_types || g_strv_contains(mc->valid_cpu_types, type);
}

/* Options that mean nothing without a kernel are mistakes, not to be passed over. */
static bool machine_check_boot(MachineState *ms, Error **errp)
{
    if (ms->kernel_filename) {
        return true;
    }
    if (ms->kernel_cmdline && ms->kernel_cmdline[0]) {
        error_setg(errp, "-append only allowed with -kernel option");
        return false;
    }
    if (ms->initrd_filename) {
        error_setg(errp, "-initrd only allowed with -kernel option");
        return false;
    }
    return true;
}

static bool machine_check_cpus(MachineState *ms, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(ms);

    if (ms->cpu_type && !machine_cpu_type_supported(mc, ms->cpu_type)) {
        g_autofree char *list = g_strjoinv(", ", (char **)mc->valid_cpu_types);

        error_setg(errp, "machine '%s' does not take CPU type '%s'; it takes: %s", mc->name,
                   ms->cpu_type, list);
        return false;
    }
    if (ms->smp.cpus < mc->min_cpus) {
        error_setg(errp, "machine '%s' needs at least %u CPUs, not %u", mc->name, mc->min_cpus,
                   ms->smp.cpus);
        return false;
    }
    return true;
}

static bool machine_create_ram(MachineState *ms, Error **errp)
{
    ERRP_GUARD();
    MachineClass *mc = MACHINE_GET_CLASS(ms);

    if (!mc->default_ram_id) {
        return true;
    }
    if (ms->ram_size == 0) {
        error_setg(errp, "machine '%s' needs memory: give a size such as -m 512M", mc->name);
        return false;
    }
    ms->ram_size = ROUND_UP(ms->ram_size, RAM_GRANULE);
    if (!memory_region_init_ram(&ms->ram_region, OBJECT(ms), mc->default_ram_id, ms->ram_size,
                                errp)) {
        g_autofree char *size = size_to_str(ms->ram_size);

        error_prepend(errp, "cannot get %s of guest memory from the host: ", size);
        return false;
    }
    ms->ram = &ms->ram_region;
    return true;
}

bool machine_run_board_init(MachineState *machine, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(machine);

    if (!machine_check_boot(machine, errp) || !machine_check_cpus(machine, errp) ||
        !machine_create_ram(machine, errp)) {
        return false;
    }
    mc->init(machine);
    /* Here and not only below: at a reset, images come before what -device puts over them. */
    return rom_check_and_register_reset_err(errp);
}

bool machine_creation_done(MachineState *machine, Error **errp)
{
    qdev_machine_creation_done();
    return rom_check_and_register_reset_err(errp);
}

static const TypeInfo machine_types[] = {
    {
        .name = TYPE_MACHINE,
        .parent = TYPE_OBJECT,
        .abstract = true,
        .class_size = sizeof(MachineClass),
        .class_init = machine_class_init,
        .class_base_init = machine_class_base_init,
        .instance_size = sizeof(MachineState),
        .instance_init = machine_instance_init,
        .instance_finalize = machine_finalize,
    },
};

DEFINE_TYPES(machine_types)
