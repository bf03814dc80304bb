/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include <sys/random.h>

#include "qapi/error.h"
#include "qemu/guest-random.h"

int qemu_guest_getrandom(void *buf, size_t len, Error **errp)
{
    size_t done = 0;

    while (done < len) {
        ssize_t got = RETRY_ON_EINTR(getrandom((char *)buf + done, len - done, 0));

        if (got < 0) {
            error_setg_errno(errp, errno, "the host gives no random numbers");
            return -1;
        }
        done += got;
    }
    return 0;
}

void qemu_guest_getrandom_nofail(void *buf, size_t len)
{
    qemu_guest_getrandom(buf, len, &error_fatal);
}
