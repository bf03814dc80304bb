/* SPDX-License-Identifier: MIT */
/* A build without json-c. */
#include "qemu/osdep.h"

#include "qapi/error.h"

#include "qmp-internal.h"

bool monitor_init_qmp(Chardev *chr, bool pretty, Error **errp)
{
    error_setg(errp, "QMP is not part of this build, which was made without json-c");
    return false;
}

void qmp_cleanup(void)
{
}
