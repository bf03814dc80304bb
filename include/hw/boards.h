/* SPDX-License-Identifier: MIT */
/*
 * Machines: the class says what a board is, the state what the user asked of it.
 *
 * A machine object is made and configured by the command line (properties and the fields below),
 * then machine_run_board_init() builds the board: memory, CPUs, devices, kernel. There is one
 * machine in a process, current_machine. Everything runs under the BQL.
 */
#ifndef HW_BOARDS_H
#define HW_BOARDS_H

#include "exec/hwaddr.h"
#include "qapi/error.h"
#include "qom/object.h"
#include "system/memory.h"

#define TYPE_MACHINE_SUFFIX     "-machine"
/* The type of the machine that users call @name. */
#define MACHINE_TYPE_NAME(name) (name TYPE_MACHINE_SUFFIX)

#define TYPE_MACHINE "machine"
DECLARE_OBJ_CHECKERS(MachineState, MachineClass, MACHINE, TYPE_MACHINE)

/* Where something is in the address map of a board. */
typedef struct MemMapEntry {
    hwaddr base;
    hwaddr size;
} MemMapEntry;

/* How the CPUs are arranged: max_cpus = sockets * dies * clusters * cores * threads. */
typedef struct CpuTopology {
    unsigned int cpus; /* there at the start */
    unsigned int sockets, dies, clusters, cores, threads;
    unsigned int max_cpus;
} CpuTopology;

struct MachineClass {
    ObjectClass parent_class;

    const char *name;  /* what users call it: the type's name without "-machine" */
    const char *alias; /* another name, as "virt" for the newest "virt-x.y"; may be NULL */
    const char *desc;
    const char *deprecation_reason;

    /* Build the board. Configuration errors end through &error_fatal. */
    void (*init)(MachineState *machine);
    /* Who connects @dev; NULL: not the machine. May be NULL. */
    HotplugHandler *(*get_hotplug_handler)(MachineState *machine, DeviceState *dev);

    unsigned int min_cpus, max_cpus, default_cpus; /* 0: 1 */
    struct {
        bool dies_supported, clusters_supported;
    } smp_props; /* levels of -smp beside sockets, cores and threads */
    bool is_default;
    bool no_serial;
    const char *default_cpu_type;
    const char *const *valid_cpu_types; /* NULL-terminated; NULL: any */
    uint64_t default_ram_size;          /* bytes */
    const char *default_ram_id;         /* name of MachineState.ram; NULL: the board has none */
};

struct MachineState {
    Object parent_obj;

    /* Set by the command line. */
    char *kernel_filename, *kernel_cmdline, *initrd_filename;
    char *dtb, *dumpdtb, *dt_compatible, *firmware;
    uint64_t ram_size; /* bytes */
    const char *cpu_type;
    CpuTopology smp;

    /* Made by the board. */
    MemoryRegion *ram; /* ram_size bytes, not mapped yet; NULL if there is no default_ram_id */
    void *fdt;         /* the device tree that the guest gets, NULL if it has none */
    bool dump_done;    /* dumpdtb was carried out: there is nothing to run */

    MemoryRegion ram_region;
};

extern MachineState *current_machine;

/*
 * Build the board: check what the class demands, make the RAM and call init. False with *errp set
 * when the configuration does not fit.
 */
bool machine_run_board_init(MachineState *machine, Error **errp);

/*
 * All devices are there: tell who waits for that (qemu_add_machine_init_done_notifier), and check
 * the images of the devices, too. False with *errp set where they overlap.
 */
bool machine_creation_done(MachineState *machine, Error **errp);

/* True if @type is among the CPU types that the board takes. */
bool machine_cpu_type_supported(const MachineClass *mc, const char *type);

#define DEFINE_MACHINE(namestr, machine_initfn)                                                    \
    static void machine_initfn##_class_init(ObjectClass *oc, const void *data)                     \
    {                                                                                              \
        machine_initfn(MACHINE_CLASS(oc));                                                         \
    }                                                                                              \
    static const TypeInfo machine_initfn##_typeinfo = {                                            \
        .name = MACHINE_TYPE_NAME(namestr),                                                        \
        .parent = TYPE_MACHINE,                                                                    \
        .class_init = machine_initfn##_class_init,                                                 \
    };                                                                                             \
    static void machine_initfn##_register_types(void)                                              \
    {                                                                                              \
        type_register_static(&machine_initfn##_typeinfo);                                          \
    }                                                                                              \
    type_init(machine_initfn##_register_types)

#endif
