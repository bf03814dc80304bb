/* SPDX-License-Identifier: MIT */
/*
 * What the command line asks for, between reading it and building the machine. One instance lives
 * on the stack of qemu_init; option handlers only write into it.
 */
#ifndef SYSTEM_CMDLINE_LAUNCH_H
#define SYSTEM_CMDLINE_LAUNCH_H

#include "hw/boards.h"
#include "qapi/error.h"
#include "qemu/keyval.h"
#include "qemu/target-info.h"

typedef struct Launch {
    const TargetInfo *target;
    bool done; /* the last option asked for text only (help): stop, with success */

    KeyVal *machine; /* "type" and machine properties, from -machine and its shorthands */
    KeyVal *memory;
    KeyVal *smp;
    char *cpu;         /* MODEL[,feature=…] */
    GPtrArray *accels; /* of KeyVal, first choice first */

    GPtrArray *chardevs; /* of KeyVal */
    GPtrArray *serials;  /* of char */
    GPtrArray *monitors; /* of char */
    GPtrArray *mons;     /* of KeyVal */
    GPtrArray *qmps;     /* of char; with a '+' in front for -qmp-pretty */
    GPtrArray *devices;  /* of KeyVal */
    GPtrArray *fw_cfg;   /* of KeyVal */
    GPtrArray *objects;  /* of KeyVal */
    KeyVal *rtc;

    bool perfmap, jitdump;

    bool nographic;
    bool display_none; /* asked for by -display none */
    bool nodefaults;
    bool paused; /* -S */

    bool daemonize;
    bool with_parent; /* -run-with exit-with-parent=on */
    char *pidfile;    /* NULL: none */

    char *gdb; /* -gdb; NULL: no server for debuggers */

    char *qtest;     /* -qtest; NULL: no test server */
    char *qtest_log; /* -qtest-log */

    char *log_items;
    char *log_file;
    char *log_filter;
} Launch;

void launch_init(Launch *l);
void launch_destroy(Launch *l);

/* --- options.c: the table --- */

bool launch_parse_options(Launch *l, int argc, char **argv, Error **errp);
void launch_print_help(const Launch *l);

/* --- handlers; each gets the argument, or NULL for an option that takes none --- */

typedef bool OptionHandler(Launch *l, const char *arg, Error **errp);

OptionHandler opt_machine, opt_memory;                                   /* opt-machine.c */
OptionHandler opt_cpu;                                                   /* opt-cpu.c */
OptionHandler opt_smp;                                                   /* opt-smp.c */
OptionHandler opt_accel, opt_perfmap, opt_jitdump;                       /* opt-accel.c */
OptionHandler opt_kernel, opt_initrd, opt_append, opt_dtb, opt_firmware; /* opt-machine.c */
OptionHandler opt_chardev, opt_serial, opt_monitor, opt_mon, opt_echr;   /* opt-chardev.c */
OptionHandler opt_nographic, opt_display, opt_qmp, opt_qmp_pretty;       /* opt-chardev.c */
OptionHandler opt_device, opt_global;                                    /* opt-device.c */
OptionHandler opt_object;                                                /* opt-object.c */
OptionHandler opt_fw_cfg, opt_uuid;                                      /* opt-firmware.c */
OptionHandler opt_data_dir, opt_pflash, opt_drive;                       /* opt-firmware.c */
OptionHandler opt_log_items, opt_log_file, opt_log_filter;               /* opt-debug.c */
OptionHandler opt_semihosting, opt_semihosting_config;                   /* opt-debug.c */
OptionHandler opt_qtest, opt_qtest_log;                                  /* opt-qtest.c */
OptionHandler opt_icount;                                                /* opt-icount.c */
OptionHandler opt_gdb, opt_gdb_default;                                  /* opt-gdb.c */
OptionHandler opt_name, opt_pidfile, opt_daemonize;                      /* opt-process.c */
OptionHandler opt_readconfig;                                            /* opt-readconfig.c */
OptionHandler opt_rtc, opt_seed;                                         /* opt-rtc.c */
OptionHandler opt_run_with;                                              /* opt-run-with.c */
OptionHandler opt_no_reboot, opt_no_shutdown, opt_action;                /* opt-debug.c */
OptionHandler opt_watchdog_action;                                       /* opt-debug.c */

/* --- phases, in this order --- */

/* Before there is any thread: -daemonize forks. opt-process.c */
bool launch_process_setup(const Launch *l, Error **errp);
bool launch_debug_setup(const Launch *l, Error **errp);
bool launch_create_machine(Launch *l, Error **errp);
bool launch_create_chardevs(Launch *l, Error **errp);
bool launch_start_accel(Launch *l, Error **errp);
bool launch_create_objects(Launch *l, Error **errp); /* opt-object.c */
bool launch_configure_machine(Launch *l, Error **errp);
bool launch_add_fw_cfg(Launch *l, Error **errp); /* opt-firmware.c */
bool launch_create_devices(Launch *l, Error **errp);
bool launch_start_gdbserver(Launch *l, Error **errp); /* opt-gdb.c */
bool launch_start_qtest(Launch *l, Error **errp);

/* The machine runs: who waits for a daemon may go. */
void launch_process_ready(const Launch *l);
/* At the end of the process. */
void launch_process_cleanup(void);

/* Parts of launch_configure_machine in opt-cpu.c and opt-smp.c. */
bool launch_configure_cpu(Launch *l, MachineState *machine, Error **errp);
bool launch_configure_smp(Launch *l, MachineState *machine, Error **errp);

/* The machine class called @name (or an alias of it); NULL and *errp with the nearest. */
MachineClass *launch_find_machine(const char *name, Error **errp);

/* The properties that a user can set, for `help`. */
void print_class_properties(const char *title, ObjectClass *oc);

void launch_install_signals(void);

#endif
