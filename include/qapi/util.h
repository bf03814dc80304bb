/* SPDX-License-Identifier: MIT */
#ifndef QAPI_UTIL_H
#define QAPI_UTIL_H

#include "qemu/typedefs.h"

/* Names of an enumeration's values 0 .. size-1. */
typedef struct QEnumLookup {
    const char *const *array;
    int size;
} QEnumLookup;

/* The name of @val, which must be in range. */
const char *qapi_enum_lookup(const QEnumLookup *lookup, int val);
/* The value of name @buf; @def and *@errp (naming the choices) if there is none. NULL gives @def.
 */
int qapi_enum_parse(const QEnumLookup *lookup, const char *buf, int def, Error **errp);

#endif
