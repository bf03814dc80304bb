/* SPDX-License-Identifier: MIT */
/*
 * Commands of the human monitor. Most are rows of the tables in monitor/hmp-table.c; a subsystem
 * that the monitor knows nothing about adds or fills its own:
 *
 *   static void info_lsi(Monitor *mon, const char *args) { monitor_printf(mon, …); }
 *   monitor_register_hmp("lsi", true, info_lsi);
 */
#ifndef MONITOR_HMP_H
#define MONITOR_HMP_H

#include "monitor/monitor.h"

/* @args: what follows the command's name, without leading blanks; "" when nothing does. */
typedef void HMPHandler(Monitor *mon, const char *args);

/*
 * Provide command @name, or "info @name" with @info. A table row of that name without a handler
 * gets this one and keeps its help; otherwise the command is new. @name must live for ever. May be
 * called at any time before or after monitors start, under the big lock or before threads.
 */
void monitor_register_hmp(const char *name, bool info, HMPHandler *handler);

/* The same with a line of help for a command that no table mentions. */
void monitor_register_hmp_help(const char *name, bool info, const char *params, const char *help,
                               HMPHandler *handler);

/* The next blank-separated word of *@args, which moves behind it; NULL at the end. Free it. */
char *monitor_next_word(const char **args);

/* Report and free @err; false if there was one. */
bool monitor_handle_error(Monitor *mon, Error *err);

/*
 * Run one command line as if typed into a monitor; the output, which the caller frees. Used by
 * tests and by QMP's human-monitor-command.
 */
char *monitor_run_hmp(const char *line);

/* The value of the expression at *@text (numbers in C's notation, + - * / % & | ^ ~ << >>,
 * parentheses, $pc). Moves *@text behind it. False and *errp on malformed input or division by 0.
 */
bool monitor_parse_expr(const char **text, uint64_t *value, Error **errp);

#endif
