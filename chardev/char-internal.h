/* SPDX-License-Identifier: MIT */
/* Between the files of the character device core. */
#ifndef CHARDEV_CHAR_INTERNAL_H
#define CHARDEV_CHAR_INTERNAL_H

#include "chardev/char.h"

/* The class of the back end that users call @backend; NULL and *errp with the nearest name. */
ChardevClass *chardev_lookup_backend(const char *backend, Error **errp);

#endif
