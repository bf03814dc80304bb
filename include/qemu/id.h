/* SPDX-License-Identifier: MIT */
/* Ids that users give to devices, objects and back ends. */
#ifndef QEMU_ID_H
#define QEMU_ID_H

#include "qapi/error.h"

/* A letter, then letters, digits, '-', '.' and '_'. NULL is none. */
bool id_wellformed(const char *id);

/* The same with a message. */
bool id_check(const char *id, Error **errp);

#endif
