/* SPDX-License-Identifier: MIT */
/* Universally unique identifiers (RFC 9562): 16 bytes in the order in which they are printed. */
#ifndef QEMU_UUID_H
#define QEMU_UUID_H

#include "qemu/osdep.h"

typedef struct {
    uint8_t data[16];
} QemuUUID;

#define UUID_STR_LEN 37 /* with the NUL */

/* The machine's, from -uuid; zero until then. Set before the board is built. */
extern QemuUUID qemu_uuid;

bool qemu_uuid_is_null(const QemuUUID *uuid);
bool qemu_uuid_is_equal(const QemuUUID *a, const QemuUUID *b);
/* 0, or -1 when @str is not of the form xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx. */
int qemu_uuid_parse(const char *str, QemuUUID *uuid);
/* In lower case; @out has UUID_STR_LEN bytes. */
void qemu_uuid_unparse(const QemuUUID *uuid, char *out);
char *qemu_uuid_unparse_strdup(const QemuUUID *uuid);

#endif
