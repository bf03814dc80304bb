/* SPDX-License-Identifier: MIT */
/* -qtest and -qtest-log: the server for device tests. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "system/qtest.h"

#include "launch.h"

bool opt_qtest(Launch *l, const char *arg, Error **errp)
{
    if (!strcmp(arg, "none")) {
        error_setg(errp, "the test server needs a character device, as in -qtest unix:PATH");
        return false;
    }
    g_free(l->qtest);
    l->qtest = g_strdup(arg);
    return true;
}

bool opt_qtest_log(Launch *l, const char *arg, Error **errp)
{
    g_free(l->qtest_log);
    l->qtest_log = g_strdup(arg);
    return true;
}

bool launch_start_qtest(Launch *l, Error **errp)
{
    return !l->qtest || qtest_server_init(l->qtest, l->qtest_log, errp);
}
