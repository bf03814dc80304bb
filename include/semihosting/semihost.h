/* SPDX-License-Identifier: MIT */
/*
 * What the user allows of semihosting (calls of guest code to the host): -semihosting and
 * -semihosting-config. Set while the command line is read, constant afterwards.
 */
#ifndef SEMIHOSTING_SEMIHOST_H
#define SEMIHOSTING_SEMIHOST_H

#include "chardev/char.h"
#include "qapi/error.h"
#include "qemu/keyval.h"

typedef enum SemihostingTarget {
    SEMIHOSTING_TARGET_AUTO,
    SEMIHOSTING_TARGET_NATIVE,
    SEMIHOSTING_TARGET_GDB,
} SemihostingTarget;

/* May guest code call? @is_user: it runs in its user mode, which needs userspace=on. */
bool semihosting_enabled(bool is_user);
SemihostingTarget semihosting_get_target(void);

/* The guest program's arguments: arg=… in order, or else the kernel's path and -append. */
int semihosting_get_argc(void);
const char *semihosting_get_arg(int i);
/* The arguments joined by spaces; "" when there are none. */
const char *semihosting_get_cmdline(void);
/* Used when the user gave no arg=…: the first argument and the words after it. */
void semihosting_arg_fallback(const char *file, const char *cmd);

/* The back end of the guest's console (chardev=ID), or NULL: the host's stderr and stdin. */
Chardev *semihosting_get_chardev(void);

/* --- for the command line --- */

void qemu_semihosting_enable(void);
/* The options of -semihosting-config. */
bool qemu_semihosting_configure(const KeyVal *kv, Error **errp);
/* After all character devices exist. */
bool qemu_semihosting_chardev_init(Error **errp);

#endif
