/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "system/runstate.h"
#include "system/system.h"

int main(int argc, char **argv)
{
    Error *err = NULL;
    int status = 0;

    switch (qemu_init(argc, argv, &err)) {
    case QEMU_INIT_FAILED:
        error_report_err(err);
        status = 1;
        break;
    case QEMU_INIT_RUN:
        status = qemu_main_loop();
        break;
    case QEMU_INIT_DONE:
        break;
    }
    qemu_cleanup(status);
    return status;
}
