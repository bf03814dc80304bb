/* SPDX-License-Identifier: MIT */
#ifndef MONITOR_MONITOR_INTERNAL_H
#define MONITOR_MONITOR_INTERNAL_H

#include "chardev/char-fe.h"
#include "hw/core/cpu.h"
#include "monitor/hmp.h"
#include "monitor/monitor.h"

#include "readline.h"

struct Monitor {
    CharFrontend chr;
    ReadLine *readline; /* NULL: no line editing */
    GString *raw_line;  /* the line being received, without editing */
    GString *capture;   /* output goes here instead of to chr; NULL: to chr */
    bool greeted;
    bool in_focus;      /* false while another user of the mux has the terminal */
    int cpu_index;      /* `cpu N`; which CPU x, info registers and $pc mean */
    uint64_t next_dump; /* where x or xp without an address goes on */
};

/* A row of a command table. */
typedef struct HMPCommand {
    const char *name;
    const char *alias; /* a second name, or NULL */
    const char *params;
    const char *help;
    HMPHandler *handler; /* NULL: to be provided by monitor_register_hmp */
} HMPCommand;

/* Both end with a row without a name. */
extern HMPCommand hmp_commands[];
extern HMPCommand hmp_info_commands[];

/* monitor_run_hmp() for the CPU of that index, which must be there (0 need not). */
char *monitor_run_hmp_on(const char *line, int cpu_index);

/* Run @line; unknown commands get a hint. */
void monitor_dispatch(Monitor *mon, const char *line);

/* Whole-word continuations of the last word of @start, for readline. */
char **monitor_complete(void *opaque, const char *start);

/* Commands registered at run time; of HMPCommand. */
GArray *monitor_extra_commands(bool info);

/* The CPU that `cpu N` picked, or the first; NULL and a message when the machine has none. */
CPUState *monitor_get_cpu(Monitor *mon);

/* Handlers, by file. */
HMPHandler hmp_help, hmp_info;                                              /* hmp.c */
HMPHandler hmp_quit, hmp_stop, hmp_cont, hmp_system_reset;                  /* hmp-machine.c */
HMPHandler hmp_system_powerdown, hmp_log, hmp_logfile, hmp_cpu;             /* hmp-machine.c */
HMPHandler hmp_info_version, hmp_info_status, hmp_info_name, hmp_info_cpus; /* hmp-machine.c */
HMPHandler hmp_info_registers, hmp_info_mtree;                              /* hmp-machine.c */
HMPHandler hmp_info_chardev, hmp_ringbuf_read, hmp_ringbuf_write;           /* hmp-char.c */
HMPHandler hmp_chardev_send_break;                                          /* hmp-char.c */
HMPHandler hmp_info_qtree, hmp_info_qom_tree, hmp_qom_list, hmp_qom_get;    /* hmp-qom.c */
HMPHandler hmp_device_add, hmp_device_del;                                  /* hmp-qom.c */
HMPHandler hmp_qom_set;                                                     /* hmp-qom.c */
HMPHandler hmp_memory_dump, hmp_physical_memory_dump, hmp_print;            /* hmp-memory.c */
HMPHandler hmp_state_roundtrip;                                             /* hmp-state.c */
HMPHandler hmp_info_replay_hash;                                            /* hmp-machine.c */
HMPHandler hmp_info_roms, hmp_info_jit;                                     /* hmp-machine.c */

#endif
