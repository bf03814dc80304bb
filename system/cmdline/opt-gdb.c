/* SPDX-License-Identifier: MIT */
/* -gdb and -s: the server for debuggers. */
#include "qemu/osdep.h"

#include "gdbstub/gdbserver.h"
#include "qapi/error.h"

#include "launch.h"

bool opt_gdb(Launch *l, const char *arg, Error **errp)
{
    g_free(l->gdb);
    l->gdb = g_strdup(arg);
    return true;
}

bool opt_gdb_default(Launch *l, const char *arg, Error **errp)
{
    return opt_gdb(l, DEFAULT_GDB_DEVICE, errp);
}

bool launch_start_gdbserver(Launch *l, Error **errp)
{
    ERRP_GUARD();

    gdbserver_register_hmp();
    if (l->gdb && !gdbserver_start(l->gdb, errp)) {
        error_prepend(errp, "-gdb %s: ", l->gdb);
        return false;
    }
    return true;
}
