/* SPDX-License-Identifier: MIT */
/* The virtual clock's switch. It stands at 0 until the machine is started for the first time. */
#ifndef SYSTEM_CPU_TIMERS_H
#define SYSTEM_CPU_TIMERS_H

#include "qemu/osdep.h"

/* Start and stop; under the big lock. Starting twice or stopping twice changes nothing. */
void cpu_enable_ticks(void);
void cpu_disable_ticks(void);
bool cpu_ticks_enabled(void);

/* The virtual clock, ns; any thread, no lock. */
int64_t cpu_get_clock(void);
/* Sets the value of a stopped clock (a machine's state is loaded). */
void cpu_set_clock(int64_t ns);

/* -icount */
typedef struct ICountConfig {
    bool on;
    bool is_auto;   /* shift=auto */
    unsigned shift; /* an instruction takes 2^shift ns */
    bool align, sleep;
} ICountConfig;
extern ICountConfig icount_config;

/*
 * From now on the accelerator counts the virtual clock: @get and @set are it, from any thread. It
 * runs the clock's timers itself, and @deadline_changed is called when an earlier one was set.
 */
void cpu_clock_set_counted(int64_t (*get)(void), void (*set)(int64_t ns),
                           void (*deadline_changed)(void));
bool cpu_clock_is_counted(void);
void cpu_clock_deadline_changed(void);
/* The virtual clock if it were not counted, ns. */
int64_t cpu_get_clock_uncounted(void);

/* From now on the clock moves by cpu_clock_warp_manual() only; before it is first started. */
void cpu_clock_set_manual(void);
bool cpu_clock_is_manual(void);
/* Moves a manual clock forward to @ns, and runs the timers that are due then. Big lock. */
void cpu_clock_warp_manual(int64_t ns);

#endif
