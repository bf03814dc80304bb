/* SPDX-License-Identifier: MIT */
/* The server for debuggers that speak gdb's Remote Serial Protocol. Under the big lock. */
#ifndef GDBSTUB_GDBSERVER_H
#define GDBSTUB_GDBSERVER_H

#include "qapi/error.h"

#define DEFAULT_GDB_DEVICE "tcp::1234"

/*
 * Serve on @device, a character device in the short form ("tcp::1234", "unix:PATH", "stdio",
 * "chardev:ID"), in place of what was served on before. "none" ends the service. tcp: and unix:
 * listen, and do not wait, unless told otherwise.
 */
bool gdbserver_start(const char *device, Error **errp);

/* The emulator ends with @status: tell the debugger, and close. */
void gdb_exit(int status);

/* Provide the monitor's command `gdbserver`. */
void gdbserver_register_hmp(void);

#endif
