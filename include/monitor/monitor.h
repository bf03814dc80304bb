/* SPDX-License-Identifier: MIT */
/*
 * Monitors: where a person (HMP) or a program (QMP) controls the emulator.
 * Everything runs on the main loop under the big lock.
 */
#ifndef MONITOR_MONITOR_H
#define MONITOR_MONITOR_H

#include "chardev/char.h"
#include "qapi/error.h"

typedef struct Monitor Monitor;

/* Put a monitor for people on @chr, with line editing if @use_readline. */
bool monitor_init_hmp(Chardev *chr, bool use_readline, Error **errp);

/* Serve QMP on @chr; @pretty: on several lines for each value. The greeting goes out when the back
 * end is open, commands are taken when the main loop runs. */
bool monitor_init_qmp(Chardev *chr, bool pretty, Error **errp);

/* The machine is built: greet, where a monitor has the terminal. Later monitors greet at once. */
void monitor_start_all(void);

/* Close all monitors; before their character devices go. */
void monitor_cleanup(void);

/* Text for the user; every \n becomes \r\n. Waits until the back end took it. */
void monitor_puts(Monitor *mon, const char *text);
void monitor_printf(Monitor *mon, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
void monitor_vprintf(Monitor *mon, const char *fmt, va_list ap) G_GNUC_PRINTF(2, 0);

/* The monitor whose command is being run by this thread, or NULL. */
Monitor *monitor_cur(void);

#endif
