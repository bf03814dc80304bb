/* SPDX-License-Identifier: MIT */
/* What the command line set up for boards, and the start and end of the program's life; between
 * them is qemu_main_loop() of system/runstate.h. */
#ifndef SYSTEM_SYSTEM_H
#define SYSTEM_SYSTEM_H

#include "chardev/char.h"
#include "qapi/error.h"

#define QUERN_INTERFACE_VERSION "11.1"

typedef enum {
    QEMU_INIT_RUN,    /* a machine is built and started: go into the main loop */
    QEMU_INIT_DONE,   /* everything asked for is done (help, version): exit with 0 */
    QEMU_INIT_FAILED, /* *errp says why: exit with 1 */
} QemuInitResult;

/* Read the command line and build the machine. */
QemuInitResult qemu_init(int argc, char **argv, Error **errp);

/* Give everything back: the terminal, files, threads. @status is what main will return. */
void qemu_cleanup(int status);

/* The back end of the board's serial line @i, or NULL where the user gave none. */
Chardev *serial_hd(int i);

/* How many of them there are (some may be NULL). */
int serial_hd_count(void);

/* The back end of the next line; for the command line. */
void serial_hd_add(Chardev *chr);

/* -name, or NULL. */
const char *qemu_get_vm_name(void);

/* "Quern emulator version 0.1.0 (interface of QEMU 11.1)"; a constant. */
const char *quern_version_line(void);

#endif
