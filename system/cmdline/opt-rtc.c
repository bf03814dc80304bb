/* SPDX-License-Identifier: MIT */
/* -rtc and -seed: where the guest's time and its random numbers start. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/guest-random.h"
#include "system/rtc.h"

#include "launch.h"

bool opt_rtc(Launch *l, const char *arg, Error **errp)
{
    g_autoptr(KeyVal) kv = keyval_parse(arg, NULL, errp);

    if (!kv) {
        return false;
    }
    keyval_append(l->rtc, kv);
    return rtc_configure(l->rtc, errp);
}

bool opt_seed(Launch *l, const char *arg, Error **errp)
{
    uint64_t seed;

    if (qemu_strtou64(arg, NULL, 0, &seed) < 0) {
        error_setg(errp, "'%s' is not a number of 64 bits", arg);
        return false;
    }
    qemu_guest_random_seed(seed);
    return true;
}
