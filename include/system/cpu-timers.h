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

#endif
