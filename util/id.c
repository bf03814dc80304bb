/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qemu/id.h"

bool id_wellformed(const char *id)
{
    size_t n = 0;

    if (!id || !g_ascii_isalpha(*id)) {
        return false;
    }
    while (g_ascii_isalnum(id[n]) || (id[n] && strchr("-._", id[n]))) {
        n++;
    }
    return !id[n];
}

bool id_check(const char *id, Error **errp)
{
    if (!id_wellformed(id)) {
        error_setg(errp, "'%s' can not be an id: letters, digits, '-', '.' and '_', a letter first",
                   id);
        return false;
    }
    return true;
}
