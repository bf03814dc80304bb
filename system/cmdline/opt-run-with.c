/* SPDX-License-Identifier: MIT */
/* -run-with: how the process lives beside others. */
#include "qemu/osdep.h"

#include "qapi/error.h"

#include "launch.h"

#include <sys/prctl.h>

static bool exit_with_parent(Error **errp)
{
    pid_t parent = getppid();

    if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0) {
        error_setg_errno(errp, errno, "the host can not tell the end of the parent process");
        return false;
    }
    if (getppid() != parent) { /* it has ended meanwhile, and its signal was missed */
        raise(SIGTERM);
    }
    return true;
}

bool opt_run_with(Launch *l, const char *arg, Error **errp)
{
    static const char *const known[] = { "exit-with-parent", "async-teardown", "chroot", "user",
                                         NULL };
    g_autoptr(KeyVal) kv = keyval_parse(arg, NULL, errp);
    bool with_parent = false;

    if (!kv || !keyval_check_keys(kv, known, "-run-with", errp) ||
        !keyval_get_bool(kv, "exit-with-parent", &with_parent, errp)) {
        return false;
    }
    for (const char *const *key = known + 1; *key; key++) {
        if (keyval_get(kv, *key)) {
            error_setg(errp, "%s is not supported yet; exit-with-parent is", *key);
            return false;
        }
    }
    l->with_parent |= with_parent;
    return !with_parent || exit_with_parent(errp);
}
