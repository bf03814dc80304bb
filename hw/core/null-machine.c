/* SPDX-License-Identifier: MIT */
/* The machine `none`: no devices; memory at 0 and one CPU where the user asks for them. */
#include "qemu/osdep.h"

#include "hw/boards.h"
#include "hw/core/cpu.h"
#include "hw/qdev-core.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "system/address-spaces.h"

static void machine_none_init(MachineState *machine)
{
    if (machine->kernel_filename) {
        error_setg(&error_fatal, "machine 'none' can not boot a kernel: it has no board code; "
                                 "'-M help' lists machines that can");
    }
    if (machine->cpu_type) {
        DeviceState *cpu = qdev_new(machine->cpu_type);

        qdev_realize_and_unref(cpu, NULL, &error_fatal);
    }
    if (machine->ram_size) {
        memory_region_init_ram(&machine->ram_region, OBJECT(machine), "ram", machine->ram_size,
                               &error_fatal);
        machine->ram = &machine->ram_region;
        memory_region_add_subregion(get_system_memory(), 0, machine->ram);
    }
}

static void machine_none_machine_init(MachineClass *mc)
{
    mc->desc = "empty machine";
    mc->init = machine_none_init;
    mc->max_cpus = 1;
    mc->default_ram_size = 0;
    mc->no_serial = true;
}

DEFINE_MACHINE("none", machine_none_machine_init)
